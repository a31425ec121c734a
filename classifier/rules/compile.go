package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"edict/classifier/match"
	"edict/classifier/places"
	"edict/news"
)

// maxSymbols is the most sets that all rule files together may have, with the
// phrases that stand within patterns.
const maxSymbols = 4096

// usualPhrases is about how many phrases the embedded rules have: room that need not
// grow.
const usualPhrases = 48000

// A symbol is the number of a set.
type symbol uint16

// The sets that are not written in files.
const (
	placeSymbol      symbol = iota // any place that is named
	subjectSymbol                  // a place that acts: not one after "in" or "from"
	agencySymbol                   // a public body that the gazetteer knows by name
	questionSymbol                 // a question mark
	goneYearSymbol                 // a year long over when the story was published
	stopSymbol                     // a semicolon; rule files add words to the set "stop"
	nationwideSymbol               // nothing by itself; rule files add words to the set "nationwide"
	firstOwn
)

var builtin = []string{"place", "place.subject", "place.agency", "question", "year.gone", "stop", "nationwide"}

type setSource struct {
	file  string
	scope string // the label whose own it is, or "" when all share it
	entry setEntry
	own   []match.Phrase // what its lines stand for, once they are expanded
	seen  bool           // being gathered: a circle
	done  bool
	all   []match.Phrase // own, with those of the sets that it uses
}

type compiler struct {
	set     *Set
	sources map[string]*setSource
	order   []string
	files   []namedFile
	ids     map[string]symbol
	phrases map[match.Phrase]int
	table   []match.Phrase
	claims  []claim
	subject []symbol // the sets that hold only who acts
	scope   string   // the label whose patterns are being compiled
}

type namedFile struct {
	name string
	file *ruleFile
}

func newCompiler(g *places.Gazetteer) *compiler {
	c := &compiler{
		set: &Set{gazetteer: g}, sources: map[string]*setSource{}, ids: map[string]symbol{}, phrases: make(map[match.Phrase]int, usualPhrases),
		table: make([]match.Phrase, 0, usualPhrases), claims: make([]claim, 0, usualPhrases),
	}
	for _, name := range builtin {
		c.intern(name)
	}
	return c
}

func (c *compiler) intern(name string) symbol {
	if id, ok := c.ids[name]; ok {
		return id
	}
	id := symbol(len(c.set.names))
	c.ids[name] = id
	c.set.names = append(c.set.names, name)
	c.set.above = append(c.set.above, nil)
	return id
}

// add takes in the sets of f. Its patterns wait until all sets are known.
func (c *compiler) add(name string, f *ruleFile) error {
	c.set.version = newer(c.set.version, f.Version.s)
	for _, set := range slices.Sorted(maps.Keys(f.Sets)) {
		if !setName(set) {
			return &FileError{name, 0, fmt.Sprintf("set %q: a name is a-z, 0-9, - and .", set)}
		}
		if id, ok := c.ids[set]; ok && id < stopSymbol {
			return &FileError{name, 0, fmt.Sprintf("set %q is built in", set)}
		}
		key := scoped(f.Label.s, set)
		if old, ok := c.sources[key]; ok {
			return &FileError{name, 0, fmt.Sprintf("set %q stands in %s already", set, old.file)}
		}
		c.sources[key] = &setSource{file: name, scope: f.Label.s, entry: f.Sets[set]}
		c.order = append(c.order, key)
		c.intern(key)
	}
	c.files = append(c.files, namedFile{name, f})
	return nil
}

// scoped is the key of a set that the label's file holds, or that all share.
func scoped(label, set string) string {
	if label == "" {
		return set
	}
	return label + "/" + set
}

// id finds a set by the name that it has in the file of the label: its own set, or
// one that all share.
func (c *compiler) id(label, set string) (symbol, bool) {
	if id, ok := c.ids[scoped(label, set)]; ok {
		return id, true
	}
	id, ok := c.ids[set]
	return id, ok
}

func setName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return s != ""
}

