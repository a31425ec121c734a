package storetest

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

const fund, mine = news.ProPolicy, news.Crackdown // of the samples: in CN-JX and in CN

func verdict(a news.Article, act news.Act, label news.Label) news.Verdict {
	place := news.Jurisdiction("CN")
	if label == fund {
		place = "CN-JX"
	}
	return news.Verdict{Who: "ada", Act: act, Article: a.ID, Label: label, Jurisdiction: place, Reason: "I read it"}
}

// states are the tags of an article's current record, in short.
func states(t testing.TB, s *store.Store, article string) (out []string) {
	t.Helper()
	for _, tag := range must(s.Current(t.Context(), article))(t).Tags {
		out = append(out, fmt.Sprintf("%s %s %s %s", tag.Label, tag.Jurisdiction, tag.Stage, tag.State))
	}
	return out
}

func testDecide(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a := Article(1)
	first := Tagged(a, Rules, news.Review)
	ok(t, s.Keep(ctx, []news.Record{first}))

	yes := verdict(a, news.Accept, mine)
	yes.Seen = news.Review
	d := must(s.Decide(ctx, yes))(t)
	same(t, "the decision's number", d.Number, 1)
	same(t, "its rules", d.Rules, Rules.Hash)
	after := asKept(first).Tags
	same(t, "before", d.Before, json.RawMessage(must(json.Marshal(after))(t)))
	after[1].State = news.Accepted
	same(t, "after", d.After, json.RawMessage(must(json.Marshal(after))(t)))
	list := changed(t, s, 1, news.DecisionChange)
	same(t, "what readers see", list[0].After, d.After)
	same(t, "it may alert", list[0].Quiet, false)
	same(t, "decisions", must(s.Decisions(ctx, 0, 10))(t), []news.Decision{d})
	same(t, "decisions on it", must(s.DecisionsOn(ctx, a.ID))(t), []news.Decision{d})

	_, err := s.Decide(ctx, yes)
	fails(t, "a second analyst who saw it in review", err, news.ErrConflict)
	yes.Seen = ""
	_, err = s.Decide(ctx, yes)
	fails(t, "the same verdict again", err, news.ErrConflict)
	none := verdict(a, news.Accept, "other")
	_, err = s.Decide(ctx, none)
	fails(t, "a tag that is not there", err, news.ErrNotFound)
	_, err = s.Decide(ctx, verdict(Article(9), news.Accept, mine))
	fails(t, "an article that is not there", err, news.ErrNotFound)
	_, err = s.Decide(ctx, news.Verdict{Act: news.Accept})
	fails(t, "a verdict of nobody", err, news.ErrInvalid)

	must(s.Decide(ctx, verdict(a, news.Reject, fund)))(t)
	must(s.Decide(ctx, verdict(a, news.Reject, mine)))(t)
	same(t, "all is rejected", len(must(s.Records(ctx, news.Filter{Tagged: true}))(t)), 0)
	same(t, "each is one change", len(changed(t, s, 2, news.DecisionChange, news.DecisionChange)), 2)
	green(t, s)
}

