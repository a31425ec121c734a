package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) silencesCommand() *cobra.Command {
	return group("silences", "Hold what is sent of a story, a source or a phrase, for a while",
		`A silence holds the deliveries of alerts until its end: of a story, of a source, with a
phrase, of one subscription or of all. It loses nothing: alerts are still written and
stand in the feeds, what was held is counted, and can be sent after all.`,
		c.silencesListCommand(), c.silencesAddCommand(), c.silencesRemoveCommand())
}

func (c *command) silencesListCommand() *cobra.Command {
	return listCommand(c, &cobra.Command{
		Use: "list", Short: "List the silences: whose, why, until when, and what they hold",
		Example: "  edict silences list\n  edict silences list --format json",
	}, lister[news.Silence]{
		read: func(ctx context.Context, archive *app.Archive) ([]news.Silence, error) {
			return archive.Silences(ctx, c.now())
		},
		text: func(s news.Silence) {
			until := "until"
			if !s.Until.After(c.now()) {
				until = "over since"
			}
			fmt.Fprintf(c.stdout, "%s  %s  %s %s, by %s\n    %s; it holds %d deliveries\n", s.ID, c.paint(bold, visible(silenceLine(s))),
				until, s.Until.UTC().Format("2006-01-02 15:04 MST"), visible(s.Author), visible(s.Reason), s.Held)
		},
		none: "There are none.",
	})
}

// silenceLine says what a silence is of.
func silenceLine(s news.Silence) string {
	var parts []string
	for _, p := range [][2]string{{"story", s.Story}, {"source", s.Source}, {"phrase", s.Phrase}, {"subscription", s.Subscription}} {
		if p[1] != "" {
			parts = append(parts, p[0]+" "+p[1])
		}
	}
	return strings.Join(parts, ", ")
}

func (c *command) silencesAddCommand() *cobra.Command {
	var s news.Silence
	var span string
	cmd := &cobra.Command{
		Use: "add", Short: "Silence a story, a source, a phrase or a subscription; what is named must all fit", Args: noArgs,
		Example: `  edict silences add --source daily-chain --for 7d --reason 'repeats old stories'
  edict silences add --phrase 'price prediction' --subscription 1f0c7a2be95d4c3f8a6b0d2e4f5a6b7c --for 90d --reason noise
  edict silences add --story 9c0d21be77aa41f2 --for 12h --deliver --reason 'after the holiday'`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			hold, err := app.ParseDuration(span)
			if err != nil {
				return usage(fmt.Errorf("--for: %w", err))
			}
			var id [8]byte
			_, _ = rand.Read(id[:]) // it never fails
			s.ID, s.Author, s.Created = hex.EncodeToString(id[:]), c.whoami(), c.now().UTC()
			s.Until = s.Created.Add(time.Duration(hold))
			if err := s.Validate(); err != nil {
				return usage(err)
			}
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				if s.Subscription != "" {
					if _, err := archive.Subscription(cmd.Context(), s.Subscription); err != nil {
						return err
					}
				}
				if err := archive.SaveSilence(cmd.Context(), s); err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "silence %s holds until %s\n", s.ID, s.Until.Format("2006-01-02 15:04 MST"))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&s.Story, "story", "", "of the story with this id")
	cmd.Flags().StringVar(&s.Source, "source", "", "of reports of this source, by its slug")
	cmd.Flags().StringVar(&s.Phrase, "phrase", "", "of reports that hold this phrase, in any script")
	cmd.Flags().StringVar(&s.Subscription, "subscription", "", "for this subscription alone, by its id")
	cmd.Flags().StringVar(&s.Reason, "reason", "", "why, for whoever wonders")
	cmd.Flags().StringVar(&span, "for", "7d", "how long: 90m, 12h, 7d")
	cmd.Flags().BoolVar(&s.Deliver, "deliver", false, "send what was held when it ends")
	return cmd
}

func (c *command) silencesRemoveCommand() *cobra.Command {
	var deliver bool
	cmd := &cobra.Command{
		Use: "remove ID", Short: "End a silence now", Args: exactly(1, "the id of a silence, as 'edict silences list' shows it"),
		Example: "  edict silences remove 3f2a90c1d4e5b6a7\n  edict silences remove 3f2a90c1d4e5b6a7 --deliver",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				held, err := archive.EndSilence(cmd.Context(), args[0], deliver)
				if err != nil {
					return err
				}
				switch {
				case deliver:
					fmt.Fprintf(c.stdout, "ended; %d deliveries that it held are sent now\n", held)
				case held > 0:
					fmt.Fprintf(c.stdout, "ended; %d deliveries stay held; --deliver sends them\n", held)
				default:
					fmt.Fprintln(c.stdout, "ended; it held nothing")
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&deliver, "deliver", false, "send what it held")
	return cmd
}
