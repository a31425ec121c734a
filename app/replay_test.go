package app_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/crawler/warc"
	"edict/news"
)

func storyAt(path, title string, paragraphs ...string) story {
	return story{path: path, title: title, summary: title + ".", language: "en", paragraphs: paragraphs, out: time.Now().Add(-time.Hour).UTC().Truncate(time.Second)}
}

// replayAll replays and gathers the places of which something is wrong.
func replayAll(t *testing.T, cfg app.Config, o app.ReplayOptions) (app.Replayed, []string) {
	t.Helper()
	s := archive(t, cfg)
	var wrong []string
	o.Wrong = func(place string, err error) { wrong = append(wrong, place+" "+err.Error()) }
	n, err := app.Replay(t.Context(), s, cfg, o)
	ok(t, err)
	return n, wrong
}

// TestReplay: what a program fetched is kept, a record says where, and when a source's
// selectors change, its articles are derived again without asking the site: quietly,
// once, and beside a running program too.
func TestReplay(t *testing.T) {
	t.Parallel()
	const order = "The Sichuan provincial government ordered bitcoin mining farms to shut down on Monday, the state grid said."
	site := openPaper(t, "", storyAt("/2026/11/one-story-of-the-day", "Sichuan orders bitcoin mines to close", order, "In other news of the paper, its second office opens in the capital next spring, with a press of its own."),
		storyAt("/2026/11/two-stories-of-the-day", "Bread prices rise in the capital", "Bread costs a tenth more in the capital than it did a month ago, the statistics office said on Monday.", "The office gave the harvest as the reason for it."))
	cfg := settings(t, ownSites+sources(site))
	p := start(t, cfg, app.Options{})
	s := archive(t, cfg)
	stored(t, s, 2, patience)
	p.stop(t)
	address := site.URL + "/2026/11/one-story-of-the-day"
	before := records(t, s)[address]
	if c := pageAt(t, cfg, before.Page); c.Page.Address != address || len(before.Tags) != 1 {
		t.Fatalf("the page of %+v is not kept: %+v", before, c)
	}
	green(t, cfg, "pages")

	if n, wrong := replayAll(t, cfg, app.ReplayOptions{}); n != (app.Replayed{Pages: 2, Known: 2}) || len(wrong) > 0 {
		t.Errorf("with nothing changed: %+v, %q", n, wrong)
	}
	asked, _, _ := site.counts("/2026/11/one-story-of-the-day")
	site.Close()

	changed := strings.Replace(sources(site), "every: 1s", `every: 24h, select: {text: "article > p:first-of-type"}`, 1)
	_, other := settingsFile(t, cfg.Web.Listen, ownSites+changed)
	other.Data = cfg.Data
	p = start(t, other, app.Options{})
	n, wrong := replayAll(t, other, app.ReplayOptions{Span: "1d", Since: time.Now().Add(-24 * time.Hour)})
	if n != (app.Replayed{Pages: 2, New: 2}) || len(wrong) > 0 {
		t.Errorf("with a selector: %+v, %q", n, wrong)
	}
	stored(t, s, 4, patience)
	p.stop(t)
	after := records(t, s)[address]
	if after.Text != order || after.Version == before.Version || after.Page != before.Page || !after.Quiet || !after.Fetched.Equal(before.Fetched.Truncate(time.Microsecond)) || len(after.Tags) != 1 {
		t.Errorf("it became %+v, was %+v", after, before)
	}
	if again, _, _ := site.counts("/2026/11/one-story-of-the-day"); again != asked {
		t.Error("the site was asked again")
	}
	if n, _ := replayAll(t, other, app.ReplayOptions{}); n != (app.Replayed{Pages: 2, Known: 2}) {
		t.Errorf("a second time: %+v", n)
	}
	if n, _ := replayAll(t, other, app.ReplayOptions{Since: time.Now().Add(time.Hour)}); n != (app.Replayed{}) {
		t.Errorf("since later: %+v", n)
	}
	green(t, other, "store", "ledger", "bus", "pages")
}

// pageAt reads the page at the place that a record names.
func pageAt(t *testing.T, cfg app.Config, place string) warc.Capture {
	t.Helper()
	name, at, _ := strings.Cut(place, ":")
	offset, err := strconv.ParseInt(at, 10, 64)
	ok(t, err)
	f, err := os.Open(filepath.Join(cfg.Data, "pages", name))
	ok(t, err)
	defer f.Close()
	_, err = f.Seek(offset, io.SeekStart)
	ok(t, err)
	r, err := warc.NewReader(f).Next()
	ok(t, err)
	c, err := r.Capture()
	ok(t, err)
	return c
}

// keepPages fills the folder of kept pages, as a crawl at that time would have.
func keepPages(t *testing.T, cfg app.Config, at time.Time, pages ...warc.Capture) {
	t.Helper()
	k := warc.New(warc.Config{Dir: filepath.Join(cfg.Data, "pages"), Keep: time.Hour * 24 * 365, Now: func() time.Time { return at }, Log: slog.New(slog.DiscardHandler)})
	for _, page := range pages {
		if k.Put(page) == "" {
			t.Fatal("a page could not be kept")
		}
	}
	ok(t, k.Close())
}

