package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"edict/news"
)

// An articleState is a row of articles: what is current.
type articleState struct {
	id, record, version, story string
	source, language           string
	position, fetched, stored  int64
	tagged                     bool
	tags                       []news.Tag // of the current record
	altered                    bool       // differs from the row in the database
}

// A plan is what one batch writes, table by table. It is made in Go, so that the
// database is asked twice and told once, in few long statements.
type plan struct {
	now        int64
	quiet      bool // the changes alert nobody, whatever the records say
	articles   map[string]*articleState
	order      []string             // of articles, as they came
	superseded []string             // records of the database that are current no more
	replaced   []string             // records of the database, not current, that are written anew
	verdicts   map[string][]verdict // of the articles
	disputes   [][]any              // verdicts whose dispute is another one now

	worded                                          map[string]bool // versions in texts
	expired                                         [][]any         // texts that came without their words
	texts, records, tags, evidence, amounts, counts [][]any
	changes, ledger                                 [][]any

	again []string // articles whose time or source may have changed, which no change says

	stories *grouping
}

func (s *Store) newPlan(quiet bool) *plan {
	return &plan{now: micro(s.now()), quiet: quiet, verdicts: map[string][]verdict{}, worded: map[string]bool{}, stories: newGrouping(s.reader)}
}

// carried returns what of a record has no column of its own, as JSON. A field that
// is added to news.Record later is carried without a change here.
func carried(r news.Record) (string, error) {
	r.Title, r.Summary, r.Text, r.Story = "", "", "", ""
	r.Tags, r.Amounts, r.Counts, r.Features, r.Expired = nil, nil, nil, nil, false
	body, err := json.Marshal(r)
	return string(body), err
}

// add puts a record that the database does not hold into the plan, and returns it with
// the verdicts that stand laid over its tags.
func (p *plan) add(r news.Record) (news.Record, error) {
	body, err := carried(r)
	if err != nil {
		return r, fmt.Errorf("record %s: %w: %w", r.ID, err, news.ErrInvalid)
	}
	article, position := r.Key().Article, micro(r.Position().Time)
	switch {
	case r.Expired:
		p.expired = append(p.expired, []any{r.Version, r.Title, "", "", p.now, 1})
	case !p.worded[r.Version]:
		p.worded[r.Version] = true
		p.texts = append(p.texts, []any{r.Version, r.Title, r.Summary, r.Text, p.now})
	}
	p.records = append(p.records, []any{r.ID, article, r.Version, r.Rules.Hash, position, p.now, body})
	given := r.Tags
	if r.Tags, err = p.overlay(article, r); err != nil {
		return r, err
	}
	for n, t := range r.Tags {
		var by news.Tag // the rules' own
		if n < len(given) {
			by = given[n]
		}
		if by.State == news.Accepted || by.State == news.Rejected {
			by.State = news.Review // an analyst's elsewhere; what the rules said is not known
		}
		// Whether the record is current is known when the batch is planned whole.
		p.tags = append(p.tags, []any{
			r.ID, t.Label, t.Jurisdiction, t.Jurisdiction.Country(), n, t.Stage, t.Score, t.State, by.State, by.Stage, position, article,
		})
		p.addEvidence(r.ID, ofTag, n, t.Evidence)
	}
	for n, a := range r.Amounts {
		p.amounts = append(p.amounts, []any{r.ID, n, a.Value, a.Currency, bit(a.Cap), a.Jurisdiction})
		p.addEvidence(r.ID, ofAmount, n, a.Evidence)
	}
	for n, c := range r.Counts {
		p.counts = append(p.counts, []any{r.ID, n, c.Value, c.Of, c.Unit, c.Label})
		p.addEvidence(r.ID, ofCount, n, c.Evidence)
	}
	return r, nil
}

// The owners of evidence.
const (
	ofTag    = "tag"
	ofAmount = "amount"
	ofCount  = "count"
)

