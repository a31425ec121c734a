package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

func visit(source string, n int, next time.Time) news.Visit {
	return news.Visit{
		URL: fmt.Sprintf("https://%s.example/%03d", source, n), Source: source, Title: fmt.Sprintf("Story %d", n),
		Summary: "关停挖矿", Published: Epoch, Found: Epoch, Next: next, Quiet: n%2 == 0,
	}
}

func testPolls(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	poll := news.Poll{Source: "a", Address: "https://a.example/feed", ETag: `"1"`, First: Epoch, Last: Epoch, Success: Epoch, Next: Epoch.Add(time.Minute), Outcome: news.OK, Entries: 3, New: 3}
	found := []news.Visit{visit("a", 1, Epoch), visit("a", 2, Epoch), visit("a", 3, Epoch)}
	same(t, "new stories", must(s.SavePoll(ctx, poll, found))(t), 3)
	same(t, "polls", must(s.Polls(ctx))(t), []news.Poll{poll})

	// A story that is known is left as it is, under whatever form of its address.
	done := found[1]
	done.Next, done.Attempts, done.Outcome, done.Article = time.Time{}, 1, news.OK, "x"
	ok(t, s.SaveVisit(ctx, done))
	again := visit("a", 2, Epoch.Add(time.Hour))
	again.URL = "HTTPS://A.example:443/002?utm_source=rss#top"
	poll.ETag = `"2"`
	same(t, "new stories of the second poll", must(s.SavePoll(ctx, poll, []news.Visit{again, visit("a", 4, Epoch), visit("a", 4, Epoch)}))(t), 1)
	same(t, "the visit that was known", must(s.Visit(ctx, found[1].URL))(t), done)
	same(t, "the poll", must(s.Polls(ctx))(t), []news.Poll{poll})
	same(t, "a poll without stories", must(s.SavePoll(ctx, poll, nil))(t), 0)

	// A story that cannot be kept takes the poll with it, so that the next one finds
	// the story again.
	bad := poll
	bad.ETag = `"3"`
	_, err := s.SavePoll(ctx, bad, []news.Visit{visit("a", 5, Epoch), {URL: "https://a.example/6", Source: "No Slug"}})
	fails(t, "a wrong story", err, news.ErrInvalid)
	same(t, "the poll after a wrong story", must(s.Polls(ctx))(t), []news.Poll{poll})
	_, err = s.Visit(ctx, visit("a", 5, Epoch).URL)
	fails(t, "its neighbour", err, news.ErrNotFound)
	_, err = s.SavePoll(ctx, news.Poll{Source: "a"}, nil)
	fails(t, "a poll of nothing", err, news.ErrInvalid)
}

func testVisits(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	_, err := s.Visit(ctx, "https://a.example/none")
	fails(t, "a visit that is not there", err, news.ErrNotFound)
	v := visit("a", 1, Epoch.Add(time.Second))
	v.Last, v.ETag, v.LastModified, v.Detail, v.Partial = Epoch, `"e"`, "yesterday", "walled", true
	ok(t, s.SaveVisit(ctx, v))
	same(t, "a visit", must(s.Visit(ctx, v.URL+"?utm_medium=x"))(t), v)
	v.Next, v.Outcome = time.Time{}, news.Gone
	ok(t, s.SaveVisit(ctx, v))
	same(t, "the visit later", must(s.Visit(ctx, v.URL))(t), v)
	fails(t, "a visit of no address", s.SaveVisit(ctx, news.Visit{Source: "a"}), news.ErrInvalid)
}

