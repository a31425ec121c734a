package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"edict/news"
)

const decisionColumns = "number, time, who, act, story, article, label, jurisdiction, undoes, before, after, rules, reason, " +
	"coalesce((SELECT spent FROM efforts WHERE decision = number), 0)"

func scanDecision(scan func(...any) error) (d news.Decision, err error) {
	var at int64
	var before, after sql.NullString
	err = scan(&d.Number, &at, &d.Who, &d.Act, &d.Story, &d.Article, &d.Label, &d.Jurisdiction, &d.Undoes, &before, &after, &d.Rules, &d.Reason, &d.Spent)
	d.Time = fromMicro(at)
	if before.Valid {
		d.Before = []byte(before.String)
	}
	if after.Valid {
		d.After = []byte(after.String)
	}
	return d, err
}

// Decisions returns the decisions behind a number, at most limit, in their order.
func (s *Store) Decisions(ctx context.Context, after int64, limit int) ([]news.Decision, error) {
	return s.listDecisions(ctx, "WHERE number > ? ORDER BY number LIMIT ?", after, limit)
}

// DecisionsBefore returns the decisions with a smaller number, at most limit, the last
// first.
func (s *Store) DecisionsBefore(ctx context.Context, number int64, limit int) ([]news.Decision, error) {
	return s.listDecisions(ctx, "WHERE number < ? ORDER BY number DESC LIMIT ?", number, limit)
}

// DecisionsOf returns the decisions that f selects, at most f.Limit.
func (s *Store) DecisionsOf(ctx context.Context, f news.DecisionFilter) ([]news.Decision, error) {
	where, args := []string{"number > ?"}, []any{f.After}
	also := func(is bool, clause string, values ...any) {
		if is {
			where, args = append(where, clause), append(args, values...)
		}
	}
	also(f.Who != "", "who = ?", f.Who)
	also(f.Label != "", "label = ?", f.Label)
	if j := string(f.Jurisdiction); f.Jurisdiction.Division() == "" {
		also(j != "", "(jurisdiction = ? OR jurisdiction >= ? AND jurisdiction < ?)", j, j+"-", j+".")
	} else {
		also(true, "jurisdiction = ?", j)
	}
	also(!f.Since.IsZero(), "time >= ?", micro(f.Since))
	also(!f.Until.IsZero(), "time < ?", micro(f.Until))
	also(f.Before > 0, "number < ?", f.Before)
	if len(f.Undoing) > 0 {
		numbers := make([]any, len(f.Undoing))
		for i, n := range f.Undoing {
			numbers[i] = n
		}
		also(true, "undoes IN (?"+strings.Repeat(", ?", len(numbers)-1)+")", numbers...)
	}
	order := " ORDER BY number DESC LIMIT ?"
	if f.Oldest {
		order = " ORDER BY number LIMIT ?"
	}
	return s.listDecisions(ctx, "WHERE "+strings.Join(where, " AND ")+order, append(args, f.Limit)...)
}

// DecisionsOn returns the decisions on an article and its tags, in their order.
func (s *Store) DecisionsOn(ctx context.Context, article string) ([]news.Decision, error) {
	return s.listDecisions(ctx, "WHERE article = ? ORDER BY number", article)
}

func (s *Store) listDecisions(ctx context.Context, where string, args ...any) ([]news.Decision, error) {
	list := []news.Decision{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		d, err := scanDecision(rows.Scan)
		list = append(list, d)
		return err
	}, "SELECT "+decisionColumns+" FROM decisions "+where, args...)
	return list, s.fault("list decisions", err)
}

// A DisputedTag is an accepted or rejected tag that an analyst should look at again.
type DisputedTag struct {
	Article string
	Tag     news.Tag // as it was decided
	Dispute news.Dispute
}

// Disputed returns up to limit of the verdicts that new rules or a new text speak
// against.
func (s *Store) Disputed(ctx context.Context, limit int) ([]DisputedTag, error) {
	var list []DisputedTag
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var t DisputedTag
		var body sql.RawBytes
		var v verdict
		if err := rows.Scan(&t.Article, &t.Dispute, &body); err != nil {
			return err
		}
		err := json.Unmarshal(body, &v)
		t.Tag = v.Tag
		list = append(list, t)
		return err
	}, "SELECT article, dispute, body FROM verdicts WHERE dispute <> '' ORDER BY article, label, jurisdiction LIMIT ?", limit)
	return list, s.fault("list disputed verdicts", err)
}

