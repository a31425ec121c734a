package store_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"edict/news"
	"edict/store/storetest"
)

// FuzzSearch: whatever a user types is a query or ErrInvalid with a message, never
// an error of the database.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{
		"mines", "-mines x", `"a b" c*`, "挖矿 -政策", "“x y”", "「区块链」", `"`, `""`, "AND OR NOT NEAR(", "title:x", "^x", "{a b}:c", "a+b", "*", "-*", "x**", `a"b"c`,
		"\x00", "a\x00b", "\xff\xfe", "ｂｔｃ", "　", "İ", "ß", "é", "👍", "1,750万", "a-", "--a", "-\"x\"", strings.Repeat("a ", 33), "कानून", "ﬁ", "①", "々", "〆",
	} {
		f.Add(seed)
	}
	s := openSQLite(f, newSQLite(f))
	if err := s.Keep(f.Context(), storetest.Records(0, 4)); err != nil {
		f.Fatal(err)
	}
	if _, err := s.Index(f.Context(), 100); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, words string) {
		if strings.TrimSpace(words) == "" {
			return // selects all
		}
		found, err := s.Records(t.Context(), news.Filter{Words: words})
		switch {
		case errors.Is(err, news.ErrInvalid):
			if strings.Contains(err.Error(), "SQL") || strings.Contains(err.Error(), "fts5") {
				t.Fatalf("%q: the message is not for a user: %v", words, err)
			}
		case err != nil:
			t.Fatalf("%q: %v", words, err)
		case !strings.ContainsFunc(words, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
			t.Fatalf("%q has no word and is no error: %d found", words, len(found))
		}
	})
}
