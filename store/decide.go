package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"edict/news"
)

// Decide writes an analyst's verdict on a tag: the decision, the tag, and the change
// that readers follow, in one transaction. It returns the decision as it was written.
//
// A tag that the article does not have is ErrNotFound. One that is in another state
// than the analyst saw, or has that verdict already and undisputed, is ErrConflict.
func (s *Store) Decide(ctx context.Context, v news.Verdict) (d news.Decision, err error) {
	what := fmt.Sprintf("%s tag %s %s of article %s", v.Act, v.Label, v.Jurisdiction, v.Article)
	if err := v.Validate(); err != nil {
		return d, fmt.Errorf("%s: %w", what, err)
	}
	err = s.write(ctx, what, func(ctx context.Context, tx session) error {
		c, err := loadCase(ctx, tx, v.Article)
		if err != nil {
			return err
		}
		i := indexTag(c.tags, v.Label, v.Jurisdiction)
		if i < 0 {
			return fmt.Errorf("it has no such tag: %w", news.ErrNotFound)
		}
		if now := c.tags[i].State; v.Seen != "" && v.Seen != now {
			return fmt.Errorf("it is %s by now, not %s: %w", now, v.Seen, news.ErrConflict)
		}
		after := decided(c.tags, i, v)
		confirms := false
		if slices.EqualFunc(c.tags, after, sameTag) {
			if confirms, err = isDisputed(ctx, tx, v); err != nil {
				return err
			}
			if !confirms {
				return fmt.Errorf("it is %s already: %w", c.tags[i].State, news.ErrConflict)
			}
		}
		d = news.Decision{Who: v.Who, Act: v.Act, Article: v.Article, Label: v.Label, Jurisdiction: v.Jurisdiction, Reason: v.Reason, Spent: v.Spent.Milliseconds()}
		if err := s.settle(ctx, tx, c, &d, after, nil); err != nil || !confirms {
			return err
		}
		return writeVerdict(ctx, tx, c.article, verdict{Tag: c.tags[i], Stage: c.given[i].stage, decision: d.Number})
	})
	return d, err
}

// isDisputed reports whether something speaks against the verdict that stands: to pass
// it again settles that.
func isDisputed(ctx context.Context, tx session, v news.Verdict) (bool, error) {
	list, err := column[news.Dispute](ctx, tx, "SELECT dispute FROM verdicts WHERE article = ? AND label = ? AND jurisdiction = ?", v.Article, v.Label, v.Jurisdiction)
	return len(list) > 0 && list[0] != news.NoDispute, err
}

// decided returns the tags after v has been passed on the tag i. An edit to another
// label or place rejects the tag as it stands, and accepts one beside it.
func decided(tags []news.Tag, i int, v news.Verdict) []news.Tag {
	after := slices.Clone(tags)
	switch t := &after[i]; v.Act {
	case news.Accept:
		t.State = news.Accepted
	case news.Reject:
		t.State = news.Rejected
	case news.Edit:
		as := *t
		as.State = news.Accepted
		if v.As.Label != "" {
			as.Label = v.As.Label
		}
		if v.As.Jurisdiction != "" {
			as.Jurisdiction = v.As.Jurisdiction
		}
		if v.As.Stage != "" {
			as.Stage = v.As.Stage
		}
		j := indexTag(after, as.Label, as.Jurisdiction)
		if j != i {
			t.State = news.Rejected
		}
		if j < 0 {
			return append(after, as)
		}
		after[j].State, after[j].Stage = as.State, as.Stage
	}
	return after
}

// sameTag reports whether nothing differs that a decision can alter.
func sameTag(a, b news.Tag) bool {
	return a.Label == b.Label && a.Jurisdiction == b.Jurisdiction && a.Stage == b.Stage && a.State == b.State
}

// A deskCase is an article as an analyst has it before him.
type deskCase struct {
	article, record, story, rules string
	position                      int64
	tags                          []news.Tag
	given                         []givenTag // of the tags, in their order
}

// A givenTag is what the rules said of a tag: nothing, if a verdict brought it.
type givenTag struct {
	n     int
	state news.State
	stage news.Stage
}

func loadCase(ctx context.Context, tx session, article string) (c deskCase, err error) {
	c.article = article
	err = tx.row(ctx, `SELECT a.record, a.story, a.position, r.rules FROM articles a JOIN records r ON r.id = a.record WHERE a.id = ?`, article).
		Scan(&c.record, &c.story, &c.position, &c.rules)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("there is no such article: %w", news.ErrNotFound)
	}
	if err != nil {
		return c, err
	}
	tags, err := loadTags(ctx, tx, []string{c.record})
	if err != nil {
		return c, err
	}
	c.tags = tags[c.record]
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var g givenTag
		if err := rows.Scan(&g.n, &g.state, &g.stage); err != nil {
			return err
		}
		c.given = append(c.given, g)
		return nil
	}, "SELECT n, given_state, given_stage FROM tags WHERE record = ? ORDER BY n", c.record)
	return c, err
}

