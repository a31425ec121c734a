//go:build fit

package extract

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"testing"
)

var fitList = flag.String("fit", "", "fit the weights of text_weights.go to the pages of this list, and print them")

// A sample is one page with a known text, measured.
type sample struct {
	site, file string
	blocks     []block
	fs         []features
	label      []float64
	weight     []float64
	ref        grams
	summary    string
	known      marked // for a page of -fit-marks, whose whole text is not known
}

// TestFit fits the weights of the vote, checks them on sites that they were not
// fitted on, and prints them. It is a program that needs the package's insides, and
// so is built with the tag "fit" alone:
//
//	go test -tags fit ./crawler/extract -run TestFit -fit pages.jsonl -v
func TestFit(t *testing.T) {
	if *fitList == "" {
		t.Fatal("name a list of pages with -fit")
	}
	samples := readSamples(t, *fitList)
	listed := len(samples)
	samples = append(samples, goldSamples(t)...)
	ours := len(samples) - listed
	partly, unseen := readMarked(t, *fitMarks), readMarked(t, *checkMarks)
	whole := len(samples)
	samples = append(samples, partly...)
	f := func(name string, w func(s *sample) features) {
		var ps, rs, fs float64
		for i := range samples[:listed] {
			p, r := scoreSample(&samples[i], w(&samples[i]))
			ps, rs, fs = ps+p, rs+r, fs+2*p*r/max(p+r, 1e-9)
		}
		n := float64(listed)
		ps, rs = ps/n, rs/n
		fmt.Printf("%-24s F1 %.4f P %.4f R %.4f page F1 %.4f\n", name, 2*ps*rs/(ps+rs), ps, rs, fs/n)
	}
	fmt.Println(listed, "pages, and", ours, "of ours,", len(partly), "known in part")
	inUse := func(*sample) features { return weights }
	f("weights in use", inUse)
	scoreMarked("  known in part", partly, inUse)
	scoreMarked("  never seen", unseen, inUse)
	if *fitMarks != "" {
		listMarked(partly, inUse)
	}
	var ps, rs float64
	for i := range samples[:listed] {
		best := map[int]bool{}
		for j, l := range samples[i].label {
			best[j] = l > 0.5
		}
		p, r := overlapOf(&samples[i], best, samples[i].summary)
		ps, rs = ps+p, rs+r
	}
	n := float64(listed)
	fmt.Printf("%-24s F1 %.4f P %.4f R %.4f\n", "best choice of blocks", 2*ps*rs/(ps+rs)/n, ps/n, rs/n)
	const folds = 10
	for _, l2 := range []float64{10} {
		var byFold [folds]features
		for k := range folds {
			byFold[k] = fit(samples, l2, func(s *sample) bool { return foldOf(s.site, folds) != k })
		}
		f(fmt.Sprintf("cross-validated l2=%g", l2), func(s *sample) features { return byFold[foldOf(s.site, folds)] })
		scoreMarked("  known in part", samples[whole:], func(s *sample) features { return byFold[foldOf(s.site, folds)] })
		all := fit(samples, l2, func(*sample) bool { return true })
		scoreMarked("  never seen", unseen, func(*sample) features { return all })
		f(fmt.Sprintf("fitted on all l2=%g", l2), func(*sample) features { return all })
		if l2 == 10 {
			for i := range all {
				fmt.Printf("\t%s: %.2f,\n", featureNames[i], all[i])
			}
			listErrors(samples[:whole], func(s *sample) features { return byFold[foldOf(s.site, folds)] })
		}
	}
}

