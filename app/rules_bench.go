package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"edict/account"
	"edict/classifier/rules"
	"edict/news"
)

// A rulesBench tries rules that the pages were brought and puts them into use, by the
// same code as the commands. One job is at work at a time: it takes every processor.
type rulesBench struct {
	store *Archive
	log   *slog.Logger
	now   func() time.Time

	begin chan ruleWork // to run
	mu    sync.Mutex    // guards busy
	busy  bool
}

// A ruleWork is one job on one draft.
type ruleWork struct {
	number int64
	who    string
	apply  bool
}

func newRulesBench(s *Archive, log *slog.Logger, now func() time.Time) *rulesBench {
	return &rulesBench{store: s, log: log, now: now, begin: make(chan ruleWork, 1)}
}

// BringRules keeps files, laid over the embedded rules, as a draft with the results of
// their own tests. A file that is wrong is news.ErrInvalid, with its line.
func (b *rulesBench) BringRules(ctx context.Context, who, from string, files map[string][]byte) (news.RuleDraft, error) {
	all, err := rules.ReadDirs()
	if err != nil {
		return news.RuleDraft{}, fmt.Errorf("read the embedded rules: %w", err)
	}
	maps.Copy(all, files)
	return b.bring(ctx, who, from, all, slices.Sorted(maps.Keys(files)))
}

// BringRuleDir keeps the rule files of a directory as BringRules does.
func (b *rulesBench) BringRuleDir(ctx context.Context, who, dir string) (news.RuleDraft, error) {
	own, err := rules.ReadDirs()
	if err != nil {
		return news.RuleDraft{}, fmt.Errorf("read the embedded rules: %w", err)
	}
	all, err := rules.ReadDirs(dir)
	if err != nil {
		return news.RuleDraft{}, fmt.Errorf("%w: %w", err, news.ErrInvalid)
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if string(own[name]) != string(all[name]) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return news.RuleDraft{}, fmt.Errorf("directory %s holds no *.yaml file that differs from the embedded rules: %w", dir, news.ErrInvalid)
	}
	return b.bring(ctx, who, "directory "+dir, all, names)
}

func (b *rulesBench) bring(ctx context.Context, who, from string, files map[string][]byte, names []string) (news.RuleDraft, error) {
	book, err := compileRules(files)
	if err != nil {
		return news.RuleDraft{}, err
	}
	d := news.RuleDraft{
		Who: who, From: from, Rules: book.name(), Files: names, Labels: book.set.Labels(), Phrases: book.set.Phrases(), Failures: []string{},
	}
	for _, f := range book.set.Test() {
		d.Failures = append(d.Failures, f.String())
	}
	return b.store.AddRuleDraft(ctx, d, files)
}

// PreviewRules begins to preview a draft.
func (b *rulesBench) PreviewRules(ctx context.Context, who string, number int64) error {
	return b.start(ctx, ruleWork{number: number, who: who}, func(*news.RuleDraft) error { return nil })
}

// ApplyRules makes a draft's rules active and begins to run them over the archive.
func (b *rulesBench) ApplyRules(ctx context.Context, who string, number int64, force bool) error {
	return b.start(ctx, ruleWork{number: number, who: who, apply: true}, func(d *news.RuleDraft) error {
		if n := len(d.Failures); n > 0 && !force {
			return fmt.Errorf("%d tests of the rules do not hold, the first: %s: %w", n, d.Failures[0], news.ErrInvalid)
		}
		return nil
	})
}

// StopRules asks the jobs of a draft to end, in whichever process they run.
func (b *rulesBench) StopRules(ctx context.Context, _ string, number int64) error {
	_, err := b.store.ChangeRuleDraft(ctx, number, func(d *news.RuleDraft) error {
		for _, j := range []*news.RuleJob{&d.Preview, &d.Apply} {
			if j.State != news.JobRuns {
				continue
			}
			if j.Stop = true; !j.Runs(b.now()) {
				j.State = news.JobStopped
			}
		}
		return nil
	})
	return err
}

// jobOf is the job of a draft that a work is.
func (w ruleWork) jobOf(d *news.RuleDraft) *news.RuleJob {
	if w.apply {
		return &d.Apply
	}
	return &d.Preview
}

