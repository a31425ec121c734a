package storetest

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// asKept is how a record reads after it was kept: with the story that it began.
func asKept(r news.Record) news.Record {
	if r.Story == "" {
		r.Story = r.Key().Article
	}
	return r
}

// inStory is asKept for a record that came to a story that was there.
func inStory(r news.Record, story string) news.Record {
	r.Story = story
	return r
}

// changed wants the changes behind a sequence number to be of these kinds, and
// returns them.
func changed(t testing.TB, s *store.Store, after int64, kinds ...news.ChangeKind) []news.Change {
	t.Helper()
	list := must(s.Changes(t.Context(), after, 1000))(t)
	got := []news.ChangeKind{}
	for _, c := range list {
		got = append(got, c.Kind)
	}
	same(t, "kinds of change", got, append([]news.ChangeKind{}, kinds...))
	return list
}

func testKeep(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, nil))
	full := Record(1)
	bare := news.NewRecord(Article(2), Rules)
	odd := Article(3)
	odd.Authors, odd.Original, odd.Truncated, odd.Partial = []string{}, "https://other.example/x", true, true
	odd.Published, odd.Modified = time.Time{}, Epoch.Add(123*time.Nanosecond)
	plain := news.NewRecord(news.NewArticle(odd.Content, true), news.RuleSet{Version: "2", Hash: "ff"})
	ok(t, s.Keep(ctx, []news.Record{full, bare, plain}))
	for _, r := range []news.Record{full, bare, plain} {
		same(t, "the record", must(s.Record(ctx, r.ID))(t), asKept(r))
		same(t, "the article's record", must(s.Current(ctx, r.Key().Article))(t), asKept(r))
	}
	_, err := s.Record(ctx, "none")
	fails(t, "a record that is not there", err, news.ErrNotFound)
	_, err = s.Current(ctx, "none")
	fails(t, "an article that is not there", err, news.ErrNotFound)
	list := changed(t, s, 0, news.StoredChange, news.StoredChange, news.StoredChange)
	same(t, "a change", list[0], news.Change{
		Sequence: 1, Time: list[0].Time, Kind: news.StoredChange, Story: full.Key().Article, Article: full.Key().Article, Record: full.ID,
		After: must(json.Marshal(full.Tags))(t), Quiet: full.Quiet,
	})
	same(t, "a quiet change", list[2].Quiet, true)
	green(t, s)
}

func testKeepTwice(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	records := Records(0, 20)
	ok(t, s.Keep(ctx, records))
	before := must(s.Records(ctx, news.Filter{}))(t)
	for range 2 {
		ok(t, s.Keep(ctx, records))
	}
	// Among others, and twice in one batch.
	ok(t, s.Keep(ctx, append(append(Records(19, 2), Record(20)), records[:3]...)))
	last := must(s.LastChange(ctx))(t)
	same(t, "changes", last, 21)
	same(t, "records", must(s.Records(ctx, news.Filter{}))(t)[1:], before)
	same(t, "ledger", must(s.Balance(ctx))(t), news.Balance{Total: 21, Stored: 21})
	// The ledger is marked even when the record is there: it came by another way first.
	a := Article(30)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto)}))
	must(s.Enter(ctx, a, Visit(a)))(t)
	ok(t, s.Keep(ctx, []news.Record{Tagged(a, Rules, news.Auto)}))
	same(t, "ledger at last", must(s.Balance(ctx))(t), news.Balance{Total: 22, Stored: 22})
	green(t, s)
}

func testKeepAllOrNone(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, Records(0, 2)))
	wrongSlice, noNumber, twice := Record(150), Record(151), Record(152)
	wrongSlice.Tags[0].Evidence[0].End++
	noNumber.Tags[0].Score = math.NaN() // only the database sees that
	twice.Tags = append(twice.Tags, twice.Tags[0])
	for name, bad := range map[string]news.Record{"a wrong slice": wrongSlice, "no number": noNumber, "a tag twice": twice} {
		batch := Records(0, 100)
		batch[60] = bad
		fails(t, name, s.Keep(ctx, batch), news.ErrInvalid)
		same(t, "records after "+name, len(must(s.Records(ctx, news.Filter{}))(t)), 2)
		same(t, "changes after "+name, must(s.LastChange(ctx))(t), 2)
		same(t, "ledger after "+name, must(s.Balance(ctx))(t), news.Balance{Total: 2, Stored: 2})
	}
	ok(t, s.Keep(ctx, Records(0, 100)))
	changes := must(s.Changes(ctx, 0, 1000))(t)
	same(t, "changes", len(changes), 100)
	green(t, s)
}