// Verdicts lie over new rules and new texts.
func testVerdictsStand(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a := Article(1)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto)}))
	must(s.Decide(ctx, verdict(a, news.Accept, mine)))(t)
	must(s.Decide(ctx, verdict(a, news.Reject, fund)))(t)
	want := []string{"pro_blockchain_policy CN-JX enacted rejected", "mining_crackdown CN enforced accepted"}
	same(t, "decided", states(t, s, a.ID), want)

	// Rules that agree, and a text that says the same.
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, news.RuleSet{Version: "2", Hash: "b1"}, news.Review)}))
	same(t, "after other rules", states(t, s, a.ID), want)
	longer := ArticleText(1, "又一段。")
	ok(t, s.Keep(ctx, []news.Record{Tagged(longer, Rules, news.Auto)}))
	same(t, "after another text", states(t, s, a.ID), want)
	same(t, "nothing to look at again", len(must(s.Disputed(ctx, 10))(t)), 0)
	green(t, s)

	// Rules that see neither.
	ok(t, s.Keep(ctx, []news.Record{news.NewRecord(longer, news.RuleSet{Version: "3", Hash: "b2"})}))
	same(t, "what was accepted is still there", states(t, s, a.ID), want[1:])
	disputed := must(s.Disputed(ctx, 10))(t)
	same(t, "one to look at", len(disputed), 1)
	same(t, "why", disputed[0].Dispute, news.RulesDispute)
	green(t, s)

	// Rules that see it at another stage.
	other := Tagged(longer, news.RuleSet{Version: "4", Hash: "b3"}, news.Auto)
	other.Tags[1].Stage = news.Lifted
	ok(t, s.Keep(ctx, []news.Record{other}))
	same(t, "the stage stays", states(t, s, a.ID), want)
	same(t, "still one to look at", len(must(s.Disputed(ctx, 10))(t)), 1)

	// Both in one batch, and the last one counts.
	gone := news.NewRecord(longer, news.RuleSet{Version: "5", Hash: "b4"})
	back := Tagged(longer, news.RuleSet{Version: "6", Hash: "b5"}, news.Auto)
	ok(t, s.Keep(ctx, []news.Record{back, gone, Tagged(longer, news.RuleSet{Version: "7", Hash: "b6"}, news.Auto)}))
	same(t, "nothing to look at after rules that agree again", len(must(s.Disputed(ctx, 10))(t)), 0)

	// A text in which the words are gone.
	c := longer.Content
	c.Title, c.Text, c.Summary, c.Fetched = "更正", "本文已更正。", "", c.Fetched.Add(time.Hour)
	corrected := news.NewArticle(c, false)
	ok(t, s.Keep(ctx, []news.Record{news.NewRecord(corrected, Rules)}))
	same(t, "the verdict stands", states(t, s, a.ID), want[1:])
	disputed = must(s.Disputed(ctx, 10))(t)
	same(t, "one to look at again", len(disputed), 1)
	same(t, "as its words are gone", disputed[0].Dispute, news.TextDispute)
	tag := must(s.Current(ctx, a.ID))(t).Tags[0]
	same(t, "it rests on the title", tag.Evidence, []news.Evidence{{Field: news.Title, Start: 0, End: len("更正"), Quote: "更正", Rule: "verdict"}})
	green(t, s)

	// And back.
	ok(t, s.Keep(ctx, []news.Record{Tagged(ArticleText(1, "又两段。"), Rules, news.Auto)}))
	green(t, s)
}

func testEdit(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a := Article(1)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto)}))
	edit := verdict(a, news.Edit, mine)
	edit.As.Jurisdiction, edit.As.Stage = "CN-JX", news.Enacted
	must(s.Decide(ctx, edit))(t)
	want := []string{
		"pro_blockchain_policy CN-JX enacted auto", "mining_crackdown CN enforced rejected", "mining_crackdown CN-JX enacted accepted",
	}
	same(t, "the place moved", states(t, s, a.ID), want)
	r := must(s.Current(ctx, a.ID))(t)
	same(t, "with its evidence", r.Tags[2].Evidence, r.Tags[1].Evidence)
	same(t, "it is found there", len(must(s.Records(ctx, news.Filter{Label: mine, Jurisdiction: "CN-JX"}))(t)), 1)
	green(t, s)

	stage := verdict(a, news.Edit, fund)
	stage.As.Stage = news.Proposed
	must(s.Decide(ctx, stage))(t)
	want[0] = "pro_blockchain_policy CN-JX proposed accepted"
	same(t, "the stage moved", states(t, s, a.ID), want)

	ok(t, s.Keep(ctx, []news.Record{Tagged(a, news.RuleSet{Version: "2", Hash: "c1"}, news.Review)}))
	same(t, "edits stand", states(t, s, a.ID), want)
	same(t, "and nobody disputes them", len(must(s.Disputed(ctx, 10))(t)), 0)
	green(t, s)

	must(s.Undo(ctx, "ada", 0, ""))(t)
	must(s.Undo(ctx, "ada", 0, ""))(t)
	same(t, "as the rules say", states(t, s, a.ID), []string{"pro_blockchain_policy CN-JX enacted review", "mining_crackdown CN enforced review"})
	_, err := s.Undo(ctx, "ada", 0, "")
	fails(t, "nothing is left to undo", err, news.ErrNotFound)
	green(t, s)
}

