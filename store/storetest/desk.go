package storetest

import (
	"fmt"
	"testing"
	"time"

	"edict/news"
)

func ref(a news.Article, label news.Label) news.TagRef {
	v := verdict(a, news.Accept, label)
	return news.TagRef{Article: a.ID, Label: label, Jurisdiction: v.Jurisdiction}
}

// What waits for an analyst, and why.
func testPending(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	waits, sure, both := Article(1), Article(2), Article(3)
	against := Tagged(both, Rules, news.Auto)
	against.Tags[1].Jurisdiction = "CN-JX"
	ok(t, s.Keep(ctx, []news.Record{Tagged(waits, Rules, news.Review), Tagged(sure, Rules, news.Auto), against}))
	list, more, err := s.Pending(ctx, 10)
	ok(t, err)
	same(t, "all of them", more, false)
	var got []string
	for _, p := range list {
		got = append(got, fmt.Sprint(p.Article == both.ID, " ", p.Label, " ", p.State, " ", p.Against))
	}
	same(t, "what waits", got, []string{
		"false pro_blockchain_policy review false", "false mining_crackdown review false", "true pro_blockchain_policy auto true",
	})
	first := list[1]
	r := must(s.Current(ctx, waits.ID))(t)
	same(t, "it", []any{first.Record, first.Story, first.Source, first.Time, first.Quality, first.Rules},
		[]any{r.ID, r.Story, r.Source, r.Position().Time, r.Quality, []string{r.Tags[1].Evidence[0].Rule}})
	_, more, err = s.Pending(ctx, 1)
	ok(t, err)
	same(t, "more than asked for", more, true)

	must(s.Decide(ctx, verdict(waits, news.Accept, mine)))(t)
	ok(t, s.Keep(ctx, []news.Record{news.NewRecord(waits, news.RuleSet{Version: "2", Hash: "p1"})}))
	list, _, err = s.Pending(ctx, 10)
	ok(t, err)
	same(t, "the rules speak against a verdict", []any{list[0].Article, list[0].State, list[0].Dispute}, []any{waits.ID, news.Accepted, news.RulesDispute})

	same(t, "confirmed", must(s.Decide(ctx, verdict(waits, news.Accept, mine)))(t).Number, 2)
	list, _, err = s.Pending(ctx, 10)
	ok(t, err)
	same(t, "nothing speaks against it any more", list[0].Article, both.ID)
	_, err = s.Decide(ctx, verdict(waits, news.Accept, mine))
	fails(t, "confirmed again", err, news.ErrConflict)
	must(s.Undo(ctx, "ada", 0, ""))(t)
	ok(t, s.Keep(ctx, []news.Record{news.NewRecord(waits, news.RuleSet{Version: "3", Hash: "p2"})}))
	list, _, err = s.Pending(ctx, 10)
	ok(t, err)
	same(t, "nor after other rules", list[0].Article, both.ID)
	same(t, "the last first", must(s.DecisionsBefore(ctx, 3, 1))(t)[0].Number, 2)
	testDecisionsOf(t, s)
	same(t, "current records", ids(must(s.CurrentOf(ctx, []string{both.ID, "none", waits.ID}))(t)), ids([]news.Record{must(s.Current(ctx, both.ID))(t), must(s.Current(ctx, waits.ID))(t)}))

	counts := must(s.RuleCounts(ctx))(t).Rules
	verdicts := must(s.RuleVerdicts(ctx))(t)
	same(t, "one rule was decided on", len(verdicts), 1)
	same(t, "its verdicts", []int64{verdicts[0].Tags, verdicts[0].Accepted, verdicts[0].Rejected}, []int64{1, 1, 0})
	tags := int64(0)
	for _, c := range counts {
		tags += c.Tags
	}
	same(t, "tags by rule", tags, 5)
	same(t, "of one rule alone", counts[0].Alone, counts[0].Tags)
	green(t, s)
}

