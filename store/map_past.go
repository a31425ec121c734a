package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"edict/news"
)

// pastTags are the changes of articles that ever had a tag, each with the tags that the
// article had then: the map of any moment is made of them in a few milliseconds. Changes
// are only appended, so they are read once, and then those that came since. They take
// about 200 bytes for each change of a tagged article.
type pastTags struct {
	mu       sync.Mutex // guards the rest, also while it is read
	last     int64      // the sequence up to which changes were read
	articles map[string]int
	steps    [][]pastStep // of each article, in order
	tags     map[pastTag]*pastTag
	counted  map[string]bool // records whose counts were read
	counts   []news.Reported // newest first
}

// A pastStep is an article as it was after a change.
type pastStep struct {
	at       int64 // of the change
	position int64
	record   string // "" where no count is reported in it
	tags     []*pastTag
}

// A pastTag is what a map needs of a tag that counts.
type pastTag struct {
	label        news.Label
	jurisdiction news.Jurisdiction
	stage        news.Stage
}

// A standingKey is a record that has a tag which counts under a label.
type standingKey struct {
	record string
	label  news.Label
}

// pastMap makes the map as it was known at a moment, or by what was published until one.
func (s *Store) pastMap(ctx context.Context, when news.MapTime) (news.Map, error) {
	p := &s.past
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := s.read(ctx, "read the changes that earlier maps are made of", func(tx session) error { return p.read(ctx, tx) }); err != nil {
		p.last, p.articles = 0, nil // a half-read page of changes is read again from the beginning
		return news.Map{}, err
	}
	return p.at(when, s.mapSince(when)), nil
}

// read takes up what has changed.
func (p *pastTags) read(ctx context.Context, tx session) error {
	last, err := lastChange(ctx, tx)
	if err != nil || last == p.last && p.articles != nil {
		return err
	}
	if last < p.last || p.articles == nil { // another archive was restored
		p.last, p.articles, p.steps, p.counts = 0, map[string]int{}, nil, nil
		p.tags, p.counted = map[pastTag]*pastTag{}, map[string]bool{}
	}
	if err := p.readCounts(ctx, tx); err != nil {
		return err
	}
	const tagged = " AND c.kind IN " + tagChanges + " AND (c.after <> '[]' OR c.before <> '[]') ORDER BY "
	where, order := "c.sequence > ?", "c.sequence"
	if p.last == 0 { // by the index of just these changes
		where, order = "c.sequence > ? - 1", "c.article, c.sequence"
	}
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var article, after string
		var step pastStep
		if err := rows.Scan(&article, &step.record, &step.at, &step.position, &after); err != nil {
			return err
		}
		if !p.counted[step.record] {
			step.record = ""
		}
		if step.tags, err = p.standing(article, after); err != nil {
			return err
		}
		i, known := p.articles[article]
		if !known {
			i = len(p.steps)
			p.articles[article] = i
			p.steps = append(p.steps, nil)
		}
		p.steps[i] = append(p.steps[i], step)
		return nil
	}, "SELECT c.article, c.record, c.time, r.position, c.after FROM changes c JOIN records r ON r.id = c.record WHERE "+where+tagged+order, p.last)
	if err == nil {
		p.last = last
	}
	return err
}

// readCounts reads what is reported in records that came since.
func (p *pastTags) readCounts(ctx context.Context, tx session) error {
	var fresh []string
	err := tx.each(ctx, func(rows *sql.Rows) error {
		r, err := scanCount(rows)
		if err != nil || p.counted[r.Record] {
			return err
		}
		if len(fresh) == 0 || fresh[len(fresh)-1] != r.Record {
			fresh = append(fresh, r.Record)
		}
		p.counts = append(p.counts, r)
		return nil
	}, `SELECT c.value, c.whole, c.unit, c.label, r.id, a.source, r.position FROM counts c JOIN records r ON r.id = c.record JOIN articles a ON a.id = r.article
		WHERE c.record IN (SELECT record FROM changes WHERE sequence > ?) ORDER BY c.record, c.n`, p.last)
	if len(fresh) == 0 {
		return err
	}
	for _, record := range fresh {
		p.counted[record] = true
	}
	slices.SortStableFunc(p.counts, func(a, b news.Reported) int { return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.Record, b.Record)) })
	return err
}

// standing returns those of an article's tags that count.
func (p *pastTags) standing(article, after string) (out []*pastTag, err error) {
	if after == "[]" {
		return nil, nil
	}
	var tags []struct { // what a map needs of news.Tag
		Label        news.Label        `json:"label"`
		Jurisdiction news.Jurisdiction `json:"jurisdiction"`
		Stage        news.Stage        `json:"stage"`
		State        news.State        `json:"state"`
	}
	if err := json.Unmarshal([]byte(after), &tags); err != nil {
		return nil, fmt.Errorf("the tags in a change of article %s cannot be read: %w", article, err)
	}
	for _, t := range tags {
		if !t.State.Counts() {
			continue
		}
		key := pastTag{t.Label, t.Jurisdiction, t.Stage}
		if p.tags[key] == nil {
			p.tags[key] = &key
		}
		out = append(out, p.tags[key])
	}
	return out, nil
}

// at adds up the last step of each article until a moment.
func (p *pastTags) at(when news.MapTime, since time.Time) news.Map {
	m := news.NewMapMaker()
	known, until, weeks := int64(1)<<62, int64(1)<<62, micro(since)
	if !when.Known.IsZero() {
		known = micro(when.Known)
	}
	if !when.Until.IsZero() {
		until = micro(when.Until)
	}
	type sum struct{ newest, n int64 }
	sums := map[*pastTag]*sum{}
	byDay := map[news.Label]map[int64]int64{}
	standing := map[standingKey]bool{}
	for _, steps := range p.steps {
		i := len(steps) - 1
		for i >= 0 && steps[i].at > known {
			i--
		}
		if i < 0 || steps[i].position >= until {
			continue
		}
		step := &steps[i]
		for _, t := range step.tags {
			c := sums[t]
			if c == nil {
				c = &sum{newest: step.position}
				sums[t] = c
			}
			c.n++
			c.newest = max(c.newest, step.position)
			if step.record != "" {
				standing[standingKey{step.record, t.label}] = true
			}
			if step.position >= weeks {
				if byDay[t.label] == nil {
					byDay[t.label] = map[int64]int64{}
				}
				byDay[t.label][dayOf(step.position)]++
			}
		}
	}
	tags := slices.SortedFunc(maps.Keys(sums), func(a, b *pastTag) int { // of two that are as new, the same counts each time
		return cmp.Or(cmp.Compare(a.label, b.label), cmp.Compare(a.jurisdiction, b.jurisdiction), cmp.Compare(a.stage, b.stage))
	})
	for _, t := range tags {
		c := sums[t]
		m.Add(fromMicro(c.newest), news.Tag{Label: t.label, Jurisdiction: t.jurisdiction, Stage: t.stage, State: news.Auto}, c.n)
	}
	for label, days := range byDay {
		for day, n := range days {
			m.AddWeek(time.Unix(day*86400, 0), label, n)
		}
	}
	left := mapReported
	for _, r := range p.counts {
		if left > 0 && standing[standingKey{r.Record, r.Label}] {
			left--
			m.AddCount(r)
		}
	}
	return m.Map()
}

// dayOf counts the days until a time in microseconds, also of times before 1970.
func dayOf(position int64) int64 {
	const day = 86_400_000_000
	d := position / day
	if position%day < 0 {
		d--
	}
	return d
}