func testDueVisits(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	for _, name := range []string{"a", "b", "c"} {
		ok(t, s.SaveSource(ctx, source(name, news.FromUser)))
	}
	at := func(minutes int) time.Time { return Epoch.Add(time.Duration(minutes) * time.Minute) }
	var backlog []news.Visit
	for n := range 50 {
		backlog = append(backlog, visit("a", n, at(-100-n))) // the highest number is the oldest
	}
	must(s.SavePoll(ctx, news.Poll{Source: "a", Address: "https://a.example/feed"}, backlog))(t)
	for _, v := range []news.Visit{
		visit("b", 1, at(-1)), visit("b", 2, at(0)), visit("b", 3, at(1)), // the last is not due
		visit("c", 1, time.Time{}), // never again
		visit("gone", 1, at(-5)),   // its source is not watched
	} {
		ok(t, s.SaveVisit(ctx, v))
	}
	urls := func(list []news.Visit) (out []string) {
		for _, v := range list {
			out = append(out, v.URL[len("https://"):])
		}
		return out
	}
	same(t, "due, sources by turns", urls(must(s.DueVisits(ctx, at(0), 5, nil))(t)),
		[]string{"a.example/049", "b.example/001", "a.example/047", "b.example/002", "a.example/045"}) // what may alert first
	same(t, "all that is due, of one source its share", len(must(s.DueVisits(ctx, at(0), 1000, nil))(t)), 32+2)
	ok(t, s.PauseSource(ctx, "a", true))
	same(t, "one that is paused", urls(must(s.DueVisits(ctx, at(0), 5, nil))(t)), []string{"b.example/001", "b.example/002"})
	ok(t, s.PauseSource(ctx, "a", false))
	same(t, "nothing is due", len(must(s.DueVisits(ctx, at(-1000), 10, nil))(t)), 0)
	same(t, "none are asked for", len(must(s.DueVisits(ctx, at(0), 0, nil))(t)), 0)
	held := map[string]string{news.ArticleID(backlog[49].URL): "a", news.ArticleID(backlog[45].URL): "a", news.ArticleID("https://b.example/001"): "b"}
	same(t, "without what is held", urls(must(s.DueVisits(ctx, at(0), 4, held))(t)),
		[]string{"a.example/047", "b.example/002", "a.example/043", "a.example/041"})
	same(t, "a whole visit", must(s.DueVisits(ctx, at(0), 1, nil))(t), []news.Visit{backlog[49]})
}

// testDueBehindABacklog: what has just come out goes before what lies about for long,
// what is tried again between the two, and a source gives no more than its share.
func testDueBehindABacklog(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	for _, name := range []string{"a", "b"} {
		ok(t, s.SaveSource(ctx, source(name, news.FromUser)))
	}
	var backlog []news.Visit
	for n := range 300 {
		v := visit("a", n, Epoch.Add(-time.Hour))
		v.Quiet = true
		backlog = append(backlog, v)
	}
	must(s.SavePoll(ctx, news.Poll{Source: "a", Address: "https://a.example/feed"}, backlog))(t)
	now, again := visit("a", 501, Epoch), visit("a", 503, Epoch.Add(-time.Minute))
	again.Attempts = 1
	ok(t, s.SaveVisit(ctx, now))
	ok(t, s.SaveVisit(ctx, again))
	ok(t, s.SaveVisit(ctx, visit("b", 1, Epoch)))
	got := must(s.DueVisits(ctx, Epoch, 1000, nil))(t)
	same(t, "how many", len(got), 32+1)
	same(t, "what is first", []string{got[0].URL, got[1].URL, got[2].URL}, []string{visit("b", 1, Epoch).URL, now.URL, again.URL})
	held := map[string]string{}
	for _, v := range got {
		held[news.ArticleID(v.URL)] = v.Source
	}
	more := must(s.DueVisits(ctx, Epoch, 1000, held))(t)
	same(t, "how many more", len(more), 4) // they may be of other sites
	for _, v := range more {
		if _, twice := held[news.ArticleID(v.URL)]; twice {
			t.Errorf("%s is held already", v.URL)
		}
	}
	now.Article, now.Attempts = "x", 0 // read, and looked at again: no longer the first
	ok(t, s.SaveVisit(ctx, now))
	got = must(s.DueVisits(ctx, Epoch, 1000, nil))(t)
	same(t, "what is first later", []string{got[1].URL, got[2].URL}, []string{again.URL, now.URL})
}

// testEditions: whoever watches the sources need not read them to see that none has
// changed.
func testEditions(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	seen := map[int64]bool{must(s.SourcesEdition(ctx))(t): true}
	differs := func(what string) {
		t.Helper()
		n := must(s.SourcesEdition(ctx))(t)
		if seen[n] {
			t.Errorf("%s: the edition %d was there before", what, n)
		}
		seen[n] = true
		same(t, "the edition, asked again", must(s.SourcesEdition(ctx))(t), n)
	}
	ok(t, s.SaveSource(ctx, source("a", news.FromUser)))
	differs("a new source")
	ok(t, s.SaveSource(ctx, source("a", news.FromUser)))
	differs("a source that was changed")
	ok(t, s.RemoveSource(ctx, "a"))
	differs("a source that was removed")
	ok(t, s.LayInSources(ctx, news.FromFile, []news.Source{source("b", news.FromFile)}))
	differs("sources of the file")
	must(s.SavePoll(ctx, news.Poll{Source: "b", Address: "https://b.example/feed"}, nil))(t)
	same(t, "a poll is no change of a source", seen[must(s.SourcesEdition(ctx))(t)], true)
}

