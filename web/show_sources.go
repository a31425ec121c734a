package web

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"edict/news"
)

// sourcesView is the page of the sources.
type sourcesView struct {
	Rows                   []sourceRow
	Fine, Waiting, Failing int
	Paused                 int
	KnowsCrawl             bool
	CanChange              bool // sources can be added, paused, removed
	CanAsk                 bool
	Who                    string
	Asked                  string // the address that was asked about
	Answer                 *answerView
	Imported               *ImportReport
	Limit                  string
}

// A sourceRow is one source and how it fares.
type sourceRow struct {
	Name     sourceName
	Stories  string // address of its stories
	Page     string // address of its own page
	Site     string
	Class    string // fine, waiting, failing
	KindWord string
	Line     string // what came of the last poll
	Detail   string // in the words of whoever failed
	Last     moment // when that was
	Success  moment
	NewStory moment
	Next     moment
	Failures int
	Ways     []sourceWay // all addresses, where there are several
	Flags    []sourceFlag
	Visits   string // how the visits of its stories ended
}

// A sourceFlag is one thing that is wrong with a source.
type sourceFlag struct{ Kind, Line string }

// fares says what is wrong with the source, and how its stories' visits ended.
func (s *Server) fares(r *sourceRow, h news.Health) {
	for _, f := range h.Flags {
		r.Flags = append(r.Flags, sourceFlag{s.named("flag", string(f.Kind)), f.Detail})
	}
	if len(h.Flags) > 0 && r.Class == "fine" {
		r.Class = "failing"
	}
	var parts []string
	for _, o := range slices.Sorted(maps.Keys(h.Visits)) {
		parts = append(parts, fmt.Sprintf("%s %d", s.named("visit", string(o)), h.Visits[o].N))
	}
	r.Visits = strings.Join(parts, s.say("list.comma"))
}

// A sourceWay is one address of a source.
type sourceWay struct {
	What, Address, Line, Detail string
	Class                       string
}

func (s *Server) showSources(r *http.Request) (view, error) {
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	v := s.sourcesView(r, t)
	return view{template: "sources", title: s.say("nav.sources"), nav: "sources", totals: t, body: v}, nil
}

func (s *Server) sourcesView(r *http.Request, t totals) sourcesView {
	v := sourcesView{KnowsCrawl: t.KnowsCrawl, CanChange: s.Watch != nil && mayManage(r), CanAsk: s.Scout != nil && mayManage(r), Limit: fmt.Sprintf("%d MiB", maxUpload>>20)}
	for _, src := range t.sources {
		row := s.sourceRow(src, pollsOf(t.polls, src))
		s.fares(&row, t.healths[src.Slug])
		switch row.Class {
		case "fine":
			v.Fine++
		case "waiting":
			v.Waiting++
		case "paused":
			v.Paused++
		default:
			v.Failing++
		}
		v.Rows = append(v.Rows, row)
	}
	rank := map[string]int{"failing": 0, "fine": 1, "waiting": 2, "paused": 3}
	slices.SortFunc(v.Rows, func(a, b sourceRow) int {
		return cmp.Or(cmp.Compare(rank[a.Class], rank[b.Class]), strings.Compare(strings.ToLower(a.Name.Name), strings.ToLower(b.Name.Name)))
	})
	return v
}

func (s *Server) sourceRow(src news.Source, polls []news.Poll) sourceRow {
	row := sourceRow{
		Name:    sourceName{src.Name, src.Slug, string(src.Kind)},
		Stories: query{source: src.Slug, all: true}.at(streamPath), Page: sourcePath(src.Slug),
		Site: siteOf(src.Addresses()[0]),
	}
	main, _ := mainPoll(polls)
	row.KindWord = s.named("kind", row.Name.Kind)
	row.Class, row.Line, row.Detail, row.Failures = pollClass(main), s.outcomeLine(main), outcomeDetail(main), main.Failures
	row.Last, row.Success, row.NewStory, row.Next = s.moment(main.Last), s.moment(main.Success), s.moment(main.NewStory), s.due(main.Next)
	if src.Paused {
		row.Class, row.Line, row.Next = "paused", s.say("source.is.paused"), moment{}
	}
	if len(polls) > 1 {
		for _, p := range polls {
			row.Ways = append(row.Ways, sourceWay{s.say("way." + wayOf(src, p.Address)), p.Address, s.outcomeLine(p), outcomeDetail(p), pollClass(p)})
		}
	}
	return row
}

// pollClass says in one word how an address fares.
func pollClass(p news.Poll) string {
	switch {
	case p.Last.IsZero():
		return "waiting"
	case p.Failures > 0:
		return "failing"
	}
	return "fine"
}

func wayOf(src news.Source, address string) string {
	switch address {
	case src.Feed:
		return "feed"
	case src.Sitemap:
		return "sitemap"
	case src.Page:
		return "page"
	}
	return "listing"
}
