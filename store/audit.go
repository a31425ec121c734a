package store

import (
	"context"
	"database/sql"
	"math"

	"edict/account"
)

// AddAct appends a line to the book of administration, under the next number.
func (s *Store) AddAct(ctx context.Context, a account.Act) error {
	return s.write(ctx, "write down "+a.What, func(ctx context.Context, tx session) error { return addAct(ctx, tx, a) })
}

// noteAct appends what the person of a context administers, in the transaction that does
// it. What the program does by itself is no line.
func (s *Store) noteAct(ctx context.Context, tx session, what, target, detail string) error {
	by := account.ByOf(ctx)
	if by.Who == "" {
		return nil
	}
	return addAct(ctx, tx, account.Act{Time: s.now().UTC(), Who: by.Who, Via: by.Via, What: what, Target: target, Detail: detail})
}

func addAct(ctx context.Context, tx session, a account.Act) error {
	if err := tx.row(ctx, "SELECT coalesce(max(number), 0) + 1 FROM audit").Scan(&a.Number); err != nil {
		return err
	}
	_, err := tx.insert(ctx, auditRows, "", [][]any{{a.Number, micro(a.Time), a.Who, a.Via, a.What, a.Target, a.Detail}})
	return err
}

// Acts returns up to limit lines of the book with a smaller number, the last first;
// before 0: the last ones.
func (s *Store) Acts(ctx context.Context, before int64, limit int) ([]account.Act, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	list := []account.Act{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var a account.Act
		var at int64
		err := rows.Scan(&a.Number, &at, &a.Who, &a.Via, &a.What, &a.Target, &a.Detail)
		a.Time = fromMicro(at)
		list = append(list, a)
		return err
	}, "SELECT number, time, who, via, what, target, detail FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?", before, limit)
	return list, s.fault("read the book of administration", err)
}
