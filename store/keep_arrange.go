package store

import (
	"context"
	"time"

	"edict/news"
)

// A laidRecord is a record of a batch that may become current.
type laidRecord struct {
	record news.Record
	at     int // its place in the batch
	adds   how
	first  int // for repeats: the place in the list of the one that is repeated
}

// how a record comes into the database.
type how int

const (
	adds    how = iota // it is written
	stands             // it is current there, and may be again
	repeats            // it is in this batch already
)

// arrange returns those of a batch that may become current, in its order: what the
// database does not hold, and what it holds of a text that was fetched again after
// another text of the article.
func (p *plan) arrange(records []news.Record, held map[string]bool) []laidRecord {
	list := make([]laidRecord, 0, len(records))
	listed := make(map[string]int, len(records))
	for i, r := range records {
		l := laidRecord{record: r, at: i}
		first, inBatch := listed[r.ID]
		switch a := p.articles[r.Key().Article]; {
		case inBatch:
			if !r.Fetched.After(list[first].record.Fetched) {
				continue
			}
			l.adds, l.first = repeats, first
		case !held[r.ID]:
		case a == nil || micro(r.Fetched) <= a.fetched:
			continue
		case a.record == r.ID:
			l.adds = stands
		case a.version == r.Version:
			continue // of rules that were active before the last ones
		default:
			p.replaced = append(p.replaced, r.ID)
		}
		if !inBatch {
			listed[r.ID] = len(list)
		}
		list = append(list, l)
	}
	return list
}

// lay puts a record into the plan if it is to be written, and lays over its tags the
// verdicts that stand.
func (p *plan) lay(list []laidRecord, l *laidRecord) (err error) {
	switch l.adds {
	case adds:
		l.record, err = p.add(l.record)
	case stands:
		a := p.articles[l.record.Key().Article]
		l.record = again(l.record, a.source, a.language, time.UnixMicro(a.position), a.tags)
	case repeats:
		first := list[l.first].record
		l.record = again(l.record, first.Source, first.Language, first.Position().Time, first.Tags)
	}
	return err
}

// again is r, fetched again, as what was written of it says: of one text the first
// record stays, also where the page gives another time now or another source led to it.
func again(r news.Record, source, language string, position time.Time, tags []news.Tag) news.Record {
	r.Source, r.Language, r.Published, r.Tags = source, language, position, tags
	return r
}

// recallStories reads what may be of one story with records.
func (p *plan) recallStories(ctx context.Context, tx session, list []laidRecord, readings []reading) error {
	batch := make([]reading, len(list))
	for i, l := range list {
		batch[i] = readings[l.at]
	}
	own := make([]string, 0, len(p.order))
	for _, id := range p.order {
		own = append(own, p.articles[id].story)
	}
	return p.stories.recall(ctx, tx, batch, own)
}
