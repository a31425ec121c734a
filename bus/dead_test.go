package bus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"edict/bus"
	"edict/news"
)

func TestDead(t *testing.T) {
	for _, c := range []struct {
		name   string
		handle func() error
		calls  int32
		reason string
	}{
		{"invalid", func() error { return fmt.Errorf("classify: %w", news.ErrInvalid) }, 1, "classify: invalid"},
		{"six tries", func() error { return errors.New("odd\nthing") }, 6, "failed 6 times, last: odd thing"},
		{"panic", func() error { panic("index out of range") }, 6, "failed 6 times, last: panic: index out of range"},
	} {
		t.Run(c.name, func(t *testing.T) {
			both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
				marked := make(chan bus.Dead, 10)
				var calls atomic.Int32
				b := open(bus.Config{OnDead: func(_ context.Context, d bus.Dead) error { marked <- d; return nil }})
				publish(t, b, article(1), article(2))
				consume(t, b, 1, func(_ context.Context, a news.Article) error {
					if a.ID != article(1).ID {
						return nil
					}
					calls.Add(1)
					return c.handle()
				})
				d := receive(t, marked)
				if d.Stage != "classifier" || d.Stream != "ARTICLES" || d.Sequence != 1 || d.Reason != c.reason ||
					d.Key != article(1).Key() || d.MessageID != article(1).MessageID() || d.Subject != "edict.articles.v1.example" {
					t.Errorf("dead = %+v", d)
				}
				until(t, "ARTICLES is empty", func() bool { return streamStats(t, b, "ARTICLES").Messages == 0 })
				if n := calls.Load(); n != c.calls {
					t.Errorf("handled %d times, want %d", n, c.calls)
				}
				all, err := b.DeadLetters(t.Context(), 0)
				if err != nil || len(all) != 1 {
					t.Fatalf("DeadLetters = %v, %v, want one", all, err)
				}
				got, err := b.DeadLetter(t.Context(), d.ID)
				if err != nil || got.Reason != c.reason || got.Time.IsZero() {
					t.Errorf("DeadLetter = %+v, %v", got, err)
				}
				if a, err := news.Decode[news.Article](got.Data); err != nil || a.ID != article(1).ID {
					t.Errorf("the copy is %+v, %v", a, err)
				}
				if _, err := b.DeadLetter(t.Context(), d.ID+1); !errors.Is(err, news.ErrNotFound) {
					t.Errorf("DeadLetter of none = %v, want ErrNotFound", err)
				}
			})
		})
	}
}

func TestDeadMarkRetried(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		marked := make(chan uint64, 10)
		var marks, calls atomic.Int32
		b := open(bus.Config{OnDead: func(_ context.Context, d bus.Dead) error {
			if marks.Add(1) < 4 {
				return errors.New("database away")
			}
			marked <- d.ID
			return nil
		}})
		publish(t, b, article(1))
		consume(t, b, 1, func(context.Context, news.Article) error { calls.Add(1); return news.ErrInvalid })
		receive(t, marked)
		until(t, "ARTICLES is empty", func() bool { return streamStats(t, b, "ARTICLES").Messages == 0 })
		if n := calls.Load(); n != 1 {
			t.Errorf("handled %d times, want once", n)
		}
		if all, err := b.DeadLetters(t.Context(), 0); err != nil || len(all) != 1 {
			t.Errorf("DeadLetters = %d, %v, want one copy", len(all), err)
		}
	})
}

func TestUnavailableNeverDies(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		var calls atomic.Int32
		b := open(bus.Config{OnDead: func(_ context.Context, d bus.Dead) error {
			t.Errorf("dead: %s", d.Reason)
			return nil
		}})
		publish(t, b, article(1))
		consume(t, b, 1, func(context.Context, news.Article) error {
			switch n := calls.Add(1); {
			case n < 20:
				return fmt.Errorf("store: %w", news.ErrUnavailable)
			case n < 40:
				return fmt.Errorf("publish: %w", news.ErrFull)
			case n < 45: // five tries that count, after all those that do not
				return errors.New("odd")
			}
			return nil
		})
		until(t, "ARTICLES is empty", func() bool { return streamStats(t, b, "ARTICLES").Messages == 0 })
		if n := calls.Load(); n != 45 {
			t.Errorf("handled %d times, want 45", n)
		}
	})
}

// Messages of other programs, or of another version, are not handled at all.
func TestUnreadableDies(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		dead := make(chan bus.Dead, 10)
		b := open(bus.Config{OnDead: func(_ context.Context, d bus.Dead) error { dead <- d; return nil }})
		a := article(1)
		a.Schema = "edict.article/2"
		newer, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range [][]byte{newer, []byte("{"), {0xff}, nil} {
			if err := bus.PublishRaw(t.Context(), b, "edict.articles.v1.other", data); err != nil {
				t.Fatal(err)
			}
		}
		consume(t, b, 1, func(_ context.Context, a news.Article) error { t.Errorf("handled: %+v", a); return nil })
		for _, want := range []string{`schema "edict.article/2"`, "not a news.Article", "not a news.Article", "not a news.Article"} {
			if d := receive(t, dead); !strings.Contains(d.Reason, want) || d.Key != (news.Key{}) || d.Stream != "ARTICLES" {
				t.Errorf("dead = %+v, want the reason %q", d, want)
			}
		}
	})
}