func testUndo(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a := Article(1)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Review)}))
	first := must(s.Decide(ctx, verdict(a, news.Accept, mine)))(t)
	second := verdict(a, news.Reject, mine)
	second.Who = "bob"
	must(s.Decide(ctx, second))(t)
	_, err := s.Undo(ctx, "ada", first.Number, "")
	fails(t, "what another was built on", err, news.ErrConflict)

	d := must(s.Undo(ctx, "bob", 0, "a slip"))(t)
	same(t, "what it undoes", d.Undoes, 2)
	same(t, "the first stands again", states(t, s, a.ID)[1], "mining_crackdown CN enforced accepted")
	_, err = s.Undo(ctx, "bob", 2, "")
	fails(t, "a second time", err, news.ErrConflict)
	_, err = s.Undo(ctx, "bob", d.Number, "")
	fails(t, "an undo", err, news.ErrInvalid)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, news.RuleSet{Version: "2", Hash: "d1"}, news.Auto)}))
	same(t, "under new rules too", states(t, s, a.ID)[1], "mining_crackdown CN enforced accepted")
	must(s.Undo(ctx, "ada", 0, ""))(t)
	same(t, "as the new rules say", states(t, s, a.ID)[1], "mining_crackdown CN enforced auto")
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, news.RuleSet{Version: "3", Hash: "d2"}, news.Review)}))
	same(t, "no verdict is left", states(t, s, a.ID)[1], "mining_crackdown CN enforced review")
	same(t, "all is on record", len(must(s.Decisions(ctx, 0, 10))(t)), 4)
	changed(t, s, 1, news.DecisionChange, news.DecisionChange, news.DecisionChange, news.TagChange, news.DecisionChange, news.TagChange)
	green(t, s)
}

// What another archive decided stands here, but not over what was decided here.
func testImportVerdicts(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a, other := Article(1), Article(2)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Review)}))
	must(s.Decide(ctx, verdict(a, news.Reject, mine)))(t)
	elsewhere := news.RuleSet{Version: "2", Hash: "e1"}
	same(t, "new", must(s.Import(ctx, []news.Record{Tagged(a, elsewhere, news.Accepted), Tagged(other, elsewhere, news.Accepted)}, true))(t), 2)
	same(t, "ours stands", states(t, s, a.ID), []string{"pro_blockchain_policy CN-JX enacted accepted", "mining_crackdown CN enforced rejected"})
	same(t, "theirs stands", states(t, s, other.ID)[1], "mining_crackdown CN enforced accepted")
	for _, c := range changed(t, s, 2, news.TagChange, news.StoredChange) {
		same(t, "quiet", c.Quiet, true)
	}
	ok(t, s.Keep(ctx, []news.Record{Tagged(other, news.RuleSet{Version: "3", Hash: "e2"}, news.Review)}))
	same(t, "and stays", states(t, s, other.ID)[1], "mining_crackdown CN enforced accepted")
	must(s.Undo(ctx, store.Importer, 0, ""))(t)
	green(t, s)
	empty := fresh(t, b)
	same(t, "into an empty store", must(empty.Import(ctx, []news.Record{Tagged(a, elsewhere, news.Accepted)}, true))(t), 1)
	ok(t, empty.Keep(ctx, []news.Record{news.NewRecord(a, Rules)}))
	same(t, "it stands there too", len(states(t, empty, a.ID)), 2)
	green(t, empty)
	same(t, "known", must(s.Import(ctx, []news.Record{Tagged(a, elsewhere, news.Accepted)}, true))(t), 0)
}
