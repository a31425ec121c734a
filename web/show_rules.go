package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"edict/news"
	"edict/review"
)

// The bounds of what the page of the rules shows, and of what it is made of.
const (
	shownRules  = 150
	shownPairs  = 30
	shownNear   = 8 // for each label
	shownUses   = 5
	shownWords  = 15   // suggested phrases, for each label
	lookedNear  = 3000 // of the newest articles
	lookedRest  = 200  // stories that suggested phrases should not stand in
	unfoundMax  = 60
	suggestText = 2000             // bytes of a story that phrases are taken from
	rulesReach  = 10 * time.Minute // how old the counts may be while others are made
)

// A ruleBook is what decisions and the archive say of the rules.
type ruleBook struct {
	counts  news.RuleCounts
	near    []news.Record
	unfound []unfoundTag
	phrases map[news.Label][]review.Phrase
	made    time.Time
}

// An unfoundTag is an accepted tag that no rule gives.
type unfoundTag struct {
	news.TagRef
	record, title, lang string
}

// rulesView is the page of the rules.
type rulesView struct {
	InForce  string
	Uses     []useView
	Rows     []ruleRow
	MoreRows int
	Pairs    []pairRow
	Near     []nearGroup
	Unfound  []unfoundView
	Words    []wordGroup
	Made     moment
	Drafts   []draftRow
	Bring    *bringView // nil: rules cannot be brought here
}

// A useView is a use of rules.
type useView struct {
	Rules, Who, Line string
	Time             moment
}

// A ruleRow is one rule under one label.
type ruleRow struct {
	Rule                                   string
	Label                                  labelName
	Tags, Share, Alone, Accepted, Rejected string
	Precision                              string // "" where nobody has decided
	Weak                                   bool
	decided, tags                          int64
}

// A pairRow is two rules that stand behind the same tags.
type pairRow struct {
	One, Other          string
	Label               labelName
	Tags, Of, Precision string
	tags                int64
}

// A nearGroup is what nearly has a label.
type nearGroup struct {
	Label labelName
	Rows  []nearRow
}

type nearRow struct {
	Title, Lang, Link, Score string
	Missing                  []string
}

type unfoundView struct {
	Label             labelName
	Place             string
	Title, Lang, Link string
}

// A wordGroup is the phrases that rules of a label might look for.
type wordGroup struct {
	Label labelName
	Of    int // accepted stories that no rule caught
	Rows  []wordRow
}

type wordRow struct {
	Text, Link string
	In, Rest   int
}

func (s *Server) showRules(r *http.Request) (view, error) {
	ctx := r.Context()
	t, err := s.readTotals(ctx)
	if err != nil {
		return view{}, err
	}
	last, err := s.Reader.LastChange(ctx)
	if err != nil {
		return view{}, fmt.Errorf("read the last change: %w", err)
	}
	book, err := s.rules.get(ctx, s, "the rules", [2]int64{last}, s.makeRuleBook)
	if err != nil {
		return view{}, err
	}
	v := rulesView{InForce: ruleName(t.rules), Made: s.moment(book.made)}
	s.tellCounts(&v, book.counts, t)
	s.tellFindings(&v, book)
	if err := s.tellDrafts(ctx, &v); err != nil {
		return view{}, err
	}
	return view{template: "rules", title: s.say("rules"), nav: "review", totals: t, body: v}, nil
}

// makeRuleBook reads what the page of the rules is made of.
func (s *Server) makeRuleBook(ctx context.Context) (b ruleBook, err error) {
	b.made = s.Now()
	books := s.Review.Rules
	if b.counts, err = books.RuleCounts(ctx); err != nil {
		return b, fmt.Errorf("count the tags of rules: %w", err)
	}
	if b.near, err = books.NearMisses(ctx, lookedNear, 4*shownNear); err != nil {
		return b, fmt.Errorf("list near misses: %w", err)
	}
	refs, err := books.Unfound(ctx, unfoundMax)
	if err != nil || len(refs) == 0 {
		return b, err
	}
	articles := make([]string, len(refs))
	for i, ref := range refs {
		articles[i] = ref.Article
	}
	slices.Sort(articles)
	records, err := s.Review.Desk.CurrentOf(ctx, slices.Compact(articles))
	if err != nil {
		return b, fmt.Errorf("read what no rule caught: %w", err)
	}
	rest, err := s.Reader.Records(ctx, news.Filter{Limit: lookedRest})
	if err != nil {
		return b, fmt.Errorf("read other stories: %w", err)
	}
	byArticle := map[string]news.Record{}
	for _, r := range records {
		byArticle[r.Key().Article] = r
	}
	missed := map[news.Label][]string{}
	for _, ref := range refs {
		r, there := byArticle[ref.Article]
		if !there {
			continue
		}
		b.unfound = append(b.unfound, unfoundTag{ref, r.ID, cmp.Or(cut(r.Title, 100), cut(firstLine(r.Text), 100)), langAttr(r.Language)})
		missed[ref.Label] = append(missed[ref.Label], beginning(r))
	}
	var others []string
	for _, r := range rest {
		if _, is := byArticle[r.Key().Article]; !is {
			others = append(others, beginning(r))
		}
	}
	b.phrases = map[news.Label][]review.Phrase{}
	for label, texts := range missed {
		b.phrases[label] = review.Suggest(texts, others, shownWords)
	}
	return b, nil
}

