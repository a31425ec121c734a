package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"edict/news"
)

// UseRules makes rules active, and returns their use. files are the rule files, by
// name. With apply they are also to be run over the archive, which goes on where it
// stood if they were active and it was not finished. Rules that are active already
// are else left as they are.
func (s *Store) UseRules(ctx context.Context, rules news.RuleSet, files map[string][]byte, who string, apply bool) (use news.RuleUse, err error) {
	what := fmt.Sprintf("use rules %s (%s)", rules.Version, rules.Hash)
	if rules.Hash == "" || who == "" || len(files) == 0 {
		return use, fmt.Errorf("%s: rules need a hash, files, and somebody who uses them: %w", what, news.ErrInvalid)
	}
	texts := make(map[string]string, len(files))
	for name, content := range files {
		texts[name] = string(content)
	}
	content, err := json.Marshal(texts)
	if err != nil {
		return use, fmt.Errorf("%s: %w: %w", what, err, news.ErrInvalid)
	}
	err = s.write(ctx, what, func(ctx context.Context, tx session) error {
		use, err = lastUse(ctx, tx)
		isFirst := errors.Is(err, sql.ErrNoRows)
		if err != nil && !isFirst {
			return err
		}
		// Applying finished rules once more begins anew: archives grow by old records.
		if !isFirst && use.Rules.Hash == rules.Hash && (!apply || use.Applied && use.Finished.IsZero()) {
			return nil
		}
		use = news.RuleUse{Number: use.Number + 1, Rules: rules, Who: who, Time: s.now().UTC().Truncate(time.Microsecond), Applied: apply}
		if use.Change, err = lastChange(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.insert(ctx, ruleSetRows, "ON CONFLICT (hash) DO NOTHING", [][]any{{rules.Hash, rules.Version, string(content)}}); err != nil {
			return err
		}
		if _, err = tx.insert(ctx, ruleUseRows, "", [][]any{{use.Number, rules.Hash, who, micro(use.Time), use.Change, bit(apply), 0, 0}}); err != nil {
			return err
		}
		if !apply { // the program's own, when it starts
			return nil
		}
		return s.noteAct(ctx, tx, "rules.apply", rules.Hash, rules.Version)
	})
	return use, err
}

const useColumns = `u.number, u.hash, s.version, u.who, u.time, u.change, u.applied, u.at, u.written, u.finished
	FROM rule_uses u JOIN rule_sets s ON s.hash = u.hash`

func scanUse(scan func(...any) error) (u news.RuleUse, err error) {
	var at int64
	var finished sql.NullInt64
	err = scan(&u.Number, &u.Rules.Hash, &u.Rules.Version, &u.Who, &at, &u.Change, &u.Applied, &u.At, &u.Written, &finished)
	u.Time = fromMicro(at)
	if finished.Valid {
		u.Finished = fromMicro(finished.Int64)
	}
	return u, err
}

func lastUse(ctx context.Context, q session) (news.RuleUse, error) {
	return scanUse(q.row(ctx, "SELECT "+useColumns+" ORDER BY u.number DESC LIMIT 1").Scan)
}

// ActiveRules returns the last use of rules, or ErrNotFound before the first.
func (s *Store) ActiveRules(ctx context.Context) (news.RuleUse, error) {
	use, err := lastUse(ctx, s.readers())
	return use, s.fault("read which rules are active", err)
}

// RuleUses returns up to limit uses of rules, the last first.
func (s *Store) RuleUses(ctx context.Context, limit int) ([]news.RuleUse, error) {
	list := []news.RuleUse{}
	err := s.readers().each(ctx, func(rows *sql.Rows) error {
		u, err := scanUse(rows.Scan)
		list = append(list, u)
		return err
	}, "SELECT "+useColumns+" ORDER BY u.number DESC LIMIT ?", limit)
	return list, s.fault("list the uses of rules", err)
}

// RuleFiles returns the files of rules that were ever used, by name, or ErrNotFound.
func (s *Store) RuleFiles(ctx context.Context, hash string) (map[string][]byte, error) {
	var content string
	err := s.readers().row(ctx, "SELECT content FROM rule_sets WHERE hash = ?", hash).Scan(&content)
	if err != nil {
		return nil, s.fault("read the rules "+hash, err)
	}
	return filesOf("read the rules "+hash, content)
}

// A NumberedRecord is a current record under the number of its article.
type NumberedRecord struct {
	Number int64
	Record news.Record
}

// CurrentAfter returns current records in the order of their articles' numbers,
// behind a number, at most limit. Numbers grow with each new article.
func (s *Store) CurrentAfter(ctx context.Context, after int64, limit int) (list []NumberedRecord, err error) {
	err = s.read(ctx, "read current records", func(tx session) error {
		list = nil
		var ids []string
		numbers := map[string]int64{}
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var number int64
			var id string
			if err := rows.Scan(&number, &id); err != nil {
				return err
			}
			ids, numbers[id] = append(ids, id), number
			return nil
		}, "SELECT number, record FROM articles WHERE number > ? ORDER BY number LIMIT ?", after, limit)
		if err != nil {
			return err
		}
		records, err := loadRecords(ctx, tx, ids)
		for _, r := range records {
			list = append(list, NumberedRecord{numbers[r.ID], r})
		}
		return err
	})
	return list, err
}

