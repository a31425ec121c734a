package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"edict/news"
)

// Withdraw keeps a visit that found an article of the archive gone, and appends the
// change, in one transaction. The record stays. It returns false where the last thing
// that happened to the article's text is that it was withdrawn, or where nothing of it
// is stored. What alerted nobody is quiet.
func (s *Store) Withdraw(ctx context.Context, v news.Visit) (isNew bool, err error) {
	what := "save that " + v.URL + " was withdrawn"
	rows, err := visitValues([]news.Visit{v})
	if err != nil {
		return false, fmt.Errorf("%s: %w", what, err)
	}
	err = s.writeTogether(ctx, what, func(ctx context.Context, tx session) error {
		isNew = false
		if _, err := tx.insert(ctx, visitRows, visitReplace, rows); err != nil {
			return err
		}
		c, err := loadCase(ctx, tx, v.Article)
		if errors.Is(err, news.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		var last news.ChangeKind
		err = tx.row(ctx, "SELECT kind FROM changes WHERE article = ? AND kind IN ('stored', 'version', 'withdrawn') ORDER BY sequence DESC LIMIT 1", v.Article).Scan(&last)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if last == news.WithdrawnChange {
			return nil
		}
		if c.tags == nil {
			c.tags = []news.Tag{}
		}
		tags, err := json.Marshal(c.tags)
		if err != nil {
			return err
		}
		isNew = true
		return insertChanges(ctx, tx, [][]any{{
			int64(0), micro(s.now()), news.WithdrawnChange, c.story, c.article, c.record, string(tags), string(tags), bit(v.Alerted.IsZero()), "",
		}})
	})
	return isNew, err
}

// lookAgain has the articles of which somebody was told visited again: who was told
// of a text is to hear when it is edited or withdrawn. What did not come from a crawl
// has no visit, and is let be.
func (s *Store) lookAgain(ctx context.Context, tx session, alerts []news.Alert) error {
	seen := map[string]bool{}
	var again []news.Visit
	now := s.now().UTC()
	for _, a := range alerts {
		if seen[a.Article] {
			continue
		}
		seen[a.Article] = true
		v, err := findVisit(ctx, tx, a.Article) // under the article's own address, which has its id
		if errors.Is(err, sql.ErrNoRows) || err == nil && (!v.Alerted.IsZero() || v.Source == "") {
			continue
		}
		if err != nil {
			return err
		}
		if v.Alerted = now; v.Next.IsZero() {
			v.Next = now.Add(news.FirstLook)
		}
		again = append(again, v)
	}
	rows, err := visitValues(again)
	if err != nil {
		return err
	}
	_, err = tx.insert(ctx, visitRows, visitReplace, rows)
	return err
}
