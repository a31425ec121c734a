//go:build !race

// The race detector empties pools at random, so allocations say nothing under it.

package match_test

import (
	"strings"
	"testing"

	"edict/classifier/match"
)

func TestAppendAllocatesNothing(t *testing.T) {
	m, err := match.Compile(append(phrases("mining ban", "quebec", "挖矿"), match.Phrase{Text: "SEC", Exact: true}))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("The SEC and S.E.C. on a mining ban in Québec, don’t: 挖礦“挖矿”. ", 50)
	hits := m.Append(nil, text)
	if len(hits) != 300 {
		t.Errorf("%d hits, want 300", len(hits))
	}
	if n := testing.AllocsPerRun(100, func() { hits = m.Append(hits[:0], text) }); n >= 1 {
		t.Errorf("%v allocations a scan", n)
	}
}
