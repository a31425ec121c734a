//go:build load && linux

package app_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"edict/app"
	"edict/news"
	"edict/store/storetest"
)

// The hall is an archive of so many articles, of which every tenth has tags and every
// fiftieth some that wait for an analyst; one every quarter of an hour, for nearly three years.
const hallArticles = 100_000

// A hall is the program at work as a process of its own over such an archive.
type hall struct {
	*child
	page string
	s    *app.Archive
	ids  []string // of records with tags
}

// openHall fills an archive and starts the program over it. EDICT_READERS_DATA names a
// folder in which the archive stays for the next time.
func openHall(t testing.TB) *hall {
	t.Helper()
	dir := os.Getenv("EDICT_READERS_DATA")
	if dir == "" {
		dir = t.TempDir()
	}
	listen := freeAddress(t)
	file := filepath.Join(dir, "edict.yaml")
	ok(t, os.WriteFile(file, fmt.Appendf(nil, "data: %q\nweb: {listen: %q}\nsources: []\n", filepath.Join(dir, "data"), listen), 0o600))
	cfg, err := app.Load(file, nil)
	ok(t, err)
	s, err := app.MakeArchive(t.Context(), cfg, time.Now)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	begin := time.Now()
	there, err := s.Totals(t.Context())
	ok(t, err)
	for n := int(there.Articles); n < hallArticles; n += 500 {
		var batch []news.Record
		for i := range 500 {
			batch = append(batch, hallRecord(n+i))
		}
		ok(t, s.Keep(t.Context(), batch))
	}
	for done := 1; done > 0; {
		done, err = s.Index(t.Context(), 1000)
		ok(t, err)
	}
	for more := true; more; {
		more, err = s.Refine(t.Context())
		ok(t, err)
	}
	t.Logf("%d articles are there after %s", hallArticles, time.Since(begin).Round(time.Second))
	tagged, err := s.Records(t.Context(), news.Filter{Tagged: true, Limit: 300})
	ok(t, err)
	h := &hall{child: startChild(t, file), page: "http://" + listen, s: s}
	for _, r := range tagged {
		h.ids = append(h.ids, r.ID)
	}
	select {
	case after := <-h.ready:
		t.Logf("ready after %s", after.Round(time.Millisecond))
	case <-time.After(patience):
		t.Fatalf("the program is not ready: %s", h.said)
	}
	_, took, fault := ask(t.Context(), http.DefaultClient, "ada", h.page+"/", nil)
	t.Logf("the first page of all took %s %s", took.Round(time.Millisecond), fault)
	_, took, fault = ask(t.Context(), http.DefaultClient, "ada", h.page+h.addresses()["map, known"], nil)
	t.Logf("the first earlier map took %s %s", took.Round(time.Millisecond), fault)
	begin = time.Now()
	last, err := s.LastChange(t.Context())
	ok(t, err)
	for _, name := range []string{"alert", "relay", "search"} {
		until(t, 10*patience, func() string { return name + " has not caught up" }, func() bool {
			at, err := s.Cursor(t.Context(), name)
			ok(t, err)
			return at >= last
		})
	}
	t.Logf("alerts, relay and search have caught up after %s", time.Since(begin).Round(time.Second))
	return h
}

func hallRecord(n int) news.Record {
	places := []news.Jurisdiction{"CN", "CN-JX", "CN-SC", "KZ", "US-NY", "US-TX", "IR", "HK", "AE-DU", "CN-NM", "CN-XJ", "CN-SH"}
	r := storetest.Record(n)
	r.Published = time.Now().UTC().Truncate(time.Second) // of those that come later
	if n < hallArticles {
		r.Published = r.Published.Add(-time.Duration(hallArticles-n) * 15 * time.Minute)
	}
	r.Fetched = r.Published.Add(30 * time.Second)
	if n%10 != 0 {
		r.Tags, r.Counts = []news.Tag{}, []news.Count{}
		return r
	}
	for i := range r.Tags {
		r.Tags[i].Jurisdiction = places[(n/10+i*5)%len(places)]
		if n%50 == 0 {
			r.Tags[i].State = news.Review
		}
	}
	return r
}

