package app_test

import (
	"strings"
	"testing"

	"edict/app"
	"edict/news"
)

// The page of a story says what the score of its tags is made of, under the rules that
// gave them, also when other rules are active by now.
func TestScoreOnThePage(t *testing.T) {
	t.Parallel()
	cfg := settings(t, sources())
	s := hoard(t, cfg, 1)
	p := start(t, cfg, app.Options{})
	list, err := s.Records(t.Context(), news.Filter{Tagged: true})
	ok(t, err)
	page := ""
	until(t, patience, func() string { return page }, func() bool {
		_, page = get(t, p.Page+"/records/"+list[0].ID)
		return strings.Contains(page, "Score by part")
	})
	if !strings.Contains(page, "mining_crackdown/") || !strings.Contains(page, "</span> pattern") {
		t.Errorf("the parts: %s", page)
	}
}
