package web

import (
	"context"
	"fmt"
	"time"

	"edict/news"
)

// settled is how old a moment must be for all that belongs to it to be written.
const settled = time.Minute

// mapAt returns the map that an address asks for.
func (s *Server) mapAt(ctx context.Context, a asOf) (news.Map, error) {
	return s.readMap(ctx, a.when(s.Now()))
}

func (s *Server) readMap(ctx context.Context, when news.MapTime) (news.Map, error) {
	m, err := s.Atlas.Map(ctx, when)
	if err != nil {
		return m, fmt.Errorf("read the map: %w", err)
	}
	return m, nil
}
