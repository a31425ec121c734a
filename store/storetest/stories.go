package storetest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// A report is an article on an event, in our own words.
type report struct {
	event, language string
	after           time.Duration // Epoch
	title, text     string
}

const kiln = `The council of Kilnford has put a fee of 14 cents per kilowatt-hour on the power of bitcoin mines, effective July 9.
Its treasurer, Maud Ferring, expects 3.6 million dollars a year from the 52 sites in the district, and said that the money goes to a new substation.
The miners' lawyer called it a ban by another name.`

const reef = `Reefport's customs office found 870 mining machines in a container that was declared as lamps, worth 2.1 million dollars.
Inspector Tove Brandal said the importer has until October 3 to explain himself, or the machines are scrapped.`

var reports = []report{
	{"kiln", "en", 0, "Kilnford puts a fee on power for bitcoin mines", kiln},
	{"kiln", "en", time.Hour, "A fee for miners in Kilnford", "BTC $70,112 +1.1% ETH $2,951\n" + kiln + "\nRead also: the best wallets of the year"},
	{"kiln", "en", 2 * time.Hour, "Kilnford: miners to pay", strings.Join(strings.Split(kiln, "\n")[:2], "\n")},
	{"kiln", "zh-Hans", 3 * time.Hour, "Kilnford对比特币矿场用电收费", "Kilnford议会决定自7月9日起对比特币矿场用电每千瓦时收取14美分费用。司库Maud Ferring预计辖区内52处矿场每年带来360万美元，用于新建变电站。"},
	{"kiln later", "en", 25 * time.Hour, "Miners take Kilnford to court", "A day after Kilnford's council decided on a fee, eleven mining companies filed a suit with the court of appeal. They ask for an injunction by August 20."},
	{"reef", "en", time.Hour, "Customs find 870 mining machines among lamps", reef},
	{"reef", "zh-Hant", 4 * time.Hour, "海關查獲870台礦機", "Reefport海關在申報為燈具的貨櫃中查獲870台挖礦機，價值210萬美元。督察Tove Brandal表示，進口商須於10月3日前說明，否則矿機將被銷毀。"},
}

func (r report) record(n int) news.Record {
	address := fmt.Sprintf("https://paper%d.example/%d", n, n)
	return news.NewRecord(news.NewArticle(news.Content{
		URL: address, Source: fmt.Sprintf("paper-%d", n), Language: r.language, Title: r.title, Text: r.text, Quality: 1,
		Published: Epoch.Add(r.after), Fetched: Epoch.Add(r.after + time.Minute),
	}, false), Rules)
}

func reportRecords() (out []news.Record) {
	for n, r := range reports {
		out = append(out, r.record(n))
	}
	return out
}

func storyOf(t testing.TB, s *store.Store, r news.Record) string {
	t.Helper()
	return must(s.Current(t.Context(), r.Key().Article))(t).Story
}

// grouped wants the reports in stories by their events.
func grouped(t testing.TB, s *store.Store, records []news.Record) {
	t.Helper()
	event := map[string]string{}
	story := map[string]string{}
	for n, r := range records {
		got := storyOf(t, s, r)
		if e, known := event[got]; known && e != reports[n].event {
			t.Errorf("report %d of %q is in the story of %q", n, reports[n].event, e)
		}
		if other, known := story[reports[n].event]; known && other != got {
			t.Errorf("report %d is not in the story of %q", n, reports[n].event)
		}
		event[got], story[reports[n].event] = reports[n].event, got
	}
}

