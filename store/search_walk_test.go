package store

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"edict/news"
)

// scanned is an article with its words, as a search without an index sees it.
type scanned struct {
	doc
	title, body []string
	lead        int
}

// TestWalkFindsWhatAScanFinds: over segments of many chunks, some of whose articles are
// dead and some of which have pairs of common words, in whatever portions segments are asked and phrases are looked for: a walk takes
// the newest first, cuts where it is to, tells where words stand, and puts the best first.
func TestWalkFindsWhatAScanFinds(t *testing.T) {
	s := openLite(t)
	random := rand.New(rand.NewPCG(7, 8))
	word := rand.NewZipf(random, 1.3, 4, 60)
	text := func(n int) string {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprintf("w%d", word.Uint64()))
			if i%7 == 3 {
				out = append(out, "\n")
			}
		}
		return strings.TrimSpace(strings.ReplaceAll(strings.Join(out, " "), " \n ", "\n"))
	}
	var all []*scanned
	number, since := int64(0), 0
	for _, size := range []int{3000, 2100, 900, 70, 5} {
		var list []*indexedArticle
		for range size {
			number++
			a := &indexedArticle{doc: doc{number: number, position: int64(since + random.IntN(size+size/8))}, source: "s", language: "en"}
			a.title, a.text = strings.ReplaceAll(text(1+random.IntN(4)), "\n", " "), text(1+random.IntN(14))
			if number == 1500 { // so long that blocks end within it, and places need four bytes
				a.text = strings.Repeat("w1 w2 w1\n", 25_000) + "w3 w59"
			}
			if random.IntN(9) == 0 {
				a.tags = []news.Tag{{Label: news.Crackdown, Jurisdiction: "CN-JX", Stage: news.Enacted}}
			}
			list = append(list, a)
		}
		since += size
		b := batchOf(t, list)
		write(t, s, b.addSegment)
		for i, a := range b.fresh {
			lead, _, _ := strings.Cut(a.text, "\n")
			if i%11 != 3 {
				all = append(all, &scanned{a.doc, strings.Fields(a.title), strings.Fields(a.text), len(strings.Fields(lead))})
			}
		}
		var last *segment
		write(t, s, func(ctx context.Context, tx session) error {
			segments, err := loadSegments(ctx, tx)
			if err != nil {
				return err
			}
			var dead []uint32
			for i := range b.fresh {
				if i%11 == 3 {
					dead = append(dead, uint32(i))
				}
			}
			last = segments[len(segments)-1]
			return last.bury(ctx, tx, dead)
		})
		if size == 3000 || size == 900 { // some segments have pairs, others have none
			p := &pairing{store: s, segment: last, begun: 1, share: 12}
			if err := p.make(t.Context()); err != nil || len(p.words) < 5 {
				t.Fatalf("pairs of %d words: %v", len(p.words), err)
			}
		}
	}
	slices.SortFunc(all, func(a, b *scanned) int { return byNewest(a.doc, b.doc) })
	term := func(n int) string {
		var out []string
		for range n {
			out = append(out, fmt.Sprintf("w%d", word.Uint64()))
		}
		if n > 1 {
			return `"` + strings.Join(out, " ") + `"`
		}
		return out[0] + []string{"", "", "", "*"}[random.IntN(4)]
	}
	for round := range 250 {
		query := term([]int{1, 1, 2, 3}[random.IntN(4)])
		for range random.IntN(3) {
			query += " " + []string{"", "", "-"}[random.IntN(3)] + term([]int{1, 2}[random.IntN(2)])
		}
		if round == 0 {
			query = `"w1 w2" "w2 w1 w1" w59`
		}
		compareWalk(t, s, random, query, all)
	}
}

