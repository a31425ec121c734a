package web

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"edict/news"
)

// moreFilters are those that are asked for less often.
type moreFilters struct {
	stage        news.Stage
	language     string
	since, until string // days, in UTC; until is not included
}

var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$`)

func readMore(v url.Values) (m moreFilters, err error) {
	m = moreFilters{news.Stage(v.Get("stage")), v.Get("language"), v.Get("from"), v.Get("before")}
	switch {
	case m.stage != "" && !slices.Contains(stages, m.stage):
		return m, fmt.Errorf("stage %q is none of proposed, enacted, enforced, lifted: %w", m.stage, news.ErrInvalid)
	case m.language != "" && !languageForm.MatchString(m.language):
		return m, fmt.Errorf("language %q is not a language such as en or zh: %w", m.language, news.ErrInvalid)
	}
	for name, day := range map[string]string{"from": m.since, "before": m.until} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return m, fmt.Errorf("%s %q is not a day such as 2026-07-01: %w", name, day, news.ErrInvalid)
		}
	}
	return m, nil
}

// startOf is when a day begins; of none it is zero.
func startOf(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day) // looked at when it was read
	return t
}

func (m moreFilters) set(f *news.Filter) {
	f.Stage, f.Language, f.Since, f.Until = m.stage, m.language, startOf(m.since), startOf(m.until)
}

// admits reports whether r fits, its tags aside.
func (m moreFilters) admits(r news.Record) bool {
	at := r.Position().Time
	return (m.since == "" || !at.Before(startOf(m.since))) && (m.until == "" || at.Before(startOf(m.until))) &&
		(m.language == "" || r.Language == m.language || strings.HasPrefix(r.Language, m.language+"-"))
}

// chosenMore says which of them are set, each with the address without it.
func (s *Server) chosenMore(q query) (list []chosen) {
	also := func(what, value string, without func(m *moreFilters)) {
		if value != "" {
			less := q
			without(&less.more)
			list = append(list, chosen{what, value, less.at(streamPath)})
		}
	}
	also(s.say("filter.stage"), s.nameStage(q.more.stage), func(m *moreFilters) { m.stage = "" })
	also(s.say("filter.language"), s.nameLanguage(q.more.language), func(m *moreFilters) { m.language = "" })
	also(s.say("filter.from"), q.more.since, func(m *moreFilters) { m.since = "" })
	also(s.say("filter.before"), q.more.until, func(m *moreFilters) { m.until = "" })
	return list
}

// moreView is what the controls show.
type moreView struct {
	Open                   bool
	Stages, Languages      []choice
	Language, Since, Until string
}

type choice struct {
	Value, Name string
	Chosen      bool
}

func (s *Server) moreView(q query) moreView {
	v := moreView{Open: q.more != moreFilters{}, Since: q.more.since, Until: q.more.until}
	v.Stages = []choice{{"", s.say("stage.any"), q.more.stage == ""}}
	for _, stage := range stages {
		v.Stages = append(v.Stages, choice{string(stage), s.nameStage(stage), stage == q.more.stage})
	}
	known := false
	for _, o := range []choice{{"", s.say("language.any"), false}, {"en", s.say("language.en"), false}, {"zh", s.say("language.zh"), false}} {
		o.Chosen = o.Value == q.more.language
		known = known || o.Chosen
		v.Languages = append(v.Languages, o)
	}
	if !known {
		v.Languages = append(v.Languages, choice{q.more.language, s.nameLanguage(q.more.language), true})
	}
	return v
}