// testStories: reports of one event are one story, in whatever batches and order they
// come, and a follow-up is another.
func testStories(t *testing.T, b Backend) {
	records := reportRecords()
	s := fresh(t, b)
	ok(t, s.Keep(t.Context(), records))
	grouped(t, s, records)
	first := storyOf(t, s, records[0])
	same(t, "the story's name", first, records[0].Key().Article)
	story := must(s.Story(t.Context(), first))(t)
	same(t, "its articles", story.Articles, 4)
	same(t, "sizes", must(s.StorySizes(t.Context(), []string{first, "none", storyOf(t, s, records[5])}))(t), map[string]int{first: 4, storyOf(t, s, records[5]): 2})
	same(t, "its times", []time.Time{story.Earliest, story.Latest}, []time.Time{Epoch, Epoch.Add(3 * time.Hour)})
	same(t, "found by it", ids(must(s.Records(t.Context(), news.Filter{Story: first}))(t)),
		[]string{records[3].ID, records[2].ID, records[1].ID, records[0].ID})
	for _, c := range must(s.Changes(t.Context(), 0, 100))(t) {
		same(t, "the story of a change", c.Story, must(s.Current(t.Context(), c.Article))(t).Story)
	}
	green(t, s)
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 9))
		s := fresh(t, b)
		for _, i := range random.Perm(len(records)) {
			batch := []news.Record{records[i]}
			if random.IntN(2) == 0 {
				batch = append(batch, records[random.IntN(len(records))])
			}
			ok(t, s.Keep(t.Context(), batch))
		}
		grouped(t, s, records)
		green(t, s)
	}
	_, err := s.Story(t.Context(), "none")
	fails(t, "a story that is not there", err, news.ErrNotFound)
}

// testMergeInBatch: what ties two stories together may come in one batch with the
// articles of one of them.
func testMergeInBatch(t *testing.T, b Backend) {
	copyOf := func(n int, original news.Record) news.Record {
		c := Article(n).Content
		c.Original = original.CanonicalURL
		return Tagged(news.NewArticle(c, false), Rules, news.Auto)
	}
	elder := Record(1)
	bridge := copyOf(3, elder)
	first := copyOf(2, bridge) // a story of its own until the bridge comes
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, []news.Record{elder}))
	ok(t, s.Keep(ctx, []news.Record{Record(4), first, bridge, Record(5)}))
	for _, r := range []news.Record{first, bridge} {
		same(t, "its story", must(s.Current(ctx, r.Key().Article))(t), inStory(r, elder.Key().Article))
	}
	list := changed(t, s, 0, news.StoredChange, news.StoredChange, news.StoredChange, news.MergeChange, news.StoredChange, news.StoredChange)
	same(t, "the tags of what moved", list[3].After, json.RawMessage(must(json.Marshal(first.Tags))(t)))
	green(t, s)
}

// testOriginals: a copy that names its original is in its story, whichever came first,
// and so are two copies of an original that never came.
func testOriginals(t *testing.T, b Backend) {
	records := reportRecords()
	copyOf := func(n int, title string, original string) news.Record {
		c := records[0].Content
		c.URL = fmt.Sprintf("https://copy%d.example/x", n)
		c.CanonicalURL, c.Original, c.Title, c.Text = "", original, title, "Subscribers only."
		c.Published, c.Fetched = c.Published.AddDate(0, 0, 20), c.Fetched.AddDate(0, 0, 20)
		return news.NewRecord(news.NewArticle(c, false), Rules)
	}
	one, two := copyOf(1, "Behind the wall", records[5].URL), copyOf(2, "Another wall", records[5].URL)
	lost, stray := copyOf(3, "Of a page that nobody read", "https://nowhere.example/1"), copyOf(4, "The same", "https://nowhere.example/1")
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, []news.Record{one, lost}))
	ok(t, s.Keep(ctx, []news.Record{records[5], records[0]}))
	ok(t, s.Keep(ctx, []news.Record{two, stray}))
	same(t, "a copy that came first", storyOf(t, s, one), storyOf(t, s, records[5]))
	same(t, "a copy that came later", storyOf(t, s, two), storyOf(t, s, records[5]))
	same(t, "two copies of nothing", storyOf(t, s, lost), storyOf(t, s, stray))
	if storyOf(t, s, lost) == storyOf(t, s, one) || storyOf(t, s, records[0]) == storyOf(t, s, one) {
		t.Error("stories that have nothing to do with each other are one")
	}
	green(t, s)
}

