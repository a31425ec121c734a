package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"edict/news"
)

// recordView is the page of one record.
type recordView struct {
	Lang         string
	Title        []part
	Summary      []paragraph
	Text         []paragraph
	Tags         []tagDetail
	Near         []nearView
	Amounts      []factView
	Counts       []factView
	Source       sourceName
	Authors      string
	Published    moment
	Modified     moment
	Fetched      moment
	Language     string
	Link         string // the story itself
	Site         string
	Canonical    string // where that is another address
	Original     string // of a syndicated copy
	OriginSite   string
	Partial      bool
	PartialWhy   string // as the crawler said it
	PartialSaid  string // the same in the reader's language; "" if it begins with no outcome
	Truncated    bool
	Quiet        bool
	Quality      string
	Rules        string
	OtherRules   bool // other rules are in force now
	ID           string
	Version      string
	Story        string
	Reports      string          // address of the story's reports
	NearScores   []nearScoreView // by part
	ScoresComing bool            // they are being made ready
	History      *historyView
	Beside       *besideView
}

// A tagDetail is one tag with all its evidence.
type tagDetail struct {
	Label     labelName
	LabelCode string
	Tag       tagView
	Evidence  []evidenceView
	Place     string     // address of its page
	Score     *scoreView // by part; nil: nobody says
	Rules     []string   // how often each rule of its evidence was right
	Key, Back string     // for the forms that decide on it; Key "": nobody can here
}

// An evidenceView is one quote, and where it is marked on the page.
type evidenceView struct {
	Quote, Field, Rule, Anchor string
}

// A factView is an amount or a count with its evidence.
type factView struct {
	What, Where string
	Evidence    []evidenceView
}

