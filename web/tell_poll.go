package web

import (
	"cmp"
	"fmt"
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

var outcomeWords = map[news.Outcome]string{
	news.Unchanged:   "Unchanged since the reading before",
	news.Nothing:     "Read, and there is nothing in it",
	news.Disallowed:  "robots.txt does not let us read it",
	news.Blocked:     "The site refuses us",
	news.Busy:        "The site asks us to wait",
	news.Gone:        "There is nothing at this address any more",
	news.ServerError: "The site answers with an error",
	news.Unreachable: "No answer",
	news.Guarded:     "Not read: the address leads into a private network",
	news.TooLarge:    "Not read: the answer is too large",
	news.NotNews:     "The answer is neither a feed nor a listing",
	news.Redirects:   "Redirected too often",
}

// outcomeLine says in one line what came of the last poll.
func outcomeLine(p news.Poll) string {
	if p.Last.IsZero() {
		return "Waiting for its first reading"
	}
	var line string
	switch {
	case p.Outcome == news.OK && p.New > 0:
		line = fmt.Sprintf("Read: %s, %d new", entries(p.Entries), p.New)
	case p.Outcome == news.OK:
		line = fmt.Sprintf("Read: %s, none new", entries(p.Entries))
	default:
		line = cmp.Or(outcomeWords[p.Outcome], string(p.Outcome))
	}
	if p.Outcome != news.OK && p.Outcome != news.Unchanged && p.Detail != "" {
		line += ": " + strings.TrimSuffix(strings.TrimSpace(p.Detail), ".")
	}
	if p.Failures > 1 {
		line += fmt.Sprintf(" (%d times in a row)", p.Failures)
	}
	return line
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
