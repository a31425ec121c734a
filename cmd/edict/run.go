package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) runCommand() *cobra.Command {
	var demo, verbose bool
	var only []string
	cmd := &cobra.Command{
		Use: "run", Short: "Watch sources, tag what they publish, store it and show it", Args: noArgs,
		Long: `Run watches sources, tags each story and stores it, until Ctrl-C. Stories appear on
a page as they come in: http://127.0.0.1:8080 unless web.listen says otherwise.

Without a configuration it watches the embedded list of crypto press and public
authorities, and keeps everything in ./edict-data. With --demo it watches a small
news site inside the program and nothing else: stories that were written for it come
out over a minute, in ./edict-demo, which is emptied at the start.

Only one instance runs on a data directory. Other commands work beside it.

With --only a process runs some parts of the program: crawler, classifier, sink, alert, web.
They meet on an outside NATS (bus.url) and in a PostgreSQL database (store.url). Any
number of classifiers and web work at once. Of crawler, sink and alert one process is
at work and others stand by, to take over within ten seconds.`,
		Example: `  edict run --demo
  edict run
  edict run --config edict.yaml
  edict run --only crawler
  edict run --only classifier,sink
  EDICT_DATA=/var/lib/edict EDICT_WEB_LISTEN=127.0.0.1:9000 edict run`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			parts, err := app.ParseParts(only)
			if err != nil {
				return usage(fmt.Errorf("--only: %w", err))
			}
			o := app.Options{
				Version: version(), Log: c.logger(verbose), Now: c.now, Demo: demo, Only: parts, Ready: c.greet,
			}
			if err := app.CheckOnly(cfg, o); err != nil {
				return usage(fmt.Errorf("--only: %w", err))
			}
			if demo {
				if cfg, err = app.DemoConfig(cfg); err != nil {
					return usage(err)
				}
			}
			return app.Run(cmd.Context(), cfg, o)
		},
	}
	cmd.Flags().BoolVar(&demo, "demo", false, "watch a small news site inside the program, without a network")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "log every fetch too")
	cmd.Flags().StringSliceVar(&only, "only", nil, "run these `parts` alone: crawler, classifier, sink, alert, web")
	return cmd
}

// greet says on start what is watched and where the page is.
func (c *command) greet(s app.Status) {
	kinds := map[news.Kind]int{}
	for _, src := range s.Sources {
		kinds[src.Kind]++
	}
	var labels []string
	for _, l := range s.Labels {
		labels = append(labels, string(l))
	}
	runs := ""
	if len(s.Parts) > 0 {
		runs = fmt.Sprintf(" runs %s, and", strings.Trim(fmt.Sprint(s.Parts), "[]"))
	}
	fmt.Fprintf(c.stderr, "Edict %s%s watches %d sources: %d official, %d press, %d aggregators.\n", version(), runs, len(s.Sources), kinds[news.Official], kinds[news.Press], kinds[news.Aggregator])
	if len(labels) > 0 {
		fmt.Fprintf(c.stderr, "  looks for  %s (rules %s)\n", strings.Join(labels, ", "), s.Rules.Version)
	}
	fmt.Fprintf(c.stderr, "  keeps in   %s\n", s.Data)
	if s.Page != "" {
		fmt.Fprintf(c.stderr, "  shows at   %s\n", s.Page)
	}
	fmt.Fprintln(c.stderr, "Ctrl-C drains and stops.")
}

func (c *command) doctorCommand() *cobra.Command {
	var asJSON, ready bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check that nothing is lost, broken or full", Args: noArgs,
		Long: `Doctor checks the rules, the disk, the store and the crawl ledger, and asks the
running program, if there is one, whether it is ready. It changes nothing. With
--ready it only asks the running program, at ops.listen or else web.listen, as the
health check of a container does.

It exits with 1 if anything is not as it should be.`,
		Example: "  edict doctor\n  edict doctor --json\n  EDICT_OPS_LISTEN=127.0.0.1:8081 edict doctor --ready",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if ready {
				return c.showFindings(app.Ready(cmd.Context(), cfg), asJSON)
			}
			findings, err := app.Doctor(cmd.Context(), cfg, c.now)
			if err != nil {
				return err
			}
			return c.showFindings(findings, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&ready, "ready", false, "ask the running program whether it is ready, and nothing else")
	return cmd
}

func (c *command) showFindings(findings []app.Finding, asJSON bool) error {
	green := true
	for _, f := range findings {
		green = green && f.Green
	}
	if asJSON {
		if err := c.printJSON(map[string]any{"green": green, "findings": findings}); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			mark := "ok   "
			if !f.Green {
				mark = "WRONG"
			}
			fmt.Fprintf(c.stdout, "%s  %-9s %s\n", mark, f.Part, f.Detail)
		}
	}
	if !green {
		return errors.New("not everything is as it should be")
	}
	return nil
}
