package main

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

// channelFlags are the flags that say where alerts go.
type channelFlags struct {
	channels []string
	language string
}

func (f *channelFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.channels, "channel", nil, "where alerts are sent: webhook:https://…, mail:ada@example.org, ntfy:https://ntfy.sh/topic, chat:discord://…, nats: (repeatable)")
	cmd.Flags().StringVar(&f.language, "in", "", "the language of messages: en, zh-Hans, zh-Hant (en unless given)")
}

// showSecrets says once what signs webhooks.
func (c *command) showSecrets(made []app.ChannelSecret) {
	for _, s := range made {
		fmt.Fprintf(c.stdout, "%s is signed with %s\n  keep it: it is not shown again\n", s.Channel, c.paint(bold, s.Secret))
	}
}

// printChannels shows where alerts of a subscription go, and what has stopped.
func (c *command) printChannels(s news.Subscription) {
	for _, name := range s.ChannelNames() {
		state := ""
		if why, halted := s.Halted[name]; halted {
			state = "  " + c.paint(red, "stopped: "+visible(why)) + "; resume it with 'edict subscriptions resume'"
		}
		fmt.Fprintf(c.stdout, "    to %s%s\n", visible(name), state)
	}
}

// errNotTaken is a test message that a receiver did not take.
var errNotTaken = errors.New("a test message was not taken")

// sendTest sends a test message on each channel of a subscription and shows the answers.
func (c *command) sendTest(cmd *cobra.Command, cfg app.Config, archive *app.Archive, sub news.Subscription) error {
	if len(sub.Channels) == 0 {
		return usage(errors.New("it has no channel to send to; its feed needs none"))
	}
	o := app.Options{Version: version(), Log: slog.New(slog.DiscardHandler), Now: c.now}
	tests, err := app.TestChannels(cmd.Context(), cfg, archive, o, sub)
	if err != nil {
		return err
	}
	failed := 0
	for _, t := range tests {
		color := green
		if t.Answer.Outcome != news.TrySent {
			color = red
			failed++
		}
		fmt.Fprintf(c.stdout, "%s  %s  after %s: %s\n", t.Channel, c.paint(color, string(t.Answer.Outcome)), t.Took.Round(time.Millisecond), c.paint(color, visible(t.Answer.Text)))
	}
	if failed > 0 {
		return fmt.Errorf("%w on %d of %d channels", errNotTaken, failed, len(tests))
	}
	return nil
}
