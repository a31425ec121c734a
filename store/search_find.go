package store

import (
	"context"
	"fmt"
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
		if found.Indexed, err = indexed(ctx, tx); err != nil {
			return err
		}
		if q.Order == news.Relevance {
			ids, err = ranked(ctx, tx, q, terms, &found)
		} else {
			ids, err = s.newest(ctx, tx, q, &found)
		}
		if err != nil {
			return err
		}
		records, err := s.loadKept(ctx, tx, ids)
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

// usualBehind is how many changes the index may be behind in the course of work.
const usualBehind = 2000

// indexed returns how many hundredths of the changes are in the index.
func indexed(ctx context.Context, tx session) (int, error) {
	var at, last int64
	err := tx.row(ctx, `SELECT coalesce((SELECT sequence FROM cursors WHERE name = ?), 0), coalesce((SELECT max(sequence) FROM changes), 0)`, searchCursor).Scan(&at, &last)
	if err != nil || last-at <= usualBehind {
		return 100, err
	}
	return int(min(at*100/last, 99)), nil
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
	w, err := newWalk(ctx, tx, q.Filter, terms, rankedDocs)
	if err != nil {
		return nil, err
	}
	list, older, err := w.newest(ctx, news.MaxRanked)
	if err != nil {
		return nil, err
	}
	scored, err := w.candidates(ctx, list)
	if err != nil {
		return nil, err
	}
	found.Ranked, found.Older = len(scored), older
	rank(wanted(terms), scored)
	for n := q.Skip + q.Limit + 1; ; n *= 2 { // some may be found no more
		best, err := w.top(ctx, list, scored, n)
		if err != nil {
			return nil, err
		}
		best = best[min(q.Skip, len(best)):]
		rows, err := current(ctx, tx, q.Filter, best)
		if err != nil {
			return nil, err
		}
		var page []string
		for _, h := range best {
			if r, is := rows[h.number]; is {
				page = append(page, r.record)
			}
		}
		if found.More = len(page) > q.Limit; found.More {
			return page[:q.Limit], nil
		}
		if n >= len(scored) {
			return page, nil
		}
	}
}
