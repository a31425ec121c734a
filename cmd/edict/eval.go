package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"edict/app"
	"edict/eval"
	"edict/news"
)

// evalFlags are what both scorings share.
type evalFlags struct{ predictions, format string }

func (f *evalFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.predictions, "predictions", "", "write what was found for each line to this file too")
	cmd.Flags().StringVar(&f.format, "format", "text", "text or json")
}

// report is what a scoring prints.
type report interface{ Text(w io.Writer) error }

func (c *command) evalCommand() *cobra.Command {
	return group("eval", "Score classification and extraction on files with the truth",
		`Eval measures how right Edict is on stories or pages whose truth is known.`, c.evalLabelsCommand(), c.evalPagesCommand())
}

func (c *command) evalLabelsCommand() *cobra.Command {
	var f evalFlags
	var rules []string
	cmd := &cobra.Command{
		Use: "labels FILE...", Short: "Precision, recall and F1 for each label, on labelled stories", Args: atLeastOne("a file of labelled stories"),
		Long: `Labels reads JSON lines {"id","title","text","language","date","labels",
"jurisdictions":[{"code","label"}],"ambiguous"} and prints precision, recall and F1
with intervals for each label, by language and by rule, places, and every error.`,
		Example: "  edict eval labels stories.jsonl\n  edict eval labels stories.jsonl --format json --predictions tags.jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if rules == nil {
				rules = cfg.Rules
			}
			classifier, err := app.NewClassifier(rules)
			if err != nil {
				return usageIfInvalid(err)
			}
			return c.score(cmd.Context(), args, f, func(ctx context.Context, file string, predictions io.Writer) (report, error) {
				in, err := os.Open(file)
				if err != nil {
					return nil, fmt.Errorf("%w: %w", err, news.ErrNotFound)
				}
				defer in.Close()
				enc := json.NewEncoder(predictions)
				enc.SetEscapeHTML(false)
				var written error
				r, err := eval.Labels(ctx, in, func(a news.Article) news.Record {
					r := classifier.Classify(a)
					written = errors.Join(written, enc.Encode(map[string]any{"url": r.URL, "tags": r.Tags, "near": r.Near}))
					return r
				})
				return r, errors.Join(err, written)
			})
		},
	}
	f.add(cmd)
	cmd.Flags().StringSliceVar(&rules, "rules", nil, "directory of rule files laid over the embedded ones")
	return cmd
}

func (c *command) evalPagesCommand() *cobra.Command {
	var f evalFlags
	var options eval.PageOptions
	cmd := &cobra.Command{
		Use: "pages FILE...", Short: "F1 of text, title, date and authors, on saved pages", Args: atLeastOne("a list of saved pages"),
		Long: `Pages reads a list of saved pages, {"path","file","charset","title","text",
"published","authors","address"} lines, extracts each, and prints F1, precision and
recall of the text, and how often title, date and authors are right, beside two
libraries in the same run.`,
		Example: "  edict eval pages pages.jsonl\n  edict eval pages pages.jsonl --score other.jsonl",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.score(cmd.Context(), args, f, func(ctx context.Context, file string, predictions io.Writer) (report, error) {
				if f.predictions != "" {
					if err := app.ExtractLines(ctx, file, predictions); err != nil && !errors.Is(err, app.ErrSome) {
						return nil, err
					}
				}
				return eval.Pages(ctx, file, options)
			})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&options.Predictions, "score", "", "score the lines of this file, as extract --input writes them, in place of what is extracted now")
	cmd.Flags().BoolVar(&options.NoLibraries, "alone", false, "leave the libraries out")
	return cmd
}

// score runs one scoring on each file.
func (c *command) score(ctx context.Context, files []string, f evalFlags, run func(context.Context, string, io.Writer) (report, error)) (err error) {
	if err := checkFormat(f.format, "text", "json"); err != nil {
		return err
	}
	predictions := io.Discard
	if f.predictions != "" {
		out, err := os.Create(f.predictions)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
		predictions = out
	}
	for _, file := range files {
		r, err := run(ctx, file, predictions)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if f.format == "json" {
			if err := c.printJSON(map[string]any{"file": file, "report": r}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(c.stdout, "%s\n\n", file)
		if err := r.Text(c.stdout); err != nil {
			return err
		}
	}
	return nil
}
