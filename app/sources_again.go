package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"time"

	"edict/bus"
	"edict/crawler"
	"edict/news"
	"edict/store"
)

// A Round is what came of visiting all that is known of some sources again.
type Round struct {
	Holder  string // the running program that did it; "": none runs, and the command did it
	Sources []RoundSource
	Changed []ChangedText
}

// A RoundSource counts the stories of one source by how their visit ended.
type RoundSource struct {
	Slug   string
	Visits map[news.Outcome]int
	Open   int // not visited in this round
	Health news.Health
}

// A ChangedText is a story whose text is another one than before.
type ChangedText struct {
	Source, URL, Title string
	Diff               []news.DiffLine // title, summary and text, by paragraphs
}

// roundLook is how often a command looks whether a round is over.
const roundLook = 500 * time.Millisecond

// CheckAgain polls the sources with these slugs (none: all) and visits every story of
// theirs that is known, with its validators; a text that has changed becomes a new
// version. A running program visits the stories itself, in its own time and with its
// manners; when none runs, the command does it. waiting is told how many stories are
// still to be visited.
func CheckAgain(ctx context.Context, c Config, log *slog.Logger, now func() time.Time, slugs []string, waiting func(int)) (r Round, err error) {
	list, err := Sources(ctx, c, now)
	if err != nil {
		return r, err
	}
	var chosen []news.Source
	for _, s := range list {
		if len(slugs) == 0 || slices.Contains(slugs, s.Slug) {
			chosen = append(chosen, s.Source)
		}
	}
	for _, slug := range slugs {
		if !slices.ContainsFunc(chosen, func(s news.Source) bool { return s.Slug == slug }) {
			return r, fmt.Errorf("source %q is not watched; see 'edict sources list': %w", slug, news.ErrNotFound)
		}
	}
	s, err := MakeArchive(ctx, c, now)
	if err != nil {
		return r, err
	}
	defer s.Close()
	began := now()
	before := map[string]news.Visit{}
	for _, src := range chosen {
		visits, err := s.VisitAgain(ctx, src.Slug, began)
		if err != nil {
			return r, err
		}
		for _, v := range visits {
			before[v.URL] = v
		}
	}
	if c.Bus.URL != "" {
		r.Holder = "the programs on " + redacted(c.Bus.URL)
	} else if r.Holder, err = bus.Holder(c.busDir()); err != nil {
		return r, err
	}
	if r.Holder == "" {
		err = crawlRound(ctx, c, log, now, chosen)
	} else {
		err = awaitRound(ctx, s, before, began, waiting)
	}
	if err != nil {
		return r, err
	}
	return r, r.tell(ctx, s, chosen, before, began)
}

// crawlRound runs the whole flow for one round of the sources.
func crawlRound(ctx context.Context, c Config, log *slog.Logger, now func() time.Time, chosen []news.Source) (err error) {
	p := &program{cfg: c, o: Options{Now: now, Log: log}, log: log, changed: newWake(), metrics: newMetrics()}
	defer func() { err = errors.Join(err, p.close()) }()
	if err := p.openWorks(ctx); err != nil {
		return err
	}
	crawl, err := crawler.New(p.crawlerConfig(), chosenMemory{p.store, chosen}, p.bus.Articles)
	if err != nil {
		return err
	}
	failed := make(chan error, 16)
	stop := startAll(p.works(), failed)
	defer stop()
	round := make(chan error, 1)
	go func() { round <- crawl.Round(ctx) }()
	select {
	case err = <-round:
	case err = <-failed:
	}
	if err != nil {
		return err
	}
	look := time.NewTicker(roundLook)
	defer look.Stop()
	for {
		b, err := p.store.Balance(ctx)
		if err != nil || b.Waiting == 0 {
			return err
		}
		select {
		case <-look.C:
		case err := <-failed:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// chosenMemory is a store that knows of some sources alone.
type chosenMemory struct {
	*store.Store
	list []news.Source
}

// Sources returns those that were chosen.
func (m chosenMemory) Sources(context.Context) ([]news.Source, error) { return m.list, nil }

// Polls returns those of the chosen sources.
func (m chosenMemory) Polls(ctx context.Context) ([]news.Poll, error) {
	list, err := m.Store.Polls(ctx)
	return slices.DeleteFunc(list, func(p news.Poll) bool { return !m.has(p.Source) }), err
}

// DueVisits returns those of the chosen sources.
func (m chosenMemory) DueVisits(ctx context.Context, before time.Time, limit int, held map[string]string) ([]news.Visit, error) {
	list, err := m.Store.DueVisits(ctx, before, math.MaxInt32, held)
	list = slices.DeleteFunc(list, func(v news.Visit) bool { return !m.has(v.Source) })
	return list[:min(limit, len(list))], err
}

func (m chosenMemory) has(slug string) bool {
	return slices.ContainsFunc(m.list, func(s news.Source) bool { return s.Slug == slug })
}

// awaitRound waits until a running program has visited the stories, and what is new of
// them is stored or dead.
func awaitRound(ctx context.Context, s *store.Store, stories map[string]news.Visit, began time.Time, waiting func(int)) error {
	look := time.NewTicker(roundLook)
	defer look.Stop()
	for {
		open := 0
		for url, old := range stories {
			v, err := s.Visit(ctx, url)
			if err != nil {
				return err
			}
			if v.Last.Before(began) {
				open++
				continue
			}
			if v.Version != old.Version && v.Article != "" {
				state, err := s.StateOf(ctx, news.Key{Article: v.Article, Version: v.Version})
				if err != nil {
					return err
				}
				if state == string(news.Waiting) {
					open++
				}
			}
		}
		waiting(open)
		if open == 0 {
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("stopped while %d stories were to be visited; the running program goes on with them: %w", open, ctx.Err())
		}
	}
}

// tell counts how the visits ended, and compares the texts that changed.
func (r *Round) tell(ctx context.Context, s *store.Store, chosen []news.Source, before map[string]news.Visit, began time.Time) error {
	healths, err := s.Healths(ctx)
	if err != nil {
		return err
	}
	for _, src := range chosen {
		row := RoundSource{Slug: src.Slug, Visits: map[news.Outcome]int{}}
		for _, h := range healths {
			if h.Source == src.Slug {
				row.Health = h
			}
		}
		for url, old := range before {
			if old.Source != src.Slug {
				continue
			}
			v, err := s.Visit(ctx, url)
			if err != nil {
				return err
			}
			if v.Last.Before(began) {
				row.Open++
				continue
			}
			row.Visits[v.Outcome]++
			if old.Article == "" || v.Article != old.Article || v.Version == old.Version {
				continue
			}
			changed, err := compare(ctx, s, old, v)
			if err != nil {
				return err
			}
			r.Changed = append(r.Changed, changed)
		}
		r.Sources = append(r.Sources, row)
	}
	slices.SortFunc(r.Changed, func(a, b ChangedText) int { return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.URL, b.URL)) })
	return nil
}

func compare(ctx context.Context, s *store.Store, old, v news.Visit) (ChangedText, error) {
	out := ChangedText{Source: v.Source, URL: v.URL}
	var texts [2]string
	for i, version := range []string{old.Version, v.Version} {
		r, err := s.VersionOf(ctx, news.Key{Article: v.Article, Version: version})
		if err != nil && !errors.Is(err, news.ErrNotFound) { // dead, or not stored yet
			return out, err
		}
		out.Title = cmp.Or(r.Title, out.Title)
		texts[i] = r.Title + "\n" + r.Summary + "\n" + r.Text
	}
	out.Diff = news.Diff(texts[0], texts[1])
	return out, nil
}
