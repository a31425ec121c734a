package web

import (
	"context"
	"time"

	"edict/news"
)

// Review is what lets the pages be decided on. All of it is required.
type Review struct {
	Desk  Desk
	Judge Judge
	Hold  Holder
	Notes Notebook
	Books Journal
}

// A Desk tells what waits for analysts and what they decided. Its methods only read, and
// return ErrUnavailable while the store is away.
type Desk interface {
	// Pending returns the tags that an analyst may have to decide on, at most limit of a
	// kind. more: there are others.
	Pending(ctx context.Context, limit int) (list []news.Pending, more bool, err error)
	// RuleVerdicts counts, for each rule, the tags that were accepted and rejected.
	RuleVerdicts(ctx context.Context) ([]news.RuleCount, error)
	// CurrentOf returns the current records of articles, in that order. One that is not
	// there is left out.
	CurrentOf(ctx context.Context, articles []string) ([]news.Record, error)
	// DecisionsOn returns the decisions on an article, the oldest first.
	DecisionsOn(ctx context.Context, article string) ([]news.Decision, error)
	// Versions returns up to limit records of an article, the last that was kept first.
	Versions(ctx context.Context, article string, limit int) ([]news.Record, error)
	// DecisionsBefore returns decisions with a smaller number, the last first.
	DecisionsBefore(ctx context.Context, number int64, limit int) ([]news.Decision, error)
}

// A Judge writes decisions, each in one transaction with what it alters. A decision on
// what is not as the analyst saw it any more is ErrConflict, on what is not there
// ErrNotFound.
type Judge interface {
	Decide(ctx context.Context, v news.Verdict) (news.Decision, error)
	// Undo takes a decision back; number 0 is the last one of who that stands.
	Undo(ctx context.Context, who string, number int64, reason string) (news.Decision, error)
	MergeStories(ctx context.Context, who, one, other, reason string) (news.Decision, error)
	SplitStory(ctx context.Context, who, story, article, reason string) (news.Decision, error)
}

// A Holder keeps who has taken which tag, and which do not ask for now. Every method is
// durable when it returns, and harmless when repeated.
type Holder interface {
	// Claim gives a tag to an owner until a time. Another's is ErrConflict, with his lease,
	// unless force.
	Claim(ctx context.Context, ref news.TagRef, owner string, until time.Time, force bool) (news.Lease, error)
	// Release gives up an owner's lease.
	Release(ctx context.Context, ref news.TagRef, owner string) error
	// Extend lets the leases of an owner last until a time at least.
	Extend(ctx context.Context, owner string, until time.Time) error
	// LeaseOn returns who has a tag; Owner "" is nobody.
	LeaseOn(ctx context.Context, ref news.TagRef) (news.Lease, error)
	// Snooze lets a tag not ask before a time; zero: it asks.
	Snooze(ctx context.Context, ref news.TagRef, who string, until time.Time) error
}

// A Journal is read from its beginning to its end. Its methods only read.
type Journal interface {
	// Decisions returns those behind a number, at most limit, in their order.
	Decisions(ctx context.Context, after int64, limit int) ([]news.Decision, error)
	// NotesAfter does the same for notes.
	NotesAfter(ctx context.Context, after int64, limit int) ([]news.Note, error)
	// RuleCounts says for each rule what became of the tags that rest on it.
	RuleCounts(ctx context.Context) ([]news.RuleCount, error)
}

// A Notebook keeps what analysts write beside articles. Notes are only appended.
type Notebook interface {
	AddNote(ctx context.Context, n news.Note) (news.Note, error)
	// Notes returns those on articles, the oldest first.
	Notes(ctx context.Context, articles []string) ([]news.Note, error)
}
