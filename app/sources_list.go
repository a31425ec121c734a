package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"edict/crawler"
	"edict/news"
	"edict/sources"
)

// A WatchedSource is a source with what came of the polls of its addresses, and how it
// fares.
type WatchedSource struct {
	news.Source
	Polls  []news.Poll `json:"polls"`
	Health news.Health `json:"health"`
}

// Sources returns what is watched; before anything was ever run, what would be.
func Sources(ctx context.Context, c Config, now func() time.Time) ([]WatchedSource, error) {
	s, err := OpenArchive(ctx, c, now)
	if errors.Is(err, news.ErrNotFound) {
		list, err := c.watched()
		var out []WatchedSource
		for _, src := range list {
			out = append(out, WatchedSource{Source: src, Polls: []news.Poll{}})
		}
		return out, err
	}
	if err != nil {
		return nil, err
	}
	defer s.Close()
	list, err := s.Sources(ctx)
	if err != nil {
		return nil, err
	}
	polls, err := s.Polls(ctx)
	if err != nil {
		return nil, err
	}
	healths, err := s.Healths(ctx)
	if err != nil {
		return nil, err
	}
	pollsOf := map[string][]news.Poll{}
	for _, p := range polls {
		pollsOf[p.Source] = append(pollsOf[p.Source], p)
	}
	fares := map[string]news.Health{}
	for _, h := range healths {
		fares[h.Source] = h
	}
	var out []WatchedSource
	for _, src := range list {
		w := WatchedSource{Source: src, Polls: []news.Poll{}, Health: fares[src.Slug]}
		w.Polls = append(w.Polls, pollsOf[src.Slug]...)
		out = append(out, w)
	}
	return out, nil
}

// watched is the configuration's own list.
func (c Config) watched() ([]news.Source, error) {
	if c.Sources != nil {
		return c.fileSources()
	}
	return sources.Embedded()
}

// A CheckedSource is what a source answered when it was tried.
type CheckedSource = crawler.CheckReport

// A CheckedStory is the story of it that was read.
type CheckedStory = crawler.StoryCheck

// CheckSources tries the sources with these slugs (none: all) once and tells each as
// it comes. A slug that is not watched is news.ErrNotFound.
func CheckSources(ctx context.Context, c Config, now func() time.Time, slugs []string, tell func(CheckedSource)) error {
	list, err := Sources(ctx, c, now)
	if err != nil {
		return err
	}
	for _, slug := range slugs {
		if !slices.ContainsFunc(list, func(s WatchedSource) bool { return s.Slug == slug }) {
			return fmt.Errorf("source %q is not watched; see 'edict sources list': %w", slug, news.ErrNotFound)
		}
	}
	crawl, err := crawler.New(Inputs{Config: c, Now: now}.crawlerConfig(), nil, nil)
	if err != nil {
		return err
	}
	todo := make(chan news.Source)
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range c.Crawler.Concurrency {
		workers.Go(func() {
			for s := range todo {
				report := crawl.Check(ctx, s)
				mu.Lock()
				tell(report)
				mu.Unlock()
			}
		})
	}
	for _, s := range list {
		if len(slugs) == 0 || slices.Contains(slugs, s.Slug) {
			todo <- s.Source
		}
	}
	close(todo)
	workers.Wait()
	return ctx.Err()
}
