package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"edict/news"
)

// Of one source, an asker is to have shareOfSource visits: what its site can be asked
// for until the next time. One that has as many gets a few more, as they may be of
// other sites.
const (
	shareOfSource = 32
	moreOfSource  = 4
)

// DueVisits returns visits of watched sources that are due at or before a time, at
// most limit, without those that the asker has: held is their addresses' ids, with
// their sources. Of a source come first those of the lowest rank, then the oldest;
// sources take turns, so that the backlog of one does not keep the others waiting.
// It costs as much as there are sources with visits to come, whatever others there
// are.
func (s *Store) DueVisits(ctx context.Context, before time.Time, limit int, held map[string]string) ([]news.Visit, error) {
	heldOf := map[string]int{}
	for _, source := range held {
		heldOf[source]++
	}
	var list []news.Visit
	err := s.read(ctx, "read the visits that are due", func(tx session) error {
		var places []dueVisit
		heads, err := dueSources(ctx, tx, before)
		if err != nil {
			return err
		}
		for _, source := range heads[:min(max(limit, 0), len(heads))] {
			more, err := duePlaces(ctx, tx, source, before, heldOf[source], held)
			if err != nil {
				return err
			}
			places = append(places, more...)
		}
		slices.SortFunc(places, func(a, b dueVisit) int {
			return cmp.Or(cmp.Compare(a.turn, b.turn), cmp.Compare(a.rank, b.rank), cmp.Compare(a.due, b.due), cmp.Compare(a.id, b.id))
		})
		list, err = visitsAt(ctx, tx, places[:min(max(limit, 0), len(places))])
		return err
	})
	return list, err
}

// A dueVisit is where a visit stands among those that are due.
type dueVisit struct {
	id   string
	turn int // of its source
	rank int
	due  int64
}

// dueSources returns the watched sources that have a visit which is due: those with
// the lowest rank first, then those with the oldest. Those that are paused are left out;
// no name holds what says so, since its quotation marks are escaped. The index is stepped through
// from one source and rank to the next, so that what is not due costs nothing.
func dueSources(ctx context.Context, tx session, before time.Time) ([]string, error) {
	var out []string
	seen := map[string]bool{}
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var source string
		if err := rows.Scan(&source); err != nil {
			return err
		}
		if !seen[source] {
			seen[source] = true
			out = append(out, source)
		}
		return nil
	}, `WITH RECURSIVE heads (source, rank, due) AS (
			SELECT * FROM (SELECT source, rank, due FROM visits WHERE due IS NOT NULL ORDER BY source, rank, due, id LIMIT 1) first
		UNION ALL
			SELECT v.source, v.rank, v.due FROM heads h JOIN visits v ON v.id = (
				SELECT x.id FROM visits x WHERE x.due IS NOT NULL AND (x.source, x.rank) > (h.source, h.rank)
				ORDER BY x.source, x.rank, x.due, x.id LIMIT 1)
		)
		SELECT h.source FROM heads h JOIN sources s ON s.slug = h.source WHERE h.due <= ? AND s.body NOT LIKE '%"paused":true%' ORDER BY h.rank, h.due, h.source`, micro(before))
	return out, err
}

// duePlaces returns a source's share of the visits that are due, without those that
// are held, so many of them its own.
func duePlaces(ctx context.Context, tx session, source string, before time.Time, own int, held map[string]string) ([]dueVisit, error) {
	var out []dueVisit
	share := max(shareOfSource-own, moreOfSource)
	limit := own + share
	for rank := news.FreshVisit; rank <= news.QuietVisit && limit > 0; rank++ {
		err := tx.each(ctx, func(rows *sql.Rows) error {
			p := dueVisit{rank: rank}
			if err := rows.Scan(&p.id, &p.due); err != nil {
				return err
			}
			limit--
			if _, has := held[p.id]; has {
				return nil
			}
			p.turn = len(out)
			if p.turn < share {
				out = append(out, p)
			}
			return nil
		}, "SELECT id, due FROM visits WHERE source = ? AND rank = ? AND due IS NOT NULL AND due <= ? ORDER BY due, id LIMIT ?",
			source, rank, micro(before), limit)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// visitsAt reads visits, in the order of their places.
func visitsAt(ctx context.Context, tx session, places []dueVisit) ([]news.Visit, error) {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.id
	}
	found := make(map[string]news.Visit, len(places))
	err := tx.eachIn(ctx, func(rows *sql.Rows) error {
		var id string
		var body sql.RawBytes
		var v news.Visit
		if err := rows.Scan(&id, &body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &v); err != nil {
			return fmt.Errorf("the visit %s cannot be read: %w", id, err)
		}
		found[id] = v
		return nil
	}, "SELECT id, body FROM visits WHERE id", "", ids)
	if err != nil {
		return nil, err
	}
	var out []news.Visit
	for _, p := range places {
		out = append(out, found[p.id])
	}
	return out, nil
}