// testStoriesMeet: an article that belongs to two stories makes them one, and every
// reader is told of each article that is elsewhere now.
func testStoriesMeet(t *testing.T, b Backend) {
	records := reportRecords()
	bridge := records[1] // a copy of the first, which calls another story's page its original
	bridge.Original = records[5].URL
	for name, batches := range map[string][][]news.Record{
		"one by one": {{records[0]}, {records[5]}, {bridge}},
		"at once":    {{records[0], records[5], bridge}},
		"half":       {{records[5]}, {records[0], bridge}},
	} {
		s, ctx := fresh(t, b), t.Context()
		for _, batch := range batches {
			ok(t, s.Keep(ctx, batch))
		}
		into, from := storyOf(t, s, bridge), records[5].Key().Article
		if name == "half" {
			from = records[0].Key().Article
		}
		if into == from {
			from = records[0].Key().Article
		}
		same(t, name+": one story", []string{storyOf(t, s, records[0]), storyOf(t, s, records[5])}, []string{into, into})
		same(t, name+": the other", must(s.Story(ctx, from))(t).Became, into)
		same(t, name+": articles", must(s.Story(ctx, into))(t).Articles, 3)
		var moves []string
		for _, c := range must(s.Changes(ctx, 0, 100))(t) {
			if c.Kind == news.MergeChange {
				moves = append(moves, c.Article+" "+c.Was+" "+c.Story)
			}
		}
		same(t, name+": changes", moves, []string{from + " " + from + " " + into})
		green(t, s)
		// It goes on from there: what comes later is told of the story that remains.
		ok(t, s.Keep(ctx, []news.Record{records[2], records[6]}))
		same(t, name+": later ones", []string{storyOf(t, s, records[2]), storyOf(t, s, records[6])}, []string{into, into})
		green(t, s)
	}
}

// testMergeByHand: what an analyst merged stays one, whatever the machine thinks.
func testMergeByHand(t *testing.T, b Backend) {
	records := reportRecords()
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, records))
	kilnStory, later := storyOf(t, s, records[0]), storyOf(t, s, records[4])
	last := must(s.LastChange(ctx))(t)
	d := must(s.MergeStories(ctx, "ann", later, kilnStory, "one affair"))(t)
	into, from := kilnStory, later
	if d.Story != kilnStory {
		into, from = later, kilnStory
	}
	same(t, "the decision", []any{d.Number, d.Who, d.Act, d.Story, d.Reason}, []any{1, "ann", news.Merge, into, "one affair"})
	grouped := func() {
		t.Helper()
		for _, r := range records[:5] {
			same(t, "story", storyOf(t, s, r), into)
		}
		same(t, "articles", must(s.Story(ctx, into))(t).Articles, 5)
		green(t, s)
	}
	grouped()
	before := news.Filter{Story: from, AsOf: d.Time.Add(-time.Microsecond)}
	if n := len(must(s.Records(ctx, before))(t)); n != 5-len(must(s.Records(ctx, news.Filter{Story: into, AsOf: before.AsOf}))(t)) || n == 0 {
		t.Errorf("the story that is gone has %d articles just before", n)
	}
	same(t, "as of the merge", len(must(s.Records(ctx, news.Filter{Story: into, AsOf: d.Time}))(t)), 5)
	for _, c := range must(s.Changes(ctx, last, 100))(t) {
		same(t, "a change", []any{c.Kind, c.Story, c.Was, c.Quiet}, []any{news.MergeChange, into, from, false})
	}
	same(t, "on the story", must(s.Story(ctx, into))(t).Decisions, []news.Decision{d})
	next := reports[4]
	next.text += "\nThe court took the case."
	ok(t, s.Keep(ctx, []news.Record{next.record(4)}))
	grouped()

	_, err := s.MergeStories(ctx, "ann", from, into, "")
	fails(t, "one already", err, news.ErrConflict)
	_, err = s.MergeStories(ctx, "ann", into, "none", "")
	fails(t, "one that is not there", err, news.ErrNotFound)
	_, err = s.MergeStories(ctx, "", into, storyOf(t, s, records[5]), "")
	fails(t, "nobody", err, news.ErrInvalid)
	same(t, "decisions", len(must(s.Decisions(ctx, 0, 10))(t)), 1)
}