// Undo takes back a decision, as one more: what stood before it stands again, of a
// verdict an earlier one or what the rules say, of a merge or a split the stories that
// there were. number 0 is the last decision of who that still stands. One that does not
// stand, or on which a later one was built, is ErrConflict.
func (s *Store) Undo(ctx context.Context, who string, number int64, reason string) (d news.Decision, err error) {
	what := fmt.Sprintf("undo decision %d", number)
	if who == "" || len(reason) > news.MaxReason {
		return d, fmt.Errorf("%s: it needs a name, and a reason of up to %d bytes: %w", what, news.MaxReason, news.ErrInvalid)
	}
	err = s.write(ctx, what, func(ctx context.Context, tx session) error {
		old, err := standing(ctx, tx, who, number)
		if err != nil {
			return err
		}
		if old.Act == news.Merge || old.Act == news.Split {
			d, err = s.undoStories(ctx, tx, old, who, reason)
			return err
		}
		c, err := loadCase(ctx, tx, old.Article)
		if err != nil {
			return err
		}
		keys, err := touched(old)
		if err != nil {
			return err
		}
		earlier, err := verdictsBefore(ctx, tx, old, keys)
		if err != nil {
			return err
		}
		d = news.Decision{Who: who, Act: news.Undo, Article: old.Article, Label: old.Label, Jurisdiction: old.Jurisdiction, Undoes: old.Number, Reason: reason}
		after, gone := c.without(keys, earlier)
		if err := s.settle(ctx, tx, c, &d, after, gone); err != nil {
			return err
		}
		for key, v := range earlier {
			if v != nil {
				err = writeVerdict(ctx, tx, c.article, *v)
			} else {
				_, err = tx.exec(ctx, "DELETE FROM verdicts WHERE article = ? AND label = ? AND jurisdiction = ?", c.article, key.label, key.jurisdiction)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return d, err
}

// standing returns a decision that nobody has undone, or the last one of who.
func standing(ctx context.Context, tx session, who string, number int64) (news.Decision, error) {
	const undone = "SELECT 1 FROM decisions u WHERE u.undoes = d.number"
	query, args := "SELECT "+decisionColumns+" FROM decisions d WHERE number = ?", []any{number}
	if number == 0 {
		query = "SELECT " + decisionColumns + " FROM decisions d WHERE who = ? AND act <> 'undo' AND NOT EXISTS (" + undone + ") ORDER BY number DESC LIMIT 1"
		args = []any{who}
	}
	d, err := scanDecision(tx.row(ctx, query, args...).Scan)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return d, fmt.Errorf("there is no such decision: %w", news.ErrNotFound)
	case err != nil:
		return d, err
	case d.Act == news.Undo:
		return d, fmt.Errorf("decision %d took another back; make that one again instead: %w", d.Number, news.ErrInvalid)
	}
	by, err := column[int64](ctx, tx, "SELECT number FROM decisions WHERE undoes = ?", d.Number)
	if err == nil && len(by) > 0 {
		err = fmt.Errorf("decision %d was undone by %d already: %w", d.Number, by[0], news.ErrConflict)
	}
	return d, err
}

// A tagKey names a tag of an article.
type tagKey struct {
	label        news.Label
	jurisdiction news.Jurisdiction
}

// touched returns the tags that a verdict altered, with what it made of each.
func touched(d news.Decision) (map[tagKey]news.Tag, error) {
	var before, after []news.Tag
	if err := errors.Join(json.Unmarshal(d.Before, &before), json.Unmarshal(d.After, &after)); err != nil {
		return nil, fmt.Errorf("decision %d cannot be read: %w", d.Number, err)
	}
	out := map[tagKey]news.Tag{}
	for _, t := range after {
		if i := indexTag(before, t.Label, t.Jurisdiction); i < 0 || !sameTag(before[i], t) {
			out[tagKey{t.Label, t.Jurisdiction}] = t
		}
	}
	return out, nil
}

// verdictsBefore returns, for each tag that a verdict touched, the one that stood
// before it, or nil. A later one that stands on any of them is ErrConflict.
func verdictsBefore(ctx context.Context, tx session, old news.Decision, keys map[tagKey]news.Tag) (map[tagKey]*verdict, error) {
	var others []news.Decision
	err := tx.each(ctx, func(rows *sql.Rows) error {
		d, err := scanDecision(rows.Scan)
		others = append(others, d)
		return err
	}, "SELECT "+decisionColumns+` FROM decisions d WHERE article = ? AND number <> ? AND act IN ('accept', 'reject', 'edit')
		AND NOT EXISTS (SELECT 1 FROM decisions u WHERE u.undoes = d.number) ORDER BY number`, old.Article, old.Number)
	if err != nil {
		return nil, err
	}
	out := map[tagKey]*verdict{}
	for key := range keys {
		out[key] = nil
	}
	for _, d := range others {
		other, err := touched(d)
		if err != nil {
			return nil, err
		}
		for key, t := range other {
			if _, ours := keys[key]; !ours {
				continue
			}
			if d.Number > old.Number {
				return nil, fmt.Errorf("decision %d on the same tag came later; undo that one first: %w", d.Number, news.ErrConflict)
			}
			out[key] = &verdict{Tag: t, decision: d.Number}
		}
	}
	return out, nil
}

// without returns the tags of a case when the verdicts on some of them are those of
// earlier, and the places of those that nobody gives any more.
func (c deskCase) without(keys map[tagKey]news.Tag, earlier map[tagKey]*verdict) (after []news.Tag, gone []int) {
	after = slices.Clone(c.tags)
	for i := range after {
		t, given := &after[i], c.given[i]
		key := tagKey{t.Label, t.Jurisdiction}
		if _, ours := keys[key]; !ours {
			continue
		}
		switch v := earlier[key]; {
		case v != nil:
			v.Stage = given.stage
			t.State, t.Stage = v.Tag.State, v.Tag.Stage
		case given.state != "":
			t.State, t.Stage = given.state, given.stage
		default:
			gone = append(gone, i)
		}
	}
	return after, gone
}