// A message that leaves no room for the headers of DEAD is cut there, and does not
// come again for ever.
func TestDeadCutsTooLarge(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		dead := make(chan bus.Dead, 10)
		b := open(bus.Config{OnDead: func(_ context.Context, d bus.Dead) error { dead <- d; return nil }})
		if err := bus.PublishRaw(t.Context(), b, "edict.records.v1.other", make([]byte, 4<<20)); err != nil {
			t.Fatal(err)
		}
		background(t, func(ctx context.Context) error {
			return b.Records.Consume(ctx, 1, func(context.Context, news.Record) error { return nil })
		})
		if d := receive(t, dead); len(d.Data) < 4<<20-64<<10 || d.Stage != "sink" {
			t.Errorf("dead has %d bytes, stage %s", len(d.Data), d.Stage)
		}
	})
}

func TestBatch(t *testing.T) {
	both(t, func(t *testing.T, open func(bus.Config) *bus.Bus) {
		dead := make(chan bus.Dead, 10)
		b := open(bus.Config{OnDead: func(_ context.Context, d bus.Dead) error { dead <- d; return nil }})
		for n := range 100 {
			if err := b.Records.Publish(t.Context(), record(n)); err != nil {
				t.Fatal(err)
			}
		}
		var sizes [101]atomic.Int32
		var done atomic.Int32
		background(t, func(ctx context.Context) error {
			return b.Records.ConsumeBatch(ctx, 60, time.Second, func(_ context.Context, rs []news.Record) []error {
				sizes[len(rs)].Add(1)
				errs := make([]error, len(rs))
				for i, r := range rs {
					switch {
					case r.ID == record(7).ID:
						errs[i] = fmt.Errorf("constraint: %w", news.ErrInvalid)
					case r.ID == record(8).ID:
						panic("eight")
					default:
						done.Add(1)
					}
				}
				return errs
			})
		})
		reasons := receive(t, dead).Reason + "; " + receive(t, dead).Reason
		if !strings.Contains(reasons, "constraint: invalid") || !strings.Contains(reasons, "panic: eight") {
			t.Errorf("reasons = %s", reasons)
		}
		until(t, "RECORDS is empty", func() bool { return streamStats(t, b, "RECORDS").Messages == 0 })
		if sizes[60].Load() != 1 || len(dead) != 0 {
			t.Errorf("%d batches of 60, want one; %d more dead, want none", sizes[60].Load(), len(dead))
		}
	})
}

// The largest records must not overrun the connection: it would be cut, and they
// would come again and again.
func TestBatchOfLargest(t *testing.T) {
	const all = 45 // of 1.6 MB: more than the server holds for a connection
	b := open(t, bus.Config{Dir: t.TempDir()})
	for n := range all {
		r := record(n)
		r.Near = []news.Near{{Label: news.ProPolicy, Missing: []string{strings.Repeat("x", 1_600_000)}}}
		if err := b.Records.Publish(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	var seen counter
	background(t, func(ctx context.Context) error {
		return b.Records.ConsumeBatch(ctx, 200, time.Second, func(_ context.Context, rs []news.Record) []error {
			if len(rs) > 22 { // 16 MiB, and what one fetch may add
				t.Errorf("a batch of %d is not closed at 16 MiB", len(rs))
			}
			for _, r := range rs {
				seen.add(r.ID)
			}
			return nil
		})
	})
	until(t, "RECORDS is empty", func() bool { return streamStats(t, b, "RECORDS").Messages == 0 })
	if n := seen.total(); n != all {
		t.Errorf("%d records were handled, want each of %d once", n, all)
	}
}

// A batch handler that breaks its promise fails the messages, not the bus.
func TestBatchOddAnswers(t *testing.T) {
	b := open(t, bus.Config{Dir: t.TempDir()})
	for n := range 3 {
		if err := b.Records.Publish(t.Context(), record(n)); err != nil {
			t.Fatal(err)
		}
	}
	var calls atomic.Int32
	background(t, func(ctx context.Context) error {
		return b.Records.ConsumeBatch(ctx, 3, time.Second, func(_ context.Context, rs []news.Record) []error {
			if calls.Add(1) == 1 {
				return make([]error, len(rs)+1)
			}
			return []error{}
		})
	})
	until(t, "RECORDS is empty", func() bool { return streamStats(t, b, "RECORDS").Messages == 0 })
	if all, err := b.DeadLetters(t.Context(), 0); err != nil || len(all) != 0 || calls.Load() < 2 {
		t.Errorf("%d dead, %v, %d calls", len(all), err, calls.Load())
	}
}
