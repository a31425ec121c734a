package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

	"edict/news"
)

// separators stand between a headline and its site's name.
var separators = []string{" | ", " - ", " – ", " — ", " :: ", " · ", " • ", " » ", " / ", "_", "|", "-", "—", "–", "｜", "丨"}

// pickTitle takes the title that the page gives itself where it is shown to others
// (OpenGraph), then JSON-LD's headline, the page's own heading and <title>, each
// without the site's name. A heading that goes on where the title was cut, or that
// stands inside it, is better.
func pickTitle(s *survey, ld linkedData) found {
	site, _ := s.meta("og:site_name", "application-name")
	og, ogFrom := s.meta("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title")
	heading := pickHeading(s.h1, ld.headline, og, s.title)
	known := []string{heading, ld.headline}
	for _, o := range []found{{og, ogFrom}, {ld.headline, "json-ld headline"}, {heading, "h1"}, {shownTitle(s), "title"}, {ld.name, "json-ld name"}} {
		title := dropSite(o.value, known, site, ld.publisher, s.base.Hostname())
		if title == "" {
			continue
		}
		for _, better := range []found{{heading, "h1"}, {ld.headline, "json-ld headline"}} {
			if better.value = dropSite(better.value, nil, site, ld.publisher, s.base.Hostname()); goesOn(title, better.value) {
				title, o.from = better.value, better.from
				break
			}
		}
		if o.from == "title" {
			if dated := datedHeading(s, title); dated != "" {
				return found{limitTitle(dated), "heading before the date"}
			}
		}
		return found{limitTitle(title), o.from}
	}
	if v, from := s.meta("headline", "title"); v != "" {
		return found{limitTitle(v), from}
	}
	return found{}
}

// shownTitle is the part of <title> that the page shows as a line of its own, or
// all of it.
func shownTitle(s *survey) string {
	shown := map[string]bool{}
	for i := range s.blocks {
		shown[s.blocks[i].key] = true
	}
	best := ""
	for _, sep := range separators {
		for i := 0; ; {
			j := strings.Index(s.title[i:], sep)
			if j < 0 {
				break
			}
			i += j
			if head := strings.TrimSpace(s.title[:i]); len(head) > len(best) && size(head) >= 15 && shown[letters(head)] {
				best = head
			}
			i += len(sep)
		}
	}
	if best != "" {
		return best
	}
	return s.title
}

// datedHeading is the only heading of the page that has its date in the next line,
// where <title> is shorter and no heading says it: many authorities' pages all have
// their section's name there.
func datedHeading(s *survey, title string) string {
	dated := ""
	for i := range s.blocks {
		b := &s.blocks[i]
		if b.marks&inHeading == 0 {
			continue
		}
		if b.key == letters(title) {
			return ""
		}
		if i+1 == len(s.blocks) || b.links > 0 || b.size() < 15 || b.size() <= size(title) {
			continue
		}
		if next := s.blocks[i+1].text; size(next) > 160 || !fullDate(next) || s.blocks[i+1].links > 0 {
			continue
		}
		if dated != "" {
			return ""
		}
		dated = b.text
	}
	return dated
}

// goesOn reports whether better is a title that goes on where title was cut (for
// sharing, or at a quote that ended an attribute too early), or stands inside it.
func goesOn(title, better string) bool {
	a, b := letters(title), letters(better)
	if len(b) < 12 || a == b {
		return false
	}
	if strings.Contains(a, b) {
		return true
	}
	cut := strings.TrimRight(title, "….")
	if !strings.HasPrefix(b, a) {
		return false
	}
	rest, ok := strings.CutPrefix(better, cut)
	return cut != title || ok && strings.ContainsAny(rest[:1], `"'`)
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
	// A page's only heading is its title, unless it is the site's name.
	var only []string
	for _, h := range h1 {
		if size(h) >= 15 {
			only = append(only, h)
		}
	}
	if len(only) == 1 && !slices.ContainsFunc(others, func(o string) bool { return strings.Contains(letters(o), letters(only[0])) }) {
		return only[0]
	}
	return ""
}

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

// dropSite cuts a site's name from a title: what stands behind a known title and a
// separator, or behind or before a separator and is the name, near enough.
func dropSite(title string, known []string, site, publisher, host string) string {
	title = squeeze(unescape(title))
	for _, k := range known {
		if rest, ok := strings.CutPrefix(title, k); ok && k != "" && rest != "" && utf8.RuneCountInString(k) >= 8 && separated(rest) {
			return k
		}
	}
	names := []string{letters(site), letters(publisher), letters(host)}
	for range 3 {
		cut := cutName(title, names)
		if cut == title {
			break
		}
		title = cut
	}
	return title
}

// separated reports whether rest, what follows a title, begins with a separator.
func separated(rest string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimSpace(rest))
	return strings.ContainsRune("|-–—:·•»/_｜丨：*[", r)
}

func cutName(title string, names []string) string {
	for _, sep := range separators {
		i := strings.LastIndex(title, sep)
		if i <= 0 {
			continue
		}
		tail := letters(title[i+len(sep):])
		for _, name := range names {
			if len(name) < 2 || tail == "" {
				continue
			}
			if tail == name || len(tail) > 3 && strings.Contains(name, tail) || len(name) > 3 && strings.Contains(tail, name) && len(tail) < len(name)+12 {
				return strings.TrimSpace(title[:i])
			}
		}
		if isSiteWord(tail) {
			return strings.TrimSpace(title[:i])
		}
	}
	for _, sep := range separators {
		if i := strings.Index(title, sep); i > 0 && len(letters(title[:i])) > 1 && slices.Contains(names, letters(title[:i])) {
			return strings.TrimSpace(title[i+len(sep):])
		}
	}
	return title
}

// isSiteWord reports whether the tail of a Chinese title can only be a site or
// section: titles do not end so.
func isSiteWord(tail string) bool {
	for _, w := range []string{"网", "網", "新闻网", "日报", "日報", "晚报", "财经", "財經", "门户网站", "官网", "频道", "客户端", "新浪", "腾讯", "网易", "搜狐", "凤凰", "人民政府"} {
		if strings.HasSuffix(tail, w) && utf8.RuneCountInString(tail) <= 14 {
			return true
		}
	}
	return false
}

func limitTitle(s string) string {
	s, _ = Truncate(squeeze(s), news.MaxTitle)
	return strings.TrimRight(s, " |-–—_｜丨·")
}
