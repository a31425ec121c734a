package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

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
	News      newsView
}

// queryView is what the filters show.
type queryView struct {
	Label, Jurisdiction, Words, Source string
	All                                bool // also stories without a tag
	Untagged                           bool // as the address says, words or not
	Narrow                             bool
	Chosen                             []chosen // filters, each with the address without it
	AllAddress                         string   // switches stories without a tag on or off
	Relevance                          bool
	NewestAddress, RelevanceAddress    string // with words: the same search in each order
	Looked                             string // by relevance: at what, in words
	Indexed                            string // how far the search index is, while it is being made
	Clear                              string
	More                               moreView
	InTags                             bool // filters leave stories with a certain tag
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
	Stored                   int64 // how many articles are, 0 if not known
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
	found, err := s.find(r.Context(), q)
	if err != nil {
		return view{}, fmt.Errorf("list records: %w", err)
	}
	v := s.choices(q, t)
	v.Query, v.Following = s.queryView(q, t), following
	s.tellSearch(&v.Query, q, found)
	if q.order == news.Newest { // by relevance a new story has no place that is known here
		v.Live = q.at("/live")
	}
	if found.More {
		v.Older = q.behind(found.Hits[len(found.Hits)-1].Record.Position())
	}
	if !q.after.IsZero() || q.skip > 0 {
		v.Newest = q.at(streamPath)
	}
	if v.Cards, err = s.cards(r.Context(), q, found.Hits, t); err != nil {
		return view{}, err
	}
	if len(found.Hits) == 0 {
		v.Empty = s.emptyView(q, t)
	}
	since, keep := s.visited(r, "stream")
	for i, c := range v.Cards {
		if v.Cards[i].New = !since.IsZero() && c.fetched.After(since); v.Cards[i].New {
			v.News.N++
		}
	}
	v.News.Since = s.moment(since)
	return view{template: "stream", title: s.streamTitle(q), nav: "stream", totals: t, body: v, visit: keep}, nil
}

// choices are the parts of the page that count tags: they change as stories come.
func (s *Server) choices(q query, t totals) streamView {
	v := streamView{Segments: s.segments(t, q), Groups: s.jurisdictions(t, q)}
	v.Places, v.More = s.places(t, q)
	return v
}

// find reads one page of stories.
func (s *Server) find(ctx context.Context, q query) (news.Found, error) {
	f := q.filter()
	f.Limit = pageSize
	if q.words != "" {
		return s.Searcher.Search(ctx, news.Search{Filter: f, Order: q.order, Skip: q.skip})
	}
	f.Limit++
	records, err := s.Reader.Records(ctx, f)
	found := news.Found{More: len(records) > pageSize}
	for _, r := range records[:min(pageSize, len(records))] {
		found.Hits = append(found.Hits, news.Hit{Record: r})
	}
	return found, err
}

// behind is the address of the page that follows this one, of which p is the last.
func (q query) behind(p news.Position) string {
	v := q.values()
	if q.order == news.Relevance {
		v.Set("skip", strconv.Itoa(q.skip+pageSize))
		return streamPath + "?" + v.Encode()
	}
	v.Set("after", writePosition(p))
	return streamPath + "?" + v.Encode()
}

func (s *Server) streamTitle(q query) string {
	title := s.say("nav.stories")
	if q.label != "" {
		title = s.nameLabel(q.label).Long
	}
	if q.jurisdiction != "" {
		title += " · " + s.place(q.jurisdiction)
	}
	if q.words != "" {
		title += " · " + q.words
	}
	return title
}

func (s *Server) queryView(q query, t totals) queryView {
	v := queryView{
		Label: string(q.label), Jurisdiction: string(q.jurisdiction), Words: q.words, Source: q.source, All: q.everything(), Untagged: q.all, Narrow: q.narrow(),
		AllAddress: q.withAll(!q.all).at(streamPath), Clear: query{all: q.all}.at(streamPath),
		More: s.moreView(q), InTags: q.label != "" || q.jurisdiction != "" || q.more.stage != "",
	}
	if q.jurisdiction != "" {
		v.Chosen = append(v.Chosen, chosen{s.say("filter.in"), s.place(q.jurisdiction), q.withJurisdiction("").at(streamPath)})
	}
	if q.source != "" {
		v.Chosen = append(v.Chosen, chosen{s.say("filter.source"), nameSource(q.source, t.names).Name, q.withSource("").at(streamPath)})
	}
	if q.story != "" {
		v.Chosen = append(v.Chosen, chosen{s.say("filter.story"), s.say("filter.one"), q.withStory("").at(streamPath)})
	}
	v.Chosen = append(v.Chosen, s.chosenMore(q)...)
	if q.words != "" {
		v.Chosen = append(v.Chosen, chosen{s.say("filter.words"), q.words, q.withWords("").at(streamPath)})
	}
	return v
}

// tellSearch says in which order words were looked for, and among how many.
func (s *Server) tellSearch(v *queryView, q query, found news.Found) {
	if q.words == "" {
		return
	}
	v.Relevance = q.order == news.Relevance
	v.NewestAddress, v.RelevanceAddress = q.withOrder(news.Newest).at(streamPath), q.withOrder(news.Relevance).at(streamPath)
	if found.Indexed < 100 {
		v.Indexed = s.say("stream.indexed", "n", found.Indexed)
	}
	if v.Looked = s.say("stream.ranked", "n", found.Ranked); found.Older {
		v.Looked = s.say("stream.ranked.newest", "n", found.Ranked)
	}
}

func (s *Server) emptyView(q query, t totals) *emptyView {
	e := &emptyView{
		Narrow: q.narrow() || !q.after.IsZero() || q.skip > 0, All: q.everything(), KnowsCrawl: t.KnowsCrawl, Sources: t.Sources, Failing: t.Failing,
		AllAddress: q.withAll(true).at(streamPath), ClearAddress: query{all: q.all}.at(streamPath), Demo: s.Demo, Stored: t.Articles,
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
