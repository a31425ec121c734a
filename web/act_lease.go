package web

import (
	"errors"
	"strconv"
	"time"

	"edict/news"
)

const (
	holdFor   = 24 * time.Hour      // how long a tag is held
	maxSnooze = 90 * 24 * time.Hour // how long one may be snoozed
)

// claim gives a tag to the analyst, or to whom the form names. What he had himself by
// claim he gives up by claiming it again.
func (b *sitting) claim(ref news.TagRef, seen news.State) error {
	act, owner, until := b.form.Get("act"), b.who, b.s.Now().Add(news.LeaseTime)
	switch act {
	case "hold":
		until = b.s.Now().Add(holdFor)
	case "assign":
		until = b.s.Now().Add(holdFor)
		if owner = cleanName(b.form.Get("owner")); owner == "" {
			return fault{"fault.nobody", nil, news.ErrInvalid}
		}
		if free, err := b.free(ref, seen); !free || err != nil {
			return err
		}
	case "claim":
		l, err := b.s.Review.Hold.LeaseOn(b.ctx, ref)
		if err != nil {
			return err
		}
		if l.Owner == b.who {
			return b.release(ref, seen)
		}
	}
	l, err := b.s.Review.Hold.Claim(b.ctx, ref, owner, until, act == "take" || act == "assign")
	if errors.Is(err, news.ErrConflict) {
		b.outcome.Add(saidHeld, tagKeyOf(ref, seen))
		err = nil
	} else if err == nil {
		b.outcome.Add(saidClaimed, tagKeyOf(ref, seen))
	}
	if err == nil {
		b.s.pending.set(ref, func(p *news.Pending) bool { p.Lease = l; return true })
	}
	return err
}

func (b *sitting) release(ref news.TagRef, _ news.State) error {
	if err := b.s.Review.Hold.Release(b.ctx, ref, b.who); err != nil {
		return err
	}
	b.s.pending.set(ref, func(p *news.Pending) bool {
		if p.Lease.Owner == b.who {
			p.Lease = news.Lease{}
		}
		return true
	})
	return nil
}

func (b *sitting) snooze(ref news.TagRef, seen news.State) error {
	until := time.Time{}
	if b.form.Get("act") == "snooze" {
		if free, err := b.free(ref, seen); !free || err != nil {
			return err
		}
		length := snoozeFor
		if raw := b.form.Get("hours"); raw != "" {
			hours, err := strconv.Atoi(raw)
			if length = time.Duration(hours) * time.Hour; err != nil || length <= 0 || length > maxSnooze {
				return fault{"fault.snooze", []any{"most", int(maxSnooze.Hours()), "given", cut(raw, 20)}, news.ErrInvalid}
			}
		}
		until = b.s.Now().Add(length)
	}
	if err := b.s.Review.Hold.Snooze(b.ctx, ref, b.who, until); err != nil {
		return err
	}
	b.s.pending.set(ref, func(p *news.Pending) bool {
		p.Snoozed, p.Lease = until, news.Lease{}
		return true
	})
	return nil
}
