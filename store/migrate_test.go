package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"edict/news"
	"edict/store"
	"edict/store/storetest"
)

// A database that the first released program made, with rows in every table, is brought
// up to date with its rows kept, and works on.
func TestFirstSchemaMigrates(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		address := newSQLite(t)
		migrateFilled(t, openSQLite(t, newSQLite(t)), address, raw(t, address), false)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		address := postgres.Database(t)
		migrateFilled(t, openPostgres(t, postgres.Database(t)), address, rawPostgres(t, address), true)
	})
}

func migrateFilled(t *testing.T, filled *store.Store, address string, old *sql.DB, onPostgres bool) {
	storetest.Fill(t, filled)
	ctx := context.WithoutCancel(t.Context())
	if err := store.MigrateTo(ctx, old, onPostgres, 1); err != nil {
		t.Fatal(err)
	}
	tables := tablesOf(t, old, onPostgres)
	if len(tables) < 20 {
		t.Fatalf("only %d tables: %v", len(tables), tables)
	}
	columns, before := map[string][]string{}, map[string][]string{}
	for _, name := range tables {
		columns[name] = columnsOf(t, old, name)
	}
	tx, err := old.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tables {
		rows := rowsOf(t, filled.Readers(), name, columns[name])
		if len(rows) == 0 {
			t.Errorf("there are no rows of %s to migrate", name)
		}
		marks := make([]string, len(columns[name]))
		for i := range marks {
			if marks[i] = "?"; onPostgres {
				marks[i] = fmt.Sprint("$", i+1)
			}
		}
		for _, row := range rows {
			insert := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", name, strings.Join(columns[name], ", "), strings.Join(marks, ", "))
			if _, err := tx.ExecContext(ctx, insert, row...); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		before[name] = printed(rows)
	}
	if onPostgres {
		if _, err := tx.ExecContext(ctx, "SELECT setval(pg_get_serial_sequence('articles', 'number'), (SELECT max(number) FROM articles))"); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}

	s, err := tryOpen(t, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for _, name := range tables {
		rows := rowsOf(t, s.Readers(), name, columns[name])
		if got := printed(rows); !slices.Equal(got, before[name]) {
			t.Errorf("%s has %d rows after the migration that are not the %d of before", name, len(got), len(before[name]))
		}
	}
	wantError(t, s.Keep(t.Context(), storetest.Records(500, 3)), nil)
	for done := 1; done > 0; {
		if done, err = s.Index(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
	}
	found, err := s.Records(t.Context(), news.Filter{Words: "挖矿"})
	if err != nil || len(found) < 50 {
		t.Errorf("%d records are found by a word, %v", len(found), err)
	}
	if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("check: %v %v", problems, err)
	}
}

// tablesOf returns the tables of a database in the order in which they were made, which
// is one in which rows can refer to each other.
func tablesOf(t *testing.T, db *sql.DB, onPostgres bool) (names []string) {
	t.Helper()
	query := "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid"
	if onPostgres {
		query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY oid"
	}
	for _, row := range allRows(t, db, query) {
		name := fmt.Sprint(row[0])
		if !strings.HasPrefix(name, "search") && !strings.HasPrefix(name, "goose") && !strings.HasPrefix(name, "sqlite") {
			names = append(names, name)
		}
	}
	return names
}

func columnsOf(t *testing.T, db *sql.DB, name string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+name+" LIMIT 0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil || rows.Err() != nil {
		t.Fatal(err, rows.Err())
	}
	return columns
}

func rowsOf(t *testing.T, db *sql.DB, name string, columns []string) [][]any {
	t.Helper()
	return allRows(t, db, "SELECT "+strings.Join(columns, ", ")+" FROM "+name)
}

func allRows(t *testing.T, db *sql.DB, query string) (list [][]any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		list = append(list, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// printed returns rows as text, sorted.
func printed(rows [][]any) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = fmt.Sprintf("%q", row)
	}
	slices.Sort(out)
	return out
}
