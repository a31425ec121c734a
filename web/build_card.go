package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"edict/news"
)

// A card is one story in the stream.
type card struct {
	ID       string // of the record
	Article  string // of the article: a new version takes the place of the old
	Position string
	Lang     string
	Title    []part
	Source   sourceName
	Time     moment
	Undated  bool // the page does not say when it was published; Time is when it was fetched
	Language string
	Partial  bool
	New      bool // since the reader was last here
	fetched  time.Time
	Fragment excerpt // where searched words stand; without parts there is none
	Groups   []tagGroup
	More     int        // tags in groups that the card leaves out
	Others   int        // other reports of the same event
	Reports  string     // address of all of them
	Lead     string     // the beginning of a story without a tag
	Near     []nearView // what such a story lacks for a tag
}

// A sourceName is how pages speak of a source.
type sourceName struct {
	Name, Slug, Kind string
}

// A tagGroup is the tags of one label that rest on the same sentences.
type tagGroup struct {
	Label    labelName
	Runs     []tagRun
	More     int // tags that the card leaves out
	Excerpts []excerpt
	Headline bool // the evidence is in the headline, and marked there
	Lang     string
	tags     []tagView
}

// A tagRun is tags next to each other that differ in their place alone.
type tagRun struct {
	Tags []tagView
	tagView
}

// A tagView is one tag, without its label.
type tagView struct {
	Code, Place, Local string
	LocalLang          string
	Link               string
	Stage, StageWord   string
	State, StateWord   string
	Score              string
}

// An excerpt is a sentence with its evidence marked.
type excerpt struct {
	Front, Back bool // the sentence was cut there
	Parts       []part

	field    news.Field
	from, to int    // bytes of the field
	spans    []span // what is evidence in the field
}

// cardExcerpts is how many sentences a card shows for one group of tags. The
// record's own page shows all.
const cardExcerpts = 2

// cardGroups is how many groups of tags a card shows.
const cardGroups = 4

// cardTags is how many places a card names in one group of tags.
const cardTags = 8

// nearScore is the least score of a near miss that a card speaks of.
const nearScore = .1

// leadRunes is how much a card shows of a story without a tag.
const leadRunes = 220

func (s *Server) card(r news.Record, sources map[string]sourceName) card {
	return s.foundCard(news.Hit{Record: r}, sources)
}

// foundCard is the card of a story that a search found, with what was found marked.
func (s *Server) foundCard(h news.Hit, sources map[string]sourceName) card {
	r := h.Record
	at := r.Position()
	c := card{
		ID: r.ID, Article: r.Key().Article, Position: writePosition(at),
		Lang: langAttr(r.Language), Source: nameSource(r.Source, sources),
		Time: s.moment(at.Time), Undated: r.Published.IsZero(), Partial: r.Partial, fetched: r.Fetched,
	}
	if base, _, _ := strings.Cut(r.Language, "-"); base != "en" {
		c.Language = s.nameLanguage(base)
	}
	var inTitle []span
	for _, t := range sortTags(r.Tags) {
		if t.State == news.Rejected {
			continue
		}
		for _, e := range t.Evidence {
			if e.Field == news.Title {
				inTitle = append(inTitle, evidenceSpan(e, labelClass(t.Label)))
			}
		}
		c.Groups = s.addToGroup(c.Groups, r, t)
	}
	for len(c.Groups) > cardGroups {
		last := len(c.Groups) - 1
		c.More += len(c.Groups[last].tags)
		c.Groups = c.Groups[:last]
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		g.Runs, g.More = tagRuns(g.tags)
		for i := range g.Excerpts {
			x := &g.Excerpts[i]
			text := r.Field(x.field)
			x.Parts = markRange(text, x.from, x.to, mergeSpans(text, x.spans))
		}
	}
	c.Title = markFound(markRange(r.Title, 0, len(r.Title), mergeSpans(r.Title, inTitle)), 0, h.Title)
	c.Fragment = fragmentExcerpt(h)
	if r.Title == "" {
		c.Title = []part{{Text: cut(firstLine(r.Text), 120)}}
	}
	if len(c.Groups) == 0 {
		if len(c.Fragment.Parts) == 0 {
			c.Lead = cut(cmp.Or(firstLine(r.Summary), firstLine(r.Text)), leadRunes)
		}
		for _, n := range r.Near {
			if n.Score >= nearScore {
				c.Near = append(c.Near, s.nearLine(n))
			}
		}
	}
	return c
}

