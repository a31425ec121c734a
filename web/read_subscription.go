package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"edict/news"
)

// fillSubscription puts what a form says into a subscription. All that is wrong with it is
// in the error, which is ErrInvalid, a line each.
func (s *Server) fillSubscription(f url.Values, sub *news.Subscription, sources map[string]sourceName) error {
	known := *sub
	var wrong []error
	bad := func(err error) {
		if err != nil {
			wrong = append(wrong, err)
		}
	}
	q := news.Query{Words: strings.TrimSpace(cleanNote(f.Get("words"))), Reviewed: f.Get("reviewed") == "1", AllDivisions: f.Get("all34") == "1"}
	for _, l := range f["label"] {
		q.Labels = append(q.Labels, news.Label(l))
	}
	for _, st := range f["stage"] {
		q.Stages = append(q.Stages, news.Stage(st))
	}
	for _, raw := range listed(f.Get("places")) {
		j, err := s.placeBook.named(s.Gazetteer, raw)
		if bad(err); err == nil && !slices.Contains(q.Jurisdictions, j) {
			q.Jurisdictions = append(q.Jurisdictions, j)
		}
	}
	for _, raw := range listed(f.Get("sources")) {
		slug, err := sourceNamed(raw, sources)
		if bad(err); err == nil && !slices.Contains(q.Sources, slug) {
			q.Sources = append(q.Sources, slug)
		}
	}
	for _, raw := range listed(f.Get("languages")) {
		l, err := s.languageNamed(raw)
		if bad(err); err == nil && !slices.Contains(q.Languages, l) {
			q.Languages = append(q.Languages, l)
		}
	}
	if raw := strings.TrimSpace(f.Get("score")); raw != "" {
		n, err := strconv.ParseFloat(raw, 64)
		if err != nil || !(n >= 0 && n <= 1) {
			bad(fmt.Errorf("the least score %q is not a number from 0 to 1: %w", cut(raw, 20), news.ErrInvalid))
		} else {
			q.MinScore = n
		}
	}
	channels := []string{}
	for line := range strings.Lines(f.Get("channels")) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		c, err := channelOf(known, line)
		if bad(err); err == nil {
			channels = append(channels, c)
		}
	}
	sub.Name, sub.Query, sub.Channels, sub.Language = strings.TrimSpace(cleanNote(f.Get("name"))), q, channels, f.Get("in")
	sub.Schedule, sub.NoHeartbeat = readSchedule(f), f.Get("heartbeat") != "1"
	bad(sub.Validate())
	return errors.Join(wrong...)
}

// readSchedule reads when alerts leave. A field that the pace has no use for is left out,
// so that one need not empty it.
func readSchedule(f url.Values) (s news.Schedule) {
	s.Every, s.Zone = news.Pace(f.Get("every")), strings.TrimSpace(f.Get("zone"))
	if s.Every == news.AtOnce {
		s.Every = ""
	}
	if s.Every == news.Daily || s.Every == news.Weekly {
		s.At = strings.TrimSpace(f.Get("at"))
	}
	if s.Every == news.Weekly {
		s.Weekday = f.Get("weekday")
	}
	s.Quiet = news.QuietHours{From: strings.TrimSpace(f.Get("quietfrom")), To: strings.TrimSpace(f.Get("quietto"))}
	if s.Zone == "UTC" {
		s.Zone = ""
	}
	return s
}

