package main

import (
	"errors"
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
		c.deliveriesListCommand(), c.deliveriesShowCommand(), c.deliveriesReplayCommand())
}

var deliveryStates = []string{"", string(news.DeliveryWaiting), string(news.DeliveryHeld), string(news.DeliverySent), string(news.DeliveryDead)}

func (c *command) deliveriesListCommand() *cobra.Command {
	var f news.DeliveryFilter
	var state, format string
	cmd := &cobra.Command{
		Use: "list", Short: "List deliveries, the last first", Args: noArgs,
		Example: "  edict deliveries list --state dead\n  edict deliveries list --subscription 1f0c7a2be95d4c3f8a6b0d2e4f5a6b7c --format json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			if !slices.Contains(deliveryStates, state) {
				return usage(fmt.Errorf("--state %q is none of waiting, held, sent, dead", state))
			}
			f.State = news.DeliveryState(state)
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				list, err := archive.Deliveries(cmd.Context(), f)
				if err != nil {
					return err
				}
				for _, d := range list {
					if format == "json" {
						if err := c.printJSON(d); err != nil {
							return err
						}
						continue
					}
					c.printDelivery(d)
				}
				if len(list) == 0 && format == "text" {
					fmt.Fprintln(c.stdout, "There are none.")
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&f.Subscription, "subscription", "", "of this subscription alone")
	cmd.Flags().StringVar(&state, "state", "", "in this state alone: waiting, held, sent or dead")
	cmd.Flags().IntVar(&f.Limit, "limit", 100, "at most so many; 0: all")
	cmd.Flags().StringVar(&format, "format", "text", "text or json (one a line)")
	return cmd
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

func (c *command) deliveriesShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show one with each try, as JSON", Args: exactly(1, "an id, or the beginning of one, as 'edict deliveries list' shows it"),
		Example: "  edict deliveries show 4f2a91c0e3d7",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				d, tries, err := archive.Delivery(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return c.printJSON(struct {
					news.Delivery

					Tries []news.Try `json:"tries"`
				}{d, tries})
			})
		},
	}
}

func (c *command) deliveriesReplayCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "replay [ID]...", Short: "Send again what is dead or held",
		Long: `Replay lets deliveries that are dead or held be tried again, under the same id, by the
running program or at its next start.`,
		Example: "  edict deliveries replay 4f2a91c0e3d7\n  edict deliveries replay --all",
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return usage(errors.New("name the ids to send again, or give --all for all that are dead"))
			}
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				var ids []string
				if all {
					list, err := archive.Deliveries(cmd.Context(), news.DeliveryFilter{State: news.DeliveryDead})
					if err != nil {
						return err
					}
					for _, d := range list {
						ids = append(ids, d.ID)
					}
				}
				for _, id := range args {
					d, _, err := archive.Delivery(cmd.Context(), id)
					if err != nil {
						return err
					}
					ids = append(ids, d.ID)
				}
				n, err := archive.Replay(cmd.Context(), ids)
				if err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "%d to be sent again\n", n)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "all that are dead")
	return cmd
}
