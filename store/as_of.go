package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"edict/news"
)

// A Past is an article as it stood at a moment: which record was current, and the tags
// that it had, with the verdicts of then.
type Past struct {
	Article, Record, Story string
	Position               news.Position
	Tags                   []news.Tag
}

// AsOf calls do for every article as it stood when a moment had passed, newest first
// by Position. Every change of a text, of tags, and every decision is kept, so that
// any moment can be read again: its records, its map, its queue, under its rules. An
// error of do ends it and is returned as it is.
func (s *Store) AsOf(ctx context.Context, moment time.Time, do func(Past) error) error {
	var own error
	err := s.read(ctx, "read the archive as of "+moment.UTC().Format(time.RFC3339), func(tx session) error {
		return asOf(ctx, tx, moment, false, func(p Past) error {
			own = do(p)
			return own
		})
	})
	if own != nil {
		return own
	}
	return err
}

// tagChanges are the kinds of change after which an article has other tags, or the
// same in another text or story. Each holds the tags.
const tagChanges = "('stored', 'version', 'tag', 'decision', 'merge', 'split')"

// asOf leaves out articles that had no tag until the moment, if tagged.
func asOf(ctx context.Context, tx session, moment time.Time, tagged bool, do func(Past) error) error {
	changed := ""
	if tagged {
		changed = " AND (after <> '[]' OR before <> '[]')" // the index changes_tags holds just these
	}
	return tx.each(ctx, func(rows *sql.Rows) error {
		var p Past
		var after sql.NullString
		var at int64
		if err := rows.Scan(&p.Article, &p.Record, &p.Story, &at, &after); err != nil {
			return err
		}
		p.Position = news.Position{Time: fromMicro(at), ID: p.Record}
		if after.Valid {
			if err := json.Unmarshal([]byte(after.String), &p.Tags); err != nil {
				return fmt.Errorf("the tags in a change of article %s cannot be read: %w", p.Article, err)
			}
		}
		return do(p)
	}, `SELECT c.article, c.record, c.story, r.position, c.after FROM changes c JOIN records r ON r.id = c.record
		WHERE c.sequence IN (SELECT max(sequence) FROM changes WHERE time <= ? AND kind IN `+tagChanges+changed+` GROUP BY article)
		ORDER BY r.position DESC, c.record DESC`, micro(moment))
}

// eachAsOf is Each for a filter with a moment.
func (s *Store) eachAsOf(ctx context.Context, f news.Filter, do func(news.Record) error) error {
	if strings.TrimSpace(f.Words) != "" {
		return fmt.Errorf("read records as of %s: the archive of a past moment cannot be searched for words: %w", f.AsOf.UTC().Format(time.RFC3339), news.ErrInvalid)
	}
	var own error
	err := s.read(ctx, "read records as of "+f.AsOf.UTC().Format(time.RFC3339), func(tx session) error {
		var list []Past
		if err := asOf(ctx, tx, f.AsOf, f.Tagged || f.Label != "" || f.Jurisdiction != "", func(p Past) error {
			if fitsTags(f, p) {
				list = append(list, p)
			}
			return nil
		}); err != nil {
			return err
		}
		left := f.Limit
		for _, page := range chunks(list) {
			ids, then := make([]string, len(page)), make(map[string]Past, len(page))
			for i, p := range page {
				ids[i], then[p.Record] = p.Record, p
			}
			records, err := loadRecords(ctx, tx, ids)
			if err != nil {
				return err
			}
			for _, r := range records {
				if f.Source != "" && r.Source != f.Source || !speaks(r.Language, f.Language) {
					continue
				}
				if r.Tags, r.Story = then[r.ID].Tags, then[r.ID].Story; r.Tags == nil {
					r.Tags = []news.Tag{}
				}
				if own = do(r); own != nil {
					return own
				}
				if left--; left == 0 {
					return nil
				}
			}
		}
		return nil
	})
	if own != nil {
		return own
	}
	return err
}

// fitsTags reports whether f selects an article by its time and tags, as recordsQuery
// does.
func fitsTags(f news.Filter, p Past) bool {
	at := p.Position.Time
	switch after := f.After; {
	case !f.Since.IsZero() && at.Before(f.Since), !f.Until.IsZero() && !at.Before(f.Until):
		return false
	case !after.IsZero() && (at.After(after.Time) || at.Equal(after.Time) && p.Record >= after.ID):
		return false
	case f.Story != "" && f.Story != p.Story:
		return false
	case f.Label == "" && f.Jurisdiction == "" && f.Stage == "" && !f.Tagged:
		return true
	}
	for _, t := range p.Tags {
		if t.State != news.Rejected && fitsTag(f, t) {
			return true
		}
	}
	return false
}

// fitsTag reports whether a tag has the label, the jurisdiction and the stage of f.
func fitsTag(f news.Filter, t news.Tag) bool {
	return (f.Label == "" || t.Label == f.Label) && (f.Jurisdiction == "" || t.Jurisdiction.Within(f.Jurisdiction)) &&
		(f.Stage == "" || t.Stage == f.Stage)
}

// speaks reports whether a language is the wanted one or a script of it.
func speaks(language, wanted string) bool {
	return wanted == "" || language == wanted || strings.HasPrefix(language, wanted+"-")
}
