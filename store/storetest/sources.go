package storetest

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

func testOpen(t *testing.T, b Backend) {
	url := b.New(t)
	first := open(t, url)
	ok(t, first.Keep(t.Context(), Records(0, 3)))
	ok(t, first.Close())
	again := open(t, url)
	same(t, "records after the second opening", ids(must(again.Records(t.Context(), news.Filter{}))(t)),
		[]string{Record(2).ID, Record(1).ID, Record(0).ID})
	green(t, again)

	_, err := store.Open(t.Context(), "mysql://there", slog.New(slog.DiscardHandler), time.Now)
	fails(t, "another scheme", err, news.ErrInvalid)
	if !strings.Contains(err.Error(), "sqlite:") {
		t.Errorf("the error does not name what is allowed: %v", err)
	}
}

// testOpenAtOnce opens a new database many times at once, as the parts of a program
// and commands beside it do. The race is narrow, so it is run some times.
func testOpenAtOnce(t *testing.T, b Backend) {
	const openers, races = 8, 4
	for range races {
		url := b.New(t)
		start := make(chan struct{})
		errs := make([]error, openers)
		var group sync.WaitGroup
		for i := range openers {
			group.Go(func() {
				<-start
				s, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler), new(clock).now)
				if err == nil {
					err = errors.Join(s.Keep(t.Context(), Records(i, 1)), s.Close())
				}
				errs[i] = err
			})
		}
		close(start)
		group.Wait()
		ok(t, errors.Join(errs...))
		s := open(t, url)
		same(t, "records", len(must(s.Records(t.Context(), news.Filter{}))(t)), openers)
		green(t, s)
	}
}

func source(name string, origin news.Origin) news.Source {
	return news.Source{
		Slug: news.Slug(name), Name: name, Kind: news.Press, Feed: "https://" + news.Slug(name) + ".example/feed",
		Every: 90 * time.Second, Select: news.Selectors{Remove: []string{".ad"}}, Origin: origin,
	}
}

func testSources(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	same(t, "sources of an empty store", len(must(s.Sources(ctx))(t)), 0)
	_, err := s.Source(ctx, "none")
	fails(t, "a source that is not there", err, news.ErrNotFound)

	a, c, d := source("Alpha", news.FromEmbedded), source("Coin", news.FromEmbedded), source("Delta", news.FromEmbedded)
	ok(t, s.LayInSources(ctx, news.FromEmbedded, []news.Source{c, a}))
	mine := source("Berlin", "")
	ok(t, s.SaveSource(ctx, mine))
	mine.Origin = news.FromUser
	same(t, "sources in the order of slugs", must(s.Sources(ctx))(t), []news.Source{a, mine, c})
	same(t, "one source", must(s.Source(ctx, "coin"))(t), c)

	// Polls go with their source or address; others stay.
	for _, p := range []news.Poll{{Source: "alpha", Address: a.Feed}, {Source: "alpha", Address: "https://old.example/"}, {Source: "coin", Address: c.Feed}, {Source: "berlin", Address: mine.Feed}} {
		must(s.SavePoll(ctx, p, nil))(t)
	}
	ok(t, s.LayInSources(ctx, news.FromEmbedded, []news.Source{a, d}))
	same(t, "sources after another list", must(s.Sources(ctx))(t), []news.Source{a, mine, d})
	polls := must(s.Polls(ctx))(t)
	same(t, "polls after another list", []string{polls[0].Address, polls[1].Address}, []string{a.Feed, mine.Feed})
	same(t, "number of polls", len(polls), 2)

	// The file takes the place of the embedded list, the user's stays.
	f := source("Alpha", news.FromFile)
	f.Listing = "https://alpha.example/news"
	ok(t, s.LayInSources(ctx, news.FromFile, []news.Source{f}))
	same(t, "sources from the file", must(s.Sources(ctx))(t), []news.Source{f, mine})
	ok(t, s.LayInSources(ctx, news.FromEmbedded, []news.Source{c}))
	same(t, "embedded sources again", must(s.Sources(ctx))(t), []news.Source{mine, c})
	ok(t, s.LayInSources(ctx, news.FromFile, nil))
	same(t, "an empty list", must(s.Sources(ctx))(t), []news.Source{mine})

	mine.Name = "Berlin Post"
	ok(t, s.SaveSource(ctx, mine))
	same(t, "a changed source", must(s.Source(ctx, "berlin"))(t), mine)
	ok(t, s.RemoveSource(ctx, "berlin"))
	fails(t, "to remove it twice", s.RemoveSource(ctx, "berlin"), news.ErrNotFound)
	same(t, "polls of no source", len(must(s.Polls(ctx))(t)), 0)
}

func testSourceConflicts(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.SaveSource(ctx, source("Berlin", news.FromUser)))
	ok(t, s.LayInSources(ctx, news.FromFile, []news.Source{source("Filed", news.FromFile)}))
	before := must(s.Sources(ctx))(t)

	edition := must(s.SourcesEdition(ctx))(t)
	ok(t, s.PauseSource(ctx, "filed", true))
	ok(t, s.LayInSources(ctx, news.FromFile, []news.Source{source("Filed", news.FromFile)}))
	same(t, "it stays paused when the file is laid in again", must(s.Source(ctx, "filed"))(t).Paused, true)
	same(t, "a crawler sees it", must(s.SourcesEdition(ctx))(t) > edition, true)
	ok(t, s.PauseSource(ctx, "filed", false))
	same(t, "resumed", must(s.Source(ctx, "filed"))(t).Paused, false)
	fails(t, "to pause what is none", s.PauseSource(ctx, "nobody", true), news.ErrNotFound)

	fails(t, "the file names the user's", s.LayInSources(ctx, news.FromFile, []news.Source{source("New", ""), source("Berlin", "")}), news.ErrConflict)
	fails(t, "a slug twice", s.LayInSources(ctx, news.FromFile, []news.Source{source("New", ""), source("New", "")}), news.ErrInvalid)
	fails(t, "a wrong one", s.LayInSources(ctx, news.FromFile, []news.Source{source("New", ""), {Name: "x"}}), news.ErrInvalid)
	fails(t, "to change the file's", s.SaveSource(ctx, source("Filed", news.FromUser)), news.ErrConflict)
	fails(t, "to change the file's as the file", s.SaveSource(ctx, source("Filed", news.FromFile)), news.ErrConflict)
	fails(t, "to save a wrong one", s.SaveSource(ctx, news.Source{Name: "x"}), news.ErrInvalid)
	err := s.RemoveSource(ctx, "filed")
	fails(t, "to remove the file's", err, news.ErrConflict)
	if !strings.Contains(err.Error(), "configuration file") {
		t.Errorf("the error does not say where to change it: %v", err)
	}
	same(t, "sources after refusals", must(s.Sources(ctx))(t), before)

	ok(t, s.LayInSources(ctx, news.FromEmbedded, []news.Source{source("Inside", "")}))
	fails(t, "the user takes an embedded slug", s.SaveSource(ctx, source("Inside", news.FromUser)), news.ErrConflict)
	ok(t, s.RemoveSource(ctx, "inside"))
}
