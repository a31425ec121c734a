package store

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// How the search index is packed. A segment holds some articles, numbered from 0 with
// the newest one first, and what it says of each word lies in pages, sorted by word:
//
//	docs    which of the articles hold the word: the gap to each from the one before;
//	        or 0, and then for all of them what stands in places, where that is short
//	places  for each of those of a group of articles: the gap to it, then the gaps
//	        between the places of the word there, then 0
//
// All numbers are varints, and no gap is 0: the number before the first is -1.

// A stream is a kind of pages.
type stream int

const (
	docsStream   stream = 0
	placesStream stream = 1
)

const (
	// pageBytes is how large a page grows; one that is read holds one or two words that
	// are asked for, or a part of one.
	pageBytes = 4 << 10
	// groupBits is how many articles, as a power of two, have their places together: a
	// phrase of common words reads no more than the newest groups.
	groupBits = 12
	// inlineBytes is how long the places of a word may be to stand with its articles.
	inlineBytes = 256
	// chunkDocs is how many articles of a segment are described together.
	chunkDocs = 1024
)

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
func packDocs(docs []uint32) []byte {
	out := make([]byte, 0, len(docs)+len(docs)/4)
	last := int64(-1)
	for _, d := range docs {
		out = binary.AppendUvarint(out, uint64(int64(d)-last)) //nolint:gosec // they ascend
		last = int64(d)
	}
	return out
}

// inline returns the places that stand with the articles of a word.
func inline(b []byte) (places []byte, is bool) {
	if len(b) > 0 && b[0] == 0 {
		return b[1:], true
	}
	return nil, false
}