func (p *plan) addEvidence(record, owner string, item int, list []news.Evidence) {
	for n, e := range list {
		p.evidence = append(p.evidence, []any{record, owner, item, n, e.Field, e.Start, e.End, e.Quote, e.Rule})
	}
}

// stand makes r current for its article, unless a text that was fetched later is,
// and notes the change if a reader may see one.
func (p *plan) stand(ctx context.Context, tx session, r news.Record, reading *reading) error {
	article, position := r.Key().Article, micro(r.Position().Time)
	a := p.articles[article]
	kind := news.StoredChange
	var before []news.Tag
	switch {
	case a == nil:
		a = &articleState{id: article, stored: p.now}
		p.articles[article] = a
		p.order = append(p.order, article)
	case a.version != r.Version && micro(r.Fetched) < a.fetched:
		return nil // an older text that comes late: kept, and current it is not
	case a.version != r.Version:
		kind, before = news.VersionChange, a.tags
	case sameTags(a.tags, r.Tags):
		kind = ""
	default:
		kind, before = news.TagChange, a.tags
	}
	if a.record != "" && a.record != r.ID {
		p.superseded = append(p.superseded, a.record)
	}
	a.record, a.version, a.source, a.language = r.ID, r.Version, r.Source, r.Language
	a.position, a.fetched, a.tags, a.altered = position, max(a.fetched, micro(r.Fetched)), r.Tags, true
	a.tagged = slices.ContainsFunc(r.Tags, func(t news.Tag) bool { return t.State != news.Rejected })
	if kind == "" {
		p.again = append(p.again, article)
		return nil
	}
	if kind != news.TagChange {
		if err := p.group(ctx, tx, a, reading, r.Quiet); err != nil {
			return err
		}
	}
	return p.addChange(kind, a, before, r.Tags, r.Quiet)
}

func (p *plan) addChange(kind news.ChangeKind, a *articleState, before, after []news.Tag, quiet bool) error {
	row := []any{nil, p.now, kind, a.story, a.id, a.record, nil, nil, bit(quiet || p.quiet), ""}
	for i, tags := range [][]news.Tag{before, after} {
		if tags == nil {
			continue
		}
		text, err := json.Marshal(tags)
		if err != nil {
			return fmt.Errorf("article %s: tags: %w: %w", a.id, err, news.ErrInvalid)
		}
		row[6+i] = string(text)
	}
	p.changes = append(p.changes, row)
	return nil
}

// sameTags reports whether a reader who relied on a may rely on b: the same labels
// in the same places, at the same stage and in the same state. A score or a quote
// that moved is no change.
func sameTags(a, b []news.Tag) bool {
	return slices.Equal(tagKeys(a), tagKeys(b))
}

func tagKeys(tags []news.Tag) []string {
	keys := make([]string, len(tags))
	for i, t := range tags {
		keys[i] = strings.Join([]string{string(t.Label), string(t.Jurisdiction), string(t.Stage), string(t.State)}, " ")
	}
	slices.Sort(keys)
	return keys
}

// recall reads what the database holds of the articles of a batch.
func (p *plan) recall(ctx context.Context, tx session, articles []string) error {
	p.articles = make(map[string]*articleState, len(articles))
	byRecord := map[string]*articleState{}
	var records []string
	err := tx.eachIn(ctx, func(rows *sql.Rows) error {
		var a articleState
		if err := rows.Scan(&a.id, &a.record, &a.version, &a.story, &a.source, &a.language, &a.position, &a.fetched); err != nil {
			return err
		}
		p.articles[a.id], byRecord[a.record] = &a, &a
		p.order = append(p.order, a.id)
		records = append(records, a.record)
		return nil
	}, "SELECT id, record, version, story, source, language, position, fetched FROM articles WHERE id", "", articles)
	if err != nil || len(records) == 0 {
		return err
	}
	tags, err := loadTags(ctx, tx, records)
	for record, list := range tags {
		byRecord[record].tags = list
	}
	if err != nil {
		return err
	}
	p.verdicts, err = loadVerdicts(ctx, tx, articles)
	return err
}
