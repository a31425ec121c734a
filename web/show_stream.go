package web

import (
	"fmt"
	"net/http"

	"edict/news"
)

// pageSize is how many stories one page of the stream shows.
const pageSize = 50

// streamView is the page of the stream.
type streamView struct {
	Cards     []card
	Segments  []segment
	Groups    []optionGroup
	Places    []placeRow
	More      int // jurisdictions that Places leaves out
	Query     queryView
	Older     string // address of the next page, "" if there is none
	Newest    string // address of the first page, "" if this is it
	Live      string // address of the live updates
	Following int64  // the change that the page stands at
	Empty     *emptyView
}

// queryView is what the filters show.
type queryView struct {
	Label, Jurisdiction, Words, Source string
	All                                bool
	Narrow                             bool
	Chosen                             []chosen // filters, each with the address without it
	AllAddress                         string   // switches stories without a tag on or off
	Clear                              string
}

type chosen struct{ What, Value, Without string }

// emptyView says why there is no story.
type emptyView struct {
	Narrow                   bool // filters stand in the way
	All                      bool
	KnowsCrawl               bool
	Sources, Read, Failing   int
	Due                      moment // when the next source is due
	AllAddress, ClearAddress string
	Stored                   string // how many articles are, "" if not known or none
	Demo                     bool
}

func (s *Server) showStream(r *http.Request) (view, error) {
	q, err := readQuery(r.URL.Query())
	if err != nil {
		return view{}, err
	}
	// The cursor is taken before the records: a change in between is told twice,
	// and never missed.
	following, err := s.Reader.LastChange(r.Context())
	if err != nil {
		return view{}, fmt.Errorf("read the last change: %w", err)
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	f := q.filter()
	f.Limit = pageSize + 1
	records, err := s.Reader.Records(r.Context(), f)
	if err != nil {
		return view{}, fmt.Errorf("list records: %w", err)
	}
	v := s.choices(q, t)
	v.Query, v.Live, v.Following = s.queryView(q, t), q.at("/live"), following
	if len(records) > pageSize {
		records = records[:pageSize]
		v.Older = q.behind(records[pageSize-1].Position())
	}
	if !q.after.IsZero() {
		v.Newest = q.at("/")
	}
	if v.Cards, err = s.cards(r.Context(), q, records, t); err != nil {
		return view{}, err
	}
	if len(records) == 0 {
		v.Empty = s.emptyView(q, t)
	}
	return view{template: "stream", title: s.streamTitle(q), nav: "stream", totals: t, body: v}, nil
}

// choices are the parts of the page that count tags: they change as stories come.
func (s *Server) choices(q query, t totals) streamView {
	v := streamView{Segments: t.segments(q), Groups: s.jurisdictions(t, q)}
	v.Places, v.More = s.places(t, q)
	return v
}

// behind is the address of the page that follows p.
func (q query) behind(p news.Position) string {
	v := q.values()
	v.Set("after", writePosition(p))
	return "/?" + v.Encode()
}

func (s *Server) streamTitle(q query) string {
	title := "Stories"
	if q.label != "" {
		title = nameLabel(q.label).Long
	}
	if q.jurisdiction != "" {
		title += " · " + s.names.place(q.jurisdiction)
	}
	if q.words != "" {
		title += " · " + q.words
	}
	return title
}

func (s *Server) queryView(q query, t totals) queryView {
	v := queryView{
		Label: string(q.label), Jurisdiction: string(q.jurisdiction), Words: q.words, Source: q.source, All: q.all, Narrow: q.narrow(),
		AllAddress: q.withAll(!q.all).at("/"), Clear: query{all: q.all}.at("/"),
	}
	if q.jurisdiction != "" {
		v.Chosen = append(v.Chosen, chosen{"in", s.names.place(q.jurisdiction), q.withJurisdiction("").at("/")})
	}
	if q.source != "" {
		v.Chosen = append(v.Chosen, chosen{"from", nameSource(q.source, t.names).Name, q.withSource("").at("/")})
	}
	if q.story != "" {
		v.Chosen = append(v.Chosen, chosen{"of one", "story", q.withStory("").at("/")})
	}
	if q.words != "" {
		v.Chosen = append(v.Chosen, chosen{"with", q.words, q.withWords("").at("/")})
	}
	return v
}

func (s *Server) emptyView(q query, t totals) *emptyView {
	e := &emptyView{
		Narrow: q.narrow() || !q.after.IsZero(), All: q.all, KnowsCrawl: t.KnowsCrawl, Sources: t.Sources, Failing: t.Failing,
		AllAddress: q.withAll(true).at("/"), ClearAddress: query{all: q.all}.at("/"), Demo: s.Demo,
	}
	switch {
	case t.Articles == 1:
		e.Stored = "1 article is stored. It does not say"
	case t.Articles > 1:
		e.Stored = thousands(t.Articles) + " articles are stored. None says yet"
	}
	for _, src := range t.sources {
		if p, ok := mainPoll(pollsOf(t.polls, src)); ok {
			if !p.Last.IsZero() {
				e.Read++
			}
			if m := s.due(p.Next); m.ISO != "" && (e.Due.ISO == "" || m.ISO < e.Due.ISO) {
				e.Due = m
			}
		}
	}
	return e
}
