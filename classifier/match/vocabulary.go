package match

import "math/bits"

// A vocabulary gives each word of the phrases its symbol. It is a hash table with
// open addressing; a word of up to 16 bytes is compared by its length and its
// first and last 8 bytes, which hold all of it, a longer one also by its text.
type vocabulary struct {
	slots []wordSlot // a power of two
	words []wordEntry
	long  map[uint32]string // by index into words
}

type wordSlot struct {
	tag  uint32
	word uint32 // index into words; 0: free
}

type wordEntry struct {
	head, tail uint64
	size       uint32
	symbol     uint32
}

func newVocabulary() vocabulary {
	return vocabulary{slots: make([]wordSlot, 1<<10), words: make([]wordEntry, 1), long: map[uint32]string{}}
}

// add gives word, which is folded and has none yet, its symbol.
func (v *vocabulary) add(word []byte, symbol uint32) {
	head, tail := ends(word)
	n := uint32(len(v.words))
	v.words = append(v.words, wordEntry{head, tail, uint32(len(word)), symbol})
	if len(word) > 16 {
		v.long[n] = string(word)
	}
	if 3*len(v.words) <= len(v.slots) {
		v.place(n)
		return
	}
	v.slots = make([]wordSlot, 2*len(v.slots))
	for n := range v.words[1:] {
		v.place(uint32(n) + 1)
	}
}

// place puts word number n into a free slot.
func (v *vocabulary) place(n uint32) {
	w := &v.words[n]
	h := hashWord(w.head, w.tail, int(w.size))
	i := h & uint64(len(v.slots)-1)
	for v.slots[i].word != 0 {
		i = (i + 1) & uint64(len(v.slots)-1)
	}
	v.slots[i] = wordSlot{uint32(h >> 32), n}
}

// ends returns the first and the last 8 bytes of a folded word; a word of up to 8
// bytes is all head, filled up with zeros.
func ends(b []byte) (head, tail uint64) {
	n := len(b)
	if n < 8 {
		for i := n - 1; i >= 0; i-- {
			head = head<<8 | uint64(b[i])
		}
		return head, 0
	}
	head = loadBytes(b)
	if n > 8 {
		tail = loadBytes(b[n-8:])
	}
	return head, tail
}

func loadBytes(b []byte) uint64 {
	b = b[:8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

func hashWord(head, tail uint64, n int) uint64 {
	hi, lo := bits.Mul64(head^bits.RotateLeft64(tail, 29)^uint64(n)<<56, 0x9E3779B97F4A7C15)
	return hi ^ lo
}

// plain returns the symbol of text[start:end], a word of ASCII letters and digits
// in any case that begins with head, or 0.
func (v *vocabulary) plain(text string, start, end int, head uint64) uint32 {
	var tail uint64
	if end-start > 8 {
		tail = load(text, end-8) | caseBits
	}
	h := hashWord(head, tail, end-start)
	for i := h; ; i++ {
		slot := v.slots[i&uint64(len(v.slots)-1)]
		if slot.word == 0 {
			return 0
		}
		if slot.tag != uint32(h>>32) {
			continue
		}
		w := &v.words[slot.word]
		if w.head == head && w.tail == tail && int(w.size) == end-start && (w.size <= 16 || sameFolded(v.long[slot.word], text[start:end])) {
			return w.symbol
		}
	}
}

// sameFolded reports whether plain, in lower case, is word.
func sameFolded(word, plain string) bool {
	for i := range len(word) {
		if word[i] != plain[i]|0x20 {
			return false
		}
	}
	return true
}

// folded returns the symbol of an already folded word, or 0.
func (v *vocabulary) folded(b []byte) uint32 {
	head, tail := ends(b)
	h := hashWord(head, tail, len(b))
	for i := h; ; i++ {
		slot := v.slots[i&uint64(len(v.slots)-1)]
		if slot.word == 0 {
			return 0
		}
		if slot.tag != uint32(h>>32) {
			continue
		}
		w := &v.words[slot.word]
		if w.head == head && w.tail == tail && int(w.size) == len(b) && (w.size <= 16 || v.long[slot.word] == string(b)) {
			return w.symbol
		}
	}
}

// A charTable gives each character and sign of the phrases its symbol, and each
// traditional character that of its simplified form. Pages of 256 characters
// exist only where one is used.
type charTable struct {
	pages [256]*[256]uint32
	far   map[rune]uint32 // beyond the basic plane
}

// addTraditional gives the traditional forms of its characters their symbols.
func (t *charTable) addTraditional() {
	eachTraditional(func(from, to rune) {
		if symbol := t.symbol(to); symbol != 0 {
			t.set(from, symbol)
		}
	})
}

func (t *charTable) set(r rune, symbol uint32) {
	if r >= 1<<16 {
		if t.far == nil {
			t.far = map[rune]uint32{}
		}
		t.far[r] = symbol
		return
	}
	page := t.pages[r>>8]
	if page == nil {
		page = new([256]uint32)
		t.pages[r>>8] = page
	}
	page[r&0xFF] = symbol
}

// symbol returns the symbol of r, or 0.
func (t *charTable) symbol(r rune) uint32 {
	if r >= 1<<16 {
		return t.far[r]
	}
	if page := t.pages[r>>8]; page != nil {
		return page[r&0xFF]
	}
	return 0
}
