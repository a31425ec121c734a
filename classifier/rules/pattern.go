package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"edict/classifier/match"
	"edict/news"
)

// A pattern is a row of sets that must stand in one sentence in this order, with at
// most so many words between. One element is the act: denial, stage and place are
// looked for around it.
type pattern struct {
	index       int
	name        string
	rule        string // label/name: under it evidence is given
	elements    []element
	clauses     [][]symbol // of each, and of its gate, one set must stand in the sentence
	act         int        // index of the element that is the act
	score       float64
	stage       news.Stage
	bar         []symbol // these may not stand between the first element and the second
	needs       []symbol // one of these must stand in the sentence, if there are any
	unless      []symbol // none of these may stand in the sentence
	title       []symbol // one of these must stand in the title, if there are any
	ignoreNames []value
	guards      []*guard // those that apply
	bites       bool     // the places between act and end are tagged too
	lacks       string
	begins      int // at most so many half-words stand in the sentence before the first element
}

// An element is one of several sets, at most gap half-words after the one before.
type element struct {
	sets []symbol
	gap  int
}

// pattern compiles e: one pattern for each line of match, and for each order.
func (c *compiler) pattern(file string, l *labelRules, e patternEntry) ([]*pattern, error) {
	fail := func(v value, format string, args ...any) error {
		return &FileError{file, v.line, fmt.Sprintf("pattern %s: %s", e.Name.s, fmt.Sprintf(format, args...))}
	}
	if e.Name.s == "" || !setName(e.Name.s) {
		return nil, fail(e.Name, "a name is a-z, 0-9, - and .")
	}
	if e.Score == nil || *e.Score <= 0 || *e.Score > 1 {
		return nil, fail(e.Name, "score must be over 0 and at most 1")
	}
	base := pattern{name: e.Name.s, rule: string(l.label) + "/" + e.Name.s, score: *e.Score, stage: news.Stage(e.Stage.s), ignoreNames: e.Ignore, lacks: e.Lacks.s}
	if !validStage(base.stage) {
		return nil, fail(e.Stage, "stage %q is none of proposed, enacted, enforced, lifted", e.Stage.s)
	}
	base.begins = noLimit
	if e.Begins != nil {
		if *e.Begins < 0 {
			return nil, fail(e.Name, "begins is a number of words")
		}
		base.begins = 2 * *e.Begins
	}
	switch e.Place.s {
	case "", "actor":
	case "bites":
		base.bites = true
	default:
		return nil, fail(e.Place, "place is actor or bites")
	}
	var err error
	if base.bar, err = c.sets(file, e.Bar); err != nil {
		return nil, err
	}
	if base.needs, err = c.sets(file, e.Needs); err != nil {
		return nil, err
	}
	if base.title, err = c.sets(file, e.Title); err != nil {
		return nil, err
	}
	if base.unless, err = c.sets(file, e.Unless); err != nil {
		return nil, err
	}
	if len(e.Match) == 0 {
		return nil, fail(e.Name, "match is missing")
	}
	var out []*pattern
	for _, line := range e.Match {
		elements, act, err := c.elements(line.s)
		if err != nil {
			return nil, fail(line, "%v", err)
		}
		orders := [][]int{identity(len(elements))}
		switch e.Order.s {
		case "", "fixed":
		case "any":
			if len(elements) > 4 {
				return nil, fail(e.Order, "order any is for at most 4 elements")
			}
			orders = permutations(len(elements))
		default:
			return nil, fail(e.Order, "order is fixed or any")
		}
		for _, order := range orders {
			p := base
			p.index = len(l.patterns) + len(out)
			p.elements = make([]element, len(order))
			for i, from := range order {
				p.elements[i] = elements[from]
				if from == act {
					p.act = i
				}
			}
			if e.Order.s == "any" {
				evenGaps(p.elements)
			}
			out = append(out, &p)
		}
	}
	return out, nil
}

