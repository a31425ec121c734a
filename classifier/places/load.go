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

// load reads all tables. Names that are the same once folded become one name with
// several meanings, in the order in which they are read.
func (g *Gazetteer) load() error {
	if err := g.loadCodes(); err != nil {
		return err
	}
	index := map[string]int{}
	for _, file := range []string{"china", "us", "countries_names"} {
		err := eachRow(file, 3, func(row []string) error {
			return g.addNames(index, news.Jurisdiction(row[0]), row[1], row[2])
		})
		if err != nil {
			return err
		}
	}
	for _, code := range slices.Sorted(maps.Keys(g.display)) {
		d := g.display[code]
		if code.Division() == "" && !slices.Contains(chinese, code) {
			if err := g.addNames(index, code, "country", d.en+"; "+d.hans+"; "+d.hant); err != nil {
				return err
			}
		}
	}
	return nil
}

// chinese are the divisions of China that have codes of their own.
var chinese = []news.Jurisdiction{"HK", "MO", "TW"}

func (g *Gazetteer) loadCodes() error {
	err := eachRow("countries", 4, func(row []string) error {
		g.display[news.Jurisdiction(row[0])] = displayName{row[1], row[2], row[3]}
		return nil
	})
	if err != nil {
		return err
	}
	err = eachRow("divisions", 2, func(row []string) error {
		code := news.Jurisdiction(row[0])
		g.display[code] = displayName{en: row[1]}
		g.divisions[code.Country()] = append(g.divisions[code.Country()], code)
		return nil
	})
	if err != nil {
		return err
	}
	err = eachRow("display", 4, func(row []string) error {
		code := news.Jurisdiction(row[0])
		if !g.Known(code) {
			g.divisions[code.Country()] = append(g.divisions[code.Country()], code)
		}
		g.display[code] = displayName{row[1], row[2], row[3]}
		return nil
	})
	if err != nil {
		return err
	}
	g.divisions["CN"] = append(g.divisions["CN"], chinese...)
	for _, list := range g.divisions {
		slices.Sort(list)
	}
	return nil
}

// addNames adds the names of one row: separated by semicolons, each with a mark
// in front or none. "=" asks for the case as written; "@" for a comma before it.
func (g *Gazetteer) addNames(index map[string]int, code news.Jurisdiction, kind, names string) error {
	k, ok := kinds[kind]
	if !ok {
		return fmt.Errorf("%s: kind %q is unknown: %w", code, kind, news.ErrInvalid)
	}
	for part := range strings.SplitSeq(names, ";") {
		text := strings.TrimSpace(part)
		if text == "" {
			continue
		}
		var mark byte
		if strings.IndexByte("=@", text[0]) >= 0 {
			mark, text = text[0], text[1:]
		}
		exact := mark != 0
		key := match.Fold(text)
		if exact {
			key = "=" + text
		}
		i, ok := index[key]
		if !ok {
			i = len(g.names)
			index[key] = i
			first, _ := utf8.DecodeRuneInString(text)
			g.names = append(g.names, name{phrase: match.Phrase{Text: text, Exact: exact}, latin: unicode.Is(unicode.Latin, first)})
		}
		m := meaning{code, k, mark}
		if !slices.Contains(g.names[i].means, m) {
			g.names[i].means = append(g.names[i].means, m)
		}
	}
	return nil
}

var kinds = map[string]Kind{
	"country": Country, "division": Division, "city": City, "demonym": Demonym, "capital": Capital, "actor": Actor,
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
