package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"edict/app"
)

func (c *command) classifyCommand() *cobra.Command {
	var rules []string
	var input, format string
	cmd := &cobra.Command{
		Use: "classify [FILE|URL|-]...", Short: "Say what a page or a story is about, and show the sentences that prove it",
		Long: `Classify reads pages (HTML), stories (a JSON object with title and text) or plain
texts (the first line is the title) and prints their tags with evidence, and how near
the others came. It needs no bus and no store.

With --input it reads JSON lines {"id","title","text","language","published" or "date"}
and writes for every line, in order, {"id","tags":[…],"near":[…]} or {"id","error"}.`,
		Example: `  edict classify https://example.org/story
  edict classify page.html --format json
  echo "四川叫停比特币挖矿项目" | edict classify -
  edict classify --input stories.jsonl > tags.jsonl
  edict classify --rules ./my-rules page.html`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			if (input == "") == (len(args) == 0) {
				return usage(errors.New("name what to read: either FILE, URL or - (standard input), or --input FILE.jsonl"))
			}
			in, err := c.inputs()
			if err != nil {
				return err
			}
			if rules == nil {
				rules = in.Config.Rules
			}
			classifier, err := app.NewClassifier(rules)
			if err != nil {
				return usageIfInvalid(err)
			}
			if input != "" {
				return c.partly(app.ClassifyLines(cmd.Context(), classifier, in, input, c.stdout))
			}
			return c.each(args, func(name string) error {
				e, err := app.Explain(cmd.Context(), classifier, in, name)
				if err != nil {
					return err
				}
				if format == "json" {
					return c.printJSON(e.Record)
				}
				c.printRecord(e.Record)
				for _, t := range e.Tags {
					fmt.Fprintf(c.stdout, "\n  why %s\n", indent(t.String(), "  "))
				}
				for _, n := range e.Near {
					fmt.Fprintf(c.stdout, "\n  near %s\n", indent(n.String(), "  "))
				}
				return nil
			})
		},
	}
	cmd.Flags().StringSliceVar(&rules, "rules", nil, "directory of rule files laid over the embedded ones")
	cmd.Flags().StringVar(&input, "input", "", "file of JSON lines, or - for standard input")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// each does every argument, though one before it failed.
func (c *command) each(args []string, do func(name string) error) error {
	var errs []error
	for _, name := range args {
		if err := do(name); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) == 0 || len(errs) == len(args) {
		return errors.Join(errs...)
	}
	for _, err := range errs {
		fmt.Fprintf(c.stderr, "edict: %v\n", err)
	}
	return errPartly
}

func (c *command) extractCommand() *cobra.Command {
	var input, format string
	var explain bool
	cmd := &cobra.Command{
		Use: "extract [FILE|URL|-]...", Short: "Read the article out of a page",
		Long: `Extract reads pages and prints the article that each holds: title, summary, authors,
times, language and text, one paragraph a line. With --explain it says which extractor
won, what was cut and why, and where each field was found.

With --input it reads a list of saved pages, {"path","file" (HTML, may be gzipped),
"charset","address"} lines, and writes for every one, in order,
{"path","url","title","summary","text","authors","published","modified","language","quality"} or "error".`,
		Example: `  edict extract https://example.org/story
  edict extract --explain page.html
  edict extract --format json page.html
  edict extract --input pages.jsonl > articles.jsonl`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			if (input == "") == (len(args) == 0) {
				return usage(errors.New("name what to read: either FILE, URL or - (standard input), or --input pages.jsonl"))
			}
			if input != "" {
				return c.partly(app.ExtractLines(cmd.Context(), input, c.stdout))
			}
			in, err := c.inputs()
			if err != nil {
				return err
			}
			return c.each(args, func(name string) error {
				e, err := app.Extract(cmd.Context(), in, name)
				switch {
				case err != nil && !explain:
					return err
				case format == "json" && explain:
					return errors.Join(c.printJSON(e), err)
				case format == "json":
					return c.printJSON(e.Article)
				}
				c.printContent(e.Article)
				if explain {
					c.printExplanation(e)
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&input, "input", "", "list of saved pages")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().BoolVar(&explain, "explain", false, "say which candidate won, what was cut and why")
	return cmd
}
