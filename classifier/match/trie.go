package match

import "slices"

import "math/bits"

// A builder gathers phrases before they are laid out for scanning.
type builder struct {
	words   map[string]uint32 // symbol of each folded word
	chars   map[rune]uint32   // symbol of each simplified character and each sign
	next    uint32            // next free symbol
	edges   map[edge]uint32   // node that an edge leads to
	nodes   uint32            // next free node; 0 is the root
	phrases map[uint32][]uint32
}

type edge struct{ node, symbol uint32 }

// add lays phrase number i, of one line, into the trie. It reports whether there
// was a token in it.
func (b *builder) add(i int, text string) bool {
	sc := scanner{text: text, folding: folding()}
	var node uint32
	for sc.next() {
		var symbol uint32
		switch sc.kind {
		case wordToken:
			word := string(sc.buf)
			if sc.plain {
				word = string(appendPlain(nil, text[sc.start:sc.end], false))
			}
			symbol = symbolOf(b, b.words, word)
		case charToken:
			symbol = symbolOf(b, b.chars, sc.folding.simplify(sc.r))
		case signToken:
			symbol = symbolOf(b, b.chars, sc.r)
		case possessiveToken:
			symbol = possessiveSymbol
		}
		e := edge{node, symbol}
		to, ok := b.edges[e]
		if !ok {
			to = b.nodes
			b.nodes++
			b.edges[e] = to
		}
		node = to
	}
	if node == 0 {
		return false
	}
	b.phrases[node] = append(b.phrases[node], uint32(i))
	return true
}

func symbolOf[K comparable](b *builder, symbols map[K]uint32, key K) uint32 {
	symbol, ok := symbols[key]
	if !ok {
		symbol = b.next
		b.next++
		symbols[key] = symbol
	}
	return symbol
}

// A trie holds phrases as paths of symbols. Edges are in one hash table with open
// addressing; those from the root are in an array.
type trie struct {
	roots   []uint32 // by symbol: the node, or 0
	slots   []edgeSlot
	filter  []uint64 // a bit for each edge's hash, so that most misses cost no look into slots
	nodes   []node
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

func newTrie(b *builder) trie {
	size := 8
	for size < 2*len(b.edges) {
		size *= 2
	}
	t := trie{roots: make([]uint32, b.next), slots: make([]edgeSlot, size), filter: make([]uint64, max(size/16, 1)), nodes: make([]node, b.nodes)}
	for e, to := range b.edges {
		n := &t.nodes[to]
		n.parent, n.symbol = e.node, e.symbol
		t.nodes[e.node].more = true
		if e.node == 0 {
			t.roots[e.symbol] = to
			continue
		}
		h := hashEdge(e.node, e.symbol)
		t.filter[h>>20&uint64(len(t.filter)-1)] |= 1 << (h & 63)
		i := h & uint64(size-1)
		for t.slots[i].node != 0 {
			i = (i + 1) & uint64(size-1)
		}
		t.slots[i] = edgeSlot{uint32(h >> 32), to}
	}
	for at := range t.nodes {
		phrases := b.phrases[uint32(at)]
		t.nodes[at].out, t.nodes[at].outs = uint32(len(t.outputs)), uint32(len(phrases))
		for _, phrase := range slices.Backward(phrases) {
			t.outputs = append(t.outputs, phrase)
		}
	}
	return t
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
	for i := h; ; i++ {
		slot := t.slots[i&uint64(len(t.slots)-1)]
		if slot.node == 0 {
			return 0
		}
		if slot.tag == uint32(h>>32) {
			if n := &t.nodes[slot.node]; n.parent == from && n.symbol == symbol {
				return slot.node
			}
		}
	}
}
