package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"edict/review"
)

func TestSuggest(t *testing.T) {
	missed := []string{
		"Council pulls the plug on hash barns\nThe county ordered all hash barns to go dark by May.",
		"Hash barns go dark in the valley. The utility cut power to the hash barns.",
		"Sheriff seals hash barns, which must go dark.",
		"省发改委下文清退虚拟货币矿场。供电公司停止供电。",
		"全省清退虚拟货币矿场，企业限期搬离。",
	}
	rest := []string{"The council met and ordered new roads to be built by May.", "The utility cut prices.", "供电公司发布年报。", "A new dark comedy opens."}
	for i := range 20 {
		rest = append(rest, fmt.Sprintf("Story %d is about something else.", i))
	}
	got := review.Suggest(missed, rest, 10)
	var texts []string
	for _, p := range got {
		texts = append(texts, p.Text)
	}
	if texts[0] != "hash barns" || got[0].In != 3 || got[0].Rest != 0 {
		t.Errorf("the first is %+v", got[0])
	}
	for _, want := range []string{"go dark", "清退虚拟货币"} {
		if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("%q is missing in %q", want, texts)
		}
	}
	for _, not := range []string{"the", "to go dark", "barns", "hash", "council", "供电公司", "虚拟货币", "county"} {
		if slices.Contains(texts, not) {
			t.Errorf("%q is suggested", not)
		}
	}
	if again := review.Suggest(missed, rest, 10); !slices.Equal(got, again) {
		t.Error("it is not the same twice")
	}
	if got := review.Suggest(missed[:1], rest, 10); len(got) > 0 {
		t.Errorf("one story gives %+v", got)
	}
	if got := review.Suggest(missed, rest, 1); len(got) != 1 {
		t.Errorf("%d of a limit of 1", len(got))
	}
}

func TestFillersAreInOrder(t *testing.T) {
	// A phrase of fillers alone is never suggested, whichever filler it is.
	for word := range strings.FieldsSeq("about would under these") {
		got := review.Suggest([]string{word + " mining " + word, word + " mining " + word}, make([]string, 20), 10)
		if len(got) != 1 || got[0].Text != "mining" {
			t.Errorf("%s: %+v", word, got)
		}
	}
}

func BenchmarkSuggest(b *testing.B) {
	var missed, rest []string
	text := func(n int) string {
		var w strings.Builder
		for i := range 600 {
			fmt.Fprintf(&w, "word%d ", (i*i+n*7)%900)
			if i%40 == 39 {
				w.WriteString("\n")
			}
		}
		return w.String()
	}
	for n := range 100 {
		missed = append(missed, text(n))
	}
	for n := range 300 {
		rest = append(rest, text(n+1000))
	}
	for b.Loop() {
		review.Suggest(missed, rest, 20)
	}
}
