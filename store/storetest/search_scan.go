package storetest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// testSearchScan: whatever is stored, changed, decided and given up, in whatever runs it
// is indexed: a search finds what reading every record finds, in that order, page by page.
func testSearchScan(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 5))
	w := scanWorld{random: random}
	const articles, rounds = 40, 36
	for round := range rounds {
		var batch []news.Record
		for range 1 + random.IntN(6) {
			batch = append(batch, w.record(random.IntN(articles), round))
		}
		ok(t, s.Keep(ctx, batch))
		if round == rounds/2 {
			must(s.Expire(ctx, Epoch.AddDate(99, 0, 0), 20))(t)
		}
		must(s.Index(ctx, 1+random.IntN(8)))(t)
		if round%6 != 5 {
			continue
		}
		index(t, s)
		for range 12 {
			w.compare(t, s, w.filter())
		}
	}
	green(t, s)
}

type scanWorld struct{ random *rand.Rand }

func pick[T any](random *rand.Rand, list ...T) T { return list[random.IntN(len(list))] }

// record is article n as it is in a round: often with other words, sometimes only with
// other tags, another source or another time.
func (w scanWorld) record(n, round int) news.Record {
	c := Article(n).Content
	if w.random.IntN(4) > 0 {
		c.Title, c.Summary, c.Text = w.text(3), w.text(w.random.IntN(4)), w.text(1+w.random.IntN(12))
	}
	c.Source = pick(w.random, "one", "two")
	c.Language = pick(w.random, "en", "zh-Hans", "zh-Hant")
	c.Published = Epoch.Add(time.Duration(w.random.IntN(20)) * time.Hour) // many at one time
	c.Fetched = Epoch.AddDate(0, 0, 30+round)
	r := news.NewRecord(news.NewArticle(c, false), news.RuleSet{Version: "1", Hash: pick(w.random, "a", "b", "c")})
	proof := []news.Evidence{{Field: news.Title, Start: 0, End: 1, Quote: c.Title[:1], Rule: "sample"}}
	if c.Title[0] >= 0x80 {
		proof[0].End, proof[0].Quote = 3, c.Title[:3]
	}
	for range w.random.IntN(3) {
		tag := news.Tag{
			Label: pick(w.random, news.Crackdown, news.ProPolicy), Jurisdiction: pick(w.random, news.Jurisdiction("CN"), "CN-JX", "HK", "US-NY"),
			Stage: pick(w.random, news.Proposed, news.Enacted), Score: .9, State: pick(w.random, news.Auto, news.Review, news.Rejected), Evidence: proof,
		}
		if !slices.ContainsFunc(r.Tags, func(t news.Tag) bool { return t.Label == tag.Label && t.Jurisdiction == tag.Jurisdiction }) {
			r.Tags = append(r.Tags, tag)
		}
	}
	return r
}

// text is n words of few, with Chinese among them, on lines.
func (w scanWorld) text(n int) string {
	var out []string
	for range n {
		out = append(out, pick(w.random, "ban", "mine", "mines", "power", "Hash", w.han(1+w.random.IntN(4)), w.han(2)))
		if w.random.IntN(5) == 0 {
			out = append(out, "\n")
		}
	}
	return strings.TrimSpace(strings.ReplaceAll(strings.Join(out, " "), " \n ", "\n"))
}

func (w scanWorld) han(n int) string {
	var out strings.Builder
	for range n {
		out.WriteRune(pick(w.random, '挖', '矿', '区', '块'))
	}
	return out.String()
}

