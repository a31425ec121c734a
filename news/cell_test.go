package news_test

import (
	"testing"
	"time"

	"edict/news"
)

func TestCells(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	ban, policy := news.CellKey{Jurisdiction: "KZ", Label: news.Crackdown}, news.CellKey{Jurisdiction: "KZ", Label: news.ProPolicy}
	add := func(c news.Cells, at int, key news.CellKey, stage news.Stage, state news.State) {
		c.Add(day(at), news.Tag{Label: key.Label, Jurisdiction: key.Jurisdiction, Stage: stage, State: state})
	}
	for name, test := range map[string]struct {
		add         func(c news.Cells)
		ban, policy bool
	}{
		"nothing is unknown":          {func(news.Cells) {}, false, false},
		"a tag that waits":            {func(c news.Cells) { add(c, 1, ban, news.Enacted, news.Review) }, false, false},
		"a tag that was rejected":     {func(c news.Cells) { add(c, 1, ban, news.Enacted, news.Rejected) }, false, false},
		"a tag that was accepted":     {func(c news.Cells) { add(c, 1, ban, news.Enacted, news.Accepted) }, true, false},
		"lifted":                      {func(c news.Cells) { add(c, 1, ban, news.Enacted, news.Auto); add(c, 2, policy, news.Lifted, news.Auto) }, false, true},
		"lifted, told in other order": {func(c news.Cells) { add(c, 2, policy, news.Lifted, news.Auto); add(c, 1, ban, news.Enacted, news.Auto) }, false, true},
		"banned again": {func(c news.Cells) {
			add(c, 2, policy, news.Lifted, news.Auto)
			add(c, 3, ban, news.Enforced, news.Auto)
		}, true, true},
		"support withdrawn": {func(c news.Cells) { add(c, 1, policy, news.Enacted, news.Auto); add(c, 2, ban, news.Lifted, news.Auto) }, true, false},
		"an authority without a place": {func(c news.Cells) {
			add(c, 1, news.CellKey{Jurisdiction: "ZZ", Label: news.Crackdown}, news.Enacted, news.Auto)
		}, false, false},
	} {
		c := news.Cells{}
		test.add(c)
		if c.Stands(ban) != test.ban || c.Stands(policy) != test.policy {
			t.Errorf("%s: the ban stands: %v, the policy: %v; want %v, %v", name, c.Stands(ban), c.Stands(policy), test.ban, test.policy)
		}
		for key := range c {
			if key.Jurisdiction == "ZZ" {
				t.Errorf("%s: %v is on the map", name, key)
			}
		}
	}
}
