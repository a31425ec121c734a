package alert

import (
	_ "embed"
	"strings"
	"sync"
)

// glossText says what each rule means: rule, English, simplified and traditional
// Chinese, with tabs between. label/* is for rules of a label that have no line.
//
//go:embed gloss.txt
var glossText string

var glosses = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for row := range strings.Lines(glossText) {
		f := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		all[f[0]] = f[1:]
	}
	return all
})

// gloss says in a language what a rule means that found a sentence. A rule of a user's
// own is named as it is.
func gloss(rule, language string) string {
	label, name, _ := strings.Cut(rule, "/")
	says, known := glosses()[rule]
	if !known {
		says, known = glosses()[label+"/*"]
	}
	if !known {
		return strings.ReplaceAll(name, "-", " ")
	}
	return says[column(language)]
}

// column is where a language stands in tables of words.
func column(language string) int {
	switch language {
	case "zh-Hans":
		return 1
	case "zh-Hant":
		return 2
	}
	return 0
}