func testKeepVersions(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	first := Tagged(Article(1), Rules, news.Auto)
	second := Tagged(ArticleText(1, "江西省补充通知。"), Rules, news.Review)
	ok(t, s.Keep(ctx, []news.Record{first}))
	ok(t, s.Keep(ctx, []news.Record{second}))
	same(t, "current", must(s.Current(ctx, first.Key().Article))(t), asKept(second))
	same(t, "the first stays", must(s.Record(ctx, first.ID))(t), asKept(first))
	same(t, "one is current", ids(must(s.Records(ctx, news.Filter{}))(t)), []string{second.ID})
	same(t, "one is tagged", ids(must(s.Records(ctx, news.Filter{Label: news.Crackdown}))(t)), []string{second.ID})
	list := changed(t, s, 0, news.StoredChange, news.VersionChange)
	same(t, "before", list[1].Before, json.RawMessage(must(json.Marshal(first.Tags))(t)))
	same(t, "after", list[1].After, json.RawMessage(must(json.Marshal(second.Tags))(t)))
	same(t, "record", []string{list[1].Record, list[1].Story}, []string{second.ID, list[0].Story})

	// A text that was fetched earlier and comes later is kept, and current it is not.
	late := Article(1)
	late.Text += "\n早先的一行。"
	late.Fetched = late.Fetched.Add(time.Minute)
	old := Tagged(news.NewArticle(late.Content, late.Quiet), Rules, news.Auto)
	ok(t, s.Keep(ctx, []news.Record{old}))
	same(t, "current after a late one", must(s.Current(ctx, first.Key().Article))(t).ID, second.ID)
	same(t, "the late one", must(s.Record(ctx, old.ID))(t), asKept(old))
	changed(t, s, 2)

	// All versions in one batch, in a new store.
	s = fresh(t, b)
	ok(t, s.Keep(ctx, []news.Record{first, second, old, Record(2)}))
	same(t, "current of a batch", must(s.Current(ctx, first.Key().Article))(t), asKept(second))
	changed(t, s, 0, news.StoredChange, news.VersionChange, news.StoredChange)
	same(t, "ledger", must(s.Balance(ctx))(t), news.Balance{Total: 4, Stored: 4})
	green(t, s)
}

