package rules

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"edict/news"
)

// A Verdict is what the rules say of one label in one jurisdiction.
type Verdict struct {
	Label        news.Label
	Jurisdiction news.Jurisdiction
	Stage        news.Stage
	Score        float64 // 0 to 1: of the best finding, and a little for each further one
	Findings     []Finding
}

// A Finding is a sentence in which a pattern matched.
type Finding struct {
	Rule       string // label/pattern
	Field      news.Field
	Start, End int    // bytes of the sentence in the field
	Marks      []Mark // what matched within it
	Score      float64
	Parts      []Part // what the score is made of, in order
	Stage      news.Stage
	StageBy    string // the words that decided the stage, or "" for the pattern's own
	Places     []news.Jurisdiction
	PlaceBy    string // how the places were found

	label   *labelRules
	pattern *pattern
	dropped bool
	guessed bool // its sentence names no place
}

// A Mark is an element of a pattern in the text.
type Mark struct {
	Start, End int
	Set        string
	Act        bool
}

// A Part is one factor of a score.
type Part struct {
	Name  string  // pattern, field, quotation or the guard's name
	Value float64 // the pattern's own score, then factors
	Why   string  // the words of the text, or the field's name
}

// A NearMiss is a label that was not reached, with the best try.
type NearMiss struct {
	Label   news.Label
	Score   float64
	Missing []string
	Finding Finding
}

// A Judgment is all that the rules say of one article.
type Judgment struct {
	Verdicts []Verdict // from the review threshold on; by label, then score
	Near     []NearMiss
}

// openingWords is how far from the beginning of a paragraph, in half-words, a match
// may begin to be what the paragraph is about.
const openingWords = 12

// perSentence is what each further sentence adds to the best, at most twice.
const perSentence = 0.03

// Judge reads an article by the rules.
func (s *Set) Judge(c news.Content) Judgment {
	d := s.open(c)
	defer s.close(d)
	var out Judgment
	for _, l := range s.labels {
		d.context = s.speaksOf(d, l.context)
		if d.context || l.without > 0 && !s.speaksOf(d, l.against) {
			out.add(l, s.find(d, l))
		}
	}
	return out
}

// find returns the findings of a label. The list is d's, until it finds the next.
func (s *Set) find(d *document, l *labelRules) []Finding {
	out := d.findings[:0]
	for from := 0; from < len(d.sentences); from += 64 {
		d.passed = l.sift(d.passed[:0], d.row(s, from))
		var any uint64
		for _, p := range d.passed {
			any |= p.in
		}
		for ; any != 0; any &= any - 1 {
			out = append(out, s.findIn(d, l, from, bits.TrailingZeros64(any))...)
		}
	}
	d.findings = out
	return out
}

// findIn returns the findings in sentence i behind from, for which patterns have
// passed the sieve.
func (s *Set) findIn(d *document, l *labelRules, from, i int) []Finding {
	sen := &d.sentences[from+i]
	if sen.first == nil && !s.mayMatch(d, sen, i) {
		return nil
	}
	s.build(d, sen)
	d.search.begin(sen)
	for _, p := range d.passed {
		switch {
		case p.in>>i&1 == 0 || !s.allows(d, sen, p.pattern):
		case sen.hasAny(p.unless):
			s.searchHalf(d, sen, p.pattern)
		default:
			d.search.find(p.pattern)
		}
	}
	return s.best(d, l, from+i, sen.withinHalves(d.search.hits))
}

// allows reports whether the sentence and the title hold what p asks for besides its
// elements.
func (s *Set) allows(d *document, sen *sentence, p *pattern) bool {
	return (len(p.needs) == 0 || sen.hasAny(p.needs)) && (len(p.title) == 0 || s.titled(d, p))
}

// best weighs the matches in one sentence and returns the best for each place. The
// list is d's, until the next sentence.
func (s *Set) best(d *document, l *labelRules, i int, hits []hit) []Finding {
	out := d.best[:0]
	for j := range hits {
		h := &hits[j]
		f := s.weigh(d, l, i, h)
		at := slices.IndexFunc(out, func(o Finding) bool { return slices.Equal(o.Places, f.Places) })
		switch {
		case at < 0:
			out = append(out, s.keep(f, &d.sentences[i], h))
		case f.Score > out[at].Score || f.Score == out[at].Score && !f.dropped && out[at].dropped:
			out[at] = s.keep(f, &d.sentences[i], h)
		}
	}
	d.best = out
	return sharpest(out)
}

