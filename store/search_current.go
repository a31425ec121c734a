package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"edict/news"
)

// A foundRow is a record that a search found.
type foundRow struct {
	position int64
	record   string
}

// current returns the records of hits that f selects by now, by number: what the index
// says may be some moments old.
func current(ctx context.Context, tx session, f news.Filter, hits []hit) (map[int64]foundRow, error) {
	numbers := make([]int64, len(hits))
	for i, h := range hits {
		numbers[i] = h.number
	}
	out := make(map[int64]foundRow, len(hits))
	var records []string
	for _, some := range chunks(numbers) {
		condition, args := tx.dialect.inNumbers(some)
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var number int64
			var r foundRow
			var source, language, story string
			if err := rows.Scan(&number, &r.position, &r.record, &source, &language, &story); err != nil {
				return err
			}
			if admits(f, r, source, language, story) {
				out[number] = r
				records = append(records, r.record)
			}
			return nil
		}, "SELECT number, position, record, source, language, story FROM articles WHERE number"+condition, args...)
		if err != nil {
			return nil, err
		}
	}
	if f.Label == "" && f.Jurisdiction == "" && f.Stage == "" && !f.Tagged {
		return out, nil
	}
	tagged := map[string]bool{}
	err := eachTag(ctx, tx, records, func(record string, t news.Tag) {
		tagged[record] = tagged[record] || fitsTag(f, t)
	})
	for number, r := range out {
		if !tagged[r.record] {
			delete(out, number)
		}
	}
	return out, err
}

// admits reports whether f selects an article, its tags and words aside.
func admits(f news.Filter, r foundRow, source, language, story string) bool {
	if f.Source != "" && source != f.Source || f.Story != "" && story != f.Story || !speaks(language, f.Language) {
		return false
	}
	if !f.Since.IsZero() && r.position < micro(f.Since) || !f.Until.IsZero() && r.position >= micro(f.Until) {
		return false
	}
	return f.After.IsZero() || newerFirst(foundRow{micro(f.After.Time), f.After.ID}, r) < 0
}

// newerFirst is the order of lists.
func newerFirst(a, b foundRow) int {
	return cmp.Or(cmp.Compare(b.position, a.position), cmp.Compare(b.record, a.record))
}

// wordsPage returns the ids of a page of the records of f in which the terms stand, and
// the position of the last one.
func wordsPage(ctx context.Context, tx session, f news.Filter, terms []term) (ids []string, last news.Position, err error) {
	w, err := newWalk(ctx, tx, f, terms, firstDocs)
	if err != nil {
		return nil, last, err
	}
	for len(ids) < f.Limit {
		hits, err := w.take(ctx, f.Limit-len(ids)+1)
		if err != nil || len(hits) == 0 {
			return ids, last, err
		}
		rows, err := current(ctx, tx, f, hits)
		if err != nil {
			return nil, last, err
		}
		list := make([]foundRow, 0, len(rows))
		for _, r := range rows {
			list = append(list, r)
		}
		slices.SortFunc(list, newerFirst)
		for _, r := range list[:min(len(list), f.Limit-len(ids))] {
			ids = append(ids, r.record)
			last = news.Position{Time: fromMicro(r.position), ID: r.record}
		}
	}
	return ids, last, nil
}
