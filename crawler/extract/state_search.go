package extract

import (
	"encoding/json"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// Limits of the search in scripts.
const (
	minLiteral  = 40   // shortest string that may be a paragraph, in bytes
	minState    = 250  // least article that counts, in letters
	maxLiterals = 4000 // strings looked at in one script
)

// stateText finds an article that the page holds only as data in its scripts: in
// the state that a script would render (__NEXT_DATA__, self.__next_f, __NUXT__ and
// the like). It returns the paragraphs, or none. title and summary say which of
// the texts there is the page's own.
func stateText(scripts []string, title, summary string) []string {
	var best []string
	bestSize := minState - 1
	offer := func(lines []string) {
		n := 0
		for _, l := range lines {
			n += size(l)
		}
		if n > bestSize && speaksOf(lines, title, summary) {
			best, bestSize = lines, n
		}
	}
	for _, s := range scripts {
		var prose []string
		seen := map[string]bool{}
		count := 0
		var scan func(s string, depth int)
		scan = func(s string, depth int) {
			for lit := range literals(s) {
				if count++; count > maxLiterals {
					return
				}
				text, ok := unquote(lit)
				switch {
				case !ok:
				case depth < 2 && strings.Contains(text, `"`) && strings.Count(text, `":`) >= 2:
					scan(text, depth+1)
				case strings.Contains(text, "<p") || strings.Contains(text, "</") || strings.Contains(text, "<br"):
					offer(markupLines(text))
				case isProse(text):
					for l := range strings.SplitSeq(Clean(unescape(text)), "\n") {
						if l = strings.Join(strings.Fields(l), " "); l != "" && !seen[l] {
							seen[l] = true
							prose = append(prose, l)
						}
					}
				}
			}
		}
		scan(s, 0)
		offer(prose)
	}
	return best
}

// literals yields the string literals of s that are long enough, with their quotes.
func literals(s string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := 0; i < len(s); i++ {
			if s[i] != '"' {
				continue
			}
			j := i + 1
			for j < len(s) && s[j] != '"' {
				if s[j] == '\\' {
					j++
				}
				j++
			}
			if j >= len(s) {
				return
			}
			if j-i > minLiteral && !yield(s[i:j+1]) {
				return
			}
			i = j
		}
	}
}

func unquote(lit string) (string, bool) {
	var s string
	if json.Unmarshal([]byte(lit), &s) == nil {
		return s, true
	}
	return "", false
}

// isProse reports whether s reads as sentences: mostly letters, with spaces unless
// Chinese or Japanese, and an end.
func isProse(s string) bool {
	if strings.Contains(s, "://") && len(s) < 200 || strings.ContainsAny(s[:1], "./#{[<") {
		return false
	}
	letter, space, other := 0, 0, 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letter++
		case r == ' ' || r == '\n' || r == '\u00a0':
			space++
		case !unicode.IsPunct(r) && !unicode.IsDigit(r):
			other++
		}
	}
	n := utf8.RuneCountInString(s)
	return letter*10 > n*6 && other*20 < n && (isWide(s) || space*12 > n) && (endsSentence(s) || size(s) > 120)
}

// markupLines parses a fragment of HTML into lines, without noise.
func markupLines(fragment string) []string {
	root, err := html.Parse(strings.NewReader(fragment))
	if err != nil {
		return nil
	}
	var out []string
	for _, b := range newSurvey(root, &url.URL{}).blocks {
		if b.key != "" && b.marks&(inCaption|inFigure|isBad|isEmbed) == 0 && b.noiseWhy() == "" && b.linked() < 0.9 {
			out = append(out, b.text)
		}
	}
	return out
}

// speaksOf reports whether lines are about what the title or the summary names: at
// least three in ten of its words are in them.
func speaksOf(lines []string, title, summary string) bool {
	text := map[uint64]bool{}
	for _, l := range lines {
		for _, w := range wordHashes(l) {
			text[w] = true
		}
	}
	for _, s := range []string{title, summary} {
		words := wordHashes(s)
		hit := 0
		for _, w := range words {
			if text[w] {
				hit++
			}
		}
		if len(words) >= 3 && hit*10 >= len(words)*3 {
			return true
		}
	}
	return false
}
