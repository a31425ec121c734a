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

func (c *command) subscriptionsSecretCommand() *cobra.Command {
	return &cobra.Command{
		Use: "secret ID", Short: "Make new secrets for the webhooks of a subscription, and show them", Args: exactly(1, "the id of a subscription, as 'edict subscriptions list' shows it"),
		Long: `Secret makes a new secret for each webhook of a subscription and shows it this once. What
is sent from then on is signed with it, and no more with the one before.`,
		Example: "  edict subscriptions secret 1f0c7a2be95d4c3f8a6b0d2e4f5a6b7c",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				sub, err := archive.Subscription(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				made, err := app.MakeSecrets(cmd.Context(), archive, sub, true)
				if err == nil && len(made) == 0 {
					return usage(errors.New("it has no webhook"))
				}
				c.showSecrets(made)
				return err
			})
		},
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
