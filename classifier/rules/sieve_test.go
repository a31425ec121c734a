package rules

import (
	"strings"
	"testing"

	"edict/classifier/places"
	"edict/news"
)

// No pattern that matches in a sentence is held back by the sieve or the outline. The text is all
// that the rule files' own tests say, some hundred sentences, so that there is more
// than one row.
func TestSieveLosesNothing(t *testing.T) {
	g, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Default(g)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, test := range s.tests {
		text.WriteString(test.title + "\n" + test.text + "\n")
	}
	d := s.open(news.Content{Title: "Of the day", Text: text.String()})
	defer s.close(d)
	matched, held := 0, 0
	for i := range d.sentences {
		sen := &d.sentences[i]
		s.build(d, sen)
		s.draw(&d.outline, sen)
		for _, l := range s.labels {
			in := map[*pattern]uint64{}
			for _, o := range l.sift(nil, d.row(s, i)) {
				in[o.pattern] = o.in
			}
			for _, p := range l.patterns {
				passes := in[p]>>(i%64)&1 != 0 && d.outline.ordered(p)
				d.search.begin(sen)
				d.search.find(p)
				switch matches := s.allows(d, sen, p) && len(d.search.hits) > 0; {
				case matches && !passes:
					t.Errorf("%s: held back in %q", p.rule, sen.text[sen.start:sen.end])
				case matches:
					matched++
				case !passes:
					held++
				}
			}
		}
	}
	if len(d.sentences) < 128 || matched < 200 || held < 100*matched {
		t.Errorf("%d sentences, %d matches, %d held back: too few to say anything", len(d.sentences), matched, held)
	}
}
