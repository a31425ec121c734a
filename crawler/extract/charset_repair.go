package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// twiceLeast is how many broken characters show that a whole page was encoded
// twice, and is not just about such breakage.
const twiceLeast = 20

// repairTwice undoes UTF-8 that was taken for Windows-1252 and encoded once more:
// å†…è’™å�¤ for 内蒙古. It returns text as it is unless most of what is beyond
// ASCII in it is such, and all of it can be undone.
func repairTwice(text string) string {
	if strings.Count(text, "\xC3") < twiceLeast || plainLead(text) {
		return text
	}
	beyond, leads := 0, 0
	for _, r := range text {
		if r >= utf8.RuneSelf {
			beyond++
			if r >= 0xC3 && r <= 0xF4 {
				leads++
			}
		}
	}
	if leads < twiceLeast || leads*5 < beyond {
		return text
	}
	out := make([]byte, 0, len(text)/2)
	for _, r := range text {
		if r < 0xA0 { // ASCII, and bytes that Windows-1252 leaves out
			out = append(out, byte(r))
			continue
		}
		b, ok := charmap.Windows1252.EncodeRune(r)
		if !ok {
			return text
		}
		out = append(out, b)
	}
	if !utf8.Valid(out) {
		return text
	}
	return string(out)
}

// plainLead reports whether the first lead of text stands before an ASCII character,
// and so is itself: nothing could be undone. In UTF-8 every lead begins with 0xC3.
func plainLead(text string) bool {
	for i := strings.IndexByte(text, 0xC3); i >= 0 && i+2 < len(text); {
		if c := text[i+1]; c >= 0x83 && c <= 0xB4 {
			return text[i+2] < utf8.RuneSelf
		}
		next := strings.IndexByte(text[i+1:], 0xC3)
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}