// unpackDocs returns the articles of a word; all are below limit.
func unpackDocs(b []byte, limit int) ([]uint32, error) {
	out := make([]uint32, 0, len(b))
	if places, is := inline(b); is {
		err := eachPlaced(places, 0, func(doc uint32, _ []byte) error {
			if int(doc) >= limit {
				return errPacked
			}
			out = append(out, doc)
			return nil
		})
		return out, err
	}
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

// eachPlaced calls f for each article of packed places: body is its part behind the
// gap, with the 0 at its end.
func eachPlaced(b []byte, group int, f func(doc uint32, body []byte) error) error {
	doc := int64(group)<<groupBits - 1
	for len(b) > 0 {
		gap, rest, ok := number(b)
		end := bytes.IndexByte(rest, 0) // no varint of ours but 0 itself has a byte of 0
		if !ok || end < 0 || gap == 0 || gap > maxSegment {
			return errPacked
		}
		doc += int64(gap)
		if err := f(uint32(doc), rest[:end+1]); err != nil { //nolint:gosec // a segment has fewer
			return err
		}
		b = rest[end+1:]
	}
	return nil
}

// unpackPlaces appends the places of a word in one article to out.
func unpackPlaces(out []uint32, b []byte) ([]uint32, error) {
	at := int64(-1)
	for {
		gap, rest, ok := number(b)
		switch {
		case !ok || gap > 1<<24:
			return nil, errPacked
		case gap == 0:
			return out, nil
		}
		at += int64(gap)
		out = append(out, uint32(at)) //nolint:gosec // a text has fewer words
		b = rest
	}
}

// placesKey is under which the places of a word in a group of articles are found. No
// word has a space in it.
func placesKey(word string, group int) string {
	return word + " " + string([]byte{'a' + byte(group>>4), 'a' + byte(group&15)}) //nolint:gosec // there are sixteen
}

// splitKey is the way back.
func splitKey[T string | []byte](key T) (word T, group int, err error) {
	n := len(key) - len(" ab")
	if n < 0 || key[n] != ' ' || key[n+1] < 'a' || key[n+2] < 'a' {
		return key, 0, errPacked
	}
	return key[:n], int(key[n+1]-'a')<<4 | int(key[n+2]-'a'), nil
}

// A placed is an article in which a word stands, and its places there, packed.
type placed struct {
	doc  uint32
	body []byte
}

// packPlaced packs articles that come behind the one with number last.
func packPlaced(out []byte, last int64, list []placed) []byte {
	for _, p := range list {
		out = binary.AppendUvarint(out, uint64(int64(p.doc)-last)) //nolint:gosec // they ascend
		out = append(out, p.body...)
		last = int64(p.doc)
	}
	return out
}

// packInline packs articles with their places if there is room; a mark has none.
func packInline(list []placed) (body []byte, ok bool) {
	size := 0
	for _, p := range list {
		if size += 1 + len(p.body); len(p.body) == 0 || size > inlineBytes {
			return nil, false
		}
	}
	return packPlaced([]byte{0}, -1, list), true
}

// packGroups calls add with the places of a word by groups of articles.
func packGroups(word string, list []placed, add func(key string, body []byte) error) error {
	for len(list) > 0 {
		group := int(list[0].doc >> groupBits)
		n := 1
		for n < len(list) && int(list[n].doc>>groupBits) == group {
			n++
		}
		if err := add(placesKey(word, group), packPlaced(nil, int64(group)<<groupBits-1, list[:n])); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// A wordPacker makes pages of words that come sorted.
type wordPacker struct{ docs, places pagePacker }

func newWordPacker(segment int64, emit func(row []any) error) *wordPacker {
	return &wordPacker{
		pagePacker{segment: segment, stream: docsStream, emit: emit},
		pagePacker{segment: segment, stream: placesStream, emit: emit},
	}
}

// add packs the articles in which a word stands.
func (w *wordPacker) add(word string, list []placed) error {
	if len(list) == 0 {
		return nil
	}
	if body, ok := packInline(list); ok {
		return w.docs.add(word, body)
	}
	docs := make([]uint32, len(list))
	for i, p := range list {
		docs[i] = p.doc
	}
	if err := w.docs.add(word, packDocs(docs)); err != nil || len(list[0].body) == 0 {
		return err
	}
	return packGroups(word, list, w.places.add)
}

func (w *wordPacker) flush() error {
	return errors.Join(w.docs.flush(), w.places.flush())
}

// A pagePacker makes pages of entries that come sorted by their keys.
type pagePacker struct {
	segment int64
	stream  stream
	emit    func(row []any) error

	first, last string
	body        []byte
}

func (p *pagePacker) add(key string, body []byte) error {
	if len(p.body) > 0 && len(p.body)+len(body) > pageBytes {
		if err := p.flush(); err != nil {
			return err
		}
	}
	if len(p.body) == 0 {
		p.first, p.last = key, ""
	}
	shared := 0
	for shared < len(key) && shared < len(p.last) && key[shared] == p.last[shared] {
		shared++
	}
	p.body = binary.AppendUvarint(p.body, uint64(shared)) //nolint:gosec // a length
	p.body = binary.AppendUvarint(p.body, uint64(len(key)-shared))
	p.body = append(p.body, key[shared:]...)
	p.body = binary.AppendUvarint(p.body, uint64(len(body)))
	p.body = append(p.body, body...)
	p.last = key
	return nil
}

func (p *pagePacker) flush() error {
	if len(p.body) == 0 {
		return nil
	}
	row := []any{p.segment, int64(p.stream), p.first, p.body}
	p.body = nil
	return p.emit(row)
}

// eachEntry calls f for the entries of a page until it says stop. key is only good
// until f returns.
func eachEntry(page []byte, f func(key, body []byte) (stop bool)) error {
	var key []byte
	for len(page) > 0 {
		shared, rest, ok := number(page)
		if !ok || shared > uint64(len(key)) {
			return errPacked
		}
		tail, rest, ok := lengthed(rest)
		if !ok {
			return errPacked
		}
		body, rest, ok := lengthed(rest)
		if !ok {
			return errPacked
		}
		key = append(key[:shared], tail...)
		if f(key, body) {
			return nil
		}
		page = rest
	}
	return nil
}

// lengthed cuts bytes with their length before them from the front of b.
func lengthed(b []byte) (body, rest []byte, ok bool) {
	n, rest, ok := number(b)
	if !ok || n > uint64(len(rest)) {
		return nil, nil, false
	}
	return rest[:n], rest[n:], true
}

// entry returns what a page says under key, nil if nothing.
func entry(page []byte, key string) (found []byte, err error) {
	err = eachEntry(page, func(k, body []byte) bool {
		if string(k) == key {
			found = body
		}
		return string(k) >= key
	})
	return found, err
}

// A doc is an article as a segment knows it.
type doc struct {
	number   int64
	position int64
	lead     uint32 // where its summary, or its first paragraph, ends
}

// packChunk packs what is known of some articles of a segment, newest first.
func packChunk(docs []doc) []byte {
	var out []byte
	var position, number int64
	for i, d := range docs {
		if i == 0 {
			out = binary.AppendVarint(out, d.position)
		} else {
			out = binary.AppendUvarint(out, uint64(position-d.position)) //nolint:gosec // they descend
		}
		out = binary.AppendVarint(out, d.number-number)
		out = binary.AppendUvarint(out, uint64(d.lead))
		position, number = d.position, d.number
	}
	return out
}

func unpackChunk(b []byte) ([]doc, error) {
	out := make([]doc, 0, chunkDocs)
	var d doc
	for len(b) > 0 {
		if len(out) == 0 {
			n, size := binary.Varint(b)
			if size <= 0 {
				return nil, errPacked
			}
			d.position, b = n, b[size:]
		} else {
			n, rest, ok := number(b)
			if !ok {
				return nil, errPacked
			}
			d.position, b = d.position-int64(n), rest //nolint:gosec // as packed
		}
		n, size := binary.Varint(b)
		if size <= 0 {
			return nil, errPacked
		}
		d.number += n
		lead, rest, ok := number(b[size:])
		if !ok {
			return nil, errPacked
		}
		d.lead, b = uint32(lead), rest //nolint:gosec // as packed
		out = append(out, d)
	}
	return out, nil
}
