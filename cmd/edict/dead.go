package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) deadCommand() *cobra.Command {
	return group("dead", "List what was given up, and try it again",
		`An article that a stage cannot handle however often it tries is given up: it is kept
with the reason, and can be tried again once the cause is mended.`,
		c.deadListCommand(), c.deadShowCommand(), c.deadReplayCommand())
}

func (c *command) deadListCommand() *cobra.Command {
	var limit int
	var format string
	cmd := &cobra.Command{
		Use: "list", Short: "List what was given up, the last first", Args: noArgs,
		Example: "  edict dead list\n  edict dead list --format json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				list, err := archive.DeadRows(cmd.Context(), limit)
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
					fmt.Fprintf(c.stdout, "%s  %s  %s  after %d tries: %s\n  %s\n  %s\n", d.Key.Article[:12], when(d.Since), d.Stage, d.Attempts+1,
						visible(d.Reason), visible(d.Article.Title), d.Article.URL)
				}
				if len(list) == 0 && format == "text" {
					fmt.Fprintln(c.stdout, "Nothing was given up.")
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 100, "at most so many; 0: all")
	cmd.Flags().StringVar(&format, "format", "text", "text or json (one a line)")
	return cmd
}

func (c *command) deadShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show one whole, as JSON", Args: exactly(1, "an id, or the beginning of one, as 'edict dead list' shows it"),
		Example: "  edict dead show 4f2a91c0e3d7",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				d, err := archive.DeadRow(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return c.printJSON(d)
			})
		},
	}
}

func (c *command) deadReplayCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "replay [ID]...", Short: "Try again what was given up",
		Long: `Replay hands articles that were given up to the running program once more, which
classifies and stores them; when none runs, replay does it itself. It exits with 4 if
some are given up again.`,
		Example: "  edict dead replay 4f2a91c0e3d7\n  edict dead replay --all",
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return usage(errors.New("name the ids to try again, or give --all"))
			}
			return c.inArchive(cmd, func(cfg app.Config, archive *app.Archive) error {
				var keys []news.Key
				if all {
					list, err := archive.DeadRows(cmd.Context(), 0)
					if err != nil {
						return err
					}
					for _, d := range list {
						keys = append(keys, d.Key)
					}
				}
				for _, id := range args {
					d, err := archive.DeadRow(cmd.Context(), id)
					if err != nil {
						return err
					}
					keys = append(keys, d.Key)
				}
				n, err := archive.Revive(cmd.Context(), keys)
				if err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "%d to be tried again\n", n)
				if n == 0 {
					return nil
				}
				return c.handOver(cmd, cfg, "dead")
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "all of them")
	return cmd
}
