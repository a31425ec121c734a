package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) sourcesCommand() *cobra.Command {
	return group("sources", "List what is watched, try it, and change it",
		`Sources are the sites that Edict watches: those of the configuration file, or the
embedded list where the file names none, and those that add and import bring.`,
		c.sourcesListCommand(), c.sourcesCheckCommand(), c.sourcesAddCommand(), c.sourcesRemoveCommand(),
		c.sourcesPauseCommand(true), c.sourcesPauseCommand(false),
		c.sourcesImportCommand(), c.sourcesExportCommand(), c.sourcesWhyCommand())
}

func (c *command) sourcesListCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "list", Short: "List the sources, and what came of their last poll", Args: noArgs,
		Long: `List shows each source with what came of its last poll, what is wrong with it, and how
the visits of its stories ended. Before the first run it shows what would be watched.`,
		Example: "  edict sources list\n  edict sources list --format json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			cfg, err := c.load()
			if err != nil {
				return err
			}
			list, err := app.Sources(cmd.Context(), cfg, c.now)
			if err != nil {
				return err
			}
			for _, s := range list {
				if format == "json" {
					if err := c.printJSON(s); err != nil {
						return err
					}
					continue
				}
				c.printSource(s)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json (one source a line)")
	return cmd
}

func (c *command) printSource(s app.WatchedSource) {
	fmt.Fprintf(c.stdout, "%-24s %-10s %s\n", s.Slug, s.Kind, visible(s.Name))
	if s.Paused {
		fmt.Fprintln(c.stdout, "  paused: it is left alone until 'edict sources resume "+s.Slug+"'")
	}
	polls := map[string]bool{}
	for _, p := range s.Polls {
		polls[p.Address] = true
		state := string(p.Outcome)
		if p.Outcome == "" {
			state = "not polled yet"
		}
		fmt.Fprintf(c.stdout, "  %s\n    %s", p.Address, state)
		if !p.Last.IsZero() {
			fmt.Fprintf(c.stdout, " at %s, %d entries, %d new", when(p.Last), p.Entries, p.New)
		}
		if p.Failures > 0 {
			fmt.Fprintf(c.stdout, "; failed %d times, next try %s", p.Failures, when(p.Next))
		}
		if p.Detail != "" {
			fmt.Fprintf(c.stdout, "; %s", visible(p.Detail))
		}
		fmt.Fprintln(c.stdout)
	}
	for _, a := range s.Addresses() {
		if !polls[a] {
			fmt.Fprintf(c.stdout, "  %s\n    not polled yet\n", a)
		}
	}
	c.printHealth(s.Health)
}

// printHealth shows what is wrong with a source, and how its stories' visits ended.
func (c *command) printHealth(h news.Health) {
	for _, f := range h.Flags {
		fmt.Fprintf(c.stdout, "  %s since %s: %s\n", c.paint(red, string(f.Kind)), when(f.Since), visible(f.Detail))
	}
	var parts []string
	for _, o := range slices.Sorted(maps.Keys(h.Visits)) {
		parts = append(parts, fmt.Sprintf("%s %d", o, h.Visits[o].N))
	}
	if len(parts) > 0 {
		fmt.Fprintf(c.stdout, "  stories    %s", strings.Join(parts, ", "))
		if h.Versions > 0 {
			fmt.Fprintf(c.stdout, "; %d changed later", h.Versions)
		}
		if h.Rhythm > 0 {
			fmt.Fprintf(c.stdout, "; one every %s", h.Rhythm.Round(time.Second))
		}
		fmt.Fprintln(c.stdout)
	}
	for _, o := range slices.Sorted(maps.Keys(h.Visits)) {
		if t := h.Visits[o]; o != news.OK && o != news.Unchanged {
			fmt.Fprintf(c.stdout, "    last %-11s %s %s %s\n", o, when(t.Last), t.URL, visible(t.Detail))
		}
	}
}

func (c *command) printStoryCheck(s app.CheckedStory) {
	fmt.Fprintf(c.stdout, "      %s\n", visible(s.String()))
	fault := s.Fault()
	for _, did := range s.Selected {
		if fault == "" || !strings.HasPrefix(fault, did.String()) {
			fmt.Fprintf(c.stdout, "        %s\n", visible(did.String()))
		}
	}
	if fault != "" {
		fmt.Fprintf(c.stdout, "        %s.\n", visible(fault))
	}
}

func (c *command) sourcesCheckCommand() *cobra.Command {
	again := false
	cmd := &cobra.Command{
		Use: "check [SLUG]...", Short: "Try each source once, and one story of it; store nothing",
		Long: `Check polls every address of the sources named (all without a name), reads one story
of each, and says in one line each what came of it. It keeps the same manners as run:
robots.txt, one request at a time and a pause per site. Where a source has selectors of
its own (select: in the configuration), it says what they gave or cut on that story; one
for the text that gives nothing counts as wrong.

With --again it polls them and visits every story of theirs that is known, with its
ETag: texts that have changed become new versions, and are shown. A running Edict does
that in its own time; when none runs, check does it, and stores what it finds.

It exits with 4 if some could not be read.`,
		Example: "  edict sources check\n  edict sources check coindesk sec\n  edict sources check coindesk --again",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if again {
				return c.checkAgain(cmd, cfg, args)
			}
			good, all := 0, 0
			begin := c.now()
			err = app.CheckSources(cmd.Context(), cfg, c.now, args, func(s app.CheckedSource) {
				all++
				mark := "WRONG"
				if s.OK() {
					good++
					mark = "ok   "
				}
				fmt.Fprintf(c.stdout, "%s %s\n", mark, s.Source)
				for _, a := range s.Addresses {
					fmt.Fprintf(c.stdout, "      %s\n", visible(a.String()))
				}
				if s.Story != nil {
					c.printStoryCheck(*s.Story)
				}
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(c.stdout, "%d of %d sources can be read; it took %s.\n", good, all, c.now().Sub(begin).Round(time.Second))
			switch good {
			case all:
				return nil
			case 0:
				return errors.New("no source could be read: is there a network?")
			default:
				return errPartly
			}
		},
	}
	cmd.Flags().BoolVar(&again, "again", false, "visit every known story too, and store what has changed")
	return cmd
}