// listed are the parts of a field that holds several.
func listed(raw string) (list []string) {
	for part := range strings.FieldsFuncSeq(raw, func(r rune) bool { return strings.ContainsRune(",;、，；\r\n\t", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// sourceNamed is the slug of a source that is given by its name or its slug.
func sourceNamed(raw string, sources map[string]sourceName) (string, error) {
	if _, known := sources[raw]; known {
		return raw, nil
	}
	for slug, n := range sources {
		if strings.EqualFold(n.Name, raw) {
			return slug, nil
		}
	}
	if news.ValidSlug(raw) {
		return raw, nil // of an archive whose source is not watched any more
	}
	return "", fmt.Errorf("no source is called %q; the page of sources lists them: %w", cut(raw, 60), news.ErrInvalid)
}

// languageNamed is the code of a language that is given by its code or its name in any
// language of the pages.
func (s *Server) languageNamed(raw string) (string, error) {
	for _, words := range s.speech {
		for _, key := range words.Keys() {
			code, is := strings.CutPrefix(key, "language.")
			if is && code != "any" && (strings.EqualFold(words.Say(key), raw) || strings.EqualFold(code, raw)) {
				return code, nil
			}
		}
	}
	if languageForm.MatchString(raw) {
		return raw, nil
	}
	return "", fmt.Errorf("%q is no language's code, such as en or zh: %w", cut(raw, 60), news.ErrInvalid)
}

// channelName is how the name of a channel ends.
var channelName = regexp.MustCompile(`#[0-9a-f]{8}$`)

// channelOf is the channel that a line means: one of those that the subscription has, by
// its name, which hides what is secret in it, or a new one.
func channelOf(sub news.Subscription, line string) (string, error) {
	if c, found := sub.Channel(line); found {
		return c, nil
	}
	if channelName.MatchString(line) {
		return "", fmt.Errorf("%q is the name of a channel that this subscription does not have; write its whole address: %w", cut(line, 100), news.ErrInvalid)
	}
	return line, nil
}

// A subscriptionForm is a subscription as it stands in a form.
type subscriptionForm struct {
	Name, Places, Sources, Languages, Words, Score, Channels string
	At, Zone, QuietFrom, QuietTo                             string

	Labels, Stages, In, Every, Weekday []formChoice
	All34, Reviewed, Heartbeat         bool
}

// A formChoice is one of several in a form.
type formChoice struct {
	Value, Name string
	Class, Icon string // of a label
	Chosen      bool
}

// formOf is a subscription as its form shows it at first.
func (s *Server) formOf(sub news.Subscription, sources map[string]sourceName) url.Values {
	q, f := sub.Query, url.Values{}
	for _, l := range q.Labels {
		f.Add("label", string(l))
	}
	for _, st := range q.Stages {
		f.Add("stage", string(st))
	}
	var places, from []string
	for _, j := range q.Jurisdictions {
		places = append(places, s.placeText(j))
	}
	for _, slug := range q.Sources {
		from = append(from, nameSource(slug, sources).Name)
	}
	set := func(name, value string) {
		if value != "" {
			f.Set(name, value)
		}
	}
	set("name", sub.Name)
	set("places", strings.Join(places, ", "))
	set("sources", strings.Join(from, ", "))
	set("languages", strings.Join(q.Languages, ", "))
	set("words", q.Words)
	if q.MinScore > 0 {
		f.Set("score", strconv.FormatFloat(q.MinScore, 'g', 3, 64))
	}
	for name, on := range map[string]bool{"reviewed": q.Reviewed, "all34": q.AllDivisions, "heartbeat": !sub.NoHeartbeat} {
		if on {
			f.Set(name, "1")
		}
	}
	set("channels", strings.Join(sub.ChannelNames(), "\n"))
	set("in", sub.Language)
	set("every", string(sub.Schedule.Every))
	set("at", sub.Schedule.At)
	set("weekday", sub.Schedule.Weekday)
	set("zone", sub.Schedule.Zone)
	set("quietfrom", sub.Schedule.Quiet.From)
	set("quietto", sub.Schedule.Quiet.To)
	return f
}

// placeText is how a field names a place: by its name where that is told from all others,
// which a reader understands and the form takes back, else with its code.
func (s *Server) placeText(j news.Jurisdiction) string {
	name := s.place(j)
	if found, err := s.placeBook.named(s.Gazetteer, name); err == nil && found == j && len(listed(name)) == 1 {
		return name
	}
	return string(j)
}

// shownForm is what a form says, to be shown again.
func (s *Server) shownForm(f url.Values) subscriptionForm {
	v := subscriptionForm{
		Name: f.Get("name"), Places: f.Get("places"), Sources: f.Get("sources"), Languages: f.Get("languages"), Words: f.Get("words"), Score: f.Get("score"),
		Channels: f.Get("channels"), At: f.Get("at"), Zone: f.Get("zone"), QuietFrom: f.Get("quietfrom"), QuietTo: f.Get("quietto"),
		All34: f.Get("all34") == "1", Reviewed: f.Get("reviewed") == "1", Heartbeat: f.Get("heartbeat") == "1",
	}
	chosen := f["label"]
	for _, l := range s.labelsToChoose() {
		n := s.nameLabel(l)
		v.Labels = append(v.Labels, formChoice{string(l), n.Long, n.Class, n.Icon, slices.Contains(chosen, string(l))})
	}
	plain := func(name string, pairs ...string) (list []formChoice) {
		chosen := f[name]
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, formChoice{Value: pairs[i], Name: pairs[i+1], Chosen: slices.Contains(chosen, pairs[i])})
		}
		return list
	}
	for _, stage := range stages {
		v.Stages = append(v.Stages, plain("stage", string(stage), s.nameStage(stage))...)
	}
	v.In = plain("in", "", "English", "zh-Hans", "简体中文", "zh-Hant", "繁體中文")
	v.Every = plain("every", "", s.say("every.once"), "hourly", s.say("every.hourly"), "daily", s.say("every.daily"), "weekly", s.say("every.weekly"))
	for _, day := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		v.Weekday = append(v.Weekday, plain("weekday", day, s.say("weekday."+day))...)
	}
	return v
}

func (s *Server) labelsToChoose() []news.Label {
	list := []news.Label{news.Crackdown, news.ProPolicy}
	for _, l := range s.Alerts.Labels {
		if !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list
}

// suggestedName names a subscription after what it asks for.
func (s *Server) suggestedName(q news.Query) string {
	var labels, places []string
	for _, l := range q.Labels {
		labels = append(labels, s.nameLabel(l).Long)
	}
	for _, j := range q.Jurisdictions {
		places = append(places, s.place(j))
	}
	name := cmp.Or(strings.Join(labels, s.say("list.comma")), s.say("subscription.suggest"))
	if len(places) > 0 {
		name = s.say("subscription.suggested", "labels", name, "places", s.orList(places))
	}
	return name
}