// keep completes a finding that weigh has made of h: it gets parts and places of its
// own, and its marks.
func (s *Set) keep(f Finding, sen *sentence, h *hit) Finding {
	f.Parts, f.Places = slices.Clone(f.Parts), slices.Clone(f.Places)
	f.Marks = make([]Mark, len(h.pattern.elements))
	for e := range f.Marks {
		o := sen.found[h.at[e]]
		f.Marks[e] = Mark{int(o.start), int(o.end), shortName(s.names[o.set]), e == h.pattern.act}
	}
	return f
}

// muchWeaker is how far a finding may lie under the best of its sentence. Below it
// is another, worse reading of the same words.
const muchWeaker = 0.1

// sharpest leaves out what is much weaker than the best finding of a sentence, and
// a country of which the same sentence names a division.
func sharpest(found []Finding) []Finding {
	if len(found) < 2 {
		return found
	}
	best := 0.0
	for _, f := range found {
		best = max(best, f.Score)
	}
	coarse := func(f Finding) bool {
		return len(f.Places) == 1 && f.Places[0].Division() == "" && slices.ContainsFunc(found, func(o Finding) bool {
			return o.Score >= f.Score-muchWeaker && finer(f.Places[0], o.Places)
		})
	}
	var out []Finding
	for _, f := range found {
		if f.Score >= best-muchWeaker && !coarse(f) {
			out = append(out, f)
		}
	}
	return out
}

// finer reports whether a division of country is among codes.
func finer(country news.Jurisdiction, codes []news.Jurisdiction) bool {
	return slices.ContainsFunc(codes, func(c news.Jurisdiction) bool { return c != country && c.Within(country) })
}

// weigh makes a finding of a match: its score by part, its stage and its places. Most
// are not kept, so parts and places are d's, until it weighs the next.
func (s *Set) weigh(d *document, l *labelRules, i int, h *hit) Finding {
	sen := &d.sentences[i]
	p := h.pattern
	f := Finding{
		Rule: p.rule, Field: sen.name, Start: sen.start, End: sen.end, Stage: p.stage, label: l, pattern: p,
		Score: p.score, Parts: append(d.parts[:0], Part{"pattern", p.score, p.name}),
	}
	times := func(name string, by float64, why string) {
		if by != 1 {
			f.Score *= by
			f.Parts = append(f.Parts, Part{name, by, why})
		}
	}
	zone := sen.zone
	if zone == bodyZone && sen.opens && halfWords(sen.text[sen.start:h.first(sen).start], openingWords) <= openingWords {
		zone = paragraphZone
	}
	weight := [zones]float64{l.fields.Title, l.fields.Summary, l.fields.Lead, l.fields.Paragraph, l.fields.Body}[zone]
	times("field", weight, zoneNames[zone])
	act := h.act(sen)
	for _, q := range sen.quoted {
		if q.Start <= int(act.start) && int(act.end) <= q.End {
			times("quotation", l.fields.Quote, "somebody's words")
			break
		}
	}
	var title *sentence
	if len(d.sentences) > 0 && d.sentences[0].zone == titleZone {
		title = &d.sentences[0]
		s.build(d, title)
	}
	for _, rule := range p.guards {
		if rule.out[zone] || sen.hasAny(rule.unless) {
			continue
		}
		if rule.at == inOpening {
			if words, ok := s.opens(d, rule.set); ok {
				times(rule.name, rule.times, words)
			}
			continue
		}
		o, ok := sen.stands(h, rule.set, rule.at, rule.words, rule.clause, title)
		if !ok || rule.at != inTitle && h.holds(sen, o) {
			continue
		}
		words := sen.text
		if rule.at == inTitle {
			words = title.text
		}
		if rule.drop {
			f.dropped = true
			times(rule.name, 0, words[o.start:o.end])
			break
		}
		times(rule.name, rule.times, words[o.start:o.end])
	}
	if rule, o := l.stageOf(sen, h, title); rule != nil {
		f.Stage = rule.stage
		if rule.at != inTitle {
			f.StageBy = sen.text[o.start:o.end]
		}
	}
	if !d.context {
		times("context", l.without, "the story does not say what is meant")
	}
	d.parts = f.Parts
	f.Places, f.PlaceBy, f.guessed = s.bind(d, i, h)
	f.Score = math.Round(f.Score*1000) / 1000
	return f
}

