package storetest

import (
	"fmt"
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
	same(t, "due, sources by turns", urls(must(s.DueVisits(ctx, at(0), 5))(t)),
		[]string{"a.example/049", "b.example/001", "a.example/048", "b.example/002", "a.example/047"})
	same(t, "all that is due", len(must(s.DueVisits(ctx, at(0), 1000))(t)), 52)
	same(t, "nothing is due", len(must(s.DueVisits(ctx, at(-1000), 10))(t)), 0)
	same(t, "none are asked for", len(must(s.DueVisits(ctx, at(0), 0))(t)), 0)
	same(t, "a whole visit", must(s.DueVisits(ctx, at(0), 1))(t), []news.Visit{backlog[49]})
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
// one that was served and the canonical one.
func testEnterOtherAddresses(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.SaveSource(ctx, source("a", news.FromUser)))
	a := Article(1)
	c := a.Content
	c.URL, c.CanonicalURL = "https://www.a.example/served", "https://a.example/canonical"
	a = news.NewArticle(c, false)
	unread := visit("a", 1, Epoch) // another feed lists the canonical address, nobody went there
	unread.URL = c.CanonicalURL
	ok(t, s.SaveVisit(ctx, unread))
	asked := visit("a", 2, Epoch.Add(time.Hour))
	must(s.Enter(ctx, a, asked))(t)

	for _, address := range []string{c.URL, c.CanonicalURL} {
		v := must(s.Visit(ctx, address))(t)
		same(t, "the article of "+address, []string{v.Article, v.Version}, []string{a.ID, a.Version})
		same(t, address+" is not read again", v.Next.IsZero(), true)
		same(t, "a feed that lists "+address, must(s.SavePoll(ctx, news.Poll{Source: "a", Address: "https://a.example/feed"}, []news.Visit{{URL: address, Source: "a"}}))(t), 0)
	}
	same(t, "the address that is due again", len(must(s.DueVisits(ctx, Epoch.Add(2*time.Hour), 10))(t)), 1)

	// What led to an article of its own before is not overwritten.
	other := Article(2)
	must(s.Enter(ctx, other, Visit(other)))(t)
	c.URL = other.URL
	must(s.Enter(ctx, news.NewArticle(c, false), asked))(t)
	same(t, "an address with an article of its own", must(s.Visit(ctx, other.URL))(t).Article, other.ID)
}
