package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"edict/news"
)

// RuleCounts says for each rule what has become of the tags that rest on it, and which
// rules stand behind the same tags, both in the order of label and rule.
func (s *Store) RuleCounts(ctx context.Context) (news.RuleCounts, error) {
	c := ruleCounter{counts: map[ruleKey]*news.RuleCount{}, pairs: map[pairKey]*news.RulePair{}}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var tag countedTag
		var rule string
		if err := rows.Scan(&tag.record, &tag.label, &tag.jurisdiction, &tag.state, &rule); err != nil {
			return err
		}
		if tag != c.tag {
			c.end()
			c.tag = tag
		}
		if !slices.Contains(c.rules, rule) {
			c.rules = append(c.rules, rule)
		}
		return nil
	}, `SELECT t.record, t.label, t.jurisdiction, t.state, e.rule FROM tags t
		JOIN evidence e ON e.record = t.record AND e.owner = 'tag' AND e.item = t.n
		WHERE t.current = 1 AND e.rule <> '' ORDER BY t.record, t.label, t.jurisdiction`)
	c.end()
	return c.result(), s.fault("count what became of each rule's tags", err)
}

// A ruleCounter counts tags that come with the rules that they rest on.
type ruleCounter struct {
	counts map[ruleKey]*news.RuleCount
	pairs  map[pairKey]*news.RulePair
	tag    countedTag
	rules  []string // of tag
}

type countedTag struct {
	record       string
	label        news.Label
	jurisdiction news.Jurisdiction
	state        news.State
}

type ruleKey struct {
	label news.Label
	rule  string
}

type pairKey struct {
	label      news.Label
	one, other string
}

// end counts the tag whose rules are all known.
func (c *ruleCounter) end() {
	slices.Sort(c.rules)
	accepted, rejected := int64(bit(c.tag.state == news.Accepted)), int64(bit(c.tag.state == news.Rejected))
	for i, rule := range c.rules {
		key := ruleKey{c.tag.label, rule}
		n := c.counts[key]
		if n == nil {
			n = &news.RuleCount{Rule: rule, Label: c.tag.label}
			c.counts[key] = n
		}
		n.Tags++
		n.Accepted += accepted
		n.Rejected += rejected
		if len(c.rules) == 1 {
			n.Alone++
		}
		for _, other := range c.rules[i+1:] {
			key := pairKey{c.tag.label, rule, other}
			p := c.pairs[key]
			if p == nil {
				p = &news.RulePair{One: rule, Other: other, Label: c.tag.label}
				c.pairs[key] = p
			}
			p.Tags++
			p.Accepted += accepted
			p.Rejected += rejected
		}
	}
	c.rules = c.rules[:0]
}

func (c *ruleCounter) result() (out news.RuleCounts) {
	out.Rules, out.Pairs = []news.RuleCount{}, []news.RulePair{}
	for _, key := range slices.SortedFunc(maps.Keys(c.counts), func(a, b ruleKey) int {
		return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.rule, b.rule))
	}) {
		out.Rules = append(out.Rules, *c.counts[key])
	}
	for _, key := range slices.SortedFunc(maps.Keys(c.pairs), func(a, b pairKey) int {
		return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.one, b.one), cmp.Compare(a.other, b.other))
	}) {
		out.Pairs = append(out.Pairs, *c.pairs[key])
	}
	return out
}

// Unfound returns accepted tags that no rule gives, at most limit: those of the newest
// articles first. An analyst added them, or the rules have stopped to give them.
func (s *Store) Unfound(ctx context.Context, limit int) ([]news.TagRef, error) {
	list := []news.TagRef{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var ref news.TagRef
		err := rows.Scan(&ref.Article, &ref.Label, &ref.Jurisdiction)
		list = append(list, ref)
		return err
	}, `SELECT a.id, t.label, t.jurisdiction FROM verdicts v JOIN articles a ON a.id = v.article
		JOIN tags t ON t.record = a.record AND t.label = v.label AND t.jurisdiction = v.jurisdiction
		WHERE t.state = 'accepted' AND t.given_state = '' ORDER BY t.position DESC, a.id, t.label, t.jurisdiction LIMIT ?`, limit)
	return list, s.fault("list accepted tags that no rule gives", err)
}

// NearMisses returns the records that came nearest to a label that they do not have, at
// most limit for each label, of the newest articles alone: as many as look says. The
// nearest come first.
func (s *Store) NearMisses(ctx context.Context, look, limit int) ([]news.Record, error) {
	type miss struct {
		id    string
		score float64
	}
	found := map[news.Label][]miss{}
	var list []news.Record
	err := s.read(ctx, "list what nearly has a label", func(tx session) error {
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var id string
			var body sql.RawBytes
			if err := rows.Scan(&id, &body); err != nil {
				return err
			}
			var r struct {
				Near []news.Near `json:"near"`
			}
			if err := json.Unmarshal(body, &r); err != nil {
				return fmt.Errorf("record %s cannot be read: %w", id, err)
			}
			for _, n := range r.Near {
				found[n.Label] = append(found[n.Label], miss{id, n.Score})
			}
			return nil
		}, "SELECT r.id, r.body FROM articles a JOIN records r ON r.id = a.record ORDER BY a.position DESC, a.record DESC LIMIT ?", look)
		if err != nil {
			return err
		}
		var ids []string
		for _, label := range slices.Sorted(maps.Keys(found)) {
			slices.SortStableFunc(found[label], func(a, b miss) int { return cmp.Compare(b.score, a.score) })
			for _, m := range found[label][:min(limit, len(found[label]))] {
				if !slices.Contains(ids, m.id) {
					ids = append(ids, m.id)
				}
			}
		}
		list, err = loadRecords(ctx, tx, ids)
		return err
	})
	return list, err
}
