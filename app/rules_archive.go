package app

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"edict/classifier"
	"edict/news"
)

// A rerun is a page of the archive under other rules.
type rerun struct {
	after   int64 // the number of its last article
	records []reclassified
}

// A reclassified record is one as it stands, its tags without their evidence, what other rules make of its text, and
// the tags that a reader would see then, with verdicts laid over the rules' own.
type reclassified struct {
	old, own news.Record
	tags     []news.Tag
}

// changed reports whether a reader would see other tags.
func (r reclassified) changed() bool {
	return len(r.old.Tags) != len(r.tags) || len(r.tags) > 0 && !slices.Equal(tagNames(r.old.Tags), tagNames(r.tags))
}

func tagNames(tags []news.Tag) []string {
	out := make([]string, len(tags))
	for i, t := range tags {
		out[i] = fmt.Sprint(t.Label, " ", t.Jurisdiction, " ", t.Stage, " ", t.State)
	}
	slices.Sort(out)
	return out
}

// pageOfArchive is how many records are read, and written, at a time.
const pageOfArchive = 400

// rerunArchive classifies the current record of every article behind a number by c,
// on all processors, and hands the pages to do in their order.
func rerunArchive(ctx context.Context, s *Archive, c *classifier.Classifier, after int64, do func(rerun) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	workers := runtime.GOMAXPROCS(0)
	// A page's place in the line is taken before it is classified, so that pages come
	// out in order however long each takes.
	type job struct {
		page rerun
		done chan struct{}
	}
	line, todo := make(chan *job, 2*workers), make(chan *job, workers)
	var running sync.WaitGroup
	running.Go(func() {
		defer close(line)
		defer close(todo)
		for {
			page, err := s.TextsAfter(ctx, after, pageOfArchive)
			if err != nil {
				cancel(err)
				return
			}
			if len(page) == 0 {
				return
			}
			after = page[len(page)-1].Number
			j := &job{page: rerun{after: after}, done: make(chan struct{})}
			for _, r := range page {
				j.page.records = append(j.page.records, reclassified{old: r.Record})
			}
			for _, to := range []chan *job{todo, line} {
				select {
				case to <- j:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	for range workers {
		running.Go(func() {
			for j := range todo {
				for i := range j.page.records {
					j.page.records[i] = classifyAgain(c, j.page.records[i].old)
				}
				close(j.done)
			}
		})
	}
	for j := range line {
		select {
		case <-j.done:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			continue // no page is worked through behind one that was not
		}
		if err := do(j.page); err != nil {
			cancel(err)
		}
	}
	running.Wait()
	return context.Cause(ctx)
}

// classifyAgain returns what c makes of a record's text, with the verdicts on it laid
// over as the store does.
func classifyAgain(c *classifier.Classifier, old news.Record) reclassified {
	if old.Expired { // there is nothing to classify; its tags stay
		return reclassified{old, old, old.Tags}
	}
	// Not NewArticle, which would hash the text once more.
	article := news.Article{Schema: news.ArticleSchema, ID: old.Key().Article, Content: old.Content, Quiet: old.Quiet}
	r := reclassified{old: old, own: c.Classify(article)}
	r.tags = slices.Clone(r.own.Tags)
	for _, t := range old.Tags {
		if t.State != news.Accepted && t.State != news.Rejected {
			continue
		}
		if given := findTag(r.tags, t); given != nil {
			given.State, given.Stage = t.State, t.Stage
		} else if t.State == news.Accepted {
			r.tags = append(r.tags, t)
		}
	}
	return r
}

// findTag returns the tag of the same label and place, or nil.
func findTag(tags []news.Tag, t news.Tag) *news.Tag {
	i := slices.IndexFunc(tags, func(o news.Tag) bool { return o.Label == t.Label && o.Jurisdiction == t.Jurisdiction })
	if i < 0 {
		return nil
	}
	return &tags[i]
}

// ApplyOptions say how rules are applied.
type ApplyOptions struct {
	Dirs  []string          // laid over the embedded rules
	Files map[string][]byte // all rule files by name, in the place of Dirs and the embedded ones
	Who   string
	Force bool // even if a test of theirs does not hold
	// Progress, if not nil, is told how many articles were looked at.
	Progress func(articles int)
}

// Applied says what applying rules has done.
type Applied struct {
	Rules    news.RuleSet `json:"rules"`
	Articles int          `json:"articles"` // looked at by this call
	Written  int64        `json:"written"`  // with other tags, by this and earlier calls
}

// switchTime is how long running programs take to put other rules into use, with a
// margin: what was stored until then is looked at once more.
const switchTime = 3 * rulesLook

// ApplyRules makes rules active and runs them over the archive, quietly: records whose
// tags change are written, all others stay. It works beside a running program, and
// goes on where it was stopped. Rules whose own tests do not hold are
// news.ErrInvalid; other rules that were made active meanwhile are news.ErrConflict.
func ApplyRules(ctx context.Context, s *Archive, o ApplyOptions, now func() time.Time) (out Applied, err error) {
	var book ruleBook
	if o.Files != nil {
		book, err = compileRules(o.Files)
	} else {
		book, err = readRules(o.Dirs)
	}
	if err != nil {
		return out, err
	}
	if failures := book.set.Test(); len(failures) > 0 && !o.Force {
		return out, fmt.Errorf("%d tests of the rules do not hold, the first: %s: %w", len(failures), failures[0], news.ErrInvalid)
	}
	c, err := classifier.New(book.set, book.gazetteer)
	if err != nil {
		return out, err
	}
	out.Rules = book.name()
	use, err := s.UseRules(ctx, out.Rules, book.files, o.Who, true)
	if err != nil {
		return out, err
	}
	out.Written = use.Written
	write := func(page rerun) error {
		var changed []news.Record
		for _, r := range page.records {
			if r.changed() {
				changed = append(changed, r.own)
			}
		}
		use.At = page.after
		n, err := s.Reclassify(ctx, use, changed)
		if err != nil {
			return err
		}
		out.Articles += len(page.records)
		out.Written += int64(n)
		if o.Progress != nil {
			o.Progress(out.Articles)
		}
		return nil
	}
	if err := rerunArchive(ctx, s, c, use.At, write); err != nil {
		return out, err
	}
	wait := time.NewTimer(use.Time.Add(switchTime).Sub(now()))
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
		return out, ctx.Err()
	}
	if err := applyToLate(ctx, s, c, use, write); err != nil {
		return out, err
	}
	use.Finished = now().UTC()
	_, err = s.Reclassify(ctx, use, nil)
	return out, err
}

// applyToLate looks once more at what was stored by the rules before, while these
// were on their way to running programs.
func applyToLate(ctx context.Context, s *Archive, c *classifier.Classifier, use news.RuleUse, write func(rerun) error) error {
	for after := int64(0); ; {
		late, err := s.StaleSince(ctx, use.Time, use.Rules.Hash, after, pageOfArchive)
		if err != nil || len(late) == 0 {
			return err
		}
		page := rerun{after: use.At}
		for _, number := range late {
			after = number
			list, err := s.TextsAfter(ctx, number-1, 1)
			if err != nil {
				return err
			}
			for _, r := range list {
				page.records = append(page.records, classifyAgain(c, r.Record))
			}
		}
		if err := write(page); err != nil {
			return err
		}
	}
}
