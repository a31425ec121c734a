package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// A connection that keeps its statements answers as one that does not: while a query is
// read, when the same one is asked inside of it, after an error, an interruption and a
// change of the schema, and when there are more statements than it keeps.
func TestKeptStatements(t *testing.T) {
	ctx := t.Context()
	db := openSQLite(t, newSQLite(t)).Writer()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	must := func(query string, args ...any) {
		t.Helper()
		if _, err := conn.ExecContext(ctx, query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	numbers := func(depth int) (sum int) {
		t.Helper()
		var walk func(depth int)
		walk = func(depth int) {
			rows, err := conn.QueryContext(ctx, "SELECT n FROM numbers WHERE n > ? ORDER BY n", 0)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = rows.Close() }()
			for rows.Next() {
				var n int
				if err := rows.Scan(&n); err != nil {
					t.Fatal(err)
				}
				if sum += n; depth > 0 {
					walk(depth - 1)
				}
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
		}
		walk(depth)
		return sum
	}
	must("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
	for n := 1; n <= 3; n++ {
		must("INSERT INTO numbers VALUES (?)", n)
	}
	for range 3 {
		if got := numbers(2); got != 6+3*6+9*6 {
			t.Fatalf("queries inside of the same query: %d", got)
		}
	}
	if _, err := conn.ExecContext(ctx, "INSERT INTO numbers VALUES (?)", 3); err == nil {
		t.Fatal("a key was taken twice")
	}
	must("INSERT INTO numbers VALUES (?)", 4)
	for n := range 200 {
		var got int
		if err := conn.QueryRowContext(ctx, fmt.Sprintf("SELECT %d + ?", n), 1).Scan(&got); err != nil || got != n+1 {
			t.Fatal(got, err)
		}
	}
	must("ALTER TABLE numbers ADD COLUMN name TEXT")
	must("DROP TABLE numbers") // which a statement that is not at its end would refuse
	must("CREATE TABLE numbers (n INTEGER)")
	must("INSERT INTO numbers VALUES (?)", 5)
	if got := numbers(0); got != 5 {
		t.Fatalf("after another table took its name: %d", got)
	}

	short, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	const long = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT count(*) FROM c"
	var got int
	if err := conn.QueryRowContext(short, long, 1_000_000_000).Scan(&got); err == nil {
		t.Fatal("a query outlived its context")
	}
	_ = conn.Close()
	if err := db.QueryRowContext(ctx, long, 10).Scan(&got); err != nil || got != 10 {
		t.Fatalf("after an interruption: %d, %v", got, err)
	}
	rows, err := db.QueryContext(ctx, "SELECT 1 UNION SELECT 2")
	if err != nil || !rows.Next() || rows.Err() != nil {
		t.Fatal(err)
	}
	for range 2 { // half read, and closed twice
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