// testKeepBack: a text that was changed and changed back is current again, whatever
// the order in which its versions are stored.
func testKeepBack(t *testing.T, b Backend) {
	first, changedText := Article(1), ArticleText(1, "江西省补充通知。")
	content := first.Content
	content.Fetched = changedText.Fetched.Add(time.Hour)
	content.Published = content.Published.Add(36 * time.Hour) // which no version's id depends on
	back := news.NewArticle(content, first.Quiet)
	record := func(a news.Article) news.Record { return Tagged(a, Rules, news.Auto) }
	one, two, three := record(first), record(changedText), record(back)
	same(t, "the text is the same", []string{three.ID, three.Version}, []string{one.ID, one.Version})
	if first.MessageID() == back.MessageID() || one.MessageID() == three.MessageID() {
		t.Error("the bus would drop what was fetched again as a repeat")
	}
	enter := func(s *store.Store, a news.Article, want bool) {
		t.Helper()
		same(t, "entered", must(s.Enter(t.Context(), a, Visit(a)))(t), want)
	}
	stands := func(s *store.Store, want news.Record, kinds ...news.ChangeKind) {
		t.Helper()
		got := must(s.Current(t.Context(), first.ID))(t)
		want.Fetched, want.Published = got.Fetched, got.Published // of the fetch that wrote the record
		same(t, "current", got, asKept(want))
		same(t, "found by its tags", ids(must(s.Records(t.Context(), news.Filter{Label: news.Crackdown}))(t)), []string{want.ID})
		changed(t, s, 0, kinds...)
		green(t, s)
	}

	s, ctx := fresh(t, b), t.Context()
	enter(s, first, true)
	ok(t, s.Keep(ctx, []news.Record{one}))
	enter(s, changedText, true)
	ok(t, s.Keep(ctx, []news.Record{two}))
	// An analyst's verdict on the text between lies over the one that comes back.
	must(s.Decide(ctx, news.Verdict{Who: "ada", Act: news.Reject, Article: first.ID, Label: news.ProPolicy, Jurisdiction: "CN-JX"}))(t)
	enter(s, back, true)
	rows := must(s.Unfinished(ctx, Epoch.AddDate(99, 0, 0), 10, news.Key{}))(t)
	same(t, "it waits", rows[0].Article, back)
	enter(s, back, false)
	for range 2 {
		ok(t, s.Keep(ctx, []news.Record{three}))
	}
	want := three
	want.Tags = slices.Clone(three.Tags)
	want.Tags[0].State = news.Rejected
	stands(s, want, news.StoredChange, news.VersionChange, news.DecisionChange, news.VersionChange)
	same(t, "ledger", must(s.Balance(ctx))(t), news.Balance{Total: 2, Stored: 2})
	same(t, "the one between stays", must(s.Record(ctx, two.ID))(t).Text, two.Text)
	ok(t, s.Keep(ctx, []news.Record{two}))
	changed(t, s, 4)

	// All of it while nothing was stored, one by one or in one batch.
	for _, batches := range [][][]news.Record{{{one}, {two}, {three}}, {{one, two, three}}, {{one}, {two, three}}} {
		s := fresh(t, b)
		enter(s, first, true)
		enter(s, changedText, true)
		enter(s, back, true)
		for _, batch := range batches {
			ok(t, s.Keep(ctx, batch))
		}
		stands(s, three, news.StoredChange, news.VersionChange, news.VersionChange)
	}

	// The one between comes last of all, and is not current.
	s = fresh(t, b)
	enter(s, first, true)
	ok(t, s.Keep(ctx, []news.Record{one}))
	enter(s, changedText, true)
	enter(s, back, false)
	ok(t, s.Keep(ctx, []news.Record{two}))
	stands(s, one, news.StoredChange)
}

func testKeepOtherRules(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	a := Article(1)
	rules := func(hash string) news.RuleSet { return news.RuleSet{Version: "2", Hash: hash} }
	first := Tagged(a, Rules, news.Auto)
	ok(t, s.Keep(ctx, []news.Record{first}))

	// The same tags, in another order and with other scores: current, and no change.
	equal := Tagged(a, rules("a2"), news.Auto)
	equal.Tags[0], equal.Tags[1] = equal.Tags[1], equal.Tags[0]
	equal.Tags[0].Score = 0.5
	ok(t, s.Keep(ctx, []news.Record{equal}))
	same(t, "current", must(s.Current(ctx, a.ID))(t), asKept(equal))
	changed(t, s, 0, news.StoredChange)

	fewer := Tagged(a, rules("a3"), news.Auto)
	fewer.Tags = fewer.Tags[:1]
	ok(t, s.Keep(ctx, []news.Record{fewer}))
	list := changed(t, s, 1, news.TagChange)
	same(t, "before", list[0].Before, json.RawMessage(must(json.Marshal(equal.Tags))(t)))
	same(t, "after", list[0].After, json.RawMessage(must(json.Marshal(fewer.Tags))(t)))
	same(t, "the lost tag", len(must(s.Records(ctx, news.Filter{Label: news.Crackdown}))(t)), 0)

	none := news.NewRecord(a, rules("a4"))
	ok(t, s.Keep(ctx, []news.Record{none}))
	list = changed(t, s, 2, news.TagChange)
	same(t, "no tags after", string(list[0].After), "[]")
	same(t, "nothing is tagged", len(must(s.Records(ctx, news.Filter{Tagged: true}))(t)), 0)

	// A stage or a state that moved is a change.
	moved := Tagged(a, rules("a5"), news.Review)
	again := Tagged(a, rules("a6"), news.Auto)
	lifted := Tagged(a, rules("a7"), news.Auto)
	lifted.Tags[1].Stage = news.Lifted
	ok(t, s.Keep(ctx, []news.Record{moved, again, lifted}))
	changed(t, s, 3, news.TagChange, news.TagChange, news.TagChange)
	same(t, "records of one article", len(must(s.Records(ctx, news.Filter{}))(t)), 1)
	same(t, "ledger", must(s.Balance(ctx))(t), news.Balance{Total: 1, Stored: 1})
	green(t, s)
}

