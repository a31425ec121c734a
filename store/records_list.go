package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"edict/news"
)

// Records returns the current records that a filter selects, newest first by their
// Position (to the microsecond). A filter by label, jurisdiction or stage, or of tagged
// records, looks at tags that count or wait for review; label, jurisdiction and stage
// must meet in one tag. A language includes its scripts: zh selects zh-Hans and zh-Hant.
// Words are looked up in the search index, which follows the changes a little
// behind; words that make no query are ErrInvalid, with a message for the user.
func (s *Store) Records(ctx context.Context, f news.Filter) ([]news.Record, error) {
	list := []news.Record{}
	err := s.Each(ctx, f, func(r news.Record) error {
		list = append(list, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// pageSize is how many records Each reads at a time.
const pageSize = 200

// Each calls do for what Records would return, without holding more than some
// hundred records at a time. All of it is one state of the database, however long
// it takes: what is stored meanwhile does not show. An error of do ends it and is
// returned as it is.
func (s *Store) Each(ctx context.Context, f news.Filter, do func(news.Record) error) error {
	if !f.AsOf.IsZero() {
		return s.eachAsOf(ctx, f, do)
	}
	var own error // of do, which is not the store's to wrap
	err := s.read(ctx, "read records", func(tx session) error {
		left := f.Limit
		for page := f; ; {
			page.Limit = pageSize
			if left > 0 {
				page.Limit = min(left, pageSize)
			}
			ids, last, err := s.page(ctx, tx, page)
			if err != nil {
				return err
			}
			load := s.loadKept
			if f.Limit == 0 || f.Limit > shelfPage {
				load = loadRecords
			}
			records, err := load(ctx, tx, ids)
			if err != nil {
				return err
			}
			for _, r := range records {
				if own = do(r); own != nil {
					return own
				}
			}
			if left -= len(ids); len(ids) < page.Limit || f.Limit > 0 && left <= 0 {
				return nil
			}
			page.After = last
		}
	})
	if own != nil {
		return own
	}
	return err
}

// page returns the ids of one page, and the position of its last record.
func (s *Store) page(ctx context.Context, tx session, f news.Filter) (ids []string, last news.Position, err error) {
	if strings.TrimSpace(f.Words) != "" {
		terms, err := parseQuery(f.Words)
		if err != nil {
			return nil, last, err
		}
		return wordsPage(ctx, tx, f, terms)
	}
	query, args := recordsQuery(f)
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var at int64
		var id string
		if err := rows.Scan(&at, &id); err != nil {
			return err
		}
		ids = append(ids, id)
		last = news.Position{Time: fromMicro(at), ID: id}
		return nil
	}, query, args...)
	return ids, last, err
}

// recordsQuery walks the index of tags by label or by country when the filter names
// one, else the index of articles by time. The order comes out of the index. Without
// a limit it goes on to the end.
func recordsQuery(f news.Filter) (query string, args []any) {
	var where []string
	also := func(condition string, values ...any) {
		where = append(where, condition)
		args = append(args, values...)
	}
	from, by := "articles a", "a"
	query = "SELECT "
	switch {
	case f.Label != "" || f.Jurisdiction != "":
		// Several tags of a record may fit, side by side.
		query, from, by = "SELECT DISTINCT ", "tags t JOIN articles a ON a.record = t.record", "t"
		also("t.current = 1 AND t.state <> 'rejected'")
		if f.Label != "" {
			also("t.label = ?", f.Label)
		}
		if f.Jurisdiction != "" {
			also("t.country = ?", f.Jurisdiction.Country())
		}
		if f.Jurisdiction.Division() != "" {
			also("t.jurisdiction = ?", f.Jurisdiction)
		}
		if f.Stage != "" {
			also("t.stage = ?", f.Stage)
		}
	case f.Stage != "": // no index of tags by stage
		also(`a.tagged = 1 AND EXISTS (SELECT 1 FROM tags t WHERE t.record = a.record AND t.current = 1
			AND t.state <> 'rejected' AND t.stage = ?)`, f.Stage)
	case f.Tagged:
		also("a.tagged = 1")
	}
	if f.Story != "" {
		also("a.story = ?", f.Story)
	}
	if f.Source != "" {
		also("a.source = ?", f.Source)
	}
	if f.Language != "" {
		also("(a.language = ? OR a.language >= ? AND a.language < ?)", f.Language, f.Language+"-", f.Language+".") // "." follows "-"
	}
	if !f.Since.IsZero() {
		also(by+".position >= ?", micro(f.Since))
	}
	if !f.Until.IsZero() {
		also(by+".position < ?", micro(f.Until))
	}
	if !f.After.IsZero() {
		also("("+by+".position, "+by+".record) < (?, ?)", micro(f.After.Time), f.After.ID)
	}
	query += by + ".position, " + by + ".record FROM " + from
	if len(where) > 0 {
		query += " WHERE " + strings.Join(where, " AND ")
	}
	query += " ORDER BY " + by + ".position DESC, " + by + ".record DESC"
	if f.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, f.Limit)
	}
	return query, args
}

// Tally counts current records by tag, in the order of label and jurisdiction.
func (s *Store) Tally(ctx context.Context) (list []news.TagCount, err error) {
	if s.past.ready.Load() {
		err = s.withBook(ctx, func(b *mapBook) { list = b.tally() })
		return list, err
	}
	err = s.readers().each(ctx, func(rows *sql.Rows) error {
		var c news.TagCount
		if err := rows.Scan(&c.Label, &c.Jurisdiction, &c.N); err != nil {
			return err
		}
		list = append(list, c)
		return nil
	}, `SELECT label, jurisdiction, count(*) FROM tags WHERE current = 1 AND state <> 'rejected'
		GROUP BY label, jurisdiction ORDER BY label, jurisdiction`)
	return list, s.fault("count the tags", err)
}

// Totals are the figures of the whole store.
type Totals struct {
	Sources  int64     `json:"sources"`
	Articles int64     `json:"articles"`
	Tagged   int64     `json:"tagged"`        // articles with a tag that counts or waits for review
	Last     time.Time `json:"last,omitzero"` // when something was stored last; zero: never
}

// Totals counts what the store holds.
func (s *Store) Totals(ctx context.Context) (Totals, error) {
	var t Totals
	var last sql.NullInt64
	err := s.readers().row(ctx, `SELECT (SELECT count(*) FROM sources), (SELECT count(*) FROM articles),
		(SELECT count(*) FROM articles WHERE tagged = 1), (SELECT time FROM changes ORDER BY sequence DESC LIMIT 1)`).
		Scan(&t.Sources, &t.Articles, &t.Tagged, &last)
	if last.Valid {
		t.Last = fromMicro(last.Int64)
	}
	return t, s.fault("count what is stored", err)
}
