package bus_test

import (
	"context"
	"sync"
	"testing"

	"edict/bus"
	"edict/bus/bustest"
)

// One process tells, another hears, until it wants to hear no more.
func TestChanged(t *testing.T) {
	url := bustest.Server(t)
	teller, hearer := open(t, bus.Config{URL: url}), open(t, bus.Config{URL: url})
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan struct{}, 1)
	var hearing sync.WaitGroup
	hearing.Go(func() {
		if err := hearer.HearChanged(ctx, func() {
			select {
			case heard <- struct{}{}:
			default:
			}
		}); err != nil {
			t.Error(err)
		}
	})
	until(t, "a change is heard of", func() bool {
		teller.TellChanged() // the first may be lost: nobody may listen yet
		select {
		case <-heard:
			return true
		default:
			return false
		}
	})
	cancel()
	hearing.Wait()
}
