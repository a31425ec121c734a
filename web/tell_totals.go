package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"edict/news"
)

// totalsAge is how long counts are believed.
const totalsAge = time.Second

// totals is what every page says about the whole: what is watched, how much is
// stored, when that last changed.
type totals struct {
	Sources    int
	Failing    int
	KnowsCrawl bool
	Articles   int64
	Counted    bool // Articles is known
	Last       moment
	last       time.Time
	sources    []news.Source
	polls      []news.Poll
	healths    map[string]news.Health // by source
	names      map[string]sourceName
	tally      []news.TagCount
	rules      news.RuleSet // that are active
}

// readTotals returns the counts, which stand on every page and are the same for all
// readers: those of the last second, or where counting takes longer, those before.
func (s *Server) readTotals(ctx context.Context) (totals, error) {
	t, err := s.totals.get(ctx, s, "the counts of every page", [2]int64{}, s.countTotals)
	if err != nil {
		return totals{}, err
	}
	t.Last = s.moment(t.last)
	return t, nil
}

func (s *Server) countTotals(ctx context.Context) (totals, error) {
	var t totals
	var err error
	if t.tally, err = s.Reader.Tally(ctx); err != nil {
		return t, fmt.Errorf("count tags: %w", err)
	}
	last, err := s.Reader.LastChange(ctx)
	if err != nil {
		return t, fmt.Errorf("read the last change: %w", err)
	}
	if last > 0 {
		changes, err := s.Reader.Changes(ctx, last-1, 1)
		if err != nil {
			return t, fmt.Errorf("read change %d: %w", last, err)
		}
		if len(changes) > 0 {
			t.last = changes[0].Time
		}
	}
	if ledger, ok := s.Reader.(Ledger); ok {
		b, err := ledger.Balance(ctx)
		if err != nil {
			return t, fmt.Errorf("count articles: %w", err)
		}
		t.Articles, t.Counted = b.Stored, true
	}
	t.rules = s.Rules
	if books, ok := s.Reader.(interface {
		ActiveRules(ctx context.Context) (news.RuleUse, error)
	}); ok {
		use, err := books.ActiveRules(ctx)
		if err == nil {
			t.rules = use.Rules
		} else if !errors.Is(err, news.ErrNotFound) {
			return t, fmt.Errorf("read which rules are active: %w", err)
		}
	}
	if s.Crawl == nil {
		return t, nil
	}
	if t.sources, err = s.Crawl.Sources(ctx); err != nil {
		return t, fmt.Errorf("list sources: %w", err)
	}
	if t.polls, err = s.Crawl.Polls(ctx); err != nil {
		return t, fmt.Errorf("list polls: %w", err)
	}
	if ward, ok := s.Crawl.(interface {
		Healths(ctx context.Context) ([]news.Health, error)
	}); ok {
		list, err := ward.Healths(ctx)
		if err != nil {
			return t, fmt.Errorf("list how sources fare: %w", err)
		}
		t.healths = make(map[string]news.Health, len(list))
		for _, h := range list {
			t.healths[h.Source] = h
		}
	}
	t.KnowsCrawl, t.Sources, t.names = true, len(t.sources), map[string]sourceName{}
	for _, src := range t.sources {
		t.names[src.Slug] = sourceName{src.Name, src.Slug, string(src.Kind)}
		if p, ok := mainPoll(pollsOf(t.polls, src)); ok && p.Failures > 0 {
			t.Failing++
		}
	}
	return t, nil
}
