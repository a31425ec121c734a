package store

import (
	"context"
	"time"

	"edict/news"
)

// PendingAsOf returns the tags that waited for review when a moment had passed, those of
// the newest articles first, at most limit, and how many there were. Who had taken one
// then, and which slept, is not kept.
func (s *Store) PendingAsOf(ctx context.Context, moment time.Time, limit int) (list []news.Pending, all int, err error) {
	err = s.read(ctx, "read the queue as of "+moment.UTC().Format(time.RFC3339), func(tx session) error {
		list, all = nil, 0
		return asOf(ctx, tx, moment, true, func(p Past) error {
			for _, t := range p.Tags {
				if t.State != news.Review {
					continue
				}
				if all++; len(list) < limit {
					list = append(list, news.Pending{
						TagRef: news.TagRef{Article: p.Article, Label: t.Label, Jurisdiction: t.Jurisdiction},
						Record: p.Record, Story: p.Story, Stage: t.Stage, State: t.State, Score: t.Score, Time: p.Position.Time,
					})
				}
			}
			return nil
		})
	})
	return list, all, err
}
