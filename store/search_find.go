package store

import (
	"context"
	"database/sql"
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
		if err := s.dialect.beforePages(ctx, tx, q.Filter); err != nil {
			return err
		}
		var ids []string
		var err error
		if q.Order == news.Relevance {
			ids, err = s.ranked(ctx, tx, q, terms, &found)
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
func (s *Store) ranked(ctx context.Context, tx session, q news.Search, terms []term, found *news.Found) ([]string, error) {
	f := q.Filter
	f.Limit = news.MaxRanked + 1
	ids, _, err := s.page(ctx, tx, f)
	if err != nil {
		return nil, err
	}
	if found.Older = len(ids) > news.MaxRanked; found.Older {
		ids = ids[:news.MaxRanked]
	}
	found.Ranked = len(ids)
	list, err := readTitles(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	k := rankTitles(terms, list)
	best := list[:min(readMatches, len(list))]
	if err := readBodies(ctx, tx, k, best); err != nil {
		return nil, err
	}
	sortMatches(best)
	list = list[min(q.Skip, len(list)):]
	if found.More = len(list) > q.Limit; found.More {
		list = list[:q.Limit]
	}
	page := make([]string, len(list))
	for i, m := range list {
		page[i] = m.record
	}
	return page, nil
}

// readTitles returns a match for each of the records with ids, given newest first.
func readTitles(ctx context.Context, tx session, ids []string) ([]candidate, error) {
	list := make([]candidate, 0, len(ids))
	number := make(map[string]int, len(ids))
	for i, id := range ids {
		number[id] = i
	}
	err := tx.eachIn(ctx, func(rows *sql.Rows) error {
		var m candidate
		if err := rows.Scan(&m.record, &m.tagged, &m.title); err != nil {
			return err
		}
		m.at = number[m.record]
		list = append(list, m)
		return nil
	}, "SELECT a.record, a.tagged, t.title FROM articles a JOIN texts t ON t.version = a.version WHERE a.record", "", ids)
	return list, err
}

// readBodies adds to the scores of matches what their texts say.
func readBodies(ctx context.Context, tx session, k ranking, list []candidate) error {
	number := make(map[string]int, len(list))
	ids := make([]string, len(list))
	for i, m := range list {
		number[m.record], ids[i] = i, m.record
	}
	return tx.eachIn(ctx, func(rows *sql.Rows) error {
		var id, summary, text string
		if err := rows.Scan(&id, &summary, &text); err != nil {
			return err
		}
		list[number[id]].score += k.body(summary, text)
		return nil
	}, "SELECT a.record, t.summary, t.text FROM articles a JOIN texts t ON t.version = a.version WHERE a.record", "", ids)
}
