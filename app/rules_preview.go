package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"edict/alert"
	"edict/classifier"
	"edict/news"
)

// A Preview says what rules would do to the archive.
type Preview struct {
	Rules    news.RuleSet               `json:"rules"`
	Articles int                        `json:"articles"`
	Changed  int                        `json:"changed"` // articles whose tags would be others
	Labels   map[news.Label]*LabelShift `json:"labels"`
	Cells    []CellFlip                 `json:"cells"` // of the map, that would flip
	Failures []string                   `json:"failures"`
	// Reviewed says how the rules agree with the verdicts that stand.
	Reviewed Reviewed `json:"reviewed"`
	// Alerts says what subscriptions would have been told of the archive, quiet or not;
	// those that are told nothing either way are left out.
	Alerts []alert.ToldShift `json:"alerts"`
}

// A LabelShift counts the tags of one label that would come, go and be altered in
// stage or state, with the newest of each.
type LabelShift struct {
	Gained  int        `json:"gained"`
	Lost    int        `json:"lost"`
	Altered int        `json:"altered"`
	Samples []TagShift `json:"samples"`
}

// A TagShift is one tag that would come (Before is nil), go (After is nil) or change.
type TagShift struct {
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Published time.Time `json:"published"`
	Before    *news.Tag `json:"before,omitempty"`
	After     *news.Tag `json:"after,omitempty"`

	record string // that Before is of
}

// kind tells gained, lost and altered apart.
func (s TagShift) kind() int {
	switch {
	case s.Before == nil:
		return 0
	case s.After == nil:
		return 1
	}
	return 2
}

// A CellFlip is a cell of the map that would stand and does not, or the other way.
type CellFlip struct {
	news.CellKey
	Stands bool `json:"stands"` // under the new rules
}

// Reviewed compares rules with verdicts on the tags that they give.
type Reviewed struct {
	Right  int `json:"right"`  // accepted, and given
	Wrong  int `json:"wrong"`  // rejected, and given
	Missed int `json:"missed"` // accepted, and not given
}

// PreviewRules runs the embedded rules with dirs laid over them over the archive, and
// changes nothing. samples is how many tags of each kind and label are shown, the
// newest. progress, if not nil, is told how many articles were looked at.
func PreviewRules(ctx context.Context, s *Archive, dirs []string, samples int, progress func(articles int)) (Preview, error) {
	book, err := readRules(dirs)
	if err != nil {
		return Preview{}, err
	}
	return previewBook(ctx, s, book, samples, progress)
}

func previewBook(ctx context.Context, s *Archive, book ruleBook, samples int, progress func(articles int)) (Preview, error) {
	c, err := classifier.New(book.set, book.gazetteer)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Rules: book.name(), Labels: map[news.Label]*LabelShift{}, Cells: []CellFlip{}, Failures: []string{}}
	for _, f := range book.set.Test() {
		p.Failures = append(p.Failures, f.String())
	}
	before, after := news.Cells{}, news.Cells{}
	told, isOfficial, err := previewAlerts(ctx, s)
	if err != nil {
		return Preview{}, err
	}
	err = rerunArchive(ctx, s, c, 0, func(page rerun) error {
		for _, r := range page.records {
			p.count(r, samples)
			at := r.old.Position().Time
			for _, t := range r.old.Tags {
				before.Add(at, t)
			}
			for _, t := range r.tags {
				after.Add(at, t)
			}
			told.Read(r.old, r.tags, isOfficial[r.old.Source])
		}
		if progress != nil {
			progress(p.Articles)
		}
		return nil
	})
	p.flips(before, after)
	p.Alerts = told.Result()
	if err != nil {
		return p, err
	}
	return p, p.prove(ctx, s)
}

// previewAlerts begins to compare what subscriptions are told, and says which sources are
// an authority's own.
func previewAlerts(ctx context.Context, s *Archive) (*alert.Shift, map[string]bool, error) {
	subs, _, err := s.Subscriptions(ctx)
	if err != nil {
		return nil, nil, err
	}
	sources, err := s.Sources(ctx)
	isOfficial := map[string]bool{}
	for _, source := range sources {
		isOfficial[source.Slug] = source.Kind == news.Official
	}
	return alert.NewShift(subs), isOfficial, err
}

// prove brings the evidence of the tags that the samples show as they stand.
func (p *Preview) prove(ctx context.Context, s *Archive) error {
	for _, l := range p.Labels {
		for i, sample := range l.Samples {
			if sample.Before == nil {
				continue
			}
			r, err := s.Record(ctx, sample.record)
			if err != nil {
				return err
			}
			if t := findTag(r.Tags, *sample.Before); t != nil {
				l.Samples[i].Before = t
			}
		}
	}
	return nil
}

func (p *Preview) count(r reclassified, samples int) {
	p.Articles++
	p.review(r)
	if !r.changed() {
		return
	}
	p.Changed++
	shift := TagShift{Title: r.old.Title, URL: r.old.URL, Published: r.old.Position().Time, record: r.old.ID}
	for i := range r.tags {
		shift.Before, shift.After = findTag(r.old.Tags, r.tags[i]), &r.tags[i]
		p.shift(shift, samples)
	}
	for i := range r.old.Tags {
		if shift.Before, shift.After = &r.old.Tags[i], nil; findTag(r.tags, r.old.Tags[i]) == nil {
			p.shift(shift, samples)
		}
	}
}

func (p *Preview) shift(s TagShift, samples int) {
	tag := s.After
	if tag == nil {
		tag = s.Before
	}
	if s.Before != nil && s.After != nil && s.Before.Stage == s.After.Stage && s.Before.State == s.After.State {
		return
	}
	l := p.Labels[tag.Label]
	if l == nil {
		l = &LabelShift{Samples: []TagShift{}}
		p.Labels[tag.Label] = l
	}
	*[]*int{&l.Gained, &l.Lost, &l.Altered}[s.kind()]++
	l.keep(s, samples)
}

// keep puts a shift among the samples if it is among the newest of its kind.
func (l *LabelShift) keep(s TagShift, samples int) {
	at, _ := slices.BinarySearchFunc(l.Samples, s, func(a, b TagShift) int {
		return cmp.Or(cmp.Compare(a.kind(), b.kind()), b.Published.Compare(a.Published), cmp.Compare(a.URL, b.URL))
	})
	l.Samples = slices.Insert(l.Samples, at, s)
	of := 0
	for i, other := range l.Samples {
		if other.kind() != s.kind() {
			continue
		}
		if of++; of > samples {
			l.Samples = slices.Delete(l.Samples, i, i+1)
			return
		}
	}
}

// review counts how the rules agree with the verdicts on a record.
func (p *Preview) review(r reclassified) {
	for _, t := range r.old.Tags {
		if t.State != news.Accepted && t.State != news.Rejected {
			continue
		}
		given := findTag(r.own.Tags, t) != nil
		switch {
		case t.State == news.Accepted && given:
			p.Reviewed.Right++
		case t.State == news.Accepted:
			p.Reviewed.Missed++
		case given:
			p.Reviewed.Wrong++
		}
	}
}

func (p *Preview) flips(before, after news.Cells) {
	for _, cells := range []news.Cells{before, after} {
		for key := range cells {
			f := CellFlip{key, after.Stands(key)}
			if before.Stands(key) != f.Stands && !slices.Contains(p.Cells, f) {
				p.Cells = append(p.Cells, f)
			}
		}
	}
	slices.SortFunc(p.Cells, func(a, b CellFlip) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Jurisdiction, b.Jurisdiction))
	})
}
