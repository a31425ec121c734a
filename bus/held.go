package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"edict/news"
)

// Held returns the article versions that wait in ARTICLES or RECORDS. It reads
// ARTICLES first: what moves on meanwhile is then found in RECORDS, as a stage
// publishes before it acknowledges. ErrUnavailable if the server does not answer.
func (b *Bus) Held(ctx context.Context) (map[news.Key]bool, error) {
	held := map[news.Key]bool{}
	for _, s := range []stream{articles, records} {
		if err := b.scan(ctx, s, held); err != nil {
			return nil, fmt.Errorf("read what waits in %s: %w: %w", s.name, err, news.ErrUnavailable)
		}
	}
	return held, nil
}

func (b *Bus) scan(ctx context.Context, from stream, held map[news.Key]bool) error {
	s, err := b.js.Stream(ctx, from.name)
	if err != nil {
		return err
	}
	last := s.CachedInfo().State.LastSeq
	for seq := max(s.CachedInfo().State.FirstSeq, 1); seq <= last; {
		m, err := s.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(from.subject+".>"))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if k := (news.Key{Article: m.Header.Get(headerArticle), Version: m.Header.Get(headerVersion)}); k != (news.Key{}) {
			held[k] = true
		}
		seq = m.Sequence + 1
	}
	return nil
}
