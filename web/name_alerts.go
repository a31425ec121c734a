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
			name = s.say("asked.china34", "place", name)
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
		stages = append(stages, s.nameStage(st))
	}
	line := s.orList(labels)
	if len(labels) == 0 {
		line = s.say("asked.any")
		if q.NeedsTag() {
			line = s.say("asked.anylabel")
		}
	}
	add := func(key string, list []string) {
		if len(list) > 0 {
			line += s.say(key, "list", s.orList(list))
		}
	}
	add("asked.in", places)
	add("asked.stage", stages)
	if q.Reviewed {
		line += s.say("asked.reviewed")
	}
	if q.MinScore > 0 {
		line += s.say("asked.score", "score", fmt.Sprintf("%.2f", q.MinScore))
	}
	add("asked.from", from)
	add("asked.language", languages)
	if words := strings.TrimSpace(q.Words); words != "" {
		line += s.say("asked.words", "words", words)
	}
	return line
}

// orList joins names; the first few of many.
func (p speaker) orList(list []string) string {
	const most = 6
	if n := len(list); n > most {
		list = append(append([]string{}, list[:most]...), p.say("list.more", "n", n-most))
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], p.say("list.comma")) + p.say("list.or") + list[len(list)-1]
}

// leavesWhen says in one line when alerts leave.
func (p speaker) leavesWhen(s news.Schedule) string {
	clock := fmt.Sprintf("%02d:%02d", s.Clock()/60, s.Clock()%60)
	zone := s.Location().String()
	line := p.say("leaves.once")
	switch s.Pace() {
	case news.Hourly:
		line = p.say("leaves.hourly")
	case news.Daily:
		line = p.say("leaves.daily", "clock", clock, "zone", zone)
	case news.Weekly:
		line = p.say("leaves.weekly", "weekday", p.say("weekday."+strings.ToLower(s.Day().String())), "clock", clock, "zone", zone)
	}
	if !s.Quiet.IsZero() {
		line += p.say("leaves.quiet", "from", s.Quiet.From, "to", s.Quiet.To, "zone", zone)
	}
	return line
}

// factLine says one fact in words.
func (s *Server) factLine(f news.Fact) string {
	return strings.TrimSuffix(s.say("feed.fact", "tag", s.nameTag(news.TagRef{Label: f.Label, Jurisdiction: f.Jurisdiction}), "stage", s.nameStage(f.Stage)), s.say("colon"))
}

// A stateName is how pages speak of a state.
type stateName struct{ Word, Class, Icon string }

// deliveryLooks tell how far a delivery has come; the icon says it without colour.
var deliveryLooks = map[news.DeliveryState]stateName{
	news.DeliveryWaiting: {"", "waiting", "i-auto"}, news.DeliveryHeld: {"", "held", "i-review"},
	news.DeliverySent: {"", "sent", "i-accepted"}, news.DeliveryDead: {"", "dead", "i-rejected"},
}

func (s *Server) nameDelivery(state news.DeliveryState) stateName {
	n := deliveryLooks[state]
	n.Word = s.named("delivery.state", string(state))
	return n
}

// nameTry names what came of a try.
func (s *Server) nameTry(o news.TryOutcome) stateName {
	n := stateName{s.named("try", string(o)), "held", "i-review"}
	switch o {
	case news.TrySent:
		n.Class, n.Icon = "sent", "i-accepted"
	case news.TryRefused, news.TryGone:
		n.Class, n.Icon = "dead", "i-rejected"
	}
	return n
}