func keptStory(n int, at time.Time, text string) warc.Capture {
	body := fmt.Sprintf(`<html lang="en"><head><title>Bread prices rise, report %d</title></head><body><article><h1>Bread prices rise, report %d</h1><p>%s</p><p>It is report %d of the statistics office, which counts loaves in all towns.</p></article></body></html>`, n, n, text, n)
	address := fmt.Sprintf("https://paper.example/2026/story-%d", n)
	return warc.Capture{Source: "paper", Page: news.Page{URL: address, Address: address, Status: 200, ContentType: "text/html; charset=utf-8", Body: []byte(body), Fetched: at}}
}

// TestReplayGoesOn: a replay that is stopped goes on where it was, the newest page of
// an address counts, and neither a page without a story nor a torn file ends it.
func TestReplayGoesOn(t *testing.T) {
	t.Parallel()
	cfg := settings(t, ownSites+sources())
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	at := time.Now().UTC().Truncate(time.Second)
	const old, text = "Bread costs a tenth less than it did a month ago, the office said.", "Bread costs a tenth more than it did a month ago, the office said on Monday."
	var pages []warc.Capture
	for n := range 150 {
		pages = append(pages, keptStory(n, at, text))
	}
	empty := keptStory(1000, at, text)
	empty.Page.Body = []byte("<html><body></body></html>")
	keepPages(t, cfg, at.Add(-time.Hour), keptStory(7, at.Add(-time.Hour), old), keptStory(2000, at.Add(-time.Hour), text))
	files, err := os.ReadDir(filepath.Join(cfg.Data, "pages"))
	ok(t, err)
	torn := filepath.Join(cfg.Data, "pages", files[0].Name())
	info, err := os.Stat(torn)
	ok(t, err)
	ok(t, os.Truncate(torn, info.Size()-30)) // of story 2000
	keepPages(t, cfg, at, append(pages, empty)...)

	ctx, stop := context.WithCancel(t.Context())
	var wrong []string
	o := app.ReplayOptions{Span: "30d", Wrong: func(place string, err error) { wrong = append(wrong, place+" "+err.Error()) }, Progress: func(int, int) { stop() }}
	first, err := app.Replay(ctx, s, cfg, o)
	if !errors.Is(err, context.Canceled) || first.New == 0 || first.New >= 150 {
		t.Fatalf("stopped: %+v, %v", first, err)
	}
	o.Progress = nil
	second, err := app.Replay(t.Context(), s, cfg, o)
	ok(t, err)
	if second.Resumed == "" || first.New+second.New != 150 || second.Known != 0 || second.None != 1 {
		t.Errorf("first %+v, then %+v", first, second)
	}
	said := strings.Join(wrong, "\n")
	if !strings.Contains(said, files[0].Name()+" the rest of the file is passed over: the file is torn") || !strings.Contains(said, "no text") {
		t.Errorf("it says\n%s", said)
	}
	handOver(t, cfg)
	got := records(t, s)
	if r := got["https://paper.example/2026/story-7"]; len(got) != 150 || !strings.HasPrefix(r.Text, text) {
		t.Errorf("%d records; story 7 is %q", len(got), r.Text)
	}
	if _, err := os.Stat(filepath.Join(cfg.Data, "pages", "replay.json")); !os.IsNotExist(err) {
		t.Errorf("the place is still noted: %v", err)
	}
}

// TestIngestWARC: kept pages are taken in elsewhere, and so is what other programs
// wrote; robots.txt, errors and walls are no stories.
func TestIngestWARC(t *testing.T) {
	t.Parallel()
	cfg, from := settings(t, ownSites+sources()), settings(t, ownSites+sources())
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	at := time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)
	robots, missing := keptStory(3, at, ""), keptStory(4, at, "Not found.")
	robots.Page.ContentType, missing.Page.Status = "text/plain", 404
	keepPages(t, from, at, keptStory(1, at, "Bread costs a tenth more than it did a month ago, the office said on Monday."), robots, missing)
	files, err := filepath.Glob(filepath.Join(from.Data, "pages", "*.warc.gz"))
	ok(t, err)
	n, err := take(t, s, cfg, files[0], app.IngestOptions{})
	if err != nil || n != (app.Ingested{Stories: 1, Passed: 2}) {
		t.Errorf("taken in %+v, %v", n, err)
	}
	const page = "<html><body><article><h1>Rye follows wheat</h1><p>Rye costs more too, the office said on Tuesday, and it expects that oats will follow before the spring.</p></article></body></html>"
	block := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(page), page)
	foreign := filepath.Join(t.TempDir(), "other.warc")
	ok(t, os.WriteFile(foreign, fmt.Appendf(nil, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://other.example/rye\r\nWARC-Date: 2026-11-02T10:00:00Z\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", len(block), block), 0o600))
	if n, err = take(t, s, cfg, foreign, app.IngestOptions{Source: "other"}); err != nil || n.Stories != 1 {
		t.Errorf("taken in of another program's %+v, %v", n, err)
	}
	handOver(t, cfg)
	got := records(t, s)
	if a, b := got["https://paper.example/2026/story-1"], got["https://other.example/rye"]; a.Source != "paper" || !a.Fetched.Equal(at) || !a.Quiet || b.Source != "other" || !strings.HasPrefix(b.Text, "Rye costs") {
		t.Errorf("records %+v", got)
	}
}
