package sources_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/sources"
)

func TestOPMLThereAndBack(t *testing.T) {
	list := []news.Source{
		{Slug: "a", Name: "A & <B>", Kind: news.Press, Feed: "https://a.example/feed?x=1&y=2", Origin: news.FromUser},
		{
			Slug: "board", Name: "委员会", Kind: news.Official, Listing: "https://b.example/", Sitemap: "https://b.example/news.xml", Every: 90 * time.Second, Origin: news.FromUser,
			Select: news.Selectors{Links: "h2 > a", Text: ".text", Remove: []string{".ad", "aside[x=\"1\"]"}},
		},
		{Slug: "page", Name: "Page", Kind: news.Aggregator, Page: "https://c.example/notice", Origin: news.FromUser},
	}
	var out bytes.Buffer
	if err := sources.WriteOPML(&out, list, time.Now()); err != nil {
		t.Fatal(err)
	}
	got, err := sources.ReadOPML(&out, func(name string, err error) { t.Error(name, err) })
	if err != nil || !reflect.DeepEqual(got, list) {
		t.Errorf("%v\n%+v\n%+v", err, got, list)
	}
}

// What other readers write: folders, names in other cases, an old charset, a feed
// without a name, one that is no web address.
func TestOPMLOfOthers(t *testing.T) {
	const file = `<?xml version="1.0" encoding="ISO-8859-1"?><opml version="1.0"><head><title>x</title></head><body>
		<outline text="Folder"><outline text="M` + "\xfc" + `nchen" XMLURL=" https://m.example/rss "/><outline xmlUrl="https://n.example/atom" type="atom"/>
		<outline text="wrong" xmlUrl="feed://w.example"/></outline><outline text="A note &nbsp;"/></body></opml>`
	var wrong []string
	got, err := sources.ReadOPML(strings.NewReader(file), func(name string, _ error) { wrong = append(wrong, name) })
	if err != nil || len(got) != 2 || got[0].Name != "München" || got[0].Feed != "https://m.example/rss" || got[0].Slug != "m-nchen" || got[1].Name != "https://n.example/atom" {
		t.Errorf("%v %+v", err, got)
	}
	if len(wrong) != 1 || wrong[0] != "wrong" {
		t.Errorf("wrong: %q", wrong)
	}
	for name, file := range map[string]string{
		"nothing": "", "a page": "<html><body></body></html>", "no XML": "xmlUrl", "broken off": "<opml><body><outline",
		"deep": "<opml>" + strings.Repeat("<outline>", 100), "long": "<opml>" + strings.Repeat("<outline/>", 30_000),
	} {
		if _, err := sources.ReadOPML(strings.NewReader(file), func(string, error) {}); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever a file holds, what is read of it is a source that may be stored, and is the
// same when it was written out and read again.
func FuzzReadOPML(f *testing.F) {
	f.Add(`<opml><body><outline text="a" xmlUrl="http://a.example/"/></body></opml>`)
	f.Add(`<opml><outline title="&#x4e00;" listing="https://b.example/" selectRemove=".a&#10;.b" every="1h"/></opml>`)
	f.Fuzz(func(t *testing.T, file string) {
		list, err := sources.ReadOPML(strings.NewReader(file), func(string, error) {})
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := sources.WriteOPML(&out, list, time.Now()); err != nil {
			t.Fatal(err)
		}
		again, err := sources.ReadOPML(&out, func(name string, err error) { t.Error(name, err) })
		if err != nil || len(again) != len(list) {
			t.Fatalf("%d of %d, %v", len(again), len(list), err)
		}
		for _, s := range list {
			if err := s.Validate(); err != nil {
				t.Error(err)
			}
		}
	})
}
