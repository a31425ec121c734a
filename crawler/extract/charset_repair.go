package extract

import (
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
