package rules

import (
	"strings"
	"testing"

	"edict/classifier/places"
	"edict/news"
)

// No pattern that matches in a sentence is held back by the sieve. The text is all
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
		for _, l := range s.labels {
			for _, p := range l.patterns {
				passes := d.sieve[i/64*len(s.names):].pass(p)>>(i%64)&1 != 0
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
