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
	// quick is how long making the map may take to be made anew at each change; where it
	// takes longer it may be behind by mapAge.
	quick  = 20 * time.Millisecond
	mapAge = 2 * time.Second
	// behind is how old a map may be that is shown while another is made.
	behind = 30 * time.Second
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
	mu     sync.Mutex // guards the rest
	maps   map[mapKey]news.Map
	order  []mapKey // the oldest first
	latest struct { // of now
		value news.Map
		made  time.Time
		took  time.Duration
		begun bool // another is being made
	}
	making sync.Mutex // held while one is made: the others wait for it
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

// recent returns the latest map of now, if making another takes long and it is young
// enough. old says that another should be made meanwhile; whoever is told so does it.
func (c *mapCache) recent(now time.Time) (m news.Map, old, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	age := now.Sub(c.latest.made)
	if c.latest.took <= quick || age < 0 || age > behind {
		return m, false, false
	}
	old = age > mapAge && !c.latest.begun
	c.latest.begun = c.latest.begun || old
	return c.latest.value, old, true
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
	if m, ok := s.maps.get(key); ok {
		return m, nil
	}
	if (when == news.MapTime{}) {
		if m, old, ok := s.maps.recent(s.Now()); ok {
			if old {
				go func() { // the reader does not wait for it
					ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), behind)
					defer cancel()
					if _, err := s.makeMap(ctx, when, key); err != nil {
						s.Log.Warn("the map could not be made anew", "error", err)
					}
				}()
			}
			return m, nil
		}
	}
	return s.makeMap(ctx, when, key)
}

func (s *Server) makeMap(ctx context.Context, when news.MapTime, key mapKey) (news.Map, error) {
	c := s.maps
	c.making.Lock()
	defer c.making.Unlock()
	if m, ok := c.get(key); ok { // another has made it meanwhile
		return m, nil
	}
	begin := s.Now()
	m, err := s.Atlas.Map(ctx, when)
	if (when == news.MapTime{}) {
		c.mu.Lock()
		c.latest.begun = false
		if err == nil {
			c.latest.value, c.latest.made, c.latest.took = m, s.Now(), s.Now().Sub(begin)
		}
		c.mu.Unlock()
	}
	if err != nil {
		return m, fmt.Errorf("read the map: %w", err)
	}
	c.put(key, m)
	return m, nil
}
