package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"edict/news"
	"edict/review"
)

// queueTrust is how long the queue is believed without a change: what other processes
// claim and snooze is none.
const queueTrust = 5 * time.Second

// pendingLimit is how many tags of a kind the queue looks at.
const pendingLimit = 2000

// A queue is what waits, in its order.
type queue struct {
	items []review.Item
	more  bool // others were not looked at
}

// queueCache keeps the queue, as lagging does; what this process does to it is seen at
// once.
type queueCache struct {
	lagging[queue]
	mu sync.Mutex // guards turn
	// turn grows when something came back that the queue may not hold.
	turn int64
}

func (c *queueCache) again() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turn++
	c.forget()
}

// set alters what the kept queue says of a tag, or drops the tag.
func (c *queueCache) set(ref news.TagRef, alter func(p *news.Pending) (keep bool)) {
	c.change(func(q queue) queue {
		out := queue{more: q.more, items: make([]review.Item, 0, len(q.items))}
		for _, item := range q.items {
			if item.TagRef == ref && !alter(&item.Pending) {
				continue
			}
			out.items = append(out.items, item)
		}
		return out
	})
}

// queue returns what waits for an analyst, in its order.
func (s *Server) queue(ctx context.Context) (queue, error) {
	last, err := s.Reader.LastChange(ctx)
	if err != nil {
		return queue{}, fmt.Errorf("read the last change: %w", err)
	}
	return s.pending.get(ctx, s, "the review queue", s.queueKey(last), s.makeQueue)
}

func (s *Server) queueKey(last int64) [2]int64 {
	s.pending.mu.Lock()
	defer s.pending.mu.Unlock()
	return [2]int64{last, s.pending.turn}
}

func (s *Server) makeQueue(ctx context.Context) (queue, error) {
	list, more, err := s.Review.Desk.Pending(ctx, pendingLimit)
	if err != nil {
		return queue{}, fmt.Errorf("list what waits: %w", err)
	}
	rules, err := s.Review.Desk.RuleVerdicts(ctx)
	if err != nil {
		return queue{}, fmt.Errorf("count verdicts: %w", err)
	}
	m, err := s.mapAt(ctx, asOf{})
	if err != nil {
		return queue{}, err
	}
	k := review.Known{Now: s.Now(), Rules: rules, Places: map[news.Jurisdiction]bool{}}
	for _, c := range m.Cells {
		if c.Articles > 0 {
			k.Places[c.Jurisdiction] = true
		}
	}
	return queue{review.Order(list, k), more}, nil
}