// listErrors prints what the weights get wrong, the largest blocks first.
func listErrors(samples []sample, w func(*sample) features) {
	for i := range samples {
		s := &samples[i]
		weights := w(s)
		p, r := scoreSample(s, weights)
		fmt.Printf("#### %.3f %.3f %.3f %s\n", 2*p*r/max(p+r, 1e-9), p, r, s.file)
		keep, _ := choose(s, &weights)
		for j := range s.blocks {
			b := &s.blocks[j]
			z := dot(&weights, &s.fs[j])
			kept := keep[j]
			why := cutWhy(b, &s.fs[j], map[string]bool{})
			if isStandfirst(b, &s.fs[j], false) {
				why = "standfirst"
			}
			if kept == (s.label[j] > 0.5) || size(b.text) < 20 {
				continue
			}
			mark := "MISSED"
			if kept {
				mark = "WRONG "
			}
			fmt.Printf("  %s %+.1f <%s> %s", mark, z, b.tag, why)
			for k := range weights {
				if c := weights[k] * s.fs[j][k]; math.Abs(c) > 0.3 && k > 0 {
					fmt.Printf(" %s%+.1f", featureNames[k], c)
				}
			}
			fmt.Printf(" | %.150s | %s\n", b.text, squeeze(attr(b.node, "class")+" / "+attr(b.node.Parent, "class")))
		}
	}
}

func foldOf(site string, folds int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(site))
	return int(h.Sum32()>>3) % folds
}

func scoreSample(s *sample, w features) (p, r float64) {
	keep, stand := choose(s, &w)
	return overlapOf(s, keep, stand)
}

// choose does what reading.write does.
func choose(s *sample, w *features) (keep map[int]bool, stand string) {
	seen := map[string]bool{}
	keep = map[int]bool{}
	var kept, first []int
	boxes, leads := noiseBoxes(s.blocks, s.fs), sameLeads(s.blocks)
	for i := range s.blocks {
		b := &s.blocks[i]
		if boxes[b.node.Parent] != "" || leads[i] {
			continue
		}
		if isStandfirst(b, &s.fs[i], len(kept) > 0) {
			stand += b.text + "\n"
			first = append(first, i)
			seen[b.key] = true
			continue
		}
		if 1/(1+math.Exp(-dot(w, &s.fs[i]))) < threshold(&s.fs[i]) || cutWhy(b, &s.fs[i], seen) != "" {
			continue
		}
		seen[b.key] = true
		kept = append(kept, i)
	}
	text := 0
	for _, i := range kept[:len(kept)-tail(s.blocks, s.fs, kept)] {
		keep[i] = true
		text += size(s.blocks[i].text)
	}
	if text < size(stand) {
		for _, i := range first {
			keep[i] = true
		}
	}
	if stand == "" {
		stand = s.summary
	}
	return keep, stand
}

// overlapOf scores the kept blocks, with and without the summary.
func overlapOf(s *sample, keep map[int]bool, stand string) (p, r float64) {
	var b strings.Builder
	for i := range s.blocks {
		if keep[i] {
			b.WriteString(s.blocks[i].text + "\n")
		}
	}
	for _, text := range []string{b.String(), stand + "\n" + b.String()} {
		g := gramsOf(text)
		hit := 0
		for k := range g {
			if _, ok := s.ref[k]; ok {
				hit++
			}
		}
		p2, r2 := float64(hit)/float64(max(len(g), 1)), float64(hit)/float64(max(len(s.ref), 1))
		if p2*r2/max(p2+r2, 1e-9) > p*r/max(p+r, 1e-9) {
			p, r = p2, r2
		}
	}
	return p, r
}

func dot(w, f *features) float64 {
	sum := 0.0
	for i := range w {
		sum += w[i] * f[i]
	}
	return sum
}

// featureNames name the features when weights are fitted.
var featureNames = [fCount]string{
	"fBias", "fReadable", "fTraf", "fBoth", "fWideRead", "fWideTraf", "fSize", "fShort", "fLong", "fShortBoth", "fLinked", "fAllLink",
	"fLinkedVote", "fSentence", "fParagraph", "fHeading", "fItem", "fItemBoth", "fCell", "fQuote", "fLoose", "fBody", "fArticle", "fMain",
	"fChrome", "fHeader", "fFigure", "fCaption", "fByline", "fAuthorBox", "fBio", "fBad", "fStand", "fEmbed", "fInfo", "fHidden", "fParent", "fGrand",
	"fParentVote", "fKind", "fKindVote", "fHost", "fHostVote", "fTwin", "fSiblings", "fBefore", "fAfter", "fHeadAfter", "fHeadBetween", "fInSpan", "fAhead", "fBehind", "fBehindBoth", "fInBox", "fNear",
	"fTitle", "fSummary", "fAgain", "fNoise", "fAuthor", "fData", "fNoData", "fDate", "fColon",
}
