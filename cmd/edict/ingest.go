package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) ingestCommand() *cobra.Command {
	o := app.IngestOptions{}
	cmd := &cobra.Command{
		Use: "ingest FILE...", Short: "Take stories and exported records into the archive", Args: atLeastOne("a file of JSON lines, or - for standard input"),
		Long: `Ingest reads JSON lines. A line of an export (schema edict.record/1) is stored as it
is, verdicts included. Any other line with a title or a text is a story: {"id","url",
"title","text","summary","language","source","published" or "date"}; it is classified
and stored like one that was crawled. A file named .warc or .warc.gz, Edict's own or
another program's, gives an article for each page of a story in it.

What comes in is quiet: it is tagged, grouped and searchable, and alerts nobody unless
--alert is given. A running Edict does the work; when none runs, ingest does it itself.

It can be stopped and called again: lines that are held already are passed over. It
exits with 4 if some lines were wrong.`,
		Example: `  edict ingest archive.jsonl
  edict export | ssh other edict ingest -
  edict ingest --source my-list stories.jsonl
  edict ingest edict-data/pages/edict-20261128T221500Z-00000.warc.gz`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !news.ValidSlug(o.Source) {
				return usage(fmt.Errorf("--source %q is not a slug: 1 to 40 of a-z, 0-9 and -", o.Source))
			}
			in, err := c.inputs()
			if err != nil {
				return err
			}
			archive, err := app.MakeArchive(cmd.Context(), in.Config, c.now)
			if err != nil {
				return err
			}
			defer archive.Close()
			var sum app.Ingested
			some := false
			for _, file := range args {
				bar := c.bar(size(file), file)
				o.Progress = func(n int64) { _ = bar.Set64(n) }
				o.Wrong = func(line int, err error) { fmt.Fprintf(c.stderr, "%s: line %d: %v\n", file, line, err) }
				n, err := app.Ingest(cmd.Context(), archive, in, file, o)
				_ = bar.Exit()
				sum.Records, sum.Stories, sum.Known, sum.Wrong = sum.Records+n.Records, sum.Stories+n.Stories, sum.Known+n.Known, sum.Wrong+n.Wrong
				sum.Passed += n.Passed
				switch {
				case errors.Is(err, app.ErrSome):
					some = true
				case err != nil:
					return usageIfInvalid(err)
				}
			}
			fmt.Fprintf(c.stdout, "%d records stored, %d stories to be classified, %d held already, %d lines wrong\n", sum.Records, sum.Stories, sum.Known, sum.Wrong)
			if sum.Passed > 0 {
				fmt.Fprintf(c.stdout, "%d records of WARC files hold no page of a story\n", sum.Passed)
			}
			if sum.Stories+sum.Known > 0 {
				if err := c.handOver(cmd, in.Config, "stories"); err != nil {
					return err
				}
			}
			if some {
				return errPartly
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&o.Source, "source", "ingest", "slug of the source of stories that name none")
	cmd.Flags().BoolVar(&o.Alert, "alert", false, "what comes in may alert; without it, it is quiet")
	return cmd
}

// handOver has what waits in the ledger worked on, and says by whom.
func (c *command) handOver(cmd *cobra.Command, cfg app.Config, what string) error {
	var bar *progressbar.ProgressBar
	all := int64(0)
	h, err := app.HandOver(cmd.Context(), cfg, c.logger(false), c.now, func(waiting int64) {
		if bar == nil {
			all = waiting
			bar = c.bar(all, what)
		}
		_ = bar.Set64(max(all-waiting, 0))
	})
	if bar != nil {
		_ = bar.Exit()
	}
	switch {
	case err != nil:
		return err
	case h.Holder != "":
		fmt.Fprintf(c.stdout, "handed to the running program (%s), which works on them now\n", h.Holder)
	case h.Dead > 0:
		fmt.Fprintf(c.stdout, "%d stored, %d given up: see 'edict dead list'\n", h.Stored, h.Dead)
		return errPartly
	case h.Stored > 0:
		fmt.Fprintf(c.stdout, "%d stored\n", h.Stored)
	}
	return nil
}

// bar shows progress on a terminal, else nothing.
func (c *command) bar(all int64, what string) *progressbar.ProgressBar {
	if all < 1 {
		all = -1 // not known
	}
	// Without an interval the spinner moves with the count: one that moves by itself is a
	// goroutine of the library's, which reads what others write.
	return progressbar.NewOptions64(all, progressbar.OptionSetWriter(c.stderr), progressbar.OptionSetVisibility(terminal(c.stderr)),
		progressbar.OptionSetDescription(visible(what)), progressbar.OptionSetSpinnerChangeInterval(0),
		progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond))
}

func size(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return -1
	}
	return info.Size()
}
