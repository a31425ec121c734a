//go:build fit

package extract

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

var (
	fitMarks   = flag.String("fit-marks", "", "fit to the pages of this list too, of which only some passages are known")
	checkMarks = flag.String("check-marks", "", "score the fitted weights on the pages of this list, which they never saw")
	marksShare = flag.Float64("fit-marks-share", 0.3, "what a page of -fit-marks counts beside one whose whole text is known")
)

// A marked is what is known of a page's article: passages that are in it, and
// passages that are not.
type marked struct{ with, without []string }

// readMarked reads pages of which some passages are known: lines with site, file,
// address, with and without. Blocks that hold none of them count for nothing.
func readMarked(t *testing.T, list string) []sample {
	if list == "" {
		return nil
	}
	f, err := os.Open(list)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var l struct {
			Site, File, Address string
			With, Without       []string
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(l.File)
		if err != nil {
			t.Fatal(err)
		}
		s := newSample(t, l.Site, l.File, l.Address, "", body)
		s.known = marked{oneLines(l.With), oneLines(l.Without)}
		for j := range s.blocks {
			s.weight[j] = 0
			with, without := holdsAny(s.blocks[j].text, s.known.with), holdsAny(s.blocks[j].text, s.known.without)
			if with == without || isStandfirst(&s.blocks[j], &s.fs[j], false) {
				continue
			}
			s.label[j], s.weight[j] = is(with), math.Sqrt(float64(size(s.blocks[j].text))/20)
		}
		sum := 0.0
		for _, w := range s.weight {
			sum += w
		}
		for j := range s.weight {
			s.weight[j] *= 100 * *marksShare / max(sum, 1)
		}
		out = append(out, s)
	}
	return out
}

func oneLines(list []string) []string {
	var out []string
	for _, s := range list {
		if s = lineOf(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func holdsAny(text string, list []string) bool {
	for _, s := range list {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// scoreMarked gives precision and recall over all passages of samples.
func scoreMarked(name string, samples []sample, w func(*sample) features) {
	with, withAll, without, empty := 0, 0, 0, 0
	for i := range samples {
		s := &samples[i]
		weights := w(s)
		keep, stand := choose(s, &weights)
		var b strings.Builder
		for j := range s.blocks {
			if keep[j] {
				b.WriteString(s.blocks[j].text + " ")
			}
		}
		empty += int(is(b.Len() == 0))
		best, bestNot := 0, math.MaxInt
		for _, text := range []string{b.String(), stand + " " + b.String()} {
			hit, not := 0, 0
			for _, x := range s.known.with {
				hit += int(is(strings.Contains(text, x)))
			}
			for _, x := range s.known.without {
				not += int(is(strings.Contains(text, x)))
			}
			if bestNot == math.MaxInt || hit-not > best-bestNot {
				best, bestNot = hit, not
			}
		}
		with, without, withAll = with+best, without+bestNot, withAll+len(s.known.with)
	}
	p, r := float64(with)/float64(max(with+without, 1)), float64(with)/float64(max(withAll, 1))
	fmt.Printf("%-24s F1 %.4f P %.4f R %.4f, %d of %d pages empty\n", name, 2*p*r/max(p+r, 1e-9), p, r, empty, len(samples))
}

// listMarked prints the passages that the weights get wrong, with the block that
// holds each.
func listMarked(samples []sample, w func(*sample) features) {
	for i := range samples {
		s := &samples[i]
		weights := w(s)
		keep, _ := choose(s, &weights)
		boxes := noiseBoxes(s.blocks, s.fs)
		fmt.Printf("#### %d kept %s\n", len(keep), s.file)
		for side, list := range [][]string{s.known.with, s.known.without} {
			for _, x := range list {
				found, right := -1, false
				for j := range s.blocks {
					if strings.Contains(s.blocks[j].text, x) {
						found = j
						right = right || keep[j] == (side == 0)
					}
				}
				if side == 1 && (found < 0 || right) || right {
					continue
				}
				mark := [2]string{"MISSED", "WRONG "}[side]
				if found < 0 {
					fmt.Printf("  %s in no block | %s\n", mark, x)
					continue
				}
				b, f := &s.blocks[found], &s.fs[found]
				why := cutWhy(b, f, map[string]bool{})
				if boxes[b.node.Parent] != "" {
					why = "box " + boxes[b.node.Parent]
				}
				fmt.Printf("  %s %+.1f <%s> %s r%.1f t%.1f", mark, dot(&weights, f), b.tag, why, f[fReadable], f[fTraf])
				for k := range weights {
					if c := weights[k] * f[k]; math.Abs(c) > 0.3 && k > 0 {
						fmt.Printf(" %s%+.1f", featureNames[k], c)
					}
				}
				fmt.Printf(" | %.150s | %s\n", b.text, squeeze(attr(b.node, "class")+" / "+attr(b.node.Parent, "class")))
			}
		}
	}
}
