// Package demo is a small news site on loopback, inside the program, for somebody
// who wants to see Edict at work without a network. It brings out stories that were
// written for it over about a minute, in the markup that real publishers use. It is
// crawled like any site: it knows nothing of crawlers or classifiers, and says what
// should be found only to tests.
package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"edict/news"
)

// Every is how often the outlets should be polled.
const Every = 2 * time.Second

// drainTime is how long Serve waits for answers under way once it has to end.
const drainTime = 5 * time.Second

// A Site is the news site. It is built whole by Listen and does not change: what it
// shows depends on the clock alone.
type Site struct {
	now      func() time.Time
	listener net.Listener
	base     string // http://127.0.0.1:port
	printer  *printer
	stories  []Story
	pages    map[string]page // by path
}

// Listen opens a port on 127.0.0.1 and writes the site; nothing is served yet. The
// first dozen stories are dated over the hours before now, the others come out one
// by one over the minute after it. now is called from several goroutines.
func Listen(now func() time.Time) (*Site, error) {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("demo site: %w", err)
	}
	s := &Site{now: now, listener: listener, base: "http://" + listener.Addr().String()}
	if err := s.write(now()); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return s, nil
}

// write makes all that the site shows, for a start at the given time.
func (s *Site) write(start time.Time) (err error) {
	if s.printer, err = newPrinter(); err != nil {
		return err
	}
	if s.stories, err = loadStories(start); err != nil {
		return err
	}
	return s.writePages()
}

// Addr is where the site listens.
func (s *Site) Addr() netip.AddrPort {
	a, ok := s.listener.Addr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	return a.AddrPort()
}

// Sources returns one source for each outlet.
func (s *Site) Sources() []news.Source {
	var out []news.Source
	for _, o := range outlets() {
		out = append(out, o.source(s.base))
	}
	return out
}

// Stories returns all stories in the order in which they come out, whether they are
// out or not.
func (s *Site) Stories() []Story { return slices.Clone(s.stories) }

// Serve answers requests until ctx ends, then lets answers under way finish and
// returns nil. It can be called once.
func (s *Site) Serve(ctx context.Context) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: drainTime, IdleTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- server.Serve(s.listener) }()
	select {
	case err := <-done:
		return fmt.Errorf("demo site: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	err := server.Shutdown(drain)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	if e := <-done; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	if err != nil {
		return fmt.Errorf("demo site: stop: %w", err)
	}
	return nil
}

// Close gives the port back when Serve is never called.
func (s *Site) Close() error {
	if err := s.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("demo site: %w", err)
	}
	return nil
}

// isOut reports whether a story can be read at time t.
func (st Story) isOut(t time.Time) bool { return !t.Before(st.Out) }

// newest returns the stories of an outlet that are out at time t, newest first.
func (s *Site) newest(slug string, t time.Time) []Story {
	var out []Story
	for _, st := range slices.Backward(s.stories) {
		if st.Outlet == slug && st.isOut(t) {
			out = append(out, st)
		}
	}
	return out
}
