package web_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"edict/catalogue"
)

// spoken is a text that code asks for: its key, and the names of what it puts in.
type spoken struct {
	where, key string
	names      []string
}

// TestTextsAreComplete holds the three catalogues to each other and to the code: every key
// that is asked for is there in all of them, none is there for nothing, and what is put
// into a text is what the text names.
func TestTextsAreComplete(t *testing.T) {
	texts := site(t, stocked()).Texts()
	en := texts[catalogue.English]
	for code, c := range texts {
		for _, key := range en.Keys() {
			if !c.Has(key) {
				t.Errorf("%s lacks %s", code, key)
				continue
			}
			for _, n := range []int64{1, 2} {
				if got, want := placeholders(c, key, n), placeholders(en, key, 2); !slices.Equal(got, want) && !(n == 1 && slices.Equal(got, without(want, "n"))) {
					t.Errorf("%s in %s puts in %q, and in English %q", key, code, got, want)
				}
			}
			if code != catalogue.English {
				checkChinese(t, code, key, c)
			}
		}
		for _, key := range c.Keys() {
			if !en.Has(key) {
				t.Errorf("%s has %s, which English lacks", code, key)
			}
		}
	}
	used := map[string]bool{}
	for _, s := range append(append(inTemplates(t), inCode(t)...), inScripts(t)...) {
		if prefix, open := strings.CutSuffix(s.key, "*"); open { // the rest is a code
			found := false
			for _, key := range en.Keys() {
				if strings.HasPrefix(key, prefix) {
					used[key], found = true, true
				}
			}
			if !found {
				t.Errorf("%s: no text begins with %s", s.where, prefix)
			}
			continue
		}
		used[s.key] = true
		if !en.Has(s.key) {
			t.Errorf("%s: there is no text %s", s.where, s.key)
			continue
		}
		for _, name := range placeholders(en, s.key, 2) {
			if !slices.Contains(s.names, name) && !slices.Contains(s.names, "*") {
				t.Errorf("%s: nothing is put in for {%s} of %s", s.where, name, s.key)
			}
		}
		for _, name := range s.names {
			if name != "*" && name != "n" && !slices.Contains(placeholders(en, s.key, 2), name) && !strings.Contains(said(en, s.key), "]("+name+")") {
				t.Errorf("%s: %s does not say {%s}", s.where, s.key, name)
			}
		}
	}
	for _, key := range en.Keys() {
		if !used[key] {
			t.Errorf("nothing says %s", key)
		}
	}
}

func placeholders(c *catalogue.Catalogue, key string, n int64) (out []string) {
	for _, p := range c.Pieces(key, n) {
		if p.Name != "" && !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	slices.Sort(out)
	return out
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

func said(c *catalogue.Catalogue, key string) string {
	var b strings.Builder
	for _, p := range c.Pieces(key, 2) {
		b.WriteString(p.Words)
	}
	return b.String()
}

// ours are words that stand in English within Chinese: names, and what is typed.
var ours = regexp.MustCompile("`[^`]*`" + `|[a-z]+:[a-z]+[^、，]*|\]\([a-z]+\)|Edict|UTC|UTF|Atom|JSON|RSS|Markdown|CSV|HTML|OpenAPI|API|ID|WARC|NATS|robots\.txt|Shift|URL|SMTP|OPML|CSS|ETag|Webhook|webhook|HMAC|IANA|Asia/Shanghai|\.yaml|\.zip|[a-z]+:[a-z]+[^、，]*|nats`)

// checkChinese wants the same links and code as in English, and no English words left.
func checkChinese(t *testing.T, code, key string, c *catalogue.Catalogue) {
	t.Helper()
	text := said(c, key)
	if rest := ours.ReplaceAllString(text, ""); regexp.MustCompile(`[A-Za-z]{3,}`).MatchString(rest) {
		t.Errorf("%s in %s is not translated: %s", key, code, text)
	}
	// Characters that one script has and the other has not.
	wrong := map[string]string{catalogue.Simplified: "報導擊鏈無來這個為與當時間區", catalogue.Traditional: "报导击链无来这个为与当时间区"}[code]
	if i := strings.IndexAny(text, strings.Map(func(r rune) rune {
		if strings.ContainsRune("导", r) && code == catalogue.Simplified {
			return -1
		}
		return r
	}, wrong)); i >= 0 {
		t.Errorf("%s in %s has a character of the other script: %s", key, code, text)
	}
}
