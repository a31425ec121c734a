package web

import (
	"context"
	"fmt"

	"edict/news"
)

// cards are the cards of a page: of each story the newest report, unless the reader
// asks for one story.
func (s *Server) cards(ctx context.Context, q query, hits []news.Hit, t totals) ([]card, error) {
	if q.story == "" {
		hits = oncePerStory(hits)
	}
	list, each := make([]card, len(hits)), make([]*card, len(hits))
	records := make([]news.Record, len(hits))
	for i, h := range hits {
		list[i] = s.foundCard(h, t.names)
		each[i], records[i] = &list[i], h.Record
	}
	if q.story != "" {
		return list, nil
	}
	return list, s.countReports(ctx, records, each)
}

// oncePerStory keeps the first report of each story: the newest, or by relevance the
// best.
func oncePerStory(hits []news.Hit) []news.Hit {
	seen := map[string]bool{}
	out := make([]news.Hit, 0, len(hits))
	for _, h := range hits {
		story := h.Record.Story
		if story != "" && seen[story] {
			continue
		}
		seen[story] = true
		out = append(out, h)
	}
	return out
}

// countReports tells cards how many other reports of their story there are.
func (s *Server) countReports(ctx context.Context, records []news.Record, cards []*card) error {
	grouping, ok := s.Reader.(Grouping)
	if !ok || len(records) == 0 {
		return nil
	}
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = r.Story
	}
	sizes, err := grouping.StorySizes(ctx, ids)
	if err != nil {
		return fmt.Errorf("count the reports of stories: %w", err)
	}
	for i, r := range records {
		if n := sizes[r.Story] - 1; n > 0 {
			cards[i].Others, cards[i].Reports = n, reportsOf(r.Story)
		}
	}
	return nil
}

// reportsOf is the address of all reports of a story.
func reportsOf(story string) string { return query{story: story, all: true}.at(streamPath) }

// liveOthers is how many cards of a story a new one takes away from live pages.
const liveOthers = 20

// others returns the newest articles of the story of r, without its own.
func (s *Server) others(ctx context.Context, r news.Record) ([]string, error) {
	if r.Story == "" {
		return nil, nil
	}
	list, err := s.Reader.Records(ctx, news.Filter{Story: r.Story, Limit: liveOthers})
	if err != nil {
		return nil, fmt.Errorf("list the reports of story %s: %w", r.Story, err)
	}
	var out []string
	for _, other := range list {
		if article := other.Key().Article; article != r.Key().Article {
			out = append(out, article)
		}
	}
	return out, nil
}
