package stories

import (
	"cmp"
	"slices"
)

// Bounds of the work for one article, whatever the number of stories.
const (
	// MaxHeld is how many articles are held under one key within a Window: more tell
	// nothing new, and a key that many share tells little.
	MaxHeld = 48
	// MaxCandidates is how many articles are compared: those that share most keys.
	MaxCandidates = 32
)

// A Pool finds articles by their keys.
type Pool struct {
	byKey map[Key][]entry
}

type entry struct {
	id   int64 // of the article
	time int64
}

// NewPool returns an empty pool.
func NewPool() *Pool { return &Pool{byKey: map[Key][]entry{}} }

// Hold adds an article under a key, if there is room, and returns whether it did.
func (p *Pool) Hold(k Key, id, time int64) (added bool) {
	near := 0
	for _, e := range p.byKey[k] {
		if e.id == id {
			return false
		}
		if inWindow(e.time, time) {
			near++
		}
	}
	if near >= MaxHeld {
		return false
	}
	p.byKey[k] = append(p.byKey[k], entry{id, time})
	return true
}

// Drop takes an article out from under a key.
func (p *Pool) Drop(k Key, id int64) {
	p.byKey[k] = slices.DeleteFunc(p.byKey[k], func(e entry) bool { return e.id == id })
}

// Near returns the articles other than id that share most keys with it, at most
// MaxCandidates, within a Window of its time.
func (p *Pool) Near(keys []Key, id, time int64) []int64 {
	type candidate struct {
		entry
		keys int
	}
	var list []candidate
	at := map[int64]int{}
	for _, k := range keys {
		for _, e := range p.byKey[k] {
			if e.id == id || !inWindow(e.time, time) {
				continue
			}
			i, known := at[e.id]
			if !known {
				i = len(list)
				at[e.id] = i
				list = append(list, candidate{entry: e})
			}
			list[i].keys++
		}
	}
	nearer := func(a, b candidate) int {
		return cmp.Or(-cmp.Compare(a.keys, b.keys), cmp.Compare(abs(a.time-time), abs(b.time-time)), cmp.Compare(a.id, b.id))
	}
	if len(list) > 2*MaxCandidates {
		list = most(list, func(c candidate) int { return c.keys }, MaxCandidates)
	}
	slices.SortFunc(list, nearer)
	list = list[:min(len(list), MaxCandidates)]
	out := make([]int64, len(list))
	for i, c := range list {
		out[i] = c.id
	}
	return out
}

// most drops those of list that cannot be among the first n by keys, in place: a
// sentence that many articles hold brings hundreds, of which nearly all share little.
func most[C any](list []C, keys func(C) int, n int) []C {
	counts := [64]int{} // by keys; the last is for all that have more
	for _, c := range list {
		counts[min(keys(c), len(counts)-1)]++
	}
	least := len(counts) - 1
	for ; least > 0 && n > counts[least]; least-- {
		n -= counts[least]
	}
	return slices.DeleteFunc(list, func(c C) bool { return keys(c) < least })
}

func inWindow(a, b int64) bool { return abs(a-b) <= Window }

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
