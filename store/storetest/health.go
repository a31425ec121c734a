package storetest

import (
	"encoding/json"
	"testing"
	"time"

	"edict/news"
)

// testHealth: how a source fares is kept, and is a change when its flags are others.
func testHealth(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.SaveSource(ctx, source("a", news.FromUser)))
	h := news.Health{Source: "a", Rhythm: time.Minute, Visits: map[news.Outcome]news.Tally{news.Blocked: {N: 3, Last: Epoch, URL: "https://a.example/1", Detail: "HTTP 403"}}}
	ok(t, s.SaveHealth(ctx, h, false))
	same(t, "what is kept", must(s.Healths(ctx))(t), []news.Health{h})
	same(t, "changes", len(must(s.Changes(ctx, 0, 10))(t)), 0)
	well := h
	h.Flags = []news.SourceFlag{{Kind: news.FlagPages, Since: Epoch, Detail: "all"}}
	for range 2 { // the second time it is no change
		ok(t, s.SaveHealth(ctx, h, true))
	}
	ok(t, s.SaveHealth(ctx, well, true))
	changes := must(s.Changes(ctx, 0, 10))(t)
	same(t, "changes", len(changes), 2)
	for i, want := range [][2][]news.SourceFlag{{{}, h.Flags}, {h.Flags, {}}} {
		c := changes[i]
		var before, after news.SourceState
		ok(t, json.Unmarshal(c.Before, &before))
		ok(t, json.Unmarshal(c.After, &after))
		same(t, "kind", c.Kind, news.SourceChange)
		same(t, "before", before, news.SourceState{Source: "a", Flags: want[0]})
		same(t, "after", after, news.SourceState{Source: "a", Flags: want[1]})
	}
	fails(t, "no slug", s.SaveHealth(ctx, news.Health{Source: "A b"}, true), news.ErrInvalid)
	index(t, s) // readers of the changes pass over it
	ok(t, s.RemoveSource(ctx, "a"))
	same(t, "of a source that was removed", len(must(s.Healths(ctx))(t)), 0)
	green(t, s)
}
