package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) sourcesAddCommand() *cobra.Command {
	var w app.SourceWish
	var kind, every, feed, sitemap, listing string
	var dryRun bool
	cmd := &cobra.Command{
		Use: "add URL", Short: "Find out what a site offers, show it, and watch it", Args: exactlyOne("the address of a site"),
		Long: `Add reads the page at URL and shows the feeds and news sitemaps that its site offers.
It watches the first feed, or else the first sitemap, or else the page itself as a list
of stories. --feed, --sitemap and --listing choose others, or several at once; --page
watches the page itself, whose text is a story that changes.

A running Edict takes it up within 5 seconds.`,
		Example: `  edict sources add coindesk.com
  edict sources add https://www.sec.gov --kind official --name SEC --dry-run
  edict sources add https://board.example/notices --listing https://board.example/notices --links 'h3 > a'
  edict sources add https://board.example/rules --page`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			var interval app.Every
			if err := interval.UnmarshalText([]byte(every)); err != nil {
				return usage(fmt.Errorf("--every: %w", err))
			}
			w.Kind, w.Every = news.Kind(kind), time.Duration(interval)
			offer, src, err := app.Discover(cmd.Context(), cfg, c.now, args[0], w)
			chosen := feed != "" || sitemap != "" || listing != ""
			if err != nil && (!chosen || !errors.Is(err, news.ErrInvalid)) {
				return err
			}
			if chosen {
				src.Feed, src.Sitemap, src.Listing = feed, sitemap, listing
			}
			c.printOffer(offer, src)
			if err := src.Validate(); err != nil {
				return usage(err)
			}
			if dryRun {
				fmt.Fprintln(c.stdout, "Nothing was stored.")
				return nil
			}
			archive, err := app.MakeArchive(cmd.Context(), cfg, c.now)
			if err != nil {
				return err
			}
			defer archive.Close()
			if err := app.AddSource(cmd.Context(), archive, src); err != nil {
				return err
			}
			fmt.Fprintf(c.stdout, "It is watched as %s. Try it: edict sources check %s\n", src.Slug, src.Slug)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&w.Name, "name", "", "as it is shown (default: the title of the feed or page)")
	f.StringVar(&w.Slug, "slug", "", "its short name (default: made from the name)")
	f.StringVar(&kind, "kind", "press", "official, press or aggregator")
	f.StringVar(&every, "every", "auto", "how often it is read: auto, or a time such as 5m")
	f.StringVar(&feed, "feed", "", "watch this feed instead of what is found")
	f.StringVar(&sitemap, "sitemap", "", "watch this news sitemap")
	f.StringVar(&listing, "listing", "", "watch this page with links to stories")
	f.BoolVar(&w.Page, "page", false, "URL is a story itself: watch its text")
	f.StringVar(&w.Select.Links, "links", "", "CSS selector of the links to stories in a listing")
	f.StringVar(&w.Select.Text, "text", "", "CSS selector of an article's body")
	f.BoolVar(&dryRun, "dry-run", false, "show what is offered, store nothing")
	return cmd
}

// printOffer shows what a site offers; what is taken of it has a mark.
func (c *command) printOffer(o app.Offer, src news.Source) {
	fmt.Fprintf(c.stdout, "%s  %s\n", c.paint(bold, visible(src.Name)), o.Address)
	shown := map[string]bool{}
	line := func(what, address string) {
		mark := " "
		for _, a := range src.Addresses() {
			if a == address {
				mark = "*"
			}
		}
		if address != "" && !shown[what+address] {
			shown[what+address] = true
			fmt.Fprintf(c.stdout, "%s %-8s %s\n", mark, what, visible(address))
		}
	}
	for _, a := range append(o.Feeds, src.Feed) {
		line("feed", a)
	}
	for _, a := range append(o.Sitemaps, src.Sitemap) {
		line("sitemap", a)
	}
	line("listing", o.Listing)
	line("listing", src.Listing)
	line("page", src.Page)
	if o.Stories > 0 {
		fmt.Fprintf(c.stdout, "  %d stories stand there now; * is what is watched\n", o.Stories)
	}
}

func (c *command) sourcesRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "remove SLUG...", Short: "Watch sources no longer; their stories stay", Args: atLeastOne("the slug of a source, as edict sources list shows it"),
		Example: "  edict sources remove coindesk",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			archive, err := app.OpenArchive(cmd.Context(), cfg, c.now)
			if err != nil {
				return err
			}
			defer archive.Close()
			for _, slug := range args {
				if err := archive.RemoveSource(cmd.Context(), slug); err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "%s is watched no longer.\n", slug)
			}
			return nil
		},
	}
}

