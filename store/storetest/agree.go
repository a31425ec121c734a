package storetest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"edict/news"
	"edict/store"

	"pgregory.net/rapid"
)

// Agree fills two empty stores with the same texts, of letters, signs and scripts
// that are hard to cut into words, and wants each query to find the same in both.
func Agree(t *testing.T, one, two *store.Store) {
	long := "x" + strings.Repeat("y", 3000)
	alphabet := []string{
		"挖", "矿", "礦", "々", "ビ", "ツ", "a", "b", "B", "é", "e\u0301", "ß", "İ", "ｂ", "ﬁ", "①", "½", "Ж", "ё", "का", "नून", "한", "👍\ufe0f", "\u200b",
		"1", "7", ".", ",", "-", "'", "\n", "　", "，", long,
	}
	var batch []news.Record
	piece := func(rt *rapid.T, name string, least, most int, more ...string) string {
		parts := rapid.SliceOfN(rapid.SampledFrom(append(append([]string{" ", " "}, alphabet...), more...)), least, most).Draw(rt, name)
		return strings.Join(parts, "")
	}
	pieces := rapid.Custom(func(rt *rapid.T) string { return piece(rt, "text", 1, 12) })
	for n := range 120 {
		title, text := pieces.Example(2*n), pieces.Example(2*n+1)
		batch = append(batch, written(n, "T "+strings.ReplaceAll(title, long, "long"), "Text "+text))
	}
	for _, s := range []*store.Store{one, two} {
		ok(t, s.Keep(t.Context(), batch))
		index(t, s)
	}
	hits := 0
	rapid.Check(t, func(rt *rapid.T) {
		for range 10 {
			f := news.Filter{Words: piece(rt, "query", 1, 5, "*", `"`, "-", "「", "」", "“")}
			if strings.TrimSpace(f.Words) == "" {
				continue
			}
			a, errA := one.Records(t.Context(), f)
			b, errB := two.Records(t.Context(), f)
			if errors.Is(errA, news.ErrInvalid) != errors.Is(errB, news.ErrInvalid) || !errors.Is(errA, news.ErrInvalid) && errors.Join(errA, errB) != nil {
				rt.Fatalf("%q: %v and %v", f.Words, errA, errB)
			}
			if !slices.Equal(ids(a), ids(b)) {
				rt.Fatalf("%q finds %d in one and %d in the other: %q and %q", f.Words, len(a), len(b), texts(a), texts(b))
			}
			hits += len(a)
		}
	})
	if hits == 0 {
		t.Error("no query found anything: nothing was compared")
	}
	t.Logf("%d hits compared", hits)
}

func texts(records []news.Record) (out []string) {
	for _, r := range records {
		out = append(out, r.Title+"\n"+r.Text)
	}
	return out
}
