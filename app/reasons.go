package app

import (
	"context"
	"sync"

	"edict/classifier"
	"edict/news"
	"edict/web"
)

// keptRules is how many sets of rules are kept ready to say why a record has its tags.
const keptRules = 3

// A reasoner judges records once more, by the rules that made them. A set of rules takes
// a moment to be read, and is read while nobody waits for it.
type reasoner struct {
	store *Archive

	mu    sync.Mutex                        // guards the rest
	ready map[string]*classifier.Classifier // by hash; nil: the rules cannot be used
	order []string                          // the oldest first
	begun map[string]bool                   // being read
	works sync.WaitGroup
}

func newReasoner(s *Archive, c *classifier.Classifier) *reasoner {
	r := &reasoner{store: s, ready: map[string]*classifier.Classifier{}, begun: map[string]bool{}}
	r.put(c.RuleSet().Hash, c)
	return r
}

func (r *reasoner) put(hash string, c *classifier.Classifier) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.begun, hash)
	r.ready[hash] = c
	if r.order = append(r.order, hash); len(r.order) > keptRules {
		delete(r.ready, r.order[0])
		r.order = r.order[1:]
	}
}

// Reasons says why the rules of a record made of it what they did.
func (r *reasoner) Reasons(ctx context.Context, rec news.Record) (out []web.TagReason, ready bool, err error) {
	hash := rec.Rules.Hash
	r.mu.Lock()
	c, there := r.ready[hash]
	if !there && !r.begun[hash] {
		r.begun[hash] = true
		r.works.Go(func() { r.put(hash, r.read(context.WithoutCancel(ctx), hash)) })
	}
	r.mu.Unlock()
	switch {
	case !there:
		return nil, false, nil
	case c == nil:
		return nil, false, news.ErrNotFound
	}
	e := c.Explain(news.Article{Schema: news.ArticleSchema, ID: rec.Key().Article, Content: rec.Content, Quiet: rec.Quiet})
	for _, t := range e.Tags {
		why := web.TagReason{Label: t.Tag.Label, Jurisdiction: t.Tag.Jurisdiction, Unsure: t.State}
		for i, f := range t.Findings {
			one := web.Finding{Rule: f.Rule, Score: f.Score, PlaceBy: f.PlaceBy, StageBy: f.StageBy, Missing: f.WhyNotHigher()}
			if i < len(t.Tag.Evidence) {
				one.Quote = t.Tag.Evidence[i].Quote
			}
			for _, p := range f.Parts {
				one.Parts = append(one.Parts, web.ScorePart{Name: p.Name, Value: p.Value, Why: p.Why})
			}
			why.Findings = append(why.Findings, one)
		}
		out = append(out, why)
	}
	for _, n := range e.Near {
		one := web.Finding{Rule: n.Finding.Rule, Score: n.Finding.Score, PlaceBy: n.Finding.PlaceBy, Missing: n.Near.Missing}
		if text := rec.Field(n.Finding.Field); n.Finding.End <= len(text) {
			one.Quote = text[n.Finding.Start:n.Finding.End]
		}
		for _, p := range n.Finding.Parts {
			one.Parts = append(one.Parts, web.ScorePart{Name: p.Name, Value: p.Value, Why: p.Why})
		}
		out = append(out, web.TagReason{Label: n.Near.Label, Findings: []web.Finding{one}})
	}
	return out, true, nil
}

// read returns the classifier of kept rules, or nil.
func (r *reasoner) read(ctx context.Context, hash string) *classifier.Classifier {
	files, err := r.store.RuleFiles(ctx, hash)
	if err != nil {
		return nil
	}
	book, err := compileRules(files)
	if err != nil {
		return nil
	}
	c, err := classifier.New(book.set, book.gazetteer)
	if err != nil {
		return nil
	}
	return c
}
