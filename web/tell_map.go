package web

import (
	"fmt"
	"slices"

	"edict/news"
)

// A phrase is a part of a sentence, with a link to what it rests on or none.
type phrase struct {
	Text, Link string
	Strong     bool
}

func say(format string, args ...any) phrase { return phrase{Text: fmt.Sprintf(format, args...)} }

// sentences tell the map: what is reported of China's divisions, what Edict has
// evidence for itself, and how many places do what.
func (s *Server) sentences(m news.Map, as asOf, t totals) [][]phrase {
	var out [][]phrase
	for _, l := range []struct {
		label news.Label
		have  string
	}{{news.ProPolicy, "pro-blockchain policies"}, {news.Crackdown, "a crackdown on mining"}} {
		own := 0
		for _, seat := range seats {
			if m.Cell(news.CellKey{Jurisdiction: seat.code, Label: l.label}).Stands() {
				own++
			}
		}
		evidence := as.at(placePath("CN"), "label", string(l.label), "all", "1")
		number := phrase{fmt.Sprint(own), evidence, true}
		if r, ok := reportedOf(m, l.label); ok {
			of := len(seats)
			if r.Of > 0 {
				of = r.Of
			}
			out = append(out, []phrase{
				{fmt.Sprintf("%d of %d", r.Value, of), "/records/" + r.Record, true},
				say(" divisions of China have %s, as reported by ", l.have),
				{nameSource(r.Source, t.names).Name, "/records/" + r.Record, false},
				say(" on %s; own evidence for ", r.Time.UTC().Format("2 January 2006")), number, say("."),
			})
			continue
		}
		out = append(out, []phrase{
			number,
			say(" of China's %d divisions %s %s, by evidence of Edict's own; of ", len(seats), have(own), l.have),
			{fmt.Sprint(len(seats) - own), "#divisions", true},
			say(" nothing is known."),
		})
	}
	return append(out, worldSentence(m))
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
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
func worldSentence(m news.Map) []phrase {
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
	out := []phrase{
		say("Beyond China, "),
		{fmt.Sprint(len(pro)), "#world", true},
		say(" %s supportive and ", areIs(len(pro))),
		{fmt.Sprint(len(crack)), "#world", true},
		say(" %s down on mining", cracks(len(crack))),
	}
	if both > 0 {
		out = append(out, say("; "), phrase{fmt.Sprint(both), "#world", true}, say(" %s both", does(both)))
	}
	return append(out, say("."))
}

func areIs(n int) string {
	if n == 1 {
		return "place is"
	}
	return "places are"
}

func cracks(n int) string {
	if n == 1 {
		return "cracks"
	}
	return "crack"
}

func does(n int) string {
	if n == 1 {
		return "does"
	}
	return "do"
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
	Most   string
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
		c := chart{Label: nameLabel(label), Width: chartWeeks * barStep, Height: chartHeight, From: first.Format("2 Jan 2006"), To: last.Format("2 Jan 2006")}
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
			c.Bars = append(c.Bars, bar{w * barStep, chartHeight - height, height, fmt.Sprintf("week of %s: %s", at.Format("2 Jan 2006"), thousands(k))})
			if byWeek[w] == nil {
				byWeek[w] = slices.Repeat([]string{"0"}, len(labels))
			}
			byWeek[w][i] = thousands(k)
		}
		c.Most = thousands(most)
		c.Told = fmt.Sprintf("%s: %s tags in %d weeks", c.Label.Long, thousands(sum), chartWeeks)
		if most > 0 {
			c.Told += fmt.Sprintf(", most in the week of %s: %s", mostIn.Format("2 January"), thousands(most))
		}
		out = append(out, c)
	}
	for w := range chartWeeks {
		if cells := byWeek[chartWeeks-1-w]; cells != nil {
			rows = append(rows, weekRow{first.AddDate(0, 0, 7*(chartWeeks-1-w)).Format("2 Jan 2006"), cells})
		}
	}
	return out, rows
}
