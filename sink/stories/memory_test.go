package stories

import "fmt"

// A memory groups articles as the store does, in memory.
type memory struct {
	pool     *Pool
	features map[int64]*Features
	story    map[int64]string
	groups   map[string]Group
	apart    map[[2]string]bool

	compared int // pairs of articles, altogether
}

func newMemory() *memory {
	return &memory{
		pool: NewPool(), features: map[int64]*Features{}, story: map[int64]string{}, groups: map[string]Group{}, apart: map[[2]string]bool{},
	}
}

// add groups an article, or another version of it.
func (m *memory) add(id int64, f *Features) {
	keys := f.Keys()
	var tied []Tied
	for _, other := range m.pool.Near(keys, id, f.Time) {
		m.compared++
		if score, same := Compare(f, m.features[other]); same {
			tied = append(tied, Tied{Group: m.groups[m.story[other]], Score: score})
		}
	}
	own := m.groups[m.story[id]]
	into, merged := Settle(f.Time, own, tied, func(a, b string) bool { return m.apart[[2]string{min(a, b), max(a, b)}] })
	if into.ID == "" {
		into = Group{ID: fmt.Sprint("s", id), Began: int64(len(m.groups)), First: f.Time, Last: f.Time}
	}
	for _, g := range merged {
		for other, s := range m.story {
			if s == g.ID {
				m.story[other] = into.ID
			}
		}
		into.First, into.Last, into.Size = min(into.First, g.First), max(into.Last, g.Last), into.Size+g.Size
		delete(m.groups, g.ID)
	}
	if own.ID == "" {
		into.Size++
	}
	into.First, into.Last = min(into.First, f.Time), max(into.Last, f.Time)
	m.groups[into.ID] = into
	m.story[id], m.features[id] = into.ID, f
	for _, k := range keys {
		m.pool.Hold(k, id, f.Time)
	}
}