// beginning is what phrases are taken from.
func beginning(r news.Record) string {
	text := r.Title + "\n" + r.Summary + "\n" + r.Text
	return strings.ToValidUTF8(text[:min(len(text), suggestText)], "")
}

// count lays out the counts of rules: weak ones first, then the most used.
func (s *Server) tellCounts(v *rulesView, counts news.RuleCounts, t totals) {
	whole := map[news.Label]int64{} // tags of a label, that stand and that were rejected
	for _, c := range t.tally {
		whole[c.Label] += c.N
	}
	of := map[labelledRule]int64{}
	for _, c := range counts.Rules {
		whole[c.Label] = max(whole[c.Label], c.Tags)
		of[labelledRule{c.Label, c.Rule}] = c.Tags
	}
	for _, c := range counts.Rules {
		row := ruleRow{
			Rule: c.Rule, Label: s.nameLabel(c.Label), Tags: thousands(c.Tags), Alone: thousands(c.Alone), Accepted: thousands(c.Accepted), Rejected: thousands(c.Rejected),
			Precision: precision(c.Accepted, c.Rejected), Weak: review.IsWeak(c), tags: c.Tags, decided: c.Accepted + c.Rejected,
		}
		if n := whole[c.Label]; n > 0 {
			row.Share = fmt.Sprintf("%.1f %%", 100*float64(c.Tags)/float64(n))
		}
		v.Rows = append(v.Rows, row)
	}
	slices.SortStableFunc(v.Rows, func(a, b ruleRow) int {
		return cmp.Or(-cmp.Compare(bit(a.Weak), bit(b.Weak)), cmp.Compare(b.tags, a.tags), strings.Compare(a.Rule, b.Rule))
	})
	if len(v.Rows) > shownRules {
		v.Rows, v.MoreRows = v.Rows[:shownRules], len(v.Rows)-shownRules
	}
	for _, p := range counts.Pairs {
		smaller := min(of[labelledRule{p.Label, p.One}], of[labelledRule{p.Label, p.Other}])
		v.Pairs = append(v.Pairs, pairRow{
			One: p.One, Other: p.Other, Label: s.nameLabel(p.Label), Tags: thousands(p.Tags),
			Of: fmt.Sprintf("%.0f %%", 100*float64(p.Tags)/float64(max(smaller, 1))), Precision: precision(p.Accepted, p.Rejected), tags: p.Tags,
		})
	}
	slices.SortStableFunc(v.Pairs, func(a, b pairRow) int { return cmp.Compare(b.tags, a.tags) })
	v.Pairs = v.Pairs[:min(len(v.Pairs), shownPairs)]
}

type labelledRule struct {
	label news.Label
	rule  string
}

// precision is how often analysts said yes, or "".
func precision(accepted, rejected int64) string {
	if accepted+rejected == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", 100*float64(accepted)/float64(accepted+rejected))
}

// tellFindings lays out what came near, what no rule caught, and which phrases might.
func (s *Server) tellFindings(v *rulesView, b ruleBook) {
	var labels []news.Label
	near := map[news.Label][]nearRow{}
	for _, r := range b.near {
		for _, n := range r.Near {
			if len(near[n.Label]) == shownNear {
				continue
			}
			if !slices.Contains(labels, n.Label) {
				labels = append(labels, n.Label)
			}
			near[n.Label] = append(near[n.Label], nearRow{
				cmp.Or(cut(r.Title, 100), cut(firstLine(r.Text), 100)), langAttr(r.Language), "/records/" + r.ID, fmt.Sprintf("%.2f", n.Score), n.Missing,
			})
		}
	}
	slices.Sort(labels)
	for _, l := range labels {
		slices.SortStableFunc(near[l], func(a, b nearRow) int { return strings.Compare(b.Score, a.Score) })
		v.Near = append(v.Near, nearGroup{s.nameLabel(l), near[l]})
	}
	of := map[news.Label]int{}
	for _, u := range b.unfound {
		of[u.Label]++
		if len(v.Unfound) < 3*shownNear {
			v.Unfound = append(v.Unfound, unfoundView{s.nameLabel(u.Label), s.place(u.Jurisdiction), u.title, u.lang, "/records/" + u.record})
		}
	}
	var found []news.Label
	for l := range b.phrases {
		found = append(found, l)
	}
	slices.Sort(found)
	for _, l := range found {
		g := wordGroup{Label: s.nameLabel(l), Of: of[l]}
		for _, p := range b.phrases[l] {
			g.Rows = append(g.Rows, wordRow{p.Text, query{words: `"` + p.Text + `"`}.at(streamPath), p.In, p.Rest})
		}
		v.Words = append(v.Words, g)
	}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
