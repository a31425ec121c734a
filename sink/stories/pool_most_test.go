package stories

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// Dropping what cannot be near leaves the same first ones as sorting all.
func TestMost(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 300 {
		list := make([]int, 1+r.IntN(300))
		for i := range list {
			list[i] = 1 + int(r.ExpFloat64()*float64(1+r.IntN(20)))
		}
		whole := slices.SortedFunc(slices.Values(list), func(a, b int) int { return cmp.Compare(b, a) })
		n := 1 + r.IntN(len(list))
		left := most(slices.Clone(list), func(k int) int { return k }, n)
		slices.SortFunc(left, func(a, b int) int { return cmp.Compare(b, a) })
		if len(left) < n || !slices.Equal(left[:n], whole[:n]) {
			t.Fatalf("of %v the first %d are %v, not %v", list, n, left, whole[:n])
		}
	}
}
