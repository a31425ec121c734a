package extract_test

import (
	"testing"

	"edict/crawler/extract"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain text, two lines\nand a tab\t.", "plain text, two lines\nand a tab\t."},
		{"a\x00b\x07c\x7fd\u0085e", "abcd\ne"},
		{"line\r\nline\rline\u2028line", "line\nline\nline\nline"},
		{"zero\u200bwidth\ufeff and \u202ebidi\u202c and soft\u00adhyphen", "zerowidth and bidi and softhyphen"},
		{"cafe\u0301", "caf\u00e9"},
		{"no\u00a0break", "no break"},
		{"bad\xff\xfebytes", "bad\ufffdbytes"},
		{"icon \ue001.", "icon ."},
		{"比特币\u200b挖矿", "比特币挖矿"},
	} {
		if got := extract.Clean(c.in); got != c.want {
			t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
		cut   bool
	}{
		{"one\ntwo\nthree", 100, "one\ntwo\nthree", false},
		{"one\ntwo\nthree", 7, "one\ntwo", true},
		{"one\ntwo\nthree", 6, "one", true},
		{"比特币", 4, "比", true},
		{"abc", 0, "", true},
	} {
		if got, cut := extract.Truncate(c.in, c.limit); got != c.want || cut != c.cut {
			t.Errorf("Truncate(%q, %d) = %q, %t, want %q, %t", c.in, c.limit, got, cut, c.want, c.cut)
		}
	}
}
