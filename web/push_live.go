package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"edict/news"
)

// pace is how often a live stream does what, in real time.
type pace struct {
	look  time.Duration // at the store, whether woken or not
	beat  time.Duration // a comment after so long without an event
	write time.Duration // the longest that a reader may take for one batch
}

var defaultPace = pace{look: time.Second, beat: 15 * time.Second, write: 10 * time.Second}

const (
	maxLive    = 256 // open streams; more get 503
	liveBatch  = 100 // changes read at a time
	liveBehind = 500 // a reader who is further behind is told to load the page anew
)

// pushLive streams what changes under the same filters as the page (server-sent
// events). The id of an event is the sequence of the change, so that a browser
// that comes back goes on where it stood. Events:
//
//	card    a story to show, new or changed: the markup of its card
//	gone    the id of an article that no longer belongs here
//	behind  how many changes were skipped, or 0 if the store was started anew
//	totals, segments, jurisdiction, places
//	        the part of the page with that id, with new counts
func (s *Server) pushLive(w http.ResponseWriter, r *http.Request) {
	s = s.as(r)
	q, err := readQuery(r.URL.Query())
	if err == nil {
		err = checkCursor(r)
	}
	if err != nil {
		http.Error(w, sentence(err, news.ErrInvalid), http.StatusBadRequest)
		return
	}
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Type", "text/event-stream")
		return
	}
	select {
	case s.live <- struct{}{}:
		defer func() { <-s.live }()
	default:
		s.Log.Warn("refused a live page: too many are open", "limit", maxLive)
		w.Header().Set("Retry-After", "30")
		http.Error(w, "Too many live pages are open.", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy in between must not hold events back
	st := &liveStream{server: s, query: q, out: newLiveWriter(w, s.pace.write)}
	if err := st.run(r); err != nil && r.Context().Err() == nil {
		s.Log.Info("a live page ended", "remote", r.RemoteAddr, "error", err)
	}
}

// cursorOf is the change that a reader has seen, or "" if it does not say.
func cursorOf(r *http.Request) string {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		return id
	}
	return r.URL.Query().Get("since")
}

func checkCursor(r *http.Request) error {
	if c := cursorOf(r); c != "" {
		if n, err := strconv.ParseInt(c, 10, 64); err != nil || n < 0 {
			return fmt.Errorf("%q is not the number of a change: %w", c, news.ErrInvalid)
		}
	}
	return nil
}

// A liveStream is one reader of live updates. It lives in the goroutine of its
// request and ends with it.
type liveStream struct {
	server *Server
	query  query
	out    *liveWriter
	after  int64  // the last change that the reader has
	told   string // the totals that the reader has
}

func (st *liveStream) run(r *http.Request) error {
	ctx := r.Context()
	last, err := st.server.Reader.LastChange(ctx)
	if err != nil {
		return fmt.Errorf("read the last change: %w", err)
	}
	st.after = last
	if c := cursorOf(r); c != "" {
		st.after, _ = strconv.ParseInt(c, 10, 64) // checked above
	}
	if err := st.out.send(fmt.Appendf(nil, "retry: 3000\nid: %d\n: following\n\n", st.after)); err != nil {
		return err
	}
	tick := time.NewTicker(st.server.pace.look)
	defer tick.Stop()
	quiet := time.Duration(0)
	for {
		// The channel is taken before the look: a change in between wakes the next.
		wake := st.server.wake()
		sent, err := st.look(ctx)
		if err != nil {
			return err
		}
		if sent {
			quiet = 0
		}
		select {
		case <-ctx.Done():
			return nil
		case <-st.server.done:
			return nil
		case <-wake:
		case <-tick.C:
			if quiet += st.server.pace.look; quiet >= st.server.pace.beat {
				if err := st.out.send([]byte(": beat\n\n")); err != nil {
					return err
				}
				quiet = 0
			}
		}
	}
}

func (s *Server) wake() <-chan struct{} {
	if s.Wake == nil {
		return nil
	}
	return s.Wake()
}

// look sends what has changed since the last look, and reports whether anything
// was sent. A store that is away is waited for.
func (st *liveStream) look(ctx context.Context) (bool, error) {
	var b bytes.Buffer
	err := st.changes(ctx, &b)
	if err == nil {
		err = st.totals(ctx, &b)
	}
	if err != nil && !errors.Is(err, news.ErrUnavailable) {
		return false, err
	}
	if b.Len() == 0 {
		return false, nil
	}
	return true, st.out.send(b.Bytes())
}