// TestIndexSaysHowFarItIs: while many changes are not in the index, and not for a few.
func TestIndexSaysHowFarItIs(t *testing.T) {
	s := openLite(t)
	for _, test := range []struct{ at, last, want int }{{0, 0, 100}, {0, usualBehind, 100}, {0, usualBehind + 1, 0}, {3000, 10_000, 30}, {997_000, 1_000_000, 99}, {999_000, 1_000_000, 100}} {
		write(t, s, func(ctx context.Context, tx session) error {
			if _, err := tx.exec(ctx, "DELETE FROM changes"); err != nil {
				return err
			}
			if test.last > 0 {
				if _, err := tx.exec(ctx, "INSERT INTO changes (sequence, time, kind, story, article, record, quiet, was) VALUES (?, 0, 'stored', '', '', '', 0, '')", test.last); err != nil {
					return err
				}
			}
			return moveCursor(ctx, tx, searchCursor, int64(test.at))
		})
		err := s.read(t.Context(), "test", func(tx session) error {
			if got, err := indexed(t.Context(), tx); err != nil || got != test.want {
				t.Errorf("%d of %d: %d hundredths, want %d: %v", test.at, test.last, got, test.want, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func compareWalk(t *testing.T, s *Store, random *rand.Rand, query string, all []*scanned) {
	t.Helper()
	terms, err := parseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	var want []*scanned
	for _, a := range all {
		if a.holds(terms) {
			want = append(want, a)
		}
	}
	ctx := t.Context()
	err = s.read(ctx, "test", func(tx session) error {
		begin := func() *walk {
			w, err := newWalk(ctx, tx, news.Filter{}, terms, 1+random.IntN(4000))
			if err != nil {
				t.Fatal(err)
			}
			w.phrases = 1 + random.IntN(300)
			return w
		}
		w, got := begin(), 0
		for {
			hits, err := w.take(ctx, 1+random.IntN(50))
			if err != nil || len(hits) == 0 {
				if got != len(want) {
					t.Fatalf("%s: %d taken, %d are there: %v", query, got, len(want), err)
				}
				break
			}
			for _, h := range hits {
				if got == len(want) || h.position != want[got].position {
					t.Fatalf("%s: hit %d is of %d", query, got, h.position)
				}
				got++
			}
		}
		compareRanked(ctx, t, begin(), []int{1, 20, 400, 10_000}[random.IntN(4)], query, want)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func compareRanked(ctx context.Context, t *testing.T, w *walk, n int, query string, want []*scanned) {
	t.Helper()
	list, older, err := w.newest(ctx, n)
	if err != nil {
		t.Fatal(err)
	}
	if older != (len(want) > n) {
		t.Errorf("%s: older than %d are said to be there: %v of %d", query, n, older, len(want))
	}
	want = want[:min(n, len(want))]
	if err := w.describe(ctx, list); err != nil {
		t.Fatal(err)
	}
	scored, err := w.candidates(ctx, list)
	if err != nil {
		t.Fatal(err)
	}
	terms := wanted(w.terms)
	rank(terms, scored)
	byNumber := map[int64]*scanned{}
	var cut []int64
	for _, a := range want {
		byNumber[a.number] = a
	}
	for _, c := range scored {
		d := list[c.in].doc(c.doc)
		cut = append(cut, d.position)
		a := byNumber[d.number]
		if a == nil {
			continue // of several at the last position another one was taken
		}
		for i, term := range terms {
			s := presence{}
			for _, at := range starts(term, a.body) {
				s.body++
				s.lead = s.lead || at < a.lead
			}
			for _, at := range starts(term, a.title) {
				s.inTitle, s.title = true, append(s.title, uint32(at))
			}
			got := c.stands[i]
			if len(terms) == 1 {
				got.title, s.title = nil, nil
			}
			if got.body != s.body || got.lead != s.lead || got.inTitle != s.inTitle || !slices.Equal(got.title, s.title) {
				t.Fatalf("%s: term %d in %v / %.100v: %+v, want %+v", query, i, a.title, a.body, got, s)
			}
		}
	}
	slices.SortFunc(cut, func(a, b int64) int { return cmp.Compare(b, a) })
	for i, a := range want {
		if i >= len(cut) || cut[i] != a.position {
			t.Fatalf("%s: the newest %d: %d of %d, and another at %d", query, n, len(cut), len(want), i)
		}
	}
	best := slices.Clone(scored)
	slices.SortFunc(best, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.key(), a.key()), cmp.Compare(list[b.in].doc(b.doc).position, list[a.in].doc(a.doc).position))
	})
	for _, m := range []int{1, 7, 100} {
		hits, err := w.top(ctx, list, scored, m)
		if err != nil || len(hits) != min(m, len(best)) {
			t.Fatalf("%s: %d of %d: %v", query, len(hits), m, err)
		}
		for i, h := range hits {
			if want := list[best[i].in].doc(best[i].doc); h.position != want.position {
				t.Fatalf("%s: place %d of %d: %+v, want %+v", query, i, m, h.doc, want)
			}
		}
	}
}

func (a *scanned) holds(terms []term) bool {
	for _, t := range terms {
		if (len(starts(t, a.title))+len(starts(t, a.body)) > 0) == t.not {
			return false
		}
	}
	return true
}

// starts is where a term begins in words.
func starts(t term, words []string) (list []int) {
	for i := range len(words) - len(t.words) + 1 {
		whole := true
		for j, w := range t.words {
			if t.prefix && j == len(t.words)-1 {
				whole = whole && strings.HasPrefix(words[i+j], w)
			} else {
				whole = whole && words[i+j] == w
			}
		}
		if whole {
			list = append(list, i)
		}
	}
	return list
}
