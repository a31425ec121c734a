package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"edict/classifier/match"
)

// maxForms is the most phrases that one line of a set may stand for: beyond it a
// line is a mistake, or should be a pattern.
const maxForms = 4000

// A phrase line is written in a small language:
//
//	crack~ down on        a "~" after a word stands for its inflected forms
//	(lift|end)~ (the|) ban    alternatives; an empty one makes it optional
//	<crypto> mining       every phrase of the set crypto, then mining
//	=SEC                  exactly this case
//
// expand returns the phrases that line stands for. lookup gives the phrases of a
// set.
func expand(line string, lookup func(set string) ([]match.Phrase, error)) ([]match.Phrase, error) {
	if strings.ContainsAny(line, ",;，；") {
		return nil, fmt.Errorf("%q: a comma parts no phrases within a line: write one phrase a line", line)
	}
	p := phraseParser{rest: line, lookup: lookup}
	forms, err := p.alternatives(0)
	if err != nil {
		return nil, err
	}
	if p.rest != "" {
		return nil, fmt.Errorf("%q: %q closes nothing", line, p.rest[:1])
	}
	// Forms may be a set's own phrases: what is returned is a list of its own.
	out := make([]match.Phrase, 0, len(forms))
	for _, f := range forms {
		f.Text = oneSpaced(f.Text)
		if f.Text == "" {
			return nil, fmt.Errorf("%q may be empty", line)
		}
		out = append(out, f)
	}
	return distinct(out), nil
}

// oneSpaced returns s with one space where it has any, and none at its ends.
func oneSpaced(s string) string {
	for i, r := range s {
		if !unicode.IsSpace(r) {
			continue
		}
		if r != ' ' || i == 0 || i == len(s)-1 || s[i-1] == ' ' {
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}

// fewForms is up to how many phrases are compared with each other: for a line's few
// a map costs more.
const fewForms = 16

// distinct drops phrases that stand in list before.
func distinct(list []match.Phrase) []match.Phrase {
	out := list[:0]
	if len(list) <= fewForms {
		for _, p := range list {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
		return out
	}
	seen := make(map[match.Phrase]bool, len(list))
	for _, p := range list {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

type phraseParser struct {
	rest   string
	lookup func(string) ([]match.Phrase, error)
}

// alternatives reads forms parted by "|", up to the end or a closing bracket.
func (p *phraseParser) alternatives(depth int) ([]match.Phrase, error) {
	var out []match.Phrase
	for {
		forms, err := p.sequence(depth)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = slices.Clip(forms) // perhaps a set's own: nothing is appended in place
		} else {
			out = append(out, forms...)
		}
		if len(out) > maxForms {
			return nil, fmt.Errorf("it stands for more than %d phrases", maxForms)
		}
		if depth == 0 || !strings.HasPrefix(p.rest, "|") {
			return out, nil
		}
		p.rest = p.rest[1:]
	}
}

// sequence reads what stands side by side.
func (p *phraseParser) sequence(depth int) ([]match.Phrase, error) {
	out := []match.Phrase{{}}
	for p.rest != "" {
		var next []match.Phrase
		switch p.rest[0] {
		case ')':
			return out, nil
		case '|':
			if depth == 0 {
				return nil, fmt.Errorf(`"|" stands outside of brackets`)
			}
			return out, nil
		case '(':
			p.rest = p.rest[1:]
			inner, err := p.alternatives(depth + 1)
			if err != nil {
				return nil, err
			}
			if !strings.HasPrefix(p.rest, ")") {
				return nil, fmt.Errorf(`"(" is not closed`)
			}
			p.rest, next = p.rest[1:], inner
			next = p.inflected(next)
		case '<':
			name, rest, ok := strings.Cut(p.rest[1:], ">")
			if !ok {
				return nil, fmt.Errorf(`"<" is not closed`)
			}
			inner, err := p.lookup(name)
			if err != nil {
				return nil, err
			}
			p.rest, next = rest, inner
			next = p.inflected(next)
		default:
			next = p.plain()
		}
		if len(out)*len(next) > maxForms {
			return nil, fmt.Errorf("it stands for more than %d phrases", maxForms)
		}
		out = join(out, next)
	}
	return out, nil
}

// inflected reads a "~" after a bracket or a set: the last word of each form is
// inflected, or the one before a particle ("roll out").
func (p *phraseParser) inflected(forms []match.Phrase) []match.Phrase {
	rest, ok := strings.CutPrefix(p.rest, "~")
	if !ok {
		return forms
	}
	p.rest = rest
	var out []match.Phrase
	for _, f := range forms {
		head, tail := f.Text, ""
		if i := strings.LastIndexByte(head, ' '); i > 0 && particles[head[i+1:]] {
			head, tail = head[:i], head[i:]
		}
		before := head[:strings.LastIndexByte(head, ' ')+1]
		for _, w := range Inflect(head[len(before):]) {
			out = append(out, match.Phrase{Text: before + w + tail, Exact: f.Exact})
		}
	}
	return out
}

// particles end a verb of two words, of which the first is inflected.
var particles = map[string]bool{
	"up": true, "out": true, "off": true, "down": true, "in": true, "on": true, "for": true, "forward": true, "back": true,
	"over": true, "away": true, "aside": true, "to": true, "through": true, "about": true, "into": true,
}

// plain reads up to the next sign of the language.
func (p *phraseParser) plain() []match.Phrase {
	end := strings.IndexAny(p.rest, "()|<")
	if end < 0 {
		end = len(p.rest)
	}
	text := p.rest[:end]
	p.rest = p.rest[end:]
	out := []match.Phrase{{}}
	for text != "" {
		word := text
		if i := strings.IndexFunc(text[1:], unicode.IsSpace); i >= 0 {
			word = text[:i+1]
		}
		text = text[len(word):]
		exact := false
		bare := strings.TrimLeftFunc(word, unicode.IsSpace)
		space := word[:len(word)-len(bare)]
		if strings.HasPrefix(bare, "=") {
			exact, bare = true, bare[1:]
		}
		var forms []match.Phrase
		if stem, ok := strings.CutSuffix(bare, "~"); ok {
			for _, f := range Inflect(stem) {
				forms = append(forms, match.Phrase{Text: space + f, Exact: exact})
			}
		} else {
			forms = []match.Phrase{{Text: space + bare, Exact: exact}}
		}
		out = join(out, forms)
	}
	return out
}

func join(a, b []match.Phrase) []match.Phrase {
	if len(a) == 1 && a[0].Text == "" {
		return b
	}
	out := make([]match.Phrase, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, match.Phrase{Text: x.Text + y.Text, Exact: x.Exact || y.Exact})
		}
	}
	return out
}
