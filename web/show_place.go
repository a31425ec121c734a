package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"edict/news"
)

// placeView is the page of a jurisdiction.
type placeView struct {
	worldRow
	Local    string // its name in Chinese, where it has one of its own
	Parent   worldRow
	AsOf     asOfView
	Label    labelName // of the only one shown, else zero
	Labels   []segment
	Measures []measure
	All34    bool
	Switch   string // address with or without Hong Kong, Macau and Taiwan; "" but for China
	Stories  string // address of the stream here
	Atom     string // the addresses of its feeds
	JSONFeed string
	Markdown string
	CSV      string
	Older    string
	Newest   string
	Shown    int
	Parts    []worldRow
	News     newsView
}

// A measure is what one story says of one label, place and stage.
type measure struct {
	Time       moment
	Undated    bool
	Found      moment
	Label      labelName
	Place      string
	Code       string
	PlaceLink  string // "" if it is the page's own
	Stage      string
	StageWord  string
	State      string
	StateWord  string
	Score      string
	Title      string
	Lang       string
	Record     string
	Source     sourceName
	Link, Site string
	Excerpts   []excerpt
	Headline   bool
	Others     int  // other reports of it on this page
	New        bool // since the reader was last here
	Reports    string

	record news.Record
	tag    news.Tag
}

// placeRecords is how many articles a page looks at.
const placeRecords = 100

// placeQuery is what an address of a jurisdiction's page asks for.
type placeQuery struct {
	place news.Jurisdiction
	label news.Label
	all   bool // China with Hong Kong, Macau and Taiwan
	after news.Position
	asOf
}

func (s *Server) readPlace(r *http.Request) (q placeQuery, err error) {
	v := r.URL.Query()
	if q.place, err = news.ParseJurisdiction(r.PathValue("code")); err != nil {
		return q, fmt.Errorf("%w: %w", err, news.ErrNotFound)
	}
	if q.place != news.Unnamed && !s.Gazetteer.Known(q.place) {
		return q, fmt.Errorf("there is no place %s: %w", q.place, news.ErrNotFound)
	}
	q.label, q.all = news.Label(v.Get("label")), v.Get("all") == "1" && q.place == "CN"
	if q.label != "" && !news.ValidLabel(q.label) {
		return q, fault{"fault.label", []any{"label", cut(string(q.label), 40)}, news.ErrInvalid}
	}
	if raw := v.Get("after"); raw != "" {
		if q.after, err = readPosition(raw); err != nil {
			return q, err
		}
	}
	q.asOf, err = s.readAsOf(v)
	return q, err
}

// at is the address of a path under q, without its place in the list.
func (q placeQuery) at(path string) string {
	var more []string
	if q.label != "" {
		more = append(more, "label", string(q.label))
	}
	if q.all {
		more = append(more, "all", "1")
	}
	return q.asOf.at(path, more...)
}

// places are those that q asks for.
func (q placeQuery) places() []news.Jurisdiction {
	if q.all {
		return []news.Jurisdiction{"CN", "HK", "MO", "TW"}
	}
	return []news.Jurisdiction{q.place}
}

// placePage reads up to limit articles, newest first, and says whether there are more.
func (s *Server) placePage(ctx context.Context, q placeQuery, limit int) (list []news.Record, more bool, err error) {
	when := q.when(s.Now())
	for _, p := range q.places() {
		part, err := s.Reader.Records(ctx, news.Filter{
			Label: q.label, Jurisdiction: p, After: q.after, Until: when.Until, AsOf: when.Known, Limit: limit + 1,
		})
		if err != nil {
			return nil, false, fmt.Errorf("list the measures of %s: %w", p, err)
		}
		list = append(list, part...)
	}
	slices.SortFunc(list, func(a, b news.Record) int {
		return cmp.Or(b.Position().Time.Compare(a.Position().Time), cmp.Compare(b.ID, a.ID))
	})
	list = slices.CompactFunc(list, func(a, b news.Record) bool { return a.ID == b.ID })
	if len(list) > limit {
		return list[:limit], true, nil
	}
	return list, false, nil
}

