package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"edict/news"
)

const (
	mapWeeks    = 53  // how far back the weeks of a map go
	mapReported = 200 // how many of the newest reported counts a map holds
)

// Map returns the state of all places as of a time. now is the end of its weeks where
// when does not say another.
func (s *Store) Map(ctx context.Context, when news.MapTime) (out news.Map, err error) {
	err = s.read(ctx, "read the map", func(tx session) error {
		m := news.NewMapMaker()
		end := s.now()
		for _, t := range []time.Time{when.Known, when.Until} {
			if !t.IsZero() && t.Before(end) {
				end = t
			}
		}
		since := news.WeekOf(end).AddDate(0, 0, -7*(mapWeeks-1))
		add := addCurrent
		if !when.Known.IsZero() {
			add = addPast
		}
		err := add(ctx, tx, m, when, since)
		out = m.Map()
		return err
	})
	return out, err
}

// addCurrent adds up in the database: one row for each label, place and stage.
func addCurrent(ctx context.Context, tx session, m *news.MapMaker, when news.MapTime, since time.Time) error {
	const standing = "current = 1 AND state IN ('auto', 'accepted')"
	until := int64(1) << 62
	if !when.Until.IsZero() {
		until = micro(when.Until)
	}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		t := news.Tag{State: news.Auto}
		var at, n int64
		if err := rows.Scan(&t.Label, &t.Jurisdiction, &t.Stage, &at, &n); err != nil {
			return err
		}
		m.Add(fromMicro(at), t, n)
		return nil
	}, "SELECT label, jurisdiction, stage, max(position), count(*) FROM tags WHERE "+standing+" AND position < ? GROUP BY label, jurisdiction, stage", until)
	if err != nil {
		return err
	}
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var label news.Label
		var day, n int64
		if err := rows.Scan(&label, &day, &n); err != nil {
			return err
		}
		m.AddWeek(time.Unix(day*86400, 0), label, n)
		return nil
	}, "SELECT label, position / 86400000000, count(*) FROM tags WHERE "+standing+" AND position >= ? AND position < ? GROUP BY label, position / 86400000000", micro(since), until)
	if err != nil {
		return err
	}
	return tx.each(ctx, func(rows *sql.Rows) error {
		r, err := scanCount(rows)
		m.AddCount(r)
		return err
	}, `SELECT c.value, c.whole, c.unit, c.label, a.record, a.source, a.position FROM counts c JOIN articles a ON a.record = c.record
		WHERE a.position < ? AND EXISTS (SELECT 1 FROM tags t WHERE t.record = c.record AND t.label = c.label AND t.state IN ('auto', 'accepted'))
		ORDER BY a.position DESC, a.record, c.n LIMIT ?`, until, mapReported)
}

func scanCount(rows *sql.Rows) (r news.Reported, err error) {
	var at int64
	err = rows.Scan(&r.Value, &r.Of, &r.Unit, &r.Label, &r.Record, &r.Source, &at)
	r.Time = fromMicro(at)
	return r, err
}

// addPast reads the tags that articles had when a moment had passed: those of the last
// change before it, of articles that ever had a tag. The index changes_tags holds just
// these.
func addPast(ctx context.Context, tx session, m *news.MapMaker, when news.MapTime, since time.Time) error {
	past := pastTags{m: m, until: when.Until, since: since, standing: map[standingKey]bool{}}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var article string
		var next pastRow
		if err := rows.Scan(&article, &next.record, &next.position, &next.after); err != nil {
			return err
		}
		if article != past.article {
			if err := past.end(); err != nil {
				return err
			}
		}
		past.article, past.row = article, next
		return nil
	}, "SELECT c.article, c.record, r.position, c.after FROM changes c JOIN records r ON r.id = c.record WHERE c.time <= ? AND c.kind IN "+tagChanges+
		" AND (c.after <> '[]' OR c.before <> '[]') ORDER BY c.article, c.sequence", micro(when.Known))
	if err == nil {
		err = past.end()
	}
	if err != nil {
		return err
	}
	left := mapReported
	return tx.each(ctx, func(rows *sql.Rows) error {
		r, err := scanCount(rows)
		if err == nil && left > 0 && past.standing[standingKey{r.Record, r.Label}] {
			left--
			m.AddCount(r)
		}
		return err
	}, `SELECT c.value, c.whole, c.unit, c.label, r.id, a.source, r.position FROM counts c JOIN records r ON r.id = c.record JOIN articles a ON a.id = r.article
		ORDER BY r.position DESC, r.id, c.n`)
}

// pastTags adds up the last change of each article.
type pastTags struct {
	m            *news.MapMaker
	since, until time.Time
	article      string
	row          pastRow
	standing     map[standingKey]bool
}

// A pastRow is what an article was after a change.
type pastRow struct {
	record   string
	position int64
	after    string
}

// A standingKey is a record that has a tag which counts under a label.
type standingKey struct {
	record string
	label  news.Label
}

// end adds the row that was the last of its article.
func (p *pastTags) end() error {
	at := fromMicro(p.row.position)
	if p.article == "" || p.row.after == "[]" || !p.until.IsZero() && !at.Before(p.until) {
		return nil
	}
	var tags []struct { // what a map needs of news.Tag
		Label        news.Label        `json:"label"`
		Jurisdiction news.Jurisdiction `json:"jurisdiction"`
		Stage        news.Stage        `json:"stage"`
		State        news.State        `json:"state"`
	}
	if err := json.Unmarshal([]byte(p.row.after), &tags); err != nil {
		return fmt.Errorf("the tags in a change of article %s cannot be read: %w", p.article, err)
	}
	for _, t := range tags {
		if !t.State.Counts() {
			continue
		}
		p.m.Add(at, news.Tag{Label: t.Label, Jurisdiction: t.Jurisdiction, Stage: t.Stage, State: t.State}, 1)
		p.standing[standingKey{p.row.record, t.Label}] = true
		if !at.Before(p.since) {
			p.m.AddWeek(at, t.Label, 1)
		}
	}
	return nil
}
