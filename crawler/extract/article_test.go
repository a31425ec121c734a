package extract_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/crawler/extract"
	"edict/eval"
	"edict/news"
)

// TestSeedPage reads the page that the project started from, where it is at hand.
func TestSeedPage(t *testing.T) {
	dir := os.Getenv("EDICT_NEWSSTAND")
	if dir == "" {
		t.Skip("set EDICT_NEWSSTAND to the folder of saved news sites to read its first page")
	}
	done := errors.New("done")
	err := eval.EachPage(filepath.Join(dir, "pages", "pages.jsonl"), func(l eval.PageLine, p news.Page, err error) error {
		if err != nil {
			return err
		}
		c, err := extract.Article(p, extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Fields(c.Text), strings.Fields(l.Text); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("text is\n%s\nwant\n%s", c.Text, l.Text)
		}
		if want := time.Date(2021, 7, 14, 11, 10, 0, 0, time.UTC); !c.Published.Equal(want) {
			t.Errorf("published is %s, want %s", c.Published, want)
		}
		return done
	})
	if !errors.Is(err, done) {
		t.Fatal(err)
	}
}
