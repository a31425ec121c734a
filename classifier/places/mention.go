package places

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/match"
)

// Mentions returns the jurisdictions that text names, in order, given the hits of
// a matcher that was made with Phrases. Hits of other phrases are passed over. Of
// names that overlap the longest counts.
func (g *Gazetteer) Mentions(text string, hits []match.Hit) []Mention {
	var out []Mention
	end := 0
	for _, h := range hits {
		if h.Phrase < 0 || h.Phrase >= len(g.names) || h.Start < end {
			continue
		}
		n := &g.names[h.Phrase]
		first, _ := utf8.DecodeRuneInString(text[h.Start:])
		if n.latin && unicode.IsLower(first) {
			continue
		}
		m := n.means[0]
		if m.mark == '@' && !strings.HasSuffix(strings.TrimRight(text[:h.Start], " "), ",") {
			continue
		}
		out = append(out, Mention{m.code, m.kind, h.Start, h.End, text[h.Start:h.End]})
		end = h.End
	}
	return out
}