// elements reads a row such as "<authority> ..8 !<ban> on ..4 <mining|miner>".
func (c *compiler) elements(line string) (elements []element, act int, err error) {
	act = -1
	gap := defaultGap
	var words []string
	wordsAct := false
	mark := func() error {
		if act >= 0 {
			return fmt.Errorf("two elements are marked as the act")
		}
		act = len(elements)
		return nil
	}
	flush := func() error {
		if len(words) == 0 {
			return nil
		}
		phrase := strings.Join(words, " ")
		words = nil
		sym, err := c.inline(phrase)
		if err != nil {
			return err
		}
		if wordsAct {
			if err := mark(); err != nil {
				return err
			}
			wordsAct = false
		}
		elements, gap = append(elements, element{[]symbol{sym}, gap}), defaultGap
		return nil
	}
	for part := range strings.FieldsSeq(line) {
		bare, isAct := strings.CutPrefix(part, "!")
		switch {
		case strings.HasPrefix(part, ".."):
			if err := flush(); err != nil {
				return nil, 0, err
			}
			if len(elements) == 0 {
				return nil, 0, fmt.Errorf("%q stands before the first element", part)
			}
			gap = noLimit
			if part != ".." {
				n, err := strconv.Atoi(part[2:])
				if err != nil || n < 0 {
					return nil, 0, fmt.Errorf("%q is not .. and a number of words", part)
				}
				gap = 2 * n
			}
		case strings.HasPrefix(bare, "<"):
			if err := flush(); err != nil {
				return nil, 0, err
			}
			names, ok := strings.CutSuffix(bare[1:], ">")
			if !ok {
				return nil, 0, fmt.Errorf("%q is not closed", part)
			}
			e := element{gap: gap}
			for name := range strings.SplitSeq(names, "|") {
				id, ok := c.id(c.scope, name)
				if !ok {
					return nil, 0, fmt.Errorf("<%s> is no set", name)
				}
				if !slices.Contains(e.sets, id) {
					e.sets = append(e.sets, id)
				}
			}
			if isAct {
				if err := mark(); err != nil {
					return nil, 0, err
				}
			}
			elements, gap = append(elements, e), defaultGap
		case isAct:
			if err := flush(); err != nil {
				return nil, 0, err
			}
			words, wordsAct = append(words, bare), true
		default:
			words = append(words, part)
		}
	}
	if err := flush(); err != nil {
		return nil, 0, err
	}
	if len(elements) == 0 {
		return nil, 0, fmt.Errorf("it has no element")
	}
	if len(elements) > maxElements {
		return nil, 0, fmt.Errorf("it has more than %d elements", maxElements)
	}
	if act < 0 {
		if len(elements) > 1 {
			return nil, 0, fmt.Errorf("mark the act with ! before its <set>")
		}
		act = 0
	}
	return elements, act, nil
}

// inline makes a set of a phrase that stands within a pattern.
func (c *compiler) inline(phrase string) (symbol, error) {
	name := c.scope + `/"` + phrase + `"`
	if id, ok := c.ids[name]; ok {
		return id, nil
	}
	forms, err := expand(phrase, func(set string) ([]match.Phrase, error) { return c.phrasesOf(c.scope, set) })
	if err != nil {
		return 0, err
	}
	id := c.intern(name)
	for _, p := range forms {
		c.use(p, id)
	}
	return id, nil
}

// evenGaps gives every element the widest gap of all, for patterns of any order.
func evenGaps(elements []element) {
	widest := 0
	for _, e := range elements {
		widest = max(widest, e.gap)
	}
	for i := range elements {
		elements[i].gap = widest
	}
}

func identity(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func permutations(n int) [][]int {
	if n == 1 {
		return [][]int{{0}}
	}
	var out [][]int
	for _, p := range permutations(n - 1) {
		for at := range n {
			q := make([]int, 0, n)
			q = append(q, p[:at]...)
			q = append(q, n-1)
			out = append(out, append(q, p[at:]...))
		}
	}
	return out
}
