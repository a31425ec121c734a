package demo

import (
	"flag"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

var update = flag.Bool("update", false, "write gb2312.txt again")

// TestGridIsGB2312 compares every cell of the grid with the decoder of x/text.
func TestGridIsGB2312(t *testing.T) {
	var b strings.Builder
	decoder := simplifiedchinese.GBK.NewDecoder()
	for row := byte(0xA1); row <= 0xF7; row++ {
		for column := byte(0xA1); column <= 0xFE; column++ {
			s, err := decoder.Bytes([]byte{row, column})
			r, _ := utf8.DecodeRune(s)
			if err != nil || utf8.RuneCount(s) != 1 || r == utf8.RuneError || r >= 0xE000 && r < 0xF900 {
				r = ' '
			}
			b.WriteRune(r)
		}
		b.WriteByte('\n')
	}
	if *update {
		if err := os.WriteFile("gb2312.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if gb2312 != b.String() {
		t.Error("gb2312.txt is not the character set; run this test with -update")
	}
}

func TestEncodeGB(t *testing.T) {
	for _, text := range []string{
		"", "plain", "甘肃要求14个虚拟货币“挖矿”项目月底前关停", "《若干措施》，800万元。", "café €5 Ω 發",
	} {
		encoded := newGBEncoder().encode(text)
		decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(encoded)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want := strings.ReplaceAll(text, "發", "&#30332;")
		if string(decoded) != want {
			t.Errorf("%q came back as %q", text, decoded)
		}
	}
}
