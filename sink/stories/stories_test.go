package stories

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// grouped groups gold articles in an order, and returns each article's story.
func grouped(articles []goldArticle, order []int) map[string]string {
	m := newMemory()
	for _, i := range order {
		m.add(int64(i+1), &articles[i].features)
	}
	out := map[string]string{}
	for i, a := range articles {
		out[a.id] = m.story[int64(i+1)]
	}
	return out
}

func inOrder(articles []goldArticle) []int {
	order := make([]int, len(articles))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return articles[a].record.Published.Compare(articles[b].record.Published)
	})
	return order
}

// The marks: what is in one story belongs together, and most of what belongs
// together is in one story, in the half that was tuned on and in the other.
func TestGold(t *testing.T) {
	all := readGold(t)
	events := map[string]bool{}
	for _, a := range all {
		events[a.event] = true
	}
	if len(all) < 150 || len(events) < 40 {
		t.Fatalf("%d articles of %d events: the gold set is not whole", len(all), len(events))
	}
	group := grouped(all, inOrder(all))
	for _, tuned := range []bool{true, false} {
		some := half(all, tuned)
		precision, recall := bCubed(some, group)
		t.Logf("tuned on: %-5v  %d articles, B-cubed precision %.3f, recall %.3f", tuned, len(some), precision, recall)
		if precision < 0.95 || recall < 0.80 {
			t.Errorf("tuned on: %v: precision %.3f and recall %.3f, want at least 0.95 and 0.80", tuned, precision, recall)
		}
	}
}

// Four renderings of one event are one story: the whole, with teasers and a ticker,
// cut short, in Chinese. What follows from it a day later is another.
func TestRenderings(t *testing.T) {
	all := readGold(t)
	group := grouped(all, inOrder(all))
	for _, id := range []string{"s-wire1-b", "s-wire1-c", "s-wire1-d", "s-wire1-e", "s-wire1-f"} {
		if group[id] != group["s-wire1-a"] {
			t.Errorf("%s is not in the story of s-wire1-a", id)
		}
	}
	for _, id := range []string{"s-wire4-a", "s-wire4-b", "s-wire4-c"} {
		if group[id] == group["s-wire1-a"] {
			t.Errorf("%s came a day later and is in the story of s-wire1-a", id)
		}
		if group[id] != group["s-wire4-a"] {
			t.Errorf("%s is not in the story of s-wire4-a", id)
		}
	}
}

// partition writes groups so that two may be compared whatever the stories' names.
func partition(articles []goldArticle, group map[string]string) string {
	name := map[string]string{}
	out := ""
	for _, a := range articles {
		if name[group[a.id]] == "" {
			name[group[a.id]] = a.id
		}
		out += a.id + " " + name[group[a.id]] + "\n"
	}
	return out
}

// In whatever order articles come, and however often, the stories are the same.
func TestAnyOrder(t *testing.T) {
	all := readGold(t)
	want := partition(all, grouped(all, inOrder(all)))
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 5))
		order := r.Perm(len(all))
		for range 40 { // some come again
			order = append(order, order[r.IntN(len(all))])
		}
		if got := partition(all, grouped(all, order)); got != want {
			t.Fatalf("seed %d: other stories than in the order of time:\n%s\nwant\n%s", seed, got, want)
		}
	}
}

// Comparing is symmetric, what is stored reads back the same, and a record gives the
// same features each time.
func TestFeatures(t *testing.T) {
	all := readGold(t)
	again := readGold(t)
	for i := range all {
		a := &all[i].features
		back, err := Decode(a.Encode())
		ok(t, err)
		if !equal(a, &back) || !equal(a, &again[i].features) {
			t.Fatalf("%s: features differ:\n%+v\n%+v\n%+v", all[i].id, *a, back, again[i].features)
		}
		if keys := a.Keys(); len(keys) == 0 || len(keys) > MaxKeys {
			t.Errorf("%s has %d keys", all[i].id, len(keys))
		}
		for j := range i {
			x, y := cluesOf(a, &all[j].features), cluesOf(&all[j].features, a)
			if x != y {
				t.Fatalf("%s and %s: %v one way, %v the other", all[i].id, all[j].id, x, y)
			}
		}
	}
}

func equal(a, b *Features) bool {
	return string(a.Encode()) == string(b.Encode())
}

// Keys lose little: nearly all articles on one event meet by a key.
func TestKeysMeet(t *testing.T) {
	all := readGold(t)
	pairs, met := 0, 0
	for i := range all {
		keys := all[i].features.Keys()
		for j := range i {
			if all[i].event != all[j].event {
				continue
			}
			pairs++
			if slices.ContainsFunc(all[j].features.Keys(), func(k Key) bool { return slices.Contains(keys, k) }) {
				met++
			}
		}
	}
	t.Logf("%d of %d pairs of one event share a key", met, pairs)
	if met*100 < pairs*95 {
		t.Errorf("%d of %d pairs of one event share a key, want 95 %%", met, pairs)
	}
}
