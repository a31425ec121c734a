package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/places"
)

// notSubject are words after which a place is where, not who.
var notSubject = map[string]bool{
	"in": true, "from": true, "at": true, "across": true, "outside": true, "near": true, "to": true, "into": true,
	"throughout": true, "within": true, "of": true, "for": true, "on": true, "with": true, "against": true, "over": true,
	"than": true, "via": true, "beyond": true, "around": true, "like": true, "leaving": true, "leave": true, "flee": true,
	"left": true, "quit": true, "exit": true,
}

// subject reports whether m can be who acts: a place by its own name, not after a
// preposition, and not an adjective or owner of what follows.
func subject(text string, m places.Mention) bool {
	if m.Kind == places.Demonym {
		return false
	}
	after := text[m.End:]
	for _, owner := range []string{"'s", "’s", "' ", "’ ", "的", "-based", "-backed", "-listed", "-made", "-focused", "-born", "-style", " based"} {
		if strings.HasPrefix(after, owner) {
			return false
		}
	}
	word, rest := lastWord(text[:m.Start])
	if notSubject[word] {
		return false
	}
	if word == "the" || word == "northern" || word == "southern" || word == "eastern" || word == "western" {
		word, _ = lastWord(rest)
		return !notSubject[word]
	}
	r, _ := utf8.DecodeLastRuneInString(text[:m.Start])
	return r != '在' && r != '于' && r != '於' && r != '从' && r != '從' && r != '赴' && r != '到'
}

// governing are prepositions after which an authority is not who acts.
var governing = map[string]bool{
	"by": true, "to": true, "for": true, "with": true, "from": true, "against": true, "on": true, "at": true, "in": true,
	"of": true, "wants": true, "urges": true, "asks": true, "helps": true, "help": true, "lets": true, "sues": true, "addresses": true, "addressing": true, "meets": true, "lobbies": true, "petitions": true, "presses": true, "tells": true, "between": true,
}

// determiners may stand between a preposition and its noun.
var determiners = map[string]bool{
	"the": true, "a": true, "an": true, "its": true, "their": true, "local": true, "state": true, "federal": true, "us": true,
	"chinese": true, "this": true, "that": true, "several": true, "some": true, "many": true, "other": true,
}

// governed reports whether what begins at a byte of text stands after a
// preposition.
func governed(text string, start int) bool {
	word, rest := lastWord(text[max(0, start-40):start])
	if determiners[word] {
		word, _ = lastWord(rest)
	}
	return governing[word]
}

// lastWord returns the last word of s in lower case, if s ends with it and at most
// a space, and what stands before it.
func lastWord(s string) (word, rest string) {
	s = strings.TrimRight(s, " ")
	i := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	return strings.ToLower(s[i+1:]), s[:max(i, 0)]
}
