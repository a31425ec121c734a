package storetest

import (
	"slices"
	"testing"

	"edict/news"
	"edict/store"

	"pgregory.net/rapid"
)

// testModel does random things to a store and to a model in memory, and compares
// the ledger, the current records and the changes.
func testModel(t *testing.T, b Backend) {
	s := fresh(t, b)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		m := model{
			s: s, t: t, rt: rt, base: round * 1000, // articles of its own in each round, so that one store serves all
			before: must(s.Balance(t.Context()))(t), firstChange: must(s.LastChange(t.Context()))(t),
			ledger: map[news.Key]news.LedgerState{}, current: map[string]news.Record{}, held: map[string]bool{},
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"enter", "keep", "die", "again"}).Draw(rt, "do") {
			case "enter":
				m.enter()
			case "keep":
				m.keep()
			case "die":
				m.die()
			case "again":
				m.again()
			}
		}
		m.compare()
	})
	green(t, s)
}

// A model is what the store should hold of one round's articles.
type model struct {
	s  *store.Store
	t  *testing.T
	rt *rapid.T

	base        int
	before      news.Balance
	firstChange int64

	ledger  map[news.Key]news.LedgerState
	current map[string]news.Record
	held    map[string]bool
	changes []news.ChangeKind
}

func (m *model) article() news.Article {
	n := m.base + rapid.IntRange(0, 3).Draw(m.rt, "article")
	if rapid.Bool().Draw(m.rt, "second version") {
		return ArticleText(n, "More.")
	}
	return Article(n)
}

func (m *model) enter() {
	a := m.article()
	isNew := must(m.s.Enter(m.t.Context(), a, Visit(a)))(m.t)
	if _, there := m.ledger[a.Key()]; isNew == there {
		m.rt.Fatalf("enter: new %v, in the ledger before %v", isNew, there)
	}
	if isNew {
		m.ledger[a.Key()] = news.Waiting
	}
}

func (m *model) keep() {
	var batch []news.Record
	for range rapid.IntRange(1, 6).Draw(m.rt, "batch") {
		rules := news.RuleSet{Version: "r", Hash: rapid.SampledFrom([]string{"r1", "r2", "r3"}).Draw(m.rt, "rules")}
		state := news.Auto
		if rules.Hash == "r3" {
			state = news.Review
		}
		batch = append(batch, Tagged(m.article(), rules, state))
	}
	ok(m.t, m.s.Keep(m.t.Context(), batch))
	for _, r := range batch {
		key := r.Key()
		m.ledger[key] = news.Stored
		if m.held[r.ID] {
			continue
		}
		m.held[r.ID] = true
		old, there := m.current[key.Article]
		switch {
		case !there:
			m.changes = append(m.changes, news.StoredChange)
		case old.Version != r.Version && r.Fetched.Before(old.Fetched):
			continue
		case old.Version != r.Version:
			m.changes = append(m.changes, news.VersionChange)
		case old.Tags[0].State != r.Tags[0].State:
			m.changes = append(m.changes, news.TagChange)
		}
		m.current[key.Article] = r
	}
}

func (m *model) die() {
	key := m.article().Key()
	err := m.s.MarkDead(m.t.Context(), key, "classifier", "chance")
	if _, there := m.ledger[key]; there != (err == nil) {
		m.rt.Fatalf("die: %v, in the ledger %v", err, there)
	}
	if m.ledger[key] == news.Waiting {
		m.ledger[key] = news.Dead
	}
}

func (m *model) again() {
	key := m.article().Key()
	_, err := m.s.Republished(m.t.Context(), key)
	if (m.ledger[key] == news.Waiting) != (err == nil) {
		m.rt.Fatalf("again: %v, state %q", err, m.ledger[key])
	}
}

func (m *model) compare() {
	want := m.before
	for _, state := range m.ledger {
		want.Total++
		switch state {
		case news.Waiting:
			want.Waiting++
		case news.Stored:
			want.Stored++
		case news.Dead:
			want.Dead++
		}
	}
	if got := must(m.s.Balance(m.t.Context()))(m.t); got != want {
		m.rt.Fatalf("balance %+v, want %+v", got, want)
	}
	for article, r := range m.current {
		if got := must(m.s.Current(m.t.Context(), article))(m.t); got.ID != r.ID {
			m.rt.Fatalf("current record of %s: %s, want %s", article, got.ID, r.ID)
		}
	}
	var kinds []news.ChangeKind
	for _, c := range must(m.s.Changes(m.t.Context(), m.firstChange, 1000))(m.t) {
		kinds = append(kinds, c.Kind)
	}
	if !slices.Equal(kinds, m.changes) {
		m.rt.Fatalf("changes %v, want %v", kinds, m.changes)
	}
}
