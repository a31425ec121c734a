package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"edict/news"
)

const (
	// keptMaps is how many maps are kept. One of a moment that is over does not change.
	keptMaps = 64
	// settled is how old a moment must be for all that belongs to it to be written.
	settled = time.Minute
)

// A mapKey names a map: of a past moment, or of a state of the archive.
type mapKey struct {
	known, until int64
	change       int64 // 0 where nothing that comes later changes it
}

// mapCache keeps maps.
type mapCache struct {
	latest lagging[news.Map] // of now
	making sync.Mutex        // held while one of the past is made: who needs it waits
	mu     sync.Mutex        // guards the rest
	maps   map[mapKey]news.Map
	order  []mapKey // the oldest first
}

func (c *mapCache) get(key mapKey) (news.Map, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m, ok := c.maps[key]
	return m, ok
}

func (c *mapCache) put(key mapKey, m news.Map) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.maps[key]; !there {
		c.order = append(c.order, key)
	}
	c.maps[key] = m
	for len(c.order) > keptMaps {
		delete(c.maps, c.order[0])
		c.order = c.order[1:]
	}
}

// mapAt returns the map that an address asks for.
func (s *Server) mapAt(ctx context.Context, a asOf) (news.Map, error) {
	when := a.when(s.Now())
	key := mapKey{known: when.Known.Unix(), until: when.Until.Unix()}
	if when.Known.IsZero() || s.Now().Sub(when.Known) < settled {
		last, err := s.Reader.LastChange(ctx)
		if err != nil {
			return news.Map{}, fmt.Errorf("read the last change: %w", err)
		}
		key.change = last
	}
	if (when == news.MapTime{}) {
		return s.maps.latest.get(ctx, s, "the map", [2]int64{key.change}, func(ctx context.Context) (news.Map, error) {
			return s.readMap(ctx, when)
		})
	}
	if m, ok := s.maps.get(key); ok {
		return m, nil
	}
	s.maps.making.Lock()
	defer s.maps.making.Unlock()
	if m, ok := s.maps.get(key); ok { // another has made it meanwhile
		return m, nil
	}
	m, err := s.readMap(ctx, when)
	if err == nil {
		s.maps.put(key, m)
	}
	return m, err
}

func (s *Server) readMap(ctx context.Context, when news.MapTime) (news.Map, error) {
	m, err := s.Atlas.Map(ctx, when)
	if err != nil {
		return m, fmt.Errorf("read the map: %w", err)
	}
	return m, nil
}
