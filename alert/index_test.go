package alert_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"edict/alert"
	"edict/classifier/match"
	"edict/news"
)

func ask(id string, q news.Query) news.Subscription {
	return news.Subscription{ID: id, Name: id, Owner: "ada", Query: q}
}

func tag(label news.Label, place news.Jurisdiction) news.Tag {
	return news.Tag{Label: label, Jurisdiction: place, Stage: news.Enacted, Score: .9, State: news.Auto}
}

// Who asks for what is told of it, and nobody else.
func TestMatch(t *testing.T) {
	story := alert.Story{
		Title: "Sichuan shuts bitcoin mines", Text: "四川省關停虛擬貨幣挖礦項目。 The State Grid cut the power on Sunday.", Source: "the-ledger", Language: "zh-Hans",
		Tags: []news.Tag{tag(news.Crackdown, "CN-SC"), tag(news.ProPolicy, "HK")},
	}
	review := story
	review.Tags = []news.Tag{{Label: news.Crackdown, Jurisdiction: "CN-SC", Stage: news.Enacted, Score: .6, State: news.Review}}
	accepted := story
	accepted.Tags = []news.Tag{{Label: news.Crackdown, Jurisdiction: "CN-SC", Stage: news.Enacted, Score: .6, State: news.Accepted}}
	untagged := story
	untagged.Tags = nil
	for name, test := range map[string]struct {
		query news.Query
		story alert.Story
		want  bool
	}{
		"label":                       {news.Query{Labels: []news.Label{news.Crackdown}}, story, true},
		"another label":               {news.Query{Labels: []news.Label{"other"}}, story, false},
		"place":                       {news.Query{Jurisdictions: []news.Jurisdiction{"CN-SC"}}, story, true},
		"a country and its divisions": {news.Query{Jurisdictions: []news.Jurisdiction{"CN"}}, story, true},
		"Hong Kong is not CN":         {news.Query{Jurisdictions: []news.Jurisdiction{"CN"}, Labels: []news.Label{news.ProPolicy}}, story, false},
		"but of the 34 divisions":     {news.Query{Jurisdictions: []news.Jurisdiction{"CN"}, Labels: []news.Label{news.ProPolicy}, AllDivisions: true}, story, true},
		"label and place in one tag":  {news.Query{Jurisdictions: []news.Jurisdiction{"HK"}, Labels: []news.Label{news.Crackdown}}, story, false},
		"stage":                       {news.Query{Stages: []news.Stage{news.Enacted}}, story, true},
		"another stage":               {news.Query{Stages: []news.Stage{news.Lifted}}, story, false},
		"score":                       {news.Query{MinScore: .95}, story, false},
		"in review":                   {news.Query{Labels: []news.Label{news.Crackdown}}, review, false},
		"accepted":                    {news.Query{Labels: []news.Label{news.Crackdown}, Reviewed: true}, accepted, true},
		"only what is accepted":       {news.Query{Labels: []news.Label{news.Crackdown}, Reviewed: true}, story, false},
		"words":                       {news.Query{Words: "bitcoin power"}, story, true},
		"words of an untagged story":  {news.Query{Words: "bitcoin power"}, untagged, true},
		"words and a tag":             {news.Query{Words: "bitcoin", Labels: []news.Label{news.Crackdown}}, untagged, false},
		"a phrase":                    {news.Query{Words: `"state grid"`}, story, true},
		"no such phrase":              {news.Query{Words: `"grid state"`}, story, false},
		"a word that must not be":     {news.Query{Words: "bitcoin -power"}, story, false},
		"one that is not":             {news.Query{Words: "bitcoin -ether"}, story, true},
		"the other script":            {news.Query{Words: "虚拟货币 关停"}, story, true},
		"and back":                    {news.Query{Words: "虛擬貨幣"}, story, true},
		"a part of a word":            {news.Query{Words: "bit"}, story, false},
		"only what must not be":       {news.Query{Words: "-ether", Labels: []news.Label{news.Crackdown}}, story, true},
		"source":                      {news.Query{Sources: []string{"the-ledger"}}, story, true},
		"another source":              {news.Query{Sources: []string{"the-times"}, Words: "bitcoin"}, story, false},
		"language in any script":      {news.Query{Languages: []string{"zh"}, Words: "bitcoin"}, story, true},
		"another language":            {news.Query{Languages: []string{"en"}, Words: "bitcoin"}, story, false},
	} {
		x := alert.NewIndex()
		if err := x.Put(ask("a", test.query)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := x.Match(nil, test.story); (len(got) == 1) != test.want {
			t.Errorf("%s: %v, want a hit: %v", name, got, test.want)
		}
	}
	for _, words := range []string{`"open`, "“open", "…", "a " + strings.Repeat("b ", 40)} {
		if err := alert.NewIndex().Put(ask("a", news.Query{Words: words})); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("words %q: %v", words, err)
		}
	}
}

