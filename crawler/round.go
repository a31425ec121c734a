package crawler

import (
	"context"
	"fmt"
	"time"
)

// Round polls every address of every source once, visits the stories that are due or
// become due within some seconds, and returns. It is Run that ends; of what failed, it
// tries again only what is due at once.
func (c *Crawler) Round(ctx context.Context) error {
	sources, _, polls, err := c.recall(ctx)
	if err != nil {
		return fmt.Errorf("crawler: %w", err)
	}
	for i := range polls {
		polls[i].Next = time.Time{}
	}
	d := newDispatcher(c, sources, polls)
	d.once = c.config.Now()
	d.run(ctx)
	c.hangUp()
	c.saveLast(ctx)
	return nil
}

// isOver reports whether a round has come to its end.
func (d *dispatcher) isOver() bool {
	return !d.once.IsZero() && d.exhausted && len(d.due) == 0 && len(d.frontier.lanes) == 0 && d.free == d.crawler.config.Concurrency && !d.loading
}