// addresses are one of each kind of page, those of moments that nobody has asked for yet.
func (h *hall) addresses() map[string]string {
	day := time.Now().AddDate(0, 0, -rand.IntN(900)).Format("2006-01-02")
	some := func(list ...string) string { return list[rand.IntN(len(list))] }
	return map[string]string{
		"map":             "/",
		"map, published":  "/?by=published&asof=" + day,
		"map, known":      "/?asof=" + time.Now().UTC().Add(-time.Duration(rand.IntN(1e6))*time.Millisecond).Format(time.RFC3339),
		"stream":          "/stream",
		"stream, all":     "/stream?all=1",
		"stream, place":   "/stream?label=mining_crackdown&jurisdiction=" + some("CN", "KZ", "US-NY"),
		"search":          "/stream?q=" + url.QueryEscape(some("bitcoin", "挖矿", "blockchain", "mines")),
		"search, best":    "/stream?by=relevance&q=" + url.QueryEscape(some("bitcoin mines", "比特币")),
		"record":          "/records/" + h.ids[rand.IntN(len(h.ids))],
		"place":           "/places/" + some("CN", "CN-SC", "KZ", "US-TX"),
		"sources":         "/sources",
		"review":          "/review",
		"review, skipped": "/review?skip=" + some("20", "40", "60"),
		"decisions":       "/decisions",
		"rules":           "/rules",
		"subscriptions":   "/subscriptions",
		"deliveries":      "/deliveries",
		"dead letters":    "/dead",
	}
}

// times are how long pages took, by kind.
type times struct {
	mu     sync.Mutex // guards the rest
	of     map[string][]time.Duration
	faults []string
}

func (x *times) note(kind string, took time.Duration, fault string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.of == nil {
		x.of = map[string][]time.Duration{}
	}
	x.of[kind] = append(x.of[kind], took)
	if fault != "" {
		x.faults = append(x.faults, kind+": "+fault)
	}
}

// tell logs them, and returns the p99 of all.
func (x *times) tell(t testing.TB) time.Duration {
	var all []time.Duration
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }
	for kind, list := range x.of {
		slices.Sort(list)
		all = append(all, list...)
		t.Logf("%-16s %5d  p50 %6s ms  p99 %6s ms  most %6s ms", kind, len(list), ms(list[len(list)/2]), ms(list[len(list)*99/100]), ms(list[len(list)-1]))
	}
	slices.Sort(all)
	p99 := all[len(all)*99/100]
	t.Logf("%-16s %5d  p50 %6s ms  p99 %6s ms  most %6s ms", "all", len(all), ms(all[len(all)/2]), ms(p99), ms(all[len(all)-1]))
	if len(x.faults) > 0 {
		t.Errorf("%d faults, such as %q", len(x.faults), x.faults[:min(5, len(x.faults))])
	}
	return p99
}

// ask reads a page or sends a form, and returns its text.
func ask(ctx context.Context, client *http.Client, who, address string, form url.Values) (text string, took time.Duration, fault string) {
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return "", 0, err.Error()
	}
	r.AddCookie(&http.Cookie{Name: "edict_name", Value: who})
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	begin := time.Now()
	res, err := client.Do(r)
	if err != nil {
		return "", time.Since(begin), err.Error()
	}
	data, err := io.ReadAll(res.Body)
	took = time.Since(begin)
	_ = res.Body.Close()
	if err != nil {
		return "", took, err.Error()
	}
	if res.StatusCode != http.StatusOK {
		return "", took, fmt.Sprint(address, ": ", res.Status)
	}
	return string(data), took, ""
}

