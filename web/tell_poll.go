package web

import (
	"cmp"
	"slices"
	"strings"

	"edict/news"
)

// pollsOf returns what is remembered of the addresses of src, in its own order of
// preference. Addresses that it no longer has are left out.
func pollsOf(polls []news.Poll, src news.Source) []news.Poll {
	var out []news.Poll
	for _, a := range src.Addresses() {
		for _, p := range polls {
			if p.Source == src.Slug && p.Address == a {
				out = append(out, p)
			}
		}
	}
	return out
}

// mainPoll picks the address that says most about how a source fares: one that
// was tried before one that was not, one that works before one that fails, then
// the order of preference.
func mainPoll(polls []news.Poll) (news.Poll, bool) {
	if len(polls) == 0 {
		return news.Poll{}, false
	}
	return slices.MinFunc(polls, func(a, b news.Poll) int {
		untried := func(p news.Poll) int {
			if p.Last.IsZero() {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(untried(a), untried(b)), cmp.Compare(a.Failures, b.Failures))
	}), true
}

// outcomeLine says in one line what came of the last poll.
func (s *Server) outcomeLine(p news.Poll) string {
	if p.Last.IsZero() {
		return s.say("poll.waiting")
	}
	var line string
	switch {
	case p.Outcome == news.OK && p.New > 0:
		line = s.say("poll.new", "new", p.New, "n", p.Entries)
	case p.Outcome == news.OK:
		line = s.say("poll.none", "n", p.Entries)
	default:
		line = s.named("outcome", string(p.Outcome))
	}
	if p.Failures > 1 {
		line += s.say("poll.times", "n", p.Failures)
	}
	return line
}

// outcomeDetail is what a poll that failed says of it, in English.
func outcomeDetail(p news.Poll) string {
	if p.Last.IsZero() || p.Outcome == news.OK || p.Outcome == news.Unchanged {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSpace(p.Detail), ".")
}
