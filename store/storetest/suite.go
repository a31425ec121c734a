// Package storetest holds every promise of package store as one suite of tests, so
// that a second database can pass the very same. It is not for tests of what uses
// a store, beyond the samples.
package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"edict/news"
	"edict/store"
)

// A Backend is a kind of database to test.
type Backend struct {
	// New makes an empty database and returns its URL for store.Open, from this and
	// any other process. It is gone when the test ends.
	New func(t testing.TB) (url string)
	// Block holds the lock that every writer needs, from outside of the store, until
	// release is called.
	Block func(t testing.TB, url string) (release func())
}

// Run tests everything that package store promises. The test that calls it is run
// again in a child process, to be killed there: it must call Run before it does
// anything that takes long.
func Run(t *testing.T, b Backend) {
	if writeUntilKilled(t) {
		return
	}
	for _, test := range []struct {
		name string
		run  func(t *testing.T, b Backend)
	}{
		{"Open", testOpen},
		{"OpenAtOnce", testOpenAtOnce},
		{"Sources", testSources},
		{"SourceConflicts", testSourceConflicts},
		{"Polls", testPolls},
		{"Visits", testVisits},
		{"DueVisits", testDueVisits},
		{"DueBehindABacklog", testDueBehindABacklog},
		{"Editions", testEditions},
		{"Health", testHealth},
		{"LookAgain", testLookAgain},
		{"WriteTogether", testWriteTogether},
		{"Enter", testEnter},
		{"EnterOtherAddresses", testEnterOtherAddresses},
		{"Ledger", testLedger},
		{"Unfinished", testUnfinished},
		{"Hand", testHand},
		{"Dead", testDead},
		{"Keep", testKeep},
		{"KeepTwice", testKeepTwice},
		{"KeepAllOrNone", testKeepAllOrNone},
		{"KeepVersions", testKeepVersions},
		{"KeepBack", testKeepBack},
		{"KeepOtherRules", testKeepOtherRules},
		{"KeepSameText", testKeepSameText},
		{"KeepGivenStory", testKeepGivenStory},
		{"Stories", testStories},
		{"Originals", testOriginals},
		{"MergeInBatch", testMergeInBatch},
		{"StoriesMeet", testStoriesMeet},
		{"MergeByHand", testMergeByHand},
		{"SplitByHand", testSplitByHand},
		{"Decide", testDecide},
		{"VerdictsStand", testVerdictsStand},
		{"Edit", testEdit},
		{"Undo", testUndo},
		{"UndoStories", testUndoStories},
		{"ImportVerdicts", testImportVerdicts},
		{"Pending", testPending},
		{"Leases", testLeases},
		{"RuleOverlap", testRuleOverlap},
		{"NearMisses", testNearMisses},
		{"RuleDrafts", testRuleDrafts},
		{"Notes", testNotes},
		{"Map", testMap},
		{"MapFollows", testMapFollows},
		{"Rules", testRules},
		{"Reclassify", testReclassify},
		{"Changes", testChanges},
		{"Cursors", testCursors},
		{"Filters", testFilters},
		{"AsOf", testAsOf},
		{"Backup", testBackup},
		{"Expire", testExpire},
		{"Subscriptions", testSubscriptions},
		{"Alerts", testAlerts},
		{"Silences", testSilences},
		{"Flags", testFlags},
		{"LinkKeys", testLinkKeys},
		{"Notices", testNotices},
		{"Accounts", testAccounts},
		{"Sessions", testSessions},
		{"Tokens", testTokens},
		{"Book", testBook},
		{"Deliveries", testDeliveries},
		{"DeliveriesKept", testDeliveriesKept},
		{"Seal", testSeal},
		{"Halt", testHalt},
		{"Paging", testPaging},
		{"Each", testEach},
		{"Totals", testTotals},
		{"Search", testSearch},
		{"SearchFollows", testSearchFollows},
		{"SearchAny", testSearchAny},
		{"SearchThousand", testSearchThousand},
		{"SearchMarks", testSearchMarks},
		{"SearchRank", testSearchRank},
		{"SearchScan", testSearchScan},
		{"TwoHandles", testTwoHandles},
		{"LookedAt", testLookedAt},
		{"ManyWriters", testManyWriters},
		{"Cancelled", testCancelled},
		{"Closed", testClosed},
		{"Locked", testLocked},
		{"Alone", testAlone},
		{"Model", testModel},
		{"Killed", testKilled},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, b)
		})
	}
}

// A clock goes one second further each time it is read, so that the order of what
// is dated shows.
type clock struct{ seconds atomic.Int64 }

func (c *clock) now() time.Time {
	return Epoch.AddDate(1, 0, 0).Add(time.Duration(c.seconds.Add(1)) * time.Second)
}

// open opens the database at url with a clock of its own.
func open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler), new(clock).now)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// fresh opens an empty database.
func fresh(t testing.TB, b Backend) *store.Store {
	t.Helper()
	return open(t, b.New(t))
}

// ok ends the test on an error.
func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must returns v and ends the test on an error.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

// same compares two values as JSON.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	g, w := must(json.Marshal(got))(t), must(json.Marshal(want))(t)
	if string(g) != string(w) {
		t.Fatalf("%s:\n got %.2000s\nwant %.2000s", what, g, w)
	}
}

// fails wants an error that means one thing.
func fails(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("%s: got error %v, want %v", what, err, want)
	}
}

// green wants Check to find nothing.
func green(t testing.TB, s *store.Store) {
	t.Helper()
	for _, problem := range must(s.Check(context.WithoutCancel(t.Context())))(t) {
		t.Errorf("check: %s", problem)
	}
}

// index brings the search index up to date.
func index(t testing.TB, s *store.Store) (done int) {
	t.Helper()
	for {
		n := must(s.Index(t.Context(), 100))(t)
		if n == 0 {
			return done
		}
		done += n
	}
}

// ids are the ids of records, in order.
func ids(records []news.Record) []string {
	out := []string{}
	for _, r := range records {
		out = append(out, r.ID)
	}
	return out
}
