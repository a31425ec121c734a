package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/classifier/places"
	"edict/news"
	"edict/sink/stories"
	"edict/store"
	"edict/store/pgtest"
	"edict/store/storetest"
)

const (
	benchBatch   = 500
	benchBatches = 6
)

// BenchmarkKeep keeps records in batches of 500 beside raw inserts of the very same
// rows into the very same tables, in transactions of as many: with SQLite by a
// prepared statement for each table, with PostgreSQL by one unnest for each. The two
// take turns in one run; x is how much of the raw rate Keep reaches.
//
// Records are as the sink gets them in a running program: with the features that the
// classifier's stage made. Those "without" come from elsewhere, an import or an older
// classifier, and Keep makes the features itself.
func BenchmarkKeep(b *testing.B) {
	reader := storyReader(b)
	with := storetest.Records(0, benchBatch*benchBatches)
	without := slices.Clone(with)
	for i := range with {
		with[i].Features = reader.Encoded(with[i])
	}
	b.Run("SQLite", func(b *testing.B) {
		fresh := func(b *testing.B) string { return newSQLite(b) }
		b.Run("with", func(b *testing.B) { benchKeep(b, with, fresh, insertRows) })
		b.Run("without", func(b *testing.B) { benchKeep(b, without, fresh, insertRows) })
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		server := pgtest.Server{Durable: true}
		b.Cleanup(server.Stop)
		fresh := func(b *testing.B) string { return server.Database(b) }
		b.Run("with", func(b *testing.B) { benchKeep(b, with, fresh, insertLists) })
		b.Run("without", func(b *testing.B) { benchKeep(b, without, fresh, insertLists) })
	})
}

func storyReader(t testing.TB) *stories.Reader {
	t.Helper()
	gazetteer, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	reader, err := stories.NewReader(gazetteer)
	if err != nil {
		t.Fatal(err)
	}
	return reader
}

func benchKeep(b *testing.B, records []news.Record, fresh func(*testing.B) string, insert func(b *testing.B, tx *sql.Tx, table string, rows [][]any)) {
	batchOf := map[string]int{}
	for i, r := range records {
		batchOf[r.ID] = i / benchBatch
	}
	var keep, raw time.Duration
	for b.Loop() {
		kept := openBench(b, fresh(b))
		begin := time.Now()
		for n := 0; n < len(records); n += benchBatch {
			if err := kept.Keep(b.Context(), records[n:n+benchBatch]); err != nil {
				b.Fatal(err)
			}
		}
		keep += time.Since(begin)

		batches := rowsByBatch(b, kept, batchOf)
		bare := openBench(b, fresh(b))
		begin = time.Now()
		for _, batch := range batches {
			insertRaw(b, bare.Writer(), batch, insert)
		}
		raw += time.Since(begin)
		if err := kept.Close(); err != nil {
			b.Fatal(err)
		}
		if problems, err := bare.Check(b.Context()); err != nil || len(problems) > 0 {
			b.Fatalf("the raw rows are not the same: %v %v", problems, err)
		}
		if err := bare.Close(); err != nil {
			b.Fatal(err)
		}
	}
	n := float64(b.N * len(records))
	b.ReportMetric(n/keep.Seconds(), "keep/s")
	b.ReportMetric(n/raw.Seconds(), "raw/s")
	b.ReportMetric(raw.Seconds()/keep.Seconds(), "x")
	b.ReportMetric(0, "ns/op")
}

