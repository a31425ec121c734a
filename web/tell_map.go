package web

import (
	"slices"

	"edict/catalogue"
	"edict/news"
)

// A phrase is a part of a sentence, with a link to what it rests on or none.
type phrase struct {
	Text, Link string
	Strong     bool
}

// number is a number that opens what it counts.
func number(n int, link string) phrase { return phrase{catalogue.Thousands(int64(n)), link, true} }

// sentence puts phrases into a text, each where its name stands. It is about n things.
func (p speaker) sentence(key string, n int, parts map[string]phrase) (out []phrase) {
	for _, piece := range p.words.Pieces(key, int64(n)) {
		if part, is := parts[piece.Name]; is && piece.Name != "" {
			out = append(out, part)
		} else {
			out = append(out, phrase{Text: piece.Words})
		}
	}
	return out
}

// sentences tell the map: what is reported of China's divisions, what Edict has
// evidence for itself, and how many places do what.
func (s *Server) sentences(m news.Map, as asOf, t totals) [][]phrase {
	var out [][]phrase
	for _, label := range []news.Label{news.ProPolicy, news.Crackdown} {
		own := 0
		for _, seat := range seats {
			if m.Cell(news.CellKey{Jurisdiction: seat.code, Label: label}).Stands() {
				own++
			}
		}
		parts := map[string]phrase{
			"own": number(own, as.at(placePath("CN"), "label", string(label), "all", "1")), "all": {Text: catalogue.Thousands(int64(len(seats)))},
			"rest": number(len(seats)-own, "#divisions"),
		}
		key := "told.own." + labelClass(label)
		if r, ok := reportedOf(m, label); ok {
			of := len(seats)
			if r.Of > 0 {
				of = r.Of
			}
			key = "told.reported." + labelClass(label)
			link := "/records/" + r.Record
			parts["reported"], parts["of"] = number(r.Value, link), phrase{Text: catalogue.Thousands(int64(of))}
			parts["source"] = phrase{nameSource(r.Source, t.names).Name, link, false}
			parts["day"] = phrase{Text: s.day(r.Time)}
		}
		out = append(out, s.sentence(key, own, parts))
	}
	return append(out, s.worldSentence(m))
}

// reportedOf returns the newest count of China's divisions under a label: one that says
// of how many, which no other country comes near. A number that one article gives under
// both labels comes from one sentence that speaks of both; it is told of the policies
// alone, since it cannot be the number of both.
func reportedOf(m news.Map, l news.Label) (news.Reported, bool) {
	for _, r := range m.Reported {
		if r.Label == l && r.Of >= 31 && r.Of <= len(seats) && r.Value <= r.Of && (l == news.ProPolicy || !isTwofold(m, r)) {
			return r, true
		}
	}
	return news.Reported{}, false
}

// isTwofold reports whether the article of r gives the same number of policies.
func isTwofold(m news.Map, r news.Reported) bool {
	return slices.ContainsFunc(m.Reported, func(o news.Reported) bool {
		return o.Record == r.Record && o.Value == r.Value && o.Of == r.Of && o.Label == news.ProPolicy
	})
}

// worldSentence counts the places beyond China.
func (s *Server) worldSentence(m news.Map) []phrase {
	pro, crack := map[string]bool{}, map[string]bool{}
	for _, c := range m.Cells {
		country := c.Jurisdiction.Country()
		if !c.Stands() || country == "CN" || isSeated(news.Jurisdiction(country)) {
			continue
		}
		switch c.Label {
		case news.ProPolicy:
			pro[country] = true
		case news.Crackdown:
			crack[country] = true
		}
	}
	both := 0
	for c := range pro {
		if crack[c] {
			both++
		}
	}
	out := s.sentence("told.world.pro", len(pro), map[string]phrase{"n": number(len(pro), "#world")})
	out = append(out, s.sentence("told.world.crack", len(crack), map[string]phrase{"n": number(len(crack), "#world")})...)
	if both > 0 {
		out = append(out, s.sentence("told.world.both", both, map[string]phrase{"n": number(both, "#world")})...)
	}
	return append(out, phrase{Text: s.say("stop")})
}

// A chart is how many tags of a label there were, by week.
type chart struct {
	Label  labelName
	Told   string // what it shows, in words
	Bars   []bar
	Width  int
	Height int
	From   string
	To     string
	Most   int64
}

// A bar is one week.
type bar struct {
	X, Y, Height int
	Told         string
}

// A weekRow is the same as a line of a table.
type weekRow struct {
	Week string
	N    []string // by chart
}

const (
	chartWeeks  = 52
	barStep     = 10
	chartHeight = 56
)

// charts draw the last year to the moment of the map, week by week.
func (s *Server) charts(m news.Map, as asOf) (out []chart, rows []weekRow) {
	last := news.WeekOf(as.end(s.Now()))
	first := last.AddDate(0, 0, -7*(chartWeeks-1))
	n := map[news.WeekCount]int64{} // by week and label
	for _, w := range m.Weeks {
		key := w
		key.N = 0
		n[key] += w.N
	}
	labels := []news.Label{news.ProPolicy, news.Crackdown}
	byWeek := map[int][]string{}
	for i, label := range labels {
		c := chart{Label: s.nameLabel(label), Width: chartWeeks * barStep, Height: chartHeight, From: s.utcDay(first), To: s.utcDay(last)}
		most, sum, mostIn := int64(0), int64(0), first
		for w := range chartWeeks {
			at := first.AddDate(0, 0, 7*w)
			if k := n[news.WeekCount{Week: at, Label: label}]; k > most {
				most, mostIn = k, at
			}
			sum += n[news.WeekCount{Week: at, Label: label}]
		}
		for w := range chartWeeks {
			at := first.AddDate(0, 0, 7*w)
			k := n[news.WeekCount{Week: at, Label: label}]
			if k == 0 {
				continue
			}
			height := max(2, int(k*(chartHeight-2)/most))
			c.Bars = append(c.Bars, bar{w * barStep, chartHeight - height, height, s.say("map.bar", "day", s.utcDay(at), "n", k)})
			if byWeek[w] == nil {
				byWeek[w] = slices.Repeat([]string{"0"}, len(labels))
			}
			byWeek[w][i] = thousands(k)
		}
		c.Most = most
		c.Told = s.say("map.chart", "label", c.Label.Long, "n", sum, "weeks", chartWeeks)
		if most > 0 {
			c.Told += s.say("map.chart.most", "day", s.utcDay(mostIn), "n", most)
		}
		out = append(out, c)
	}
	for w := range chartWeeks {
		if cells := byWeek[chartWeeks-1-w]; cells != nil {
			rows = append(rows, weekRow{s.utcDay(first.AddDate(0, 0, 7*(chartWeeks-1-w))), cells})
		}
	}
	return out, rows
}
