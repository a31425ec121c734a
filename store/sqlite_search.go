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

// walkedRows is how many of the newest records are looked at before all that was ever
// stored is: words that stand in one of forty fill a page of 50 so, and are not looked
// up where nobody reads on.
const walkedRows = 2000

// searchPages asks the index for what was stored since the oldest of the newest
// records, and of that takes those records; then for all. Articles are numbered as they
// are stored, and the index goes to a number without reading what lies before it.
func (sqliteDialect) searchPages(f news.Filter, terms []term) []pageQuery {
	expression := matchExpression(terms)
	number := "a.number"
	if f.Label != "" || f.Jurisdiction != "" {
		number = "+a.number" // walk the index of tags, not all of its tags again for each article found
	}
	all := recordsAlso(f, "", number+" IN (SELECT rowid FROM search WHERE search MATCH ?)", expression)
	if f.Limit < 1 || f.Limit > walkedRows/8 {
		return []pageQuery{all}
	}
	newest := f
	newest.Limit = walkedRows
	walk := recordsQuery(newest)
	walk.text = "WITH newest AS MATERIALIZED (SELECT w.position, w.record, n.number FROM (" + walk.text + `) w JOIN articles n ON n.record = w.record)
		SELECT position, record FROM newest
		WHERE number IN (SELECT rowid FROM search WHERE search MATCH ? AND rowid >= (SELECT min(number) FROM newest))
		ORDER BY position DESC, record DESC LIMIT ?`
	walk.args = append(walk.args, expression, f.Limit)
	return []pageQuery{walk, all}
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
