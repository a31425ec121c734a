package store

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// query numbers the arguments: $1, $2 and so on. No query of ours holds a ? of
// another meaning.
func (postgresDialect) query(text string) string {
	n := strings.Count(text, "?")
	if n == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 3*n)
	for i := 1; ; i++ {
		before, after, found := strings.Cut(text, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(i))
		text = after
	}
}

// in hands the list over as one argument, so that the statement is the same for
// every length, and prepared once.
func (postgresDialect) in(list []string) (condition string, args []any) {
	return " = ANY(?::text[]) ", []any{list}
}

func (postgresDialect) inNumbers(list []int64) (condition string, args []any) {
	return " = ANY(?::bigint[]) ", []any{list}
}

// keysHeld looks into the index once for each range: OFFSET 0 keeps the database from
// reading the whole table instead.
func (postgresDialect) keysHeld(ctx context.Context, s session, ranges []keyRange, f func(*sql.Rows) error) error {
	keys, from, to := make([]int64, len(ranges)), make([]int64, len(ranges)), make([]int64, len(ranges))
	for i, r := range ranges {
		keys[i], from[i], to[i] = int64(r.key), r.from, r.to
	}
	return s.each(ctx, f, `SELECT r.key, k.time, k.number FROM unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS r (key, first, last)
		CROSS JOIN LATERAL (SELECT time, number FROM feature_keys WHERE key = r.key AND time BETWEEN r.first AND r.last ORDER BY time, number OFFSET 0) k`, keys, from, to)
}

func (postgresDialect) nearPages(ctx context.Context, tx session, of stream, asks []pageAsk, do func(n int, page []byte) error) error {
	segments, keys := make([]int64, len(asks)), make([]string, len(asks))
	for i, a := range asks {
		segments[i], keys[i] = a.segment, a.key
	}
	return tx.each(ctx, scanNumbered(do), `SELECT a.n, p.body FROM unnest(?::bigint[], ?::text[]) WITH ORDINALITY AS a (segment, word, n) CROSS JOIN LATERAL (
		SELECT w.body FROM search_words w WHERE w.segment = a.segment AND w.stream = ? AND w.word <= a.word COLLATE "C"
		ORDER BY w.segment DESC, w.stream DESC, w.word DESC LIMIT 1) p`, segments, keys, int64(of))
}

func (postgresDialect) pagesBetween(ctx context.Context, tx session, of stream, ranges []pageRange, do func(n int, page []byte) error) error {
	segments, behind, upTo := make([]int64, len(ranges)), make([]string, len(ranges)), make([]string, len(ranges))
	for i, r := range ranges {
		segments[i], behind[i], upTo[i] = r.segment, r.behind, r.upTo
	}
	return tx.each(ctx, scanNumbered(do), `SELECT a.n, p.body FROM unnest(?::bigint[], ?::text[], ?::text[]) WITH ORDINALITY AS a (segment, behind, last, n)
		CROSS JOIN LATERAL (SELECT w.body FROM search_words w WHERE w.segment = a.segment AND w.stream = ?
		AND w.word > a.behind COLLATE "C" AND w.word <= a.last COLLATE "C" ORDER BY w.segment, w.stream, w.word OFFSET 0) p`, segments, behind, upTo, int64(of))
}

// scanNumbered reads pages with the numbers, from 1, of what asked for them.
func scanNumbered(do func(n int, page []byte) error) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var n int
		var page sql.RawBytes
		if err := rows.Scan(&n, &page); err != nil {
			return err
		}
		return do(n-1, page)
	}
}

// writerLock is the advisory lock that whoever writes holds to the end of the
// transaction: what one has committed another sees, and no change appears behind a
// reader's cursor. It is "edict" and a number.
const writerLock = 0x6564696374_01

func (d postgresDialect) lock(ctx context.Context, tx session) error {
	_, err := tx.exec(ctx, "SELECT pg_advisory_xact_lock(?)", int64(writerLock))
	return err
}

func (postgresDialect) snapshot() sql.IsolationLevel { return sql.LevelRepeatableRead }

// insert sends a list for each column, which is four times as fast as rows of
// parameters, and one statement for any number of rows.
func (d postgresDialect) insert(ctx context.Context, s session, into table, conflict string, rows [][]any) (written int64, err error) {
	marks, columns, values := make([]string, len(into.columns)), make([]string, len(into.columns)), make([]string, len(into.columns))
	args := make([]any, len(into.columns))
	for i, c := range into.columns {
		columns[i] = "c" + strconv.Itoa(i)
		values[i] = columns[i]
		switch c.kind {
		case intKind:
			marks[i] = "?::bigint[]"
			args[i], err = gather(rows, i, reflect.Value.Int)
		case realKind:
			marks[i] = "?::double precision[]"
			args[i], err = gather(rows, i, reflect.Value.Float)
		case blobKind:
			list := make([][]byte, len(rows))
			for n, row := range rows {
				list[n], _ = row[i].([]byte)
			}
			marks[i], args[i] = "?::bytea[]", list
		default:
			marks[i] = "?::text[]"
			args[i], err = gather(rows, i, reflect.Value.String)
		}
		if err != nil {
			return 0, fmt.Errorf("column %s of %s: %w", c.name, into.name, err)
		}
	}
	return s.exec(ctx, fmt.Sprintf("%s SELECT %s FROM unnest(%s) AS rows (%s) %s", into.into(), strings.Join(values, ", "),
		strings.Join(marks, ", "), strings.Join(columns, ", "), conflict), args...)
}

// gather returns column i of rows; nil stands for nothing.
func gather[T string | int64 | float64](rows [][]any, i int, value func(reflect.Value) T) (_ any, err error) {
	var zero T
	want := reflect.TypeOf(zero).Kind()
	list := make([]T, len(rows))
	var missing []int
	for n, row := range rows {
		switch v := row[i].(type) {
		case T:
			list[n] = v
		case nil:
			missing = append(missing, n)
		default:
			of := reflect.ValueOf(v)
			if of.Kind() != want && (want != reflect.Int64 || !of.CanInt()) {
				return nil, fmt.Errorf("a %T is no %s", v, want)
			}
			list[n] = value(of)
		}
	}
	if missing == nil {
		return list, nil
	}
	pointers := make([]*T, len(list))
	for n := range list {
		pointers[n] = &list[n]
	}
	for _, n := range missing {
		pointers[n] = nil
	}
	return pointers, nil
}

// restored lets numbers go on behind the greatest one.
func (postgresDialect) restored(ctx context.Context, tx session) error {
	_, err := tx.exec(ctx, "SELECT setval(pg_get_serial_sequence('articles', 'number'), (SELECT coalesce(max(number), 0) + 1 FROM articles), false)")
	return err
}
