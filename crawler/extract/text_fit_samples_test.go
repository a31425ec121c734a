//go:build fit

package extract

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
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
		if ref.holds(b, blockGrams(b)) > 0.5 && !(out.fs[i][fAgain] == 1 && seen[b.key]) {
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
	if text != "" && !slices.Contains(out.label, 1) {
		fmt.Println("no block of the reference text:", file)
	}
	for i := range out.weight { // every page counts alike
		out.weight[i] *= 100 / sum
	}
	return out
}
