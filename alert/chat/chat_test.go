package chat_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/alert/chat"
	"edict/guard"
	"edict/news"
)

func channel(t *testing.T, private bool, transport http.RoundTripper) chat.Channel {
	t.Helper()
	g, err := guard.New(guard.Config{AllowPrivate: private})
	if err != nil {
		t.Fatal(err)
	}
	return chat.Channel{Guard: g, Transport: transport}
}

func message() alert.Message {
	return alert.Message{ID: "m", Name: "Mining", Language: "en", Sent: time.Now(), Items: []alert.Item{{
		Headline: "Mines *close* @everyone", URL: "https://daily.example/a", Page: "https://edict.example.org/records/r",
		Evidence: []alert.Quote{{Text: strings.Repeat("proof ", 2000)}},
	}}}
}

// inPlace sends what is for a service to a server of ours.
type inPlace struct{ to *url.URL }

func (i inPlace) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = i.to.Scheme, i.to.Host
	return http.DefaultTransport.RoundTrip(r)
}

// Discord is sent one message that fits, as its webhooks want it, with nothing that it
// reads as markup or a call; one try is one request.
func TestDiscord(t *testing.T) {
	var path string
	var body []byte
	requests, code := 0, http.StatusNoContent
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		path = r.URL.Path
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("Retry-After", "1.5")
		w.WriteHeader(code)
	}))
	defer server.Close()
	to, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := channel(t, false, inPlace{to})
	target := alert.Target{Address: "discord://tokentoken@123456789"}
	if a := c.Send(t.Context(), target, message()); a.Outcome != news.TrySent {
		t.Fatalf("%+v", a)
	}
	var sent struct {
		Embeds []struct {
			Description string `json:"description"`
		} `json:"embeds"`
	}
	if err := json.Unmarshal(body, &sent); err != nil || len(sent.Embeds) == 0 {
		t.Fatalf("%v: %s", err, body)
	}
	text := ""
	for _, e := range sent.Embeds {
		text += e.Description + "\n"
	}
	if path != "/api/webhooks/123456789/tokentoken" || requests != 1 || len(text) > 2000 || !strings.Contains(text, `Mines \*close\*`) || strings.Contains(text, "@everyone") ||
		!strings.Contains(text, "https://edict.example.org/records/r") || !strings.Contains(text, "…") {
		t.Errorf("%d requests to %s: %s", requests, path, text)
	}
	for status, want := range map[int]alert.Answer{
		404: {Outcome: news.TryRefused, Text: "404 Not Found"}, 429: {Outcome: news.TryLater, Text: "429 Too Many Requests", After: 1500 * time.Millisecond},
		500: {Outcome: news.TryLater, Text: "500 Internal Server Error", After: 1500 * time.Millisecond}, 410: {Outcome: news.TryGone, Text: "410 Gone"},
	} {
		code, requests = status, 0
		if a := c.Send(t.Context(), target, message()); a != want || requests != 1 {
			t.Errorf("%d: %+v after %d requests", status, a, requests)
		}
	}
}

// Mattermost is sent JSON at the host of its address, which the guard has looked at.
func TestMattermost(t *testing.T) {
	var path string
	var sent struct {
		Text string `json:"text"`
	}
	code := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		_ = json.NewDecoder(r.Body).Decode(&sent)
		w.WriteHeader(code)
	}))
	defer server.Close()
	target := alert.Target{Address: "mattermost://" + strings.TrimPrefix(server.URL, "http://") + "/tokentoken?disabletls=yes"}
	if a := channel(t, false, nil).Send(t.Context(), target, message()); a.Outcome != news.TryRefused || !strings.Contains(a.Text, "is refused") || path != "" {
		t.Errorf("a host on loopback: %+v, asked for %q", a, path)
	}
	c := channel(t, true, nil)
	if a := c.Send(t.Context(), target, message()); a.Outcome != news.TrySent || path != "/hooks/tokentoken" || !strings.Contains(sent.Text, `Mines \*close\*`) || len(sent.Text) > 4000 {
		t.Errorf("%+v at %s: %q", a, path, sent.Text)
	}
	for status, want := range map[int]news.TryOutcome{404: news.TryRefused, 502: news.TryLater, 429: news.TryLater} {
		code = status
		if a := c.Send(t.Context(), target, message()); a.Outcome != want || strings.Contains(a.Text, "tokentoken") {
			t.Errorf("%d: %+v", status, a)
		}
	}
	server.Close()
	if a := c.Send(t.Context(), target, message()); a.Outcome != news.TryLater || strings.Contains(a.Text, "tokentoken") {
		t.Errorf("nobody listens: %+v", a)
	}
}

// A service that hangs is left when the time of the try is over.
func TestHangs(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	target := alert.Target{Address: "mattermost://" + strings.TrimPrefix(server.URL, "http://") + "/tokentoken?disabletls=yes"}
	if a := channel(t, true, nil).Send(ctx, target, message()); a.Outcome != news.TryUnknown {
		t.Errorf("%+v", a)
	}
}

func TestCheck(t *testing.T) {
	for address, want := range map[string]bool{
		"discord://token@id": true, "slack://hook:AAAAAAAAA-BBBBBBBBB-123456789123456789123456@webhook": true, "telegram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw@telegram?chats=@channel": true,
		"": false, "https://example.org": false, "logger://": false, "generic://example.org": false, "smtp://a@b": false, "discord://": false, "xmpp://x": false,
	} {
		err := (chat.Channel{}).Check(address)
		if (err == nil) != want || err != nil && (!errors.Is(err, news.ErrInvalid) || address != "" && strings.Contains(err.Error(), address)) {
			t.Errorf("%q: %v", address, err)
		}
	}
}
