package web_test

import (
	"slices"
	"strings"
	"testing"

	"edict/web"
)

func TestDiffShowsWhatChanged(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"nothing":       {"One.\nTwo.", "One.\nTwo.", []string{" One.", " Two."}},
		"a word":        {"The ban begins in May.\nIt is old.", "The ban begins in June.\nIt is old.", []string{"- The ban begins in [May].", "+ The ban begins in [June].", " It is old."}},
		"a character":   {"省政府关停矿场。", "省政府关停全部矿场。", []string{"- 省政府关停矿场。", "+ 省政府关停[全部]矿场。"}},
		"one paragraph": {"One.\nThree.", "One.\nTwo.\nThree.", []string{" One.", "+ [Two.]", " Three."}},
		"the last":      {"One.\nTwo.", "One.", []string{" One.", "- [Two.]"}},
		"all":           {"One.", "", []string{"- [One.]"}},
	} {
		if got := web.Diff(c.before, c.after); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	long := strings.Repeat("a b c d\n", 5000)
	if got := web.Diff(long+"x", strings.ReplaceAll(long, "b", "e")+"x"); len(got) != 10001 || got[10000] != " x" {
		t.Errorf("two long texts: %d lines, the last %q", len(got), got[len(got)-1])
	}
}

// Whatever the texts: both can be read out of the diff again.
func FuzzDiff(f *testing.F) {
	f.Add("One.\nTwo.", "One.\nThree two.")
	f.Add("关停矿场", "关停全部 矿场\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before)+len(after) > 4000 {
			return
		}
		strip := strings.NewReplacer("[", "", "]", "")
		var old, fresh []string
		for _, line := range web.Diff(strip.Replace(before), strip.Replace(after)) {
			text := strip.Replace(line[1:])
			switch line[0] {
			case ' ':
				old, fresh = append(old, text), append(fresh, text)
			case '-':
				old = append(old, text[1:])
			case '+':
				fresh = append(fresh, text[1:])
			}
		}
		for _, c := range []struct {
			got  []string
			text string
		}{{old, before}, {fresh, after}} {
			var want []string
			for line := range strings.Lines(strip.Replace(c.text)) {
				if line = strings.TrimSpace(line); line != "" {
					want = append(want, line)
				}
			}
			if !slices.Equal(c.got, want) {
				t.Errorf("%q, want %q", c.got, want)
			}
		}
	})
}
