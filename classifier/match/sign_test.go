package match

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A sign is found at any offset, and nothing else is taken for one.
func TestNextSign(t *testing.T) {
	naive := func(text string, i, limit int) int {
		for at, r := range text[i:limit] {
			if endSign(r) {
				return i + at
			}
		}
		return limit
	}
	runes := []rune("…。！？；．｡—“”、，é中\u2028")
	for r := range rune(utf8.RuneSelf) {
		runes = append(runes, r)
	}
	for _, r := range runes {
		for at := range 20 {
			text := strings.Repeat("a", at) + string(r) + strings.Repeat("/", 19-at) + "." + strings.Repeat("\x7f>", 9)
			for i := range 9 {
				if i > at && i < at+utf8.RuneLen(r) {
					continue // within the character
				}
				for _, limit := range []int{len(text), len(text) - 9, at + utf8.RuneLen(r)} {
					if limit < i {
						continue
					}
					if got, want := nextSign(text, i, limit), naive(text, i, limit); got != want {
						t.Fatalf("nextSign(%q, %d, %d) = %d, want %d", text, i, limit, got, want)
					}
				}
			}
		}
	}
}