// addToGroup puts t into the group that rests on the same sentences, or opens one.
func (s *Server) addToGroup(groups []tagGroup, r news.Record, t news.Tag) []tagGroup {
	label, excerpts := s.nameLabel(t.Label), tagExcerpts(r, t)
	view := s.tagView(t, r.Language)
	for i := range groups {
		if groups[i].Label == label && slices.EqualFunc(groups[i].Excerpts, excerpts, sameSentence) {
			groups[i].tags = append(groups[i].tags, view)
			for j := range excerpts { // the sentence may hold other evidence for this tag
				groups[i].Excerpts[j].spans = append(groups[i].Excerpts[j].spans, excerpts[j].spans...)
			}
			return groups
		}
	}
	return append(groups, tagGroup{
		Label: label, tags: []tagView{view}, Excerpts: excerpts, Headline: len(excerpts) == 0, Lang: langAttr(r.Language),
	})
}

func sameSentence(a, b excerpt) bool { return a.field == b.field && a.from == b.from && a.to == b.to }

func (s *Server) tagView(t news.Tag, lang string) tagView {
	return tagView{
		Code: string(t.Jurisdiction), Place: s.place(t.Jurisdiction), Local: s.names.local(t.Jurisdiction, lang), LocalLang: langAttr(lang),
		Link:  query{jurisdiction: t.Jurisdiction}.at(streamPath),
		Stage: string(t.Stage), StageWord: s.nameStage(t.Stage), State: string(t.State), StateWord: s.nameState(t.State), Score: fmt.Sprintf("%.2f", t.Score),
	}
}

// tagRuns puts together what stands next to each other, up to cardTags places,
// and returns how many more there are.
func tagRuns(tags []tagView) (runs []tagRun, more int) {
	if len(tags) > cardTags {
		tags, more = tags[:cardTags], len(tags)-cardTags
	}
	for _, t := range tags {
		if n := len(runs); n > 0 && runs[n-1].Stage == t.Stage && runs[n-1].State == t.State {
			runs[n-1].Tags = append(runs[n-1].Tags, t)
			continue
		}
		runs = append(runs, tagRun{[]tagView{t}, t})
	}
	return runs, more
}

// sortTags puts tags that count before those that wait, and those before rejected
// ones; otherwise the order of the rules stands.
func sortTags(tags []news.Tag) []news.Tag {
	tags = slices.Clone(tags)
	rank := func(t news.Tag) int {
		switch {
		case t.State.Counts():
			return 0
		case t.State == news.Review:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(tags, func(a, b news.Tag) int { return cmp.Compare(rank(a), rank(b)) })
	return tags
}

// tagExcerpts returns the first sentences outside of the headline that hold
// evidence of t, not yet cut into parts.
func tagExcerpts(r news.Record, t news.Tag) []excerpt {
	var out []excerpt
	class := labelClass(t.Label)
	for _, f := range []news.Field{news.Text, news.Summary} {
		text := r.Field(f)
		var spans []span
		for _, e := range t.Evidence {
			if e.Field == f {
				spans = append(spans, evidenceSpan(e, class))
			}
		}
		spans = mergeSpans(text, spans)
		for _, sp := range spans {
			if n := len(out); n > 0 && out[n-1].field == f && sp.start < out[n-1].to {
				continue // that sentence is shown already
			}
			if len(out) == cardExcerpts {
				return out
			}
			from, to, front, back := sentenceAround(text, sp.start, sp.end)
			out = append(out, excerpt{Front: front, Back: back, field: f, from: from, to: to, spans: spans})
		}
		if len(out) > 0 {
			return out
		}
	}
	return out
}

// firstLine returns the first line of s that says something.
func firstLine(s string) string {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}

// nearLine says what a story lacks for a label.
func (s *Server) nearLine(n news.Near) nearView {
	return nearView{fmt.Sprintf("%s %.2f", s.nameLabel(n.Label).Word, n.Score), strings.Join(n.Missing, ", ")}
}

// A nearView is what a story nearly has, and what rules missed, in their own words.
type nearView struct{ Label, Missing string }

// nameSource names the source with slug, as far as it is known.
func nameSource(slug string, known map[string]sourceName) sourceName {
	if n, ok := known[slug]; ok {
		return n
	}
	return sourceName{Name: slug, Slug: slug}
}
