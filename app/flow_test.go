package app_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// A story's whole way: from a site over the bus into the store and onto the page.
// Then once more on the same data, which must change nothing.
func TestWholeWay(t *testing.T) {
	t.Parallel()
	stories := dozen(time.Now())
	site := openPaper(t, "", stories...)
	site.feedHolds = 8 // the rest stands on the listing alone
	cfg := settings(t, ownSites+sources(site))

	p := start(t, cfg, app.Options{})
	if len(p.Sources) != 1 || p.Page == "" || p.Ops != p.Page || p.Data != cfg.Data || len(p.Labels) < 2 {
		t.Errorf("status: %+v", p.Status)
	}
	s := archive(t, cfg)
	stored(t, s, int64(len(stories)), patience)
	whole(t, site, stories, records(t, s))
	if all, most := site.fetched(); all != len(stories) || most != 1 {
		t.Errorf("%d story pages were fetched, one of them %d times, for %d stories", all, most, len(stories))
	}
	ops(t, p, int64(len(stories)))
	shown(t, p, stories)

	late := breaking(time.Now())
	card := live(t, p, func() { site.bring(late) })
	if !strings.Contains(card, late.title) {
		t.Errorf("the live page was sent %s", card)
	}
	r := records(t, s)[site.URL+late.path]
	if r.Quiet {
		t.Error("a story that came out while the program ran is quiet")
	}
	p.stop(t)
	again(t, cfg, site)
}

// whole wants each story once, under the address served, with its own words, and
// with tags that evidence proves.
func whole(t *testing.T, site *paper, stories []story, got map[string]news.Record) {
	t.Helper()
	if len(got) != len(stories) {
		t.Errorf("%d records for %d stories", len(got), len(stories))
	}
	for _, s := range stories {
		r, there := got[site.URL+s.path]
		if !there {
			t.Errorf("%s is not stored under the address served", s.path)
			continue
		}
		if r.Title != s.title || r.Text != s.text() || r.Partial || r.Source != "paper-1" || !r.Published.Equal(s.out) || r.Language != s.language {
			t.Errorf("%s is stored as %q in %s of %s, published %s, partial %v:\n%s", s.path, r.Title, r.Language, r.Source, r.Published, r.Partial, r.Text)
		}
		if !r.Quiet {
			t.Errorf("%s was there at the first poll and is not quiet", s.path)
		}
		for _, want := range s.tags {
			if !slices.ContainsFunc(r.Tags, func(tag news.Tag) bool {
				return string(tag.Label)+" "+string(tag.Jurisdiction) == want && tag.State.Counts()
			}) {
				t.Errorf("%s: no tag %s among %+v", s.path, want, r.Tags)
			}
		}
		if s.none && len(r.Tags) > 0 {
			t.Errorf("%s has tags: %+v", s.path, r.Tags)
		}
		evident(t, r)
	}
}

// evident wants every tag to have evidence, and every quote to be its slice.
func evident(t *testing.T, r news.Record) {
	t.Helper()
	for _, tag := range r.Tags {
		if len(tag.Evidence) == 0 {
			t.Errorf("%s: %s %s has no evidence", r.URL, tag.Label, tag.Jurisdiction)
		}
		for _, e := range tag.Evidence {
			if text := r.Field(e.Field); e.End > len(text) || text[e.Start:e.End] != e.Quote || e.Rule == "" {
				t.Errorf("%s: %+v is not that slice", r.URL, e)
			}
		}
	}
}

// ops wants operation's three addresses to say that all is well.
func ops(t *testing.T, p *running, n int64) {
	t.Helper()
	if code, body := get(t, p.Ops+"/livez"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("/livez: %d %q", code, body)
	}
	code, body := get(t, p.Ops+"/readyz")
	var r app.Readiness
	ok(t, json.Unmarshal([]byte(body), &r))
	if code != http.StatusOK || !r.Ready || r.Parts["bus"] != "ok" || r.Parts["store"] != "ok" {
		t.Errorf("/readyz: %d %s", code, body)
	}
	if b := r.Ledger; b.Total != n || b.Stored != n || b.Dead != 0 || b.Waiting != 0 {
		t.Errorf("ledger: %+v, want %d stored", b, n)
	}
	if len(r.Streams) != 5 {
		t.Errorf("streams: %v", r.Streams)
	}
	code, body = get(t, p.Ops+"/metrics")
	if code != http.StatusOK {
		t.Errorf("/metrics: %d", code)
	}
	for _, line := range []string{
		"edict_articles_published_total 12", "edict_records_kept_total 12", "edict_fetched_to_stored_seconds_count 12",
		`edict_visits_total{outcome="ok",source="paper-1"} 12`, `edict_ledger_rows{state="stored"} 12`, `edict_ledger_rows{state="waiting"} 0`,
		`edict_stream_messages{stream="ARTICLES"} 0`, "edict_bus_restarts_total 0", "go_goroutines ",
	} {
		if !strings.Contains(body, "\n"+line) {
			t.Errorf("/metrics does not say %s", line)
		}
	}
}

