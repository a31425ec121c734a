package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/news"
)

// filterFlags are the flags that select records.
type filterFlags struct{ label, jurisdiction, stage, source, language, since, until, asOf string }

func (f *filterFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.label, "label", "", "only this label, such as mining_crackdown")
	cmd.Flags().StringVar(&f.jurisdiction, "jurisdiction", "", "only this place and its divisions: CN, CN-JX, US-NY")
	cmd.Flags().StringVar(&f.stage, "stage", "", "only this stage: proposed, enacted, enforced, lifted")
	cmd.Flags().StringVar(&f.source, "source", "", "only this source, by its slug")
	cmd.Flags().StringVar(&f.language, "language", "", "only this language: en, zh-Hans, zh-Hant")
	cmd.Flags().StringVar(&f.since, "since", "", "published on or after: 2026-07-01, 2026-07-01T12:00:00Z, or 30d ago as 30d")
	cmd.Flags().StringVar(&f.until, "until", "", "published before")
}

func (f *filterFlags) filter(now time.Time) (out news.Filter, err error) {
	out = news.Filter{Label: news.Label(f.label), Stage: news.Stage(f.stage), Source: f.source, Language: f.language}
	if f.label != "" && !news.ValidLabel(out.Label) {
		return out, usage(fmt.Errorf("--label %q is not a label, such as mining_crackdown", f.label))
	}
	if f.stage != "" && !slices.Contains([]news.Stage{news.Proposed, news.Enacted, news.Enforced, news.Lifted}, out.Stage) {
		return out, usage(fmt.Errorf("--stage %q is none of proposed, enacted, enforced, lifted", f.stage))
	}
	if f.jurisdiction != "" {
		if out.Jurisdiction, err = news.ParseJurisdiction(f.jurisdiction); err != nil {
			return out, usage(fmt.Errorf("--jurisdiction: %w", err))
		}
	}
	if out.Since, err = moment("since", f.since, now); err != nil {
		return out, err
	}
	if out.Until, err = moment("until", f.until, now); err != nil {
		return out, err
	}
	out.AsOf, err = moment("as-of", f.asOf, now)
	return out, err
}

func moment(flag, value string, now time.Time) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.UTC(), nil
		}
	}
	if d, err := app.ParseDuration(value); err == nil {
		return now.Add(-time.Duration(d)).UTC(), nil
	}
	return time.Time{}, usage(fmt.Errorf("--%s %q is not a day (2026-07-01), a time (2026-07-01T12:00:00Z) or a while ago (30d)", flag, value))
}

func (c *command) searchCommand() *cobra.Command {
	var f filterFlags
	var limit int
	var format, by string
	cmd := &cobra.Command{
		Use: "search QUERY...", Short: "Search the archive", Args: atLeastOne("words to search for"),
		Long: `Search finds stored stories, tagged or not, and shows where the words stand. All
words must be there; "quotes" hold a phrase together; -word must not be there; word*
is a beginning. Chinese needs no spaces, two characters are enough, and both scripts
find each other.

The newest come first. With --by relevance the best of the newest 10,000 matches do:
words in the title count most, then those at the beginning, then how often they stand
in the text, and rare words count more.

It works while Edict runs.`,
		Example: `  edict search 挖矿
  edict search 'mining "power supply" -nft' --jurisdiction CN --since 30d
  edict search 'mining ban' --by relevance
  edict search blockchain --label pro_blockchain_policy --format json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			filter, err := f.filter(c.now())
			if err != nil {
				return err
			}
			filter.Words, filter.Limit = strings.Join(args, " "), limit
			q := news.Search{Filter: filter}
			switch by {
			case "newest":
			case string(news.Relevance):
				q.Order = news.Relevance
			default:
				return usage(fmt.Errorf("--by %q is neither newest nor relevance", by))
			}
			if limit < 1 {
				return usage(fmt.Errorf("--limit %d: ask for one at least", limit))
			}
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				found, err := app.Search(cmd.Context(), archive, q)
				if err != nil {
					return usageIfInvalid(err)
				}
				return c.showFound(found, format, q)
			})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&by, "by", "newest", "newest or relevance")
	cmd.Flags().IntVar(&limit, "limit", 20, "at most so many")
	cmd.Flags().StringVar(&format, "format", "text", "text or json (one record a line)")
	return cmd
}

func (c *command) exportCommand() *cobra.Command {
	var f filterFlags
	var format string
	var tagged bool
	cmd := &cobra.Command{
		Use: "export", Short: "Write stored records to standard output", Args: noArgs,
		Long: `Export writes every current record, newest first, as JSON lines (schema
edict.record/1) or as CSV with the same fields. Evidence offsets are bytes, and each
quote equals that slice of its field. In CSV, a text that a spreadsheet would take for a
formula has ' before it.

It works while Edict runs.`,
		Example: `  edict export > all.jsonl
  edict export --label mining_crackdown --jurisdiction CN --since 2026-01-01
  edict export --tagged --format csv > tagged.csv
  edict export --as-of 2026-06-30T23:59:59Z > end-of-june.jsonl`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(format, "jsonl", "csv"); err != nil {
				return err
			}
			filter, err := f.filter(c.now())
			if err != nil {
				return err
			}
			filter.Tagged = tagged
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				n, err := app.Export(cmd.Context(), archive, filter, format, c.stdout)
				if err == nil && terminal(c.stdout) {
					fmt.Fprintf(c.stderr, "%d records.\n", n)
				}
				return err
			})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "as the archive stood then: tags, verdicts and texts of that moment")
	cmd.Flags().BoolVar(&tagged, "tagged", false, "only records with a tag")
	cmd.Flags().StringVar(&format, "format", "jsonl", "jsonl or csv")
	return cmd
}

// printJSON writes v as one line.
func (c *command) printJSON(v any) error {
	enc := json.NewEncoder(c.stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// inArchive opens the store beside a running program and closes it behind do.
func (c *command) inArchive(cmd *cobra.Command, do func(cfg app.Config, archive *app.Archive) error) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	archive, err := app.OpenArchive(cmd.Context(), cfg, c.now)
	if err != nil {
		return err
	}
	defer archive.Close()
	return do(cfg, archive)
}
