package web_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store"
	"edict/web"
)

// archive keeps records in a store of its own, and lets a site be made of it. Its clock
// is the site's.
func archive(t testing.TB, records []news.Record, clock func() time.Time) (*store.Store, func(*web.Config)) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "edict.db"), slog.New(slog.DiscardHandler), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Keep(t.Context(), records); err != nil {
		t.Fatal(err)
	}
	return s, func(c *web.Config) {
		c.Reader, c.Searcher, c.Atlas, c.Crawl, c.Now, c.Wake = s, s, s, s, clock, nil
		c.Review = &web.Review{Desk: s, Judge: s, Hold: s, Notes: s, Books: s, Rules: s}
	}
}

// waiting are n records with one tag each that waits for an analyst.
func waiting(n int) (out []news.Record) {
	places := []news.Jurisdiction{"KZ", "CN-SC", "US-NY", "IR", "CN-JX"}
	for i := range n {
		// Words of its own keep each a story of its own.
		name := string(rune('A'+i%26)) + string(rune('a'+i/26)) + string(rune('a'+i%7)) + "burg"
		r := sample("harbour-post", name+" council weighs limits for "+name+" miners", "The council of "+name+" banned mining in its "+name+" district. "+name+" residents had asked for it.", time.Duration(i+1)*100*time.Hour)
		out = append(out, tagged(r, crack, places[i%len(places)], news.Enacted, news.Review, .45+float64(i%3)*.15, "crackdown.ban", "banned mining"))
	}
	return out
}

// A deskShelf is a shelf with a Desk that only reads, for records that no store takes.
type deskShelf struct {
	*shelf
	web.Holder // what is not written here is not called
	web.RuleBench

	decisions []news.Decision
	notes     []news.Note
	lease     news.Lease
	rules     news.RuleCounts
	uses      []news.RuleUse
	drafts    []news.RuleDraft
}

func deskOf(d *deskShelf) func(*web.Config) {
	return func(c *web.Config) { c.Review = &web.Review{Desk: d, Hold: d, Notes: d, Books: d, Rules: d, Bench: d} }
}

func (d *deskShelf) Pending(context.Context, int) (list []news.Pending, more bool, err error) {
	for article, id := range d.current {
		r := d.records[id]
		for _, t := range r.Tags {
			p := news.Pending{
				TagRef: news.TagRef{Article: article, Label: t.Label, Jurisdiction: t.Jurisdiction}, Record: id, Story: r.Story, Source: r.Source,
				Stage: t.Stage, State: t.State, Score: t.Score, Time: r.Position().Time, Kept: r.Fetched, Quality: r.Quality, Lease: d.lease,
			}
			for _, e := range t.Evidence {
				p.Rules = append(p.Rules, e.Rule)
			}
			list = append(list, p)
		}
	}
	return list, false, d.broken
}

func (d *deskShelf) RuleVerdicts(context.Context) ([]news.RuleCount, error) { return nil, d.broken }

func (d *deskShelf) CurrentOf(_ context.Context, articles []string) (out []news.Record, err error) {
	for _, a := range articles {
		if r, ok := d.records[d.current[a]]; ok {
			out = append(out, r)
		}
	}
	return out, d.broken
}

func (d *deskShelf) DecisionsOn(context.Context, string) ([]news.Decision, error) {
	return d.decisions, d.broken
}

func (d *deskShelf) DecisionsBefore(_ context.Context, number int64, limit int) (out []news.Decision, err error) {
	for _, one := range slices.Backward(d.decisions) {
		if one.Number < number && len(out) < limit {
			out = append(out, one)
		}
	}
	return out, d.broken
}

func (d *deskShelf) Versions(_ context.Context, article string, limit int) (out []news.Record, err error) {
	for _, r := range d.records {
		if r.Key().Article == article && len(out) < limit {
			out = append(out, r)
		}
	}
	return out, d.broken
}

func (d *deskShelf) DecisionsOf(_ context.Context, f news.DecisionFilter) (out []news.Decision, err error) {
	for _, one := range slices.Backward(d.decisions) {
		if len(out) < f.Limit && one.Number > f.After && (f.Before == 0 || one.Number < f.Before) && (f.Who == "" || one.Who == f.Who) && (f.Undoing == nil || slices.Contains(f.Undoing, one.Undoes)) {
			out = append(out, one)
		}
	}
	return out, d.broken
}

func (d *deskShelf) PendingAsOf(ctx context.Context, _ time.Time, limit int) ([]news.Pending, int, error) {
	list, _, err := d.Pending(ctx, limit)
	return list, len(list), err
}

func (d *deskShelf) NotesAfter(context.Context, int64, int) ([]news.Note, error) {
	return nil, d.broken
}

func (d *deskShelf) RuleCounts(context.Context) (news.RuleCounts, error) { return d.rules, d.broken }

func (d *deskShelf) NearMisses(context.Context, int, int) (out []news.Record, err error) {
	for _, r := range d.records {
		if len(r.Near) > 0 {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b news.Record) int { return strings.Compare(a.ID, b.ID) })
	return out, d.broken
}

func (d *deskShelf) Unfound(context.Context, int) (out []news.TagRef, err error) {
	for article, id := range d.current {
		for _, t := range d.records[id].Tags {
			out = append(out, news.TagRef{Article: article, Label: t.Label, Jurisdiction: t.Jurisdiction})
		}
	}
	return out, d.broken
}

func (d *deskShelf) RuleUses(context.Context, int) ([]news.RuleUse, error) { return d.uses, d.broken }

func (d *deskShelf) RuleDrafts(context.Context) ([]news.RuleDraft, error) { return d.drafts, d.broken }

func (d *deskShelf) RuleDraft(_ context.Context, number int64) (news.RuleDraft, error) {
	for _, one := range d.drafts {
		if one.Number == number {
			return one, d.broken
		}
	}
	return news.RuleDraft{}, news.ErrNotFound
}

func (d *deskShelf) LeaseOn(context.Context, news.TagRef) (news.Lease, error) {
	return d.lease, d.broken
}

func (d *deskShelf) AddNote(_ context.Context, n news.Note) (news.Note, error) { return n, d.broken }

func (d *deskShelf) Notes(context.Context, []string) ([]news.Note, error) { return d.notes, d.broken }
