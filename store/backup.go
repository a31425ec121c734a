package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"edict/news"
)

// backupSchema names the form of a backup. It is JSON lines: a head, then rows by
// table in the order of dumps, then an end that counts them.
const backupSchema = "edict.backup/1"

// A dump is a table as it is backed up: with all its columns, in an order that is
// always the same.
type dump struct {
	table
	order string
	// added is the value of the last column in a backup of before it was there.
	added func(row []any) (any, error)
}

// dumps are all tables but those of the search index, which is made anew, in the order
// in which rows can be restored.
var dumps = []dump{
	{newTable("sources", "slug origin body"), "slug", nil},
	{newTable("polls", "source address body"), "source, address", nil},
	{newTable("visits", "id source due:int article body rank:int"), "id", rankOf},
	{newTable("editions", "name number:int"), "name", nil},
	{healthRows, "source", nil},
	{newTable("ledger", "article version state stage reason attempts:int handed:int entered:int changed:int body"), "article, version", nil},
	{expiredRows, "version", nil},
	{recordRows, "id", nil},
	{tagRows, "record, label, jurisdiction", nil},
	{amountRows, "record, n", nil},
	{countRows, "record, n", nil},
	{evidenceRows, "record, owner, item, n", nil},
	{storyRows, "id", nil},
	{newTable("articles", "number:int id record version story source language position:int fetched:int tagged:int stored:int"), "number", nil},
	{apartRows, "one, other", nil},
	{featureRows, "number", nil},
	{featureKeyRows, "key, time, number", nil},
	{originalRows, "original, article", nil},
	{decisionRows, "number", nil},
	{verdictRows, "article, label, jurisdiction", nil},
	{effortRows, "decision", nil},
	{leaseRows, "article, label, jurisdiction", nil},
	{snoozeRows, "article, label, jurisdiction", nil},
	{noteRows, "number", nil},
	{ruleSetRows, "hash", nil},
	{newTable("rule_uses", "number:int hash who time:int change:int applied:int at:int written:int finished:int"), "number", nil},
	{draftRows, "number", nil},
	{subscriptionRows, "id", nil},
	{alertRows, "subscription, story, change", nil},
	{deliveryRows, "id", nil},
	{tryRows, "message, number", nil},
	{secretRows, "subscription, channel", nil},
	{silenceRows, "id", nil},
	{flagRows, "number", nil},
	{linkKeyRows, "number", nil},
	{noticeRows, "id", nil},
	{userRows, "name", nil},
	{sessionRows, "hash", nil},
	{tokenRows, "id", nil},
	{auditRows, "number", nil},
	{changeRows, "sequence", nil},
	{cursorRows, "name", nil},
}

// A backupLine is one line of a backup: a head, rows of a table, or the end.
type backupLine struct {
	Schema string              `json:"schema,omitempty"`
	Table  string              `json:"table,omitempty"`
	Rows   [][]json.RawMessage `json:"rows,omitempty"`
	End    *int64              `json:"end,omitempty"` // how many rows came before
}

// backupRows is how many rows a line holds.
const backupRows = 100

// Backup writes the whole store as one state of it, while others go on reading and
// writing. The same state gives the same bytes, from either database. It returns how
// many rows were written.
func (s *Store) Backup(ctx context.Context, out io.Writer) (n int64, err error) {
	w := bufio.NewWriterSize(out, 1<<16)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	err = s.read(ctx, "back up the store", func(tx session) error {
		n = 0
		if err := enc.Encode(backupLine{Schema: backupSchema}); err != nil {
			return err
		}
		for _, d := range dumps {
			rows, err := d.write(ctx, tx, enc)
			if err != nil {
				return fmt.Errorf("table %s: %w", d.name, err)
			}
			n += rows
		}
		if err := enc.Encode(backupLine{End: &n}); err != nil {
			return err
		}
		return w.Flush()
	})
	return n, err
}

func (d dump) write(ctx context.Context, tx session, enc *json.Encoder) (n int64, err error) {
	names := make([]string, len(d.columns))
	values, pointers := make([]any, len(d.columns)), make([]any, len(d.columns))
	for i, c := range d.columns {
		names[i] = c.name
		pointers[i] = &values[i]
	}
	line := backupLine{Table: d.name}
	flush := func() error {
		if len(line.Rows) == 0 {
			return nil
		}
		n += int64(len(line.Rows))
		err := enc.Encode(line)
		line.Rows = line.Rows[:0]
		return err
	}
	err = tx.each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(pointers...); err != nil {
			return err
		}
		row := make([]json.RawMessage, len(values))
		for i, v := range values {
			if b, isBytes := v.([]byte); isBytes {
				v = string(b)
			}
			text, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("column %s: %w", names[i], err)
			}
			row[i] = text
		}
		if line.Rows = append(line.Rows, row); len(line.Rows) < backupRows {
			return nil
		}
		return flush()
	}, "SELECT "+strings.Join(names, ", ")+" FROM "+d.name+" ORDER BY "+d.order)
	if err != nil {
		return n, err
	}
	return n, flush()
}

