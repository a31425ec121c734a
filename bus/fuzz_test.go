package bus_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nats-io/nats.go"

	"edict/bus"
)

// An error's text may hold what a page holds; it must fit into one header.
func FuzzHeaderText(f *testing.F) {
	for _, s := range []string{"", "plain", "two\r\nlines\tand\x00more", "挖矿", "\xff\xfe", strings.Repeat("矿", 1000), " \u2028 "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := bus.HeaderText(s)
		if !utf8.ValidString(got) || len(got) > 2048 || strings.ContainsAny(got, "\r\n") {
			t.Fatalf("HeaderText(%q) = %q", s, got)
		}
		raw := "NATS/1.0\r\nEdict-Error: " + got + "\r\n\r\n"
		h, err := nats.DecodeHeadersMsg([]byte(raw))
		if err != nil || h.Get("Edict-Error") != got {
			t.Fatalf("%q is read back as %q, %v", got, h.Get("Edict-Error"), err)
		}
	})
}
