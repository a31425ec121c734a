package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"edict/news"
	"edict/web"
)

// A reasoner gives every tag the same reason.
type reasoner struct {
	ready bool
	err   error
}

func (x reasoner) Reasons(_ context.Context, r news.Record) (out []web.TagReason, ready bool, err error) {
	finding := web.Finding{
		Rule: "mining_crackdown/ban", Score: .57, PlaceBy: "named in the sentence", Missing: []string{"a named authority"},
		Parts: []web.ScorePart{{Name: "pattern", Value: .9, Why: "ban"}, {Name: "field", Value: .6, Why: "<i>body</i>"}, {Name: "official", Value: 1.05, Why: "decree"}},
	}
	for _, t := range r.Tags {
		out = append(out, web.TagReason{Label: t.Label, Jurisdiction: t.Jurisdiction, Unsure: "the score is under 0.70", Findings: []web.Finding{finding}})
	}
	return append(out, web.TagReason{Label: pro, Findings: []web.Finding{finding}}), x.ready, x.err
}

func TestScoreByPart(t *testing.T) {
	s := stocked()
	of := func(x reasoner) func(*web.Config) { return func(c *web.Config) { c.Reasons = x } }
	target := "/records/" + samples()[0].ID
	page := get(t, site(t, s, of(reasoner{ready: true})), target, http.StatusOK)
	lacks(t, "a score", page, `<li class="own"><span class="num">0.90</span> pattern`, `<li class="lowered"><span class="num">× 0.60</span> field <span class="soft" dir="auto">&lt;i&gt;body`,
		`<li class="raised"><span class="num">× 1.05</span> official`, "a named authority", "named in the sentence", "the score is under 0.70", "Score by part: Supportive")
	page = get(t, site(t, s, of(reasoner{})), target, http.StatusOK)
	lacks(t, "while rules are read", page, "is being made ready")
	page = get(t, site(t, s, of(reasoner{err: news.ErrNotFound})), target, http.StatusOK)
	if strings.Contains(page, "Score by part") || strings.Contains(page, "made ready") {
		t.Error("rules that are not kept: the page speaks of a score")
	}
	get(t, site(t, s, of(reasoner{err: news.ErrUnavailable})), target, http.StatusServiceUnavailable)
}
