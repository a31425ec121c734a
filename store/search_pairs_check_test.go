package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"edict/news"
)

// CheckRefine: what an earlier program packed is packed anew, and pairs are made, by two
// processes at once and after one that was broken off; at each step a search finds the
// same, and in the end it finds phrases of common words by their pairs.
func CheckRefine(t *testing.T, s, other *Store) {
	all := smallArticles(2*pairedDocs + 50)
	var sizes []int
	for _, part := range [][]*indexedArticle{all[:pairedDocs], all[pairedDocs : 2*pairedDocs], all[2*pairedDocs:]} {
		write(t, s, batchOf(t, part).addSegment)
		sizes = append(sizes, len(part))
	}
	write(t, s, func(ctx context.Context, tx session) error {
		_, err := tx.exec(ctx, "UPDATE search_segments SET pairs = ? WHERE id = 1", oldPacking)
		return err
	})
	queries := []string{`"w0 w1"`, `"w1 w0 w2"`, `"w0 w700"`, `w1 -"w0 w1"`, `"w0 w1 w2*"`, `"w2 w3" "w0 w1"`, `w5`}
	found := func() (out [][]int64) {
		for _, q := range queries {
			out = append(out, walkAll(t, s, q))
		}
		return out
	}
	want := found()
	if len(want[0]) < 50 || len(want[1]) == 0 {
		t.Fatalf("the samples hold %d and %d phrases", len(want[0]), len(want[1]))
	}
	same := func(when string) {
		for i, got := range found() {
			if !slices.Equal(got, want[i]) {
				t.Errorf("%s: %s finds %d, want %d", when, queries[i], len(got), len(want[i]))
			}
		}
	}

	// A process that was killed left pages behind, and its claim.
	write(t, s, func(ctx context.Context, tx session) error {
		if _, err := tx.exec(ctx, "UPDATE search_segments SET begun = ? WHERE id = 2", micro(s.now().Add(-2*mergePatience))); err != nil {
			return err
		}
		_, err := tx.insert(ctx, wordRows, "", [][]any{{int64(2), int64(pairStream), "w0 w1", []byte("of another")}})
		return err
	})
	if done, err := s.Refine(t.Context()); err != nil || !done {
		t.Fatalf("the first step: %v %v", done, err)
	}
	same("with pairs in one segment")

	// The other segment is packed anew, once, though two try.
	var both sync.WaitGroup
	for _, one := range []*Store{s, other} {
		both.Go(func() {
			if _, err := one.Refine(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	same("packed anew")
	deadline := time.Now().Add(time.Minute)
	for steps := 0; ; steps++ {
		done, err := other.Refine(t.Context())
		if err != nil || steps > 3 || time.Now().After(deadline) {
			t.Fatalf("step %d: %v", steps, err)
		}
		if !done {
			break
		}
		same("between")
	}
	same("in the end")
	for i, segment := range segmentsOf(t, s) {
		if paired := segment.pairs > 0; paired != (segment.docs >= pairedDocs) || segment.docs != sizes[i] {
			t.Errorf("the segment of %d articles has pairs: %v", segment.docs, paired)
		}
	}
	checkPairsUsed(t, s)
	checkOvertaken(t, s)
}

func segmentsOf(t *testing.T, s *Store) (list []*segment) {
	t.Helper()
	err := s.read(t.Context(), "test", func(tx session) (err error) {
		list, err = loadSegments(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// walkAll returns the numbers of all articles that a query finds.
func walkAll(t *testing.T, s *Store, query string) (numbers []int64) {
	t.Helper()
	terms, err := parseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	err = s.read(t.Context(), "test", func(tx session) error {
		numbers = nil
		w, err := newWalk(t.Context(), tx, news.Filter{}, terms, firstDocs)
		for more := true; more && err == nil; {
			var hits []hit
			hits, err = w.take(t.Context(), 1000)
			for _, h := range hits {
				numbers = append(numbers, h.number)
			}
			more = len(hits) > 0
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(numbers)
	return numbers
}

// checkPairsUsed: a phrase of two common words needs neither their lists nor places.
func checkPairsUsed(t *testing.T, s *Store) {
	t.Helper()
	terms, _ := parseQuery(`"w0 w1"`)
	err := s.read(t.Context(), "test", func(tx session) error {
		a := newAsker(tx, news.Filter{}, terms)
		list, err := a.ask(t.Context(), segmentsOf(t, s))
		for _, in := range list {
			if paired := in.segment.pairs > 0; a.unsure(in) == paired || (in.words["w0"] == nil) != paired {
				t.Errorf("in the segment of %d articles places are read: %v", in.segment.docs, a.unsure(in))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkOvertaken: pairs of a segment that was merged meanwhile are not written.
func checkOvertaken(t *testing.T, s *Store) {
	t.Helper()
	old := segmentsOf(t, s)[0]
	write(t, s, func(ctx context.Context, tx session) error {
		_, err := tx.exec(ctx, "UPDATE search_segments SET pairs = 0 WHERE id = ?", old.id)
		return err
	})
	p := &pairing{store: s, segment: old, begun: micro(s.now()), share: commonShare}
	if err := p.claim(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.merge(t.Context(), []*segment{old}); err != nil {
		t.Fatal(err)
	}
	if err := p.make(t.Context()); !errors.Is(err, errOvertaken) {
		t.Errorf("pairs of a segment that is gone: %v", err)
	}
	var left int
	if err := s.readers().row(t.Context(), "SELECT count(*) FROM search_words WHERE segment = ?", old.id).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d pages are left of it: %v", left, err)
	}
}
