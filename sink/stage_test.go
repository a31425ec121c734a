package sink_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"edict/news"
	"edict/sink"
	"edict/store"
	"edict/store/storetest"
)

// tried counts what a stage tells of its transactions.
type tried struct{ good, records, failed int }

func (n *tried) observe(records int, _ time.Duration, err error) {
	if err != nil {
		n.failed++
		return
	}
	n.good++
	n.records += records
}

func TestBatchIsOneTransaction(t *testing.T) {
	s, _ := newStore(t, time.Now)
	var n tried
	stage := sink.Stage{Store: s, Log: quiet, Now: time.Now, Observe: n.observe}
	if errs := stage.HandleBatch(t.Context(), nil); len(errs) != 0 || n.good != 0 {
		t.Errorf("an empty batch: %v, %d transactions", errs, n.good)
	}
	errs := stage.HandleBatch(t.Context(), storetest.Records(0, 100))
	if err := errors.Join(errs...); err != nil || len(errs) != 100 {
		t.Fatalf("%d errors: %v", len(errs), err)
	}
	if n != (tried{good: 1, records: 100}) {
		t.Errorf("%+v, want one transaction of 100", n)
	}
	green(t, s)
}

// Records that are wrong, each in its own way and wherever they stand, go alone, and
// all others are kept.
func TestPoison(t *testing.T) {
	slice, number, id := storetest.Record(900), storetest.Record(901), storetest.Record(902)
	slice.Tags[0].Evidence[0].End++
	number.Amounts[0].Value = math.Inf(1)
	number.Tags[0].Score = math.NaN()
	id.ID = "0"
	for name, bad := range map[string]map[int]news.Record{
		"in the middle":  {250: slice},
		"at either end":  {0: number, 499: id},
		"side by side":   {249: slice, 250: number, 251: id},
		"in the corners": {1: id, 124: slice, 375: number},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newStore(t, time.Now)
			var n tried
			stage := sink.Stage{Store: s, Log: quiet, Now: time.Now, Observe: n.observe}
			batch := storetest.Records(0, 500)
			for i, r := range bad {
				batch[i] = r
			}
			for i, err := range stage.HandleBatch(t.Context(), batch) {
				_, wrong := bad[i]
				if wrong != errors.Is(err, news.ErrInvalid) || !wrong && err != nil {
					t.Errorf("record %d, wrong %v: %v", i, wrong, err)
				}
			}
			b, err := s.Balance(t.Context())
			ok(t, err)
			want := int64(500 - len(bad))
			if b != (news.Balance{Total: want, Stored: want}) {
				t.Errorf("ledger %+v, want %d stored", b, want)
			}
			if n.failed > len(bad)*10 {
				t.Errorf("%d transactions failed for %d wrong records: a batch of 500 is halved nine times", n.failed, len(bad))
			}
			green(t, s)
		})
	}
}

// A store that is away costs no record: all come back as ErrUnavailable, also those
// of which a half was kept already, and a later try keeps them.
func TestStoreAway(t *testing.T) {
	s, address := newStore(t, time.Now)
	batch := storetest.Records(0, 50)
	away := &leaving{Store: s}
	batch[20] = news.Record{} // the batch must be halved: [0:25] fails, [0:12] is kept, then the store is away
	stage := sink.Stage{Store: away, Log: quiet, Now: time.Now}
	kept := 0
	for i, err := range stage.HandleBatch(t.Context(), batch) {
		switch {
		case err == nil:
			kept++
		case !errors.Is(err, news.ErrUnavailable):
			t.Errorf("record %d: %v, want ErrUnavailable", i, err)
		}
	}
	if kept != 12 {
		t.Errorf("%d records are reported as kept, want 12", kept)
	}
	again := openStore(t, address, time.Now)
	errs := (&sink.Stage{Store: again, Log: quiet, Now: time.Now}).HandleBatch(t.Context(), batch)
	for i, err := range errs {
		if (err != nil) != (i == 20) {
			t.Errorf("record %d after the store came back: %v", i, err)
		}
	}
	b, err := again.Balance(t.Context())
	ok(t, err)
	if b.Stored != 49 {
		t.Errorf("ledger %+v, want 49 stored", b)
	}
	green(t, again)
}

// leaving is a store that is closed once it has kept something.
type leaving struct{ *store.Store }

func (l *leaving) Keep(ctx context.Context, records []news.Record) error {
	err := l.Store.Keep(ctx, records)
	if err == nil {
		return l.Close()
	}
	return err
}

// An end that nobody foresaw is never the record's fault.
func TestUnknownFailureIsUnavailable(t *testing.T) {
	strange := errors.New("strange")
	stage := sink.Stage{Store: failing{strange}, Log: quiet, Now: time.Now}
	for _, err := range stage.HandleBatch(t.Context(), storetest.Records(0, 4)) {
		if !errors.Is(err, news.ErrUnavailable) || !errors.Is(err, strange) || errors.Is(err, news.ErrInvalid) {
			t.Errorf("%v, want ErrUnavailable and the cause", err)
		}
	}
}

type failing struct{ err error }

func (f failing) Keep(context.Context, []news.Record) error { return f.err }
