package bus

import (
	"sync"
	"sync/atomic"
	"time"
)

// A tally remembers what came of messages that are still in a stream, by their
// sequence. It lives in this process: after a restart a message has all its tries
// again, which harms less than counting the deliveries of an outage against it.
type tally struct {
	now  func() time.Time
	last atomic.Pointer[string] // the reply subject of a message that was acknowledged
	mu   sync.Mutex             // guards rows
	rows map[uint64]*outcome
}

type outcome struct {
	failed int    // tries that counted
	away   int    // tries in a row that did not, as something was away
	doomed string // why it goes to DEAD, once decided
	seen   time.Time
}

const (
	tallySize = 2 * maxAckPending
	// tallyAge is longer than the longest delay before a message comes again. What
	// was not seen for so long was finished by another process.
	tallyAge = time.Hour
)

func newTally(now func() time.Time) *tally {
	return &tally{now: now, rows: map[uint64]*outcome{}}
}

// update applies change to the row of seq and returns a copy of what it is then.
func (t *tally) update(seq uint64, change func(*outcome)) outcome {
	t.mu.Lock()
	defer t.mu.Unlock()
	row, ok := t.rows[seq]
	if !ok {
		row = new(outcome)
		if len(t.rows) >= tallySize {
			t.prune()
		}
		t.rows[seq] = row
	}
	row.seen = t.now()
	change(row)
	return *row
}

// prune drops rows that nobody asks for any more. The caller holds mu.
func (t *tally) prune() {
	for seq, row := range t.rows {
		if t.now().Sub(row.seen) > tallyAge {
			delete(t.rows, seq)
		}
	}
}

func (t *tally) doomed(seq uint64) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if row, ok := t.rows[seq]; ok {
		return row.doomed
	}
	return ""
}

func (t *tally) forget(seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.rows, seq)
}
