package web

import (
	"strings"

	"edict/classifier/places"
	"edict/news"
)

// names tells codes in words.
type names struct{ gazetteer *places.Gazetteer }

// place returns the English name of j, or its code if the gazetteer has none.
func (n names) place(j news.Jurisdiction) string {
	if j == news.Unnamed {
		return "Unnamed authority"
	}
	if name := n.gazetteer.Name(j, "en"); name != "" {
		return name
	}
	return string(j)
}

// local returns the name of j in language lang, or "" where it would only repeat
// the English one.
func (n names) local(j news.Jurisdiction, lang string) string {
	if !strings.HasPrefix(lang, "zh") || j == news.Unnamed {
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
func nameLabel(l news.Label) labelName {
	switch l {
	case news.ProPolicy:
		return labelName{"Supportive", "Pro-blockchain policy", "pro", "i-pro"}
	case news.Crackdown:
		return labelName{"Crackdown", "Mining crackdown", "crack", "i-crack"}
	}
	word := strings.ReplaceAll(string(l), "_", " ")
	if word != "" {
		word = strings.ToUpper(word[:1]) + word[1:]
	}
	return labelName{word, word, "other", "i-other"}
}

// languages are the names of languages that news of this kind comes in.
var languages = map[string]string{
	"ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French", "id": "Indonesian",
	"it": "Italian", "ja": "Japanese", "kk": "Kazakh", "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
	"pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
	"zh": "Chinese", "zh-Hans": "Chinese, simplified", "zh-Hant": "Chinese, traditional",
}

// nameLanguage names a BCP 47 code, or "" if it is not known.
func nameLanguage(code string) string {
	if name, ok := languages[code]; ok {
		return name
	}
	if base, _, _ := strings.Cut(code, "-"); languages[base] != "" {
		return languages[base]
	}
	if code == "und" {
		return ""
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

var stateWords = map[news.State]string{
	news.Auto: "by rule", news.Review: "for review", news.Accepted: "accepted", news.Rejected: "rejected",
}

// nameState says who stands behind a tag.
func nameState(s news.State) string {
	if w, ok := stateWords[s]; ok {
		return w
	}
	return string(s)
}
