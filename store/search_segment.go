package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
)

// The search index is a set of segments, each of which holds some articles that were
// indexed at about the same time. A segment is never changed, but for the list of those
// of its articles that a newer one has in another form. Every run of Index adds a small
// one, and neighbours are merged into larger ones, so that a search has few to ask.

// A state is what a segment is to searches.
type segmentState string

const (
	building segmentState = "building" // being merged; not asked
	live     segmentState = "live"
	gone     segmentState = "gone" // merged into another; its pages are being deleted
)

// A segment is a row of search_segments. Every run of Index has a stamp; a segment
// holds what the runs first to last indexed.
type segment struct {
	id          int64
	first, last int64
	docs        int
	oldest      int64   // position
	newest      []int64 // position of the first article of each chunk
	dead        []uint32
	pairs       int // words in so many articles have their pairs in the index; notPaired, oldPacking
}

// What pairs of a segment is when it has none.
const (
	notPaired  = 0
	oldPacking = -1 // packed by an earlier program
)

var (
	segmentRows = newTable("search_segments", "id:int state first:int last:int docs:int oldest:int newest:blob dead:blob begun:int pairs:int")
	wordRows    = newTable("search_words", "segment:int stream:int word body:blob")
	indexedRows = newTable("search_articles", "number:int stamp:int position:int digest:int")
	againRows   = newTable("search_again", "article")
)

// loadSegments returns the live segments in the order of their stamps.
func loadSegments(ctx context.Context, tx session) (list []*segment, err error) {
	err = tx.each(ctx, func(rows *sql.Rows) error {
		s := new(segment)
		var newest, dead sql.RawBytes
		if err := rows.Scan(&s.id, &s.first, &s.last, &s.docs, &s.oldest, &newest, &dead, &s.pairs); err != nil {
			return err
		}
		var err error
		if s.newest, err = unpackTimes(newest); err != nil {
			return err
		}
		if s.dead, err = unpackDocs(dead, s.docs); err != nil {
			return err
		}
		if s.docs < 1 || len(s.newest) != (s.docs+chunkDocs-1)/chunkDocs {
			return errPacked
		}
		list = append(list, s)
		return nil
	}, "SELECT id, first, last, docs, oldest, newest, dead, pairs FROM search_segments WHERE state = 'live' ORDER BY first")
	return list, err
}

func packTimes(times []int64) []byte {
	var out []byte
	for _, t := range times {
		out = binary.BigEndian.AppendUint64(out, uint64(t)) //nolint:gosec // only carried
	}
	return out
}

func unpackTimes(b []byte) ([]int64, error) {
	if len(b)%8 != 0 {
		return nil, errPacked
	}
	out := make([]int64, 0, len(b)/8)
	for ; len(b) > 0; b = b[8:] {
		out = append(out, int64(binary.BigEndian.Uint64(b))) //nolint:gosec // only carried
	}
	return out, nil
}

// newSegment describes docs, which are in the order of a segment.
func newSegment(id, first, last int64, docs []doc) *segment {
	s := &segment{id: id, first: first, last: last, docs: len(docs), oldest: docs[len(docs)-1].position}
	for some := range slices.Chunk(docs, chunkDocs) {
		s.newest = append(s.newest, some[0].position)
	}
	return s
}

func (s *segment) row(state segmentState, begun int64) []any {
	return []any{s.id, string(state), s.first, s.last, s.docs, s.oldest, packTimes(s.newest), packDocs(s.dead), begun, s.pairs}
}

// chunkKey is under which what is known of the articles of a chunk is found.
func chunkKey(chunk int64) string { return placesKey("", int(chunk)) }

// maxLead is how many words of a beginning are told apart from the rest of a text.
const maxLead = 1<<16 - 1

// docRows are the rows of search_words that tell of docs.
func (s *segment) docRows(docs []doc) (rows [][]any) {
	leads := make([]byte, 0, 2*len(docs))
	for i := 0; i < len(docs); i += chunkDocs {
		some := docs[i:min(i+chunkDocs, len(docs))]
		rows = append(rows, []any{s.id, int64(chunkStream), chunkKey(int64(i / chunkDocs)), packChunk(some)})
		for _, d := range some {
			leads = binary.LittleEndian.AppendUint16(leads, uint16(d.lead)) //nolint:gosec // maxLead at most
		}
	}
	return append(rows, []any{s.id, int64(leadStream), "", leads})
}

