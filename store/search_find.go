package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"edict/news"
)

// Search returns the current records that a search with words selects, with where
// its words stand in them: newest first, as Records does, or best first among the
// newest news.MaxRanked. Best first is by hits in the title, then in the beginning
// and the text; a rare word counts more; of equal records a tagged one is first, then
// the newer one. A search that cannot be is ErrInvalid, with a message for the user.
func (s *Store) Search(ctx context.Context, q news.Search) (found news.Found, err error) {
	what := fmt.Sprintf("search for %q", q.Words)
	terms, err := checkSearch(q)
	if err != nil {
		return found, fmt.Errorf("%s: %w", what, err)
	}
	err = s.read(ctx, what, func(tx session) error {
		found = news.Found{}
		var ids []string
		var err error
		if q.Order == news.Relevance {
			ids, err = ranked(ctx, tx, q, terms, &found)
		} else {
			ids, err = s.newest(ctx, tx, q, &found)
		}
		if err != nil {
			return err
		}
		records, err := loadRecords(ctx, tx, ids)
		if err != nil {
			return err
		}
		for _, r := range records {
			found.Hits = append(found.Hits, mark(terms, r))
		}
		return nil
	})
	return found, err
}

func checkSearch(q news.Search) ([]term, error) {
	switch {
	case strings.TrimSpace(q.Words) == "":
		return nil, fmt.Errorf("there is no word to look for: %w", news.ErrInvalid)
	case !q.AsOf.IsZero():
		return nil, fmt.Errorf("the archive of a past moment cannot be searched for words: %w", news.ErrInvalid)
	case q.Limit < 1 || q.Skip < 0:
		return nil, fmt.Errorf("a search for %d behind %d: ask for one at least: %w", q.Limit, q.Skip, news.ErrInvalid)
	case q.Order == news.Newest && q.Skip != 0:
		return nil, fmt.Errorf("newest first goes on behind a position, not behind a number: %w", news.ErrInvalid)
	case q.Order == news.Relevance && !q.After.IsZero():
		return nil, fmt.Errorf("by relevance goes on behind a number, not behind a position: %w", news.ErrInvalid)
	case q.Order != news.Newest && q.Order != news.Relevance:
		return nil, fmt.Errorf("the order %q is neither newest first nor relevance: %w", q.Order, news.ErrInvalid)
	}
	return parseQuery(q.Words)
}

// newest returns the ids of a page, newest first.
func (s *Store) newest(ctx context.Context, tx session, q news.Search, found *news.Found) ([]string, error) {
	f := q.Filter
	f.Limit++ // tells whether there are more
	ids, _, err := s.page(ctx, tx, f)
	if found.More = len(ids) > q.Limit; found.More {
		ids = ids[:q.Limit]
	}
	return ids, err
}

// ranked returns the ids of a page, best first.
func ranked(ctx context.Context, tx session, q news.Search, terms []term, found *news.Found) ([]string, error) {
	w, err := newWalk(ctx, tx, q.Filter, terms, news.MaxRanked)
	if err != nil {
		return nil, err
	}
	hits, err := w.take(ctx, news.MaxRanked+1)
	if err != nil {
		return nil, err
	}
	if found.Older = len(hits) > news.MaxRanked; found.Older {
		hits = hits[:news.MaxRanked]
	}
	found.Ranked = len(hits)
	list, err := w.candidates(ctx, hits)
	if err != nil {
		return nil, err
	}
	rank(wanted(terms), list)
	var page []string
	for list = list[min(q.Skip, len(list)):]; len(page) <= q.Limit && len(list) > 0; {
		some := list[:min(q.Limit+1-len(page), len(list))]
		list = list[len(some):]
		best := make([]hit, len(some))
		for i, c := range some {
			best[i] = hits[c.at]
		}
		rows, err := current(ctx, tx, q.Filter, best)
		if err != nil {
			return nil, err
		}
		for _, h := range best {
			if r, is := rows[h.number]; is {
				page = append(page, r.record)
			}
		}
	}
	if found.More = len(page) > q.Limit; found.More {
		page = page[:q.Limit]
	}
	return page, nil
}

// candidates reads where the words of the query stand in hits.
func (w *walk) candidates(ctx context.Context, hits []hit) ([]candidate, error) {
	terms := wanted(w.terms)
	list := make([]candidate, len(hits))
	docs, of := map[*segment][]uint32{}, map[*segment][]int{}
	var segments []*segment
	for i, h := range hits {
		if docs[h.in] == nil {
			segments = append(segments, h.in)
		}
		docs[h.in], of[h.in] = append(docs[h.in], h.n), append(of[h.in], i)
	}
	tagged, err := w.wordDocs(ctx, segments, []string{taggedMark})
	if err != nil {
		return nil, err
	}
	for _, s := range segments {
		at, err := w.places(ctx, s, terms, docs[s])
		if err != nil {
			return nil, err
		}
		for d, i := range of[s] {
			_, isTagged := slices.BinarySearch(tagged[wordIn{s.id, taggedMark}], hits[i].n)
			list[i] = candidate{at: i, tagged: isTagged, lead: hits[i].lead, places: make([][]uint32, len(terms))}
			for t := range terms {
				list[i].places[t] = at[t][d]
			}
		}
	}
	return list, nil
}
