package classifier

import (
	"context"
	"fmt"
	"sync/atomic"

	"edict/news"
)

// A Publisher takes the records on.
type Publisher interface {
	// Publish returns once r is durable. It is idempotent by r.MessageID: a repeat
	// is dropped or overwrites the same. An error means that r may or may not be
	// kept, and that the article must be handled again.
	Publish(ctx context.Context, r news.Record) error
}

// A Stage classifies the articles that it is handed and publishes their records.
// Handle may be called by many goroutines, and Use at any time.
type Stage struct {
	Classifier *Classifier // the first one; Use puts another in its place
	Out        Publisher

	// Features, if set, returns what goes with a record as its features. It is made
	// here since any number of classifiers may work at once, and the sink works alone.
	Features func(news.Record) []byte

	active atomic.Pointer[Classifier]
}

// NewStage returns a stage that classifies by c and publishes to out.
func NewStage(c *Classifier, out Publisher) *Stage {
	return &Stage{Classifier: c, Out: out}
}

// Use makes c the classifier of every article that is handed in from now on.
func (s *Stage) Use(c *Classifier) { s.active.Store(c) }

// Handle classifies a and publishes its record. An article that is not valid, or
// on which the classifier fails, is news.ErrInvalid: trying again does not help.
func (s *Stage) Handle(ctx context.Context, a news.Article) error {
	if err := a.Validate(); err != nil {
		return fmt.Errorf("classify: %w", err)
	}
	r, err := s.classify(a)
	if err != nil {
		return err
	}
	if err := s.Out.Publish(ctx, r); err != nil {
		return fmt.Errorf("publish the record of %s: %w", a.URL, err)
	}
	return nil
}

// classify turns a panic into an error: one story must not end the program.
func (s *Stage) classify(a news.Article) (r news.Record, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("classify %s: %w: %v: %w", a.URL, errPanicked, p, news.ErrInvalid)
		}
	}()
	c := s.active.Load()
	if c == nil {
		c = s.Classifier
	}
	if c == nil {
		return r, fmt.Errorf("classify %s: the stage has no classifier", a.URL)
	}
	r = c.Classify(a)
	if s.Features != nil {
		r.Features = s.Features(r)
	}
	return r, nil
}
