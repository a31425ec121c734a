package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) storiesCommand() *cobra.Command {
	return group("stories", "Show which articles report one event, and say so where Edict is wrong",
		`A story is the articles that report one event, in any language. Edict groups them as
they come; what an analyst merges or splits stays as he said.`,
		c.storiesShowCommand(), c.storiesMergeCommand(), c.storiesSplitCommand())
}

func (c *command) storiesShowCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "show STORY", Short: "Show a story's articles, and what was decided on it", Args: exactly(1, "the id of a story or of one of its articles"),
		Example: "  edict stories show 4f2a91c0e3d75b6a8c1d2e3f40516273\n  edict stories show 4f2a91c0e3d75b6a8c1d2e3f40516273 --format json",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				story, err := archive.Story(cmd.Context(), args[0])
				if errors.Is(err, news.ErrNotFound) {
					var article news.Record
					if article, err = archive.Current(cmd.Context(), args[0]); err == nil {
						story, err = archive.Story(cmd.Context(), article.Story)
					}
				}
				if err != nil {
					return fmt.Errorf("no story and no article %s; 'edict search --format json' shows both ids: %w", args[0], err)
				}
				articles, err := archive.Records(cmd.Context(), news.Filter{Story: story.ID})
				if err != nil {
					return err
				}
				if format == "json" {
					return c.printJSON(struct {
						news.Story
						Records []news.Record `json:"records"`
					}{story, articles})
				}
				c.printStory(story, articles)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// printStory shows a story: its articles, the newest first, and the decisions.
func (c *command) printStory(s news.Story, articles []news.Record) {
	if s.Became != "" {
		fmt.Fprintf(c.stdout, "%s is part of story %s.\n", s.ID, s.Became)
	} else {
		fmt.Fprintf(c.stdout, "%s  %s, %s to %s\n", c.paint(bold, s.ID), number(len(articles), "article"), when(s.Earliest), when(s.Latest))
	}
	for _, r := range articles {
		var tags []string
		for _, t := range r.Tags {
			tags = append(tags, fmt.Sprintf("%s %s %s (%s)", t.Label, t.Jurisdiction, t.Stage, t.State))
		}
		fmt.Fprintf(c.stdout, "  %s  %s\n    %s\n", r.Key().Article, visible(r.Title),
			c.paint(faint, strings.Join([]string{visible(r.Source), when(r.Position().Time), r.URL}, "  ")))
		if len(tags) > 0 {
			fmt.Fprintf(c.stdout, "    %s\n", strings.Join(tags, "; "))
		}
	}
	for _, other := range s.Parted {
		fmt.Fprintf(c.stdout, "  apart from story %s\n", other)
	}
	for _, d := range s.Decisions {
		c.printDecision(d)
	}
}

func (c *command) printDecision(d news.Decision) {
	what := string(d.Act)
	if d.Article != "" {
		what += " of article " + d.Article
	}
	reason := ""
	if d.Reason != "" {
		reason = ": " + visible(d.Reason)
	}
	fmt.Fprintf(c.stdout, "  decision %d, %s by %s, %s%s\n", d.Number, what, visible(d.Who), when(d.Time), reason)
}

func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// actFlags are what a decision needs besides what it is about.
type actFlags struct{ reason, who string }

func (f *actFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.reason, "reason", "", "why, for those who come after you (needed)")
	cmd.Flags().StringVar(&f.who, "as", "", "who is said to have decided; without it, you")
}

// check completes the flags.
func (f *actFlags) check(c *command) error {
	if strings.TrimSpace(f.reason) == "" {
		return usage(errors.New("say why: --reason '…'"))
	}
	if f.who == "" {
		f.who = c.whoami()
	}
	return nil
}

func (c *command) storiesMergeCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "merge STORY STORY", Short: "Make one story of two", Args: exactly(2, "the ids of two stories"),
		Long: `Merge says that two stories report one event. The elder one remains, and each article
of the other is told to readers as a change. It is kept as a decision.`,
		Example: "  edict stories merge 4f2a91c0e3d75b6a8c1d2e3f40516273 90ab12cd34ef56ab78cd90ef12ab34cd --reason 'both tell of the order of 18 June'",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(c); err != nil {
				return err
			}
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				d, err := archive.MergeStories(cmd.Context(), f.who, args[0], args[1], f.reason)
				if err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "one story: %s\n", d.Story)
				c.printDecision(d)
				return nil
			})
		},
	}
	f.add(cmd)
	return cmd
}

func (c *command) storiesSplitCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "split STORY ARTICLE", Short: "Take an article out of a story", Args: exactly(2, "the ids of a story and of one of its articles"),
		Long: `Split says that an article reports another event than the rest of its story. It gets a
story of its own, and the two are not merged again but by an analyst. It is kept as a
decision.`,
		Example: "  edict stories split 4f2a91c0e3d75b6a8c1d2e3f40516273 90ab12cd34ef56ab78cd90ef12ab34cd --reason 'the vote a week later'",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(c); err != nil {
				return err
			}
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				d, err := archive.SplitStory(cmd.Context(), f.who, args[0], args[1], f.reason)
				if err != nil {
					return err
				}
				now, err := archive.Current(cmd.Context(), args[1])
				if err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "a story of its own: %s\n", now.Story)
				c.printDecision(d)
				return nil
			})
		},
	}
	f.add(cmd)
	return cmd
}