// allDocs returns what is known of all articles of a segment, in order.
func (s *segment) allDocs(ctx context.Context, tx session) (list []doc, err error) {
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			return err
		}
		some, err := unpackChunk(body)
		list = append(list, some...)
		return err
	}, "SELECT body FROM search_words WHERE segment = ? AND stream = ? ORDER BY word", s.id, int64(chunkStream))
	if err == nil && len(list) != s.docs {
		err = fmt.Errorf("segment %d has %d articles, not %d: %w", s.id, len(list), s.docs, errPacked)
	}
	return list, err
}

// find returns which article of the segment has a number, at a position.
func (s *segment) find(ctx context.Context, tx session, number, position int64) (n uint32, err error) {
	for chunk := range s.newest {
		if s.newest[chunk] < position {
			break
		}
		if chunk+1 < len(s.newest) && s.newest[chunk+1] > position {
			continue
		}
		var page []byte
		if err := tx.row(ctx, "SELECT body FROM search_words WHERE segment = ? AND stream = ? AND word = ?", s.id, int64(chunkStream), chunkKey(int64(chunk))).Scan(&page); err != nil {
			return 0, err
		}
		docs, err := unpackChunk(page)
		if err != nil {
			return 0, err
		}
		if i := slices.IndexFunc(docs, func(d doc) bool { return d.number == number }); i >= 0 {
			return uint32(chunk*chunkDocs + i), nil //nolint:gosec // a segment has fewer
		}
	}
	return 0, fmt.Errorf("article %d is not in segment %d: %w", number, s.id, errPacked)
}

// bury notes that articles of a segment are not to be found there any more.
func (s *segment) bury(ctx context.Context, tx session, docs []uint32) error {
	dead := append(slices.Clone(s.dead), docs...)
	slices.Sort(dead)
	s.dead = slices.Compact(dead)
	_, err := tx.exec(ctx, "UPDATE search_segments SET dead = ? WHERE id = ?", packDocs(s.dead), s.id)
	return err
}

// nextSegment returns the number for the next segment.
func nextSegment(ctx context.Context, tx session) (id int64, err error) {
	err = tx.row(ctx, "SELECT coalesce(max(id), 0) + 1 FROM search_segments").Scan(&id)
	return id, err
}

// A wordPages reads the pages of a segment's stream in order, some at a time.
type wordPages struct {
	segment int64
	stream  stream

	page []byte // what is left of it
	next [][]byte
	last string // first word of the last page that was read
	done bool

	key  []byte
	body []byte
}

const pagesAtOnce = 64

// advance goes to the next entry, which is key and body until then; key is nil at the
// end.
func (p *wordPages) advance(ctx context.Context, tx session) error {
	if len(p.page) == 0 {
		if len(p.next) == 0 && !p.done {
			if err := p.read(ctx, tx); err != nil {
				return err
			}
		}
		if len(p.next) == 0 {
			p.key, p.body = nil, nil
			return nil
		}
		p.page, p.next, p.key = p.next[0], p.next[1:], p.key[:0]
	}
	shared, rest, ok := number(p.page)
	if !ok || shared > uint64(len(p.key)) {
		return errPacked
	}
	tail, rest, ok := lengthed(rest)
	if !ok {
		return errPacked
	}
	p.key = append(p.key[:shared], tail...)
	p.body, p.page, ok = lengthed(rest)
	if !ok {
		return errPacked
	}
	return nil
}

func (p *wordPages) read(ctx context.Context, tx session) error {
	n := 0
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var body sql.RawBytes
		if err := rows.Scan(&p.last, &body); err != nil {
			return err
		}
		n++
		p.next = append(p.next, bytes.Clone(body))
		return nil
	}, "SELECT word, body FROM search_words WHERE segment = ? AND stream = ? AND word > ? ORDER BY word LIMIT ?",
		p.segment, int64(p.stream), p.last, pagesAtOnce)
	p.done = n < pagesAtOnce
	return err
}
