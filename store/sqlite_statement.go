package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
)

func (sqliteDialect) query(text string) string { return text }

func (sqliteDialect) in(list []string) (condition string, args []any) {
	args = make([]any, len(list))
	for i, v := range list {
		args[i] = v
	}
	return " IN (" + marks(len(list)) + ") ", args
}

// inNumbers writes the numbers out: they cost less to read than so many arguments.
func (sqliteDialect) inNumbers(list []int64) (condition string, args []any) {
	var b strings.Builder
	b.WriteString(" IN (")
	for i, n := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(n, 10))
	}
	b.WriteString(") ")
	return b.String(), nil
}

// rangeBlock is how many ranges of keys are asked for at once, by a statement that is
// read once for all of them.
const rangeBlock = 128

func (sqliteDialect) keysHeld(ctx context.Context, s session, ranges []keyRange, f func(*sql.Rows) error) error {
	block := min(rangeBlock, len(ranges))
	if block == 0 {
		return nil
	}
	query, err := s.sql.PrepareContext(ctx, "WITH asked (key, first, last) AS (VALUES "+strings.TrimSuffix(strings.Repeat("(?,?,?),", block), ",")+`)
		SELECT k.key, k.time, k.number FROM asked CROSS JOIN feature_keys k WHERE k.key = asked.key AND k.time BETWEEN asked.first AND asked.last`)
	if err != nil {
		return err
	}
	defer func() { _ = query.Close() }()
	args := make([]any, 0, 3*block)
	for len(ranges) > 0 {
		args = args[:0]
		for i := range block { // the last block asks for its last range again
			r := ranges[min(i, len(ranges)-1)]
			args = append(args, int64(r.key), r.from, r.to)
		}
		rows, err := query.QueryContext(ctx, args...)
		if err := eachOf(rows, err, f); err != nil {
			return err
		}
		ranges = ranges[min(block, len(ranges)):]
	}
	return nil
}

// nearPages asks for one page after the other: SQLite is in this process.
func (sqliteDialect) nearPages(ctx context.Context, tx session, of stream, asks []pageAsk, do func(n int, page []byte) error) error {
	return pagesOf(ctx, tx, "SELECT body FROM search_words WHERE segment = ? AND stream = ? AND word <= ? ORDER BY word DESC LIMIT 1", len(asks),
		func(n int) []any { return []any{asks[n].segment, int64(of), asks[n].key} }, do)
}

func (sqliteDialect) pagesBetween(ctx context.Context, tx session, of stream, ranges []pageRange, do func(n int, page []byte) error) error {
	return pagesOf(ctx, tx, "SELECT body FROM search_words WHERE segment = ? AND stream = ? AND word > ? AND word <= ?", len(ranges),
		func(n int) []any { return []any{ranges[n].segment, int64(of), ranges[n].behind, ranges[n].upTo} }, do)
}

// pagesOf asks a query several times, and calls do for each page that it finds.
func pagesOf(ctx context.Context, tx session, query string, times int, args func(n int) []any, do func(n int, page []byte) error) error {
	prepared, err := tx.sql.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = prepared.Close() }()
	for n := range times {
		rows, err := prepared.QueryContext(ctx, args(n)...)
		err = eachOf(rows, err, func(rows *sql.Rows) error {
			var page sql.RawBytes
			if err := rows.Scan(&page); err != nil {
				return err
			}
			return do(n, page)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lock: a transaction of the writing connection begins with the lock.
func (sqliteDialect) lock(context.Context, session) error { return nil }

// snapshot: every transaction is one.
func (sqliteDialect) snapshot() sql.IsolationLevel { return sql.LevelDefault }

// insertBlocks are how many rows an insert holds: at most so many that reading the
// statement costs little, and few different ones, as the connection keeps them.
var insertBlocks = []int{16, 4, 1}

func (sqliteDialect) insert(ctx context.Context, s session, into table, conflict string, rows [][]any) (written int64, err error) {
	one := "(" + marks(len(into.columns)) + ")"
	for _, block := range insertBlocks {
		whole := len(rows) - len(rows)%block
		n, err := insertBlock(ctx, s, into.into()+" VALUES "+one+strings.Repeat(","+one, block-1)+" "+conflict, block, rows[:whole])
		if err != nil {
			return 0, err
		}
		written, rows = written+n, rows[whole:]
	}
	return written, nil
}

// insertBlock writes rows by a statement that takes so many at a time.
func insertBlock(ctx context.Context, s session, text string, block int, rows [][]any) (written int64, err error) {
	if len(rows) == 0 {
		return 0, nil
	}
	insert, err := s.sql.PrepareContext(ctx, text)
	if err != nil {
		return 0, err
	}
	defer func() { _ = insert.Close() }()
	args := make([]any, 0, block*len(rows[0]))
	for some := range slices.Chunk(rows, block) {
		args = args[:0]
		for _, row := range some {
			args = append(args, row...)
		}
		result, err := insert.ExecContext(ctx, args...)
		if err != nil {
			return 0, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return 0, err
		}
		written += n
	}
	return written, nil
}

// marks is a list of n parameters.
func marks(n int) string {
	return strings.TrimSuffix(strings.Repeat("?,", n), ",")
}

// restored has nothing to do: SQLite counts on from the greatest number.
func (sqliteDialect) restored(context.Context, session) error { return nil }
