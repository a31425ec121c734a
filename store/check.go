package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"edict/news"
)

// Check looks for what must never be, on one state of the database, while others
// may go on writing. Each finding is one sentence; none means that all is well. It
// reads every text and every piece of evidence: 0.1 to 0.3 ms for each record.
func (s *Store) Check(ctx context.Context) (problems []string, err error) {
	err = s.read(ctx, "check the store", func(tx session) error {
		if problems, err = s.dialect.check(ctx, tx); err != nil {
			return err
		}
		b, err := balance(ctx, tx)
		if err != nil {
			return err
		}
		if b.Total != b.Stored+b.Dead+b.Waiting {
			problems = append(problems, fmt.Sprintf("The ledger holds %d rows, but %d stored, %d dead and %d waiting ones.", b.Total, b.Stored, b.Dead, b.Waiting))
		}
		for _, rule := range invariants {
			broken, err := column[string](ctx, tx, rule.query)
			if err != nil {
				return fmt.Errorf("%s: %w", rule.says, err)
			}
			if len(broken) > 0 {
				problems = append(problems, fmt.Sprintf("%s: %s.", rule.says, some(broken)))
			}
		}
		wrong, err := wrongTexts(ctx, tx)
		if err != nil {
			return err
		}
		if len(wrong) > 0 {
			problems = append(problems, fmt.Sprintf("Texts that are not the one that they were stored under: %s.", some(wrong)))
		}
		wrong, err = wrongEvidence(ctx, tx)
		if len(wrong) > 0 {
			problems = append(problems, fmt.Sprintf("Records whose evidence is not what stands in their text: %s.", some(wrong)))
		}
		return err
	})
	return problems, err
}

// invariants are queries that return what breaks a rule.
var invariants = []struct{ says, query string }{
	{
		"Article versions that the ledger calls stored, but which have no record",
		`SELECT l.article || ' version ' || l.version FROM ledger l WHERE l.state = 'stored'
			AND NOT EXISTS (SELECT 1 FROM records r WHERE r.article = l.article AND r.version = l.version)`,
	},
	{
		"Records whose article version the ledger does not call stored",
		`SELECT r.id FROM records r WHERE NOT EXISTS
			(SELECT 1 FROM ledger l WHERE l.article = r.article AND l.version = r.version AND l.state = 'stored')`,
	},
	{
		"Articles whose current record is missing or another article's",
		`SELECT a.id FROM articles a LEFT JOIN records r ON r.id = a.record
			WHERE r.article IS NULL OR r.article <> a.id OR r.version <> a.version OR r.position <> a.position`,
	},
	{
		"Records of an article that is not there",
		"SELECT r.id FROM records r WHERE NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = r.article)",
	},
	{
		"Tags that say of their record that it is current when it is not, or the other way",
		`SELECT t.record || ' ' || t.label || ' ' || t.jurisdiction FROM tags t
			WHERE t.current <> (SELECT count(*) FROM articles a WHERE a.record = t.record)`,
	},
	{
		"Articles that are marked tagged and are not, or the other way",
		`SELECT a.id FROM articles a WHERE a.tagged <>
			CASE WHEN EXISTS (SELECT 1 FROM tags t WHERE t.record = a.record AND t.state <> 'rejected') THEN 1 ELSE 0 END`,
	},
	{
		"Tags without evidence",
		`SELECT t.record || ' ' || t.label || ' ' || t.jurisdiction FROM tags t WHERE NOT EXISTS
			(SELECT 1 FROM evidence e WHERE e.record = t.record AND e.owner = 'tag' AND e.item = t.n)`,
	},
	{
		"Articles that were not announced as stored exactly once",
		`SELECT a.id FROM articles a LEFT JOIN changes c ON c.article = a.id AND c.kind = 'stored' GROUP BY a.id HAVING count(c.sequence) <> 1`,
	},
	{
		"Stories that hold another number of articles than they say, or are part of another and hold some",
		`SELECT s.id FROM stories s LEFT JOIN articles a ON a.story = s.id GROUP BY s.id, s.articles, s.became
			HAVING count(a.id) <> s.articles OR s.became IS NOT NULL AND count(a.id) > 0`,
	},
	{
		"Stories that are part of one that is not there or is itself part of another",
		`SELECT s.id FROM stories s LEFT JOIN stories t ON t.id = s.became WHERE s.became IS NOT NULL AND (t.id IS NULL OR t.became IS NOT NULL)`,
	},
	{
		"Articles whose story cannot be found by what they tell",
		"SELECT a.id FROM articles a LEFT JOIN features f ON f.article = a.id WHERE f.number IS NULL", // a join of all with all, for which the database makes an index
	},
	{
		"Changes whose sequence number does not lie above the one before",
		`SELECT CAST(sequence AS TEXT) FROM (SELECT sequence, lag(sequence) OVER (ORDER BY sequence) AS before FROM changes) AS numbered
			WHERE sequence <= before OR sequence < 1`,
	},
	{
		"Cursors that stand behind the last change",
		"SELECT name FROM cursors WHERE sequence > (SELECT coalesce(max(sequence), 0) FROM changes)",
	},
}

// some shows a few of many.
func some(list []string) string {
	const few = 3
	if len(list) <= few {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:few], ", "), len(list)-few)
}

// wrongTexts returns the versions whose text is another by now: their id is a hash.
func wrongTexts(ctx context.Context, tx session) (wrong []string, err error) {
	err = tx.each(ctx, func(rows *sql.Rows) error {
		var version, title, summary, text string
		if err := rows.Scan(&version, &title, &summary, &text); err != nil {
			return err
		}
		if news.VersionID(title, summary, text) != version {
			wrong = append(wrong, version)
		}
		return nil
	}, "SELECT version, title, summary, text FROM texts WHERE expired = 0")
	return wrong, err
}

// wrongEvidence returns the records with a quote that is not the slice it names.
// Slices are taken here, since SQL counts characters.
func wrongEvidence(ctx context.Context, tx session) (wrong []string, err error) {
	after := ""
	for {
		ids, err := column[string](ctx, tx, "SELECT DISTINCT record FROM evidence WHERE record > ? ORDER BY record LIMIT ?", after, pageSize)
		if err != nil || len(ids) == 0 {
			return wrong, err
		}
		after = ids[len(ids)-1]
		texts := map[string]news.Content{}
		err = tx.eachIn(ctx, func(rows *sql.Rows) error {
			var id string
			var c news.Content
			if err := rows.Scan(&id, &c.Title, &c.Summary, &c.Text); err != nil {
				return err
			}
			texts[id] = c
			return nil
		}, "SELECT r.id, t.title, t.summary, t.text FROM records r JOIN texts t ON t.version = r.version WHERE r.id", "AND t.expired = 0", ids)
		if err != nil {
			return wrong, err
		}
		for _, owner := range []string{ofTag, ofAmount, ofCount} {
			err := loadEvidence(ctx, tx, owner, ids, func(record string, _ int, e news.Evidence) {
				held, has := texts[record]
				if !has {
					return // its words are gone; what it quoted is kept
				}
				text := held.Field(e.Field)
				right := e.Start >= 0 && e.Start < e.End && e.End <= len(text) && text[e.Start:e.End] == e.Quote
				if !right && (len(wrong) == 0 || wrong[len(wrong)-1] != record) {
					wrong = append(wrong, record)
				}
			})
			if err != nil {
				return wrong, err
			}
		}
	}
}