// settle writes what a decision makes of the tags of a case: after holds the tags as
// they are to be, those of the case in their places and new ones behind. gone are the
// places of tags that are there no more, since nobody gives them.
func (s *Store) settle(ctx context.Context, tx session, c deskCase, d *news.Decision, after []news.Tag, gone []int) error {
	d.Time, d.Story, d.Rules = s.now().UTC(), c.story, c.rules
	kept := slices.Clone(after)
	for _, i := range slices.Backward(gone) {
		kept = slices.Delete(kept, i, i+1)
	}
	if err := appendDecision(ctx, tx, d, c.tags, kept); err != nil {
		return err
	}
	for i, t := range after {
		if i < len(c.tags) && sameTag(c.tags[i], t) && !slices.Contains(gone, i) {
			continue
		}
		if err := c.writeTag(ctx, tx, i, t, slices.Contains(gone, i)); err != nil {
			return err
		}
		if d.Act == news.Undo {
			continue // which verdict stands instead is the undo's to say
		}
		v := verdict{Tag: t, decision: d.Number}
		if i < len(c.given) {
			v.Stage = c.given[i].stage
		}
		if err := writeVerdict(ctx, tx, c.article, v); err != nil {
			return err
		}
	}
	for _, table := range []string{"leases", "snoozes"} { // what is decided on is nobody's work any more
		if _, err := tx.exec(ctx, "DELETE FROM "+table+" WHERE article = ? AND label = ? AND jurisdiction = ?", c.article, d.Label, d.Jurisdiction); err != nil {
			return err
		}
	}
	return c.announce(ctx, tx, *d, kept)
}

// writeTag writes tag i of a case, which is new behind the last.
func (c deskCase) writeTag(ctx context.Context, tx session, i int, t news.Tag, gone bool) error {
	if i < len(c.tags) {
		if !gone {
			_, err := tx.exec(ctx, "UPDATE tags SET state = ?, stage = ? WHERE record = ? AND label = ? AND jurisdiction = ?", t.State, t.Stage, c.record, t.Label, t.Jurisdiction)
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM evidence WHERE record = ? AND owner = 'tag' AND item = ?", c.record, c.given[i].n); err != nil {
			return err
		}
		_, err := tx.exec(ctx, "DELETE FROM tags WHERE record = ? AND label = ? AND jurisdiction = ?", c.record, t.Label, t.Jurisdiction)
		return err
	}
	n := i
	if last := len(c.given) - 1; last >= 0 {
		n = c.given[last].n + 1 + i - len(c.tags)
	}
	_, err := tx.insert(ctx, tagRows, "", [][]any{{
		c.record, t.Label, t.Jurisdiction, t.Jurisdiction.Country(), n, t.Stage, t.Score, t.State, "", "", c.position, 1,
	}})
	if err != nil {
		return err
	}
	var p plan
	p.addEvidence(c.record, ofTag, n, t.Evidence)
	_, err = tx.insert(ctx, evidenceRows, "", p.evidence)
	return err
}

// announce marks whether the article is still tagged and appends the change.
func (c deskCase) announce(ctx context.Context, tx session, d news.Decision, after []news.Tag) error {
	tagged := slices.ContainsFunc(after, func(t news.Tag) bool { return t.State != news.Rejected })
	if _, err := tx.exec(ctx, "UPDATE articles SET tagged = ? WHERE id = ?", bit(tagged), c.article); err != nil {
		return err
	}
	p := plan{now: micro(d.Time)}
	a := &articleState{id: c.article, record: c.record, story: c.story}
	if err := p.addChange(news.DecisionChange, a, c.tags, after, false); err != nil {
		return err
	}
	return insertChanges(ctx, tx, p.changes)
}

func writeVerdict(ctx context.Context, tx session, article string, v verdict) error {
	row, err := v.row(article)
	if err != nil {
		return err
	}
	_, err = tx.insert(ctx, verdictRows, `ON CONFLICT (article, label, jurisdiction) DO UPDATE SET
		decision = excluded.decision, dispute = excluded.dispute, body = excluded.body`, [][]any{row})
	return err
}

// appendDecision numbers a decision and writes it. before and after are values of
// JSON: what was, and what is.
func appendDecision(ctx context.Context, tx session, d *news.Decision, before, after any) (err error) {
	if err := tx.row(ctx, "SELECT coalesce(max(number), 0) + 1 FROM decisions").Scan(&d.Number); err != nil {
		return err
	}
	if d.Before, err = json.Marshal(before); err == nil {
		d.After, err = json.Marshal(after)
	}
	if err != nil {
		return fmt.Errorf("decision %d: %w: %w", d.Number, err, news.ErrInvalid)
	}
	_, err = tx.insert(ctx, decisionRows, "", [][]any{{
		d.Number, micro(d.Time), d.Who, d.Act, d.Story, d.Article, d.Label, d.Jurisdiction, d.Undoes, string(d.Before), string(d.After), d.Rules, d.Reason,
	}})
	if err != nil || d.Spent == 0 {
		return err
	}
	_, err = tx.insert(ctx, effortRows, "", [][]any{{d.Number, d.Spent}})
	return err
}
