package store

import (
	"context"
	"database/sql"
	"time"

	"edict/news"
)

const (
	mapWeeks    = 53  // how far back the weeks of a map go
	mapReported = 200 // how many of the newest reported counts a map holds
)

// Map returns the state of all places as of a time. now is the end of its weeks where
// when does not say another. The first map of a past moment reads the changes of all
// articles that ever had a tag; after it any map is made in less than a few milliseconds,
// and so is a Tally.
func (s *Store) Map(ctx context.Context, when news.MapTime) (news.Map, error) {
	if (when != news.MapTime{}) || s.past.ready.Load() {
		return s.pastMap(ctx, when)
	}
	return s.currentMap(ctx)
}

// mapSince is where the weeks of a map begin.
func (s *Store) mapSince(when news.MapTime) time.Time {
	end := s.now()
	for _, t := range []time.Time{when.Known, when.Until} {
		if !t.IsZero() && t.Before(end) {
			end = t
		}
	}
	return news.WeekOf(end).AddDate(0, 0, -7*(mapWeeks-1))
}

// weeksEnd is where the weeks that begin at since end, in microseconds.
func weeksEnd(since time.Time) int64 { return micro(since.AddDate(0, 0, 7*mapWeeks)) }

// addCurrent adds up in the database: one row for each label, place and stage.
func addCurrent(ctx context.Context, tx session, m *news.MapMaker, since time.Time) error {
	const standing = "current = 1 AND state IN ('auto', 'accepted')"
	err := tx.each(ctx, func(rows *sql.Rows) error {
		t := news.Tag{State: news.Auto}
		var at, n int64
		if err := rows.Scan(&t.Label, &t.Jurisdiction, &t.Stage, &at, &n); err != nil {
			return err
		}
		m.Add(fromMicro(at), t, n)
		return nil
	}, "SELECT label, jurisdiction, stage, max(position), count(*) FROM tags WHERE "+standing+" GROUP BY label, jurisdiction, stage")
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
	}, "SELECT label, position / 86400000000, count(*) FROM tags WHERE "+standing+" AND position >= ? AND position < ? GROUP BY label, position / 86400000000", micro(since), weeksEnd(since))
	if err != nil {
		return err
	}
	return tx.each(ctx, func(rows *sql.Rows) error {
		r, err := scanCount(rows)
		m.AddCount(r)
		return err
	}, `SELECT c.value, c.whole, c.unit, c.label, a.record, a.source, a.position FROM counts c JOIN articles a ON a.record = c.record
		WHERE EXISTS (SELECT 1 FROM tags t WHERE t.record = c.record AND t.label = c.label AND t.state IN ('auto', 'accepted'))
		ORDER BY a.position DESC, a.record, c.n LIMIT ?`, mapReported)
}

func scanCount(rows *sql.Rows) (r news.Reported, err error) {
	var at int64
	err = rows.Scan(&r.Value, &r.Of, &r.Unit, &r.Label, &r.Record, &r.Source, &at)
	r.Time = fromMicro(at)
	return r, err
}
