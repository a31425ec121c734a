package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"edict/store"
	"edict/store/storetest"
)

const (
	benchBatch   = 500
	benchBatches = 6
)

// BenchmarkKeep keeps records in batches of 500 beside raw inserts of the very same
// rows into the very same tables, in transactions of as many, by a prepared
// statement for each table. The two take turns in one run; x is how much of the raw
// rate Keep reaches.
func BenchmarkKeep(b *testing.B) {
	records := storetest.Records(0, benchBatch*benchBatches)
	var keep, raw time.Duration
	for b.Loop() {
		kept := openBench(b)
		begin := time.Now()
		for n := 0; n < len(records); n += benchBatch {
			if err := kept.Keep(b.Context(), records[n:n+benchBatch]); err != nil {
				b.Fatal(err)
			}
		}
		keep += time.Since(begin)

		batches := rowsByBatch(b, kept)
		bare := openBench(b)
		begin = time.Now()
		for _, batch := range batches {
			insertRaw(b, bare.Writer(), batch)
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

func openBench(b *testing.B) *store.Store {
	b.Helper()
	s, err := tryOpen(b, newSQLite(b))
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
	{"texts", "SELECT r.rowid, x.* FROM texts x JOIN records r ON r.version = x.version"},
	{"records", "SELECT x.rowid, x.* FROM records x"},
	{"tags", "SELECT r.rowid, x.* FROM tags x JOIN records r ON r.id = x.record"},
	{"amounts", "SELECT r.rowid, x.* FROM amounts x JOIN records r ON r.id = x.record"},
	{"counts", "SELECT r.rowid, x.* FROM counts x JOIN records r ON r.id = x.record"},
	{"evidence", "SELECT r.rowid, x.* FROM evidence x JOIN records r ON r.id = x.record"},
	{"stories", "SELECT r.rowid, x.* FROM stories x JOIN records r ON r.article = x.id"},
	{"articles", "SELECT r.rowid, x.* FROM articles x JOIN records r ON r.id = x.record"},
	{"changes", "SELECT r.rowid, x.* FROM changes x JOIN records r ON r.id = x.record"},
	{"ledger", "SELECT r.rowid, x.* FROM ledger x JOIN records r ON r.article = x.article AND r.version = x.version"},
}

func rowsByBatch(b *testing.B, s *store.Store) []rawBatch {
	b.Helper()
	batches := make([]rawBatch, benchBatches)
	for i := range batches {
		batches[i] = rawBatch{}
	}
	for _, t := range tables {
		rows, err := s.Readers().QueryContext(b.Context(), t.from+" ORDER BY r.rowid")
		if t.name == "records" {
			rows, err = s.Readers().QueryContext(b.Context(), t.from+" ORDER BY x.rowid")
		}
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
			n := (values[0].(int64) - 1) / benchBatch
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

func insertRaw(b *testing.B, db *sql.DB, batch rawBatch) {
	b.Helper()
	ctx := context.WithoutCancel(b.Context())
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, t := range tables {
		rows := batch[t.name]
		if len(rows) == 0 {
			b.Fatalf("no rows of %s", t.name)
		}
		marks := strings.TrimSuffix(strings.Repeat("?,", len(rows[0])), ",")
		insert, err := tx.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s VALUES (%s)", t.name, marks))
		if err != nil {
			b.Fatal(err)
		}
		for _, row := range rows {
			if _, err := insert.ExecContext(ctx, row...); err != nil {
				b.Fatalf("%s: %v", t.name, err)
			}
		}
		if err := insert.Close(); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
