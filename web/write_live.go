package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"edict/news"
)

// A liveWriter sends batches of events and gives up on a reader that does not
// take one in time.
type liveWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	limit   time.Duration
}

func newLiveWriter(w http.ResponseWriter, limit time.Duration) *liveWriter {
	lw := &liveWriter{w, http.NewResponseController(w), limit}
	lw.deadline(time.Time{}) // the server's own limits are for pages, not for streams
	_ = lw.control.SetReadDeadline(time.Time{})
	return lw
}

// past is a deadline that ends a write at once.
var past = time.Unix(1, 0)

// deadline sets the deadline for writes. A writer without deadlines (a test's
// recorder) never blocks.
func (lw *liveWriter) deadline(t time.Time) { _ = lw.control.SetWriteDeadline(t) }

func (lw *liveWriter) send(data []byte) error {
	stuck := time.AfterFunc(lw.limit, func() { lw.deadline(past) })
	defer stuck.Stop()
	if _, err := lw.w.Write(data); err != nil {
		return fmt.Errorf("send to a live page: %w", err)
	}
	if err := lw.control.Flush(); err != nil {
		return fmt.Errorf("send to a live page: %w", err)
	}
	return nil
}

// recentRecords is how many changes' cards are kept for all live readers, in the languages
// and by the clocks that they have.
const recentRecords = 384

// A liveEntry is what one change looks like to any reader.
type liveEntry struct {
	record news.Record // without its texts: for matching only
	markup []byte      // of its card; nil: there is no such record any more
	others []string    // articles of its story, whose cards this one stands for
}

// recordCache keeps the newest entries, so that a hundred open pages read and
// render a changed record once.
type recordCache struct {
	mu      sync.Mutex // guards the rest
	entries map[entryKey]liveEntry
	order   []entryKey // oldest first
	limit   int
}

// An entryKey is a change as one kind of reader sees it.
type entryKey struct {
	sequence       int64
	language, zone string
}

func newRecordCache(limit int) *recordCache {
	return &recordCache{entries: map[entryKey]liveEntry{}, limit: limit}
}

func (c *recordCache) get(key entryKey) (liveEntry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	return e, ok
}

func (c *recordCache) put(key entryKey, e liveEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[key]; !ok {
		c.order = append(c.order, key)
	}
	c.entries[key] = e
	if len(c.order) > c.limit {
		delete(c.entries, c.order[0])
		c.order = c.order[1:]
	}
}

// liveEntry reads and renders the record that c made current.
func (s *Server) liveEntry(ctx context.Context, c news.Change) (liveEntry, error) {
	key := entryKey{c.Sequence, s.language(), s.zone.String()}
	if e, ok := s.recent.get(key); ok {
		return e, nil
	}
	var e liveEntry
	if c.Kind != news.WithdrawnChange && c.Record != "" {
		r, err := s.Reader.Record(ctx, c.Record)
		if err != nil && !errors.Is(err, news.ErrNotFound) {
			return e, fmt.Errorf("read record %s: %w", c.Record, err)
		}
		if err == nil {
			t, err := s.readTotals(ctx)
			if err != nil {
				return e, err
			}
			shown := s.card(r, t.names)
			if e.others, err = s.others(ctx, r); err != nil {
				return e, err
			}
			if err := s.countReports(ctx, []news.Record{r}, []*card{&shown}); err != nil {
				return e, err
			}
			if e.markup, err = s.execute("card", shown); err != nil {
				return e, err
			}
			r.Text, r.Summary = "", ""
			e.record = r
		}
	}
	s.recent.put(key, e)
	return e, nil
}
