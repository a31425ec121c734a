package alert_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/news"

	"pgregory.net/rapid"
)

var (
	oldKey  = news.LinkKey{Number: 1, Secret: []byte("first")}
	linkKey = news.LinkKey{Number: 2, Secret: []byte("second")}
)

func TestLinksOpenForWhatWasSigned(t *testing.T) {
	now := moment(t, "2026-11-28T12:00:00Z")
	link := news.Link{Act: news.MuteLink, Subscription: "s", Phrase: "挖矿", Expires: now.Add(time.Hour)}
	for _, key := range []news.LinkKey{oldKey, linkKey} {
		token, err := alert.SignLink(key, link)
		ok(t, err)
		got, err := alert.OpenLink([]news.LinkKey{linkKey, oldKey}, token, now)
		ok(t, err)
		if got != link {
			t.Errorf("%+v, want %+v", got, link)
		}
		if strings.Trim(token, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-.") != "" {
			t.Errorf("%q is more than a part of an address", token)
		}
	}
	token, err := alert.SignLink(linkKey, link)
	ok(t, err)
	keys := []news.LinkKey{linkKey, oldKey}
	refused := func(what, token string, keys []news.LinkKey, want error) {
		t.Helper()
		if _, err := alert.OpenLink(keys, token, now); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	parts := strings.Split(token, ".")
	refused("a key that was given up", token, keys[1:], news.ErrRefused)
	refused("no keys", token, nil, news.ErrRefused)
	refused("the number of another key", parts[0]+".1."+parts[2], keys, news.ErrRefused)
	refused("without a signature", parts[0]+".2.", keys, news.ErrRefused)
	refused("half of it", token[:len(token)/2], keys, news.ErrRefused)
	refused("nothing", "", keys, news.ErrRefused)
	refused("a great deal", strings.Repeat(token, 100), keys, news.ErrRefused)
	other := base64.RawURLEncoding.EncodeToString([]byte(`{"a":"unsubscribe","s":"s","e":9999999999}`))
	refused("another act under the same signature", other+"."+parts[1]+"."+parts[2], keys, news.ErrRefused)
	if _, err := alert.OpenLink(keys, token, link.Expires.Add(-time.Second)); err != nil {
		t.Errorf("a second before its end: %v", err)
	}
	now = link.Expires
	refused("at its end", token, keys, news.ErrExpired)
	refused("forged and over", parts[0]+".1."+parts[2], keys, news.ErrRefused)
	for _, bad := range []news.Link{
		{},
		{Act: "delete", Subscription: "s"},
		{Act: news.MuteLink, Subscription: "s"},
		{Act: news.MuteLink, Story: "x"},
		{Act: news.MuteLink, Subscription: "s", Story: "x", Source: "y"},
		{Act: news.WrongLink, Subscription: "s", Story: "x"},
	} {
		if _, err := alert.SignLink(linkKey, bad); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("%+v is signed: %v", bad, err)
		}
	}
}

// Whatever is done to a token, it opens nothing, or is the same token.
func TestLinksCannotBeAltered(t *testing.T) {
	now := moment(t, "2026-11-28T12:00:00Z")
	link := news.Link{Act: news.SnoozeLink, Subscription: "s", Story: "x", Expires: now.Add(time.Hour)}
	token, err := alert.SignLink(linkKey, link)
	ok(t, err)
	rapid.Check(t, func(r *rapid.T) {
		bytes := []byte(token)
		for range rapid.IntRange(1, 3).Draw(r, "edits") {
			at := rapid.IntRange(0, len(bytes)-1).Draw(r, "at")
			bytes[at] = rapid.SampledFrom([]byte("ABCabc012._-=")).Draw(r, "to")
		}
		if _, err := alert.OpenLink([]news.LinkKey{linkKey, oldKey}, string(bytes), now); err == nil && string(bytes) != token {
			r.Fatalf("%q opens", bytes)
		}
	})
}

func TestSilenceOf(t *testing.T) {
	d := news.Delivery{Subscription: "a", Story: "s"}
	r := news.Record{Content: news.Content{Source: "ledger", Title: "Sichuan", Text: "四川關停虛擬貨幣挖礦項目"}}
	asked := 0
	for _, test := range []struct {
		silence news.Silence
		fits    bool
		asks    int
	}{
		{news.Silence{Subscription: "a"}, true, 0},
		{news.Silence{Subscription: "b"}, false, 0},
		{news.Silence{Story: "s"}, true, 0},
		{news.Silence{Story: "t", Source: "ledger"}, false, 0},
		{news.Silence{Source: "ledger"}, true, 1},
		{news.Silence{Source: "herald"}, false, 1},
		{news.Silence{Phrase: "挖矿"}, true, 1},
		{news.Silence{Phrase: "SICHUAN", Source: "ledger", Subscription: "a", Story: "s"}, true, 1},
		{news.Silence{Phrase: "Texas", Source: "ledger"}, false, 1},
	} {
		asked = 0
		got, err := alert.SilenceOf([]news.Silence{{Subscription: "other"}, test.silence}, d, func() (news.Record, error) { asked++; return r, nil })
		ok(t, err)
		if (got != nil) != test.fits || asked != test.asks {
			t.Errorf("%+v fits: %v, want %v; the record was read %d times, want %d", test.silence, got != nil, test.fits, asked, test.asks)
		}
	}
	if _, err := alert.SilenceOf([]news.Silence{{Source: "x"}}, d, func() (news.Record, error) { return r, news.ErrUnavailable }); !errors.Is(err, news.ErrUnavailable) {
		t.Errorf("without the record: %v", err)
	}
}
