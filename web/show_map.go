package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"edict/news"
)

// An Atlas gives the state of all places.
type Atlas interface {
	// Map returns the map as of a time, without reading the archive's records. It changes
	// nothing, and may be called at once from many requests. ErrUnavailable: the store is
	// away for now.
	Map(ctx context.Context, when news.MapTime) (news.Map, error)
}

// mapView is the first page.
type mapView struct {
	AsOf      asOfView
	Sentences [][]phrase
	China     worldRow // as a whole
	Tiles     []tile
	Divisions []worldRow // the tiles as a table
	World     []worldRow
	Charts    []chart
	WeekRows  []weekRow
	Empty     bool
	Demo      bool
}

// A tile is one of the 34 divisions.
type tile struct {
	worldRow
	Short    string
	Fitting  string // the name, with a soft hyphen where it is long
	Col, Row int
}

// A worldRow is a place with its two cells.
type worldRow struct {
	Code, Name, Link string
	Class            string // pro, crack, both, unknown
	Word             string // the same in words
	Pro, Crack       cellView
	Subscribe        string     // address of the form of a subscription to it; "": there are none
	Parts            []worldRow // divisions with a cell that stands
}

// A cellView is one cell.
type cellView struct {
	Stands bool
	Stage  string
	Time   moment
	N      int64 // articles behind it
	Link   string
	Old    bool // nothing newer than two years
	Closed moment
}

// longNames may break at the end of a syllable.
var longNames = strings.NewReplacer("Heilongjiang", "Heilong\u00adjiang", "Chongqing", "Chong\u00adqing", "Guangdong", "Guang\u00addong", "Shandong", "Shan\u00addong")

func (s *Server) showMap(r *http.Request) (view, error) {
	if v := r.URL.Query(); hasAny(v, "label", "jurisdiction", "q", "source", "story", "all", "after") {
		return view{redirect: streamPath + "?" + v.Encode()}, nil // where the stream stood once
	}
	as, err := s.readAsOf(r.URL.Query())
	if err != nil {
		return view{}, err
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	m, err := s.mapAt(r.Context(), as)
	if err != nil {
		return view{}, err
	}
	return view{template: "map", title: s.say("nav.map") + s.asOfTitle(as), nav: "map", totals: t, body: s.mapView(m, as, t)}, nil
}

func hasAny(v url.Values, names ...string) bool {
	return slices.ContainsFunc(names, v.Has)
}

func (s *Server) mapView(m news.Map, as asOf, t totals) mapView {
	v := mapView{AsOf: s.asOfView(as), China: s.worldRow(m, "CN", as), Empty: len(m.Cells) == 0, Demo: s.Demo}
	for _, seat := range seats {
		row := s.worldRow(m, seat.code, as)
		v.Tiles = append(v.Tiles, tile{
			row, strings.TrimPrefix(string(seat.code), "CN-"), longNames.Replace(row.Name), seat.col, seat.row,
		})
		v.Divisions = append(v.Divisions, row)
	}
	slices.SortFunc(v.Divisions, byName)
	v.World = s.world(m, as)
	v.Sentences = s.sentences(m, as, t)
	v.Charts, v.WeekRows = s.charts(m, as)
	return v
}

func byName(a, b worldRow) int {
	return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Code, b.Code))
}

// world are the countries and unions of which a cell stands, in them or in a division,
// but for China: its divisions have their tiles.
func (s *Server) world(m news.Map, as asOf) []worldRow {
	rows := map[news.Jurisdiction]*worldRow{}
	for _, c := range m.Cells {
		if !c.Stands() {
			continue
		}
		country := news.Jurisdiction(c.Jurisdiction.Country())
		if country == "CN" && c.Jurisdiction != "CN" || isSeated(country) {
			continue
		}
		row := rows[country]
		if row == nil {
			made := s.worldRow(m, country, as)
			row = &made
			rows[country] = row
		}
		if c.Jurisdiction != country && !slices.ContainsFunc(row.Parts, func(p worldRow) bool { return p.Code == string(c.Jurisdiction) }) {
			row.Parts = append(row.Parts, s.worldRow(m, c.Jurisdiction, as))
		}
	}
	var out []worldRow
	for _, row := range rows {
		slices.SortFunc(row.Parts, byName)
		out = append(out, *row)
	}
	slices.SortFunc(out, byName)
	return out
}

func (s *Server) worldRow(m news.Map, j news.Jurisdiction, as asOf) worldRow {
	row := worldRow{
		Code: string(j), Name: s.place(j), Link: as.at(placePath(j)),
		Pro: s.cellView(m, j, news.ProPolicy, as), Crack: s.cellView(m, j, news.Crackdown, as),
	}
	switch {
	case row.Pro.Stands && row.Crack.Stands:
		row.Class, row.Word = "both", s.say("map.both")
	case row.Pro.Stands:
		row.Class, row.Word = "pro", s.say("map.pro")
	case row.Crack.Stands:
		row.Class, row.Word = "crack", s.say("map.crack")
	default:
		row.Class, row.Word = "unknown", s.say("map.unknown")
	}
	row.Subscribe = s.subscribeTo(j, map[string]news.Label{"pro": news.ProPolicy, "crack": news.Crackdown}[row.Class])
	return row
}

