package web_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestColoursCanBeRead holds every pair of tokens that carries text to WCAG 2.2,
// 1.4.3 (4.5:1), and lines that carry meaning to 1.4.11 (3:1), in both modes.
func TestColoursCanBeRead(t *testing.T) {
	css := site(t, stocked()).StyleSheet()
	tokens := map[string][2]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`).FindAllStringSubmatch(css, -1) {
		tokens[m[1]] = [2]string{m[2], m[3]}
	}
	if n := strings.Count(css, "light-dark("); n != len(tokens)+1 { // one stands in the comment
		t.Errorf("%d of %d colours could be read", len(tokens), n-1)
	}
	pairs := []struct {
		least     float64
		front, on string
	}{
		{7, "text", "ground raised line hit-mark"},
		{4.5, "soft", "hit-mark"},
		{4.5, "text", "pro-mark crack-mark fact-mark warn-ground"},
		{4.5, "soft", "ground raised line"},
		{4.5, "link", "ground raised"},
		{4.5, "on-accent", "accent"},
		{4.5, "pro", "ground raised pro-ground"},
		{4.5, "crack", "ground raised crack-ground"},
		{4.5, "warn", "ground warn-ground"},
		{4.5, "fact", "ground fact-mark"},
		{3, "line-strong", "ground raised"},
		{3, "pro", "pro-mark"},
		{3, "crack", "crack-mark"},
		{3, "accent", "ground"},
	}
	for _, p := range pairs {
		for on := range strings.FieldsSeq(p.on) {
			for i, mode := range []string{"light", "dark"} {
				front, ground := tokens[p.front][i], tokens[on][i]
				if front == "" || ground == "" {
					t.Fatalf("no token %s or %s", p.front, on)
				}
				if c := contrast(t, front, ground); c < p.least {
					t.Errorf("%s: %s on %s is %.2f, under %.1f", mode, p.front, on, c, p.least)
				}
			}
		}
	}
}

// contrast is the contrast ratio of WCAG 2.2.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*part(16) + .7152*part(8) + .0722*part(0)
}