func (st *liveStream) changes(ctx context.Context, b *bytes.Buffer) error {
	last, err := st.server.Reader.LastChange(ctx)
	if err != nil {
		return fmt.Errorf("read the last change: %w", err)
	}
	switch {
	case st.after > last: // another store than the one that the page was made from
		st.after = last
		writeEvent(b, last, "behind", []byte("0"))
		return nil
	case last-st.after > liveBehind:
		writeEvent(b, last, "behind", fmt.Append(nil, last-st.after))
		st.after = last
		return nil
	}
	for st.after < last {
		changes, err := st.server.Reader.Changes(ctx, st.after, liveBatch)
		if err != nil {
			return fmt.Errorf("read changes after %d: %w", st.after, err)
		}
		if len(changes) == 0 {
			return nil
		}
		newest := map[string]int64{}
		for _, c := range changes {
			newest[c.Article] = c.Sequence
		}
		for _, c := range changes {
			if c.Article != "" && newest[c.Article] == c.Sequence {
				if err := st.tell(ctx, b, c); err != nil {
					return err
				}
			}
			st.after = c.Sequence
		}
	}
	return nil
}

// tell writes the event for one change: a card if the story belongs to the stream
// that the reader looks at, else that it is gone.
func (st *liveStream) tell(ctx context.Context, b *bytes.Buffer, c news.Change) error {
	entry, err := st.server.liveEntry(ctx, c)
	if err != nil {
		return err
	}
	shown := entry.markup != nil && st.query.matches(entry.record)
	if shown && st.query.words != "" {
		if entry.markup, err = st.server.findCard(ctx, st.query, entry.record); err != nil {
			return err
		}
		shown = entry.markup != nil
	}
	if shown {
		writeEvent(b, c.Sequence, "card", entry.markup)
		if st.query.story == "" {
			for _, article := range entry.others {
				writeEvent(b, c.Sequence, "gone", []byte(article))
			}
		}
	} else {
		writeEvent(b, c.Sequence, "gone", []byte(c.Article))
	}
	return nil
}

// findCard asks the store's index whether it finds r, a look at the moment of r alone,
// and returns its card with what was found marked, or nil.
func (s *Server) findCard(ctx context.Context, q query, r news.Record) ([]byte, error) {
	f := q.filter()
	at := r.Position().Time
	f.After, f.Since, f.Until = news.Position{}, at.Truncate(time.Second), at.Truncate(time.Second).Add(time.Second)
	for f.Limit = pageSize; ; {
		found, err := s.Searcher.Search(ctx, news.Search{Filter: f})
		if err != nil {
			return nil, fmt.Errorf("search for record %s: %w", r.ID, err)
		}
		for _, h := range found.Hits {
			if h.Record.ID != r.ID {
				continue
			}
			t, err := s.readTotals(ctx)
			if err != nil {
				return nil, err
			}
			shown := s.foundCard(h, t.names)
			if err := s.countReports(ctx, []news.Record{h.Record}, []*card{&shown}); err != nil {
				return nil, err
			}
			return s.execute("card", shown)
		}
		if !found.More {
			return nil, nil
		}
		f.After = found.Hits[len(found.Hits)-1].Record.Position()
	}
}

// totals writes the parts of the page that count, if the counts are not what the
// reader has.
func (st *liveStream) totals(ctx context.Context, b *bytes.Buffer) error {
	t, err := st.server.readTotals(ctx)
	if err != nil {
		return err
	}
	now := fmt.Sprint(t.Sources, t.Failing, t.Articles, t.last, t.tally)
	if now == st.told {
		return nil
	}
	st.told = now
	choices := st.server.choices(st.query, t)
	for _, part := range []struct {
		name string // of the event and of the template
		data any
	}{{"totals", t}, {"segments", choices}, {"jurisdiction", choices}, {"places", choices}} {
		markup, err := st.server.execute(part.name, part.data)
		if err != nil {
			return err
		}
		writeEvent(b, st.after, part.name, markup)
	}
	return nil
}

// writeEvent writes one event. Data of several lines is several fields, which the
// browser joins again.
func writeEvent(b *bytes.Buffer, id int64, event string, data []byte) {
	fmt.Fprintf(b, "id: %d\nevent: %s\n", id, event)
	for line := range bytes.Lines(data) {
		line = bytes.TrimRight(line, "\r\n")
		if len(bytes.TrimSpace(line)) > 0 {
			// A lone carriage return would end the field and begin one of the story's own.
			b.WriteString("data: ")
			b.Write(bytes.ReplaceAll(line, []byte("\r"), []byte(" ")))
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
}
