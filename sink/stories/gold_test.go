package stories

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/classifier"
	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

// A goldArticle is an article of testdata/gold (README.md there).
type goldArticle struct {
	id, event string
	tuned     bool // of the half that may be looked at
	record    news.Record
	features  Features
}

// readGold reads the gold articles, and tags them as the program does.
func readGold(t testing.TB) []goldArticle {
	t.Helper()
	gazetteer, err := places.Default()
	ok(t, err)
	set, err := rules.Default(gazetteer)
	ok(t, err)
	c, err := classifier.New(set, gazetteer)
	ok(t, err)
	reader, err := NewReader(gazetteer)
	ok(t, err)
	files, err := filepath.Glob("testdata/gold/*.txt")
	ok(t, err)
	var out []goldArticle
	paragraphs := map[string][]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		ok(t, err)
		for _, block := range strings.Split("\n"+string(content), "\n## ")[1:] {
			g := parseGold(t, block, paragraphs)
			g.record = c.Classify(news.NewArticle(g.record.Content, false))
			g.features = reader.Read(g.record)
			out = append(out, g)
		}
	}
	return out
}

func parseGold(t testing.TB, block string, paragraphs map[string][]string) goldArticle {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(block), "\n")
	head := strings.Fields(lines[0])
	if len(head) != 3 || len(lines) < 3 {
		t.Fatalf("%q is not an article", block)
	}
	at, err := time.Parse("2006-01-02T15:04", head[2])
	ok(t, err)
	g := goldArticle{id: head[0], event: head[0][:strings.LastIndex(head[0], "-")]}
	h := fnv.New64a()
	h.Write([]byte(g.event))
	g.tuned = h.Sum64()%2 == 0
	if paragraphs[g.id] != nil {
		t.Fatalf("%s stands twice", g.id)
	}
	var text, own []string
	for _, line := range lines[2:] {
		from, isCopy := strings.CutPrefix(line, "<< ")
		teaser, isTeaser := strings.CutPrefix(line, "| ")
		switch {
		case isCopy:
			var n int
			id, some, cut := strings.Cut(from, " ")
			taken := paragraphs[id]
			if cut {
				_, err := fmt.Sscanf(some, "1-%d", &n)
				ok(t, err)
				taken = taken[:n]
			}
			if len(taken) == 0 {
				t.Fatalf("%s: there is no article %s before it", g.id, id)
			}
			text, own = append(text, taken...), append(own, taken...)
		case isTeaser:
			text = append(text, teaser)
		default:
			text, own = append(text, line), append(own, line)
		}
	}
	paragraphs[g.id] = own
	g.record.Content = news.Content{
		URL: fmt.Sprintf("https://%s.example/%s", g.id, g.id), Source: "gold", Language: head[1], Title: lines[1], Text: strings.Join(text, "\n"),
		Published: at, Fetched: at.Add(time.Minute), Quality: 1,
	}
	return g
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// bCubed is the mean over articles of the share of right ones in the group that it
// got (precision), and of the share of its event that is in that group (recall).
func bCubed(articles []goldArticle, group map[string]string) (precision, recall float64) {
	for _, a := range articles {
		got, want, both := 0, 0, 0
		for _, b := range articles {
			inGot, inWant := group[a.id] == group[b.id], a.event == b.event
			if inGot {
				got++
			}
			if inWant {
				want++
			}
			if inGot && inWant {
				both++
			}
		}
		precision += float64(both) / float64(got)
		recall += float64(both) / float64(want)
	}
	n := float64(len(articles))
	return precision / n, recall / n
}

func half(articles []goldArticle, tuned bool) []goldArticle {
	return slices.DeleteFunc(slices.Clone(articles), func(a goldArticle) bool { return a.tuned != tuned })
}

// readText makes features of a title and the text below it.
func readText(t testing.TB, text string) Features {
	t.Helper()
	gazetteer, err := places.Default()
	ok(t, err)
	reader, err := NewReader(gazetteer)
	ok(t, err)
	title, body, _ := strings.Cut(text, "\n")
	c := news.Content{URL: "https://a.example/b", Source: "a", Title: title, Text: body, Fetched: time.Date(2026, 4, 8, 9, 0, 0, 0, time.UTC)}
	return reader.Read(news.NewRecord(news.NewArticle(c, false), news.RuleSet{}))
}

func BenchmarkRead(b *testing.B) {
	all := readGold(b)
	gazetteer, err := places.Default()
	ok(b, err)
	reader, err := NewReader(gazetteer)
	ok(b, err)
	record := all[0].record
	record.Text = strings.Repeat(record.Text+"\n", 8)
	b.SetBytes(int64(len(record.Text)))
	for b.Loop() {
		reader.Read(record)
	}
}

func BenchmarkCompare(b *testing.B) {
	all := readGold(b)
	n := 0
	for b.Loop() {
		Compare(&all[n%len(all)].features, &all[(n*7+1)%len(all)].features)
		n++
	}
}
