package web

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"edict/news"
)

const sourcesPath = "/sources"

func sourcePath(slug string) string { return sourcesPath + "/" + url.PathEscape(slug) }

// sourceView is the page of one source.
type sourceView struct {
	sourceRow
	Slug, Kind, Origin string
	Path               string
	Addresses          []sourceWay
	Every              string
	Rhythm, Answers    string
	Versions           int
	Select             []string
	Flags              []flagView
	Outcomes           []visitView
	Said               string
	Paused             bool
	CanChange, CanAsk  bool
	FromFile           bool
	Report             *SourceReport // of a check that was just made
	Took               string
}

// A flagView is one thing that is wrong with a source, since when.
type flagView struct {
	Kind, Line string
	Since      moment
}

// A visitView is how visits of stories ended, with the last one.
type visitView struct {
	Outcome        string
	N              int
	Problem        bool
	Link, URL      string
	Detail, Record string
	Last           moment
}

func (s *Server) showSource(r *http.Request) (view, error) {
	v, t, err := s.sourceView(r)
	if err != nil {
		return view{}, err
	}
	v.Said = s.saidOfSource(r.URL.Query())
	return view{template: "source", title: v.Name.Name, nav: "sources", totals: t, body: v}, nil
}

// saidOfSource tells what came of a form.
func (s *Server) saidOfSource(v url.Values) string {
	switch said := v.Get("said"); said {
	case "added", "paused", "resumed":
		return s.say("source.did." + said)
	case "again":
		if n, err := strconv.Atoi(v.Get("again")); err == nil && n >= 0 {
			return s.say("source.did.again", "n", n)
		}
	}
	return ""
}

// sourceView is the source that an address names.
func (s *Server) sourceView(r *http.Request) (v sourceView, t totals, err error) {
	slug := r.PathValue("slug")
	t, err = s.readTotals(r.Context())
	if err != nil {
		return v, t, err
	}
	i := slices.IndexFunc(t.sources, func(src news.Source) bool { return src.Slug == slug })
	if i < 0 {
		return v, t, fmt.Errorf("source %q: %w", cut(slug, 60), news.ErrNotFound)
	}
	src, h := t.sources[i], t.healths[slug]
	polls := pollsOf(t.polls, src)
	v = sourceView{
		sourceRow: s.sourceRow(src, polls), Slug: slug, Kind: s.named("kind", string(src.Kind)), Origin: s.named("source.origin", string(src.Origin)), Path: sourcePath(slug), Every: s.say("source.rhythm"),
		Versions: h.Versions, Paused: src.Paused, CanChange: s.Watch != nil && mayManage(r), CanAsk: s.Scout != nil && mayManage(r), FromFile: src.Origin == news.FromFile,
	}
	s.fares(&v.sourceRow, h)
	if src.Every > 0 {
		v.Every = s.say("source.every", "span", s.lasting(src.Every))
	}
	if h.Rhythm > 0 {
		v.Rhythm = s.say("source.rhythm.one", "span", s.lasting(h.Rhythm))
	}
	if h.Answers > 0 {
		v.Answers = h.Answers.Round(time.Millisecond).String()
	}
	for _, a := range src.Addresses() {
		way := sourceWay{s.say("way." + wayOf(src, a)), a, s.say("poll.waiting"), "", "waiting"}
		for _, p := range polls {
			if p.Address == a {
				way.Line, way.Detail, way.Class = s.outcomeLine(p), outcomeDetail(p), pollClass(p)
			}
		}
		v.Addresses = append(v.Addresses, way)
	}
	if src.Select.Text != "" {
		v.Select = append(v.Select, "text: "+src.Select.Text)
	}
	for _, cutOut := range src.Select.Remove {
		v.Select = append(v.Select, "remove: "+cutOut)
	}
	if src.Select.Links != "" {
		v.Select = append(v.Select, "links: "+src.Select.Links)
	}
	for _, f := range h.Flags {
		v.Flags = append(v.Flags, flagView{s.named("flag", string(f.Kind)), f.Detail, s.moment(f.Since)})
	}
	for _, o := range slices.Sorted(maps.Keys(h.Visits)) {
		tally := h.Visits[o]
		v.Outcomes = append(v.Outcomes, visitView{
			Outcome: s.named("visit", string(o)), N: tally.N, Problem: o != news.OK && o != news.Unchanged,
			Link: outLink(tally.URL), URL: tally.URL, Detail: tally.Detail, Last: s.moment(tally.Last),
		})
	}
	return v, t, nil
}

// answerView says what is known of an address.
type answerView struct {
	AddressReport
	Found, Last, Next moment
	Source            sourceName
	SourcePath        string
	Between           string
}

func (s *Server) answerView(a AddressReport, t totals) *answerView {
	v := &answerView{AddressReport: a, Found: s.moment(a.Visit.Found), Last: s.moment(a.Visit.Last), Next: s.due(a.Visit.Next), Between: a.Pause.String()}
	if a.Visit.Source != "" {
		v.Source, v.SourcePath = nameSource(a.Visit.Source, t.names), sourcePath(a.Visit.Source)
	}
	return v
}
