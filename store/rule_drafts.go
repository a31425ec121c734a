package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"edict/news"
)

// keptDrafts is how many drafts of rules are kept.
const keptDrafts = 30

// AddRuleDraft keeps a draft of rules with all its files, by name, and returns it with
// its number. The oldest are given up beyond keptDrafts.
func (s *Store) AddRuleDraft(ctx context.Context, d news.RuleDraft, files map[string][]byte) (news.RuleDraft, error) {
	what := fmt.Sprintf("keep a draft of rules %s", d.Rules.Hash)
	if d.Rules.Hash == "" || d.Who == "" || len(files) == 0 {
		return d, fmt.Errorf("%s: rules need a hash, files, and somebody who brought them: %w", what, news.ErrInvalid)
	}
	texts := make(map[string]string, len(files))
	for name, content := range files {
		texts[name] = string(content)
	}
	content, err := json.Marshal(texts)
	if err != nil {
		return d, fmt.Errorf("%s: %w: %w", what, err, news.ErrInvalid)
	}
	err = s.write(ctx, what, func(ctx context.Context, tx session) error {
		var last sql.NullInt64
		if err := tx.row(ctx, "SELECT max(number) FROM rule_drafts").Scan(&last); err != nil {
			return err
		}
		d.Number, d.Time = last.Int64+1, fromMicro(micro(s.now()))
		body, err := json.Marshal(d)
		if err != nil {
			return err
		}
		if _, err := tx.insert(ctx, draftRows, "", [][]any{{d.Number, micro(d.Time), d.Who, d.Rules.Hash, string(content), string(body), nil}}); err != nil {
			return err
		}
		_, err = tx.exec(ctx, "DELETE FROM rule_drafts WHERE number <= ?", d.Number-keptDrafts)
		return err
	})
	return d, err
}

// RuleDrafts returns the drafts of rules that are kept, the last first, without what
// their previews said.
func (s *Store) RuleDrafts(ctx context.Context) ([]news.RuleDraft, error) {
	list, err := decodeColumn[news.RuleDraft](ctx, s.readers(), "SELECT body FROM rule_drafts ORDER BY number DESC")
	return list, s.fault("list drafts of rules", err)
}

// RuleDraft returns one draft of rules, or ErrNotFound.
func (s *Store) RuleDraft(ctx context.Context, number int64) (d news.RuleDraft, err error) {
	d, err = draft(ctx, s.readers(), number)
	return d, s.fault(fmt.Sprintf("read draft %d of rules", number), err)
}

func draft(ctx context.Context, q session, number int64) (d news.RuleDraft, err error) {
	var body string
	var result sql.NullString
	if err := q.row(ctx, "SELECT body, result FROM rule_drafts WHERE number = ?", number).Scan(&body, &result); err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		return d, fmt.Errorf("it cannot be read: %w", err)
	}
	if result.Valid {
		d.Result = json.RawMessage(result.String)
	}
	return d, nil
}

// RuleDraftFiles returns all files of a draft of rules, by name, or ErrNotFound.
func (s *Store) RuleDraftFiles(ctx context.Context, number int64) (map[string][]byte, error) {
	what := fmt.Sprintf("read the files of draft %d of rules", number)
	var content string
	if err := s.readers().row(ctx, "SELECT content FROM rule_drafts WHERE number = ?", number).Scan(&content); err != nil {
		return nil, s.fault(what, err)
	}
	return filesOf(what, content)
}

// ChangeRuleDraft alters a draft of rules in one transaction, and returns it as it is
// then. alter gets it as it stands, and may refuse with an error, which is returned.
func (s *Store) ChangeRuleDraft(ctx context.Context, number int64, alter func(*news.RuleDraft) error) (d news.RuleDraft, err error) {
	err = s.write(ctx, fmt.Sprintf("change draft %d of rules", number), func(ctx context.Context, tx session) error {
		if d, err = draft(ctx, tx, number); err != nil {
			return err
		}
		if err := alter(&d); err != nil {
			return err
		}
		body, err := json.Marshal(d)
		if err != nil {
			return err
		}
		var result any
		if d.Result != nil {
			result = string(d.Result)
		}
		_, err = tx.exec(ctx, "UPDATE rule_drafts SET body = ?, result = ? WHERE number = ?", string(body), result, number)
		return err
	})
	return d, err
}

// filesOf reads what was written of rule files.
func filesOf(what, content string) (map[string][]byte, error) {
	var texts map[string]string
	if err := json.Unmarshal([]byte(content), &texts); err != nil {
		return nil, fmt.Errorf("%s: they cannot be read: %w", what, err)
	}
	files := make(map[string][]byte, len(texts))
	for name, text := range texts {
		files[name] = []byte(text)
	}
	return files, nil
}
