package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"edict/news"
)

// otherAddress marks the visit of an address that was never asked for: it is known
// from an article that was read at another one.
const otherAddress = "another address of the same article"

// VisitAgain makes every story of a source due now, whatever came of it before, and
// returns their visits as they were. Other addresses of a story, and what its site has
// withdrawn, are left as they are.
func (s *Store) VisitAgain(ctx context.Context, source string, now time.Time) (list []news.Visit, err error) {
	err = s.write(ctx, "make the stories of "+source+" due", func(ctx context.Context, tx session) error {
		list = nil
		var again []news.Visit
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var body sql.RawBytes
			var v news.Visit
			if err := rows.Scan(&body); err != nil {
				return err
			}
			if err := json.Unmarshal(body, &v); err != nil {
				return fmt.Errorf("a visit cannot be read: %w", err)
			}
			if strings.HasPrefix(v.Detail, otherAddress) || !v.Withdrawn.IsZero() {
				return nil
			}
			list = append(list, v)
			v.Next, v.Attempts = now, 0
			again = append(again, v)
			return nil
		}, "SELECT body FROM visits WHERE source = ? ORDER BY id", source)
		if err != nil {
			return err
		}
		rows, err := visitValues(again)
		if err != nil {
			return err
		}
		_, err = tx.insert(ctx, visitRows, visitReplace, rows)
		return err
	})
	return list, err
}

// VersionOf returns the record of an article version, the last one that rules made of
// it, or ErrNotFound. Earlier versions stay, so that what was changed can be seen.
func (s *Store) VersionOf(ctx context.Context, key news.Key) (news.Record, error) {
	return s.one(ctx, "read version "+key.Version+" of article "+key.Article, func(tx session) (id string, err error) {
		err = tx.row(ctx, "SELECT id FROM records WHERE article = ? AND version = ? ORDER BY kept DESC, id LIMIT 1", key.Article, key.Version).Scan(&id)
		return id, err
	})
}
