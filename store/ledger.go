package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"edict/news"
)

// A LedgerRow is an article version that is neither stored nor dead.
type LedgerRow = news.LedgerRow

// Enter writes an article version into the ledger, waiting, together with the
// visit that found it, in one transaction. It returns false if the ledger holds
// that version already, in whatever state; the visit is saved in any case. A visit
// without an address (an article that was not crawled) is not.
//
// A version that the ledger holds and that was fetched again after another one, as
// when a site takes a correction back, waits once more, and Enter returns true: its
// record becomes current when it is kept. One that is dead stays dead.
//
// The article's other addresses, the one served, the canonical one and its twins, are
// remembered as visited too: a feed that lists them later brings no new visit, and
// one that is waiting unread is not read.
func (s *Store) Enter(ctx context.Context, a news.Article, v news.Visit) (isNew bool, err error) {
	what := "enter " + a.URL + " into the ledger"
	if err := a.Validate(); err != nil {
		return false, fmt.Errorf("%s: %w", what, err)
	}
	body, err := json.Marshal(a)
	if err != nil {
		return false, fmt.Errorf("%s: %w: %w", what, err, news.ErrInvalid)
	}
	v.Article, v.Version = a.ID, a.Version
	err = s.writeTogether(ctx, what, func(ctx context.Context, tx session) error {
		now := micro(s.now())
		n, err := tx.insert(ctx, waitingRows, "ON CONFLICT (article, version) DO NOTHING", [][]any{{a.ID, a.Version, news.Waiting, now, now, string(body)}})
		if err != nil {
			return err
		}
		if isNew = n == 1; !isNew {
			if isNew, err = enterAgain(ctx, tx, a, now, string(body)); err != nil {
				return err
			}
		}
		return s.rememberVisits(ctx, tx, a, v)
	})
	if err != nil {
		return false, err
	}
	return isNew, nil
}

// enterAgain lets a version that the ledger holds wait again if another one came after
// it and this fetch came after that.
func enterAgain(ctx context.Context, tx session, a news.Article, now int64, body string) (waits bool, err error) {
	var state news.LedgerState
	var before sql.NullString
	var handed, behind, waiting bool
	err = tx.row(ctx, `SELECT l.state, l.handed, l.body,
			EXISTS (SELECT 1 FROM ledger o WHERE o.article = l.article AND o.version <> l.version AND o.state <> 'dead' AND o.entered > l.entered),
			EXISTS (SELECT 1 FROM ledger o WHERE o.article = l.article AND o.version <> l.version AND o.state = 'waiting')
		FROM ledger l WHERE l.article = ? AND l.version = ?`, a.ID, a.Version).Scan(&state, &handed, &before, &behind, &waiting)
	if err != nil || handed {
		return false, err
	}
	fetched := micro(a.Fetched)
	switch state {
	case news.Stored:
		var others int
		err = tx.row(ctx, "SELECT count(*) FROM articles WHERE id = ? AND version <> ? AND fetched < ?", a.ID, a.Version, fetched).Scan(&others)
		if waits = others > 0; err == nil && !waits && waiting {
			// It is current, and one that was fetched before may still come.
			_, err = tx.exec(ctx, "UPDATE articles SET fetched = ? WHERE id = ? AND version = ? AND fetched < ?", fetched, a.ID, a.Version, fetched)
		}
	case news.Waiting:
		var last news.Article
		if err := json.Unmarshal([]byte(before.String), &last); err != nil {
			return false, fmt.Errorf("an article that waits cannot be read: %w", err)
		}
		waits = behind && last.Fetched.Before(a.Fetched)
	}
	if err != nil || !waits {
		return false, err
	}
	_, err = tx.exec(ctx, "UPDATE ledger SET state = 'waiting', stage = '', reason = '', attempts = 0, entered = ?, changed = ?, body = ? WHERE article = ? AND version = ?",
		now, now, body, a.ID, a.Version)
	return true, err
}

// rememberVisits saves v, and the other addresses of a unless they led to an
// article before.
func (s *Store) rememberVisits(ctx context.Context, tx session, a news.Article, v news.Visit) error {
	if v.URL != "" {
		rows, err := visitValues([]news.Visit{v})
		if err != nil {
			return err
		}
		if _, err := tx.insert(ctx, visitRows, visitReplace, rows); err != nil {
			return err
		}
	}
	alias := v
	if v.URL == "" {
		alias = news.Visit{Source: a.Source, Title: a.Title, Published: a.Published, Quiet: a.Quiet, Found: s.now(), Last: a.Fetched, Article: a.ID, Version: a.Version}
	}
	alias.Next, alias.ETag, alias.LastModified, alias.Outcome, alias.Detail = time.Time{}, "", "", news.OK, otherAddress
	for _, address := range append([]string{a.URL, a.CanonicalURL}, a.Twins...) {
		if alias.URL = news.NormalizeURL(address); alias.URL == news.NormalizeURL(v.URL) {
			continue
		}
		rows, err := visitValues([]news.Visit{alias})
		if err != nil {
			return err
		}
		if _, err := tx.insert(ctx, visitRows, visitReplace+" WHERE visits.article = ''", rows); err != nil {
			return err
		}
	}
	return nil
}

