package news

import (
	"slices"
	"strings"
)

// A DiffLine is a paragraph that two texts share, or that only one of them has.
type DiffLine struct {
	Op   DiffOp
	Text string
}

// A DiffOp says which of two texts has a paragraph.
type DiffOp byte

// The ops of a DiffLine.
const (
	DiffSame    DiffOp = ' '
	DiffRemoved DiffOp = '-'
	DiffAdded   DiffOp = '+'
)

// maxDiff bounds the paragraphs that are compared one by one; beyond it, all of the
// old is removed and all of the new added between what begins and ends alike.
const maxDiff = 2000

// Diff compares two texts by their paragraphs, of which there is one in each line,
// and returns the fewest edits that make one of the other, in order.
func Diff(before, after string) []DiffLine {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	var head, tail []DiffLine
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, DiffLine{DiffSame, a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, DiffLine{DiffSame, a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	out := append(head, between(a, b)...)
	slices.Reverse(tail)
	out = append(out, tail...)
	return out
}

// between is Diff by the longest common subsequence.
func between(a, b []string) (out []DiffLine) {
	i, j := 0, 0
	if len(a) <= maxDiff && len(b) <= maxDiff {
		long := make([][]int, len(a)+1) // of a[i:] and b[j:]
		for i := range long {
			long[i] = make([]int, len(b)+1)
		}
		for i, x := range slices.Backward(a) {
			for j, y := range slices.Backward(b) {
				if long[i][j] = max(long[i+1][j], long[i][j+1]); x == y {
					long[i][j] = long[i+1][j+1] + 1
				}
			}
		}
		for i < len(a) && j < len(b) && long[i][j] > 0 {
			switch {
			case a[i] == b[j]:
				out = append(out, DiffLine{DiffSame, a[i]})
				i, j = i+1, j+1
			case long[i+1][j] >= long[i][j+1]:
				out = append(out, DiffLine{DiffRemoved, a[i]})
				i++
			default:
				out = append(out, DiffLine{DiffAdded, b[j]})
				j++
			}
		}
	}
	for _, text := range a[i:] {
		out = append(out, DiffLine{DiffRemoved, text})
	}
	for _, text := range b[j:] {
		out = append(out, DiffLine{DiffAdded, text})
	}
	return out
}
