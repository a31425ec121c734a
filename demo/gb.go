package demo

import (
	_ "embed"
	"strconv"
	"strings"
)

// gb2312 is the character set GB 2312 as a grid: line r holds the 94 characters of
// row r, a space where none is assigned, with what GBK adds inside the grid. It was made from the decoder of
// golang.org/x/text, and a test compares it with that.
//
//go:embed gb2312.txt
var gb2312 string

// A gbEncoder maps a character to its two bytes.
type gbEncoder map[rune][2]byte

func newGBEncoder() gbEncoder {
	codes := gbEncoder{}
	for row, line := range strings.Split(strings.TrimSuffix(gb2312, "\n"), "\n") {
		for column, r := range []rune(line) {
			if r != ' ' {
				codes[r] = [2]byte{byte(0xA1 + row), byte(0xA1 + column)}
			}
		}
	}
	return codes
}

// encode encodes a page in GB 2312, which is also valid GB18030. A character that is
// not in it becomes a numeric reference, which means the same in HTML.
func (g gbEncoder) encode(s string) []byte {
	var out []byte
	for _, r := range s {
		code, ok := g[r]
		switch {
		case r < 0x80:
			out = append(out, byte(r))
		case ok:
			out = append(out, code[0], code[1])
		default:
			out = append(out, "&#"+strconv.Itoa(int(r))+";"...)
		}
	}
	return out
}
