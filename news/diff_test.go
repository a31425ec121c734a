package news_test

import (
	"strings"
	"testing"

	"edict/news"
)

func TestDiff(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"a\nb\nc", "a\nb\nc", " a b c"},
		{"a\nb\nc", "a\nB\nc", " a-b+B c"},
		{"a\nb", "b\nc", "-a b+c"},
		{"", "x", "-+x"},
		{"a\nb\nc\nd\ne", "x\nb\ny\nd\ne", "-a+x b-c+y d e"},
		{"甲\n乙", "乙", "-甲 乙"},
	} {
		var got strings.Builder
		for _, e := range news.Diff(c.before, c.after) {
			got.WriteByte(byte(e.Op))
			got.WriteString(e.Text)
		}
		if got.String() != c.want {
			t.Errorf("%q to %q: %q, want %q", c.before, c.after, got.String(), c.want)
		}
	}
}

// The edits give both texts back, whatever they are.
func FuzzDiff(f *testing.F) {
	f.Add("a\nb", "b\nc\nb")
	f.Add("", "\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		var a, b []string
		for _, e := range news.Diff(before, after) {
			if e.Op != news.DiffAdded {
				a = append(a, e.Text)
			}
			if e.Op != news.DiffRemoved {
				b = append(b, e.Text)
			}
		}
		if strings.Join(a, "\n") != before || strings.Join(b, "\n") != after {
			t.Errorf("%q to %q: %q and %q", before, after, a, b)
		}
	})
}

// A text of the greatest length in the shortest lines is not compared for ever.
func TestDiffIsBounded(t *testing.T) {
	got := news.Diff(strings.Repeat("a\n", 50_000), "b\n"+strings.Repeat("c\n", 50_000))
	if len(got) != 100_002 {
		t.Errorf("%d edits", len(got))
	}
}
