package main

import (
	"errors"
	"fmt"
	"maps"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) rulesListCommand() *cobra.Command {
	var limit int
	var format string
	cmd := &cobra.Command{
		Use: "list", Short: "List which rules were active from when on, the last first", Args: noArgs,
		Example: "  edict rules list\n  edict rules list --format json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				list, err := archive.RuleUses(cmd.Context(), limit)
				if err != nil {
					return err
				}
				for _, u := range list {
					if format == "json" {
						if err := c.printJSON(u); err != nil {
							return err
						}
						continue
					}
					fmt.Fprintf(c.stdout, "%3d  %s  rules %s (%s)  by %s  %s\n", u.Number, when(u.Time), visible(u.Rules.Version), u.Rules.Hash, visible(u.Who), appliedSo(u))
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "at most so many")
	cmd.Flags().StringVar(&format, "format", "text", "text or json (one a line)")
	return cmd
}

// appliedSo says for which stories a use of rules holds.
func appliedSo(u news.RuleUse) string {
	switch {
	case !u.Applied:
		return "for stories from then on"
	case u.Finished.IsZero():
		return fmt.Sprintf("being run over the archive: %d with other tags so far", u.Written)
	}
	return fmt.Sprintf("for the whole archive since %s: %d with other tags", when(u.Finished), u.Written)
}

func (c *command) rulesPreviewCommand() *cobra.Command {
	var dirs []string
	var format string
	var samples int
	cmd := &cobra.Command{
		Use: "preview", Short: "Say what rules would do to the whole archive; change nothing", Args: noArgs,
		Long: `Preview runs the rules over every stored story and says which tags would come, go or
change, which cells of the map would flip, and how the rules agree with what analysts
have decided. Accepted and rejected tags stay whatever the rules say.

It works while Edict runs.`,
		Example: "  edict rules preview --rules ./my-rules\n  edict rules preview --rules ./my-rules --format json > preview.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			return c.inArchive(cmd, func(cfg app.Config, archive *app.Archive) error {
				bar := c.bar(-1, "stories")
				begin := c.now()
				p, err := app.PreviewRules(cmd.Context(), archive, c.ruleDirs(dirs, cfg), samples, func(n int) { _ = bar.Set(n) })
				_ = bar.Exit()
				if err != nil {
					return usageIfInvalid(err)
				}
				if format == "json" {
					return c.printJSON(p)
				}
				c.printPreview(p)
				if terminal(c.stdout) {
					fmt.Fprintf(c.stdout, "\n%d stories in %.1f s\n", p.Articles, c.now().Sub(begin).Seconds())
				}
				return nil
			})
		},
	}
	cmd.Flags().StringSliceVar(&dirs, "rules", nil, "directory of rule files laid over the embedded ones")
	cmd.Flags().IntVar(&samples, "samples", 3, "so many stories of each kind and label are shown")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// ruleDirs are the directories of the flag, else of the configuration.
func (c *command) ruleDirs(flag []string, cfg app.Config) []string {
	if flag != nil {
		return flag
	}
	return cfg.Rules
}

