// Package catalogue holds texts in the languages of readers: keys, placeholders and
// plurals. It has no text of its own: who speaks brings a folder with one file for each
// language.
//
// A file has a line for each text:
//
//	card.reports = and {n} other reports
//	card.reports[one] = and {n} other report
//	list.comma = ", "
//
// The second is for one of what {n} counts, in languages that tell one from many. Quotation
// marks around a text keep the spaces at its ends. Lines that begin with # are for
// translators.
package catalogue

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The languages, as BCP 47 names them.
const (
	English     = "en"
	Simplified  = "zh-Hans"
	Traditional = "zh-Hant"
)

// Languages are all of them, the default one first.
var Languages = []string{English, Simplified, Traditional}

// A Catalogue is all texts in one language. It does not change, and may be used by many
// goroutines at once.
type Catalogue struct {
	language string
	texts    map[string]text
}

type text struct {
	one, many []Piece // one nil: there is no such difference
}

// A Piece is a stretch of a text: words, or a placeholder with its name.
type Piece struct{ Words, Name string }

// Read reads the files en.txt, zh-Hans.txt and zh-Hant.txt of a folder. A line that
// cannot be read, or a key that stands twice, is an error with the file and the line.
func Read(folder fs.FS) (map[string]*Catalogue, error) {
	all := map[string]*Catalogue{}
	for _, language := range Languages {
		raw, err := fs.ReadFile(folder, language+".txt")
		if err != nil {
			return nil, fmt.Errorf("read the texts in %s: %w", language, err)
		}
		if all[language], err = parse(language, string(raw)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func parse(language, raw string) (*Catalogue, error) {
	c := &Catalogue{language, map[string]text{}}
	n := 0
	for line := range strings.Lines(raw) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, words, found := strings.Cut(line, " = ")
		if !found || strings.Trim(words, ` "`) == "" {
			return nil, fmt.Errorf("%s.txt, line %d: want key = text", language, n)
		}
		if inner, quoted := strings.CutPrefix(words, `"`); quoted && strings.HasSuffix(inner, `"`) {
			words = strings.TrimSuffix(inner, `"`)
		}
		pieces, err := cut(words)
		if err != nil {
			return nil, fmt.Errorf("%s.txt, line %d: %w", language, n, err)
		}
		key, one := strings.CutSuffix(key, "[one]")
		t := c.texts[key]
		at := &t.many
		if one {
			at = &t.one
		}
		if *at != nil {
			return nil, fmt.Errorf("%s.txt, line %d: %s stands twice", language, n, key)
		}
		*at = pieces
		c.texts[key] = t
	}
	for key, t := range c.texts {
		if t.many == nil {
			return nil, fmt.Errorf("%s.txt: %s has a text for one alone", language, key)
		}
	}
	return c, nil
}

// cut cuts a text at its placeholders.
func cut(words string) (out []Piece, err error) {
	for words != "" {
		before, rest, found := strings.Cut(words, "{")
		if before != "" {
			out = append(out, Piece{Words: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
			return nil, fmt.Errorf("{%s is no placeholder: want a name of a to z in braces", name)
		}
		out, words = append(out, Piece{Name: name}), after
	}
	return out, nil
}

// Language is the language of the texts.
func (c *Catalogue) Language() string { return c.language }

// Has reports whether there is a text of that key.
func (c *Catalogue) Has(key string) bool { return c.texts[key].many != nil }

// Keys are the keys of all texts, in their order.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.texts)) }

// Pieces returns a text that is about n things, before anything is put into it. A text
// that is not there is its key in double brackets: a reader sees it, and so does the test
// that looks for missing ones.
func (c *Catalogue) Pieces(key string, n int64) []Piece {
	t := c.texts[key]
	switch {
	case t.many == nil:
		return []Piece{{Words: "[[" + key + "]]"}}
	case t.one != nil && n == 1:
		return t.one
	}
	return t.many
}

// Say returns a text with values put into it, given as names and values in turn. Whole
// numbers get commas between thousands; the one called n tells one from many.
func (c *Catalogue) Say(key string, args ...any) string {
	var n int64
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == "n" {
			n, _ = whole(args[i+1])
		}
	}
	pieces := c.Pieces(key, n)
	if len(pieces) == 1 && pieces[0].Name == "" {
		return pieces[0].Words
	}
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Words)
		if p.Name != "" {
			b.WriteString(value(p.Name, args))
		}
	}
	return b.String()
}

func value(name string, args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		if n, is := whole(args[i+1]); is {
			return Thousands(n)
		}
		return fmt.Sprint(args[i+1])
	}
	return "{" + name + "}"
}

func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

// Thousands writes a whole number with commas.
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
