package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

func (c *command) subscriptionsCommand() *cobra.Command {
	return group("subscriptions", "Be told of stories as they come, each event once",
		`A subscription is a saved query. Edict writes an alert for it when a story first says
what it asks for, and again only when something is new: another place, the next stage,
the first official source, a measure lifted or withdrawn. Copies are not told again.

The alerts of a subscription are a feed that any feed reader follows:
http://127.0.0.1:8080/feeds/<id>.atom. They work while Edict runs.`,
		c.subscriptionsListCommand(), c.subscriptionsAddCommand(), c.subscriptionsTestCommand(),
		c.subscriptionsPauseCommand("pause", "Tell a subscription of nothing until it is resumed", true),
		c.subscriptionsPauseCommand("resume", "Tell a paused subscription again", false), c.subscriptionsRemoveCommand(), c.subscriptionsSecretCommand())
}

// queryFlags are the flags that make a subscription's query.
type queryFlags struct {
	labels, places, stages, sources, languages []string
	words                                      string
	score                                      float64
	reviewed, all                              bool
}

func (f *queryFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.labels, "label", nil, "any of these labels, such as mining_crackdown")
	cmd.Flags().StringSliceVar(&f.places, "jurisdiction", nil, "any of these places: CN, CN-JX, US-NY; a country includes its divisions")
	cmd.Flags().BoolVar(&f.all, "all-divisions", false, "CN includes HK, MO and TW: all 34 divisions")
	cmd.Flags().StringSliceVar(&f.stages, "stage", nil, "any of proposed, enacted, enforced, lifted")
	cmd.Flags().StringSliceVar(&f.sources, "source", nil, "any of these sources, by their slugs")
	cmd.Flags().StringSliceVar(&f.languages, "language", nil, "any of these languages: en, zh, zh-Hant")
	cmd.Flags().StringVar(&f.words, "words", "", `all of these words; "quotes" hold a phrase together, -word must not be there`)
	cmd.Flags().Float64Var(&f.score, "min-score", 0, "only tags with this score or more, 0 to 1")
	cmd.Flags().BoolVar(&f.reviewed, "reviewed", false, "only tags that an analyst has accepted")
}

func (f *queryFlags) query() (q news.Query, err error) {
	q = news.Query{AllDivisions: f.all, MinScore: f.score, Reviewed: f.reviewed, Sources: f.sources, Languages: f.languages, Words: f.words}
	for _, l := range f.labels {
		q.Labels = append(q.Labels, news.Label(l))
	}
	for _, p := range f.places {
		j, err := news.ParseJurisdiction(p)
		if err != nil {
			return q, usage(fmt.Errorf("--jurisdiction: %w", err))
		}
		q.Jurisdictions = append(q.Jurisdictions, j)
	}
	for _, s := range f.stages {
		q.Stages = append(q.Stages, news.Stage(s))
	}
	return q, nil
}

// scheduleFlags are the flags that say when a subscription's alerts leave.
type scheduleFlags struct {
	every, at, weekday, zone, quiet string
	noHeartbeat                     bool
}

func (f *scheduleFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.every, "every", "now", "when alerts leave: now, hourly, daily or weekly")
	cmd.Flags().StringVar(&f.at, "at", "", "when a daily or weekly digest leaves, HH:MM (08:00 unless given)")
	cmd.Flags().StringVar(&f.weekday, "weekday", "", "the day of a weekly digest (monday unless given)")
	cmd.Flags().StringVar(&f.zone, "zone", "", "the zone of these times, such as Europe/Berlin or Asia/Shanghai (UTC unless given)")
	cmd.Flags().BoolVar(&f.noHeartbeat, "no-heartbeat", false, "leave out the weekly report on its channels")
	cmd.Flags().StringVar(&f.quiet, "quiet", "", "hours in which nothing leaves, such as 22:00-07:00; what is due then leaves when they end")
}

func (f *scheduleFlags) schedule() (s news.Schedule, err error) {
	s = news.Schedule{Every: news.Pace(f.every), At: f.at, Weekday: strings.ToLower(f.weekday), Zone: f.zone}
	if f.quiet != "" {
		from, to, found := strings.Cut(f.quiet, "-")
		if !found {
			return s, usage(fmt.Errorf("--quiet %q is not two clock times such as 22:00-07:00", f.quiet))
		}
		s.Quiet = news.QuietHours{From: strings.TrimSpace(from), To: strings.TrimSpace(to)}
	}
	return s, usage(s.Validate())
}

