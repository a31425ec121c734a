package news_test

import (
	"testing"
	"time"

	"edict/news"
)

func TestMapAddsUp(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 12, 0, 0, 0, time.UTC) }
	m := news.NewMapMaker()
	tag := news.Tag{Label: news.Crackdown, Jurisdiction: "KZ", Stage: news.Enacted, State: news.Auto}
	m.Add(day(3), tag, 2)
	tag.Stage, tag.State = news.Enforced, news.Accepted
	m.Add(day(5), tag, 1)
	tag.State = news.Review
	m.Add(day(9), tag, 1)
	tag.Jurisdiction, tag.State = news.Unnamed, news.Auto
	m.Add(day(9), tag, 1)
	m.AddWeek(day(3), news.Crackdown, 2)
	m.AddWeek(day(5), news.Crackdown, 1)
	m.AddCount(news.Reported{Record: "older", Time: day(1)})
	m.AddCount(news.Reported{Record: "newer", Time: day(2)})
	got := m.Map()
	c := got.Cell(news.CellKey{Jurisdiction: "KZ", Label: news.Crackdown})
	if len(got.Cells) != 1 || c.Articles != 3 || c.Stage != news.Enforced || !c.Newest.Equal(day(5)) || !c.Stands() {
		t.Errorf("cells %+v", got.Cells)
	}
	if got.Cell(news.CellKey{Jurisdiction: "KZ", Label: news.ProPolicy}).Stands() {
		t.Error("no evidence, and the cell stands")
	}
	if len(got.Weeks) != 1 || got.Weeks[0].N != 3 || got.Weeks[0].Week.Weekday() != time.Monday || got.Weeks[0].Week.Hour() != 0 || !got.Weeks[0].Week.Equal(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("weeks %+v", got.Weeks)
	}
	if got.Reported[0].Record != "newer" {
		t.Errorf("reported %+v", got.Reported)
	}

	// What is lifted closes the other cell, and says of itself that it stands.
	m.Add(day(10), news.Tag{Label: news.ProPolicy, Jurisdiction: "KZ", Stage: news.Lifted, State: news.Auto}, 1)
	got = m.Map()
	if c := got.Cell(c.CellKey); c.Stands() || c.Articles != 3 || !c.Closed.Equal(day(10)) {
		t.Errorf("a ban that was lifted: %+v", c)
	}
	if c := got.Cell(news.CellKey{Jurisdiction: "KZ", Label: news.ProPolicy}); !c.Stands() || c.Stage != news.Lifted {
		t.Errorf("what lifted it: %+v", c)
	}
}