func openBench(b *testing.B, address string) *store.Store {
	b.Helper()
	s, err := tryOpen(b, address)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// A rawBatch holds the rows of each table that one batch wrote.
type rawBatch map[string][][]any

// tables of the sink's transaction, in the order in which rows may refer to each
// other, and how a row is traced to its record.
var tables = []struct{ name, from string }{
	{"texts", "SELECT r.id, x.* FROM texts x JOIN records r ON r.version = x.version"},
	{"records", "SELECT x.id, x.* FROM records x"},
	{"tags", "SELECT x.record, x.* FROM tags x"},
	{"amounts", "SELECT x.record, x.* FROM amounts x"},
	{"counts", "SELECT x.record, x.* FROM counts x"},
	{"evidence", "SELECT x.record, x.* FROM evidence x"},
	{"stories", "SELECT r.id, x.* FROM stories x JOIN records r ON r.article = x.id"},
	{"articles", "SELECT x.record, x.* FROM articles x ORDER BY x.number"},
	{"features", "SELECT r.id, x.* FROM features x JOIN records r ON r.article = x.article"},
	{"feature_keys", "SELECT r.id, x.* FROM feature_keys x JOIN features f ON f.number = x.number JOIN records r ON r.article = f.article"},
	{"changes", "SELECT x.record, x.* FROM changes x ORDER BY x.sequence"},
	{"ledger", "SELECT r.id, x.* FROM ledger x JOIN records r ON r.article = x.article AND r.version = x.version"},
}

func rowsByBatch(b *testing.B, s *store.Store, batchOf map[string]int) []rawBatch {
	b.Helper()
	batches := make([]rawBatch, benchBatches)
	for i := range batches {
		batches[i] = rawBatch{}
	}
	for _, t := range tables {
		rows, err := s.Readers().QueryContext(b.Context(), t.from)
		if err != nil {
			b.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			b.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				b.Fatal(err)
			}
			n := batchOf[values[0].(string)]
			batches[n][t.name] = append(batches[n][t.name], values[1:])
		}
		if err := rows.Err(); err != nil {
			b.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			b.Fatal(err)
		}
	}
	return batches
}

func insertRaw(b *testing.B, db *sql.DB, batch rawBatch, insert func(b *testing.B, tx *sql.Tx, table string, rows [][]any)) {
	b.Helper()
	tx, err := db.BeginTx(context.WithoutCancel(b.Context()), nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range tables {
		if len(batch[t.name]) == 0 {
			b.Fatalf("no rows of %s", t.name)
		}
		insert(b, tx, t.name, batch[t.name])
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// insertRows inserts row by row with one prepared statement.
func insertRows(b *testing.B, tx *sql.Tx, table string, rows [][]any) {
	b.Helper()
	ctx := context.WithoutCancel(b.Context())
	marks := strings.TrimSuffix(strings.Repeat("?,", len(rows[0])), ",")
	insert, err := tx.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s VALUES (%s)", table, marks))
	if err != nil {
		b.Fatal(err)
	}
	for _, row := range rows {
		if _, err := insert.ExecContext(ctx, row...); err != nil {
			b.Fatalf("%s: %v", table, err)
		}
	}
	if err := insert.Close(); err != nil {
		b.Fatal(err)
	}
}

// insertLists inserts all rows with one statement, a list for each column.
func insertLists(b *testing.B, tx *sql.Tx, table string, rows [][]any) {
	b.Helper()
	var marks []string
	var lists []any
	for i := range rows[0] {
		kind := "text"
		var list any
		switch rows[0][i].(type) {
		case int64:
			kind, list = "bigint", columnOf[int64](rows, i)
		case float64:
			kind, list = "double precision", columnOf[float64](rows, i)
		default:
			list = columnOf[string](rows, i)
		}
		lists = append(lists, list)
		marks = append(marks, fmt.Sprintf("$%d::%s[]", i+1, kind))
	}
	query := fmt.Sprintf("INSERT INTO %s SELECT * FROM unnest(%s)", table, strings.Join(marks, ", "))
	if _, err := tx.ExecContext(context.WithoutCancel(b.Context()), query, lists...); err != nil {
		b.Fatalf("%s: %v", table, err)
	}
}

func columnOf[T any](rows [][]any, i int) []*T {
	list := make([]*T, len(rows))
	for n, row := range rows {
		if v, ok := row[i].(T); ok {
			list[n] = &v
		}
	}
	return list
}
