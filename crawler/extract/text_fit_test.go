//go:build fit

package extract

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"edict/news"
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
	fmt.Println(listed, "pages, and", len(samples)-listed, "of ours")
	f("weights in use", func(*sample) features { return weights })
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
		all := fit(samples, l2, func(*sample) bool { return true })
		f(fmt.Sprintf("fitted on all l2=%g", l2), func(*sample) features { return all })
		if l2 == 10 {
			for i := range all {
				fmt.Printf("\t%s: %.2f,\n", featureNames[i], all[i])
			}
			listErrors(samples, func(s *sample) features { return byFold[foldOf(s.site, folds)] })
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
	var kept []int
	boxes := noiseBoxes(s.blocks, s.fs)
	for i := range s.blocks {
		b := &s.blocks[i]
		if boxes[b.node.Parent] != "" {
			continue
		}
		if isStandfirst(b, &s.fs[i], len(kept) > 0) {
			stand += b.text + "\n"
			seen[b.key] = true
			continue
		}
		if 1/(1+math.Exp(-dot(w, &s.fs[i]))) < threshold(&s.fs[i]) || cutWhy(b, &s.fs[i], seen) != "" {
			continue
		}
		seen[b.key] = true
		kept = append(kept, i)
	}
	for _, i := range kept[:len(kept)-tail(s.blocks, s.fs, kept)] {
		keep[i] = true
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

// fit is logistic regression with a quadratic penalty, by Newton's method.
func fit(samples []sample, l2 float64, use func(*sample) bool) features {
	var w features
	for range 12 {
		var grad features
		var hess [fCount][fCount]float64
		for i := range samples {
			s := &samples[i]
			if !use(s) {
				continue
			}
			for j := range s.fs {
				x := &s.fs[j]
				p := 1 / (1 + math.Exp(-dot(&w, x)))
				g, h := s.weight[j]*(s.label[j]-p), s.weight[j]*p*(1-p)
				for a := range fCount {
					if x[a] == 0 {
						continue
					}
					grad[a] += g * x[a]
					for b := range a + 1 {
						hess[a][b] += h * x[a] * x[b]
					}
				}
			}
		}
		for a := range fCount {
			grad[a] -= l2 * w[a]
			hess[a][a] += l2 + 1e-6
			for b := range a {
				hess[b][a] = hess[a][b]
			}
		}
		step := solve(hess, grad)
		for a := range w {
			w[a] += step[a]
		}
	}
	return w
}

// solve is Gaussian elimination with pivots.
func solve(m [fCount][fCount]float64, y features) features {
	for i := range fCount {
		p := i
		for j := i + 1; j < fCount; j++ {
			if math.Abs(m[j][i]) > math.Abs(m[p][i]) {
				p = j
			}
		}
		m[i], m[p], y[i], y[p] = m[p], m[i], y[p], y[i]
		for j := i + 1; j < fCount; j++ {
			f := m[j][i] / m[i][i]
			for k := i; k < fCount; k++ {
				m[j][k] -= f * m[i][k]
			}
			y[j] -= f * y[i]
		}
	}
	var x features
	for i := fCount - 1; i >= 0; i-- {
		x[i] = y[i]
		for k := i + 1; k < fCount; k++ {
			x[i] -= m[i][k] * x[k]
		}
		x[i] /= m[i][i]
	}
	return x
}

func readSamples(t *testing.T, list string) []sample {
	f, err := os.Open(list)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var l struct{ Site, Path, File, Text, Address string }
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if l.Text == "" {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(filepath.Dir(list), l.File))
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, newSample(t, l.Site, l.File, l.Address, l.Text, body))
	}
	return out
}

// goldSamples are our own pages: they count half, since we wrote their markup.
func goldSamples(t *testing.T) []sample {
	files, err := filepath.Glob(filepath.Join("testdata", "gold", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var g struct {
			Address string `json:"address"`
			Want    struct {
				Text string `json:"text"`
			} `json:"want"`
		}
		if err := json.Unmarshal(data, &g); err != nil {
			t.Fatal(err)
		}
		body, err := os.ReadFile(strings.TrimSuffix(f, ".json") + ".html")
		if err != nil {
			t.Fatal(err)
		}
		s := newSample(t, f, f, g.Address, g.Want.Text, body)
		for i := range s.weight {
			s.weight[i] /= 2
		}
		out = append(out, s)
	}
	return out
}

func newSample(t *testing.T, site, file, address, text string, body []byte) sample {
	page, _ := Decode(news.Page{Body: body, ContentType: "text/html"})
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	base, _ := url.Parse(address)
	s := newSurvey(root, base)
	ld := readLinkedData(s.ld)
	r := &reading{}
	title, authors, summary := pickTitle(s, ld).value, pickAuthors(s, ld).values, pickSummary(s, ld).value
	out := sample{site: site, file: file, blocks: s.blocks, ref: gramsOf(Clean(text)), summary: summary}
	out.fs = measure(s, r.candidates(s), newFacts(s, ld, title, summary, authors))
	keys := map[string]bool{}
	for l := range strings.SplitSeq(text, "\n") {
		keys[letters(l)] = true
	}
	ref := candidate{grams: out.ref, keys: keys}
	seen := map[string]bool{}
	sum := 0.0
	for i := range s.blocks {
		b := &s.blocks[i]
		label := 0.0
		if ref.holds(b) > 0.5 && !(out.fs[i][fAgain] == 1 && seen[b.key]) {
			label = 1
			seen[b.key] = true
		}
		out.label = append(out.label, label)
		w := math.Sqrt(float64(size(b.text)) / 20)
		if isStandfirst(b, &out.fs[i], false) {
			w = 0
		}
		out.weight = append(out.weight, w)
		sum += w
	}
	if !slices.Contains(out.label, 1) {
		fmt.Println("no block of the reference text:", file)
	}
	for i := range out.weight { // every page counts alike
		out.weight[i] *= 100 / sum
	}
	return out
}

// featureNames name the features when weights are fitted.
var featureNames = [fCount]string{
	"fBias", "fReadable", "fTraf", "fBoth", "fWideRead", "fWideTraf", "fSize", "fShort", "fLong", "fShortBoth", "fLinked", "fAllLink",
	"fLinkedVote", "fSentence", "fParagraph", "fHeading", "fItem", "fItemBoth", "fCell", "fQuote", "fLoose", "fBody", "fArticle", "fMain",
	"fChrome", "fHeader", "fFigure", "fCaption", "fByline", "fAuthorBox", "fBio", "fBad", "fStand", "fEmbed", "fInfo", "fHidden", "fParent", "fGrand",
	"fParentVote", "fKind", "fKindVote", "fHost", "fHostVote", "fTwin", "fSiblings", "fBefore", "fAfter", "fHeadAfter", "fHeadBetween", "fInSpan", "fAhead", "fBehind", "fBehindBoth", "fInBox", "fNear",
	"fTitle", "fSummary", "fAgain", "fNoise", "fAuthor", "fData", "fNoData", "fDate", "fColon",
}
