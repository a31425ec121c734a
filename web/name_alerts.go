package web

import (
	"fmt"
	"strings"

	"edict/news"
)

// askedFor says in one line what a query asks for.
func (s *Server) askedFor(q news.Query, sources map[string]sourceName) string {
	var labels, places, from, languages []string
	for _, l := range q.Labels {
		labels = append(labels, s.nameLabel(l).Word)
	}
	for _, j := range q.Jurisdictions {
		name := s.place(j)
		if j == "CN" && q.AllDivisions {
			name += " with Hong Kong, Macao and Taiwan"
		}
		places = append(places, name)
	}
	for _, slug := range q.Sources {
		from = append(from, nameSource(slug, sources).Name)
	}
	for _, l := range q.Languages {
		if name := s.nameLanguage(l); name != "" {
			l = name
		}
		languages = append(languages, l)
	}
	var stages []string
	for _, st := range q.Stages {
		stages = append(stages, string(st))
	}
	line := orList(labels)
	if len(labels) == 0 {
		line = "Any story"
		if q.NeedsTag() {
			line = "Any label"
		}
	}
	add := func(before string, list []string) {
		if len(list) > 0 {
			line += before + orList(list)
		}
	}
	add(" in ", places)
	add(", ", stages)
	if q.Reviewed {
		line += ", accepted by an analyst"
	}
	if q.MinScore > 0 {
		line += fmt.Sprintf(", score %.2f or more", q.MinScore)
	}
	add(", from ", from)
	add(", in ", languages)
	if words := strings.TrimSpace(q.Words); words != "" {
		line += ", with " + words
	}
	return line
}

// orList joins names; the first few of many.
func orList(list []string) string {
	const most = 6
	if n := len(list); n > most {
		list = append(append([]string{}, list[:most]...), fmt.Sprintf("%d more", n-most))
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}

// leavesWhen says in one line when alerts leave.
func leavesWhen(s news.Schedule) string {
	clock := func(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
	zone := s.Location().String()
	line := "At once"
	switch s.Pace() {
	case news.Hourly:
		line = "Gathered each hour"
	case news.Daily:
		line = "Gathered each day at " + clock(s.Clock()) + " " + zone
	case news.Weekly:
		line = fmt.Sprintf("Gathered each %s at %s %s", s.Day(), clock(s.Clock()), zone)
	}
	if !s.Quiet.IsZero() {
		line += ", quiet " + s.Quiet.From + "–" + s.Quiet.To
		if !strings.Contains(line, zone) {
			line += " " + zone
		}
	}
	return line
}

// factLine says one fact in words.
func (s *Server) factLine(f news.Fact) string {
	return strings.TrimSuffix(fmt.Sprintf("%s, %s: %s", s.nameLabel(f.Label).Word, s.place(f.Jurisdiction), f.Stage), ": ")
}

// deliveryWords say how far a delivery has come; the icon says it without colour.
var deliveryWords = map[news.DeliveryState]stateName{
	news.DeliveryWaiting: {"waiting", "waiting", "i-auto"}, news.DeliveryHeld: {"held", "held", "i-review"},
	news.DeliverySent: {"sent", "sent", "i-accepted"}, news.DeliveryDead: {"dead", "dead", "i-rejected"},
}

// A stateName is how pages speak of a state.
type stateName struct{ Word, Class, Icon string }

// tryWords say what came of a try.
var tryWords = map[news.TryOutcome]stateName{
	news.TrySent: {"taken", "sent", "i-accepted"}, news.TryLater: {"not now", "held", "i-review"}, news.TryUnknown: {"no answer", "held", "i-review"},
	news.TryRefused: {"refused", "dead", "i-rejected"}, news.TryGone: {"wants nothing more", "dead", "i-rejected"},
}

// nameTry names what came of a try.
func nameTry(o news.TryOutcome) stateName {
	if n, known := tryWords[o]; known {
		return n
	}
	return stateName{string(o), "held", "i-review"}
}
