package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"edict/news"
)

// Record returns a record by its id, current or not, or ErrNotFound.
func (s *Store) Record(ctx context.Context, id string) (news.Record, error) {
	return s.one(ctx, "read record "+id, func(session) (string, error) { return id, nil })
}

// Current returns the record of an article that is current, or ErrNotFound.
func (s *Store) Current(ctx context.Context, articleID string) (news.Record, error) {
	return s.one(ctx, "read the record of article "+articleID, func(tx session) (id string, err error) {
		err = tx.row(ctx, "SELECT record FROM articles WHERE id = ?", articleID).Scan(&id)
		return id, err
	})
}

// CurrentOf returns the records of articles that are current, in the order of the ids. One
// that is not there is left out.
func (s *Store) CurrentOf(ctx context.Context, articles []string) (list []news.Record, err error) {
	err = s.read(ctx, "read the records of articles", func(tx session) error {
		of := make(map[string]string, len(articles))
		err := tx.eachIn(ctx, func(rows *sql.Rows) error {
			var article, record string
			err := rows.Scan(&article, &record)
			of[article] = record
			return err
		}, "SELECT id, record FROM articles WHERE id", "", articles)
		if err != nil {
			return err
		}
		var ids []string
		for _, article := range articles {
			if id := of[article]; id != "" {
				ids = append(ids, id)
			}
		}
		list, err = s.loadKept(ctx, tx, ids)
		return err
	})
	return list, err
}

func (s *Store) one(ctx context.Context, what string, find func(session) (string, error)) (r news.Record, err error) {
	err = s.read(ctx, what, func(tx session) error {
		id, err := find(tx)
		if err != nil {
			return err
		}
		list, err := s.loadKept(ctx, tx, []string{id})
		if err == nil && len(list) == 0 {
			err = sql.ErrNoRows
		}
		if err == nil {
			r = list[0]
		}
		return err
	})
	return r, err
}

// loadRecords returns the records with ids, in that order; an id that is not there
// is left out. It reads all of them with seven queries for each maxList of ids.
func loadRecords(ctx context.Context, q session, ids []string) ([]news.Record, error) {
	byID := make(map[string]*news.Record, len(ids))
	err := q.eachIn(ctx, func(rows *sql.Rows) error {
		r, err := scanRecord(rows)
		if err == nil {
			byID[r.ID] = r
		}
		return err
	}, "SELECT "+recordColumns+` FROM records r JOIN texts t ON t.version = r.version JOIN articles a ON a.id = r.article WHERE r.id`, "", ids)
	if err != nil {
		return nil, err
	}
	if err := loadMarks(ctx, q, byID, ids); err != nil {
		return nil, err
	}
	out := make([]news.Record, 0, len(ids))
	for _, id := range ids {
		if r := byID[id]; r != nil {
			out = append(out, *r)
		}
	}
	return out, nil
}

// recordColumns are those of records r, texts t and articles a that scanRecord reads.
const recordColumns = "r.body, t.title, t.summary, t.text, t.expired, a.story"

// scanRecord reads a record without its tags, amounts and counts, and what stands in the
// columns behind it into more.
func scanRecord(rows *sql.Rows, more ...any) (*news.Record, error) {
	r := new(news.Record)
	var body sql.RawBytes
	var title, summary, text, story string
	var expired bool
	if err := rows.Scan(append([]any{&body, &title, &summary, &text, &expired, &story}, more...)...); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("a stored record cannot be read: %w", err)
	}
	r.Title, r.Summary, r.Text, r.Story, r.Expired = title, summary, text, story, expired
	r.Tags, r.Amounts, r.Counts = []news.Tag{}, []news.Amount{}, []news.Count{}
	return r, nil
}