// start hands a work to run, unless another is at work here or in another process.
func (b *rulesBench) start(ctx context.Context, w ruleWork, may func(*news.RuleDraft) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	busy := fmt.Errorf("other rules are being worked on: %w", news.ErrConflict)
	if b.busy {
		return busy
	}
	list, err := b.store.RuleDrafts(ctx)
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.Preview.Runs(b.now()) || d.Apply.Runs(b.now()) {
			return busy
		}
	}
	balance, err := b.store.Balance(ctx)
	if err != nil {
		return err
	}
	_, err = b.store.ChangeRuleDraft(ctx, w.number, func(d *news.RuleDraft) error {
		if err := may(d); err != nil {
			return err
		}
		now := b.now().UTC()
		*w.jobOf(d) = news.RuleJob{State: news.JobRuns, Who: w.who, Begun: now, Updated: now, Total: int(balance.Stored)}
		return nil
	})
	if err != nil {
		return err
	}
	b.busy = true
	b.begin <- w // has room: nothing else is at work
	return nil
}

// workOnRules does what the pages ask for.
func (p *program) workOnRules(ctx context.Context) error {
	if p.bench == nil {
		return nil
	}
	return p.bench.run(ctx)
}

// run does the work until ctx ends; what it is at then is stopped.
func (b *rulesBench) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case w := <-b.begin:
			if err := b.work(ctx, w); err != nil {
				b.log.Error("What came of work on rules could not be noted", "draft", w.number, "error", err)
			}
			b.mu.Lock()
			b.busy = false
			b.mu.Unlock()
		}
	}
}

// errStopped ends a job that somebody asked to end.
var errStopped = errors.New("somebody stopped it")

// tellEvery is how often a job notes how far it is, and looks whether it is to stop.
const tellEvery = 500 * time.Millisecond

func (b *rulesBench) work(ctx context.Context, w ruleWork) error {
	job, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan int, 1)
	var telling sync.WaitGroup
	telling.Go(func() { b.tell(job, w, done, cancel) })
	progress := func(n int) {
		select { // the last number counts
		case <-done:
		default:
		}
		done <- n
	}
	var result json.RawMessage
	var applied Applied
	files, err := b.store.RuleDraftFiles(job, w.number)
	switch {
	case err != nil:
	case w.apply:
		applied, err = ApplyRules(account.WithBy(job, account.By{Who: w.who, Via: "page"}), b.store, ApplyOptions{Files: files, Who: w.who, Force: true, Progress: progress}, b.now) // start has looked at the tests
	default:
		result, err = b.preview(job, files, progress)
	}
	stopped := errors.Is(context.Cause(job), errStopped) || ctx.Err() != nil
	cancel(nil)
	telling.Wait()
	_, e := b.store.ChangeRuleDraft(context.WithoutCancel(ctx), w.number, func(d *news.RuleDraft) error {
		j := w.jobOf(d)
		j.State, j.Updated, j.Written = news.JobDone, b.now().UTC(), applied.Written
		switch {
		case err != nil && stopped:
			j.State = news.JobStopped
		case err != nil:
			j.State, j.Error = news.JobFailed, err.Error()
		case !w.apply:
			d.Result = result
		}
		select {
		case j.Done = <-done:
		default:
		}
		if err == nil {
			j.Done = j.Total
		}
		return nil
	})
	return e
}

// previewSamples is how many tags of each kind and label the page shows.
const previewSamples = 10

func (b *rulesBench) preview(ctx context.Context, files map[string][]byte, progress func(int)) (json.RawMessage, error) {
	book, err := compileRules(files)
	if err != nil {
		return nil, err
	}
	p, err := previewBook(ctx, b.store, book, previewSamples, progress)
	if err != nil {
		return nil, err
	}
	return json.Marshal(p)
}

// tell notes how far a job is, and ends it if somebody asked for that.
func (b *rulesBench) tell(ctx context.Context, w ruleWork, done <-chan int, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		d, err := b.store.ChangeRuleDraft(ctx, w.number, func(d *news.RuleDraft) error {
			j := w.jobOf(d)
			j.Updated = b.now().UTC()
			select {
			case j.Done = <-done:
			default:
			}
			return nil
		})
		switch {
		case err == nil && w.jobOf(&d).Stop:
			cancel(errStopped)
		case errors.Is(err, news.ErrNotFound): // the draft is gone, and so is who would read of it
			cancel(errStopped)
		}
	}
}
