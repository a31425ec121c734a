package classifier

import (
	"slices"
	"strings"

	"edict/classifier/rules"
	"edict/news"
)

// units are the kinds of authority that are counted, by how they are written.
var units = []struct{ word, unit string }{
	{"province-level", "provinces"},
	{"provinces", "provinces"},
	{"provincial governments", "provinces"},
	{"province", "provinces"},
	{"local governments", "governments"},
	{"city governments", "governments"},
	{"governments", "governments"},
	{"municipalities", "municipalities"},
	{"cities", "cities"},
	{"states", "states"},
	{"countries", "countries"},
	{"nations", "countries"},
	{"counties", "counties"},
	{"regions", "regions"},
	{"towns", "towns"},
	{"prefectures", "prefectures"},
	{"cantons", "cantons"},
	{"agencies", "agencies"},
	{"ministries", "ministries"},
	{"departments", "departments"},
	{"central banks", "central banks"},
	{"省级行政区", "provinces"},
	{"省級行政區", "provinces"},
	{"省区市", "provinces"},
	{"省區市", "provinces"},
	{"省份", "provinces"},
	{"省市", "provinces"},
	{"省", "provinces"},
	{"地方政府", "governments"},
	{"政府", "governments"},
	{"地方", "governments"},
	{"城市", "cities"},
	{"市", "cities"},
	{"国家和地区", "countries"},
	{"国家", "countries"},
	{"國家", "countries"},
	{"州", "states"},
	{"县", "counties"},
	{"縣", "counties"},
	{"部门", "departments"},
	{"部門", "departments"},
	{"部委", "ministries"},
}

// fillers may stand between a number and what it counts.
var fillers = []string{"chinese", "local", "provincial", "city", "other", "different", "more", "u.s.", "us", "american", "个", "個", "家", "多个", "多個", "多", "余个", "的"}

// counts reads numbers of authorities in the sentences that prove a verdict.
func counts(p *proof, verdicts []rules.Verdict) []news.Count {
	out := []news.Count{}
	for _, v := range verdicts {
		for _, f := range v.Findings {
			for _, n := range readCounts(p.sentence(f)) {
				if tellsMore(p.content, f, n, verdicts) {
					continue
				}
				c := n.Count
				c.Label = v.Label
				c.Evidence = []news.Evidence{quote(p.content, f.Field, f.Start, f.End, f.Rule)}
				known := slices.ContainsFunc(out, func(o news.Count) bool {
					return o.Value == c.Value && o.Of == c.Of && o.Unit == c.Unit && o.Label == c.Label
				})
				if !known {
					out = append(out, c)
				}
			}
		}
	}
	return out
}

// A counted is a count and where its number stands in the sentence, in bytes.
type counted struct {
	news.Count
	start, end int
}

// tellsMore reports whether n is told of something else than f: the act of another
// label in f's sentence stands nearer, or a contrast stands between. "Nine provinces
// closed mines while 14 give rewards" counts nine for one label and 14 for the other.
func tellsMore(content news.Content, f rules.Finding, n counted, verdicts []rules.Verdict) bool {
	text := content.Field(f.Field)
	own := apart(text, f, n)
	if own >= contrast {
		return true
	}
	label, _, _ := strings.Cut(f.Rule, "/")
	for _, v := range verdicts {
		if string(v.Label) == label {
			continue
		}
		for _, o := range v.Findings {
			if o.Field == f.Field && o.Start == f.Start && apart(text, o, n) < own {
				return true
			}
		}
	}
	return false
}

// What parts the clauses of a sentence, and what sets one against the other.
var (
	clauseEnds = []string{", ", "; ", ": ", "，", "；", "："}
	contrasts  = []string{" while ", " but ", " whereas ", "而", "同时", "同時"}
)

// Distances of a count from an act, in bytes: a clause lies farther than any words
// within one, a contrast farther than any clauses.
const (
	clause   = 1 << 16
	contrast = 1 << 24
)

// apart is how far n stands from the act of f: clauses first, then bytes.
func apart(text string, f rules.Finding, n counted) int {
	best := 1 << 30
	for _, m := range f.Marks {
		if !m.Act {
			continue
		}
		from, to := f.Start+n.end, m.Start
		if m.Start < f.Start+n.start {
			from, to = m.End, f.Start+n.start
		}
		between := text[min(from, to):to]
		far := len(between)
		for _, end := range clauseEnds {
			far += clause * strings.Count(between, end)
		}
		for _, word := range contrasts {
			far += contrast * strings.Count(between, word)
		}
		best = min(best, far)
	}
	return best
}

// readCounts reads "fourteen governments", "33 of 34 provinces", "of 34 provinces,
// 33 have", 34个省级行政区中有33个.
func readCounts(sentence numbered) []counted {
	var out []counted
	s, ns := sentence.text, sentence.numbers
	for i, n := range ns {
		if n.scaled || n.value != float64(int(n.value)) || n.value < 1 || n.value > 10000 {
			continue
		}
		unit, end := unitAfter(s[n.end:])
		if unit == "" {
			continue
		}
		lead := strings.ToLower(s[max(0, n.start-maxLead):n.start])
		rest := s[n.end+end:]
		c := news.Count{Value: int(n.value), Unit: unit}
		switch {
		case i > 0 && joins(strings.ToLower(s[ns[i-1].end:n.start])) && ns[i-1].value <= n.value:
			c.Value, c.Of = int(ns[i-1].value), c.Value // "33 of 34 provinces"
		case i+1 < len(ns) && whole(lead, rest, s[n.end+end:ns[i+1].start]) && ns[i+1].value <= n.value && !ns[i+1].scaled:
			c.Value, c.Of = int(ns[i+1].value), c.Value // "out of 34 provinces, 33 have"
		}
		if c.Value == 1 && c.Of == 0 {
			continue
		}
		out = append(out, counted{c, n.start, n.end})
	}
	return out
}

func joins(between string) bool {
	between = strings.TrimSpace(between)
	return len(between) < 30 && (between == "of" || between == "out of" || strings.HasPrefix(between, "of ") || strings.HasPrefix(between, "out of ") || between == "/")
}

// maxLead is how much of a sentence before a number is looked at, in bytes.
const maxLead = 60

// whole reports whether the number before is the whole of which the next one is a
// part.
func whole(lead, rest, between string) bool {
	if len(between) > 60 {
		return false
	}
	tail := lead[max(0, len(lead)-30):]
	if strings.Contains(tail, "out of") || strings.HasPrefix(strings.TrimLeft(tail, " "), "of ") || strings.Contains(tail, " of ") && len(lead) < 30 {
		return true
	}
	return strings.HasPrefix(rest, "中") || strings.HasPrefix(rest, "里") || strings.HasPrefix(rest, "裡")
}

// unitAfter reads what a number counts, and returns how many bytes that takes.
func unitAfter(s string) (unit string, end int) {
	low := strings.ToLower(s[:min(len(s), 48)])
	at := 0
	for range 3 {
		at += len(low[at:]) - len(strings.TrimLeft(low[at:], " -"))
		for _, u := range units {
			if strings.HasPrefix(low[at:], u.word) {
				return u.unit, at + len(u.word)
			}
		}
		moved := false
		for _, f := range fillers {
			if strings.HasPrefix(low[at:], f) {
				at += len(f)
				moved = true
				break
			}
		}
		if !moved {
			break
		}
	}
	return "", 0
}
