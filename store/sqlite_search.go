package store

import (
	"context"
	"database/sql"
	"strings"
)

// index writes the words into the FTS5 table, which holds no text of its own.
func (sqliteDialect) index(ctx context.Context, tx *sql.Tx, articles []string) error {
	type text struct {
		number               int64
		title, summary, text string
	}
	for _, some := range chunks(articles) {
		var texts []text
		err := eachIn(ctx, tx, func(rows *sql.Rows) error {
			var t text
			if err := rows.Scan(&t.number, &t.title, &t.summary, &t.text); err != nil {
				return err
			}
			texts = append(texts, t)
			return nil
		}, "SELECT a.number, t.title, t.summary, t.text FROM articles a JOIN texts t ON t.version = a.version WHERE a.id IN", "", some)
		if err != nil {
			return err
		}
		for _, t := range texts {
			_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO search (rowid, title, text) VALUES (?, ?, ?)",
				t.number, indexWords(t.title), indexWords(t.summary+"\n"+t.text))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (sqliteDialect) searchCondition(query string) (string, any, error) {
	terms, err := parseQuery(query)
	if err != nil {
		return "", nil, err
	}
	return "a.number IN (SELECT rowid FROM search WHERE search MATCH ?)", matchExpression(terms), nil
}

// matchExpression writes terms in FTS5's query language. Every term is a quoted
// string, so that nothing in it is an operator.
func matchExpression(terms []term) string {
	var want, not []string
	for _, t := range terms {
		phrase := `"` + strings.ReplaceAll(t.words, `"`, `""`) + `"`
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
