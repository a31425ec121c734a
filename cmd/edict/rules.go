package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"edict/app"
)

func (c *command) rulesCommand() *cobra.Command {
	return group("rules", "Test the rules that tag stories, and run them over the archive",
		`Rules say what each label means. The embedded ones are used, with the directories under
rules: in the configuration laid over them.`, c.rulesListCommand(), c.rulesTestCommand(), c.rulesPreviewCommand(), c.rulesApplyCommand())
}

func (c *command) rulesTestCommand() *cobra.Command {
	var dirs []string
	var format string
	cmd := &cobra.Command{
		Use: "test", Short: "Run the tests that the rule files carry", Args: noArgs,
		Long: `Test loads the rules, says where one is wrong, and runs the tests that they carry. It
exits with 1 if one does not hold.`,
		Example: "  edict rules test\n  edict rules test --rules ./my-rules",
		RunE: func(*cobra.Command, []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if dirs == nil {
				dirs = cfg.Rules
			}
			r, err := app.TestRules(dirs)
			if err != nil {
				return usageIfInvalid(err)
			}
			if format == "json" {
				err = c.printJSON(r)
			} else {
				fmt.Fprintf(c.stdout, "rules %s (%s), %d phrases, labels %v\n", r.Rules.Version, r.Rules.Hash, r.Phrases, r.Labels)
				for _, f := range r.Failures {
					fmt.Fprintln(c.stdout, f)
				}
			}
			if err == nil && len(r.Failures) > 0 {
				err = fmt.Errorf("%d tests of the rules do not hold", len(r.Failures))
			}
			return err
		},
	}
	cmd.Flags().StringSliceVar(&dirs, "rules", nil, "directory of rule files laid over the embedded ones")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}
