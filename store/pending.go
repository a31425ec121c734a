package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"edict/news"
)

// pendingTags ask for tags that an analyst may have to decide on: what the rules leave
// to one, verdicts that new rules or a new text speak against, and what was tagged by
// rule while its article gives the same place the opposite label.
var pendingTags = []string{
	"FROM tags t JOIN articles a ON a.record = t.record JOIN records r ON r.id = t.record WHERE t.current = 1 AND t.state = 'review' ORDER BY t.position DESC, t.record, t.n LIMIT ?",
	`FROM verdicts v JOIN articles a ON a.id = v.article JOIN tags t ON t.record = a.record AND t.label = v.label AND t.jurisdiction = v.jurisdiction
		JOIN records r ON r.id = t.record WHERE v.dispute <> '' ORDER BY t.position DESC, t.record, t.n LIMIT ?`,
	`FROM tags u JOIN tags t ON t.record = u.record AND t.jurisdiction = u.jurisdiction AND t.label <> u.label
		JOIN articles a ON a.record = t.record JOIN records r ON r.id = t.record
		WHERE u.current = 1 AND u.state IN ('auto', 'accepted') AND u.label = 'mining_crackdown' AND t.label = 'pro_blockchain_policy'
		AND t.state IN ('auto', 'accepted') AND NOT (u.state = 'accepted' AND t.state = 'accepted') ORDER BY t.position DESC, t.record, t.n LIMIT ?`,
}

// Pending returns the tags that an analyst may have to decide on, at most limit of each
// kind, the newest articles first. It tells who has taken which and which do not ask
// yet. more says that a limit was met.
func (s *Store) Pending(ctx context.Context, limit int) (list []news.Pending, more bool, err error) {
	err = s.read(ctx, "list what waits for an analyst", func(tx session) error {
		d := desk{seen: map[news.TagRef]int{}, records: map[string]*aboutRecord{}}
		for _, from := range pendingTags {
			n, err := d.add(ctx, tx, from, limit)
			if err != nil {
				return err
			}
			more = more || n == limit
		}
		for _, load := range []func(context.Context, session) error{d.loadRules, d.loadDisputes, d.loadLeases, d.loadSnoozes} {
			if err := load(ctx, tx); err != nil {
				return err
			}
		}
		list = d.list
		return nil
	})
	return list, more, err
}

// desk is what Pending has gathered.
type desk struct {
	list    []news.Pending
	seen    map[news.TagRef]int
	records map[string]*aboutRecord
	ids     []string // of the records
}

// An aboutRecord is what a record says of its text, and the other tags that it has.
type aboutRecord struct {
	Quality float64 `json:"quality"`
	Partial bool    `json:"partial"`
	items   []int
}

func (d *desk) add(ctx context.Context, tx session, from string, limit int) (n int, err error) {
	err = tx.each(ctx, func(rows *sql.Rows) error {
		n++
		var p news.Pending
		var position, kept int64
		var body sql.RawBytes
		if err := rows.Scan(&p.Article, &p.Label, &p.Jurisdiction, &p.Record, &p.Story, &p.Source, &p.Stage, &p.State, &p.Score, &position, &kept, &body); err != nil {
			return err
		}
		if _, twice := d.seen[p.TagRef]; twice {
			return nil
		}
		about := d.records[p.Record]
		if about == nil {
			about = &aboutRecord{}
			if err := json.Unmarshal(body, about); err != nil {
				return fmt.Errorf("record %s cannot be read: %w", p.Record, err)
			}
			d.records[p.Record] = about
			d.ids = append(d.ids, p.Record)
		}
		p.Time, p.Kept, p.Quality, p.Partial = fromMicro(position), fromMicro(kept), about.Quality, about.Partial
		d.seen[p.TagRef] = len(d.list)
		about.items = append(about.items, len(d.list))
		d.list = append(d.list, p)
		return nil
	}, "SELECT a.id, t.label, t.jurisdiction, t.record, a.story, a.source, t.stage, t.state, t.score, t.position, r.kept, r.body "+from, limit)
	return n, err
}

