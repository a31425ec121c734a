package store

import (
	"encoding/binary"
	"errors"
	"slices"
)

// How the search index is packed. A segment holds some articles, numbered from 0 with
// the newest one first, and what it says of each word lies in pages, sorted by word:
//
//	docs    a kind; then which of the articles hold the word: the gap to each from the
//	        one before; then a head for each of them, which says how often the word
//	        stands in it, and where in its title; then, where that is short, the block
//	places  blocks of the places of the word behind the titles, those of all articles
//	        in a row; a block begins with how many bytes a place takes
//	pairs   as docs, of two common words in a row: for each article, how often the
//	        second stands behind the first
//
// All other numbers are varints, and no gap is 0: the number before the first is -1.

// A stream is a kind of pages.
type stream int

const (
	docsStream   stream = 0
	placesStream stream = 1
	chunkStream  stream = 2 // what is known of the articles of a chunk
	leadStream   stream = 3 // how many words the beginning of each article has
	pairStream   stream = 4 // docs of pairs of common words
)

const (
	// pageBytes is how large a page grows; one that is read holds one or two words that
	// are asked for, or a part of one.
	pageBytes = 4 << 10
	// blockPlaces is how many places of a word are read at once. Most blocks take twice
	// as many bytes.
	blockPlaces = 8192
	// fewPlaces is that of a word that stands oftenPlaces times in its articles, of which
	// a rare word beside it needs few.
	fewPlaces   = 896
	oftenPlaces = 4
	// placesPageBytes is that of a page of places: with one block of fewPlaces, which
	// PostgreSQL then keeps within the row.
	placesPageBytes = 2000
	// inlineBytes is how long the places of a word may be to stand with its articles.
	inlineBytes = 256
	// chunkDocs is how many articles of a segment are described together.
	chunkDocs = 1024
)

// A listKind is how a word is told of.
type listKind byte

const (
	markList   listKind = 0 // the articles alone
	blocksList listKind = 1 // with heads; places are in blocks
	inlineList listKind = 2 // with heads and places
	headsList  listKind = 3 // with heads; of a pair, whose places are not kept
	fewList    listKind = 4 // with heads; places are in blocks of fewPlaces
)

// places is how many places a block has.
func (k listKind) places() int {
	if k == fewList {
		return fewPlaces
	}
	return blockPlaces
}

// errPacked is for pages that cannot be read.
var errPacked = errors.New("a page of the search index is damaged")

// number cuts a varint from the front of b. Of none it is 0 and ok is false.
func number(b []byte) (n uint64, rest []byte, ok bool) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), b[1:], true
	}
	n, size := binary.Uvarint(b)
	if size <= 0 {
		return 0, nil, false
	}
	return n, b[size:], true
}

// packDocs packs ascending numbers of articles.
func packDocs(docs []uint32) []byte { return appendGaps(make([]byte, 0, len(docs)+len(docs)/4), docs) }

// appendGaps packs ascending numbers.
func appendGaps(out []byte, list []uint32) []byte {
	last := int64(-1)
	for _, n := range list {
		out = binary.AppendUvarint(out, uint64(int64(n)-last)) //nolint:gosec // they ascend
		last = int64(n)
	}
	return out
}

// unpackDocs returns the articles of a word; all are below limit.
func unpackDocs(b []byte, limit int) ([]uint32, error) {
	out := make([]uint32, 0, len(b))
	last := int64(-1)
	for len(b) > 0 {
		var gap uint64
		if b[0] < 0x80 {
			gap, b = uint64(b[0]), b[1:]
		} else {
			var ok bool
			if gap, b, ok = number(b); !ok {
				return nil, errPacked
			}
		}
		if gap == 0 || gap > uint64(limit) { //nolint:gosec // not negative
			return nil, errPacked
		}
		if last += int64(gap); last >= int64(limit) { //nolint:gosec // within limit
			return nil, errPacked
		}
		out = append(out, uint32(last)) //nolint:gosec // within limit
	}
	return out, nil
}

// A placed is an article in which a word stands, and its places there: in the title, and
// behind it. A mark has none.
type placed struct {
	doc         uint32
	lead        bool // one of them is in the beginning of summary and text
	title, body []uint32
}

// A head is what relevance needs of a word in an article.
type head struct {
	body  uint32 // how often it stands behind the title
	lead  bool
	title []byte // where it stands in the title, packed
}

func appendHead(out []byte, body uint32, lead bool, title []uint32) []byte {
	n := uint64(body) << 2
	if lead {
		n |= 1
	}
	if len(title) == 0 {
		return binary.AppendUvarint(out, n)
	}
	out = binary.AppendUvarint(out, n|2)
	return appendGaps(binary.AppendUvarint(out, uint64(len(title))), title)
}

// cutHead cuts a head from the front of b.
func cutHead(b []byte) (h head, rest []byte, ok bool) {
	n, b, ok := number(b)
	if !ok || n>>2 > maxPlace {
		return h, nil, false
	}
	h.body, h.lead = uint32(n>>2), n&1 != 0
	if n&2 == 0 {
		return h, b, true
	}
	titles, rest, ok := number(b)
	for range titles {
		if !ok {
			return h, nil, false
		}
		_, rest, ok = number(rest)
	}
	h.title = b[:len(b)-len(rest)]
	return h, rest, ok && titles > 0
}

// maxPlace bounds places: no text has as many words.
const maxPlace = 1 << 20

