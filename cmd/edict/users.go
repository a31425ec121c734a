package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"edict/app"
)

func (c *command) usersCommand() *cobra.Command {
	return group("users", "Who may sign in to the pages, and what they may do there",
		`Without an account the pages are open to whoever uses this machine, and to nobody
else. When the first account is made, a login is needed from then on, and the pages may
be shown beyond this machine (web.listen, web.base_url).

A reader reads, and has subscriptions of his own. An analyst decides, too. An admin
administers users, sources, rules and deliveries, too. What administrators do is written
down; 'edict audit' shows it.`,
		c.usersListCommand(), c.usersAddCommand(), c.usersPasswordCommand(), c.usersRoleCommand(), c.usersDisableCommand(true), c.usersDisableCommand(false),
		c.usersSignOutCommand(), c.usersStopFeedsCommand(), c.usersRemoveCommand())
}

// inAccounts opens the accounts beside a running program. begin: where there is no
// archive yet, one is made.
func (c *command) inAccounts(cmd *cobra.Command, begin bool, do func(a app.Accounts) error) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	open := app.OpenArchive
	if begin {
		open = app.MakeArchive
	}
	archive, err := open(cmd.Context(), cfg, c.now)
	if err != nil {
		return err
	}
	defer archive.Close()
	accounts, err := app.NewAccounts(archive, c.now)
	if err != nil {
		return err
	}
	return usageIfInvalid(do(accounts))
}

func (c *command) usersListCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "list", Short: "List the accounts, with their roles and when they signed in last", Args: noArgs,
		Example: "  edict users list\n  edict users list --format json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			return c.inAccounts(cmd, false, func(a app.Accounts) error {
				list, err := a.List(cmd.Context())
				if err != nil {
					return err
				}
				for _, u := range list {
					if format == "json" {
						if err := c.printJSON(u); err != nil {
							return err
						}
						continue
					}
					fmt.Fprintf(c.stdout, "%s  %-7s  %-8s  signed in %s\n", c.paint(bold, fmt.Sprintf("%-20s", u.Name)), u.Role, u.State, whenOrNever(u.Seen))
				}
				if len(list) == 0 && format == "text" {
					fmt.Fprintln(c.stdout, "There are none: the pages are open to whoever uses this machine.")
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json (one a line)")
	return cmd
}

func whenOrNever(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return when(t)
}

func (c *command) usersAddCommand() *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Make an account; its password is asked for", Args: exactlyOne("a name"),
		Long: `Add makes an account. Its password is asked for twice, or is the first line of the
standard input where that is no terminal. It has 15 characters or more.

A name has small letters, digits, and . _ @ - and is given once: what its owner writes
stays his, also when the account is removed. The first account is an admin's.`,
		Example: `  edict users add ada --role admin
  edict users add bo --role reader < password.txt`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inAccounts(cmd, true, func(a app.Accounts) error {
				if err := a.CheckNew(args[0], role); err != nil {
					return err
				}
				password, err := c.readPassword()
				if err != nil {
					return err
				}
				if err := a.Add(cmd.Context(), c.whoami(), args[0], role, password); err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "%s may sign in as %s\n", args[0], role)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", "reader", "reader, analyst or admin")
	return cmd
}

// maxLine bounds a line with a password.
const maxLine = 4096

// readPassword asks for a password twice at a terminal, and else reads a line.
func (c *command) readPassword() (string, error) {
	f, isFile := c.stdin.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(c.stdin, maxLine)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var said [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		fmt.Fprint(c.stderr, prompt)
		text, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(c.stderr)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		said[i] = string(text)
	}
	if said[0] != said[1] {
		return "", errors.New("the two are not the same; nothing was done")
	}
	return said[0], nil
}

func (c *command) usersPasswordCommand() *cobra.Command {
	return &cobra.Command{
		Use: "password NAME", Short: "Set an account's password, and sign out its browsers", Args: exactlyOne("the name of an account"),
		Example: "  edict users password ada",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inAccounts(cmd, false, func(a app.Accounts) error {
				password, err := c.readPassword()
				if err != nil {
					return err
				}
				if err := a.SetPassword(cmd.Context(), c.whoami(), args[0], password); err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "%s has another password\n", args[0])
				return nil
			})
		},
	}
}

func (c *command) usersRoleCommand() *cobra.Command {
	return &cobra.Command{
		Use: "role NAME ROLE", Short: "Give an account another role: reader, analyst, admin", Args: exactly(2, "the name of an account and a role"),
		Long:    "Role gives an account another role, from its next request on. The last admin keeps his.",
		Example: "  edict users role bo analyst",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inAccounts(cmd, false, func(a app.Accounts) error {
				if err := a.SetRole(cmd.Context(), c.whoami(), args[0], args[1]); err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "%s is %s now\n", args[0], args[1])
				return nil
			})
		},
	}
}

func (c *command) usersDisableCommand(disabled bool) *cobra.Command {
	use, short, done := "disable", "Let an account in no more, until it is enabled again", "may not sign in any more"
	if !disabled {
		use, short, done = "enable", "Let a disabled account in again", "may sign in again"
	}
	return c.userCommand(use, short, done, func(cmd *cobra.Command, a app.Accounts, name string) error {
		return a.SetDisabled(cmd.Context(), c.whoami(), name, disabled)
	})
}

func (c *command) usersSignOutCommand() *cobra.Command {
	return c.userCommand("signout", "Sign an account out of all browsers", "is signed out everywhere", func(cmd *cobra.Command, a app.Accounts, name string) error {
		return a.SignOut(cmd.Context(), c.whoami(), name)
	})
}

func (c *command) usersStopFeedsCommand() *cobra.Command {
	return c.userCommand("stop-feeds", "Stop the feed addresses of an account; its pages show others", "has other feed addresses", func(cmd *cobra.Command, a app.Accounts, name string) error {
		return a.StopFeeds(cmd.Context(), c.whoami(), name)
	})
}

func (c *command) usersRemoveCommand() *cobra.Command {
	return c.userCommand("remove", "Remove an account for good, with its sessions, tokens and feed addresses", "is removed; what was written under that name stays", func(cmd *cobra.Command, a app.Accounts, name string) error {
		return a.Remove(cmd.Context(), c.whoami(), name)
	})
}

// userCommand does one thing to one account.
func (c *command) userCommand(use, short, done string, do func(cmd *cobra.Command, a app.Accounts, name string) error) *cobra.Command {
	return &cobra.Command{
		Use: use + " NAME", Short: short, Args: exactlyOne("the name of an account"), Example: "  edict users " + use + " bo",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inAccounts(cmd, false, func(a app.Accounts) error {
				if err := do(cmd, a, args[0]); err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "%s %s\n", args[0], done)
				return nil
			})
		},
	}
}