// loadRules tells which rules each tag rests on, and whether its article has the
// opposite label for the same place.
func (d *desk) loadRules(ctx context.Context, tx session) error {
	return tx.eachIn(ctx, func(rows *sql.Rows) error {
		var record, rule string
		var label news.Label
		var place news.Jurisdiction
		var state news.State
		if err := rows.Scan(&record, &label, &place, &state, &rule); err != nil {
			return err
		}
		for _, i := range d.records[record].items {
			p := &d.list[i]
			switch {
			case p.Jurisdiction != place:
			case p.Label != label:
				p.Against = p.Against || state != news.Rejected && opposite(p.Label, label)
			case rule != "" && !slices.Contains(p.Rules, rule):
				p.Rules = append(p.Rules, rule)
			}
		}
		return nil
	}, `SELECT t.record, t.label, t.jurisdiction, t.state, coalesce(e.rule, '') FROM tags t
		LEFT JOIN evidence e ON e.record = t.record AND e.owner = 'tag' AND e.item = t.n WHERE t.record`, "ORDER BY t.record, t.n, e.n", d.ids)
}

func opposite(a, b news.Label) bool {
	return a == news.ProPolicy && b == news.Crackdown || a == news.Crackdown && b == news.ProPolicy
}

func (d *desk) loadDisputes(ctx context.Context, tx session) error {
	return d.eachRef(ctx, tx, func(p *news.Pending, values []string, _ []int64) { p.Dispute = news.Dispute(values[0]) },
		"SELECT article, label, jurisdiction, dispute, '', 0, 0 FROM verdicts WHERE dispute <> ''")
}

func (d *desk) loadLeases(ctx context.Context, tx session) error {
	return d.eachRef(ctx, tx, func(p *news.Pending, values []string, times []int64) {
		p.Lease = news.Lease{TagRef: p.TagRef, Owner: values[1], Since: fromMicro(times[0]), Until: fromMicro(times[1])}
	}, "SELECT article, label, jurisdiction, '', owner, since, until FROM leases")
}

func (d *desk) loadSnoozes(ctx context.Context, tx session) error {
	return d.eachRef(ctx, tx, func(p *news.Pending, _ []string, times []int64) { p.Snoozed = fromMicro(times[1]) },
		"SELECT article, label, jurisdiction, '', who, 0, until FROM snoozes")
}

func (d *desk) eachRef(ctx context.Context, tx session, set func(p *news.Pending, values []string, times []int64), query string) error {
	return tx.each(ctx, func(rows *sql.Rows) error {
		var ref news.TagRef
		values, times := make([]string, 2), make([]int64, 2)
		if err := rows.Scan(&ref.Article, &ref.Label, &ref.Jurisdiction, &values[0], &values[1], &times[0], &times[1]); err != nil {
			return err
		}
		if i, known := d.seen[ref]; known {
			set(&d.list[i], values, times)
		}
		return nil
	}, query)
}

// RuleVerdicts counts, for each rule, the tags that were decided on: Tags is their number.
func (s *Store) RuleVerdicts(ctx context.Context) ([]news.RuleCount, error) {
	var list []news.RuleCount
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var c news.RuleCount
		if err := rows.Scan(&c.Rule, &c.Label, &c.Accepted, &c.Rejected); err != nil {
			return err
		}
		c.Tags = c.Accepted + c.Rejected
		list = append(list, c)
		return nil
	}, `SELECT rule, label, sum(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'rejected' THEN 1 ELSE 0 END)
		FROM (SELECT DISTINCT e.rule, t.label, t.record, t.jurisdiction, t.state FROM tags t
			JOIN evidence e ON e.record = t.record AND e.owner = 'tag' AND e.item = t.n
			WHERE t.current = 1 AND t.state IN ('accepted', 'rejected') AND e.rule <> '') x
		GROUP BY rule, label ORDER BY label, rule`)
	return list, s.fault("count verdicts by rule", err)
}
