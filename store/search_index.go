package store

import (
	"context"
	"database/sql"

	"edict/news"
)

// searchCursor is the cursor of the search index.
const searchCursor = "search"

// A searchDialect is how a database keeps and asks an index of words.
type searchDialect interface {
	// index replaces the words of articles with those of their current texts.
	index(ctx context.Context, tx session, texts []articleText) error
	// searchPages returns the queries for a page of the records of f in which the terms
	// stand; see pageQueries.
	searchPages(f news.Filter, terms []term) []pageQuery
	// beforePages prepares a transaction for asking for the pages of f.
	beforePages(ctx context.Context, tx session, f news.Filter) error
}

// An articleText is what of an article is indexed.
type articleText struct {
	number               int64 // of the article
	title, summary, text string
}

// Index brings the search index up to date with at most limit changes, and returns
// with how many it did: 0 when it has caught up. It is never part of storing. Two
// that index at once do no harm, and no more than one does.
func (s *Store) Index(ctx context.Context, limit int) (done int, err error) {
	const what = "bring the search index up to date"
	// Looked up first without the lock that the sink needs: mostly there is nothing.
	last, err := s.LastChange(ctx)
	if err != nil {
		return 0, err
	}
	if at, err := s.Cursor(ctx, searchCursor); err != nil || at >= last {
		return 0, err
	}
	err = s.write(ctx, what, func(ctx context.Context, tx session) error {
		at, err := cursor(ctx, tx, searchCursor)
		if err != nil {
			return err
		}
		list, err := changesAfter(ctx, tx, at, limit)
		if err != nil || len(list) == 0 {
			return err
		}
		seen := map[string]bool{}
		var articles []string
		for _, c := range list {
			if c.Article != "" && !seen[c.Article] && (c.Kind == news.StoredChange || c.Kind == news.VersionChange) {
				seen[c.Article] = true
				articles = append(articles, c.Article)
			}
		}
		for _, some := range chunks(articles) {
			texts, err := currentTexts(ctx, tx, some)
			if err != nil {
				return err
			}
			if err := s.dialect.index(ctx, tx, texts); err != nil {
				return err
			}
		}
		done = len(list)
		return moveCursor(ctx, tx, searchCursor, list[len(list)-1].Sequence)
	})
	if err != nil {
		return 0, err
	}
	return done, nil
}

func currentTexts(ctx context.Context, tx session, articles []string) (texts []articleText, err error) {
	err = tx.eachIn(ctx, func(rows *sql.Rows) error {
		var t articleText
		if err := rows.Scan(&t.number, &t.title, &t.summary, &t.text); err != nil {
			return err
		}
		texts = append(texts, t)
		return nil
	}, "SELECT a.number, t.title, t.summary, t.text FROM articles a JOIN texts t ON t.version = a.version WHERE a.id", "", articles)
	return texts, err
}
