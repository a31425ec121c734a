package store

import (
	"context"
	"database/sql"
	"fmt"

	"edict/news"
)

// Keep is the sink's transaction: all records of the batch with their tags,
// evidence, amounts and counts, their stories, the changes that readers follow, and
// the ledger's rows marked stored; or nothing. It may be called again with the same
// records: one whose id is held already changes nothing but the ledger.
//
// One record of an article is current, the one of the text that was fetched last
// and, for one text, of the rules that came last; the others stay. A new article is
// a change "stored", a new text "version", other tags from the same text "tag"; the
// same tags from other rules are no change. A record whose article version the
// ledger does not hold gets a row in it that is stored at once.
//
// A record that is wrong in itself is ErrInvalid; a database that is locked, full
// or away is ErrUnavailable.
func (s *Store) Keep(ctx context.Context, records []news.Record) error {
	if len(records) == 0 {
		return nil
	}
	ids, articles := make([]string, len(records)), make([]string, len(records))
	for i, r := range records {
		if err := r.Validate(); err != nil {
			return fmt.Errorf("keep %d records: %w", len(records), err)
		}
		ids[i], articles[i] = r.ID, r.Key().Article
	}
	return s.write(ctx, fmt.Sprintf("keep %d records", len(records)), func(ctx context.Context, tx *sql.Tx) error {
		p := plan{now: micro(s.now())}
		held := make(map[string]bool, len(records))
		err := eachIn(ctx, tx, func(rows *sql.Rows) error {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			held[id] = true
			return nil
		}, "SELECT id FROM records WHERE id IN", "", ids)
		if err != nil {
			return err
		}
		if err := p.recall(ctx, tx, articles); err != nil {
			return err
		}
		entered := make(map[news.Key]bool, len(records))
		for _, r := range records {
			if key := r.Key(); !entered[key] {
				entered[key] = true
				p.ledger = append(p.ledger, []any{key.Article, key.Version, news.Stored, p.now, p.now})
			}
			if held[r.ID] {
				continue
			}
			held[r.ID] = true
			if err := p.add(r); err != nil {
				return err
			}
		}
		return p.write(ctx, tx)
	})
}

// write tells the database what was planned.
func (p *plan) write(ctx context.Context, tx *sql.Tx) error {
	current := make(map[string]string, len(p.order)) // article to record
	var articles [][]any
	for _, id := range p.order {
		a := p.articles[id]
		current[id] = a.record
		if a.altered {
			articles = append(articles, []any{
				a.id, a.record, a.version, a.story, a.source, a.language, a.position, a.fetched, bit(a.tagged), p.now,
			})
		}
	}
	for _, row := range p.tags {
		last := len(row) - 1
		row[last] = bit(current[row[last].(string)] == row[0].(string))
	}
	for _, old := range chunks(p.superseded) {
		if _, err := tx.ExecContext(ctx, "UPDATE tags SET current = 0 WHERE record IN ("+marks(len(old))+")", anys(old)...); err != nil {
			return err
		}
	}
	for _, t := range []struct {
		head, tail string
		rows       [][]any
	}{
		{"INSERT INTO texts (version, title, summary, text)", "ON CONFLICT (version) DO NOTHING", p.texts},
		{"INSERT INTO records (id, article, version, rules, position, kept, body)", "", p.records},
		{"INSERT INTO tags (record, label, jurisdiction, country, n, stage, score, state, position, current)", "", p.tags},
		{"INSERT INTO amounts (record, n, value, currency, cap, jurisdiction)", "", p.amounts},
		{"INSERT INTO counts (record, n, value, whole, unit, label)", "", p.counts},
		{"INSERT INTO evidence (record, owner, item, n, field, start_byte, end_byte, quote, rule)", "", p.evidence},
		{"INSERT INTO stories (id, began)", "ON CONFLICT (id) DO NOTHING", p.stories},
		{
			"INSERT INTO articles (id, record, version, story, source, language, position, fetched, tagged, stored)",
			`ON CONFLICT (id) DO UPDATE SET record = excluded.record, version = excluded.version, source = excluded.source,
				language = excluded.language, position = excluded.position, fetched = excluded.fetched, tagged = excluded.tagged`,
			articles,
		},
		{"INSERT INTO changes (time, kind, story, article, record, before, after, quiet)", "", p.changes},
		{
			"INSERT INTO ledger (article, version, state, entered, changed)",
			`ON CONFLICT (article, version) DO UPDATE SET state = excluded.state, changed = excluded.changed,
				stage = '', reason = '', handed = 0, body = NULL WHERE ledger.state <> 'stored'`,
			p.ledger,
		},
	} {
		if _, err := insertRows(ctx, tx, t.head, t.tail, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// maxList bounds a list of values in one statement.
const maxList = 500

// chunks cuts a list into lists of at most maxList.
func chunks[T any](list []T) [][]T {
	var out [][]T
	for len(list) > 0 {
		n := min(len(list), maxList)
		out = append(out, list[:n])
		list = list[n:]
	}
	return out
}

// eachIn calls f for every row of a query that ends in IN and a list, and goes on
// with tail.
func eachIn(ctx context.Context, q querier, f func(rows *sql.Rows) error, head, tail string, list []string) error {
	for _, some := range chunks(list) {
		if err := each(ctx, q, f, head+" ("+marks(len(some))+") "+tail, anys(some)...); err != nil {
			return err
		}
	}
	return nil
}
