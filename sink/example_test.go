package sink_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"edict/news"
	"edict/sink"
	"edict/store/storetest"
)

// shelf is a store that keeps records in memory.
type shelf struct{ records []news.Record }

func (s *shelf) Keep(_ context.Context, records []news.Record) error {
	for _, r := range records {
		if err := r.Validate(); err != nil {
			return err
		}
	}
	s.records = append(s.records, records...)
	return nil
}

// A batch with one record that is wrong: that one is refused, the others are kept.
func ExampleStage_HandleBatch() {
	batch := storetest.Records(0, 4)
	batch[2].Tags[0].Evidence[0].Quote = "something that is not there"

	var kept shelf
	stage := sink.Stage{Store: &kept, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	for i, err := range stage.HandleBatch(context.Background(), batch) {
		fmt.Println(i, errors.Is(err, news.ErrInvalid))
	}
	fmt.Println(len(kept.records), "kept")
	// Output:
	// 0 false
	// 1 false
	// 2 true
	// 3 false
	// 3 kept
}