// scheduleLine says in one line when alerts leave; "" for at once.
func scheduleLine(s news.Schedule) string {
	line := ""
	if s.Pace() != news.AtOnce {
		line = string(s.Pace())
	}
	clock := func(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
	switch s.Pace() {
	case news.Daily:
		line += " at " + clock(s.Clock())
	case news.Weekly:
		line += fmt.Sprintf(" on %s at %s", s.Day(), clock(s.Clock()))
	}
	if !s.Quiet.IsZero() {
		line = strings.TrimSpace(line + " quiet " + s.Quiet.From + "-" + s.Quiet.To)
	}
	if line != "" {
		line += " " + s.Location().String()
	}
	return line
}

// trialDays is how far back a subscription is tried before it is saved.
const trialDays = 90

func (c *command) subscriptionsAddCommand() *cobra.Command {
	var f queryFlags
	var when scheduleFlags
	var to channelFlags
	var owner string
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Save a subscription, after showing what it would have told", Args: exactly(1, "a name"),
		Example: `  edict subscriptions add "Mining in China" --label mining_crackdown --jurisdiction CN
  edict subscriptions add Sandboxes --words '"regulatory sandbox" -fintech' --language en
  edict subscriptions add Texas --jurisdiction US-TX --every daily --at 08:00 --zone America/Chicago
  edict subscriptions add Kazakhstan --jurisdiction KZ --zone Asia/Almaty --quiet 22:00-07:00
  edict subscriptions add "Grids" --words grid --owner ada
  edict subscriptions add "Mining in China" --jurisdiction CN --channel mail:ada@example.org --channel webhook:https://example.org/hook`,
		RunE: func(cmd *cobra.Command, args []string) error {
			query, err := f.query()
			if err != nil {
				return err
			}
			schedule, err := when.schedule()
			if err != nil {
				return err
			}
			cfg, err := c.load()
			if err != nil {
				return err
			}
			archive, err := app.MakeArchive(cmd.Context(), cfg, c.now)
			if err != nil {
				return err
			}
			defer archive.Close()
			if owner == "" {
				owner = c.whoami()
			} else if owner, err = c.accountNamed(cmd, archive, owner); err != nil {
				return err
			}
			sub := news.Subscription{ID: app.NewSubscriptionID(), Name: args[0], Owner: owner, Created: c.now().UTC(), Channels: append([]string{}, to.channels...), Language: to.language, Query: query, Schedule: schedule, NoHeartbeat: when.noHeartbeat}
			if err := errors.Join(sub.Validate(), app.CheckChannels(cfg, sub.Channels)); err != nil {
				return usage(err)
			}
			if err := c.showTrial(cmd, archive, sub); err != nil {
				return usageIfInvalid(err)
			}
			made, err := app.SaveSubscription(cmd.Context(), cfg, archive, sub)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.stdout, "saved as %s; its feed is http://%s/feeds/%s.atom\n", sub.ID, cfg.Web.Listen, sub.ID)
			c.printChannels(sub)
			c.showSecrets(made)
			return nil
		},
	}
	f.add(cmd)
	when.add(cmd)
	to.add(cmd)
	cmd.Flags().StringVar(&owner, "owner", "", "whose it is: the name of an account; who you are on this machine unless given")
	return cmd
}

// accountNamed returns the name of an account as it is kept.
func (c *command) accountNamed(cmd *cobra.Command, archive *app.Archive, name string) (string, error) {
	accounts, err := app.NewAccounts(archive, c.now)
	if err != nil {
		return "", err
	}
	u, err := accounts.Find(cmd.Context(), name)
	if err != nil {
		return "", fmt.Errorf("--owner: %w", err)
	}
	return u.Name, nil
}

