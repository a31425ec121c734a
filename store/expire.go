package store

import (
	"context"
	"fmt"
	"time"
)

// Expire gives up the summaries and texts of which no record was kept since a time,
// up to limit of them, and returns how many. Titles, tags and the quotes of their
// evidence stay, and a search still finds the titles, once Index has been called. A text that comes again is held
// again.
func (s *Store) Expire(ctx context.Context, before time.Time, limit int) (n int, err error) {
	const old = "SELECT version FROM texts WHERE expired = 0 AND kept < ? ORDER BY kept LIMIT ?"
	// Looked up first without the lock that the sink needs: mostly there is nothing.
	some, err := column[string](ctx, s.readers(), old, micro(before), 1)
	if err != nil || len(some) == 0 {
		return 0, s.fault("look for old texts", err)
	}
	err = s.write(ctx, fmt.Sprintf("give up texts from before %s", before.UTC().Format(time.DateOnly)), func(ctx context.Context, tx session) error {
		versions, err := column[string](ctx, tx, old, micro(before), limit)
		if err != nil {
			return err
		}
		n = len(versions)
		for _, some := range chunks(versions) {
			condition, args := tx.dialect.in(some)
			if _, err := tx.exec(ctx, "UPDATE texts SET summary = '', text = '', expired = 1 WHERE version"+condition, args...); err != nil {
				return err
			}
			articles, err := column[string](ctx, tx, "SELECT a.id FROM texts t JOIN records r ON r.version = t.version JOIN articles a ON a.record = r.id WHERE t.version"+condition, args...)
			if err != nil {
				return err
			}
			if err := indexAgain(ctx, tx, articles); err != nil {
				return err
			}
		}
		return nil
	})
	s.shelf.clear() // no change says that a text is gone
	return n, err
}
