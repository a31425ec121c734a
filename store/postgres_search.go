package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"edict/news"
)

const (
	// maxLexeme is what PostgreSQL takes as a word, in bytes.
	maxLexeme = 2046
	// maxLexemes is what it takes as the words of one text, in bytes. Only a text of half
	// a megabyte in which no two pairs of characters are the same has more.
	maxLexemes = 1<<20 - 1
)

var searchRows = newTable("search", "number:int words:words line")

// index keeps the words of a text as a tsvector without places, which are limited
// there to 16,383, and beside it the text that phrases are looked for in.
func (d postgresDialect) index(ctx context.Context, tx session, texts []articleText) error {
	rows := make([][]any, len(texts))
	for i, t := range texts {
		title, body := foldText(t.title), foldText(t.summary+"\n"+t.text)
		words, all := distinct(title, body)
		if !all {
			d.log.Warn("Not all words of an article are in the search index: it has too many different ones", "article", t.number)
		}
		// The line end between title and text is no space: no phrase goes across.
		rows[i] = []any{t.number, words, " " + title + " \n " + body + " "}
	}
	_, err := tx.insert(ctx, searchRows, "ON CONFLICT (number) DO UPDATE SET words = excluded.words, line = excluded.line", rows)
	return err
}

// distinct returns each word of some folded texts once, and whether all had room.
func distinct(texts ...string) (words string, all bool) {
	var out []string
	seen := map[string]bool{}
	size := 0
	for _, text := range texts {
		list, _ := cutWords(text, true)
		for _, word := range list {
			if word = lexeme(word); seen[word] {
				continue
			}
			if size += len(word); size > maxLexemes {
				return strings.Join(out, " "), false
			}
			seen[word] = true
			out = append(out, word)
		}
	}
	return strings.Join(out, " "), true
}

// lexeme cuts a word to what PostgreSQL takes.
func lexeme(word string) string {
	if len(word) <= maxLexeme {
		return word
	}
	end := maxLexeme
	for !utf8.RuneStart(word[end]) {
		end--
	}
	return word[:end]
}

// glanceRows is how many of the newest records are looked at one by one: words that
// stand in one of six fill a page so, in some milliseconds, and need not be looked up
// in all that was ever stored.
const glanceRows = 300

// searchPages glances at the newest records first. Then the index is asked for all
// that fit, before anything else is looked at: left to itself PostgreSQL walks through
// the newest records in the hope that the words stand in some of them, for seconds
// when they only stand in old ones. The order of a phrase's words is looked at last,
// newest first, until the page is full.
func (postgresDialect) searchPages(f news.Filter, terms []term) []pageQuery {
	words, order := wordsConditions(terms)
	newest, all := f, f
	newest.Limit, all.Limit = glanceRows, 0
	// A query of its own for each row: what the planner made a join would be asked of
	// all rows at once.
	const looked = " WHERE (SELECT true%s FROM articles n JOIN search s ON s.number = n.number WHERE n.record = a.record)"
	const end = " ORDER BY a.position DESC, a.record DESC LIMIT ?"

	glance := recordsQuery(newest)
	glance.text = "SELECT a.position, a.record FROM (" + glance.text + ") a" + fmt.Sprintf(looked, words.text+order.text) + end
	glance.args = slices.Concat(glance.args, words.args, order.args, []any{f.Limit})

	found := recordsAlso(all, "JOIN found ON found.number = a.number", "")
	asked := pageQuery{"WITH found AS MATERIALIZED (SELECT s.number FROM search s WHERE true" + words.text + ") " + found.text + " LIMIT ?", nil}
	asked.args = slices.Concat(words.args, found.args, []any{f.Limit})
	if order.text != "" {
		asked.text = "WITH found AS MATERIALIZED (SELECT s.number FROM search s WHERE true" + words.text + ") SELECT a.position, a.record FROM (" +
			found.text + " OFFSET 0) a" + fmt.Sprintf(looked, order.text) + end
		asked.args = slices.Concat(words.args, found.args, order.args, []any{f.Limit})
	}
	return []pageQuery{glance, asked}
}

// beforePages keeps PostgreSQL from reading the words of all texts one after the
// other, which it takes for cheap.
func (postgresDialect) beforePages(ctx context.Context, tx session, f news.Filter) error {
	if f.Words == "" {
		return nil
	}
	_, err := tx.exec(ctx, "SET LOCAL enable_seqscan = off")
	return err
}

// wordsConditions are conditions on rows s of search, each behind an AND: words is
// what the index answers, order is what the text itself must be asked.
func wordsConditions(terms []term) (words, order pageQuery) {
	var all []string
	for _, t := range terms {
		query, exact := lexemes(t)
		switch {
		case exact && t.not:
			all = append(all, "!"+query)
		case exact:
			all = append(all, query)
		case t.not:
			order.text += " AND NOT (s.words @@ ?::tsquery AND strpos(s.line, ?) > 0)"
			order.args = append(order.args, query, phrase(t))
		default:
			all = append(all, query)
			order.text += " AND strpos(s.line, ?) > 0"
			order.args = append(order.args, phrase(t))
		}
	}
	return pageQuery{" AND s.words @@ ?::tsquery", []any{strings.Join(all, " & ")}}, order
}

// lexemes asks for the words of a term, all of them anywhere. exact says that this is
// all that the term asks for: of several words the order has to be looked at too.
func lexemes(t term) (query string, exact bool) {
	list := make([]string, len(t.words))
	exact = len(list) == 1
	for i, word := range t.words {
		short := lexeme(word)
		exact = exact && short == word
		list[i] = "'" + short + "'"
		if i == len(list)-1 && t.prefix {
			list[i] += ":*"
		}
	}
	return "(" + strings.Join(list, " & ") + ")", exact
}

// phrase is what stands in line where the term is found. A word ends with a space; a
// run without spaces may go on.
func phrase(t term) string {
	p := t.folded
	if !startsUnspaced(p) {
		p = " " + p
	}
	last := p[strings.LastIndexByte(p, ' ')+1:]
	if !t.prefix && !startsUnspaced(last) {
		p += " "
	}
	return p
}
