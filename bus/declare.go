package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"edict/news"
)

// declare makes or updates streams and consumers. Where our rights do not allow
// that, they are taken as somebody made them who may.
func (b *Bus) declare(ctx context.Context) error {
	var taken, missing []string
	for _, s := range streams {
		err := b.declareStream(ctx, s)
		if err == nil {
			continue
		}
		if errors.Is(err, nats.ErrPermissionViolation) {
			taken = append(taken, s.name)
			lacks, err := b.lacks(ctx, s)
			if err != nil {
				return err
			}
			missing = append(missing, lacks...)
			continue
		}
		kind := news.ErrUnavailable
		if api, ok := errors.AsType[*jetstream.APIError](err); ok {
			if kind = meaning(api); api.Code >= 400 && api.Code < 500 {
				kind = news.ErrInvalid // another stream has our subjects, or has them otherwise
			}
		}
		return fmt.Errorf("declare stream %s: %w: %w", s.name, err, kind)
	}
	if len(missing) > 0 {
		return fmt.Errorf("there is no %s, and this user may not make it; 'edict migrate' does with the URL of a user who may: %w",
			strings.Join(missing, ", no "), news.ErrUnavailable)
	}
	if len(taken) > 0 {
		b.log.Info("No right to declare streams; taking them as they are", "streams", strings.Join(taken, ", "))
	}
	return nil
}

// lacks names what is not there of a stream and its consumer.
func (b *Bus) lacks(ctx context.Context, s stream) (missing []string, err error) {
	err = b.ask(ctx, func(ctx context.Context) error {
		_, err := b.js.Stream(ctx, s.name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			missing = append(missing, "stream "+s.name)
			return nil
		}
		if err != nil || s.consumer == "" {
			return err
		}
		_, err = b.js.Consumer(ctx, s.name, s.consumer)
		if errors.Is(err, jetstream.ErrConsumerNotFound) {
			missing = append(missing, "consumer "+s.consumer+" of "+s.name)
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look at stream %s: %w: %w", s.name, err, news.ErrUnavailable)
	}
	return missing, nil
}

func (b *Bus) declareStream(ctx context.Context, s stream) error {
	return b.ask(ctx, func(ctx context.Context) error {
		_, err := b.js.CreateOrUpdateStream(ctx, s.config(b.cfg))
		if err == nil && s.consumer != "" {
			_, err = b.js.CreateOrUpdateConsumer(ctx, s.name, s.consumerConfig(b.cfg))
		}
		return err
	})
}

// ask makes requests of which our rights may not allow some. A server that refuses a
// subject says so apart, and does not answer.
func (b *Bus) ask(ctx context.Context, requests func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, b.cfg.timing.publish)
	defer cancel()
	ctx, refuse := context.WithCancelCause(ctx)
	defer refuse(nil)
	b.refused.Store(&refuse)
	defer b.refused.Store(nil)
	err := requests(ctx)
	if why := context.Cause(ctx); err != nil && why != nil {
		return why
	}
	return err
}
