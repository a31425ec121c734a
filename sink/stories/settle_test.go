package stories

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestSettle(t *testing.T) {
	elder := Group{ID: "elder", Began: 1, First: 100 * hour, Last: 110 * hour, Size: 3}
	younger := Group{ID: "younger", Began: 2, First: 101 * hour, Last: 111 * hour, Size: 2}
	far := Group{ID: "far", Began: 3, First: 225 * hour, Last: 226 * hour, Size: 1}
	big := Group{ID: "big", Began: 4, First: 100 * hour, Last: 110 * hour, Size: MaxMoved + 1}
	huge := Group{ID: "huge", Began: 5, First: 100 * hour, Last: 110 * hour, Size: MaxMoved + 2}
	at := 112 * hour
	for _, test := range []struct {
		name   string
		own    Group
		tied   []Tied
		apart  [2]string
		into   string
		merged []string
	}{
		{name: "nothing tied", into: ""},
		{name: "nothing tied, grouped before", own: elder, into: "elder"},
		{name: "one tied", tied: []Tied{{Group: elder, Score: 1}}, into: "elder"},
		{name: "two tied become one, the elder", tied: []Tied{{Group: younger, Score: 2}, {Group: elder, Score: 1}}, into: "elder", merged: []string{"younger"}},
		{name: "twice the same", tied: []Tied{{Group: elder, Score: 2}, {Group: elder, Score: 1}}, into: "elder"},
		{name: "the own one", own: younger, tied: []Tied{{Group: younger, Score: 2}}, into: "younger"},
		{name: "the own and an elder", own: younger, tied: []Tied{{Group: elder, Score: 2}}, into: "elder", merged: []string{"younger"}},
		{name: "an analyst's split stands", tied: []Tied{{Group: younger, Score: 2}, {Group: elder, Score: 1}}, apart: [2]string{"elder", "younger"}, into: "younger"},
		{name: "and for a new version", own: younger, tied: []Tied{{Group: elder, Score: 2}}, apart: [2]string{"elder", "younger"}, into: "younger"},
		{name: "too long ago", own: far, tied: []Tied{{Group: elder, Score: 2}}, into: "far"},
		{name: "a big one remains", tied: []Tied{{Group: elder, Score: 1}, {Group: big, Score: 1}}, into: "big", merged: []string{"elder"}},
		{name: "two big ones stay two", tied: []Tied{{Group: huge, Score: 1}, {Group: big, Score: 1}}, into: "big"},
	} {
		apart := func(a, b string) bool {
			return a == test.apart[0] && b == test.apart[1] || b == test.apart[0] && a == test.apart[1]
		}
		into, merged := Settle(at, test.own, test.tied, apart)
		var names []string
		for _, g := range merged {
			names = append(names, g.ID)
		}
		if into.ID != test.into || !slices.Equal(names, test.merged) {
			t.Errorf("%s: into %q, merged %q; want %q, %q", test.name, into.ID, names, test.into, test.merged)
		}
	}
}

// However many share a key, few are held and few are compared.
func TestPoolIsBounded(t *testing.T) {
	p := NewPool()
	held := 0
	for id := range int64(5000) {
		if p.Hold(7, id, id*1e6) {
			held++
		}
		for k := range Key(MaxKeys) {
			p.Hold(100+k, id, id*1e6)
		}
	}
	if held != MaxHeld {
		t.Errorf("%d are held under one key, want %d", held, MaxHeld)
	}
	if !p.Hold(7, 9999, Window*3) {
		t.Error("there is no room at another time")
	}
	var keys []Key
	for k := range Key(MaxKeys) {
		keys = append(keys, 100+k)
	}
	near := p.Near(keys, 3, 3e6)
	if len(near) != MaxCandidates || slices.Contains(near, 3) {
		t.Errorf("%d candidates: %v", len(near), near)
	}
	if near[0] != 2 && near[0] != 4 {
		t.Errorf("the first candidate is %d, not one of the nearest in time", near[0])
	}
	if got := p.Near(keys, 3, Window*9); len(got) != 0 {
		t.Errorf("candidates from beyond the window: %v", got)
	}
}

// Words alone tell a copy without numbers and names; the same wording with other
// numbers is a template.
func TestCopyAndTemplate(t *testing.T) {
	for _, test := range []struct {
		name, a, b string
		want       bool
	}{
		{
			"a copy under another title",
			"Lawmakers weigh rules\nThe committee met behind closed doors to weigh how wallets that nobody controls ought to be treated when the owner dies and heirs come forward with papers from abroad.",
			"What happens to wallets\nThe committee met behind closed doors to weigh how wallets that nobody controls ought to be treated when the owner dies and heirs come forward with papers from abroad.",
			true,
		},
		{
			"a few words of a long text",
			"Prices move\nThe price is on the move again, and in the last hour more coins have been traded on the exchange than on the whole day before it, brokers said in the morning.",
			"Nobody wants them\n" + strings.Repeat("The price is on the move again. ", 2) + longText(),
			false,
		},
		{
			"a template",
			"Utility report\nThe utility cut off 14 sites in the district and collected 3,400 machines after an inspection of 212 transformers by its own engineers.",
			"Utility report\nThe utility cut off 19 sites in the district and collected 5,150 machines after an inspection of 377 transformers by its own engineers.",
			false,
		},
	} {
		a, b := readText(t, test.a), readText(t, test.b)
		if score, same := Compare(&a, &b); same != test.want {
			t.Errorf("%s: %v (score %.1f)", test.name, same, score)
		}
	}
}

func longText() string {
	var b strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&b, "word%c%c ", 'a'+i%26, 'a'+i/26%26)
	}
	return b.String()
}
