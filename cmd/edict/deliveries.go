package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) deliveriesCommand() *cobra.Command {
	return group("deliveries", "See what became of alerts that were sent, and send them again",
		`A delivery is one alert on its way to one channel. It waits until it is due, is tried
until the receiver takes it, for three days at most, and is then sent or dead. It is
held while its subscription is paused, its channel stopped, or its story muted.`,
		c.deliveriesListCommand(), c.deliveriesShowCommand(), c.deliveriesReplayCommand(), c.deliveriesDropCommand())
}

var deliveryStates = []string{"", string(news.DeliveryWaiting), string(news.DeliveryHeld), string(news.DeliverySent), string(news.DeliveryDead)}

func (c *command) deliveriesListCommand() *cobra.Command {
	var f news.DeliveryFilter
	var state string
	cmd := &cobra.Command{
		Use: "list", Short: "List deliveries, the last first",
		Example: "  edict deliveries list --state dead\n  edict deliveries list --subscription 1f0c7a2be95d4c3f8a6b0d2e4f5a6b7c --format json",
	}
	cmd.Flags().StringVar(&f.Subscription, "subscription", "", "of this subscription alone")
	cmd.Flags().StringVar(&f.Channel, "channel", "", "on the channel with this name alone")
	cmd.Flags().StringVar(&state, "state", "", "in this state alone: waiting, held, sent or dead")
	cmd.Flags().IntVar(&f.Limit, "limit", 100, "at most so many; 0: all")
	return listCommand(c, cmd, lister[news.Delivery]{
		read: func(ctx context.Context, archive *app.Archive) ([]news.Delivery, error) {
			if !slices.Contains(deliveryStates, state) {
				return nil, usage(fmt.Errorf("--state %q is none of waiting, held, sent, dead", state))
			}
			f.State = news.DeliveryState(state)
			return archive.Deliveries(ctx, f)
		},
		text: c.printDelivery, none: "There are none.",
	})
}

func (c *command) printDelivery(d news.Delivery) {
	color := map[news.DeliveryState]string{news.DeliverySent: green, news.DeliveryDead: red}[d.State]
	state := string(d.State)
	if color != "" {
		state = c.paint(color, state)
	}
	fmt.Fprintf(c.stdout, "%s  %s  %s  %s", d.ID[:12], when(d.Created), state, visible(d.Channel))
	switch {
	case d.State == news.DeliveryWaiting && d.Attempts > 0:
		fmt.Fprintf(c.stdout, "  tried %d times, next %s", d.Attempts, when(d.Next))
	case d.State == news.DeliveryWaiting:
		fmt.Fprintf(c.stdout, "  due %s", when(d.Due))
	case d.State == news.DeliverySent:
		fmt.Fprintf(c.stdout, "  %s after it was due", d.Sent.Sub(d.Due).Round(time.Millisecond))
	}
	if d.Answer != "" {
		fmt.Fprintf(c.stdout, "\n  %s", visible(d.Answer))
	}
	fmt.Fprintln(c.stdout)
}

// A triedDelivery is a delivery with the tries of its message.
type triedDelivery struct {
	news.Delivery

	Tries []news.Try `json:"tries"`
}

func (c *command) deliveriesShowCommand() *cobra.Command {
	return showCommand(c, &cobra.Command{
		Use: "show ID", Short: "Show one with each try, as JSON", Args: exactly(1, deliveryID),
		Example: "  edict deliveries show 4f2a91c0e3d7",
	}, func(ctx context.Context, archive *app.Archive, id string) (triedDelivery, error) {
		d, tries, err := archive.Delivery(ctx, id)
		return triedDelivery{d, tries}, err
	})
}

const deliveryID = "an id, or the beginning of one, as 'edict deliveries list' shows it"

// pickDead makes a command that acts on deliveries by their ids, or on all that are dead.
func (c *command) pickDead(cmd *cobra.Command, do func(ctx context.Context, archive *app.Archive, ids []string) (int64, error), done string) *cobra.Command {
	return pickCommand(c, cmd, picker[string]{
		all: "all that are dead",
		every: func(ctx context.Context, archive *app.Archive) (ids []string, err error) {
			list, err := archive.Deliveries(ctx, news.DeliveryFilter{State: news.DeliveryDead})
			for _, d := range list {
				ids = append(ids, d.ID)
			}
			return ids, err
		},
		one: func(ctx context.Context, archive *app.Archive, id string) (string, error) {
			d, _, err := archive.Delivery(ctx, id)
			return d.ID, err
		},
		do: func(cmd *cobra.Command, _ app.Config, archive *app.Archive, ids []string) error {
			n, err := do(cmd.Context(), archive, ids)
			if err == nil {
				fmt.Fprintf(c.stdout, "%d %s\n", n, done)
			}
			return err
		},
	})
}

func (c *command) deliveriesReplayCommand() *cobra.Command {
	return c.pickDead(&cobra.Command{
		Use: "replay [ID]...", Short: "Send again what is dead or held",
		Long: `Replay lets deliveries that are dead or held be tried again, under the same id, by the
running program or at its next start.`,
		Example: "  edict deliveries replay 4f2a91c0e3d7\n  edict deliveries replay --all",
	}, func(ctx context.Context, archive *app.Archive, ids []string) (int64, error) {
		return archive.Replay(ctx, ids)
	}, "to be sent again")
}

func (c *command) deliveriesDropCommand() *cobra.Command {
	return c.pickDead(&cobra.Command{
		Use: "drop [ID]...", Short: "Forget what is dead",
		Long: `Drop forgets deliveries that are dead, with their tries. The alerts stay. What waits, is
held or was sent is left as it is.`,
		Example: "  edict deliveries drop 4f2a91c0e3d7\n  edict deliveries drop --all",
	}, func(ctx context.Context, archive *app.Archive, ids []string) (int64, error) {
		return archive.DropDeliveries(ctx, ids)
	}, "dropped")
}
