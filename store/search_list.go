package store

import (
	"bytes"
	"slices"
)

// A wordList is what a segment says of a word, or of all words with a beginning.
type wordList struct {
	docs  []uint32 // the articles that hold it, ascending
	heads []byte   // a head for each; none of a mark

	// When it is open: where the places of each of docs begin among those of all, and
	// the last ones end; which of docs hold it in the title; and the blocks of places
	// that were read.
	from   []uint32
	titled []titledDoc
	blocks []packedPlaces
	block  int // how many places each has
	inline []byte
}

// A titledDoc is one of the docs of a list, and where its head begins.
type titledDoc struct{ at, head uint32 }

// unpackList reads what a page says of a word; body stays in use.
func unpackList(body []byte, limit int) (*wordList, error) {
	l := &wordList{block: blockPlaces}
	if len(body) == 0 {
		return l, nil
	}
	kind, body := listKind(body[0]), body[1:]
	docs, ok := body, true
	l.block = kind.places()
	switch kind {
	case markList:
	case blocksList, fewList, headsList:
		docs, l.heads, ok = lengthed(body)
	case inlineList:
		if docs, body, ok = lengthed(body); ok {
			l.heads, l.inline, ok = lengthed(body)
		}
	default:
		ok = false
	}
	if !ok {
		return nil, errPacked
	}
	var err error
	l.docs, err = unpackDocs(docs, limit)
	return l, err
}

// nextHead is cutHead, quicker for the many heads of one byte.
func nextHead(b []byte) (h head, rest []byte, ok bool) {
	if len(b) > 0 && b[0] < 0x80 && b[0]&2 == 0 {
		return head{body: uint32(b[0] >> 2), lead: b[0]&1 != 0}, b[1:], true
	}
	return cutHead(b)
}

// open makes ready for asking where the word stands.
func (l *wordList) open() error {
	if l.from != nil {
		return nil
	}
	from := make([]uint32, len(l.docs)+1)
	heads, sum, at := l.heads, uint32(0), 0
	for i := range l.docs {
		if at < len(heads) && heads[at] < 0x80 && heads[at]&2 == 0 { // most are as short
			sum += uint32(heads[at] >> 2)
			at++
			from[i+1] = sum
			continue
		}
		h, rest, ok := cutHead(heads[at:])
		if !ok || sum > 1<<31 {
			return errPacked
		}
		if h.title != nil {
			l.titled = append(l.titled, titledDoc{uint32(i), uint32(at)}) //nolint:gosec // a page is shorter
		}
		sum += h.body
		at = len(heads) - len(rest)
		from[i+1] = sum
	}
	if at < len(heads) {
		return errPacked
	}
	l.blocks = make([]packedPlaces, (int(sum)+l.block-1)/l.block)
	if l.inline != nil {
		block, err := readPlaces(l.inline, int(sum))
		if err != nil || len(l.blocks) > 1 {
			return errPacked
		}
		if sum > 0 {
			l.blocks[0] = block
		}
	}
	l.from = from
	return nil
}

// missing returns which blocks are to be read for some of docs, which ascend.
func (l *wordList) missing(at []uint32) (blocks []int) {
	last := -1
	for _, i := range at {
		from, to := int(l.from[i]), int(l.from[i+1])
		if from == to {
			continue
		}
		for n := max(from/l.block, last+1); n <= (to-1)/l.block; n++ {
			if last = n; l.blocks[n].packed == nil {
				blocks = append(blocks, n)
			}
		}
	}
	return blocks
}

// hold keeps a copy of a block that was read.
func (l *wordList) hold(n int, body []byte) (err error) {
	l.blocks[n], err = readPlaces(bytes.Clone(body), min(l.block, int(l.from[len(l.docs)])-n*l.block))
	return err
}

// behind returns where the word stands behind the title of docs[i]. The blocks have been
// read.
func (l *wordList) behind(i uint32) packedPlaces {
	from, to := int(l.from[i]), int(l.from[i+1])
	if from == to {
		return packedPlaces{}
	}
	first, last := from/l.block, (to-1)/l.block
	if first == last {
		return l.blocks[first].part(from-first*l.block, to-first*l.block)
	}
	out := l.blocks[first].part(from-first*l.block, l.block)
	for n := first + 1; n < last; n++ {
		out = out.join(l.blocks[n])
	}
	return out.join(l.blocks[last].part(0, to-last*l.block))
}

// titles returns where the word stands in the title of one of titled.
func (l *wordList) titles(d titledDoc) ([]uint32, error) {
	h, _, _ := cutHead(l.heads[d.head:])
	return h.titles()
}

// positions returns which of the docs of the list those of some are; those that are not
// there are left out of either.
func (l *wordList) positions(some []uint32) (docs, at []uint32) {
	most := min(len(some), len(l.docs))
	docs, at = make([]uint32, 0, most), make([]uint32, 0, most)
	few := len(l.docs) > 32*len(some)
	j := 0
	if len(some) > 0 {
		j, _ = slices.BinarySearch(l.docs, some[0])
	}
	for _, d := range some {
		if few {
			n, _ := slices.BinarySearch(l.docs[j:], d)
			j += n
		} else {
			for j < len(l.docs) && l.docs[j] < d {
				j++
			}
		}
		if j == len(l.docs) {
			break
		}
		if l.docs[j] == d {
			docs, at = append(docs, d), append(at, uint32(j)) //nolint:gosec // a segment has fewer
		}
	}
	return docs, at
}

// eachHead calls f with the heads of some of docs, which ascend.
func (l *wordList) eachHead(some []uint32, f func(i int, h head) error) error {
	heads, j := l.heads, 0
	for i, d := range some {
		for j < len(l.docs) && l.docs[j] < d {
			_, rest, ok := nextHead(heads)
			if !ok {
				return errPacked
			}
			heads = rest
			j++
		}
		if j == len(l.docs) || l.docs[j] != d {
			continue
		}
		h, _, ok := nextHead(heads)
		if !ok {
			return errPacked
		}
		if err := f(i, h); err != nil {
			return err
		}
	}
	return nil
}

// A union makes one list of those of words with the same beginning.
type union struct {
	body  []uint32 // by article
	flags []byte
	title map[uint32][]uint32
}

const (
	unionThere byte = 1
	unionLead  byte = 2
)

func newUnion(docs int) *union {
	return &union{make([]uint32, docs), make([]byte, docs), map[uint32][]uint32{}}
}

func (u *union) add(l *wordList) error {
	heads := l.heads
	for _, d := range l.docs {
		h, rest, ok := nextHead(heads)
		if !ok {
			return errPacked
		}
		heads = rest
		u.flags[d] |= unionThere
		u.body[d] = min(u.body[d]+h.body, maxPlace)
		if h.lead {
			u.flags[d] |= unionLead
		}
		if h.title != nil {
			places, err := h.titles()
			if err != nil {
				return err
			}
			u.title[d] = append(u.title[d], places...)
		}
	}
	return nil
}

// list is all of it, without places.
func (u *union) list() *wordList {
	l := new(wordList)
	for d, flags := range u.flags {
		if flags&unionThere == 0 {
			continue
		}
		n := uint32(d) //nolint:gosec // a segment has fewer
		title := u.title[n]
		slices.Sort(title)
		l.docs = append(l.docs, n)
		l.heads = appendHead(l.heads, u.body[d], flags&unionLead != 0, title)
	}
	return l
}
