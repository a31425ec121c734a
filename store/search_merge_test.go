package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"edict/news"
)

func openLite(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "a.db"), slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// smallArticles are articles of some words each, in no order.
func smallArticles(n int) (list []*indexedArticle) {
	random := rand.New(rand.NewPCG(1, 2))
	word := rand.NewZipf(random, 1.2, 2, 2000)
	for i := range n {
		a := &indexedArticle{doc: doc{number: int64(i + 1), position: int64(random.IntN(n))}, source: fmt.Sprint("s", i%3), language: "en"}
		a.title = fmt.Sprintf("w%d w%d", word.Uint64(), word.Uint64())
		for range 6 {
			a.text += fmt.Sprintf("w%d ", word.Uint64())
		}
		if i%5 == 0 {
			a.tags = []news.Tag{{Label: news.Crackdown, Jurisdiction: "CN-JX", Stage: news.Enacted}}
		}
		list = append(list, a)
	}
	return list
}

func batchOf(t *testing.T, list []*indexedArticle) *batch {
	t.Helper()
	b := &batch{articles: list}
	if err := b.prepare(); err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, s *Store, f func(ctx context.Context, tx session) error) {
	t.Helper()
	if err := s.write(t.Context(), "test", f); err != nil {
		t.Fatal(err)
	}
}

// TestMergedSegmentsAreAsIfMadeAtOnce: the pages of segments that were merged, some of
// whose articles were dead, are those of a segment made of the living ones.
func TestMergedSegmentsAreAsIfMadeAtOnce(t *testing.T) {
	s := openLite(t)
	all := smallArticles(10_000) // more than two groups
	var segments []*segment
	var living []*indexedArticle
	for part := range slices.Chunk(all, 2500) {
		b := batchOf(t, part)
		write(t, s, b.addSegment)
		if err := s.read(t.Context(), "test", func(tx session) (err error) { segments, err = loadSegments(t.Context(), tx); return err }); err != nil {
			t.Fatal(err)
		}
		last := segments[len(segments)-1]
		write(t, s, func(ctx context.Context, tx session) error { return last.bury(ctx, tx, []uint32{0, 7, 2499}) })
		for i, a := range b.fresh {
			if i != 0 && i != 7 && i != 2499 {
				living = append(living, a)
			}
		}
	}
	// One dies while the merge is under way.
	late := segments[2]
	m := &merging{store: s, sources: slices.Clone(segments), begun: 1}
	write(t, s, func(ctx context.Context, tx session) error { _, err := m.begin(ctx, tx); return err })
	if err := m.words(t.Context()); err != nil {
		t.Fatal(err)
	}
	write(t, s, func(ctx context.Context, tx session) error { return late.bury(ctx, tx, []uint32{100}) })
	if err := m.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	write(t, s, m.end)

	want := batchOf(t, living)
	type key struct {
		stream int64
		word   string
	}
	pages := map[key][]byte{}
	err := s.readers().each(t.Context(), scanPages(func(stream int64, word string, body []byte) { pages[key{stream, word}] = bytes.Clone(body) }),
		"SELECT stream, word, body FROM search_words WHERE segment = ? AND stream < ?", m.to.id, int64(chunkStream))
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) != len(want.pages) || len(pages) < 50 {
		t.Errorf("%d pages, want %d", len(pages), len(want.pages))
	}
	for _, row := range want.pages {
		if k := (key{row[1].(int64), row[2].(string)}); !bytes.Equal(pages[k], row[3].([]byte)) {
			t.Fatalf("the page %v is another one", k)
		}
	}
	docs, err := m.to.allDocs(t.Context(), s.readers())
	if err != nil || !slices.Equal(docs, want.docs) {
		t.Errorf("other articles: %v", err)
	}
	if err := s.read(t.Context(), "test", func(tx session) (err error) { segments, err = loadSegments(t.Context(), tx); return err }); err != nil {
		t.Fatal(err)
	}
	if len(segments) != 1 || len(segments[0].dead) != 1 {
		t.Fatalf("%d segments, the first one with %d dead", len(segments), len(segments[0].dead))
	}
	one := batchOf(t, all[5000:7500]).fresh[100]
	if got := docs[segments[0].dead[0]].number; got != one.number {
		t.Errorf("article %d is dead, not %d", got, one.number)
	}
	more, err := s.mergeSegments(t.Context())
	if err != nil || more {
		t.Errorf("there is more to merge: %v", err)
	}
	var left int
	if err := s.readers().row(t.Context(), "SELECT count(DISTINCT segment) FROM search_words").Scan(&left); err != nil || left != 1 {
		t.Errorf("pages of %d segments are left: %v", left, err)
	}
}

// TestSegmentsToMerge: eight of a size, never more than a segment may hold, and never
// so many that a search has a hundred to ask.
func TestSegmentsToMerge(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		var list []*segment
		written, stored := 0, 0
		for stored < 400_000 {
			n := 1 + random.IntN(200)
			if random.IntN(50) == 0 {
				n = 1 + random.IntN(8192)
			}
			stored += n
			list = append(list, &segment{docs: n, first: int64(stored)})
			for merge := toMerge(list); merge != nil; merge = toMerge(list) {
				sum := 0
				for _, s := range merge {
					sum += s.docs
				}
				if sum > maxSegment || len(merge) < 2 {
					t.Fatalf("%d segments with %d articles are to be merged", len(merge), sum)
				}
				written += sum
				at := slices.Index(list, merge[0])
				list = slices.Replace(slices.Clone(list), at, at+len(merge), &segment{docs: sum, first: merge[0].first})
			}
			if len(list) > stored/(maxSegment/2)+5*2*fanIn {
				t.Fatalf("%d segments for %d articles", len(list), stored)
			}
		}
		if written > 8*stored {
			t.Errorf("articles are written %d times", written/stored)
		}
	}
}

// FuzzPages: damaged pages are an error, never a panic, and what is read of one lies
// within its segment.
func FuzzPages(f *testing.F) {
	b := newBuilder()
	for _, a := range smallArticles(20) {
		b.add(a)
	}
	err := b.pages(1, func(row []any) error {
		f.Add(row[3].([]byte))
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packChunk(b.docs))
	f.Fuzz(func(t *testing.T, page []byte) {
		_, _ = unpackChunk(page)
		_ = eachEntry(page, func(_, body []byte) bool {
			l, err := unpackList(body, 20)
			if err != nil {
				return false
			}
			for i, d := range l.docs {
				if d >= 20 || i > 0 && d <= l.docs[i-1] {
					t.Fatalf("article %d behind %v", d, l.docs[:i])
				}
			}
			_ = newUnion(20).add(l)
			if l.heads == nil || l.open() != nil {
				return false
			}
			for n := range l.blocks {
				if l.blocks[n].packed == nil && l.hold(n, body) != nil {
					return false
				}
			}
			for i := range l.docs {
				_ = l.behind(uint32(i))
			}
			return false
		})
	})
}

func scanPages(f func(stream int64, word string, body []byte)) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var stream int64
		var word string
		var body sql.RawBytes
		if err := rows.Scan(&stream, &word, &body); err != nil {
			return err
		}
		f(stream, word, body)
		return nil
	}
}
