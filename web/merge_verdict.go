package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"edict/news"
)

// meet is a verdict on a tag that another has decided on meanwhile. If both say the same,
// the two are merged: the first decision stands, and a reason for the second is kept as a
// note.
func (b *sitting) meet(v news.Verdict) error {
	ref := news.TagRef{Article: v.Article, Label: v.Label, Jurisdiction: v.Jurisdiction}
	list, err := b.s.Review.Desk.DecisionsOn(b.ctx, v.Article)
	if err != nil {
		return fmt.Errorf("read the decisions on article %s: %w", v.Article, err)
	}
	last, decided := lastOn(list, ref)
	if !decided || !saysTheSame(v, last) {
		b.outcome.Add(saidOther, tagKeyOf(ref, v.Seen))
		return nil
	}
	b.outcome.Add(saidSame, tagKeyOf(ref, v.Seen))
	if v.Reason == "" || v.Reason == last.Reason {
		return nil
	}
	b.outcome.Set(saidNoted, "1")
	_, err = b.s.Review.Notes.AddNote(b.ctx, news.Note{Who: b.who, Article: v.Article, Text: v.Reason})
	return err
}

// lastOn is the last decision on a tag, of decisions on its article.
func lastOn(list []news.Decision, ref news.TagRef) (d news.Decision, decided bool) {
	for _, d := range slices.Backward(list) {
		if d.Label == ref.Label && d.Jurisdiction == ref.Jurisdiction {
			return d, true
		}
	}
	return news.Decision{}, false
}

// saysTheSame reports whether a decision has made of a tag what a verdict wants.
func saysTheSame(v news.Verdict, d news.Decision) bool {
	if d.Act != v.Act {
		return false
	}
	if v.Act != news.Edit {
		return true
	}
	var after []news.Tag
	return json.Unmarshal(d.After, &after) == nil && slices.ContainsFunc(after, func(t news.Tag) bool {
		return t.State == news.Accepted && t.Label == cmp.Or(v.As.Label, v.Label) && t.Jurisdiction == cmp.Or(v.As.Jurisdiction, v.Jurisdiction) &&
			(v.As.Stage == "" || t.Stage == v.As.Stage)
	})
}