// testSplitByHand: what an analyst split stays two, whatever comes.
func testSplitByHand(t *testing.T, b Backend) {
	records := reportRecords()
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, records[:2]))
	story, out := storyOf(t, s, records[0]), records[1].Key().Article
	last := must(s.LastChange(ctx))(t)
	d := must(s.SplitStory(ctx, "ann", story, out, "a page of its own"))(t)
	same(t, "the decision", []any{d.Who, d.Act, d.Story, d.Article}, []any{"ann", news.Split, story, out})
	list := changed(t, s, last, news.SplitChange)
	own := storyOf(t, s, records[1])
	same(t, "the change", []string{list[0].Article, list[0].Was, list[0].Story}, []string{out, story, own})
	parted := func(articles int) {
		t.Helper()
		same(t, "stays", storyOf(t, s, records[0]), story)
		same(t, "went", storyOf(t, s, records[1]), own)
		same(t, "parted", must(s.Story(ctx, story))(t).Parted, []string{own})
		same(t, "articles", must(s.Story(ctx, story))(t).Articles+must(s.Story(ctx, own))(t).Articles, articles)
		green(t, s)
	}
	parted(2)
	// Another text of it, copies of both, all of it once more: they stay two.
	next := reports[1]
	next.text += "\nOne line more."
	ok(t, s.Keep(ctx, []news.Record{next.record(1)}))
	parted(2)
	ok(t, s.Keep(ctx, records))
	parted(4)
	// A story that becomes part of one of them is apart from the other too.
	reef := storyOf(t, s, records[5])
	d = must(s.MergeStories(ctx, "ann", own, reef, ""))(t)
	if !slices.Equal(must(s.Story(ctx, story))(t).Parted, []string{d.Story}) {
		t.Errorf("after a merge %v are apart from it, want %s", must(s.Story(ctx, story))(t).Parted, d.Story)
	}
	green(t, s)
	// An analyst may think again.
	d = must(s.MergeStories(ctx, "bob", story, d.Story, "it was one"))(t)
	same(t, "nothing is apart", len(must(s.Story(ctx, d.Story))(t).Parted), 0)
	same(t, "one again", storyOf(t, s, records[0]), storyOf(t, s, records[1]))
	green(t, s)
	// The article that the story is named after is split off, and again.
	for range 2 {
		into := storyOf(t, s, records[0])
		must(s.SplitStory(ctx, "ann", into, records[0].Key().Article, ""))(t)
		green(t, s)
		must(s.MergeStories(ctx, "ann", storyOf(t, s, records[0]), into, ""))(t)
		green(t, s)
	}

	alone := must(s.SplitStory(ctx, "ann", storyOf(t, s, records[0]), records[0].Key().Article, ""))(t)
	_, err := s.SplitStory(ctx, "ann", storyOf(t, s, records[0]), records[0].Key().Article, "")
	fails(t, "an article alone", err, news.ErrConflict)
	_, err = s.SplitStory(ctx, "ann", alone.Story, records[0].Key().Article, "")
	fails(t, "another story's", err, news.ErrConflict)
	_, err = s.SplitStory(ctx, "ann", "none", records[0].Key().Article, "")
	fails(t, "a story that is not there", err, news.ErrNotFound)
	_, err = s.SplitStory(ctx, "ann", alone.Story, "none", "")
	fails(t, "an article that is not there", err, news.ErrNotFound)
	_, err = s.SplitStory(ctx, "ann", alone.Story, records[1].Key().Article, strings.Repeat("x", news.MaxReason+1))
	fails(t, "a reason too long", err, news.ErrInvalid)
	green(t, s)
}
