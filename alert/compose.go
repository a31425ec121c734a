package alert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"edict/news"
)

// A Library is what messages are made from. Its methods only read, and return
// news.ErrUnavailable while the store is away.
type Library interface {
	// ToldOf returns the alert with that key, or news.ErrNotFound.
	ToldOf(ctx context.Context, subscription, story string, change int64) (news.Alert, error)
	// Record returns a record by its id, or news.ErrNotFound.
	Record(ctx context.Context, id string) (news.Record, error)
	// Tellers returns the sources that tell of a story, each with its first record, the
	// earliest first.
	Tellers(ctx context.Context, story string) ([]news.Teller, error)
	// Changes returns the changes behind a sequence number, at most limit, in order.
	Changes(ctx context.Context, after int64, limit int) ([]news.Change, error)
	// Source returns a source, or news.ErrNotFound.
	Source(ctx context.Context, slug string) (news.Source, error)
	// Notice returns one, or news.ErrNotFound.
	Notice(ctx context.Context, id string) (news.Notice, error)
}

// A Composer makes messages of deliveries.
type Composer struct {
	Library Library
	Now     func() time.Time
	// Place names a place in a language.
	Place func(code news.Jurisdiction, language string) string
	// Base returns where the pages are, such as https://edict.example.org.
	Base func() string
	// Link returns the address of a link that acts without a login; nil: there are none.
	Link func(ctx context.Context, l news.Link) (string, error)

	mu      sync.Mutex
	reports map[reportKey]report // guarded by mu
}

const (
	maxEvidence = 3
	// maxItems bounds a message; a batch may hold more, and says so.
	maxItems = 100
)

// Compose makes the message of deliveries of one subscription and channel. It is
// news.ErrNotFound if nothing is left in the archive of what they tell.
func (c *Composer) Compose(ctx context.Context, sub news.Subscription, list []news.Delivery) (m Message, err error) {
	m = Message{
		ID: list[0].Message, Thread: list[0].Story, Subscription: sub.ID, Name: sub.Name, Language: cmp.Or(sub.Language, "en"), Sent: c.Now().UTC(),
		Page: c.Base() + "/feeds/" + sub.ID + ".atom", Update: true,
	}
	if m.Unsubscribe, err = c.link(ctx, news.Link{Act: news.UnsubscribeLink, Subscription: sub.ID, Channel: list[0].Channel}); err != nil {
		return m, err
	}
	if id, is := list[0].Notice(); is {
		return c.notice(ctx, m, list[0], id)
	}
	for i, d := range list {
		if d.Story != m.Thread {
			m.Thread = ""
		}
		if i >= maxItems {
			m.More++
			continue
		}
		item, err := c.item(ctx, sub, m.Language, d)
		if errors.Is(err, news.ErrNotFound) {
			continue // of an archive that was restored in part
		}
		if err != nil {
			return m, err
		}
		if slices.Contains(item.Causes, news.NewStory) {
			m.Update = false
		}
		m.Items = append(m.Items, item)
	}
	if m.Thread == "" {
		m.Update = false
	}
	if len(m.Items) == 0 {
		return m, fmt.Errorf("compose message %s: %w", m.ID, news.ErrNotFound)
	}
	return m, nil
}

func (c *Composer) link(ctx context.Context, l news.Link) (string, error) {
	if c.Link == nil {
		return "", nil
	}
	return c.Link(ctx, l)
}

// act gives an item its links that act.
func (c *Composer) act(ctx context.Context, item *Item, sub, source string) (err error) {
	links := []struct {
		at *string
		to news.Link
	}{
		{&item.MuteStory, news.Link{Act: news.MuteLink, Story: item.Story}},
		{&item.Snooze, news.Link{Act: news.SnoozeLink, Story: item.Story}},
		{&item.MuteSource, news.Link{Act: news.MuteLink, Source: source}},
		{&item.Wrong, news.Link{Act: news.WrongLink, Story: item.Story, Record: item.Record}},
	}
	if item.Phrase != "" {
		links = append(links, struct {
			at *string
			to news.Link
		}{&item.MutePhrase, news.Link{Act: news.MuteLink, Phrase: item.Phrase}})
	}
	for _, l := range links {
		l.to.Subscription = sub
		if *l.at, err = c.link(ctx, l.to); err != nil {
			return err
		}
	}
	return nil
}

