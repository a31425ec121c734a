package match_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	bobu "github.com/BobuSumisu/aho-corasick"
	petar "github.com/petar-dambovaliev/aho-corasick"

	"edict/classifier/match"
)

// common are words that make up most of a news text; topical are what ours are
// about. Sentences are drawn from them, the more often the earlier they stand.
const common = `the to of a in and that for on is said it as by with was at be has from have its an are will not which
	this their more but they year about he would new or who up were after been one also had we than can last over first could
	people time all into two some no government his out while there what other when if market company so now state month million
	percent according may should many most only public national plan before since week local power report law years price because
	against three under between any used do such those data even through where them our just expected against both because make
	high including during long called investors well including told part authorities work industry still president city billion
	another made against end use way minister being added down made start made based group country economic firms billion largest
	statement rate energy back recent number days early financial four support day major very second office director news lower
	world move take region same services already trade global around measures several today official without next economy`

const topical = `bitcoin mining crypto blockchain ban cryptocurrency power miners electricity exchange regulator bill tax token
	province china energy hashrate farm facility rigs crackdown shutdown seizure grid tariff moratorium license sandbox subsidy
	residency pilot ledger digital currency yuan central bank commission senate parliament ministry governor court police customs
	kazakhstan russia iran texas quebec sichuan xinjiang yunnan mongolia paraguay norway sweden venezuela abkhazia kosovo
	equipment illegal consumption shortage load curtail connect suspend prohibit outlaw restrict raid fine permit reserve strategic
	legal tender adoption framework proposal draft decree directive notice circular guideline operation operator plant hydropower`

// A corpus is texts of about 3.3 KB, and phrases some of which stand in them.
type corpus struct {
	texts   []string
	phrases []string
}

func newCorpus(texts, phrases int) corpus {
	rng := rand.New(rand.NewPCG(7, uint64(phrases)))
	words := append(strings.Fields(common), strings.Fields(topical)...)
	// Rare words, so that most of a text's vocabulary is in no phrase.
	for range 8000 {
		b := make([]byte, 3+rng.IntN(9))
		for i := range b {
			b[i] = "etaoinshrdlucmfwypvbgkjqxz"[min(rng.IntN(26), rng.IntN(26))]
		}
		words = append(words, string(b))
	}
	pick := func() string {
		if rng.IntN(10) == 0 {
			return words[len(strings.Fields(common))+rng.IntN(len(strings.Fields(topical)))]
		}
		x := rng.Float64()
		return words[int(float64(len(words))*x*x*x*x)]
	}
	var c corpus
	for range texts {
		var b strings.Builder
		for b.Len() < 3300 {
			n := 8 + rng.IntN(22)
			for i := range n {
				w := pick()
				if i == 0 || rng.IntN(9) == 0 {
					w = strings.ToUpper(w[:1]) + w[1:]
				}
				b.WriteString(w)
				switch {
				case i == n-1:
					b.WriteString(". ")
				case rng.IntN(11) == 0:
					b.WriteString(", ")
				default:
					b.WriteByte(' ')
				}
			}
			if rng.IntN(4) == 0 {
				b.WriteByte('\n')
			}
		}
		c.texts = append(c.texts, b.String())
	}
	c.phrases = ngrams(c.texts, phrases, rng, pick)
	return c
}

// ngrams returns phrases of one to three words, half of them taken from texts.
func ngrams(texts []string, n int, rng *rand.Rand, pick func() string) []string {
	seen := map[string]bool{}
	var out []string
	for len(out) < n {
		var p string
		if size := 1 + rng.IntN(3); rng.IntN(2) == 0 {
			words := strings.Fields(texts[rng.IntN(len(texts))])
			at := rng.IntN(len(words) - size)
			p = strings.ToLower(strings.Join(words[at:at+size], " "))
		} else {
			var parts []string
			for range size {
				parts = append(parts, pick())
			}
			p = strings.Join(parts, " ")
		}
		if len(p) < 4 || strings.ContainsAny(p, ".,") || !strings.Contains(p, " ") && strings.Contains(common, p) || seen[p] {
			continue
		}
		seen[p] = true
		out = append(out, p)
	}
	return out
}

// realCorpus replaces the texts by public ones, if they are at hand.
func realCorpus(tb testing.TB, c corpus) (corpus, bool) {
	dir := os.Getenv("EDICT_LABELS")
	if dir == "" {
		return c, false
	}
	f, err := os.Open(filepath.Join(dir, "articles_dev.jsonl"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var texts []string
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a struct{ Text, Language string }
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			tb.Fatal(err)
		}
		if a.Language == "en" {
			texts = append(texts, a.Text)
		}
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 9))
	return corpus{texts, ngrams(texts, len(c.phrases), rng, func() string {
		w := strings.Fields(topical)
		return w[rng.IntN(len(w))]
	})}, true
}