var (
	places = []news.Jurisdiction{"CN", "CN-SC", "CN-JX", "HK", "KZ", "US", "US-NY", "US-TX", "IR", "EU"}
	labels = []news.Label{news.Crackdown, news.ProPolicy}
	pool   = []string{"bitcoin", "power", "grid", "state grid", "挖矿", "虚拟货币", "省政府", "ether", "a fund", "Sichuan", "cut", "the power"}
)

// randomQuery is of few things, so that many of them are asked for by several.
func randomQuery(r *rand.Rand) (q news.Query) {
	if r.IntN(10) < 7 {
		q.Labels = []news.Label{labels[r.IntN(2)]}
	}
	for r.IntN(2) == 0 {
		q.Jurisdictions = append(q.Jurisdictions, places[r.IntN(len(places))])
	}
	q.AllDivisions = r.IntN(4) == 0
	if r.IntN(5) == 0 {
		q.Sources = []string{fmt.Sprintf("s-%d", r.IntN(3))}
	}
	if r.IntN(6) == 0 {
		q.Stages = []news.Stage{news.Enacted, news.Lifted}[r.IntN(2):][:1]
	}
	q.Reviewed, q.MinScore = r.IntN(8) == 0, float64(r.IntN(3))*.4
	for r.IntN(2) == 0 {
		word := `"` + pool[r.IntN(len(pool))] + `"`
		if r.IntN(4) == 0 {
			word = "-" + word
		}
		q.Words += " " + word
	}
	return q
}

func randomStory(r *rand.Rand) (s alert.Story) {
	s.Source, s.Language = fmt.Sprintf("s-%d", r.IntN(4)), []string{"en", "zh-Hans", "zh-Hant"}[r.IntN(3)]
	for range r.IntN(3) {
		t := tag(labels[r.IntN(2)], places[r.IntN(len(places))])
		t.State = []news.State{news.Auto, news.Auto, news.Accepted, news.Review, news.Rejected}[r.IntN(5)]
		t.Score = r.Float64()
		s.Tags = append(s.Tags, t)
	}
	for _, text := range []*string{&s.Title, &s.Summary, &s.Text} {
		for range r.IntN(8) {
			*text += pool[r.IntN(len(pool))] + []string{" ", "", ", "}[r.IntN(3)]
		}
	}
	return s
}

// naive asks each subscription by itself.
func naive(t testing.TB, subs map[string]news.Subscription, s alert.Story) (ids []string) {
	for id, sub := range subs {
		fits := (!sub.Query.NeedsTag() || slices.ContainsFunc(s.Tags, sub.Query.FitsTag)) && (len(sub.Query.Sources) == 0 || slices.Contains(sub.Query.Sources, s.Source))
		for word := range strings.SplitSeq(strings.TrimSpace(sub.Query.Words), `" `) {
			if word == "" {
				continue
			}
			m, err := match.Compile([]match.Phrase{{Text: strings.Trim(word, `-"`)}})
			if err != nil {
				t.Fatal(err)
			}
			found := len(m.Append(nil, s.Title))+len(m.Append(nil, s.Summary))+len(m.Append(nil, s.Text)) > 0
			fits = fits && found != strings.HasPrefix(word, "-")
		}
		if fits {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// The index finds what asking everybody finds, while subscriptions come, change and go.
func TestIndexFindsAll(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	x, subs, hits := alert.NewIndex(), map[string]news.Subscription{}, 0
	for round := range 300 {
		for range 4 {
			s := ask(fmt.Sprintf("sub-%d", r.IntN(250)), randomQuery(r))
			if r.IntN(3) == 0 {
				delete(subs, s.ID)
				x.Remove(s.ID)
				continue
			}
			subs[s.ID] = s
			if err := x.Put(s); err != nil {
				t.Fatal(err)
			}
		}
		if x.Len() != len(subs) {
			t.Fatalf("seed %d round %d: %d subscriptions, want %d", seed, round, x.Len(), len(subs))
		}
		s := randomStory(r)
		got := x.Match(nil, s)
		slices.Sort(got)
		if want := naive(t, subs, s); !slices.Equal(got, want) {
			t.Fatalf("seed %d round %d: %v, want %v\n%+v", seed, round, got, want, s)
		}
		hits += len(got)
	}
	if hits < 1000 {
		t.Errorf("only %d hits were compared", hits)
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{`bitcoin -"state grid"`, "“挖矿” 「四川」", `-`, `"`, "a\x00b", "＂x＂"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, words string) {
		x := alert.NewIndex()
		if x.Put(ask("a", news.Query{Words: words})) == nil {
			x.Match(nil, alert.Story{Title: words, Text: words})
		}
	})
}
