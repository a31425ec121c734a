package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"edict/news"
)

// The map of any moment is what its tags make of it, now and as of every change.
func testMap(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a, other := Article(1), Article(2)
	var moments []time.Time
	var want []news.Map
	step := func(do func()) {
		do()
		list := must(s.Changes(ctx, 0, 1000))(t)
		moments = append(moments, list[len(list)-1].Time)
		want = append(want, must(s.Map(ctx, news.MapTime{}))(t))
	}
	step(func() { ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Review)})) })
	same(t, "what waits does not count", want[0], news.Map{})
	step(func() { must(s.Decide(ctx, verdict(a, news.Accept, mine)))(t) })
	cell := want[1].Cell(news.CellKey{Jurisdiction: "CN", Label: mine})
	at := must(s.Current(ctx, a.ID))(t).Position().Time
	same(t, "a cell", cell, news.Cell{CellKey: cell.CellKey, CellTimes: news.CellTimes{Newest: at}, Stage: news.Enforced, Articles: 1})
	step(func() { ok(t, s.Keep(ctx, []news.Record{Tagged(other, Rules, news.Auto)})) })
	m := want[2]
	same(t, "both", m.Cell(cell.CellKey).Articles, 2)
	same(t, "a reported count", []any{m.Reported[0].Value, m.Reported[0].Of, m.Reported[0].Source, m.Reported[0].Record},
		[]any{33, 34, other.Source, must(s.Current(ctx, other.ID))(t).ID})
	step(func() {
		lifted := Tagged(Article(3), Rules, news.Auto)
		lifted.Tags[0].Jurisdiction, lifted.Tags[0].Stage = "CN", news.Lifted
		ok(t, s.Keep(ctx, []news.Record{lifted}))
	})
	same(t, "a lifted measure closes the other cell", want[3].Cell(cell.CellKey).Closed, Article(3).Published)
	step(func() { must(s.Undo(ctx, "ada", 0, ""))(t) })
	step(func() {
		ok(t, s.Keep(ctx, []news.Record{news.NewRecord(other, news.RuleSet{Version: "2", Hash: "m1"})}))
	})
	same(t, "its count is gone with its record", len(want[5].Reported), 1)

	tally := must(s.Tally(ctx))(t)
	for i, moment := range moments {
		got := must(s.Map(ctx, news.MapTime{Known: moment}))(t)
		same(t, fmt.Sprintf("the same out of the changes themselves at moment %d", i), got, must(s.Map(ctx, news.MapTime{Known: moment, Until: Epoch.AddDate(9, 0, 0)}))(t))
		// Weeks reach back from the moment, so that an older one may be there besides.
		got.Weeks, want[i].Weeks = nil, nil
		same(t, fmt.Sprintf("as known at moment %d", i), got, want[i])
	}
	same(t, "the tally out of the changes", must(s.Tally(ctx))(t), tally)
	until := Article(2).Published
	got := must(s.Map(ctx, news.MapTime{Until: until}))(t)
	same(t, "published before the second", got.Cell(cell.CellKey).Articles, 0)
	got = must(s.Map(ctx, news.MapTime{Until: until, Known: moments[2]}))(t)
	same(t, "and as known then", got.Cell(cell.CellKey).Articles, 1)
	weeks := must(s.Map(ctx, news.MapTime{Until: until.Add(time.Hour), Known: moments[2]}))(t).Weeks
	same(t, "by week", weeks[0].Week, news.WeekOf(Article(1).Published))
}

// Whatever happens, in whatever order and by whatever clock, the map that is kept up by the
// changes is the one that the tags make.
func testMapFollows(t *testing.T, b Backend) {
	url := b.New(t)
	followed, ctx := open(t, url), t.Context()
	must(followed.Map(ctx, news.MapTime{Known: Epoch}))(t) // and it follows the changes
	chance := rand.New(rand.NewPCG(1, 2))
	labels := []news.Label{mine, news.ProPolicy}
	for round := range 3 {
		s := open(t, url) // its clock begins again, as one that is set back
		var moment time.Time
		var then news.Map
		for i := range 25 {
			a := ArticleText(chance.IntN(6), []string{"", "一。", "二。"}[chance.IntN(3)])
			switch chance.IntN(4) {
			case 0:
				_, err := s.Decide(ctx, verdict(a, []news.Act{news.Accept, news.Reject}[chance.IntN(2)], labels[chance.IntN(2)]))
				if err != nil && !errors.Is(err, news.ErrNotFound) && !errors.Is(err, news.ErrConflict) {
					t.Fatal(err)
				}
			case 1:
				if _, err := s.Undo(ctx, "ada", 0, ""); err != nil && !errors.Is(err, news.ErrNotFound) {
					t.Fatal(err)
				}
			default:
				r := Tagged(a, news.RuleSet{Version: "1", Hash: fmt.Sprint("h", chance.IntN(3))}, []news.State{news.Auto, news.Review}[chance.IntN(2)])
				r.Tags = r.Tags[:chance.IntN(len(r.Tags)+1)]
				ok(t, s.Keep(ctx, []news.Record{r}))
			}
			same(t, fmt.Sprintf("the tally in round %d", round), must(followed.Tally(ctx))(t), must(s.Tally(ctx))(t))
			same(t, fmt.Sprintf("the map in round %d", round), must(followed.Map(ctx, news.MapTime{}))(t), must(s.Map(ctx, news.MapTime{}))(t))
			if i == 12 {
				last := must(s.Changes(ctx, must(s.LastChange(ctx))(t)-1, 1))(t)
				moment, then = last[0].Time, must(s.Map(ctx, news.MapTime{}))(t)
			}
		}
		half := must(followed.Map(ctx, news.MapTime{Known: moment}))(t)
		half.Weeks, then.Weeks = nil, nil
		same(t, fmt.Sprintf("as known in the middle of round %d", round), half, then)
		late := must(s.Map(ctx, news.MapTime{Known: Epoch.AddDate(5, 0, 0)}))(t)
		same(t, "as known after all of it", late, must(followed.Map(ctx, news.MapTime{}))(t))
	}
}
