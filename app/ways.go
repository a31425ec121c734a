package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"edict/alert"
	"edict/alert/chat"
	"edict/alert/mail"
	"edict/alert/nats"
	"edict/alert/ntfy"
	"edict/alert/post"
	"edict/alert/webhook"
	"edict/guard"
	"edict/news"
)

// ways are the channels on which alerts leave the program.
type ways struct {
	channels  map[string]alert.Channel // by kind
	client    *post.Client
	transport *http.Transport
}

// publish puts a message for a subscription on the bus.
type publish func(ctx context.Context, subscription, id string, body []byte) error

func newWays(c Config, o Options, onBus publish) (*ways, error) {
	g, err := guard.New(guard.Config{AllowPrivate: c.Alert.AllowPrivateNetworks})
	if err != nil {
		return nil, err
	}
	w := &ways{client: post.New(g, o.Now), transport: post.Transport(g)}
	agent := "Edict/" + o.Version
	s := c.Alert.SMTP
	w.channels = map[string]alert.Channel{
		"webhook": webhook.Channel{Client: w.client, UserAgent: agent},
		"ntfy":    ntfy.Channel{Client: w.client, UserAgent: agent},
		"mail": mail.Channel{Server: mail.Server{
			Host: s.Host, Port: s.Port, User: s.User, Password: s.Password, From: s.From, TLS: mail.TLS(s.TLS),
		}},
		"chat": chat.Channel{Guard: g, Transport: w.transport},
		"nats": nats.Channel{Publish: onBus},
	}
	return w, nil
}

func (w *ways) close() {
	w.client.Close()
	w.transport.CloseIdleConnections()
}

// CheckChannels returns news.ErrInvalid for the first channel that nothing could be sent
// on, without what is secret in it.
func CheckChannels(c Config, channels []string) error {
	w, err := newWays(c, Options{}, nil)
	if err != nil {
		return err
	}
	defer w.close()
	for _, channel := range channels {
		kind, address := news.ChannelKind(channel)
		way, known := w.channels[kind]
		if !known {
			return fmt.Errorf("channel %s: there are webhook:, mail:, ntfy:, chat: and nats:: %w", news.ChannelName(channel), news.ErrInvalid)
		}
		if err := way.Check(address); err != nil {
			return fmt.Errorf("channel %s: %w", news.ChannelName(channel), err)
		}
	}
	return nil
}

// A ChannelSecret signs what is sent on a channel.
type ChannelSecret struct {
	Channel string // its name
	Secret  string
}

// SaveSubscription checks the channels of a subscription and saves it. It returns the
// secrets that were made for webhooks that are new: they are shown this once.
func SaveSubscription(ctx context.Context, c Config, s *Archive, sub news.Subscription) (made []ChannelSecret, err error) {
	if err := CheckChannels(c, sub.Channels); err != nil {
		return nil, err
	}
	if err := s.SaveSubscription(ctx, sub); err != nil {
		return nil, err
	}
	return MakeSecrets(ctx, s, sub, false)
}

// MakeSecrets makes secrets for the webhooks of a subscription that have none, or, anew,
// for all, and returns those that it made: they cannot be read again.
func MakeSecrets(ctx context.Context, s *Archive, sub news.Subscription, anew bool) (made []ChannelSecret, err error) {
	for _, channel := range sub.Channels {
		if kind, _ := news.ChannelKind(channel); kind != "webhook" {
			continue
		}
		name := news.ChannelName(channel)
		_, err := s.ChannelSecret(ctx, sub.ID, name)
		if err == nil && !anew {
			continue
		}
		if err != nil && !errors.Is(err, news.ErrNotFound) {
			return made, err
		}
		secret := ChannelSecret{name, webhook.NewSecret()}
		if err := s.SaveChannelSecret(ctx, sub.ID, name, secret.Secret); err != nil {
			return made, err
		}
		made = append(made, secret)
	}
	return made, nil
}

// signing is an archive in which the webhooks of each subscription that is saved have a
// secret. 'edict subscriptions secret' shows a new one to who could not see it made.
type signing struct{ *Archive }

// SaveSubscription saves one; see Archive.
func (x signing) SaveSubscription(ctx context.Context, sub news.Subscription) error {
	if err := x.Archive.SaveSubscription(ctx, sub); err != nil {
		return err
	}
	_, err := MakeSecrets(ctx, x.Archive, sub, false)
	return err
}

// EditSubscription edits one; see Archive.
func (x signing) EditSubscription(ctx context.Context, id string, edit func(*news.Subscription) error) (news.Subscription, error) {
	sub, err := x.Archive.EditSubscription(ctx, id, edit)
	if err != nil {
		return sub, err
	}
	_, err = MakeSecrets(ctx, x.Archive, sub, false)
	return sub, err
}

// testWithin bounds the trial of one channel.
const testWithin = 20 * time.Second

// A ChannelTest is what came of a test message on one channel.
type ChannelTest struct {
	Channel string
	Answer  alert.Answer
	Took    time.Duration
}

// TestChannels sends a test message on every channel of a subscription, and tells what
// each receiver answered. Nothing is noted of it.
func TestChannels(ctx context.Context, c Config, s *Archive, o Options, sub news.Subscription) ([]ChannelTest, error) {
	w, err := newWays(c, o, nil)
	if err != nil {
		return nil, err
	}
	defer w.close()
	w.channels["nats"] = outsideBus{c, o}
	return testChannels(ctx, w.channels, s, o.Now, sub, c.baseURL())
}

func testChannels(ctx context.Context, ways map[string]alert.Channel, s *Archive, now func() time.Time, sub news.Subscription, base string) (out []ChannelTest, err error) {
	m := alert.TestMessage(sub, now(), base)
	for _, channel := range sub.Channels {
		kind, address := news.ChannelKind(channel)
		t := ChannelTest{Channel: news.ChannelName(channel)}
		to := alert.Target{Subscription: sub.ID, Name: t.Channel, Address: address}
		if to.Secret, err = s.ChannelSecret(ctx, sub.ID, t.Channel); err != nil && !errors.Is(err, news.ErrNotFound) {
			return out, err
		}
		began := now()
		if way := ways[kind]; way == nil {
			t.Answer = alert.Answer{Outcome: news.TryRefused, Text: "there is no such channel"}
		} else {
			trying, cancel := context.WithTimeout(ctx, testWithin)
			t.Answer = way.Send(trying, to, m)
			cancel()
		}
		t.Took = now().Sub(began)
		t.Answer.Text = alert.Redact(address, t.Answer.Text)
		out = append(out, t)
	}
	return out, nil
}

// An outsideBus sends through the bus outside, which it opens for one message; the one
// inside the process belongs to the program that runs.
type outsideBus struct {
	cfg Config
	o   Options
}

// Check takes any address.
func (outsideBus) Check(string) error { return nil }

// Send sends one message.
func (x outsideBus) Send(ctx context.Context, to alert.Target, m alert.Message) (a alert.Answer) {
	if x.cfg.Bus.URL == "" {
		return alert.Answer{Outcome: news.TrySent, Text: "not tried: the bus is inside the running program, and takes what it is given"}
	}
	p := &program{cfg: x.cfg, o: x.o, log: x.o.Log}
	b, err := p.openBus(ctx)
	if err == nil {
		a = nats.Channel{Publish: b.PublishAlert}.Send(ctx, to, m)
		err = b.Close(ctx)
	}
	if err != nil {
		return alert.Answer{Outcome: news.TryLater, Text: err.Error()}
	}
	return a
}