func (s *Server) showPlace(r *http.Request) (view, error) {
	q, err := s.readPlace(r)
	if err != nil {
		return view{}, err
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	m, err := s.mapAt(r.Context(), q.asOf)
	if err != nil {
		return view{}, err
	}
	list, more, err := s.placePage(r.Context(), q, placeRecords)
	if err != nil {
		return view{}, err
	}
	path := placePath(q.place)
	v := placeView{
		worldRow: s.worldRow(m, q.place, q.asOf), Local: s.names.local(q.place, "zh-Hans"), AsOf: s.asOfView(q.asOf), All34: q.all,
		Measures: s.measures(list, q, t), Stories: query{label: q.label, jurisdiction: q.place}.at(streamPath),
		Atom:     feedAddress(r.Context(), "/feeds/place/"+url.PathEscape(string(q.place))+".atom"),
		JSONFeed: feedAddress(r.Context(), "/feeds/place/"+url.PathEscape(string(q.place))+".json"),
		Markdown: q.at(path + "/measures.md"), CSV: q.at(path + "/measures.csv"),
	}
	v.AsOf.Now = placeQuery{place: q.place, label: q.label, all: q.all}.at(path)
	if q.label != "" {
		v.Label = s.nameLabel(q.label)
	}
	if v.Labels = s.placeLabels(q); q.label != "" {
		v.Subscribe = s.subscribeTo(q.place, q.label)
	}
	if q.place == "CN" {
		other := q
		other.all = !q.all
		v.Switch = other.at(path)
	}
	if more {
		v.Older = withValue(q.at(path), "after", writePosition(list[len(list)-1].Position()))
	}
	if !q.after.IsZero() {
		v.Newest = q.at(path)
	}
	if parent := s.Gazetteer.Parent(q.place); parent != "" && parent != q.place {
		v.Parent = s.worldRow(m, parent, q.asOf)
	}
	v.Parts = s.placeParts(m, q)
	since, keep := s.visited(r, string(q.place))
	for i, m := range v.Measures {
		if v.Measures[i].New = !since.IsZero() && m.record.Fetched.After(since); v.Measures[i].New {
			v.News.N++
		}
	}
	v.Shown, v.News.Since = len(v.Measures), s.moment(since)
	return view{template: "place", title: v.Name + s.asOfTitle(q.asOf), nav: "place", totals: t, body: v, visit: keep}, nil
}

func withValue(address, name, value string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	v := u.Query()
	v.Set(name, value)
	u.RawQuery = v.Encode()
	return u.String()
}

// labels are the labels to choose from.
func (s *Server) placeLabels(q placeQuery) []segment {
	out := []segment{}
	for _, l := range []news.Label{"", news.ProPolicy, news.Crackdown} {
		one := q
		one.label = l
		name := labelName{Word: s.say("all")}
		if l != "" {
			name = s.nameLabel(l)
		}
		out = append(out, segment{Label: name, Address: one.at(placePath(q.place)), Current: l == q.label})
	}
	return out
}

// placeParts are the divisions of a country of which a cell stands.
func (s *Server) placeParts(m news.Map, q placeQuery) (out []worldRow) {
	if q.place.Division() != "" {
		return nil
	}
	seen := map[news.Jurisdiction]bool{}
	for _, c := range m.Cells {
		if c.Stands() && c.Jurisdiction != q.place && !seen[c.Jurisdiction] && slices.ContainsFunc(q.places(), c.Jurisdiction.Within) {
			seen[c.Jurisdiction] = true
			out = append(out, s.worldRow(m, c.Jurisdiction, q.asOf))
		}
	}
	slices.SortFunc(out, byName)
	return out
}

// measures are what articles say of the places and labels that q asks for, each once
// for a story.
func (s *Server) measures(list []news.Record, q placeQuery, t totals) (out []measure) {
	type key struct {
		story string
		label news.Label
		place news.Jurisdiction
		stage news.Stage
	}
	at := map[key]int{}
	for _, r := range list {
		for _, tag := range r.Tags {
			if tag.State == news.Rejected || q.label != "" && tag.Label != q.label || !slices.ContainsFunc(q.places(), tag.Jurisdiction.Within) {
				continue
			}
			k := key{cmp.Or(r.Story, r.ID), tag.Label, tag.Jurisdiction, tag.Stage}
			if i, there := at[k]; there {
				out[i].Others++
				continue
			}
			at[k] = len(out)
			out = append(out, s.measure(r, tag, q, t))
		}
	}
	return out
}

func (s *Server) measure(r news.Record, tag news.Tag, q placeQuery, t totals) measure {
	m := measure{
		Time: s.moment(r.Position().Time), Undated: r.Published.IsZero(), Found: s.moment(r.Fetched), Label: s.nameLabel(tag.Label),
		Place: s.place(tag.Jurisdiction), Code: string(tag.Jurisdiction),
		Stage: string(tag.Stage), StageWord: s.nameStage(tag.Stage), State: string(tag.State), StateWord: s.nameState(tag.State), Score: fmt.Sprintf("%.2f", tag.Score),
		Title: cmp.Or(r.Title, cut(firstLine(r.Text), 120)), Lang: langAttr(r.Language), Record: "/records/" + r.ID,
		Source: nameSource(r.Source, t.names), Link: outLink(r.URL), Site: siteOf(r.URL), Reports: reportsOf(r.Story), record: r, tag: tag,
	}
	if tag.Jurisdiction != q.place {
		m.PlaceLink = q.asOf.at(placePath(tag.Jurisdiction))
	}
	m.Excerpts = tagExcerpts(r, tag)
	for i := range m.Excerpts {
		x := &m.Excerpts[i]
		text := r.Field(x.field)
		x.Parts = markRange(text, x.from, x.to, mergeSpans(text, x.spans))
	}
	m.Headline = len(m.Excerpts) == 0
	return m
}