func (s *Server) showRecord(r *http.Request) (view, error) {
	id := r.PathValue("id")
	if !idForm.MatchString(id) {
		return view{}, fmt.Errorf("record %q: %w", id, news.ErrNotFound)
	}
	rec, err := s.Reader.Record(r.Context(), id)
	if err != nil {
		return view{}, fmt.Errorf("read record %s: %w", id, err)
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	v := s.recordView(rec, t)
	if v.History, err = s.history(r, rec, t); err != nil {
		return view{}, err
	}
	if v.Beside, err = s.beside(r, rec, t); err != nil {
		return view{}, err
	}
	if err := s.tellTags(r.Context(), &v, rec); err != nil {
		return view{}, err
	}
	if err := s.tellScores(r.Context(), &v, rec); err != nil {
		return view{}, err
	}
	title := cut(rec.Title, 80)
	if title == "" {
		title = s.say("record.untitled")
	}
	return view{template: "record", title: title, nav: "record", totals: t, body: v}, nil
}

// sayPartial says why a story is partial, by the outcome that the reason begins with.
func (s *Server) sayPartial(why string) string {
	code, _, _ := strings.Cut(why, ":")
	if key := "partial." + code; s.words.Has(key) {
		return s.say(key)
	}
	return "" // another program's word, which is shown as it is
}

func (s *Server) recordView(r news.Record, t totals) recordView {
	m := allMarks(r)
	v := recordView{
		Lang: langAttr(r.Language), Language: s.nameLanguage(r.Language),
		Title:   markRange(r.Title, 0, len(r.Title), m[news.Title]),
		Summary: m.paragraphs(r.Summary, news.Summary), Text: m.paragraphs(r.Text, news.Text),
		Source: nameSource(r.Source, t.names), Authors: strings.Join(r.Authors, ", "),
		Published: s.moment(r.Published), Modified: s.moment(r.Modified), Fetched: s.moment(r.Fetched),
		Link: outLink(r.URL), Site: siteOf(r.URL), Original: outLink(r.Original), OriginSite: siteOf(r.Original),
		Partial: r.Partial, PartialWhy: r.PartialWhy, PartialSaid: s.sayPartial(r.PartialWhy), Truncated: r.Truncated, Quiet: r.Quiet, Quality: fmt.Sprintf("%.2f", r.Quality),
		Rules: ruleName(r.Rules), OtherRules: t.rules.Hash != "" && r.Rules.Hash != t.rules.Hash,
		ID: r.ID, Version: r.Version, Story: r.Story, Reports: reportsOf(r.Story),
	}
	if r.CanonicalURL != r.URL {
		v.Canonical = outLink(r.CanonicalURL)
	}
	for _, tag := range sortTags(r.Tags) {
		v.Tags = append(v.Tags, tagDetail{
			Label: s.nameLabel(tag.Label), LabelCode: string(tag.Label), Tag: s.tagView(tag, r.Language), Evidence: s.evidenceViews(m, tag.Evidence),
			Place: placePath(tag.Jurisdiction),
		})
	}
	for _, n := range r.Near {
		v.Near = append(v.Near, s.nearLine(n))
	}
	for _, a := range r.Amounts {
		f := factView{What: s.amountLine(a), Evidence: s.evidenceViews(m, a.Evidence)}
		if a.Jurisdiction != "" {
			f.Where = s.place(a.Jurisdiction)
		}
		v.Amounts = append(v.Amounts, f)
	}
	for _, c := range r.Counts {
		f := factView{What: s.countLine(c), Evidence: s.evidenceViews(m, c.Evidence)}
		if c.Label != "" {
			f.Where = s.nameLabel(c.Label).Word
		}
		v.Counts = append(v.Counts, f)
	}
	return v
}

// tellTags adds to the tags of a record what analysts said of their rules, and what the
// forms that decide on them need.
func (s *Server) tellTags(ctx context.Context, v *recordView, r news.Record) error {
	if s.Review == nil {
		return nil
	}
	list, err := s.Review.Desk.RuleVerdicts(ctx)
	if err != nil {
		return fmt.Errorf("count verdicts: %w", err)
	}
	for i, tag := range sortTags(r.Tags) {
		d := &v.Tags[i]
		if v.History.CanDecide {
			d.Key = tagKeyOf(news.TagRef{Article: v.History.Article, Label: tag.Label, Jurisdiction: tag.Jurisdiction}, tag.State)
			d.Back = v.History.Back
		}
		for _, c := range list {
			if c.Label == tag.Label && slices.ContainsFunc(tag.Evidence, func(e news.Evidence) bool { return e.Rule == c.Rule }) {
				d.Rules = append(d.Rules, s.say("record.rule.right", "rule", c.Rule, "n", c.Accepted, "of", c.Accepted+c.Rejected))
			}
		}
	}
	return nil
}

func (s *Server) evidenceViews(m marks, evidence []news.Evidence) []evidenceView {
	var out []evidenceView
	for _, e := range evidence {
		out = append(out, evidenceView{e.Quote, s.named("field", string(e.Field)), e.Rule, m.anchor(e)})
	}
	return out
}

// amountLine writes an amount as money: "up to CNY 17,500,000".
func (p speaker) amountLine(a news.Amount) string {
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(a.Value, 'f', 2, 64), ".")
	value := group(whole)
	if fraction != "00" {
		value += "." + fraction
	}
	line := a.Currency + " " + value
	if a.Cap {
		line = p.say("amount.cap", "amount", line)
	}
	return line
}

// countLine writes a count: "33 of 34 provinces".
func (s *Server) countLine(c news.Count) string {
	unit := s.named("unit", strings.ReplaceAll(c.Unit, " ", "-"))
	if unit == strings.ReplaceAll(c.Unit, " ", "-") {
		unit = c.Unit
	}
	if c.Of > 0 {
		return strings.TrimSpace(s.say("count.of", "n", c.Value, "of", c.Of, "unit", unit))
	}
	return strings.TrimSpace(s.say("count", "n", c.Value, "unit", unit))
}

// ruleName names a rule set: its version and the beginning of its hash.
func ruleName(r news.RuleSet) string {
	hash := r.Hash
	if len(hash) > 8 {
		hash = hash[:8]
	}
	return strings.TrimSpace(r.Version + " " + hash)
}