// MarkDead says that an article version went to DEAD, at which stage and why, in
// whatever bytes: what is no text is left out of it. One that is stored stays stored. One that the ledger does not hold is ErrNotFound.
func (s *Store) MarkDead(ctx context.Context, key news.Key, stage, reason string) error {
	// Whatever was met may stand in an error, and a row that is not marked waits for ever.
	reason = strings.ReplaceAll(strings.ToValidUTF8(reason, "\uFFFD"), "\x00", "")
	return s.write(ctx, fmt.Sprintf("mark article %s version %s dead", key.Article, key.Version), func(ctx context.Context, tx session) error {
		n, err := tx.exec(ctx, `UPDATE ledger SET
				state = CASE state WHEN 'stored' THEN state ELSE 'dead' END,
				stage = CASE state WHEN 'stored' THEN stage ELSE ? END,
				reason = CASE state WHEN 'stored' THEN reason ELSE ? END,
				changed = CASE state WHEN 'stored' THEN changed ELSE ? END
			WHERE article = ? AND version = ?`, stage, reason, micro(s.now()), key.Article, key.Version)
		if err == nil && n == 0 {
			err = news.ErrNotFound
		}
		return err
	})
}

// Unfinished returns rows that are neither stored nor dead and were entered before
// or at a time, at most limit, in the order of their keys, behind the key after.
// What was handed over and not taken yet is not among them.
func (s *Store) Unfinished(ctx context.Context, enteredBefore time.Time, limit int, after news.Key) ([]LedgerRow, error) {
	var list []LedgerRow
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		var row LedgerRow
		var body sql.RawBytes
		var entered int64
		if err := rows.Scan(&body, &row.Attempts, &entered); err != nil {
			return err
		}
		row.Entered = fromMicro(entered)
		if err := json.Unmarshal(body, &row.Article); err != nil {
			return fmt.Errorf("a stored article cannot be read: %w", err)
		}
		list = append(list, row)
		return nil
	}, `SELECT body, attempts, entered FROM ledger
		WHERE state <> 'stored' AND state <> 'dead' AND handed = 0 AND (article, version) > (?, ?) AND entered <= ?
		ORDER BY article, version LIMIT ?`, after.Article, after.Version, micro(enteredBefore), limit)
	return list, s.fault("read what waits in the ledger", err)
}

// Republished counts one more attempt of a row that waits, and returns its number,
// 1 for the first. It is called before the article is published again. A row that
// is stored or dead by now is ErrConflict: it must not be published.
func (s *Store) Republished(ctx context.Context, key news.Key) (attempt int, err error) {
	err = s.write(ctx, fmt.Sprintf("count an attempt of article %s version %s", key.Article, key.Version), func(ctx context.Context, tx session) error {
		err := tx.row(ctx, `UPDATE ledger SET attempts = attempts + 1, changed = ?
			WHERE article = ? AND version = ? AND state = 'waiting' RETURNING attempts`,
			micro(s.now()), key.Article, key.Version).Scan(&attempt)
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var state string
		err = tx.row(ctx, "SELECT state FROM ledger WHERE article = ? AND version = ?", key.Article, key.Version).Scan(&state)
		if err != nil {
			return err
		}
		return fmt.Errorf("it is %s: %w", state, news.ErrConflict)
	})
	return attempt, err
}

// Balance counts the ledger's rows.
func (s *Store) Balance(ctx context.Context) (news.Balance, error) {
	var b news.Balance
	err := s.read(ctx, "count the ledger", func(tx session) (err error) {
		b, err = balance(ctx, tx)
		return err
	})
	return b, err
}

func balance(ctx context.Context, tx session) (news.Balance, error) {
	var b news.Balance
	err := tx.each(ctx, func(rows *sql.Rows) error {
		var state news.LedgerState
		var n int64
		if err := rows.Scan(&state, &n); err != nil {
			return err
		}
		switch state {
		case news.Stored:
			b.Stored = n
		case news.Dead:
			b.Dead = n
		case news.Waiting:
			b.Waiting = n
		}
		return nil
	}, "SELECT state, count(*) FROM ledger GROUP BY state")
	if err != nil {
		return b, err
	}
	return b, tx.row(ctx, "SELECT count(*) FROM ledger").Scan(&b.Total)
}

// StateOf returns the state of an article version in the ledger, with the reason if it
// is dead; "" if the ledger does not hold it.
func (s *Store) StateOf(ctx context.Context, key news.Key) (state string, err error) {
	var reason string
	err = s.readers().row(ctx, "SELECT state, reason FROM ledger WHERE article = ? AND version = ?", key.Article, key.Version).Scan(&state, &reason)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if reason != "" {
		state += ": " + reason
	}
	return state, s.fault("look up article "+key.Article+" in the ledger", err)
}
