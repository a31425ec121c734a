package extract

import (
	"html"
	"strings"
)

// textValue is v as one line, where v is a text, a list of them or a value object.
func textValue(v any) string {
	switch x := v.(type) {
	case string:
		return squeeze(unescape(x))
	case []any:
		if len(x) > 0 {
			return textValue(x[0])
		}
	case map[string]any:
		return textValue(x["@value"])
	}
	return ""
}

// unescape decodes entities, also those that were encoded twice.
func unescape(s string) string {
	for range 2 {
		if !strings.Contains(s, "&") {
			break
		}
		s = html.UnescapeString(s)
	}
	return s
}

func textOrLines(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []any:
		var lines []string
		for _, y := range x {
			if s, ok := y.(string); ok {
				lines = append(lines, s)
			}
		}
		return strings.Join(lines, "\n")
	}
	return ""
}

// plainBody makes paragraphs of an articleBody, which may hold markup.
func plainBody(s string) string {
	if strings.Contains(s, "<") {
		s = anyTag.ReplaceAllString(breakTags.Replace(s), "")
	}
	var out []string
	for l := range strings.SplitSeq(Clean(unescape(s)), "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

func nameValues(v any, depth int) []string {
	if depth > maxNesting {
		return nil
	}
	switch x := v.(type) {
	case string:
		if s := squeeze(unescape(x)); s != "" {
			return []string{s}
		}
	case []any:
		var out []string
		for _, y := range x {
			out = append(out, nameValues(y, depth+1)...)
		}
		return out
	case map[string]any:
		return nameValues(x["name"], depth+1)
	}
	return nil
}

// withNames puts the name of a person in the place of a reference to the node that
// describes the person elsewhere on the page.
func withNames(v any, named map[string]string) any {
	switch x := v.(type) {
	case []any:
		for i := range x {
			x[i] = withNames(x[i], named)
		}
	case map[string]any:
		if name := named[textValue(x["@id"])]; name != "" && x["name"] == nil {
			return name
		}
	}
	return v
}

func wordValues(v any) []string {
	var out []string
	for _, s := range nameValues(v, 0) {
		for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(",，、;；", r) }) {
			if w = strings.TrimSpace(w); w != "" {
				out = append(out, w)
			}
		}
	}
	return out
}

func imageValue(v any) (address, caption string) {
	switch x := v.(type) {
	case string:
		return strings.TrimSpace(x), ""
	case []any:
		if len(x) > 0 {
			return imageValue(x[0])
		}
	case map[string]any:
		return textValue(x["url"]), textValue(x["caption"])
	}
	return "", ""
}
