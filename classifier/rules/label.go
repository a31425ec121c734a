package rules

import (
	"fmt"
	"slices"
	"strings"

	"edict/news"
)

// labelRules are the compiled rules of one label.
type labelRules struct {
	label    news.Label
	file     string
	context  []symbol // one of these must stand somewhere in the article,
	without  float64  // or scores are multiplied by this,
	against  []symbol // and by 0 if one of these stands there
	fields   fieldWeights
	decide   thresholds
	patterns []*pattern
	gates    []gate // what the patterns stand behind
	keys     []key  // what opens them
	guards   []*guard
	stages   []stageRule
}

// A position says where something stands, as seen from the act of a match.
type position int

const (
	anywhere  position = iota // in the sentence
	before                    // before the act, with no stop between
	touching                  // right before the act, with nothing between
	after                     // after the act, with no stop between
	around                    // before or after
	atAct                     // over the act itself
	inside                    // between the first and the last element
	atStart                   // among the first words of the sentence
	inTitle                   // anywhere in the title
	inOpening                 // anywhere in the title, the summary or the first paragraphs
)

var positions = map[string]position{
	"sentence": anywhere, "before": before, "touching": touching, "after": after, "around": around, "act": atAct, "inside": inside, "start": atStart, "title": inTitle, "opening": inOpening,
}

// A guard takes back what a pattern found, in whole or in part.
type guard struct {
	name   string
	set    symbol
	at     position
	words  int     // 0: any distance
	clause bool    // not across a comma
	drop   bool    // else:
	times  float64 // what the score is multiplied by
	only   []*pattern
	unless []symbol    // not where one of these stands in the sentence
	out    [zones]bool // where it does not apply
}

const (
	defaultGap = 0
	noLimit    = 1 << 20
)

// label compiles the patterns, guards, stages and tests of f.
func (c *compiler) label(file string, f *ruleFile) (*labelRules, error) {
	fail := func(v value, format string, args ...any) error {
		return &FileError{file, v.line, fmt.Sprintf(format, args...)}
	}
	l := &labelRules{label: news.Label(f.Label.s), file: file}
	if !news.ValidLabel(l.label) {
		return nil, fail(f.Label, "label %q is not a-z, 0-9 and _", f.Label.s)
	}
	if f.Decide == nil || f.Fields == nil {
		return nil, fail(f.Label, "label %s needs the keys decide and fields", l.label)
	}
	l.decide, l.fields = *f.Decide, *f.Fields
	if d := l.decide; !(d.Near >= 0 && d.Near <= d.Review && d.Review <= d.Auto && d.Auto <= 1 && d.Auto > 0) {
		return nil, fail(f.Label, "decide: 0 <= near <= review <= auto <= 1 must hold")
	}
	c.scope = f.Label.s
	var err error
	if f.Without < 0 || f.Without > 1 {
		return nil, fail(f.Label, "without must be 0 to 1")
	}
	l.without = f.Without
	if l.against, err = c.sets(file, f.Against); err != nil {
		return nil, err
	}
	if l.context, err = c.sets(file, f.Context); err != nil {
		return nil, err
	}
	for _, e := range f.Patterns {
		for _, p := range l.patterns {
			if p.name == e.Name.s {
				return nil, fail(e.Name, "pattern %q stands twice", e.Name.s)
			}
		}
		ps, err := c.pattern(file, l, e)
		if err != nil {
			return nil, err
		}
		l.patterns = append(l.patterns, ps...)
	}
	for _, e := range f.Guards {
		g := &guard{name: e.Name.s, words: e.Words, clause: e.Clause, drop: e.Drop, times: 1}
		if g.name == "" {
			return nil, fail(e.Set, "a guard needs a name")
		}
		var ok bool
		if g.set, ok = c.id(c.scope, e.Set.s); !ok {
			return nil, fail(e.Set, "guard %s: %q is no set", g.name, e.Set.s)
		}
		if g.at, ok = positions[e.At.s]; !ok {
			return nil, fail(e.At, "guard %s: at %q is none of before, touching, after, around, act, inside, sentence, start, title, opening", g.name, e.At.s)
		}
		if e.Times != nil {
			g.times = *e.Times
		}
		if e.Drop == (e.Times != nil) || g.times < 0 || g.times > 1 {
			return nil, fail(e.Name, "guard %s needs either drop: true or times: 0 to 1", g.name)
		}
		for _, name := range e.Only {
			if g.only = append(g.only, l.named(name.s)...); len(l.named(name.s)) == 0 {
				return nil, fail(name, "guard %s: %q is no pattern", g.name, name.s)
			}
		}
		if err := g.limit(file, e.In); err != nil {
			return nil, err
		}
		if g.unless, err = c.sets(file, e.Unless); err != nil {
			return nil, err
		}
		l.guards = append(l.guards, g)
	}
	for _, p := range l.patterns {
		ignored := make([]bool, len(l.guards))
		for _, name := range p.ignoreNames {
			i := slices.IndexFunc(l.guards, func(g *guard) bool { return g.name == name.s })
			if i < 0 {
				return nil, fail(name, "pattern %s: %q is no guard", p.name, name.s)
			}
			ignored[i] = true
		}
		for i, g := range l.guards {
			if !ignored[i] && (len(g.only) == 0 || slices.Contains(g.only, p)) {
				p.guards = append(p.guards, g)
			}
		}
	}
	for _, e := range f.Stages {
		r, err := c.stage(file, l, e)
		if err != nil {
			return nil, err
		}
		l.stages = append(l.stages, r)
	}
	for _, e := range f.Tests {
		t, err := readTest(file, l.label, e)
		if err != nil {
			return nil, err
		}
		c.set.tests = append(c.set.tests, t)
	}
	return l, nil
}

func (l *labelRules) named(name string) []*pattern {
	var out []*pattern
	for _, p := range l.patterns {
		if p.name == name {
			out = append(out, p)
		}
	}
	return out
}

// sets reads a list of names of sets.
func (c *compiler) sets(file string, names []value) ([]symbol, error) {
	var out []symbol
	for _, name := range names {
		id, ok := c.id(c.scope, name.s)
		if !ok {
			return out, &FileError{file, name.line, fmt.Sprintf("%q is no set", name.s)}
		}
		out = append(out, id)
	}
	return out, nil
}

// limit makes g apply only in the zones that are named, if any is.
func (g *guard) limit(file string, names []value) error {
	for z := range g.out {
		g.out[z] = len(names) > 0
	}
	for _, name := range names {
		z := slices.Index(zoneNames[:], name.s)
		if z < 0 {
			return &FileError{file, name.line, fmt.Sprintf("guard %s: in %q is none of %s", g.name, name.s, strings.Join(zoneNames[:], ", "))}
		}
		g.out[z] = false
	}
	return nil
}