// titles returns where the word stands in the title.
func (h head) titles() ([]uint32, error) {
	if h.title == nil {
		return nil, nil
	}
	_, gaps, _ := number(h.title)
	return unpackDocs(gaps, maxPlace)
}

// packPlaces packs a block of places.
func packPlaces(out []byte, list []uint32) []byte {
	if slices.ContainsFunc(list, func(p uint32) bool { return p > 0xffff }) {
		out = append(out, 4)
		for _, p := range list {
			out = binary.LittleEndian.AppendUint32(out, p)
		}
		return out
	}
	out = append(out, 2)
	for _, p := range list {
		out = binary.LittleEndian.AppendUint16(out, uint16(p)) //nolint:gosec // looked at
	}
	return out
}

// A packedPlaces is places of a word, ascending within each article, as a block holds them.
type packedPlaces struct {
	packed []byte
	wide   bool // of four bytes each, else of two
}

// readPlaces reads a block of n places.
func readPlaces(b []byte, n int) (p packedPlaces, err error) {
	if len(b) == 0 || b[0] != 2 && b[0] != 4 || len(b)-1 != n*int(b[0]) {
		return p, errPacked
	}
	p = packedPlaces{b[1:], b[0] == 4}
	if p.wide {
		for i := range n {
			if p.at(i) > maxPlace {
				return p, errPacked
			}
		}
	}
	return p, nil
}

func (p packedPlaces) width() int {
	if p.wide {
		return 4
	}
	return 2
}

func (p packedPlaces) len() int { return len(p.packed) / p.width() }

func (p packedPlaces) at(i int) uint32 {
	if p.wide {
		return binary.LittleEndian.Uint32(p.packed[4*i:])
	}
	return uint32(binary.LittleEndian.Uint16(p.packed[2*i:]))
}

// part is from one place to before another.
func (p packedPlaces) part(from, to int) packedPlaces {
	return packedPlaces{p.packed[from*p.width() : to*p.width()], p.wide}
}

// join is p with more places behind it.
func (p packedPlaces) join(more packedPlaces) packedPlaces {
	if p.wide == more.wide {
		return packedPlaces{append(slices.Clip(p.packed), more.packed...), p.wide}
	}
	return widePlaces(append(p.list(), more.list()...))
}

func widePlaces(list []uint32) (p packedPlaces) {
	p.wide = true
	for _, at := range list {
		p.packed = binary.LittleEndian.AppendUint32(p.packed, at)
	}
	return p
}

func (p packedPlaces) list() []uint32 {
	out := make([]uint32, p.len())
	for i := range out {
		out[i] = p.at(i)
	}
	return out
}

// placesKey is under which a block of the places of a word is found. No word has a
// space in it.
func placesKey(word string, block int) string {
	out := append(make([]byte, 0, len(word)+7), word...)
	out = append(out, ' ')
	for shift := 20; shift >= 0; shift -= 4 {
		out = append(out, 'a'+byte(block>>shift&15)) //nolint:gosec // there are sixteen
	}
	return string(out)
}

// placesWord is the word of such a key.
func placesWord(key []byte) ([]byte, error) {
	n := len(key) - len(" aaaaaa")
	if n < 0 || key[n] != ' ' {
		return nil, errPacked
	}
	return key[:n], nil
}

// A wordPacker makes pages of words that come sorted.
type wordPacker struct {
	docs, places pagePacker

	list  []uint32
	heads []byte
	out   []byte
}

func newWordPacker(segment int64, emit func(row []any) error) *wordPacker {
	return &wordPacker{
		docs:   pagePacker{segment: segment, stream: docsStream, limit: pageBytes, emit: emit},
		places: pagePacker{segment: segment, stream: placesStream, limit: placesPageBytes, emit: emit},
	}
}

// add packs the articles in which a word stands.
func (w *wordPacker) add(word string, list []placed) error {
	if len(list) == 0 {
		return nil
	}
	w.list, w.heads, w.out = w.list[:0], w.heads[:0], w.out[:0]
	mark := len(list[0].title)+len(list[0].body) == 0
	for _, p := range list {
		w.list = append(w.list, p.doc)
		if !mark {
			w.heads = appendHead(w.heads, uint32(len(p.body)), p.lead, p.title) //nolint:gosec // a text has fewer
		}
	}
	docs := packDocs(w.list)
	if mark {
		return w.docs.add(word, append(append(w.out, byte(markList)), docs...))
	}
	w.list = w.list[:0] // from here on the places
	for _, p := range list {
		w.list = append(w.list, p.body...)
	}
	if len(docs)+len(w.heads)+2*len(w.list) <= inlineBytes {
		w.out = append(w.out, byte(inlineList))
		w.out = appendLengthed(appendLengthed(w.out, docs), w.heads)
		return w.docs.add(word, packPlaces(w.out, w.list))
	}
	kind := blocksList
	if len(w.list) >= oftenPlaces*len(list) {
		kind = fewList
	}
	w.out = append(w.out, byte(kind))
	if err := w.docs.add(word, append(appendLengthed(w.out, docs), w.heads...)); err != nil {
		return err
	}
	n := 0
	for block := range slices.Chunk(w.list, kind.places()) {
		w.out = packPlaces(w.out[:0], block)
		if err := w.places.add(placesKey(word, n), w.out); err != nil {
			return err
		}
		n++
	}
	return nil
}

func (w *wordPacker) flush() error {
	return errors.Join(w.docs.flush(), w.places.flush())
}