// TextsAfter is CurrentAfter for a reader of texts and tags: it leaves out evidence,
// amounts and counts, and takes less time.
func (s *Store) TextsAfter(ctx context.Context, after int64, limit int) (list []NumberedRecord, err error) {
	err = s.read(ctx, "read current records", func(tx session) error {
		list = make([]NumberedRecord, 0, limit)
		byNumber := make(map[int64]int, limit)
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var number int64
			r, err := scanRecord(rows, &number)
			if err == nil {
				byNumber[number] = len(list)
				list = append(list, NumberedRecord{number, *r})
			}
			return err
		}, "SELECT "+recordColumns+`, a.number FROM articles a JOIN records r ON r.id = a.record JOIN texts t ON t.version = r.version
			WHERE a.number > ? ORDER BY a.number LIMIT ?`, after, limit)
		if err != nil || len(list) == 0 {
			return err
		}
		return tx.each(ctx, func(rows *sql.Rows) error {
			var number int64
			t := news.Tag{Evidence: []news.Evidence{}}
			if err := rows.Scan(&number, &t.Label, &t.Jurisdiction, &t.Stage, &t.Score, &t.State); err != nil {
				return err
			}
			of := &list[byNumber[number]].Record
			of.Tags = append(of.Tags, t)
			return nil
		}, `SELECT a.number, t.label, t.jurisdiction, t.stage, t.score, t.state FROM articles a JOIN tags t ON t.record = a.record
			WHERE a.number > ? AND a.number <= ? ORDER BY a.number, t.n`, after, list[len(list)-1].Number)
	})
	return list, err
}

// Reclassify makes the records that other rules make of texts that are held current,
// quietly: each record must be of its article's current text, or it is passed over.
// It also notes how far the use of these rules has come, in the same transaction.
func (s *Store) Reclassify(ctx context.Context, use news.RuleUse, records []news.Record) (written int, err error) {
	err = s.write(ctx, fmt.Sprintf("reclassify %d records", len(records)), func(ctx context.Context, tx session) error {
		p := s.newPlan(true)
		articles := make([]string, len(records))
		for i, r := range records {
			articles[i] = r.Key().Article
		}
		held, err := s.held(ctx, tx, records)
		if err != nil {
			return err
		}
		if err := p.recall(ctx, tx, articles); err != nil {
			return err
		}
		var laid []news.Record
		for _, r := range records {
			a := p.articles[r.Key().Article]
			if a == nil || a.version != r.Version || a.record == r.ID {
				continue
			}
			if held[r.ID] { // of rules that were active before the last ones
				p.replaced = append(p.replaced, r.ID)
			}
			if r, err = p.add(r); err != nil {
				return err
			}
			laid = append(laid, r)
			written++
		}
		if err := p.writeWords(ctx, tx); err != nil {
			return err
		}
		for _, r := range laid { // their texts, and so their stories, are the same
			if err := p.stand(ctx, tx, r, nil); err != nil {
				return err
			}
		}
		if err := p.write(ctx, tx); err != nil {
			return err
		}
		var finished any
		if !use.Finished.IsZero() {
			finished = micro(use.Finished)
		}
		n, err := tx.exec(ctx, "UPDATE rule_uses SET at = ?, written = written + ?, finished = ? WHERE number = ? AND number = (SELECT max(number) FROM rule_uses)",
			use.At, written, finished, use.Number)
		if err == nil && n == 0 {
			err = fmt.Errorf("other rules are active by now: %w", news.ErrConflict)
		}
		return err
	})
	return written, err
}

// StaleSince returns the numbers of up to limit articles whose current record was
// kept since a time and made by other rules than those of a hash.
func (s *Store) StaleSince(ctx context.Context, since time.Time, hash string, after int64, limit int) ([]int64, error) {
	list, err := column[int64](ctx, s.readers(), `SELECT a.number FROM articles a JOIN records r ON r.id = a.record
		WHERE r.kept >= ? AND r.rules <> ? AND a.number > ? ORDER BY a.number LIMIT ?`, micro(since), hash, after, limit)
	return list, s.fault("look for records of other rules", err)
}