// finish compiles what add took in.
func (c *compiler) finish() error {
	var direct []edge
	for _, name := range c.order {
		src := c.sources[name]
		own := c.ids[name]
		if src.entry.Subject {
			c.subject = append(c.subject, own)
		}
		phrases, err := c.ownPhrases(src)
		if err != nil {
			return err
		}
		for _, p := range phrases {
			c.use(p, own)
		}
		exceptions, err := c.lines(src, src.entry.Except.EN, src.entry.Except.ZH)
		if err != nil {
			return err
		}
		for _, p := range exceptions {
			c.bar(p, own)
		}
		for _, used := range src.entry.Use {
			id, ok := c.id(src.scope, used.s)
			if !ok {
				return &FileError{src.file, used.line, fmt.Sprintf("set %s uses %q, which is no set", name, used.s)}
			}
			direct = append(direct, edge{id, own})
		}
	}
	c.closeOver(direct)
	seen := map[news.Label]string{}
	for _, nf := range c.files {
		if nf.file.Label.s == "" {
			if len(nf.file.Patterns) > 0 {
				return &FileError{nf.name, nf.file.Patterns[0].Name.line, "patterns need a label"}
			}
			continue
		}
		l, err := c.label(nf.name, nf.file)
		if err != nil {
			return err
		}
		if other, ok := seen[l.label]; ok {
			return &FileError{nf.name, nf.file.Label.line, fmt.Sprintf("label %s stands in %s already", l.label, other)}
		}
		seen[l.label] = nf.name
		c.set.labels = append(c.set.labels, l)
	}
	slices.SortFunc(c.set.labels, func(a, b *labelRules) int {
		if a.label < b.label {
			return -1
		}
		return 1
	})
	if len(c.set.names) > maxSymbols {
		return &FileError{"rules", 0, fmt.Sprintf("more than %d sets", maxSymbols)}
	}
	c.foresee()
	c.raiseGates()
	own := c.set.gazetteer.Phrases()
	c.set.places = len(own)
	matcher, err := match.Compile(append(own, c.table...))
	if err != nil {
		return fmt.Errorf("compile the phrases: %w", err)
	}
	c.set.matcher = matcher
	c.set.pool.New = func() any { return c.set.newDocument() }
	return nil
}

// ownPhrases returns what the lines of a set stand for.
func (c *compiler) ownPhrases(src *setSource) ([]match.Phrase, error) {
	if src.own == nil {
		own, err := c.lines(src, src.entry.EN, src.entry.ZH)
		if err != nil {
			return nil, err
		}
		src.own = own
	}
	return src.own, nil
}

// lines returns what lines of a set stand for.
func (c *compiler) lines(src *setSource, en, zh []value) ([]match.Phrase, error) {
	var out []match.Phrase
	for _, lines := range [...][]value{en, zh} {
		for _, line := range lines {
			forms, err := expand(line.s, func(set string) ([]match.Phrase, error) { return c.phrasesOf(src.scope, set) })
			if err != nil {
				if located, ok := errors.AsType[*FileError](err); ok {
					return nil, located
				}
				return nil, &FileError{src.file, line.line, err.Error()}
			}
			out = append(out, forms...)
		}
	}
	return out, nil
}

// phrasesOf returns the phrases of a set, for use within a phrase.
func (c *compiler) phrasesOf(label, name string) ([]match.Phrase, error) {
	src, ok := c.sources[scoped(label, name)]
	if !ok {
		src, ok = c.sources[name]
	}
	switch {
	case !ok:
		return nil, fmt.Errorf("<%s> is no set with phrases", name)
	case src.done:
		return src.all, nil
	case src.seen:
		return nil, fmt.Errorf("<%s> stands for itself", name)
	}
	src.seen = true
	own, err := c.ownPhrases(src)
	if err != nil {
		return nil, err
	}
	src.all = slices.Clip(own)
	for _, used := range src.entry.Use {
		more, err := c.phrasesOf(src.scope, used.s)
		if err != nil {
			return nil, err
		}
		src.all = append(src.all, more...)
	}
	src.done = true
	return src.all, nil
}

func (c *compiler) number(p match.Phrase) int {
	id, ok := c.phrases[p]
	if !ok {
		id = len(c.table)
		c.phrases[p] = id
		c.table = append(c.table, p)
	}
	return id
}

func (c *compiler) use(p match.Phrase, s symbol) {
	c.claims = append(c.claims, newClaim(c.number(p), s, false))
}

func (c *compiler) bar(p match.Phrase, s symbol) {
	c.claims = append(c.claims, newClaim(c.number(p), s, true))
}

// An edge says that what is in one set is in another.
type edge struct{ from, to symbol }

// closeOver fills above with all sets that hold a set, directly or not.
func (c *compiler) closeOver(direct []edge) {
	for changed := true; changed; {
		changed = false
		for _, e := range direct {
			for _, to := range append([]symbol{e.to}, c.set.above[e.to]...) {
				if to != e.from && !slices.Contains(c.set.above[e.from], to) {
					c.set.above[e.from] = append(c.set.above[e.from], to)
					changed = true
				}
			}
		}
	}
}