// maxBackupLine bounds a line: rows with texts of the greatest length.
const maxBackupLine = 1 << 30

// Restore fills an empty store with a backup of either database, all of it or
// nothing, and returns how many rows it read. The search index follows by itself. A
// store that holds anything is ErrConflict; what is no backup, or breaks off, is
// ErrInvalid with its line.
func (s *Store) Restore(ctx context.Context, in io.Reader) (n int64, err error) {
	err = s.write(ctx, "restore the store", func(ctx context.Context, tx session) error {
		for _, d := range dumps {
			var some int
			err := tx.row(ctx, "SELECT 1 FROM "+d.name+" LIMIT 1").Scan(&some)
			if err == nil {
				return fmt.Errorf("it is not empty: there are %s: %w", d.name, news.ErrConflict)
			}
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		n = 0
		lines := bufio.NewScanner(in)
		lines.Buffer(make([]byte, 1<<16), maxBackupLine)
		r := restoring{tables: map[string]int{}}
		for i, d := range dumps {
			r.tables[d.name] = i
		}
		for number := 1; lines.Scan(); number++ {
			rows, err := r.line(ctx, tx, lines.Bytes(), n)
			if err != nil {
				return fmt.Errorf("line %d: %w", number, err)
			}
			n += rows
		}
		switch {
		case lines.Err() != nil:
			return fmt.Errorf("it cannot be read to its end: %w: %w", lines.Err(), news.ErrInvalid)
		case !r.begun:
			return fmt.Errorf("it is empty, and no backup of Edict: %w", news.ErrInvalid)
		case !r.ended:
			return fmt.Errorf("it breaks off after %d rows: %w", n, news.ErrInvalid)
		}
		if _, err := tx.exec(ctx, "DELETE FROM cursors WHERE name = ?", searchCursor); err != nil {
			return err
		}
		return s.dialect.restored(ctx, tx)
	})
	return n, err
}

// restoring is how far a backup has been read.
type restoring struct {
	tables       map[string]int // place in dumps
	at           int            // the table that is being read
	begun, ended bool
}

func (r *restoring) line(ctx context.Context, tx session, text []byte, before int64) (n int64, err error) {
	var line backupLine
	if err := json.Unmarshal(text, &line); err != nil {
		return 0, fmt.Errorf("it is no line of a backup: %w: %w", err, news.ErrInvalid)
	}
	switch {
	case !r.begun:
		if r.begun = true; line.Schema != backupSchema {
			return 0, fmt.Errorf("schema %q is not %s: a newer Edict may have written it: %w", line.Schema, backupSchema, news.ErrInvalid)
		}
		return 0, nil
	case r.ended:
		return 0, fmt.Errorf("something follows the end: %w", news.ErrInvalid)
	case line.End != nil:
		if r.ended = true; *line.End != before {
			return 0, fmt.Errorf("%d rows were read where %d were written: %w", before, *line.End, news.ErrInvalid)
		}
		return 0, nil
	}
	at, known := r.tables[line.Table]
	if !known || at < r.at {
		return 0, fmt.Errorf("table %q is not known, or not in its place: %w", line.Table, news.ErrInvalid)
	}
	r.at = at
	rows := make([][]any, len(line.Rows))
	for i, values := range line.Rows {
		if rows[i], err = dumps[at].row(values); err != nil {
			return 0, err
		}
	}
	return tx.insert(ctx, dumps[at].table, "", rows)
}

// row reads the values of a row by the kinds of their columns.
func (d dump) row(values []json.RawMessage) ([]any, error) {
	old := d.added != nil && len(values) == len(d.columns)-1
	if len(values) != len(d.columns) && !old {
		return nil, fmt.Errorf("a row of %s has %d values, not %d: %w", d.name, len(values), len(d.columns), news.ErrInvalid)
	}
	row := make([]any, len(d.columns))
	for i, c := range d.columns[:len(values)] {
		if string(values[i]) == "null" {
			continue
		}
		var err error
		switch c.kind {
		case intKind:
			row[i], err = value[int64](values[i])
		case realKind:
			row[i], err = value[float64](values[i])
		default:
			row[i], err = value[string](values[i])
		}
		if err != nil {
			return nil, fmt.Errorf("column %s of %s: %w: %w", c.name, d.name, err, news.ErrInvalid)
		}
	}
	if old {
		var err error
		if row[len(values)], err = d.added(row); err != nil {
			return nil, fmt.Errorf("table %s: %w: %w", d.name, err, news.ErrInvalid)
		}
	}
	return row, nil
}

// rankOf is the rank of a visit whose body is the last of a row's values.
func rankOf(row []any) (any, error) {
	var v news.Visit
	text, _ := row[len(row)-2].(string)
	err := json.Unmarshal([]byte(text), &v)
	return int64(v.Rank()), err
}

func value[T any](text json.RawMessage) (v T, err error) {
	err = json.Unmarshal(text, &v)
	return v, err
}
