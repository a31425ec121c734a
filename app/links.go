package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"edict/alert"
	"edict/news"
)

// linkKeyLife is how long a key signs links. It is given up when all that it signed are
// over.
const linkKeyLife = 90 * 24 * time.Hour

// How long what a link asks for holds.
const (
	muteLife   = 365 * 24 * time.Hour
	snoozeLife = 24 * time.Hour
)

// linkDesk signs the links in messages, and does what they ask for.
type linkDesk struct {
	store *Archive
	now   func() time.Time
	base  func() string // the address of the pages
}

func (x linkDesk) keys(ctx context.Context) ([]news.LinkKey, error) {
	now := x.now()
	return x.store.LinkKeys(ctx, now.Add(-linkKeyLife), now.Add(-linkKeyLife-alert.LinkLife-signingKeyAge), func() string {
		var secret [32]byte
		_, _ = rand.Read(secret[:]) // it never fails
		return hex.EncodeToString(secret[:])
	})
}

// linkPath is where links lead.
const linkPath = "/links/"

// A linkSigner makes the links of messages. A message has several, and a key signs for
// months, so that it is read from the store but once a minute.
type linkSigner struct {
	linkDesk

	mu   sync.Mutex // guards what follows
	key  news.LinkKey
	read time.Time
}

// signingKeyAge is how old what is known of the key may be.
const signingKeyAge = time.Minute

func (x *linkSigner) signingKey(ctx context.Context) (news.LinkKey, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	now := x.now()
	if age := now.Sub(x.read); len(x.key.Secret) > 0 && age >= 0 && age < signingKeyAge {
		return x.key, nil
	}
	keys, err := x.keys(ctx)
	if err != nil {
		return news.LinkKey{}, err
	}
	x.key, x.read = keys[0], now
	return x.key, nil
}

// sign returns the address of a link that works for as long as links do.
func (x *linkSigner) sign(ctx context.Context, l news.Link) (string, error) {
	key, err := x.signingKey(ctx)
	if err != nil {
		return "", err
	}
	l.Expires = x.now().Add(alert.LinkLife)
	token, err := alert.SignLink(key, l)
	return x.base() + linkPath + token, err
}

// OpenLink says what a link asks for, with the name of its subscription, and does
// nothing.
func (x linkDesk) OpenLink(ctx context.Context, token string) (news.Link, string, error) {
	keys, err := x.keys(ctx)
	if err != nil {
		return news.Link{}, "", err
	}
	l, err := alert.OpenLink(keys, token, x.now())
	if err != nil {
		return l, "", err
	}
	sub, err := x.store.Subscription(ctx, l.Subscription)
	if errors.Is(err, news.ErrNotFound) {
		return l, "", fmt.Errorf("the subscription of this link was removed, and nothing is sent for it any more: %w", news.ErrExpired)
	}
	return l, sub.Name, err
}

// FollowLink does what a link asks for, once however often it is followed. Of one that
// mutes or snoozes it returns the silence.
func (x linkDesk) FollowLink(ctx context.Context, token string) (news.Silence, error) {
	l, name, err := x.OpenLink(ctx, token)
	if err != nil {
		return news.Silence{}, err
	}
	by := fmt.Sprintf("a link in a message of %q", name)
	now := x.now().UTC()
	sum := sha256.Sum256([]byte(token))
	s := news.Silence{
		ID: hex.EncodeToString(sum[:8]), Author: cutTo(by, news.MaxName), Reason: "muted by its reader", Created: now, Until: now.Add(muteLife),
		Subscription: l.Subscription, Story: l.Story, Source: l.Source, Phrase: l.Phrase,
	}
	switch l.Act {
	case news.MuteLink:
		return s, x.store.SaveSilence(ctx, s)
	case news.SnoozeLink:
		s.Reason, s.Until, s.Deliver = "snoozed by its reader", now.Add(snoozeLife), true
		return s, x.store.SaveSilence(ctx, s)
	case news.WrongLink:
		err := x.store.AddFlag(ctx, news.Flag{Time: now, Who: by, Subscription: l.Subscription, Story: l.Story, Record: l.Record})
		return news.Silence{}, err
	}
	return news.Silence{}, x.unsubscribe(ctx, l, by)
}

// unsubscribe halts a channel, or the whole subscription where the link names none.
func (x linkDesk) unsubscribe(ctx context.Context, l news.Link, by string) error {
	if l.Channel != "" {
		return x.store.Halt(ctx, l.Subscription, l.Channel, "unsubscribed by "+by)
	}
	_, err := x.store.EditSubscription(ctx, l.Subscription, func(sub *news.Subscription) error {
		sub.Paused, sub.Why = true, "by "+by
		return nil
	})
	return err
}

// cutTo cuts a text at a character.
func cutTo(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	at := 0
	for i := range text {
		if i > bytes {
			break
		}
		at = i
	}
	return text[:at]
}