// BenchmarkPages asks for every page of a program over 100,000 articles, one after the
// other: how long each takes until its last byte is there.
func BenchmarkPages(b *testing.B) {
	h := openHall(b)
	defer h.stop(b)
	for _, address := range h.addresses() { // and the program has made what it makes beforehand
		if _, _, fault := ask(b.Context(), http.DefaultClient, "ada", h.page+address, nil); fault != "" {
			b.Fatal(fault)
		}
	}
	var took times
	for b.Loop() {
		for kind, address := range h.addresses() {
			_, d, fault := ask(b.Context(), http.DefaultClient, "ada", h.page+address, nil)
			took.note(kind, d, fault)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(took.tell(b).Microseconds())/1000, "p99-ms")
	for kind, list := range took.of {
		b.ReportMetric(float64(list[len(list)/2].Microseconds())/1000, strings.NewReplacer(", ", "-", " ", "-").Replace(kind)+"-ms")
		b.ReportMetric(float64(list[len(list)*99/100].Microseconds())/1000, strings.NewReplacer(", ", "-", " ", "-").Replace(kind)+"-p99-ms")
	}
}

var waitingTag = regexp.MustCompile(`data-item="([^"]+)"`)

// TestReaders lets 50 readers and 5 analysts work for two minutes over 100,000 articles,
// each as a person who is in a hurry, while two articles come in each second. It fails
// when a page or a decision fails; how fast a machine is is no fault. EDICT_READERS_FOR
// is another time.
func TestReaders(t *testing.T) {
	length := 2 * time.Minute
	if d, err := time.ParseDuration(os.Getenv("EDICT_READERS_FOR")); err == nil {
		length = d
	}
	h := openHall(t)
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	var took times
	var people sync.WaitGroup
	think := func(about time.Duration) bool {
		pause := time.NewTimer(about/2 + rand.N(about))
		defer pause.Stop()
		select {
		case <-pause.C:
			return true
		case <-ctx.Done():
			return false
		}
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 60}}
	defer client.CloseIdleConnections()
	see := func(kind, who, address string, form url.Values) string {
		text, d, fault := ask(context.WithoutCancel(ctx), client, who, h.page+address, form)
		took.note(kind, d, fault)
		return text
	}
	for i := range 50 {
		people.Go(func() {
			who := fmt.Sprint("reader-", i)
			for think(time.Second) {
				pages := h.addresses()
				kinds := []string{"map", "stream", "record", "search", "place"} // what readers read most
				for kind := range pages {
					kinds = append(kinds, kind)
				}
				kind := kinds[rand.IntN(len(kinds))]
				see(kind, who, pages[kind], nil)
			}
		})
	}
	decisions := make([]int, 5)
	for i := range decisions {
		people.Go(func() {
			who := fmt.Sprint("analyst-", i)
			for think(2 * time.Second) {
				tags := waitingTag.FindAllStringSubmatch(see("review", who, "/review?skip="+fmt.Sprint(i*20), nil), -1)
				if len(tags) == 0 {
					continue
				}
				act := []string{"accept", "reject"}[rand.IntN(2)]
				form := url.Values{"act": {act}, "item": {tags[rand.IntN(len(tags))][1]}, "spent": {"1500"}}
				if see("decide", who, "/review/act", form) != "" {
					decisions[i]++
				}
			}
		})
	}
	people.Go(func() {
		for n := hallArticles + rand.IntN(1<<20); think(500 * time.Millisecond); n++ {
			if err := h.s.Keep(context.WithoutCancel(ctx), []news.Record{hallRecord(n)}); err != nil {
				t.Errorf("keep an article: %v", err)
			}
		}
	})
	people.Wait()
	took.tell(t)
	all := 0
	for _, n := range decisions {
		all += n
	}
	t.Logf("%d decisions; at most %d MiB of memory, %s of CPU in %s", all, peak(t, h.Process.Pid)>>20, processorTime(t, h.Process.Pid), length)
	h.stop(t)
}
