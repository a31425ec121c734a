package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
	"edict/store"
)

// A stand is a newsstand at work: real pages of real sites, each site on a loopback
// address of its own.
type stand struct {
	hub   string
	truth []standStory // in the order of the file
}

type standStory struct {
	Site, Fault, URL, Title string
	Labels                  []string
}

type standReport struct {
	Site, Fault   string
	Articles      int
	Fetched       int            `json:"articles_fetched"`
	Twice         int            `json:"articles_fetched_more_than_once"`
	MaxInFlight   int            `json:"max_in_flight"`
	MinGap        int            `json:"min_gap_ms"`
	Breaches      int            `json:"robots_breaches"`
	Early         int            `json:"visits_before_retry_after"`
	Unconditional int            `json:"unconditional_repeats"`
	Conditional   int            `json:"conditional_requests"`
	Status        map[string]int `json:"status"`
}

// wholeStand is how long the program may take for all of the newsstand.
const wholeStand = 90 * time.Second * slowdown

// The crawl of real pages by the whole program: as it should be, and with faults.
func TestNewsstand(t *testing.T) {
	folder := os.Getenv("EDICT_NEWSSTAND")
	if folder == "" {
		t.Skip("set EDICT_NEWSSTAND to the folder of the newsstand to crawl it")
	}
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "newsstand")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	build.Dir = folder
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the newsstand: %v\n%s", err, out)
	}
	t.Run("as it should be", func(t *testing.T) {
		t.Parallel()
		newsstandWhole(t, openStand(t, binary, folder))
	})
	t.Run("with faults", func(t *testing.T) {
		t.Parallel()
		newsstandFaults(t, openStand(t, binary, folder, "-faults", "-traps-in-feed"))
	})
}

func openStand(t *testing.T, binary, folder string, arguments ...string) *stand {
	t.Helper()
	return openPages(t, binary, filepath.Join(folder, "pages", "pages.jsonl"), arguments...)
}