func (c *command) subscriptionsTestCommand() *cobra.Command {
	var f queryFlags
	var send bool
	cmd := &cobra.Command{
		Use: "test [ID]", Short: "Show what a subscription, saved or not, would have told in the last 90 days",
		Example: `  edict subscriptions test 1f0c7a2be95d4c3f8a6b0d2e4f5a6b7c
  edict subscriptions test --label mining_crackdown --jurisdiction KZ --words grid
  edict subscriptions test --send 1f0c7a2be95d4c3f8a6b0d2e4f5a6b7c`,
		RunE: func(cmd *cobra.Command, args []string) error {
			query, err := f.query()
			if err != nil {
				return err
			}
			if send && len(args) == 0 {
				return usage(errors.New("--send needs the id of a subscription"))
			}
			return c.inArchive(cmd, func(cfg app.Config, archive *app.Archive) error {
				sub := news.Subscription{ID: "test", Name: "test", Owner: c.whoami(), Query: query}
				if len(args) > 0 {
					if sub, err = archive.Subscription(cmd.Context(), args[0]); err != nil {
						return err
					}
				}
				if err := sub.Validate(); err != nil {
					return usage(err)
				}
				if send {
					return c.sendTest(cmd, cfg, archive, sub)
				}
				return usageIfInvalid(c.showTrial(cmd, archive, sub))
			})
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&send, "send", false, "send a test message on each of its channels and show the answers; exit code 1 if one is not taken")
	return cmd
}

func (c *command) showTrial(cmd *cobra.Command, archive *app.Archive, sub news.Subscription) error {
	alerts, err := app.TrySubscription(cmd.Context(), archive, sub, c.now().AddDate(0, 0, -trialDays))
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "in the last %d days it would have sent %d alerts", trialDays, len(alerts))
	const shown = 10
	switch {
	case len(alerts) > shown:
		fmt.Fprintf(c.stdout, ", the last %d of them:\n", shown)
	case len(alerts) > 0:
		fmt.Fprintln(c.stdout, ":")
	default:
		fmt.Fprintln(c.stdout)
	}
	for _, a := range alerts[:min(len(alerts), shown)] {
		var facts []string
		for _, f := range a.Facts {
			facts = append(facts, fmt.Sprintf("%s %s %s", f.Label, f.Jurisdiction, f.Stage))
		}
		fmt.Fprintf(c.stdout, "  %s  %s\n    %s  %s\n", a.Time.UTC().Format(time.DateOnly), c.paint(bold, visible(a.Title)), strings.Join(facts, ", "), a.URL)
	}
	return nil
}

func (c *command) subscriptionsListCommand() *cobra.Command {
	return listCommand(c, &cobra.Command{
		Use: "list", Short: "List the subscriptions",
		Example: "  edict subscriptions list\n  edict subscriptions list --format json",
	}, lister[news.Subscription]{
		read: func(ctx context.Context, archive *app.Archive) ([]news.Subscription, error) {
			list, _, err := archive.Subscriptions(ctx)
			return list, err
		},
		text: func(s news.Subscription) {
			state := ""
			if s.Paused {
				state = "  paused"
			}
			line := queryLine(s.Query)
			if when := scheduleLine(s.Schedule); when != "" {
				line += "; " + when
			}
			fmt.Fprintf(c.stdout, "%s  %s%s\n    %s\n", s.ID, c.paint(bold, visible(s.Name)), state, visible(line))
			c.printChannels(s)
		},
		json: func(s news.Subscription) any { return s.Shown() },
		none: "There are none; 'edict subscriptions add' makes one.",
	})
}

// queryLine says in one line what a query asks for.
func queryLine(q news.Query) string {
	var parts []string
	add := func(name string, list []string) {
		if len(list) > 0 {
			parts = append(parts, name+" "+strings.Join(list, "|"))
		}
	}
	words := func(list any) []string { return strings.Fields(strings.Trim(fmt.Sprint(list), "[]")) }
	add("label", words(q.Labels))
	add("in", words(q.Jurisdictions))
	add("stage", words(q.Stages))
	add("from", q.Sources)
	add("language", q.Languages)
	if q.AllDivisions {
		parts = append(parts, "all 34 divisions")
	}
	if q.MinScore > 0 {
		parts = append(parts, fmt.Sprintf("score %.2f or more", q.MinScore))
	}
	if q.Reviewed {
		parts = append(parts, "reviewed")
	}
	if q.Words != "" {
		parts = append(parts, "words "+q.Words)
	}
	return strings.Join(parts, "; ")
}

func (c *command) subscriptionsPauseCommand(use, short string, paused bool) *cobra.Command {
	return &cobra.Command{
		Use: use + " ID", Short: short, Args: exactly(1, "the id of a subscription, as 'edict subscriptions list' shows it"),
		Example: "  edict subscriptions " + use + " 1f0c7a2be95d4c3f8a6b0d2e4f5a6b7c",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				sub, err := archive.Subscription(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				sub.Paused, sub.Why = paused, ""
				if !paused {
					sub.Halted = nil
				}
				if paused {
					sub.Why = "by " + c.whoami()
				}
				return archive.SaveSubscription(cmd.Context(), sub)
			})
		},
	}
}

func (c *command) subscriptionsRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use: "remove ID", Short: "Remove a subscription for good", Args: exactly(1, "the id of a subscription, as 'edict subscriptions list' shows it"),
		Example: "  edict subscriptions remove 1f0c7a2be95d4c3f8a6b0d2e4f5a6b7c",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				return archive.RemoveSubscription(cmd.Context(), args[0])
			})
		},
	}
}