func (w scanWorld) filter() (f news.Filter) {
	var words []string
	for range 1 + w.random.IntN(3) {
		word := pick(w.random, "ban", "mine", "mines", "power", "hash", "nowhere", "min*", "ha*", `"ban mine"`, `"power power"`, `"mine 挖"`, w.han(1), w.han(2), w.han(2), w.han(3))
		words = append(words, pick(w.random, "", "", "", "-")+word)
	}
	words = append(words, pick(w.random, "ban", "mine", "power", w.han(1), w.han(2)))
	f.Words = strings.Join(words, " ")
	if w.random.IntN(2) == 0 {
		return f
	}
	f.Label = pick(w.random, "", "", news.Crackdown)
	f.Jurisdiction = pick(w.random, news.Jurisdiction(""), "", "CN", "CN-JX", "HK")
	f.Stage = pick(w.random, "", "", news.Enacted)
	f.Source = pick(w.random, "", "", "one")
	f.Language = pick(w.random, "", "", "en", "zh", "zh-Hant")
	f.Tagged = w.random.IntN(4) == 0
	if w.random.IntN(3) == 0 {
		f.Since = Epoch.Add(time.Duration(w.random.IntN(10)) * time.Hour)
	}
	if w.random.IntN(3) == 0 {
		f.Until = Epoch.Add(time.Duration(8+w.random.IntN(12)) * time.Hour)
	}
	return f
}

// compare asks for f in pages, in either order, and by reading every record.
func (w scanWorld) compare(t *testing.T, s *store.Store, f news.Filter) {
	t.Helper()
	ctx := t.Context()
	all := f
	all.Words = ""
	want := []string{}
	for _, r := range must(s.Records(ctx, all))(t) {
		if scans(f.Words, r) {
			want = append(want, r.ID)
		}
	}
	if len(want) > 0 && w.random.IntN(4) == 0 { // within the story of one of them
		all.Story = must(s.Record(ctx, want[0]))(t).Story
		f.Story = all.Story
		want = want[:0]
		for _, r := range must(s.Records(ctx, all))(t) {
			if scans(f.Words, r) {
				want = append(want, r.ID)
			}
		}
	}
	same(t, f.Words+": all at once", ids(must(s.Records(ctx, f))(t)), want)
	q := news.Search{Filter: f}
	q.Limit = 1 + w.random.IntN(7)
	got := []string{}
	for more := true; more; {
		found := must(s.Search(ctx, q))(t)
		for _, h := range found.Hits {
			got = append(got, h.Record.ID)
			q.After = h.Record.Position()
		}
		more = found.More
	}
	same(t, f.Words+": page by page", got, want)
	q.Order, q.After, got = news.Relevance, news.Position{}, []string{}
	for more := true; more; {
		found := must(s.Search(ctx, q))(t)
		same(t, f.Words+": matches", found.Ranked, len(want))
		for _, h := range found.Hits {
			got = append(got, h.Record.ID)
		}
		q.Skip += len(found.Hits)
		more = found.More
	}
	slices.Sort(got)
	slices.Sort(want)
	same(t, f.Words+": by relevance", got, want)
}

// scans reports whether a query finds r, by looking at its words one by one.
func scans(query string, r news.Record) bool {
	fields := [][]string{scanWords(r.Title), scanWords(r.Summary + "\n" + r.Text)}
	query = strings.NewReplacer(`"ban mine"`, "ban_mine", `"power power"`, "power_power", `"mine 挖"`, "mine_挖").Replace(query)
	for term := range strings.FieldsSeq(query) {
		rest, not := strings.CutPrefix(term, "-")
		if slices.ContainsFunc(fields, func(words []string) bool { return scanTerm(words, strings.Split(rest, "_")) }) == not {
			return false
		}
	}
	return true
}

func scanWords(s string) []string { return strings.Fields(strings.ToLower(s)) }

// scanTerm reports whether a term stands in words. Chinese stands anywhere in a run, and
// the end of a phrase at its beginning.
func scanTerm(words, term []string) bool {
	for i := range len(words) - len(term) + 1 {
		whole := true
		for j, want := range term {
			word := words[i+j]
			prefix, star := strings.CutSuffix(want, "*")
			switch {
			case want[0] >= 0x80 && j > 0:
				whole = whole && strings.HasPrefix(word, want)
			case want[0] >= 0x80:
				whole = whole && strings.Contains(word, want)
			case star:
				whole = whole && strings.HasPrefix(word, prefix)
			default:
				whole = whole && word == want
			}
		}
		if whole {
			return true
		}
	}
	return false
}
