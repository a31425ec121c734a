package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"edict/app"
	"edict/news"
)

// usage makes an error of what was called wrongly.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return usageError{err}
}

// usageError reads as what it wraps, and is errUsage.
type usageError struct{ error }

func (e usageError) Is(target error) bool { return target == errUsage }
func (e usageError) Unwrap() error        { return e.error }

// command is what the commands share.
type command struct {
	*world

	config string
}

func newRoot(w *world) *cobra.Command {
	c := &command{world: w}
	root := &cobra.Command{
		Use:   "edict",
		Short: "Which jurisdiction boosts blockchain, which cracks down on crypto mining",
		Long: `Edict watches the news and says, within minutes and with the sentence that proves
it, which jurisdiction boosts blockchain and which one cracks down on crypto mining.

Exit codes: 0 done, 1 failed, 2 called wrongly, 3 not found, 4 partly done.`,
		Example: `  edict run --demo                      see it work, without a network
  edict run                             watch the embedded list of sources
  edict classify https://example.org/a  what one page is about, and why
  edict search 挖矿                     search the archive, while Edict runs or not
  edict export --label mining_crackdown > crackdowns.jsonl`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVarP(&c.config, "config", "c", "", "configuration file (YAML); every key can be set as EDICT_SECTION_KEY too")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.AddCommand(c.runCommand(), c.classifyCommand(), c.extractCommand(), c.evalCommand(), c.searchCommand(), c.exportCommand(),
		c.ingestCommand(), c.replayCommand(), c.storiesCommand(), c.sourcesCommand(), c.subscriptionsCommand(), c.silencesCommand(), c.deliveriesCommand(), c.rulesCommand(), c.usersCommand(), c.tokensCommand(), c.auditCommand(), c.deadCommand(), c.backupCommand(), c.restoreCommand(), c.migrateCommand(), c.doctorCommand(), c.versionCommand())
	return root
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		hint := ""
		cmd.SuggestionsMinimumDistance = 2
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			hint = fmt.Sprintf("; did you mean %s?", strings.Join(near, " or "))
		}
		return usage(fmt.Errorf("%q is not a command of %s%s", args[0], cmd.CommandPath(), hint))
	}
	return usage(fmt.Errorf("%s takes no argument, but got %q", cmd.CommandPath(), args[0]))
}

// atLeastOne asks for an argument or more.
func exactlyOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage(fmt.Errorf("%s needs %s, and nothing else", cmd.CommandPath(), what))
		}
		return nil
	}
}

func atLeastOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage(fmt.Errorf("%s needs %s", cmd.CommandPath(), what))
		}
		return nil
	}
}

// exactly asks for n arguments.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usage(fmt.Errorf("%s needs %s, and got %d arguments", cmd.CommandPath(), what, len(args)))
		}
		return nil
	}
}

// group is a command that only holds others.
func group(use, short, long string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{
		Use: use, Short: short, Long: long, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usage(fmt.Errorf("%s needs one of its commands", cmd.CommandPath()))
		},
	}
	g.AddCommand(commands...)
	return g
}

// load reads the configuration.
func (c *command) load() (app.Config, error) {
	cfg, err := app.Load(c.config, c.environ)
	return cfg, usage(err)
}

func (c *command) inputs() (app.Inputs, error) {
	cfg, err := c.load()
	return app.Inputs{Stdin: c.stdin, Config: cfg, Now: c.now}, err
}

// checkFormat checks the flag --format, which names one of a few words.
func checkFormat(value string, words ...string) error {
	if slices.Contains(words, value) {
		return nil
	}
	return usage(fmt.Errorf("--format %q is none of %s", value, strings.Join(words, ", ")))
}

// partly turns the report that some of the work failed into the exit code for it.
func (c *command) partly(err error) error {
	if errors.Is(err, app.ErrSome) {
		fmt.Fprintf(c.stderr, "edict: %v\n", err)
		return errPartly
	}
	return err
}

// terminal reports whether w is a screen.
func terminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// logger writes text for a person at a terminal, else JSON.
func (c *command) logger(verbose bool) *slog.Logger {
	level := slog.LevelInfo
	if verbose {
		level = slog.LevelDebug
	}
	if terminal(c.stderr) {
		return slog.New(newTextLog(c.stderr, level, c.color(c.stderr)))
	}
	return slog.New(slog.NewJSONHandler(c.stderr, &slog.HandlerOptions{Level: level}))
}

// color reports whether w shows colours, which NO_COLOR forbids.
func (c *command) color(w any) bool {
	for _, pair := range c.environ {
		if name, value, _ := strings.Cut(pair, "="); name == "NO_COLOR" && value != "" || pair == "TERM=dumb" {
			return false
		}
	}
	return terminal(w)
}

// version is the module's version, or the revision that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}

func (c *command) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which version this is, and which rules are in it", Args: noArgs,
		Example: "  edict version",
		RunE: func(*cobra.Command, []string) error {
			rules, err := app.NewClassifier(nil)
			if err != nil {
				return err
			}
			set := rules.RuleSet()
			fmt.Fprintf(c.stdout, "edict %s\nrules %s (%s)\nformats %s, %s, %s\n", version(), set.Version, set.Hash, news.ArticleSchema, news.RecordSchema, news.AnnouncementSchema)
			return nil
		},
	}
}

// usageIfInvalid is for what came from the command line alone.
func usageIfInvalid(err error) error {
	if errors.Is(err, news.ErrInvalid) || errors.Is(err, fs.ErrNotExist) {
		return usage(err)
	}
	return err
}