func (c *command) sourcesPauseCommand(paused bool) *cobra.Command {
	name, short, said := "resume", "Watch paused sources again", "is watched again"
	if paused {
		name, short, said = "pause", "Leave sources alone until they are resumed", "is paused: neither its addresses nor its stories are read"
	}
	return &cobra.Command{
		Use: name + " SLUG...", Short: short, Args: atLeastOne("the slug of a source, as edict sources list shows it"),
		Example: "  edict sources " + name + " coindesk",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				for _, slug := range args {
					if err := archive.PauseSource(cmd.Context(), slug, paused); err != nil {
						return err
					}
					fmt.Fprintf(c.stdout, "%s %s.\n", slug, said)
				}
				return nil
			})
		},
	}
}

func (c *command) sourcesImportCommand() *cobra.Command {
	return &cobra.Command{
		Use: "import FILE", Short: "Watch the feeds of an OPML list, as feed readers export it", Args: exactlyOne("an OPML file, or - for standard input"),
		Long: `Import adds each feed of an OPML file (- for standard input), folders and all. One
that is watched already is passed over, so that a list can be imported again. It exits
with 4 if some could not be added.`,
		Example: "  edict sources import feeds.opml\n  edict sources export | ssh other edict sources import -",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			in := cmd.InOrStdin()
			if args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return usage(err)
				}
				defer file.Close()
				in = file
			}
			archive, err := app.MakeArchive(cmd.Context(), cfg, c.now)
			if err != nil {
				return err
			}
			defer archive.Close()
			n, err := app.ImportSources(cmd.Context(), archive, in, func(name string, err error) {
				fmt.Fprintf(c.stderr, "%s: %v\n", visible(name), err)
			})
			if err != nil && !errors.Is(err, app.ErrSome) {
				return usageIfInvalid(fmt.Errorf("%s: %w", args[0], err))
			}
			fmt.Fprintf(c.stdout, "%d added, %d watched already, %d wrong\n", n.Added, n.Known, n.Wrong)
			if err != nil {
				return errPartly
			}
			return nil
		},
	}
}

func (c *command) sourcesExportCommand() *cobra.Command {
	return &cobra.Command{
		Use: "export", Short: "Write what is watched as an OPML list to standard output", Args: noArgs,
		Long: `Export writes an OPML list that feed readers take. What a source has beside a feed
stands in attributes of Edict's own, so that import reads it back whole.`,
		Example: "  edict sources export >sources.opml",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			return app.ExportSources(cmd.Context(), cfg, c.now, c.stdout)
		},
	}
}

func (c *command) sourcesWhyCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "why URL", Short: "Say what is known of a story's address, and whether it may be fetched", Args: exactlyOne("an address"),
		Long: `Why asks the same judge as every request: the address guard, robots.txt, and the pace
of its domain. It tells what came of the last visit and when the next is due. It reads
the site's robots.txt, and not the page.`,
		Example: "  edict sources why https://www.coindesk.com/policy/2021/07/14/story",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			cfg, err := c.load()
			if err != nil {
				return err
			}
			e, err := app.ExplainAddress(cmd.Context(), cfg, c.now, args[0])
			if err != nil {
				return usageIfInvalid(err)
			}
			if format == "json" {
				return c.printJSON(e)
			}
			c.printWhy(e)
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

func (c *command) printWhy(e app.Explanation) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(c.stdout, "%-10s %s\n", name, visible(fmt.Sprintf(format, args...)))
	}
	line("address", "%s", e.Address)
	v := e.Visit
	switch {
	case !e.Known:
		line("known", "no: no source has listed it")
	default:
		line("source", "%s, found %s", v.Source, when(v.Found))
		if v.Last.IsZero() {
			line("visited", "not yet")
		} else {
			line("visited", "%s: %s", when(v.Last), strings.TrimSuffix(strings.Join([]string{string(v.Outcome), v.Detail}, ": "), ": "))
		}
		if v.Article != "" {
			what := "article"
			if v.Partial {
				what = "partial article, from the feed's own words"
			}
			line("article", "%s %s, %s", what, v.Article, e.State)
		}
		if v.Next.IsZero() {
			line("next", "not again")
		} else {
			line("next", "%s, after %d tries", when(v.Next), v.Attempts)
		}
	}
	if e.Answer.May {
		line("now", "it may be fetched: %s; %s between two requests to %s", e.Answer.Why, e.Answer.Pause, e.Answer.Domain)
	} else {
		line("now", "it may not be fetched: %s: %s", e.Answer.Outcome, e.Answer.Why)
	}
}
