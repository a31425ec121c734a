package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"edict/app"
)

func (c *command) replayCommand() *cobra.Command {
	var extract, again, verbose bool
	var since string
	cmd := &cobra.Command{
		Use: "replay --extract", Short: "Derive articles again from the pages that are kept", Args: noArgs,
		Long: `Replay reads the pages that were kept as they were fetched (crawler.keep_pages) once
more, with the extraction and the selectors of now, and puts each text that comes out
otherwise into the ledger as a new version of its article. Of each address it reads the
newest page. Nothing is fetched, and what comes of it is quiet.

A running Edict classifies and stores the new versions; when none runs, replay does it
itself. It can be stopped and called again: it goes on where it was, unless --again is
given. Rules are run over the archive by 'edict rules apply'.`,
		Example: "  edict replay --extract\n  edict replay --extract --since 7d",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !extract {
				return usage(errors.New("say what to do again: --extract derives articles from the kept pages ('edict rules apply' runs rules over the archive)"))
			}
			cfg, err := c.load()
			if err != nil {
				return err
			}
			o := app.ReplayOptions{Span: since, Again: again}
			if o.Since, err = moment("since", since, c.now()); err != nil {
				return err
			}
			o.Wrong = func(place string, err error) {
				if verbose || errors.Is(err, app.ErrTorn) {
					fmt.Fprintf(c.stderr, "%s: %v\n", place, err)
				}
			}
			archive, err := app.OpenArchive(cmd.Context(), cfg, c.now)
			if err != nil {
				return err
			}
			defer archive.Close()
			began := c.now()
			bar := c.bar(-1, "pages")
			o.Progress = func(done, all int) { bar.ChangeMax(all); _ = bar.Set(done) }
			n, err := app.Replay(cmd.Context(), archive, cfg, o)
			_ = bar.Exit()
			if n.Resumed != "" {
				fmt.Fprintf(c.stdout, "went on at %s\n", n.Resumed)
			}
			fmt.Fprintf(c.stdout, "%d pages read in %s: %d gave a new version, %d what was known, %d no article\n",
				n.Pages, c.now().Sub(began).Round(time.Second), n.New, n.Known, n.None)
			if err != nil {
				return err
			}
			return c.handOver(cmd, cfg, "versions")
		},
	}
	cmd.Flags().BoolVar(&extract, "extract", false, "derive articles from the kept pages")
	cmd.Flags().StringVar(&since, "since", "", "pages fetched on or after: 2026-07-01, 2026-07-01T12:00:00Z, or 30d ago as 30d")
	cmd.Flags().BoolVar(&again, "again", false, "from the beginning, also where a replay was stopped")
	cmd.Flags().BoolVar(&verbose, "verbose", false, "say of each page without an article why")
	return cmd
}
