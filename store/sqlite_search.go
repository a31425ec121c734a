package store

import (
	"context"
	"strings"

	"edict/news"
)

// index writes the words into the FTS5 table, which holds no text of its own.
func (sqliteDialect) index(ctx context.Context, tx session, texts []articleText) error {
	for _, t := range texts {
		_, err := tx.exec(ctx, "INSERT OR REPLACE INTO search (rowid, title, text) VALUES (?, ?, ?)",
			t.number, indexWords(t.title), indexWords(t.summary+"\n"+t.text))
		if err != nil {
			return err
		}
	}
	return nil
}

func (sqliteDialect) beforePages(context.Context, session, news.Filter) error { return nil }

func (sqliteDialect) searchPages(f news.Filter, terms []term) []pageQuery {
	return []pageQuery{recordsAlso(f, "", "a.number IN (SELECT rowid FROM search WHERE search MATCH ?)", matchExpression(terms))}
}

// matchExpression writes terms in FTS5's query language. Every term is a quoted
// string, so that nothing in it is an operator.
func matchExpression(terms []term) string {
	var want, not []string
	for _, t := range terms {
		phrase := `"` + strings.Join(t.words, " ") + `"`
		if t.prefix {
			phrase += " *"
		}
		if t.not {
			not = append(not, phrase)
		} else {
			want = append(want, phrase)
		}
	}
	expression := "(" + strings.Join(want, " AND ") + ")"
	if len(not) > 0 {
		expression += " NOT (" + strings.Join(not, " OR ") + ")"
	}
	return expression
}
