package main

import (
	"context"
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
	cmd := &cobra.Command{
		Use: "list", Short: "List what was given up, the last first",
		Example: "  edict dead list\n  edict dead list --format json",
	}
	cmd.Flags().IntVar(&limit, "limit", 100, "at most so many; 0: all")
	return listCommand(c, cmd, lister[news.DeadRow]{
		read: func(ctx context.Context, archive *app.Archive) ([]news.DeadRow, error) {
			return archive.DeadRows(ctx, limit)
		},
		text: func(d news.DeadRow) {
			fmt.Fprintf(c.stdout, "%s  %s  %s  after %d tries: %s\n  %s\n  %s\n", d.Key.Article[:12], when(d.Since), d.Stage, d.Attempts+1,
				visible(d.Reason), visible(d.Article.Title), d.Article.URL)
		},
		none: "Nothing was given up.",
	})
}

func (c *command) deadShowCommand() *cobra.Command {
	return showCommand(c, &cobra.Command{
		Use: "show ID", Short: "Show one whole, as JSON", Args: exactly(1, "an id, or the beginning of one, as 'edict dead list' shows it"),
		Example: "  edict dead show 4f2a91c0e3d7",
	}, func(ctx context.Context, archive *app.Archive, id string) (news.DeadRow, error) {
		return archive.DeadRow(ctx, id)
	})
}

func (c *command) deadReplayCommand() *cobra.Command {
	return pickCommand(c, &cobra.Command{
		Use: "replay [ID]...", Short: "Try again what was given up",
		Long: `Replay hands articles that were given up to the running program once more, which
classifies and stores them; when none runs, replay does it itself. It exits with 4 if
some are given up again.`,
		Example: "  edict dead replay 4f2a91c0e3d7\n  edict dead replay --all",
	}, picker[news.Key]{
		all: "all of them",
		every: func(ctx context.Context, archive *app.Archive) (keys []news.Key, err error) {
			list, err := archive.DeadRows(ctx, 0)
			for _, d := range list {
				keys = append(keys, d.Key)
			}
			return keys, err
		},
		one: func(ctx context.Context, archive *app.Archive, id string) (news.Key, error) {
			d, err := archive.DeadRow(ctx, id)
			return d.Key, err
		},
		do: func(cmd *cobra.Command, cfg app.Config, archive *app.Archive, keys []news.Key) error {
			n, err := archive.Revive(cmd.Context(), keys)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.stdout, "%d to be tried again\n", n)
			if n == 0 {
				return nil
			}
			return c.handOver(cmd, cfg, "dead")
		},
	})
}
