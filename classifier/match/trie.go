package match

import "math/bits"

// A builder lays phrases out for scanning.
type builder struct {
	m       *Matcher
	scanner scanner
	word    []byte
	next    uint32   // next free symbol
	last    []uint32 // by node, the last phrase that ends there, and 1
	before  []uint32 // by phrase, the one before it that ends at the same node, and 1
}

// add lays the next phrase into the trie, as if it were of one line. It reports
// whether there was a token in it.
func (b *builder) add(text string) bool {
	sc := &b.scanner
	*sc = scanner{text: text, buf: sc.buf, folding: b.m.folding}
	var node uint32
	for sc.next() {
		if sc.kind == breakToken {
			continue
		}
		symbol := b.symbol(sc)
		if node = b.m.trie.add(node, symbol); int(node) == len(b.last) {
			b.last = append(b.last, 0)
		}
	}
	if node == 0 {
		return false
	}
	b.before = append(b.before, b.last[node])
	b.last[node] = uint32(len(b.before))
	return true
}

// symbol returns the symbol of the scanner's token, a new one if it had none.
func (b *builder) symbol(sc *scanner) uint32 {
	var symbol uint32
	switch sc.kind {
	case wordToken:
		word := sc.buf
		if sc.plain {
			b.word = appendPlain(b.word[:0], sc.text[sc.start:sc.end], false)
			word = b.word
		}
		if symbol = b.m.words.folded(word); symbol == 0 {
			b.next++
			symbol = b.next
			b.m.words.add(word, symbol)
		}
	case charToken, signToken:
		r := sc.r
		if sc.kind == charToken {
			r = sc.folding.simplify(r)
		}
		if symbol = b.m.chars.symbol(r); symbol == 0 {
			b.next++
			symbol = b.next
			b.m.chars.set(r, symbol)
		}
	case possessiveToken:
		symbol = possessiveSymbol
	}
	return symbol
}

// finish makes the trie ready for scanning.
func (b *builder) finish() {
	t := &b.m.trie
	t.sift()
	t.roots = append(t.roots, make([]uint32, int(b.next)+1-len(t.roots))...)
	t.outputs = make([]uint32, 0, len(b.before))
	for i := range t.nodes {
		n := &t.nodes[i]
		n.out = uint32(len(t.outputs))
		for p := b.last[i]; p > 0; p = b.before[p-1] {
			t.outputs = append(t.outputs, p-1)
		}
		n.outs = uint32(len(t.outputs)) - n.out
	}
}

// A trie holds phrases as paths of symbols. Edges are in one hash table with open
// addressing; those from the root are in an array.
type trie struct {
	roots   []uint32 // by symbol: the node, or 0
	slots   []edgeSlot
	filter  []uint64 // a bit for each edge's hash, so that most misses cost no look into slots
	nodes   []node   // node 0 is the root
	outputs []uint32 // phrase numbers; those of one node side by side, descending
}

type edgeSlot struct {
	tag  uint32
	node uint32 // 0: free
}

type node struct {
	parent, symbol uint32
	out            uint32 // first of its outputs
	outs           uint32
	more           bool // it has children
}

// newTrie has room for about so many phrases.
func newTrie(phrases int) trie {
	slots := 16
	for slots < 3*phrases {
		slots *= 2
	}
	return trie{slots: make([]edgeSlot, slots), nodes: make([]node, 1, phrases*3/2+1)}
}

// add returns the node behind symbol, a new one if there was none.
func (t *trie) add(from, symbol uint32) uint32 {
	to := uint32(len(t.nodes))
	if from == 0 {
		for len(t.roots) <= int(symbol) {
			t.roots = append(t.roots, 0)
		}
		if old := t.roots[symbol]; old != 0 {
			return old
		}
		t.roots[symbol] = to
	} else {
		if 2*len(t.nodes) > len(t.slots) {
			t.grow()
		}
		h := hashEdge(from, symbol)
		i, old := t.look(h, from, symbol)
		if old != 0 {
			return old
		}
		t.slots[i] = edgeSlot{uint32(h >> 32), to}
	}
	t.nodes[from].more = true
	t.nodes = append(t.nodes, node{parent: from, symbol: symbol})
	return to
}

// grow doubles the table of edges.
func (t *trie) grow() {
	t.slots = make([]edgeSlot, 2*len(t.slots))
	t.eachEdge(func(h uint64, n uint32) {
		i := h & uint64(len(t.slots)-1)
		for t.slots[i].node != 0 {
			i = (i + 1) & uint64(len(t.slots)-1)
		}
		t.slots[i] = edgeSlot{uint32(h >> 32), n}
	})
}

// sift fills the filter, once all edges are there.
func (t *trie) sift() {
	t.filter = make([]uint64, len(t.slots)/16)
	t.eachEdge(func(h uint64, _ uint32) {
		t.filter[h>>20&uint64(len(t.filter)-1)] |= 1 << (h & 63)
	})
}

// eachEdge calls f with the hash of every edge that is not the root's, and the node
// that it leads to.
func (t *trie) eachEdge(f func(h uint64, to uint32)) {
	for i := range t.nodes {
		if n := &t.nodes[i]; n.parent != 0 {
			f(hashEdge(n.parent, n.symbol), uint32(i))
		}
	}
}

func hashEdge(node, symbol uint32) uint64 {
	hi, lo := bits.Mul64(uint64(node)<<32|uint64(symbol), 0x9E3779B97F4A7C15)
	return hi ^ lo
}

// first returns the node that a phrase beginning with symbol leads to, or 0.
func (t *trie) first(symbol uint32) uint32 { return t.roots[symbol] }

// next returns the node behind symbol, or 0.
func (t *trie) next(from, symbol uint32) uint32 {
	h := hashEdge(from, symbol)
	if t.filter[h>>20&uint64(len(t.filter)-1)]>>(h&63)&1 == 0 {
		return 0
	}
	_, node := t.look(h, from, symbol)
	return node
}

// look returns the slot of an edge with its node, or the free slot for it and 0.
func (t *trie) look(h uint64, from, symbol uint32) (slot uint64, node uint32) {
	for i := h; ; i++ {
		i &= uint64(len(t.slots) - 1)
		slot := t.slots[i]
		if slot.node == 0 {
			return i, 0
		}
		if slot.tag == uint32(h>>32) {
			if n := &t.nodes[slot.node]; n.parent == from && n.symbol == symbol {
				return i, slot.node
			}
		}
	}
}