// A tag is one analyst's for a time, and nobody decides twice.
func testLeases(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a := Article(1)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Review)}))
	it := ref(a, mine)
	later := Epoch.AddDate(2, 0, 0)
	l := must(s.Claim(ctx, it, "ada", later, false))(t)
	same(t, "whose", must(s.LeaseOn(ctx, it))(t), l)
	held, err := s.Claim(ctx, it, "bob", later, false)
	fails(t, "another's", err, news.ErrConflict)
	same(t, "he is told whose", held.Owner, "ada")
	again := must(s.Claim(ctx, it, "ada", later.Add(time.Hour), false))(t)
	same(t, "it is still hers", []any{again.Since, again.Until}, []any{l.Since, later.Add(time.Hour)})
	ok(t, s.Extend(ctx, "ada", later.Add(2*time.Hour)))
	same(t, "extended", must(s.LeaseOn(ctx, it))(t).Until, later.Add(2*time.Hour))
	list, _, err := s.Pending(ctx, 10)
	ok(t, err)
	same(t, "others see it", list[1].Lease.Owner, "ada")
	ok(t, s.Release(ctx, it, "bob"))
	same(t, "only she gives it up", must(s.LeaseOn(ctx, it))(t).Owner, "ada")
	same(t, "taken over", must(s.Claim(ctx, it, "bob", later, true))(t).Owner, "bob")
	ok(t, s.Release(ctx, it, "bob"))
	same(t, "given up", must(s.LeaseOn(ctx, it))(t), news.Lease{})

	ok(t, s.Keep(ctx, Records(10, 1)))
	short := must(s.Claim(ctx, it, "ada", Epoch.AddDate(1, 0, 0).Add(time.Minute), false))(t)
	for range 60 { // each looks at the clock once at least
		must(s.LeaseOn(ctx, it))(t)
	}
	same(t, "it has ended", must(s.LeaseOn(ctx, it))(t).Owner, "")
	same(t, "anybody's", must(s.Claim(ctx, it, "bob", later, false))(t).Since.After(short.Since), true)

	v := verdict(a, news.Accept, mine)
	v.Spent = 2500 * time.Millisecond
	d := must(s.Decide(ctx, v))(t)
	same(t, "how long it took", must(s.DecisionsOn(ctx, a.ID))(t)[0].Spent, 2500)
	same(t, "as it was written", d.Spent, 2500)
	same(t, "what is decided is nobody's", must(s.LeaseOn(ctx, it))(t).Owner, "")
	_, err = s.Claim(ctx, ref(Article(9), mine), "ada", later, false)
	fails(t, "a tag that is not there", err, news.ErrNotFound)
	_, err = s.Claim(ctx, it, "", later, false)
	fails(t, "nobody", err, news.ErrInvalid)
	_, err = s.Claim(ctx, it, "ada", Epoch, false)
	fails(t, "over already", err, news.ErrInvalid)

	it = ref(a, fund)
	ok(t, s.Snooze(ctx, it, "ada", later))
	list, _, err = s.Pending(ctx, 10)
	ok(t, err)
	same(t, "it sleeps", list[0].Snoozed, later)
	ok(t, s.Snooze(ctx, it, "ada", time.Time{}))
	list, _, err = s.Pending(ctx, 10)
	ok(t, err)
	same(t, "and asks again", list[0].Snoozed, time.Time{})
	fails(t, "a snooze on nothing", s.Snooze(ctx, ref(Article(9), mine), "ada", later), news.ErrNotFound)
	green(t, s)
}

func testNotes(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a := Article(1)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Review)}))
	n := must(s.AddNote(ctx, news.Note{Who: "ada", Article: a.ID, Text: " Called the ministry.\r\nNo answer. "}))(t)
	same(t, "as kept", []any{n.Number, n.Text, n.Story}, []any{1, "Called the ministry.\nNo answer.", must(s.Current(ctx, a.ID))(t).Story})
	second := must(s.AddNote(ctx, news.Note{Who: "bob", Article: a.ID, Text: "They did."}))(t)
	same(t, "on the article", must(s.Notes(ctx, []string{a.ID, Article(2).ID}))(t), []news.Note{n, second})
	same(t, "in order", must(s.NotesAfter(ctx, 1, 10))(t), []news.Note{second})
	for what, bad := range map[string]news.Note{
		"nobody":       {Article: a.ID, Text: "x"},
		"on nothing":   {Who: "ada", Text: "x"},
		"empty":        {Who: "ada", Article: a.ID, Text: " \n"},
		"with a bell":  {Who: "ada", Article: a.ID, Text: "x\a"},
		"without UTF8": {Who: "ada", Article: a.ID, Text: "x\xff"},
	} {
		_, err := s.AddNote(ctx, bad)
		fails(t, what, err, news.ErrInvalid)
	}
	_, err := s.AddNote(ctx, news.Note{Who: "ada", Article: Article(9).ID, Text: "x"})
	fails(t, "an article that is not there", err, news.ErrNotFound)
}

// Merges and splits can be taken back, while the stories are still theirs.
func testUndoStories(t *testing.T, b Backend) {
	records := reportRecords()
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, records))
	stories := func() (out []string) {
		for _, r := range records {
			out = append(out, storyOf(t, s, r))
		}
		return out
	}
	was := stories()
	merged := must(s.MergeStories(ctx, "ann", was[0], was[4], ""))(t)
	d := must(s.Undo(ctx, "ann", 0, "not the same"))(t)
	same(t, "what it undoes", []any{d.Act, d.Undoes, d.Reason}, []any{news.Undo, merged.Number, "not the same"})
	same(t, "the stories that there were", stories(), was)
	green(t, s)
	_, err := s.Undo(ctx, "ann", merged.Number, "")
	fails(t, "twice", err, news.ErrConflict)

	article := records[1].Key().Article
	split := must(s.SplitStory(ctx, "ann", was[1], article, ""))(t)
	must(s.Undo(ctx, "bob", split.Number, ""))(t)
	same(t, "put back", stories(), was)
	green(t, s)

	must(s.SplitStory(ctx, "ann", was[1], article, ""))(t)
	must(s.MergeStories(ctx, "ann", storyOf(t, s, records[1]), was[4], ""))(t)
	_, err = s.Undo(ctx, "ann", 5, "")
	fails(t, "a split on which a merge was built", err, news.ErrConflict)
	must(s.Undo(ctx, "ann", 0, ""))(t)
	must(s.Undo(ctx, "ann", 0, ""))(t)
	same(t, "one after the other", stories(), was)
	ok(t, s.Keep(ctx, []news.Record{reports[1].record(1)}))
	green(t, s)
	_, err = s.Undo(ctx, "ann", 0, "")
	fails(t, "nothing is left", err, news.ErrNotFound)
}