// holds reports whether o is one of the elements of h, which does not guard
// against itself.
func (h *hit) holds(s *sentence, o occurrence) bool {
	for e := range h.pattern.elements {
		at := s.found[h.at[e]]
		if e != h.pattern.act && at.start <= o.start && o.end <= at.end {
			return true
		}
	}
	return false
}

// add makes verdicts of the findings of one label.
func (out *Judgment) add(l *labelRules, found []Finding) {
	if len(found) == 0 {
		return
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return cmp.Compare(b.Score, a.Score) })
	var verdicts []Verdict
	for _, f := range found {
		if f.Score < l.decide.Review {
			continue
		}
		for _, j := range f.Places {
			i := slices.IndexFunc(verdicts, func(v Verdict) bool { return v.Jurisdiction == j })
			if i < 0 {
				verdicts = append(verdicts, Verdict{l.label, j, f.Stage, f.Score, []Finding{f}})
				continue
			}
			v := &verdicts[i]
			if len(v.Findings) < 3 {
				v.Findings = append(v.Findings, f)
			}
		}
	}
	all := slices.Clone(verdicts)
	verdicts = slices.DeleteFunc(verdicts, func(v Verdict) bool { return repeats(v, all) || doubted(v, all, l.decide.Auto) })
	if len(verdicts) > 1 {
		verdicts = slices.DeleteFunc(verdicts, func(v Verdict) bool { return v.Jurisdiction == news.Unnamed })
	}
	for i := range verdicts {
		v := &verdicts[i]
		v.Score = min(1, math.Round((v.Score+perSentence*float64(len(v.Findings)-1))*1000)/1000)
	}
	out.Verdicts = append(out.Verdicts, verdicts...)
	if len(verdicts) == 0 {
		out.near(l, found)
	}
}

// repeats reports whether v is for a country, and one division of it, by the same
// pattern, tells the same more finely.
func repeats(v Verdict, all []Verdict) bool {
	if v.Jurisdiction.Division() != "" || len(v.Findings) == 0 {
		return false
	}
	divisions, same := 0, false
	for _, o := range all {
		if o.Jurisdiction != v.Jurisdiction && o.Jurisdiction.Within(v.Jurisdiction) {
			divisions++
			same = same || slices.ContainsFunc(o.Findings, func(f Finding) bool { return f.Rule == v.Findings[0].Rule })
		}
	}
	return divisions == 1 && same
}

// doubted reports whether v is for a division that no sentence with an act names, is
// not sure, and stands beside a stronger verdict for the whole country.
func doubted(v Verdict, all []Verdict, sure float64) bool {
	if v.Jurisdiction.Division() == "" || v.Score >= sure || slices.ContainsFunc(v.Findings, func(f Finding) bool { return !f.guessed }) {
		return false
	}
	return slices.ContainsFunc(all, func(o Verdict) bool {
		return o.Score > v.Score && o.Jurisdiction.Division() == "" && o.Jurisdiction.Country() == v.Jurisdiction.Country()
	})
}

// near keeps the best finding that fell short, with the reasons.
func (out *Judgment) near(l *labelRules, found []Finding) {
	best := found[0]
	reach := func(f Finding) float64 { return f.Parts[0].Value }
	for _, f := range found {
		if f.Score == best.Score && reach(f) > reach(best) {
			best = f
		}
	}
	if best.Score < l.decide.Near && !best.dropped {
		return
	}
	out.Near = append(out.Near, NearMiss{l.label, best.Score, best.WhyNotHigher(), best})
}

// WhyNotHigher says, part by part, what kept the score of f down.
func (f Finding) WhyNotHigher() []string {
	out := []string{}
	if f.pattern != nil && f.pattern.lacks != "" {
		out = append(out, f.pattern.lacks)
	}
	for _, p := range f.Parts[1:] {
		out = append(out, fmt.Sprintf("%s (×%g): %s", p.Name, p.Value, p.Why))
	}
	return out
}

// shortName is the name of a set as its own file writes it.
func shortName(name string) string {
	if _, own, ok := strings.Cut(name, "/"); ok {
		return own
	}
	return name
}