// loadMarks adds tags, amounts and counts, with their evidence.
func loadMarks(ctx context.Context, q session, byID map[string]*news.Record, ids []string) error {
	tags, err := loadTags(ctx, q, ids)
	if err != nil {
		return err
	}
	for id, list := range tags {
		if r := byID[id]; r != nil {
			r.Tags = list
		}
	}
	err = q.eachIn(ctx, func(rows *sql.Rows) error {
		var id string
		a := news.Amount{Evidence: []news.Evidence{}}
		if err := rows.Scan(&id, &a.Value, &a.Currency, &a.Cap, &a.Jurisdiction); err != nil {
			return err
		}
		if r := byID[id]; r != nil {
			r.Amounts = append(r.Amounts, a)
		}
		return nil
	}, "SELECT record, value, currency, cap, jurisdiction FROM amounts WHERE record", "ORDER BY record, n", ids)
	if err != nil {
		return err
	}
	err = q.eachIn(ctx, func(rows *sql.Rows) error {
		var id string
		c := news.Count{Evidence: []news.Evidence{}}
		if err := rows.Scan(&id, &c.Value, &c.Of, &c.Unit, &c.Label); err != nil {
			return err
		}
		if r := byID[id]; r != nil {
			r.Counts = append(r.Counts, c)
		}
		return nil
	}, "SELECT record, value, whole, unit, label FROM counts WHERE record", "ORDER BY record, n", ids)
	if err != nil {
		return err
	}
	for owner, list := range map[string]func(r *news.Record, item int) *[]news.Evidence{
		ofAmount: func(r *news.Record, item int) *[]news.Evidence { return &r.Amounts[item].Evidence },
		ofCount:  func(r *news.Record, item int) *[]news.Evidence { return &r.Counts[item].Evidence },
	} {
		err := loadEvidence(ctx, q, owner, ids, func(id string, item int, e news.Evidence) {
			if r := byID[id]; r != nil {
				to := list(r, item)
				*to = append(*to, e)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// loadTags returns the tags of records, with their evidence, in their order.
func loadTags(ctx context.Context, q session, records []string) (map[string][]news.Tag, error) {
	out, err := loadBareTags(ctx, q, records)
	if err != nil {
		return nil, err
	}
	lost := ""
	err = loadEvidence(ctx, q, ofTag, records, func(id string, item int, e news.Evidence) {
		if item >= len(out[id]) {
			lost = id
			return
		}
		to := &out[id][item].Evidence
		*to = append(*to, e)
	})
	if err == nil && lost != "" {
		err = fmt.Errorf("record %s has evidence of a tag that it does not have", lost)
	}
	return out, err
}

// loadBareTags is loadTags without the evidence.
func loadBareTags(ctx context.Context, q session, records []string) (map[string][]news.Tag, error) {
	out := map[string][]news.Tag{}
	err := q.eachIn(ctx, func(rows *sql.Rows) error {
		var id string
		t := news.Tag{Evidence: []news.Evidence{}}
		if err := rows.Scan(&id, &t.Label, &t.Jurisdiction, &t.Stage, &t.Score, &t.State); err != nil {
			return err
		}
		out[id] = append(out[id], t)
		return nil
	}, "SELECT record, label, jurisdiction, stage, score, state FROM tags WHERE record", "ORDER BY record, n", records)
	return out, err
}

// loadEvidence calls add for the evidence of one owner, in its order.
func loadEvidence(ctx context.Context, q session, owner string, records []string, add func(record string, item int, e news.Evidence)) error {
	return q.eachIn(ctx, func(rows *sql.Rows) error {
		var id string
		var item int
		var e news.Evidence
		if err := rows.Scan(&id, &item, &e.Field, &e.Start, &e.End, &e.Quote, &e.Rule); err != nil {
			return err
		}
		add(id, item, e)
		return nil
	}, "SELECT record, item, field, start_byte, end_byte, quote, rule FROM evidence WHERE record",
		"AND owner = '"+owner+"' ORDER BY record, item, n", records)
}

// Versions returns up to limit records of an article, the one that was kept last first.
func (s *Store) Versions(ctx context.Context, article string, limit int) (list []news.Record, err error) {
	err = s.read(ctx, "read the versions of article "+article, func(tx session) error {
		ids, err := column[string](ctx, tx, "SELECT id FROM records WHERE article = ? ORDER BY kept DESC, id LIMIT ?", article, limit)
		if err == nil {
			list, err = s.loadKept(ctx, tx, ids)
		}
		return err
	})
	return list, err
}
