package rules

import (
	"slices"
	"strings"
)

// irregular holds the forms of verbs and nouns that the rules of spelling do not
// give. The word itself is the key.
var irregular = map[string][]string{
	"be": {"am", "is", "are", "was", "were", "been", "being"}, "begin": {"begins", "began", "begun", "beginning"},
	"bring": {"brings", "brought", "bringing"}, "build": {"builds", "built", "building"}, "buy": {"buys", "bought", "buying"},
	"choose": {"chooses", "chose", "chosen", "choosing"}, "come": {"comes", "came", "coming"},
	"cut": {"cuts", "cutting"}, "do": {"does", "did", "done", "doing"}, "draw": {"draws", "drew", "drawn", "drawing"},
	"fall": {"falls", "fell", "fallen", "falling"}, "find": {"finds", "found", "finding"},
	"flee": {"flees", "fled", "fleeing"}, "forbid": {"forbids", "forbade", "forbidden", "forbidding"},
	"freeze": {"freezes", "froze", "frozen", "freezing"}, "get": {"gets", "got", "gotten", "getting"},
	"give": {"gives", "gave", "given", "giving"}, "go": {"goes", "went", "gone", "going"},
	"have": {"has", "had", "having"}, "hit": {"hits", "hitting"}, "hold": {"holds", "held", "holding"},
	"keep": {"keeps", "kept", "keeping"}, "lead": {"leads", "led", "leading"}, "leave": {"leaves", "left", "leaving"},
	"let": {"lets", "letting"}, "lose": {"loses", "lost", "losing"}, "make": {"makes", "made", "making"},
	"mean": {"means", "meant", "meaning"}, "overturn": {"overturns", "overturned", "overturning"},
	"pay": {"pays", "paid", "paying"}, "put": {"puts", "putting"}, "quit": {"quits", "quitting"},
	"say": {"says", "said", "saying"}, "see": {"sees", "saw", "seen", "seeing"}, "seek": {"seeks", "sought", "seeking"},
	"sell": {"sells", "sold", "selling"}, "send": {"sends", "sent", "sending"}, "set": {"sets", "setting"},
	"shut": {"shuts", "shutting"}, "spend": {"spends", "spent", "spending"}, "strike": {"strikes", "struck", "striking"},
	"take": {"takes", "took", "taken", "taking"}, "tell": {"tells", "told", "telling"},
	"think": {"thinks", "thought", "thinking"}, "throw": {"throws", "threw", "thrown", "throwing"},
	"tie": {"ties", "tied", "tying"}, "uphold": {"upholds", "upheld", "upholding"}, "win": {"wins", "won", "winning"},
	"withdraw": {"withdraws", "withdrew", "withdrawn", "withdrawing"}, "write": {"writes", "wrote", "written", "writing"},
	"country": {"countries"}, "city": {"cities"}, "county": {"counties"}, "man": {"men"}, "person": {"people"},
}

// doubled are verbs of more than one syllable that double their last letter, being
// stressed on it.
var doubled = []string{"permit", "admit", "commit", "submit", "refer", "prefer", "defer", "begin", "forbid", "unplug", "compel", "expel", "rebut"}

// Inflect returns word and the forms of it that English spelling gives: the plural
// or third person, the past and the participle. It knows nothing of meaning: some
// forms of a noun are no words, and harm nobody.
func Inflect(word string) []string {
	w := strings.ToLower(word)
	out := []string{word}
	if forms, ok := irregular[w]; ok {
		return append(out, forms...)
	}
	if w == "" {
		return out
	}
	last := w[len(w)-1]
	var before byte
	if len(w) > 1 {
		before = w[len(w)-2]
	}
	switch {
	case last == 'e' && before == 'e':
		return append(out, w+"s", w+"d", w+"ing")
	case last == 'e':
		return append(out, w+"s", w+"d", w[:len(w)-1]+"ing")
	case last == 'y' && !vowel(before):
		return append(out, w[:len(w)-1]+"ies", w[:len(w)-1]+"ied", w+"ing")
	case last == 's' || last == 'x' || last == 'z' || strings.HasSuffix(w, "ch") || strings.HasSuffix(w, "sh"):
		return append(out, w+"es", w+"ed", w+"ing")
	}
	stem := w
	if doubles(w) {
		stem = w + string(last)
	}
	return append(out, w+"s", stem+"ed", stem+"ing")
}

// doubles reports whether w doubles its last letter: one syllable, one vowel, one
// consonant (ban, plan, drop), or a known word.
func doubles(w string) bool {
	if slices.Contains(doubled, w) {
		return true
	}
	if len(w) < 3 {
		return false
	}
	last, middle, first := w[len(w)-1], w[len(w)-2], w[len(w)-3]
	if vowel(last) || last == 'w' || last == 'x' || last == 'y' || !vowel(middle) || vowel(first) && first != 'u' {
		return false
	}
	return strings.Count(strings.Map(func(r rune) rune {
		if vowel(byte(r)) {
			return 'v'
		}
		return 'c'
	}, w), "v") == 1 || w == "quit"
}

func vowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }
