package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) checkAgain(cmd *cobra.Command, cfg app.Config, slugs []string) error {
	var bar *progressbar.ProgressBar
	all := 0
	r, err := app.CheckAgain(cmd.Context(), cfg, c.logger(false), c.now, slugs, func(waiting int) {
		if bar == nil {
			all = waiting
			bar = c.bar(int64(all), "stories")
		}
		_ = bar.Set(max(all-waiting, 0))
	})
	if bar != nil {
		_ = bar.Exit()
	}
	if err != nil {
		return err
	}
	if r.Holder != "" {
		fmt.Fprintf(c.stdout, "Visited by %s, which polls its sources by itself.\n", r.Holder)
	}
	fmt.Fprintf(c.stdout, "%-24s %8s %9s %6s %6s  %s\n", "source", "same", "read", "gone", "other", "what is wrong")
	partly := false
	for _, s := range r.Sources {
		other := 0
		for _, o := range slices.Sorted(maps.Keys(s.Visits)) {
			switch o {
			case news.OK, news.Unchanged, news.Gone:
			default:
				other += s.Visits[o]
			}
		}
		partly = partly || s.Open > 0
		fmt.Fprintf(c.stdout, "%-24s %8d %9d %6d %6d", s.Slug, s.Visits[news.Unchanged], s.Visits[news.OK], s.Visits[news.Gone], other)
		for _, f := range s.Health.Flags {
			fmt.Fprintf(c.stdout, "  %s", f.Kind)
		}
		fmt.Fprintln(c.stdout)
	}
	for _, t := range r.Changed {
		fmt.Fprintf(c.stdout, "\n%s  %s\n", c.paint(bold, visible(t.Title)), t.URL)
		for _, e := range t.Diff {
			switch e.Op {
			case news.DiffRemoved:
				fmt.Fprintln(c.stdout, c.paint(red, "- "+visible(e.Text)))
			case news.DiffAdded:
				fmt.Fprintln(c.stdout, c.paint(green, "+ "+visible(e.Text)))
			}
		}
	}
	fmt.Fprintf(c.stdout, "\n%d texts have changed.\n", len(r.Changed))
	if partly {
		return errPartly
	}
	return nil
}
