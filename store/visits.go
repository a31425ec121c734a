package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"edict/news"
)

// Polls returns what is remembered of every address of every source.
func (s *Store) Polls(ctx context.Context) ([]news.Poll, error) {
	list, err := decodeColumn[news.Poll](ctx, s.readers(), "SELECT body FROM polls ORDER BY source, address")
	return list, s.fault("read the polls", err)
}

// SavePoll keeps the outcome of a poll and the stories that were found, in one
// transaction: a kill in between loses no story. Stories whose normalised URL is
// known are left as they are. It returns how many were not.
func (s *Store) SavePoll(ctx context.Context, poll news.Poll, found []news.Visit) (added int, err error) {
	what := fmt.Sprintf("save the poll of %s", poll.Address)
	if !news.ValidSlug(poll.Source) || poll.Address == "" {
		return 0, fmt.Errorf("%s: source %q: it needs a source and an address: %w", what, poll.Source, news.ErrInvalid)
	}
	body, err := json.Marshal(poll)
	if err != nil {
		return 0, fmt.Errorf("%s: %w: %w", what, err, news.ErrInvalid)
	}
	rows, err := visitValues(found)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	err = s.writeTogether(ctx, what, func(ctx context.Context, tx session) error {
		_, err := tx.insert(ctx, pollRows, "ON CONFLICT (source, address) DO UPDATE SET body = excluded.body",
			[][]any{{poll.Source, poll.Address, string(body)}})
		if err != nil {
			return err
		}
		n, err := tx.insert(ctx, visitRows, "ON CONFLICT (id) DO NOTHING", rows)
		added = int(n)
		return err
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// Visit returns what is remembered of an address, or ErrNotFound.
func (s *Store) Visit(ctx context.Context, url string) (news.Visit, error) {
	url = news.NormalizeURL(url)
	v, err := findVisit(ctx, s.readers(), news.ArticleID(url))
	return v, s.fault("read the visit of "+url, err)
}

// SaveVisit keeps a visit, whether its address was known or not.
func (s *Store) SaveVisit(ctx context.Context, v news.Visit) error {
	what := "save the visit of " + v.URL
	rows, err := visitValues([]news.Visit{v})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return s.writeTogether(ctx, what, func(ctx context.Context, tx session) error {
		_, err := tx.insert(ctx, visitRows, visitReplace, rows)
		return err
	})
}

const visitReplace = `ON CONFLICT (id) DO UPDATE SET source = excluded.source, rank = excluded.rank, due = excluded.due,
		article = excluded.article, body = excluded.body`

func visitValues(visits []news.Visit) ([][]any, error) {
	rows := make([][]any, 0, len(visits))
	for _, v := range visits {
		v.URL = news.NormalizeURL(v.URL)
		if v.URL == "" || !news.ValidSlug(v.Source) {
			return nil, fmt.Errorf("visit %q of source %q: it needs an address and a source: %w", v.URL, v.Source, news.ErrInvalid)
		}
		body, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("visit %q: %w: %w", v.URL, err, news.ErrInvalid)
		}
		rows = append(rows, []any{news.ArticleID(v.URL), v.Source, v.Rank(), due(v.Next), v.Article, string(body)})
	}
	return rows, nil
}

func findVisit(ctx context.Context, q session, id string) (news.Visit, error) {
	list, err := decodeColumn[news.Visit](ctx, q, "SELECT body FROM visits WHERE id = ?", id)
	if err == nil && len(list) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return news.Visit{}, err
	}
	return list[0], nil
}