// shown wants the page to show what has a tag, and all on demand.
func shown(t *testing.T, p *running, stories []story) {
	t.Helper()
	code, tagged := get(t, p.Page+"/stream")
	if code != http.StatusOK || !strings.Contains(tagged, "<mark") {
		t.Errorf("the page: %d, evidence marked: %v", code, strings.Contains(tagged, "<mark"))
	}
	_, all := get(t, p.Page+"/stream?all=1")
	// Within a title evidence may be marked, so a card is known by its record.
	for _, s := range stories {
		if s.none && (strings.Contains(tagged, s.title) || !strings.Contains(all, s.title)) {
			t.Errorf("%q is on the page of tagged stories, or not on that of all", s.title)
		}
	}
	if want := len(stories); strings.Count(all, `class="card"`) != want {
		t.Errorf("%d cards for %d stories", strings.Count(all, `class="card"`), want)
	}
	with := len(slices.DeleteFunc(slices.Clone(stories), func(s story) bool { return s.none }))
	if n := strings.Count(tagged, `class="card"`); n != with {
		t.Errorf("%d cards for %d tagged stories", n, with)
	}
}

// live reads the stream of a page until a card comes, after do.
func live(t *testing.T, p *running, do func()) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.Page+"/live", nil)
	ok(t, err)
	resp, err := http.DefaultClient.Do(req)
	ok(t, err)
	defer func() { _ = resp.Body.Close() }()
	over := time.AfterFunc(patience, func() { _ = resp.Body.Close() })
	defer over.Stop()
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("/live: %s", resp.Status)
	}
	do()
	event, data := "", ""
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		switch line := lines.Text(); {
		case line == "" && event == "card":
			return strip(data)
		case line == "":
			event, data = "", ""
		case strings.HasPrefix(line, "event: "):
			event = strings.TrimPrefix(line, "event: ")
		case strings.HasPrefix(line, "data: "):
			data += strings.TrimPrefix(line, "data: ") + "\n"
		}
	}
	t.Fatalf("the live page ended without a story: %v", lines.Err())
	return ""
}

// strip takes the marks of evidence out of markup.
func strip(markup string) string {
	for {
		from := strings.Index(markup, "<mark")
		if from < 0 {
			return strings.ReplaceAll(markup, "</mark>", "")
		}
		to := strings.IndexByte(markup[from:], '>')
		markup = markup[:from] + markup[from+to+1:]
	}
}

func get(t testing.TB, address string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	ok(t, err)
	resp, err := http.DefaultClient.Do(req)
	ok(t, err)
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	ok(t, err)
	return resp.StatusCode, string(data)
}

// again runs the program once more on the same data: what it knows it does not fetch,
// the feed is asked for only if it has changed, and no record changes.
func again(t *testing.T, cfg app.Config, site *paper) {
	t.Helper()
	s := archive(t, cfg)
	before := export(t, s, "jsonl")
	last, err := s.LastChange(t.Context())
	ok(t, err)
	pages, _ := site.fetched()
	asked, conditional, unchanged := site.counts("/feed.xml")
	listing, _, _ := site.counts("/news/")

	p := start(t, cfg, app.Options{})
	until(t, patience, func() string { return "neither feed nor listing is polled again" }, func() bool {
		feed, _, _ := site.counts("/feed.xml")
		list, _, _ := site.counts("/news/")
		return feed >= asked+3 && list >= listing+2
	})
	p.stop(t)
	if now, _ := site.fetched(); now != pages {
		t.Errorf("%d story pages were fetched again", now-pages)
	}
	asked2, conditional2, unchanged2 := site.counts("/feed.xml")
	if asked2-asked != conditional2-conditional || asked2-asked != unchanged2-unchanged {
		t.Errorf("of %d requests for the feed %d were conditional, and %d were answered with 304",
			asked2-asked, conditional2-conditional, unchanged2-unchanged)
	}
	if after := export(t, s, "jsonl"); after != before {
		t.Errorf("the archive has changed from\n%s\nto\n%s", before, after)
	}
	if now, err := s.LastChange(t.Context()); err != nil || now != last {
		t.Errorf("the last change was %d and is %d, %v", last, now, err)
	}
	green(t, cfg, "store", "ledger", "bus", "rules")
}