// testWriteTogether: many writers at once, of whom one writes what is wrong: it fails,
// and what the others wrote is there.
func testWriteTogether(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	const writers, each = 8, 20
	errs := make([]error, writers)
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				a := Article(w*each + i)
				isNew, err := s.Enter(ctx, a, Visit(a))
				if err == nil && !isNew {
					err = errors.New("it is not new")
				}
				errs[w] = errors.Join(errs[w], err)
			}
		})
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	fails(t, "a write that was stopped before it began", s.SaveVisit(stopped, visit("a", 900, Epoch)), context.Canceled)
	group.Wait()
	ok(t, errors.Join(errs...))
	same(t, "the ledger", must(s.Balance(ctx))(t), news.Balance{Total: writers * each, Waiting: writers * each})
	_, err := s.Visit(ctx, visit("a", 900, Epoch).URL)
	fails(t, "what was stopped", err, news.ErrNotFound)
}

func testEnter(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a := Article(1)
	v := Visit(a)
	v.Next = Epoch.Add(time.Hour)
	same(t, "a new version", must(s.Enter(ctx, a, v))(t), true)
	v.Article, v.Version = a.ID, a.Version
	same(t, "its visit", must(s.Visit(ctx, v.URL))(t), v)
	rows := must(s.Unfinished(ctx, Epoch.AddDate(9, 0, 0), 10, news.Key{}))(t)
	same(t, "its row", rows, []store.LedgerRow{{Article: a, Entered: rows[0].Entered}})

	v.Attempts, v.Outcome = 2, news.Unchanged
	same(t, "the same version", must(s.Enter(ctx, a, v))(t), false)
	same(t, "the visit is saved all the same", must(s.Visit(ctx, v.URL))(t), v)
	changed := ArticleText(1, "One line more.")
	same(t, "another version", must(s.Enter(ctx, changed, v))(t), true)
	same(t, "the ledger", must(s.Balance(ctx))(t), news.Balance{Total: 2, Waiting: 2})

	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto)}))
	same(t, "a version that is stored", must(s.Enter(ctx, a, v))(t), false)
	ok(t, s.MarkDead(ctx, changed.Key(), "classifier", "it panics"))
	same(t, "a version that is dead", must(s.Enter(ctx, changed, v))(t), false)
	same(t, "the ledger at last", must(s.Balance(ctx))(t), news.Balance{Total: 2, Stored: 1, Dead: 1})

	wrong := Article(2)
	wrong.Version = "0"
	_, err := s.Enter(ctx, wrong, Visit(wrong))
	fails(t, "a wrong article", err, news.ErrInvalid)
	_, err = s.Visit(ctx, wrong.URL)
	fails(t, "its visit", err, news.ErrNotFound)
	same(t, "an article that was not crawled", must(s.Enter(ctx, Article(3), news.Visit{}))(t), true)
	green(t, s)
}

// testEnterOtherAddresses: a story is known by the address that was asked for, the
// one that was served, the canonical one and its twins.
func testEnterOtherAddresses(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.SaveSource(ctx, source("a", news.FromUser)))
	a := Article(1)
	c := a.Content
	c.URL, c.CanonicalURL, c.Twins = "https://www.a.example/served", "https://a.example/canonical", []string{"https://a.example/amp/story", "https://m.a.example/story"}
	a = news.NewArticle(c, false)
	unread := visit("a", 1, Epoch) // another feed lists the canonical address, nobody went there
	unread.URL = c.CanonicalURL
	ok(t, s.SaveVisit(ctx, unread))
	asked := visit("a", 2, Epoch.Add(time.Hour))
	must(s.Enter(ctx, a, asked))(t)

	for _, address := range append([]string{c.URL, c.CanonicalURL}, c.Twins...) {
		v := must(s.Visit(ctx, address))(t)
		same(t, "the article of "+address, []string{v.Article, v.Version}, []string{a.ID, a.Version})
		same(t, address+" is not read again", v.Next.IsZero(), true)
		same(t, "a feed that lists "+address, must(s.SavePoll(ctx, news.Poll{Source: "a", Address: "https://a.example/feed"}, []news.Visit{{URL: address, Source: "a"}}))(t), 0)
	}
	same(t, "the address that is due again", len(must(s.DueVisits(ctx, Epoch.Add(2*time.Hour), 10, nil))(t)), 1)

	// What led to an article of its own before is not overwritten.
	other := Article(2)
	must(s.Enter(ctx, other, Visit(other)))(t)
	c.URL = other.URL
	must(s.Enter(ctx, news.NewArticle(c, false), asked))(t)
	same(t, "an address with an article of its own", must(s.Visit(ctx, other.URL))(t).Article, other.ID)
}