// testKeepSameText: one text at two addresses is two articles of one story.
func testKeepSameText(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	one := Article(1)
	c := one.Content
	c.URL, c.CanonicalURL, c.Source = "https://copy.example/1", "", "copy"
	two := news.NewArticle(c, false)
	ok(t, s.Keep(ctx, []news.Record{Tagged(one, Rules, news.Auto), Tagged(two, Rules, news.Auto)}))
	same(t, "the copy", must(s.Current(ctx, two.ID))(t), inStory(Tagged(two, Rules, news.Auto), one.ID))
	same(t, "the first", must(s.Current(ctx, one.ID))(t), asKept(Tagged(one, Rules, news.Auto)))
	changed(t, s, 0, news.StoredChange, news.StoredChange)
	green(t, s)
}

// testKeepGivenStory: a record that comes with its story, as from an export, joins
// it; an article that is in a story already stays there.
func testKeepGivenStory(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, []news.Record{Record(1)}))
	story := Record(1).Key().Article
	joins := Record(2)
	joins.Story = story
	ok(t, s.Keep(ctx, []news.Record{joins}))
	same(t, "story", must(s.Current(ctx, joins.Key().Article))(t).Story, story)
	list := changed(t, s, 1, news.StoredChange)
	same(t, "story of the change", list[0].Story, story)
	elsewhere := Tagged(ArticleText(2, "More."), Rules, news.Auto)
	ok(t, s.Keep(ctx, []news.Record{elsewhere}))
	same(t, "story of the next version", must(s.Current(ctx, joins.Key().Article))(t).Story, story)
	green(t, s)
}

func testChanges(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	same(t, "no change", must(s.LastChange(ctx))(t), 0)
	same(t, "no changes", len(must(s.Changes(ctx, 0, 10))(t)), 0)
	for n := range 5 {
		ok(t, s.Keep(ctx, Records(n*3, 3)))
	}
	var at int64
	var articles []string
	for {
		list := must(s.Changes(ctx, at, 4))(t)
		if len(list) == 0 {
			break
		}
		if len(list) > 4 {
			t.Fatalf("%d changes, asked for 4", len(list))
		}
		for _, c := range list {
			if c.Sequence <= at {
				t.Fatalf("sequence %d after %d", c.Sequence, at)
			}
			at = c.Sequence
			articles = append(articles, c.Article)
		}
	}
	var want []string
	for _, r := range Records(0, 15) {
		want = append(want, r.Key().Article)
	}
	same(t, "articles in the order in which they were kept", articles, want)
	same(t, "last", must(s.LastChange(ctx))(t), at)
}

func testCursors(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	same(t, "a new cursor", must(s.Cursor(ctx, "relay"))(t), 0)
	ok(t, s.Keep(ctx, Records(0, 9)))
	for _, move := range []struct{ to, at int64 }{{3, 3}, {7, 7}, {5, 7}, {7, 7}, {0, 7}, {9, 9}} {
		ok(t, s.MoveCursor(ctx, "relay", move.to))
		same(t, "cursor", must(s.Cursor(ctx, "relay"))(t), move.at)
	}
	same(t, "another cursor", must(s.Cursor(ctx, "alert"))(t), 0)
	green(t, s)
}
