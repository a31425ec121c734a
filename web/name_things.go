package web

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/places"
	"edict/news"
)

// names tells codes in words.
type names struct {
	gazetteer *places.Gazetteer
	language  string
}

// place returns the name of j in the reader's language, or its code if the gazetteer has
// none.
func (s *Server) place(j news.Jurisdiction) string {
	if j == news.Unnamed {
		return s.say("place.unnamed")
	}
	return s.names.place(j)
}

// place returns the name of j, or its code if the gazetteer has none.
func (n names) place(j news.Jurisdiction) string {
	if name := n.gazetteer.Name(j, n.language); name != "" {
		return name
	}
	return string(j)
}

// local returns the name of j in language lang, or "" where it would only repeat
// the one that the reader reads.
func (n names) local(j news.Jurisdiction, lang string) string {
	if !strings.HasPrefix(lang, "zh") || strings.HasPrefix(n.language, "zh") || j == news.Unnamed {
		return ""
	}
	name := n.gazetteer.Name(j, lang)
	if name == "" || name == n.place(j) || name == string(j) {
		return ""
	}
	return name
}

// A labelName is how pages speak of a label. Colour is never alone: Word and Icon
// say the same.
type labelName struct {
	Word  string // on chips
	Long  string // in full
	Class string // in the style sheet
	Icon  string // id in the sprite
}

// nameLabel names l. A label that a rule file added gets its own words and the
// neutral colour.
func (s *Server) nameLabel(l news.Label) labelName {
	switch class := labelClass(l); class {
	case "pro":
		return labelName{s.say("label.pro"), s.say("label.pro.long"), class, "i-pro"}
	case "crack":
		return labelName{s.say("label.crack"), s.say("label.crack.long"), class, "i-crack"}
	}
	word := strings.ReplaceAll(string(l), "_", " ")
	if word != "" {
		word = capital(word)
	}
	return labelName{word, word, "other", "i-other"}
}

// labelClass is what the style sheet calls a label.
func labelClass(l news.Label) string {
	switch l {
	case news.ProPolicy:
		return "pro"
	case news.Crackdown:
		return "crack"
	}
	return "other"
}

// named are codes that the catalogue names. Others, of a newer program or a rule file,
// are shown as they are.
func (s *Server) named(kind, code string) string {
	if key := kind + "." + code; s.words.Has(key) {
		return s.say(key)
	}
	return code
}

// nameStage names a stage.
func (s *Server) nameStage(stage news.Stage) string { return s.named("stage", string(stage)) }

// nameState says who stands behind a tag.
func (s *Server) nameState(state news.State) string { return s.named("state", string(state)) }

// nameLanguage names a BCP 47 code, or "" if it is not known.
func (s *Server) nameLanguage(code string) string {
	if code == "und" || code == "" {
		return ""
	}
	if s.words.Has("language." + code) {
		return s.say("language." + code)
	}
	base, _, _ := strings.Cut(code, "-")
	if s.words.Has("language." + base) {
		return s.say("language." + base)
	}
	return code
}

// langAttr is the value of a lang attribute: "" says that the language is not
// known.
func langAttr(code string) string {
	if code == "und" {
		return ""
	}
	return code
}

// capital is a word as it begins a line, in scripts that have capitals.
func capital(word string) string {
	r, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(r)) + word[size:]
}
