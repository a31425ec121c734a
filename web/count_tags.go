package web

import (
	"cmp"
	"slices"
	"strings"

	"edict/catalogue"
	"edict/news"
)

// A segment is one choice of label over the stream.
type segment struct {
	Label   labelName
	Address string
	N       string
	Current bool
}

// segments are the labels to choose from, with the tags that each has where q
// looks.
func (s *Server) segments(t totals, q query) []segment {
	n, sum := map[news.Label]int64{}, int64(0)
	for _, c := range t.tally {
		if q.jurisdiction == "" || c.Jurisdiction.Within(q.jurisdiction) {
			n[c.Label] += c.N
			sum += c.N
		}
	}
	labels := []news.Label{news.ProPolicy, news.Crackdown}
	for _, c := range t.tally {
		if !slices.Contains(labels, c.Label) {
			labels = append(labels, c.Label)
		}
	}
	if q.label != "" && !slices.Contains(labels, q.label) {
		labels = append(labels, q.label)
	}
	slices.Sort(labels[2:])
	out := []segment{{labelName{Word: s.say("all")}, q.withLabel("").at(streamPath), thousands(sum), q.label == ""}}
	for _, l := range labels {
		out = append(out, segment{s.nameLabel(l), q.withLabel(l).at(streamPath), thousands(n[l]), q.label == l})
	}
	return out
}

// An option is one jurisdiction to choose. A group is a country with divisions.
type option struct {
	Code, Name, N string
	Selected      bool
}

type optionGroup struct {
	Name    string // "": the options stand alone
	Options []option
}

// jurisdictions are the places to choose from, by country, with the tags of q's
// label in each.
func (s *Server) jurisdictions(t totals, q query) []optionGroup {
	n := map[news.Jurisdiction]int64{}
	for _, c := range t.tally {
		if q.label == "" || c.Label == q.label {
			n[c.Jurisdiction] += c.N
		}
	}
	if q.jurisdiction != "" {
		n[q.jurisdiction] += 0
	}
	divisions := map[news.Jurisdiction][]news.Jurisdiction{}
	for j := range n {
		country := news.Jurisdiction(j.Country())
		if divisions[country] == nil {
			divisions[country] = []news.Jurisdiction{}
		}
		if j != country {
			divisions[country] = append(divisions[country], j)
		}
	}
	one := func(j news.Jurisdiction, name string, n int64) option {
		return option{Code: string(j), Name: name, N: thousands(n), Selected: j == q.jurisdiction}
	}
	var out []optionGroup
	for country, parts := range divisions {
		name := s.place(country)
		if len(parts) == 0 {
			out = append(out, optionGroup{"", []option{one(country, name, n[country])}})
			continue
		}
		sum := n[country]
		for _, p := range parts {
			sum += n[p]
		}
		slices.SortFunc(parts, func(a, b news.Jurisdiction) int {
			return cmp.Or(strings.Compare(s.place(a), s.place(b)), cmp.Compare(a, b))
		})
		group := optionGroup{name, []option{one(country, s.say("all.of", "place", name), sum)}}
		for _, p := range parts {
			group.Options = append(group.Options, one(p, s.place(p), n[p]))
		}
		out = append(out, group)
	}
	title := func(g optionGroup) string { return cmp.Or(g.Name, g.Options[0].Name) }
	slices.SortFunc(out, func(a, b optionGroup) int { return strings.Compare(title(a), title(b)) })
	return out
}

// A placeRow is one line of the table beside the stream.
type placeRow struct {
	Code, Name, Link   string
	Pro, Crack         int64 // counts
	ProLink, CrackLink string
	Current            bool
	sum                int64
}

// placeRows is how many jurisdictions the table shows.
const placeRows = 18

// places are the jurisdictions with most tags, and how many more there are.
func (s *Server) places(t totals, q query) (rows []placeRow, more int) {
	type pair struct{ pro, crack int64 }
	n := map[news.Jurisdiction]pair{}
	for _, c := range t.tally {
		p := n[c.Jurisdiction]
		switch c.Label {
		case news.ProPolicy:
			p.pro += c.N
		case news.Crackdown:
			p.crack += c.N
		default:
			continue
		}
		n[c.Jurisdiction] = p
	}
	for j, p := range n {
		here := q.withJurisdiction(j)
		row := placeRow{
			Pro: p.pro, Crack: p.crack,
			Code: string(j), Name: s.place(j), Link: here.at(streamPath), Current: j == q.jurisdiction, sum: p.pro + p.crack,
			ProLink: here.withLabel(news.ProPolicy).at(streamPath), CrackLink: here.withLabel(news.Crackdown).at(streamPath),
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b placeRow) int {
		return cmp.Or(cmp.Compare(b.sum, a.sum), strings.Compare(a.Name, b.Name), strings.Compare(a.Code, b.Code))
	})
	if len(rows) > placeRows {
		return rows[:placeRows], len(rows) - placeRows
	}
	return rows, 0
}

// thousands writes n with commas.
func thousands(n int64) string { return catalogue.Thousands(n) }

// group puts commas into a whole number.
func group(s string) string {
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
