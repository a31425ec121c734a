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

// A verdict is a row of verdicts: what was decided of one tag of an article, and
// stands whatever the rules say.
type verdict struct {
	Tag news.Tag `json:"tag"` // as it was decided: its state is accepted or rejected
	// Stage is what the rules said when it was decided.
	Stage news.Stage `json:"stage"`

	decision int64
	dispute  news.Dispute
}

func loadVerdicts(ctx context.Context, q session, articles []string) (map[string][]verdict, error) {
	out := map[string][]verdict{}
	err := q.eachIn(ctx, func(rows *sql.Rows) error {
		var article string
		var body sql.RawBytes
		var v verdict
		if err := rows.Scan(&article, &v.decision, &v.dispute, &body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &v); err != nil {
			return fmt.Errorf("a verdict on article %s cannot be read: %w", article, err)
		}
		out[article] = append(out[article], v)
		return nil
	}, "SELECT article, decision, dispute, body FROM verdicts WHERE article", " ORDER BY article, label, jurisdiction", articles)
	return out, err
}

func (v verdict) row(article string) ([]any, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("article %s: verdict: %w: %w", article, err, news.ErrInvalid)
	}
	return []any{article, v.Tag.Label, v.Tag.Jurisdiction, v.decision, v.dispute, string(body)}, nil
}

// overlay lays the article's verdicts over the tags that rules gave to r: the rules'
// own keep their places, and accepted ones that the rules do not give come behind. A
// verdict that the new tags speak against is noted, for an analyst to look at again.
func (p *plan) overlay(article string, r news.Record) ([]news.Tag, error) {
	list := p.verdicts[article]
	if len(list) == 0 {
		return r.Tags, nil
	}
	tags := slices.Clone(r.Tags)
	for i, v := range list {
		tag, dispute := v.over(&tags, r)
		if tag != nil {
			tags = append(tags, *tag)
		}
		if dispute == v.dispute {
			continue
		}
		list[i].dispute = dispute
		row, err := list[i].row(article)
		if err != nil {
			return nil, err
		}
		p.disputes = append(p.disputes, row)
	}
	return tags, nil
}

// over alters the tag that v is about. If tags has none and v accepts it, over returns
// it, resting on what of its evidence the text still holds.
func (v verdict) over(tags *[]news.Tag, r news.Record) (missing *news.Tag, dispute news.Dispute) {
	if i := indexTag(*tags, v.Tag.Label, v.Tag.Jurisdiction); i >= 0 {
		t := &(*tags)[i]
		if v.Tag.State == news.Accepted && t.Stage != v.Stage {
			dispute = news.RulesDispute
		}
		t.State, t.Stage = v.Tag.State, v.Tag.Stage
		return nil, dispute
	}
	if v.Tag.State != news.Accepted {
		return nil, news.NoDispute
	}
	t := v.Tag
	t.Evidence = nil
	for _, e := range v.Tag.Evidence {
		if at := strings.Index(r.Field(e.Field), e.Quote); at >= 0 {
			e.Start, e.End = at, at+len(e.Quote)
			t.Evidence = append(t.Evidence, e)
		}
	}
	if len(t.Evidence) > 0 {
		if v.Stage == "" {
			return &t, news.NoDispute // an analyst's own tag: rules never gave it
		}
		return &t, news.RulesDispute
	}
	// A tag must rest on something that a reader can look at.
	for _, f := range []news.Field{news.Title, news.Summary, news.Text} {
		if text := r.Field(f); text != "" {
			end := len(text)
			if line := strings.IndexByte(text, '\n'); line > 0 {
				end = line
			}
			t.Evidence = []news.Evidence{{Field: f, Start: 0, End: end, Quote: text[:end], Rule: "verdict"}}
			break
		}
	}
	return &t, news.TextDispute
}

func indexTag(tags []news.Tag, label news.Label, jurisdiction news.Jurisdiction) int {
	return slices.IndexFunc(tags, func(t news.Tag) bool { return t.Label == label && t.Jurisdiction == jurisdiction })
}

// importVerdicts makes verdicts of the tags that r brought accepted or rejected.
func (s *Store) importVerdicts(ctx context.Context, tx session, p *plan, r news.Record) error {
	article := r.Key().Article
	for _, t := range r.Tags {
		if t.State != news.Accepted && t.State != news.Rejected || slices.ContainsFunc(p.verdicts[article], func(v verdict) bool {
			return v.Tag.Label == t.Label && v.Tag.Jurisdiction == t.Jurisdiction
		}) {
			continue
		}
		before := t
		before.State = news.Review
		d := news.Decision{
			Time: s.now().UTC(), Who: Importer, Act: news.Accept, Story: p.articles[article].story, Article: article,
			Label: t.Label, Jurisdiction: t.Jurisdiction, Rules: r.Rules.Hash,
		}
		if t.State == news.Rejected {
			d.Act = news.Reject
		}
		if err := appendDecision(ctx, tx, &d, []news.Tag{before}, []news.Tag{t}); err != nil {
			return err
		}
		v := verdict{Tag: t, Stage: t.Stage, decision: d.Number}
		if err := writeVerdict(ctx, tx, article, v); err != nil {
			return err
		}
		p.verdicts[article] = append(p.verdicts[article], v) // a second record of the article
	}
	return nil
}
