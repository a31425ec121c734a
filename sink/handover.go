package sink

import (
	"context"
	"log/slog"
	"time"

	"edict/news"
)

// Handed is what commands put into the ledger for whoever holds the bus.
type Handed interface {
	// Handed takes up to limit of the article versions that were handed over, durably,
	// and counts an attempt of each.
	Handed(ctx context.Context, limit int) ([]news.LedgerRow, error)
	// HandBack hands over again what could not be published.
	HandBack(ctx context.Context, keys []news.Key) error
}

// A Handover publishes what commands have put into the ledger: articles of an ingest,
// and dead ones to be tried again. A kill between taking and publishing leaves them to
// the reconciler.
type Handover struct {
	Ledger Handed
	// Publish publishes an article, as a Reconciler does.
	Publish func(ctx context.Context, a news.Article, attempt int) error
	Log     *slog.Logger
}

const (
	handoverLook  = time.Second // between looks; a command's articles are seen within 5 s
	handoverRetry = 5 * time.Second
	handoverBatch = 100
)

// Run publishes what there is, and looks again every second until ctx ends; it
// returns nil then.
func (h *Handover) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		n, err := h.Pass(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			h.Log.Warn("articles that were handed over could not be published; they will be tried again", "published", n, "err", err)
			sleep(ctx, handoverRetry, nil)
		case n < handoverBatch:
			sleep(ctx, handoverLook, nil)
		}
	}
	return nil
}

// Pass takes and publishes one batch, and returns how many it published. What it
// could not publish is handed back.
func (h *Handover) Pass(ctx context.Context) (published int, err error) {
	rows, err := h.Ledger.Handed(ctx, handoverBatch)
	if err != nil {
		return 0, err
	}
	for i, row := range rows {
		if err := h.Publish(ctx, row.Article, row.Attempts); err != nil {
			var back []news.Key
			for _, rest := range rows[i:] {
				back = append(back, rest.Article.Key())
			}
			// Even when the program stops: what is not handed back waits ten minutes.
			if backErr := h.Ledger.HandBack(context.WithoutCancel(ctx), back); backErr != nil {
				h.Log.Warn("articles could not be handed back; they will be published within ten minutes", "articles", len(back), "err", backErr)
			}
			return i, err
		}
	}
	return len(rows), nil
}