// A peer finds phrases as whole words, whatever their case, and returns how many
// and the sum of their ends.
type peer struct {
	name string
	scan func(text string) (hits, sum int)
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

func whole(text string, start, end int) bool {
	return (start == 0 || !wordByte(text[start-1])) && (end == len(text) || !wordByte(text[end]))
}

func ours(tb testing.TB, phrases []string) peer {
	list := make([]match.Phrase, len(phrases))
	for i, p := range phrases {
		list[i].Text = p
	}
	m, err := match.Compile(list)
	if err != nil {
		tb.Fatal(err)
	}
	var hits []match.Hit
	return peer{"edict", func(text string) (int, int) {
		hits = m.Append(hits[:0], text)
		sum := 0
		for _, h := range hits {
			sum += h.End
		}
		return len(hits), sum
	}}
}

// petarPeer is a DFA, which is its fastest form, or an NFA, which is built sooner.
func petarPeer(phrases []string, dfa bool) peer {
	b := petar.NewAhoCorasickBuilder(petar.Opts{AsciiCaseInsensitive: true, MatchKind: petar.StandardMatch, DFA: dfa})
	ac := b.Build(phrases)
	return peer{"petar", func(text string) (n, sum int) {
		it := ac.IterOverlapping(text)
		for h := it.Next(); h != nil; h = it.Next() {
			if whole(text, h.Start(), h.End()) {
				n++
				sum += h.End()
			}
		}
		return n, sum
	}}
}

func bobuPeer(phrases []string) peer {
	t := bobu.NewTrieBuilder().AddStrings(phrases).Build()
	return peer{"bobusumisu", func(text string) (n, sum int) {
		low := []byte(strings.ToLower(text))
		t.Walk(low, func(end, size, _ int64) bool {
			if whole(text, int(end+1-size), int(end+1)) {
				n++
				sum += int(end + 1)
			}
			return true
		})
		return n, sum
	}}
}

// regexpPeer finds what does not overlap only: it is here for its speed.
func regexpPeer(phrases []string) peer {
	sorted := slices.Clone(phrases)
	slices.SortFunc(sorted, func(a, b string) int { return len(b) - len(a) })
	re := regexp.MustCompile(`(?i)\b(?:` + strings.Join(sorted, "|") + `)\b`)
	return peer{"regexp", func(text string) (n, sum int) {
		for _, h := range re.FindAllStringIndex(text, -1) {
			n++
			sum += h[1]
		}
		return n, sum
	}}
}

func sizes() []int { return []int{200, 2000, 20000} }

// TestPeersAgree compares all hits with those of two Aho-Corasick automata.
func TestPeersAgree(t *testing.T) {
	for _, n := range sizes() {
		c := newCorpus(20, n)
		own, others := ours(t, c.phrases), []peer{petarPeer(c.phrases, false)}
		if n <= 2000 {
			others = append(others, bobuPeer(c.phrases))
		}
		total := 0
		for _, text := range c.texts {
			hits, sum := own.scan(text)
			total += hits
			for _, p := range others {
				if h, s := p.scan(text); h != hits || s != sum {
					t.Fatalf("%d phrases: %s finds %d hits (ends sum up to %d), ours %d (%d)", n, p.name, h, s, hits, sum)
				}
			}
		}
		if total < 20 {
			t.Errorf("%d phrases: only %d hits in all, the comparison says little", n, total)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	for _, n := range sizes() {
		c := newCorpus(64, n)
		c, _ = realCorpus(b, c)
		peers := []func() peer{
			func() peer { return ours(b, c.phrases) },
			func() peer { return petarPeer(c.phrases, true) },
			func() peer { return bobuPeer(c.phrases) },
		}
		if n <= 200 {
			peers = append(peers, func() peer { return regexpPeer(c.phrases) })
		}
		for _, f := range peers {
			p := f()
			b.Run(fmt.Sprintf("%d/%s", n, p.name), func(b *testing.B) {
				b.ReportAllocs()
				hits, size, i := 0, 0, 0
				for b.Loop() {
					text := c.texts[i%len(c.texts)]
					n, _ := p.scan(text)
					hits += n
					size += len(text)
					i++
				}
				b.ReportMetric(float64(size)/1e6/b.Elapsed().Seconds(), "MB/s")
				b.ReportMetric(float64(hits)/float64(i), "hits/article")
			})
		}
	}
}

// BenchmarkRatio scans the same texts by turns, so that a busy machine is as busy
// for all, and reports how many times faster ours is than the fastest peer.
func BenchmarkRatio(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c := newCorpus(64, n)
			c, _ = realCorpus(b, c)
			peers := []peer{ours(b, c.phrases), petarPeer(c.phrases, true), bobuPeer(c.phrases)}
			best := make([]time.Duration, len(peers))
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for b.Loop() {
				for i, p := range peers {
					start := cpuTime()
					for _, text := range c.texts {
						p.scan(text)
					}
					if d := cpuTime() - start; best[i] == 0 || d < best[i] {
						best[i] = d
					}
				}
			}
			size := 0
			for _, text := range c.texts {
				size += len(text)
			}
			b.ReportMetric(float64(min(best[1], best[2]))/float64(best[0]), "x-fastest-peer")
			b.ReportMetric(float64(best[0].Nanoseconds())/float64(size)*3300/1000, "us/3.3KB")
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	c := newCorpus(8, 20000)
	for b.Loop() {
		ours(b, c.phrases)
	}
}
