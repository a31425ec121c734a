package extract_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"edict/crawler/extract"
	"edict/news"
)

const (
	hans = "内蒙古自治区发展改革委近日通报，全区已全面清理关停虚拟货币挖矿项目，并对违规用电的企业追缴差价。有关负责人表示，将继续加强监测。"
	hant = "金融監督管理委員會今天表示，虛擬資產服務法草案已經送行政院審查，業者須取得許可才能營業，違者最重可處七年有期徒刑。"
	jp   = "金融庁は暗号資産の取引に関する新しい規則を発表した。利用者の保護を強化するのが狙いだという。"
	kr   = "금융위원회는 가상자산 이용자 보호를 위한 새로운 규칙을 발표했다고 밝혔다. 다음 달부터 시행된다."
)

func encode(t *testing.T, enc encoding.Encoding, s string) []byte {
	t.Helper()
	out, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// htmlWith is a page with a label near the top, behind 2 KB, or nowhere.
func htmlWith(meta, text string, late bool) string {
	filler := ""
	if late {
		filler = "<script>" + strings.Repeat("var a=1;", 400) + "</script>"
	}
	if meta != "" {
		meta = `<meta http-equiv="Content-Type" content="text/html; charset=` + meta + `">`
	}
	return "<html><head>" + filler + meta + "<title>x</title></head><body><p>" + text + "</p></body></html>"
}

func TestDecode(t *testing.T) {
	gb, big5 := simplifiedchinese.GB18030, traditionalchinese.Big5
	utf8Enc := unicode.UTF8
	for _, c := range []struct {
		name, text, meta, header, want string
		enc                            encoding.Encoding
		late                           bool
	}{
		{"GB in header", hans, "", "gb2312", "gb18030", gb, false},
		{"GB in meta", hans, "gbk", "", "gb18030", gb, false},
		{"GB in late meta", hans, "gb2312", "", "gb18030", gb, true},
		{"GB nowhere", hans, "", "", "gb18030", gb, false},
		{"GB labelled Latin 1", hans, "", "iso-8859-1", "gb18030", gb, false},
		{"GB labelled UTF-8", hans, "utf-8", "utf-8", "gb18030", gb, false},
		{"GB labelled Big5", hans, "big5", "", "gb18030", gb, false},
		{"Big5 in header", hant, "", "big5", "big5", big5, false},
		{"Big5 in meta", hant, "big5", "", "big5", big5, false},
		{"Big5 in late meta", hant, "big5", "", "big5", big5, true},
		{"Big5 nowhere", hant, "", "", "big5", big5, false},
		{"Big5 labelled GB", hant, "gb2312", "", "big5", big5, false},
		{"UTF-8 in meta", hans, "utf-8", "", "utf-8", utf8Enc, false},
		{"UTF-8 nowhere", hant, "", "", "utf-8", utf8Enc, false},
		{"UTF-8 labelled GB", hans, "gb2312", "gbk", "utf-8", utf8Enc, false},
		{"Shift JIS in meta", jp, "shift_jis", "", "shift_jis", japanese.ShiftJIS, false},
		{"EUC-JP nowhere", jp, "", "", "euc-jp", japanese.EUCJP, false},
		{"EUC-KR in header", kr, "", "euc-kr", "euc-kr", korean.EUCKR, false},
		{"Latin 1", "Élise Gagnon a dit « non » à Québec, où l’été fut frais.", "windows-1252", "", "windows-1252", charmap.Windows1252, false},
		{"Cyrillic", "Министерство энергетики запретило майнинг в регионе.", "windows-1251", "", "windows-1251", charmap.Windows1251, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := htmlWith(c.meta, c.text, c.late)
			p := news.Page{ContentType: "text/html", Body: encode(t, c.enc, page)}
			if c.header != "" {
				p.ContentType += "; charset=" + c.header
			}
			got, name := extract.Decode(p)
			if name != c.want {
				t.Errorf("charset is %q, want %q", name, c.want)
			}
			if got != page {
				t.Errorf("text is %.200q", got[strings.Index(got, "<p>"):])
			}
		})
	}
}

func TestDecodeBrokenUTF8(t *testing.T) {
	body := []byte(htmlWith("utf-8", strings.Repeat(hans, 5), false))
	cut := bytes.Index(body, []byte("差价")) + 1 // in the middle of a character
	for name, b := range map[string][]byte{
		"cut at the end":      body[:cut],
		"one bad byte inside": append(append(bytes.Clone(body[:cut-1]), 0xff), body[cut-1:]...),
	} {
		got, charset := extract.Decode(news.Page{Body: b})
		if charset != "utf-8" || !strings.Contains(got, "内蒙古自治区") || !utf8.ValidString(got) {
			t.Errorf("%s: charset %q, text %.80q", name, charset, got)
		}
	}
}

func TestDecodeMarked(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte("<p>" + hans))
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"utf-16le": utf16, "utf-8": []byte("\xef\xbb\xbf<p>" + hans)} {
		if got, charset := extract.Decode(news.Page{Body: b, ContentType: "text/html; charset=gbk"}); charset != name || got != "<p>"+hans {
			t.Errorf("%s: charset %q, text %.60q", name, charset, got)
		}
	}
}

func TestDecodeTwice(t *testing.T) {
	page := htmlWith("utf-8", hans, false)
	var twice strings.Builder
	for _, b := range []byte(page) {
		r := charmap.Windows1252.DecodeByte(b)
		if r == utf8.RuneError {
			r = rune(b)
		}
		twice.WriteRune(r)
	}
	if got, _ := extract.Decode(news.Page{Body: []byte(twice.String())}); got != page {
		t.Errorf("text is %.200q", got)
	}
	french := "<p>Élise à Québec, où l’été fut frais, dit « déjà » à Noël et fête là-bas.</p>"
	if got, _ := extract.Decode(news.Page{Body: []byte(french)}); got != french {
		t.Errorf("text is %q, want it as it was", got)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(htmlWith("gb2312", hans, false)), "text/html; charset=gbk")
	f.Add([]byte("\xff\xfea\x00"), "")
	f.Add([]byte("\xb0\xa1\xa4\x40\xff"), "text/html; charset=big5")
	f.Add([]byte("\x1b$B\x1b(B"), "text/html; charset=iso-2022-jp")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		p := news.Page{Body: body, ContentType: contentType}
		text, name := extract.Decode(p)
		if !utf8.ValidString(text) {
			t.Errorf("%q as %s is not valid UTF-8: %q", body, name, text)
		}
		if again, same := extract.Decode(p); again != text || same != name {
			t.Errorf("%q decodes to %q and %q", body, text, again)
		}
		clean := extract.Clean(text)
		if extract.Clean(clean) != clean {
			t.Errorf("Clean of clean %q is %q", clean, extract.Clean(clean))
		}
	})
}