func openPages(t *testing.T, binary, pages string, arguments ...string) *stand {
	t.Helper()
	_, port, err := net.SplitHostPort(freeAddress(t))
	ok(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	sites := exec.CommandContext(ctx, binary, append([]string{"-pages", pages, "-port", port}, arguments...)...)
	said, err := sites.StderrPipe()
	ok(t, err)
	ok(t, sites.Start())
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.Contains(lines.Text(), "hub") {
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for lines.Scan() {
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-drained
		_ = sites.Wait() // it was killed
	})
	s := &stand{hub: "http://127.0.0.1:" + port}
	until(t, patience, func() string { return "the newsstand does not listen" }, func() bool {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
		return err == nil && conn.Close() == nil
	})
	_, body := get(t, s.hub+"/truth.jsonl")
	for line := range strings.Lines(body) {
		var story standStory
		ok(t, json.Unmarshal([]byte(line), &story))
		story.URL = news.NormalizeURL(story.URL)
		s.truth = append(s.truth, story)
	}
	if len(s.truth) < 100 {
		t.Fatalf("only %d stories on the newsstand", len(s.truth))
	}
	return s
}

// settings watches feed and listing of each site.
func (s *stand) settings(t *testing.T, listen, every string) (file string, cfg app.Config) {
	t.Helper()
	_, body := get(t, s.hub+"/sites.json")
	var sites []struct{ Name, Feed, Listing string }
	ok(t, json.Unmarshal([]byte(body), &sites))
	var b strings.Builder
	b.WriteString("crawler: {allow_private_networks: true, user_agent: \"EdictTest/1 (+https://edict.example)\"}\nsources:\n")
	for _, site := range sites {
		fmt.Fprintf(&b, "  - {name: %q, feed: %q, listing: %q, every: %s}\n", site.Name, site.Feed, site.Listing, every)
	}
	return settingsFile(t, listen, b.String())
}

func (s *stand) report(t *testing.T) (out []standReport) {
	t.Helper()
	_, body := get(t, s.hub+"/report.json")
	ok(t, json.Unmarshal([]byte(body), &out))
	return out
}

// allStored waits until every story of the newsstand is stored from its page.
func (s *stand) allStored(t *testing.T, archive *store.Store) map[string]news.Record {
	t.Helper()
	missing := map[string]news.Visit{}
	for _, story := range s.truth {
		missing[story.URL] = news.Visit{}
	}
	began := time.Now()
	until(t, wholeStand, func() string { return fmt.Sprintf("%d stories are missing: %+v", len(missing), missing) }, func() bool {
		for url := range missing {
			v, err := archive.Visit(t.Context(), url)
			missing[url] = v
			if err == nil && v.Article != "" {
				if _, err := archive.Current(t.Context(), v.Article); err == nil {
					delete(missing, url)
				}
			}
		}
		return len(missing) == 0
	})
	t.Logf("%d stories in %s", len(s.truth), time.Since(began).Round(100*time.Millisecond))
	return records(t, archive)
}

func newsstandWhole(t *testing.T, s *stand) {
	_, cfg := s.settings(t, freeAddress(t), "auto")
	log := &journal{}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(log.text.String())
		}
	})
	p := start(t, cfg, app.Options{Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	archive := archive(t, cfg)
	got := s.allStored(t, archive)
	stored(t, archive, int64(len(s.truth)), patience)
	if len(got) != len(s.truth) {
		t.Errorf("%d records for %d stories", len(got), len(s.truth))
	}
	partial := 0
	for _, story := range s.truth {
		r, there := got[story.URL]
		if !there {
			t.Errorf("%s is not stored under the address served", story.URL)
		}
		if r.Partial {
			partial++
			t.Logf("partial: %s %q", story.Site, story.Title)
		}
		evident(t, r)
	}
	if partial > len(s.truth)/20 {
		t.Errorf("%d of %d stories are partial", partial, len(s.truth))
	}
	t.Run("seed", func(t *testing.T) { seed(t, got[s.truth[0].URL]) })
	for _, r := range s.report(t) {
		if r.Fetched != r.Articles || r.Twice != 0 || r.Breaches != 0 || r.MaxInFlight != 1 || r.MinGap < 950 || r.Unconditional != 0 {
			t.Errorf("%+v", r)
		}
	}
	green(t, cfg, "store", "ledger", "bus")
	p.stop(t)
	newsstandAgain(t, s, cfg, archive)
}

// newsstandAgain runs the program at once on the same data, and has it poll everything.
func newsstandAgain(t *testing.T, s *stand, cfg app.Config, archive *store.Store) {
	before := export(t, archive, "jsonl")
	for i := range cfg.Sources {
		cfg.Sources[i].Every = app.Every(20 * time.Second)
	}
	began := time.Now()
	p := start(t, cfg, app.Options{})
	until(t, wholeStand, func() string { return "not every feed is polled again" }, func() bool {
		polls, err := archive.Polls(t.Context())
		ok(t, err)
		return !slices.ContainsFunc(polls, func(p news.Poll) bool { return p.Last.Before(began) })
	})
	p.stop(t)
	for _, r := range s.report(t) {
		if r.Fetched != r.Articles || r.Twice != 0 || r.Breaches != 0 || r.MaxInFlight != 1 || r.MinGap < 950 || r.Unconditional != 0 || r.Conditional == 0 || r.Status["304"] != r.Conditional {
			t.Errorf("after the second run: %+v", r)
		}
	}
	if export(t, archive, "jsonl") != before {
		t.Error("the second run has changed records")
	}
	green(t, cfg, "store", "ledger", "bus")
}

// seed holds the article that the project started from.
func seed(t *testing.T, r news.Record) {
	if want := time.Date(2021, 7, 14, 11, 10, 0, 0, time.UTC); !r.Published.Equal(want) || r.Partial {
		t.Errorf("published %s, partial %v", r.Published, r.Partial)
	}
	for _, want := range []string{"pro_blockchain_policy CN", "pro_blockchain_policy CN-JX", "pro_blockchain_policy CN-SH", "mining_crackdown CN"} {
		if !slices.ContainsFunc(r.Tags, func(tag news.Tag) bool {
			return string(tag.Label)+" "+string(tag.Jurisdiction) == want && tag.State.Counts()
		}) {
			t.Errorf("no tag %s among %+v", want, r.Tags)
		}
	}
	texts := []string{r.Title, r.Summary, r.Text}
	for _, tag := range r.Tags {
		for _, e := range tag.Evidence {
			texts = append(texts, e.Quote)
		}
	}
	for _, text := range texts {
		for _, alien := range []string{"story continues below", "kucoin", "gold"} {
			if strings.Contains(strings.ToLower(text), alien) {
				t.Errorf("%q is in %q", alien, text)
			}
		}
	}
}

func newsstandFaults(t *testing.T, s *stand) {
	file, cfg := s.settings(t, "127.0.0.1:0", "auto")
	c := startChild(t, file)
	archive := opened(t, cfg)
	got := s.allStored(t, archive)
	size := peak(t, c.Process.Pid)
	c.stop(t)
	t.Logf("at most %d MB in memory", size>>20)
	if size > 300<<20*weight {
		t.Errorf("the process had %d MB in memory", size>>20)
	}
	for _, story := range s.truth {
		if r := got[story.URL]; r.Partial && story.Fault != "" {
			t.Errorf("%s of a site that is %s is partial", story.URL, story.Fault)
		}
	}
	for url, r := range got {
		if trap := strings.Contains(url, "/trap/") || strings.Contains(url, "/private/"); trap && !r.Partial {
			t.Errorf("%s was read whole: %q", url, r.Text)
		}
	}
	for _, r := range s.report(t) {
		again := r.Fault == "busy" || r.Fault == "truncated" // what a second visit can get
		if r.Fetched != r.Articles || r.Breaches != 0 || r.MaxInFlight != 1 || r.MinGap < 950 || r.Early != 0 || r.Twice != 0 && !again || r.Unconditional != 0 && r.Fault != "truncated" {
			t.Errorf("%+v", r)
		}
	}
	green(t, cfg, "store", "ledger", "bus")
	faultsNamed(t, s, cfg, archive)
}

// faultsNamed wants each site's fault named in what is kept of its health, and visits
// the sites whose texts change again.
func faultsNamed(t *testing.T, s *stand, cfg app.Config, archive *store.Store) {
	t.Helper()
	healths, err := archive.Healths(t.Context())
	ok(t, err)
	fares := map[string]news.Health{}
	for _, h := range healths {
		fares[h.Source] = h
	}
	named := map[string]news.Outcome{"busy": news.Busy, "truncated": news.Unreachable, "redirects": news.Redirects, "bomb": news.TooLarge, "binary": news.NotNews}
	var amended []string
	for _, r := range s.report(t) {
		slug := news.Slug(r.Site)
		if want, is := named[r.Fault]; is && fares[slug].Visits[want].N == 0 {
			t.Errorf("%s is %s, and nothing says %s: %+v", r.Site, r.Fault, want, fares[slug])
		}
		if r.Fault == "slow" && fares[slug].Answers < time.Second {
			t.Errorf("%s is slow, and is said to answer within %s", r.Site, fares[slug].Answers)
		}
		if r.Fault == "updates" {
			amended = append(amended, slug)
		}
	}
	if len(amended) == 0 {
		t.Fatal("no site changes its texts")
	}
	round, err := app.CheckAgain(t.Context(), cfg, slog.New(slog.DiscardHandler), time.Now, amended, func(int) {})
	ok(t, err)
	changed := map[string]bool{}
	for _, c := range round.Changed {
		changed[c.Source] = true
		if !slices.ContainsFunc(c.Diff, func(l news.DiffLine) bool {
			return l.Op == news.DiffAdded && strings.Contains(l.Text, "Corrected since")
		}) {
			t.Errorf("%s: what was added is not shown: %+v", c.URL, c.Diff)
		}
	}
	t.Logf("%d of %d sites that change their texts have second versions", len(changed), len(amended))
	if len(changed) < len(amended)*3/4 { // some set the sentence where no text of the article is
		t.Errorf("second versions of %v alone, of %v", changed, amended)
	}
}

// peak is the most memory that a process ever had, in bytes.
func peak(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Logf("the memory of another process is not known on %s", runtime.GOOS)
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	ok(t, err)
	return kilobytes << 10
}
