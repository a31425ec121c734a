package extract

import (
	"strings"
	"unicode/utf8"

	"edict/news"
)

// separators stand between a headline and its site's name.
var separators = []string{" | ", " - ", " – ", " — ", " :: ", " · ", " • ", " » ", " / ", "_", "|", "-", "—", "–", "｜", "丨"}

// pickTitle chooses among what JSON-LD, OpenGraph, the page's headings and <title>
// say. A heading on the page that another of them confirms is what a reader sees,
// so it wins; else the first of them does.
func pickTitle(s *survey, ld linkedData) found {
	og, ogFrom := s.meta("og:title", "twitter:title", "headline", "dc.title", "parsely-title", "sailthru.title", "title")
	site, _ := s.meta("og:site_name", "application-name")
	ld.headline = dropSite(ld.headline, site, ld.publisher, "")
	plain := dropSite(s.title, site, ld.publisher, "")
	og = dropSite(og, site, ld.publisher, "")
	h1 := pickHeading(s.h1, ld.headline, og, s.title)
	switch {
	case h1 != "" && (ld.headline == "" || confirms(h1, ld.headline) || confirms(h1, og)):
		return found{limitTitle(h1), "h1"}
	case ld.headline != "":
		return found{limitTitle(ld.headline), "json-ld headline"}
	case og != "":
		return found{limitTitle(og), ogFrom}
	case h1 != "":
		return found{limitTitle(h1), "h1"}
	case ld.name != "":
		return found{limitTitle(ld.name), "json-ld name"}
	}
	return found{limitTitle(plain), "title"}
}

// pickHeading returns the heading that the other titles confirm best, or the only
// one.
func pickHeading(h1 []string, others ...string) string {
	best, score := "", 0.0
	for _, h := range h1 {
		if utf8.RuneCountInString(h) < 4 {
			continue
		}
		for _, o := range others {
			if sc := likeness(h, o); sc > score {
				best, score = h, sc
			}
		}
	}
	if score >= 0.5 {
		return best
	}
	return ""
}

// confirms reports whether two titles are the same words, or nearly.
func confirms(a, b string) bool { return likeness(a, b) >= 0.75 }

// likeness compares two titles by their words, 0 to 1.
func likeness(a, b string) float64 {
	if a == "" || b == "" {
		return 0
	}
	if ka, kb := letters(a), letters(b); ka == kb {
		return 1
	}
	x, y := map[uint64]bool{}, map[uint64]bool{}
	for _, w := range wordHashes(a) {
		x[w] = true
	}
	for _, w := range wordHashes(b) {
		y[w] = true
	}
	if len(x)+len(y) == 0 {
		return 0
	}
	n := 0
	for w := range x {
		if y[w] {
			n++
		}
	}
	return 2 * float64(n) / float64(len(x)+len(y))
}

// dropSite cuts a site's name from the end or the beginning of a title: what
// stands behind a separator and is, or contains, or is contained in, the name.
func dropSite(title, site, publisher, host string) string {
	title = squeeze(unescape(title))
	for _, name := range []string{site, publisher, host} {
		name = letters(name)
		if len(name) < 2 {
			continue
		}
		for _, sep := range separators {
			if i := strings.LastIndex(title, sep); i > 0 {
				if tail := letters(title[i+len(sep):]); tail != "" && (tail == name || len(tail) > 3 && strings.Contains(name, tail) || strings.Contains(tail, name) && len(tail) < len(name)+12) {
					return dropSite(strings.TrimSpace(title[:i]), site, publisher, host)
				}
			}
			if i := strings.Index(title, sep); i > 0 && letters(title[:i]) == name {
				return strings.TrimSpace(title[i+len(sep):])
			}
		}
	}
	return title
}

func limitTitle(s string) string {
	s, _ = Truncate(squeeze(s), news.MaxTitle)
	return strings.TrimSpace(s)
}