// oldAfter is the age from which evidence says how old it is.
const oldAfter = 2 * 365 * 24 * time.Hour

func (s *Server) cellView(m news.Map, j news.Jurisdiction, l news.Label, as asOf) cellView {
	c := m.Cell(news.CellKey{Jurisdiction: j, Label: l})
	v := cellView{Stands: c.Stands(), Link: as.at(placePath(j), "label", string(l))}
	if c.Articles == 0 {
		return v
	}
	v.Stage, v.Time, v.N = s.nameStage(c.Stage), s.moment(c.Newest), c.Articles
	v.Old = as.end(s.Now()).Sub(c.Newest) > oldAfter
	if !v.Stands {
		v.Closed = s.moment(c.Closed)
	}
	return v
}

// placePath is the address of a jurisdiction's page.
func placePath(j news.Jurisdiction) string { return "/places/" + url.PathEscape(string(j)) }

// asOf is the moment that an address asks for.
type asOf struct {
	raw       string    // as the address has it, "": now
	moment    time.Time // what came after it does not count
	published bool      // by what was published, and not by what was known
}

// The two meanings of a moment.
const (
	byKnown     = "known"
	byPublished = "published"
)

// readAsOf reads a date, which is the whole of that day, or a time.
func (s *Server) readAsOf(v url.Values) (asOf, error) {
	a := asOf{raw: strings.TrimSpace(v.Get("asof"))}
	switch v.Get("by") {
	case "", byKnown:
	case byPublished:
		a.published = true
	default:
		return a, fmt.Errorf("by is %s or %s, not %q: %w", byKnown, byPublished, v.Get("by"), news.ErrInvalid)
	}
	if a.raw == "" {
		return a, nil
	}
	day, err := time.Parse(time.DateOnly, a.raw)
	if err == nil {
		a.moment = day.AddDate(0, 0, 1)
	} else if a.moment, err = time.Parse(time.RFC3339, a.raw); err != nil {
		return a, fault{"fault.asof", []any{"given", cut(a.raw, 40)}, news.ErrInvalid}
	}
	if y := a.moment.Year(); y < 1970 || y > 9999 {
		return a, fmt.Errorf("as of %q is out of range: %w", a.raw, news.ErrInvalid)
	}
	a.moment = a.moment.UTC()
	return a, nil
}

// when is a as a store is asked. A day or moment that is not over yet is now.
func (a asOf) when(now time.Time) news.MapTime {
	switch {
	case a.raw == "" || a.moment.After(now) && !a.published:
		return news.MapTime{}
	case a.published:
		return news.MapTime{Until: a.moment}
	}
	return news.MapTime{Known: a.moment}
}

// end is the moment, or now.
func (a asOf) end(now time.Time) time.Time {
	if a.raw == "" || a.moment.After(now) {
		return now
	}
	return a.moment
}

// at is an address that keeps the moment, with more names and values.
func (a asOf) at(path string, more ...string) string {
	v := url.Values{}
	if a.raw != "" {
		v.Set("asof", a.raw)
		if a.published {
			v.Set("by", byPublished)
		}
	}
	for i := 0; i < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (s *Server) asOfTitle(a asOf) string {
	if a.raw == "" {
		return ""
	}
	return " " + s.say("map.title.asof", "moment", a.raw)
}

// asOfView is the control.
type asOfView struct {
	Day, Latest  string // values of a date field
	Published    bool
	Past         bool
	Moment       string // in words
	Back, Forth  []step
	Permalink    string
	Now          string
	NothingKnown bool
}

type step struct{ Word, Link string }

func (s *Server) asOfView(a asOf) asOfView {
	now := s.Now().UTC()
	end := a.end(now)
	v := asOfView{Latest: now.Format(time.DateOnly), Published: a.published, Past: a.raw != "", Now: "/"}
	day := end
	if a.raw != "" && len(a.raw) == len(time.DateOnly) {
		day = a.moment.AddDate(0, 0, -1)
		v.Moment = s.say("asof.day", "day", s.utcDay(day))
	} else if a.raw != "" {
		v.Moment = s.full(end)
	}
	v.Day = day.Format(time.DateOnly)
	to := func(word string, months, days int) step {
		b := a
		b.raw = day.AddDate(0, months, days).Format(time.DateOnly)
		return step{s.say(word), b.at("/")}
	}
	v.Back = []step{to("span.month", -1, 0), to("span.week", 0, -7), to("span.day", 0, -1)}
	for _, f := range []struct {
		word         string
		months, days int
	}{{"span.day", 0, 1}, {"span.week", 0, 7}, {"span.month", 1, 0}} {
		if a.raw != "" && !day.AddDate(0, f.months, f.days).After(now) {
			v.Forth = append(v.Forth, to(f.word, f.months, f.days))
		}
	}
	frozen := a
	frozen.raw = end.Format(time.RFC3339)
	v.Permalink = frozen.at("/")
	return v
}
