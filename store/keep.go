package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"edict/news"
)

// Keep is the sink's transaction: all records of the batch with their tags,
// evidence, amounts and counts, their stories, the changes that readers follow, and
// the ledger's rows marked stored; or nothing. It may be called again with the same
// records: one whose id is held already changes nothing but the ledger, unless its text
// was fetched again after another of the article, which is then current no more.
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
	_, err := s.keep(ctx, records, false, nil)
	return err
}

// Importer is who decided on tags that came with a record of another archive.
const Importer = "import"

// Import is Keep for records of another archive. Their accepted and rejected tags are
// verdicts here too, unless one stands already. Whatever the records say of
// themselves, the changes that they make are quiet if quiet is set. It returns how
// many the store did not hold.
func (s *Store) Import(ctx context.Context, records []news.Record, quiet bool) (isNew int, err error) {
	records = slices.Clone(records)
	for i := range records {
		records[i].Features = nil // which are a matter of our own
	}
	return s.keep(ctx, records, quiet, func(ctx context.Context, tx session, p *plan, r news.Record) error {
		return s.importVerdicts(ctx, tx, p, r)
	})
}

// keep calls also for each record that it did not hold, after all are written.
func (s *Store) keep(ctx context.Context, records []news.Record, quiet bool, also func(context.Context, session, *plan, news.Record) error) (isNew int, err error) {
	if len(records) == 0 {
		return 0, nil
	}
	articles := make([]string, len(records))
	for i, r := range records {
		if err := r.Validate(); err != nil {
			return 0, fmt.Errorf("keep %d records: %w", len(records), err)
		}
		articles[i] = r.Key().Article
	}
	// Reading, and looking up what was stored, take about as long as writing what does
	// not depend on them: both at once.
	readings, wait, err := s.readAll(records)
	if err != nil {
		return 0, fmt.Errorf("keep %d records: read them for their stories: %w", len(records), err)
	}
	defer wait()
	err = s.write(ctx, fmt.Sprintf("keep %d records", len(records)), func(ctx context.Context, tx session) error {
		p := s.newPlan(quiet)
		held, err := s.held(ctx, tx, records)
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
		}
		list := p.arrange(records, held)
		for i := range list {
			if err := p.lay(list, &list[i]); err != nil {
				return err
			}
		}
		recalled := s.aside(ctx, tx, func(tx session) error {
			wait()
			return p.recallStories(ctx, tx, list, readings)
		})
		err = p.writeWords(ctx, tx)
		if err = cmp.Or(err, recalled()); err != nil {
			return err
		}
		for _, l := range list {
			if err := p.stand(ctx, tx, l.record, &readings[l.at]); err != nil {
				return err
			}
		}
		if err := p.write(ctx, tx); err != nil {
			return err
		}
		isNew = 0
		for _, l := range list {
			if held[l.record.ID] || l.adds != adds {
				continue
			}
			isNew++
			if also == nil {
				continue
			}
			if err := also(ctx, tx, p, records[l.at]); err != nil {
				return err
			}
		}
		return nil
	})
	return isNew, err
}

// held returns which of the records the database has.
func (s *Store) held(ctx context.Context, tx session, records []news.Record) (map[string]bool, error) {
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = r.ID
	}
	held := make(map[string]bool, len(records))
	err := tx.eachIn(ctx, func(rows *sql.Rows) error {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		held[id] = true
		return nil
	}, "SELECT id FROM records WHERE id", "", ids)
	return held, err
}

// writeWords writes what of records does not depend on which of them are current, nor
// on their stories.
func (p *plan) writeWords(ctx context.Context, tx session) error {
	for _, old := range chunks(p.replaced) {
		condition, args := tx.dialect.in(old)
		for _, from := range []string{"evidence WHERE record", "tags WHERE record", "amounts WHERE record", "counts WHERE record", "records WHERE id"} {
			if _, err := tx.exec(ctx, "DELETE FROM "+from+condition, args...); err != nil {
				return err
			}
		}
	}
	return insertAll(ctx, tx, []insertion{
		{textRows, `ON CONFLICT (version) DO UPDATE SET summary = excluded.summary, text = excluded.text, kept = excluded.kept, expired = 0`, p.texts},
		{expiredRows, "ON CONFLICT (version) DO NOTHING", p.expired},
		{recordRows, "", p.records},
		{amountRows, "", p.amounts},
		{countRows, "", p.counts},
		{evidenceRows, "", p.evidence},
	})
}

// An insertion is rows of one table.
type insertion struct {
	into     table
	conflict string
	rows     [][]any
}

func insertAll(ctx context.Context, tx session, list []insertion) error {
	for _, t := range list {
		if _, err := tx.insert(ctx, t.into, t.conflict, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// write tells the database the rest of what was planned.
func (p *plan) write(ctx context.Context, tx session) error {
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
	final := make(map[string]bool, len(current))
	for _, record := range current {
		final[record] = true
	}
	p.superseded = slices.DeleteFunc(p.superseded, func(record string) bool { return final[record] })
	for _, old := range chunks(p.superseded) {
		condition, args := tx.dialect.in(old)
		if _, err := tx.exec(ctx, "UPDATE tags SET current = 0 WHERE record"+condition, args...); err != nil {
			return err
		}
	}
	if err := p.stories.write(ctx, tx); err != nil {
		return err
	}
	err := insertAll(ctx, tx, []insertion{
		{tagRows, "", p.tags},
		{verdictRows, "ON CONFLICT (article, label, jurisdiction) DO UPDATE SET dispute = excluded.dispute", lastOf(p.disputes, 3)},
		{
			articleRows,
			`ON CONFLICT (id) DO UPDATE SET record = excluded.record, version = excluded.version, source = excluded.source,
				language = excluded.language, position = excluded.position, fetched = excluded.fetched, tagged = excluded.tagged`,
			articles,
		},
		{
			storedRows,
			`ON CONFLICT (article, version) DO UPDATE SET state = excluded.state, changed = excluded.changed,
				stage = '', reason = '', handed = 0, body = NULL WHERE ledger.state <> 'stored'`,
			p.ledger,
		},
	})
	if err != nil {
		return err
	}
	if err := p.stories.writeFeatures(ctx, tx); err != nil {
		return err
	}
	if err := indexAgain(ctx, tx, p.again); err != nil {
		return err
	}
	return insertChanges(ctx, tx, p.changes)
}