func (c *Composer) item(ctx context.Context, sub news.Subscription, language string, d news.Delivery) (item Item, err error) {
	a, err := c.Library.ToldOf(ctx, d.Subscription, d.Story, d.Change)
	if err != nil {
		return item, err
	}
	r, err := c.report(ctx, a)
	if err != nil {
		return item, err
	}
	item = Item{
		Delivery: d.ID, Story: a.Story, Change: a.Change, Causes: a.Causes, Record: a.Record, Rules: r.rules,
		Headline: r.headline, Language: r.language, Source: r.source, Others: r.others, URL: r.url, Page: c.Base() + "/records/" + r.record,
		Published: r.published, Fetched: r.fetched, Tagged: r.tagged,
	}
	for _, f := range a.Facts {
		item.Facts = append(item.Facts, Fact{Fact: f, LabelName: labelName(f.Label, language), Place: c.place(f.Jurisdiction, language), StageName: stageName(f.Stage, language)})
	}
	for _, t := range r.tags {
		fits := slices.ContainsFunc(a.Facts, func(f news.Fact) bool { return f.Label == t.Label && f.Jurisdiction == t.Jurisdiction })
		if !t.State.Counts() || !fits {
			continue
		}
		for _, e := range t.Evidence {
			known := slices.ContainsFunc(item.Evidence, func(q Quote) bool { return q.Text == e.Quote })
			if !known && len(item.Evidence) < maxEvidence {
				item.Evidence = append(item.Evidence, Quote{Text: e.Quote, Rule: e.Rule, Says: gloss(e.Rule, language)})
			}
		}
	}
	if terms, err := parseWords(sub.Query.Words); err == nil {
		for _, t := range terms {
			if !t.not && item.Phrase == "" && len(t.text) <= news.MaxPhrase {
				item.Phrase = t.text
			}
		}
	}
	return item, c.act(ctx, &item, sub.ID, r.source.Slug)
}

func (c *Composer) place(code news.Jurisdiction, language string) string {
	if code == news.Unnamed {
		return say(language, "place.unnamed")
	}
	if c.Place != nil {
		if name := c.Place(code, language); name != "" {
			return name
		}
	}
	return string(code)
}

type reportKey struct {
	record, story string
	change        int64
}

// A report is what all subscribers are told of a story because of one change.
type report struct {
	headline, language, url, record, rules string

	source                     Publisher
	others                     int
	tags                       []news.Tag
	published, fetched, tagged time.Time
}

// keptReports is how many are kept, since many are told of a story at the same time.
const keptReports = 64

func (c *Composer) report(ctx context.Context, a news.Alert) (report, error) {
	key := reportKey{a.Record, a.Story, a.Change}
	c.mu.Lock()
	r, known := c.reports[key]
	c.mu.Unlock()
	if known {
		return r, nil
	}
	r, err := c.newReport(ctx, a)
	if err != nil {
		return r, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reports == nil || len(c.reports) >= keptReports {
		c.reports = map[reportKey]report{}
	}
	c.reports[key] = r
	return r, nil
}

// newReport tells of the record that the alert came from, by the best source that tells
// of the story: an official one before others, then the earliest.
func (c *Composer) newReport(ctx context.Context, a news.Alert) (r report, err error) {
	rec, err := c.Library.Record(ctx, a.Record)
	if err != nil {
		return r, err
	}
	changes, err := c.Library.Changes(ctx, a.Change-1, 1)
	if err != nil {
		return r, err
	}
	tellers, err := c.Library.Tellers(ctx, a.Story)
	if err != nil {
		return r, err
	}
	by, err := c.source(ctx, rec.Source)
	if err != nil {
		return r, err
	}
	best, others := rec, 0
	for _, t := range tellers {
		if t.Source == rec.Source {
			continue
		}
		others++
		if by.Official {
			continue
		}
		other, err := c.source(ctx, t.Source)
		if err != nil {
			return r, err
		}
		if !other.Official {
			continue
		}
		if best, err = c.Library.Record(ctx, t.Record); err != nil {
			return r, err
		}
		by = other
	}
	r = report{
		headline: best.Title, language: best.Language, url: best.URL, record: best.ID, rules: rec.Rules.Version, tags: rec.Tags,
		source: by, others: others,
		published: rec.Published, fetched: rec.Fetched, tagged: a.Time,
	}
	if r.headline == "" {
		r.headline = cut(line(cmp.Or(best.Summary, best.Text)), 120)
	}
	if len(changes) == 1 && changes[0].Sequence == a.Change {
		r.tagged = changes[0].Time
	}
	return r, nil
}

func (c *Composer) source(ctx context.Context, slug string) (Publisher, error) {
	s, err := c.Library.Source(ctx, slug)
	if errors.Is(err, news.ErrNotFound) {
		return Publisher{Slug: slug, Name: slug}, nil // of an ingest
	}
	return Publisher{Slug: slug, Name: cmp.Or(s.Name, slug), Official: s.Kind == news.Official}, err
}
