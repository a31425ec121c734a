package places

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/match"
	"edict/news"
)

// A loader turns the tables into a gazetteer.
type loader struct {
	g     *Gazetteer
	index map[string]int // number of each name, by its folded form, "=" before an exact one
}

// load reads all tables. Names that are the same once folded become one name with
// several meanings, in the order in which they are read: where a text says nothing
// of either, the first is taken.
func (g *Gazetteer) load() error {
	l := loader{g, map[string]int{}}
	for _, step := range []func() error{l.codes, l.countries, l.rows("china"), l.rows("us"), l.divisions, l.rows("prefectures"), l.rows("cities"), l.rows("counties"), l.rows("actors"), l.rows("leaders"), l.stops} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// chinese are the divisions of China that have codes of their own.
var chinese = []news.Jurisdiction{"HK", "MO", "TW"}

// codes reads what exists and what it is called on pages.
func (l loader) codes() error {
	g := l.g
	err := eachRow("countries", 4, func(row []string) error {
		g.display[news.Jurisdiction(row[0])] = displayName{row[1], row[2], row[3]}
		return nil
	})
	if err != nil {
		return err
	}
	err = eachRow("divisions", 2, func(row []string) error {
		g.display[news.Jurisdiction(row[0])] = displayName{en: row[1]}
		return nil
	})
	if err != nil {
		return err
	}
	err = eachRow("display", 4, func(row []string) error {
		g.display[news.Jurisdiction(row[0])] = displayName{row[1], row[2], row[3]}
		return nil
	})
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(g.display)) {
		if code.Division() != "" {
			g.divisions[code.Country()] = append(g.divisions[code.Country()], code)
		}
	}
	g.divisions["CN"] = append(g.divisions["CN"], chinese...)
	return nil
}

// countries reads names, demonyms and capitals, and adds the names of the CLDR.
func (l loader) countries() error {
	err := eachRow("countries_names", 4, func(row []string) error {
		for i, kind := range []Kind{Country, Demonym, Capital} {
			if err := l.add(row[0], kind, row[i+1]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(l.g.display)) {
		if code.Division() != "" || slices.Contains(chinese, code) {
			continue
		}
		d := l.g.display[code]
		if err := l.add(string(code), Country, d.en+"; "+d.hans+"; "+d.hant); err != nil {
			return err
		}
	}
	return nil
}

func (l loader) divisions() error {
	return eachRow("divisions_names", 3, func(row []string) error {
		return l.add(row[0], Division, row[1]+"; "+row[2])
	})
}

// rows reads a table of codes, kinds and names.
func (l loader) rows(file string) func() error {
	return func() error {
		return eachRow(file, 3, func(row []string) error {
			kind, ok := kinds[row[1]]
			if !ok {
				return fmt.Errorf("kind %q is unknown: %w", row[1], news.ErrInvalid)
			}
			return l.add(row[0], kind, row[2])
		})
	}
}

func (l loader) stops() error {
	return eachRow("stops", 1, func(row []string) error { return l.add("", stop, row[0]) })
}

var kinds = map[string]Kind{
	"country": Country, "division": Division, "city": City, "demonym": Demonym, "capital": Capital, "actor": Actor, "cue": cue,
}

// add adds names, separated by semicolons, for codes, separated by commas.
func (l loader) add(codes string, kind Kind, names string) error {
	var list []news.Jurisdiction
	for c := range strings.SplitSeq(codes, ",") {
		code := news.Jurisdiction(c)
		if kind != stop && !l.g.Known(code) {
			return fmt.Errorf("code %q is unknown: %w", c, news.ErrInvalid)
		}
		list = append(list, code)
	}
	for part := range strings.SplitSeq(names, ";") {
		text := strings.TrimSpace(part)
		m := meaning{codes: list, kind: kind}
		exact := false
		for text != "" && strings.IndexByte("=@?%+~!^#*&", text[0]) >= 0 {
			switch text[0] {
			case '=':
				exact = true
			case '@':
				exact, m.comma = true, true
			case '?':
				m.need = true
			case '%':
				m.person = true
			case '+':
				m.local = true
			case '~':
				m.last = true
			case '!':
				m.government = true
			case '*':
				m.traditional = true
			case '#':
				m.national = true
			case '^':
				m.beside = true
			case '&':
				m.local, m.several = true, true
			}
			text = text[1:]
		}
		if text == "" {
			continue
		}
		n := l.name(text, exact, m)
		switch {
		case len(n.means) > maxMeanings:
			return fmt.Errorf("%q means more than %d things: %w", text, maxMeanings, news.ErrInvalid)
		case len(n.means) > 1 && (kind == stop || kind == cue || n.means[0].kind == cue):
			return fmt.Errorf("%q is a place and a hint at once: %w", text, news.ErrInvalid)
		}
	}
	return nil
}

// name adds one meaning of one name and returns it.
func (l loader) name(text string, exact bool, m meaning) *name {
	key := match.Fold(text)
	if exact {
		key = "=" + text
	}
	i, ok := l.index[key]
	if !ok {
		i = len(l.g.names)
		l.index[key] = i
		first, _ := utf8.DecodeRuneInString(text)
		l.g.names = append(l.g.names, name{
			phrase: match.Phrase{Text: text, Exact: exact},
			latin:  unicode.Is(unicode.Latin, first), han: unicode.Is(unicode.Han, first),
		})
	}
	n := &l.g.names[i]
	for _, old := range n.means {
		if old.kind == m.kind && old.traditional == m.traditional && slices.Equal(old.codes, m.codes) {
			return n
		}
	}
	n.means = append(n.means, m)
	return n
}

// eachRow calls f with the columns of every line of a table that is not empty and
// no comment.
func eachRow(file string, columns int, f func(row []string) error) error {
	content, err := data.ReadFile("data/" + file + ".tsv")
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(string(content)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(line, "\t")
		if len(row) != columns {
			return fmt.Errorf("%s.tsv:%d: %d columns instead of %d: %w", file, n, len(row), columns, news.ErrInvalid)
		}
		if err := f(row); err != nil {
			return fmt.Errorf("%s.tsv:%d: %w", file, n, err)
		}
	}
	return nil
}
