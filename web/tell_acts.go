package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"edict/account"
	"edict/news"
)

// said is one thing that came of a form.
type said struct {
	Text  string
	Warn  bool
	Undo  int64  // the decision to undo, 0 for none
	Take  string // the tag to take over, "" for none
	Title string // of the article
	Link  string
}

// maxSaid is how many outcomes a page tells one by one.
const maxSaid = 5

// said tells what came of a form, as the outcomes in an address point to it.
func (s *Server) said(ctx context.Context, v url.Values, who string) (out []said, err error) {
	did := v[saidDid]
	for _, raw := range did[:min(len(did), maxSaid)] {
		number, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || number < 1 {
			continue
		}
		list, err := s.Review.Desk.DecisionsBefore(ctx, number+1, 1)
		if err != nil {
			return nil, fmt.Errorf("read decision %d: %w", number, err)
		}
		if len(list) == 0 || list[0].Number != number {
			continue
		}
		d := list[0]
		one := said{Text: s.tellDecision(d)}
		if d.Act != news.Undo {
			one.Undo = d.Number
		}
		if one.Title, one.Link, err = s.titleOf(ctx, d.Article); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	if more := len(did) - maxSaid; more > 0 {
		out = append(out, said{Text: s.say("said.more", "n", more)})
	}
	for _, name := range []string{saidSame, saidOther} {
		for _, raw := range first(v[name], maxSaid) {
			ref, _, err := readTagKey(raw)
			if err != nil {
				continue
			}
			one, err := s.saidByOther(ctx, ref, who, name == saidSame)
			if err != nil {
				return nil, err
			}
			out = append(out, one)
		}
	}
	if v.Has(saidNoted) {
		out = append(out, said{Text: s.say("said.noted")})
	}
	for _, name := range []string{saidHeld, saidClaimed} {
		for _, raw := range first(v[name], maxSaid) {
			ref, _, err := readTagKey(raw)
			if err != nil {
				continue
			}
			l, err := s.Review.Hold.LeaseOn(ctx, ref)
			if err != nil {
				return nil, err
			}
			if l.Owner == "" {
				continue
			}
			until := s.moment(l.Until)
			one := said{Text: s.say("said.has", "who", l.Owner, "tag", s.nameTag(ref), "time", until.Full)}
			if l.Owner == who {
				one.Text = s.say("said.yours", "tag", s.nameTag(ref), "time", until.Full)
			} else if name == saidHeld {
				one.Take, one.Warn = raw, true
				one.Text += s.say("said.unwritten")
			}
			out = append(out, one)
		}
	}
	if v.Has(saidGone) {
		out = append(out, said{Text: s.say("said.gone"), Warn: true})
	}
	if what := v.Get(saidNothing); slices.Contains(nothings, what) {
		out = append(out, said{Text: s.say("nothing." + what), Warn: true})
	}
	return out, nil
}

func first(list []string, n int) []string { return list[:min(len(list), n)] }

// nothings are the acts that may find nothing to act on.
var nothings = []string{"undo", "later", "merge", "split"}

// saidByOther tells what another analyst did to a tag meanwhile. same: it is what this
// one wanted too.
func (s *Server) saidByOther(ctx context.Context, ref news.TagRef, who string, same bool) (said, error) {
	list, err := s.Review.Desk.DecisionsOn(ctx, ref.Article)
	if err != nil {
		return said{}, fmt.Errorf("read the decisions on article %s: %w", ref.Article, err)
	}
	one := said{Text: s.say("said.changed", "tag", s.nameTag(ref)), Warn: true}
	if d, decided := lastOn(list, ref); decided {
		by := d.Who
		if by == who {
			by = s.say("said.namesake")
		}
		text := "said.faster"
		if same {
			text, one.Warn = "said.same", false
		}
		one.Text = s.say(text, "who", by, "what", s.tellDecision(d), "time", s.moment(d.Time).Relative)
	}
	one.Title, one.Link, err = s.titleOf(ctx, ref.Article)
	return one, err
}

// titleOf names an article and links to its record.
func (s *Server) titleOf(ctx context.Context, article string) (title, link string, err error) {
	if article == "" {
		return "", "", nil
	}
	records, err := s.Review.Desk.CurrentOf(ctx, []string{article})
	if err != nil {
		return "", "", fmt.Errorf("read article %s: %w", article, err)
	}
	if len(records) == 0 {
		return "", "", nil
	}
	title = cut(records[0].Title, 80)
	if title == "" {
		title = s.say("record.untitled")
	}
	return title, "/records/" + records[0].ID, nil
}

func (s *Server) nameTag(ref news.TagRef) string {
	return s.say("tag.name", "label", s.nameLabel(ref.Label).Word, "place", s.place(ref.Jurisdiction))
}

// tellDecision says in a sentence what was decided.
func (s *Server) tellDecision(d news.Decision) string {
	tag := s.nameTag(news.TagRef{Label: d.Label, Jurisdiction: d.Jurisdiction})
	switch d.Act {
	case news.Accept:
		return s.say("did.accept", "tag", tag)
	case news.Reject:
		return s.say("did.reject", "tag", tag)
	case news.Edit:
		return s.tellEdit(tag, d)
	case news.Merge:
		return s.say("did.merge")
	case news.Split:
		return s.say("did.split")
	case news.Undo:
		if d.Label == "" {
			return s.say("did.undo.story", "number", d.Undoes)
		}
		return s.say("did.undo", "number", d.Undoes, "tag", tag)
	}
	return string(d.Act)
}

// tellEdit says what an edit made of a tag.
func (s *Server) tellEdit(tag string, d news.Decision) string {
	var before, after []news.Tag
	if json.Unmarshal(d.Before, &before) != nil || json.Unmarshal(d.After, &after) != nil {
		return s.say("did.edit", "tag", tag)
	}
	for _, t := range after {
		i := slices.IndexFunc(before, func(b news.Tag) bool { return b.Label == t.Label && b.Jurisdiction == t.Jurisdiction })
		if t.State != news.Accepted || i >= 0 && before[i].State == t.State && before[i].Stage == t.Stage {
			continue
		}
		return s.say("did.edit.as", "tag", tag, "other", s.nameTag(news.TagRef{Label: t.Label, Jurisdiction: t.Jurisdiction}), "stage", s.nameStage(t.Stage))
	}
	return s.say("did.edit", "tag", tag)
}

// A decisionRow is one decision.
type decisionRow struct {
	Number      int64
	Time        moment
	Who         string
	Text        string
	Reason      string
	Spent       string
	Rules       string
	Title, Link string
	Replay      string   // address of what stood then
	Changes     []string // what it altered, tag by tag
	Undone      int64    // by this decision
	CanUndo     bool
}

// decisionRows are decisions, in the order of the list.
func (s *Server) decisionRows(ctx context.Context, list []news.Decision) ([]decisionRow, error) {
	undone := map[int64]int64{}
	var articles []string
	var numbers []int64
	for _, d := range list {
		numbers = append(numbers, d.Number)
		if d.Article != "" && !slices.Contains(articles, d.Article) {
			articles = append(articles, d.Article)
		}
	}
	if len(numbers) > 0 {
		undos, err := s.Review.Books.DecisionsOf(ctx, news.DecisionFilter{Undoing: numbers, Limit: len(numbers)})
		if err != nil {
			return nil, fmt.Errorf("read which decisions were undone: %w", err)
		}
		for _, d := range undos {
			undone[d.Undoes] = d.Number
		}
	}
	records, err := s.Review.Desk.CurrentOf(ctx, articles)
	if err != nil {
		return nil, fmt.Errorf("read what was decided on: %w", err)
	}
	byArticle := map[string]news.Record{}
	for _, r := range records {
		byArticle[r.Key().Article] = r
	}
	rows := make([]decisionRow, len(list))
	for i, d := range list {
		rules := d.Rules
		row := decisionRow{
			Number: d.Number, Time: s.moment(d.Time), Who: d.Who, Text: s.tellDecision(d), Reason: d.Reason, Rules: rules[:min(len(rules), 8)],
			Replay: decisionPath(d.Number), Changes: s.tellChanges(d), Undone: undone[d.Number],
		}
		row.CanUndo = d.Act != news.Undo && row.Undone == 0 && account.From(ctx).May(account.Review)
		if d.Spent > 0 {
			row.Spent = s.say("decisions.seconds", "span", fmt.Sprintf("%.1f", float64(d.Spent)/1000))
		}
		if r, there := byArticle[d.Article]; there {
			row.Title, row.Link = cut(r.Title, 80), "/records/"+r.ID
			if row.Title == "" {
				row.Title = s.say("record.untitled")
			}
		}
		rows[i] = row
	}
	return rows, nil
}

// tellChanges says what a decision altered of tags: each as it was and as it became.
func (s *Server) tellChanges(d news.Decision) (out []string) {
	var before, after []news.Tag
	if json.Unmarshal(d.Before, &before) != nil || json.Unmarshal(d.After, &after) != nil {
		return nil // stories: their members say nothing to a reader
	}
	for _, list := range [][]news.Tag{before, after} {
		for _, t := range list {
			line := s.nameTag(news.TagRef{Label: t.Label, Jurisdiction: t.Jurisdiction}) + s.say("colon") + s.stateIn(before, t) + " → " + s.stateIn(after, t)
			if s.stateIn(before, t) != s.stateIn(after, t) && !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

// stateIn says how a tag stands in a list of them.
func (s *Server) stateIn(list []news.Tag, t news.Tag) string {
	i := slices.IndexFunc(list, func(b news.Tag) bool { return b.Label == t.Label && b.Jurisdiction == t.Jurisdiction })
	if i < 0 {
		return s.say("change.none")
	}
	return s.nameStage(list[i].Stage) + s.say("list.comma") + s.nameState(list[i].State)
}