func (c *command) printPreview(p app.Preview) {
	fmt.Fprintf(c.stdout, "rules %s (%s) would give %d of %d stories other tags\n", p.Rules.Version, p.Rules.Hash, p.Changed, p.Articles)
	for _, label := range slices.Sorted(maps.Keys(p.Labels)) {
		l := p.Labels[label]
		fmt.Fprintf(c.stdout, "\n%s: %d gained, %d lost, %d altered\n", c.paint(bold, string(label)), l.Gained, l.Lost, l.Altered)
		for _, s := range l.Samples {
			c.printShift(s)
		}
	}
	if len(p.Cells) > 0 {
		fmt.Fprintln(c.stdout, "\ncells of the map that would flip:")
	}
	for _, f := range p.Cells {
		to := "would stand no more"
		if f.Stands {
			to = "would stand"
		}
		fmt.Fprintf(c.stdout, "  %-8s %s %s\n", f.Jurisdiction, f.Label, to)
	}
	if len(p.Alerts) > 0 {
		fmt.Fprintln(c.stdout, "\nalerts that subscriptions would have had of the whole archive:")
	}
	for _, a := range p.Alerts {
		fmt.Fprintf(c.stdout, "  %s  %d, and %d now; %d stories gained, %d lost\n", c.paint(bold, visible(a.Name)), a.After, a.Before, a.Gained, a.Lost)
	}
	if n := p.Reviewed; n != (app.Reviewed{}) {
		fmt.Fprintf(c.stdout, "\nof what analysts decided, the rules give %d accepted and %d rejected tags, and miss %d accepted ones (precision %.2f)\n",
			n.Right, n.Wrong, n.Missed, float64(n.Right)/float64(max(n.Right+n.Wrong, 1)))
	}
	if len(p.Failures) > 0 {
		fmt.Fprintf(c.stdout, "\n%d tests of the rules do not hold ('edict rules test' shows all):\n%s\n", len(p.Failures), strings.Join(p.Failures[:min(len(p.Failures), 5)], "\n"))
	}
}

func (c *command) printShift(s app.TagShift) {
	mark, tag, was := c.paint(green, "+"), s.After, ""
	switch {
	case s.After == nil:
		mark, tag = c.paint(red, "-"), s.Before
	case s.Before != nil:
		mark, was = "~", fmt.Sprintf(" (was %s %s)", s.Before.Stage, s.Before.State)
	}
	fmt.Fprintf(c.stdout, "  %s %s  %s %s%s  %s\n    %s\n", mark, c.paint(bold, string(tag.Jurisdiction)), tag.Stage, tag.State, was, visible(s.Title), s.URL)
	if len(tag.Evidence) > 0 {
		fmt.Fprintf(c.stdout, "    “%s”\n", visible(tag.Evidence[0].Quote))
	}
}

func (c *command) rulesApplyCommand() *cobra.Command {
	var o app.ApplyOptions
	cmd := &cobra.Command{
		Use: "apply", Short: "Use rules from now on, and run them over the whole archive", Args: noArgs,
		Long: `Apply makes the rules the active ones, which a running Edict uses within five seconds,
and runs them over every stored story. Only stories whose tags change are written, and
nobody is alerted. Accepted and rejected tags stay. 'edict rules preview' shows before
what it would do.

It works while Edict runs. Stopped half-way it is called again, and goes on. Rules with
a test that does not hold are refused unless --force is given.`,
		Example: "  edict rules preview --rules ./my-rules\n  edict rules apply --rules ./my-rules",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.inArchive(cmd, func(cfg app.Config, archive *app.Archive) error {
				o.Dirs = c.ruleDirs(o.Dirs, cfg)
				if o.Who == "" {
					o.Who = c.whoami()
				}
				bar := c.bar(-1, "stories")
				o.Progress = func(n int) { _ = bar.Set(n) }
				out, err := app.ApplyRules(cmd.Context(), archive, o, c.now)
				_ = bar.Exit()
				switch {
				case errors.Is(err, news.ErrInvalid):
					return usage(err)
				case err != nil && cmd.Context().Err() != nil:
					return fmt.Errorf("stopped after %d stories; the rules are active, and 'edict rules apply' goes on: %w", out.Articles, err)
				case err != nil:
					return err
				}
				fmt.Fprintf(c.stdout, "rules %s (%s) are active; %d stories looked at, %d have other tags\n", out.Rules.Version, out.Rules.Hash, out.Articles, out.Written)
				return nil
			})
		},
	}
	cmd.Flags().StringSliceVar(&o.Dirs, "rules", nil, "directory of rule files laid over the embedded ones")
	cmd.Flags().BoolVar(&o.Force, "force", false, "even if a test of the rules does not hold")
	cmd.Flags().StringVar(&o.Who, "as", "", "who is said to have applied them; without it, you")
	return cmd
}

// whoami is the name under which a command decides.
func (*command) whoami() string { return whoami() }

func whoami() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "command"
}
