package web

import (
	"context"
	"time"

	"edict/news"
)

// Review is what lets the pages be decided on. All of it but Bench is required.
type Review struct {
	Desk  Desk
	Judge Judge
	Hold  Holder
	Notes Notebook
	Books Journal
	Rules RuleBooks
	// Bench tries other rules; nil: they can be looked at here, and not tried.
	Bench RuleBench
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

// A Journal is what was decided and written, from its beginning to its end. Its methods
// only read.
type Journal interface {
	// DecisionsOf returns those that f selects.
	DecisionsOf(ctx context.Context, f news.DecisionFilter) ([]news.Decision, error)
	// NotesAfter returns the notes behind a number, at most limit, in their order.
	NotesAfter(ctx context.Context, after int64, limit int) ([]news.Note, error)
	// PendingAsOf returns the tags that waited for review when a moment had passed, at
	// most limit, and how many there were. It reads the history of every tagged article.
	PendingAsOf(ctx context.Context, moment time.Time, limit int) (list []news.Pending, all int, err error)
}

// RuleBooks tell what is known of rules. Its methods only read.
type RuleBooks interface {
	// RuleCounts says for each rule what became of the tags that rest on it, and which
	// rules stand behind the same tags.
	RuleCounts(ctx context.Context) (news.RuleCounts, error)
	// NearMisses returns, of so many of the newest articles, the records that came nearest
	// to a label that they do not have, at most limit for each.
	NearMisses(ctx context.Context, look, limit int) ([]news.Record, error)
	// Unfound returns accepted tags that no rule gives, those of the newest articles first.
	Unfound(ctx context.Context, limit int) ([]news.TagRef, error)
	// RuleUses returns up to limit uses of rules, the last first.
	RuleUses(ctx context.Context, limit int) ([]news.RuleUse, error)
	// RuleDrafts returns the rules that were brought to be tried, the last first, without
	// what their previews said.
	RuleDrafts(ctx context.Context) ([]news.RuleDraft, error)
	// RuleDraft returns one of them, or ErrNotFound.
	RuleDraft(ctx context.Context, number int64) (news.RuleDraft, error)
}

// A RuleBench tries rules and puts them into use. What it was told is durable when it
// returns; the work itself goes on in the background.
type RuleBench interface {
	// BringRules keeps rules that somebody wants to try: files that lie over the embedded
	// ones. What is wrong in a file is ErrInvalid, with file and line.
	BringRules(ctx context.Context, who, from string, files map[string][]byte) (news.RuleDraft, error)
	// BringRuleDir does the same with the rule files of a directory on this machine.
	BringRuleDir(ctx context.Context, who, dir string) (news.RuleDraft, error)
	// PreviewRules begins to say what a draft would do to the archive. Another job that
	// runs is ErrConflict.
	PreviewRules(ctx context.Context, who string, number int64) error
	// ApplyRules makes a draft's rules active and begins to run them over the archive.
	// Rules of which a test does not hold are ErrInvalid, unless force.
	ApplyRules(ctx context.Context, who string, number int64, force bool) error
	// StopRules asks the jobs of a draft to end.
	StopRules(ctx context.Context, who string, number int64) error
}

// A Notebook keeps what analysts write beside articles. Notes are only appended.
type Notebook interface {
	AddNote(ctx context.Context, n news.Note) (news.Note, error)
	// Notes returns those on articles, the oldest first.
	Notes(ctx context.Context, articles []string) ([]news.Note, error)
}
