package classifier

import (
	"strings"
	"testing"
)

// Every word for a number is read where a sentence begins, goes on and ends.
func TestNumberWords(t *testing.T) {
	for word, value := range numberWords {
		capital := strings.ToUpper(word[:1]) + word[1:]
		for _, s := range []string{word, capital, strings.ToUpper(word), "The " + word + " provinces", capital + ", they say", "as often as " + word + "."} {
			if got := numbers(s); len(got) != 1 || got[0].value != value {
				t.Errorf("numbers(%q) = %v, want %g", s, got, value)
			}
		}
		if len(word) > longestNumber {
			t.Errorf("%q is longer than %d bytes", word, longestNumber)
		}
	}
}
