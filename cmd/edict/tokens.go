package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"edict/app"
)

func (c *command) tokensCommand() *cobra.Command {
	return group("tokens", "Let programs in, as an account and for some things alone",
		`A token lets a program use the API and the feeds as the account whose it is, within
its scopes: read, subscribe, review, admin. It is shown once, and kept as a hash. The
program sends it as "Authorization: Bearer TOKEN".`,
		c.tokensListCommand(), c.tokensAddCommand(), c.tokensRevokeCommand())
}

func (c *command) tokensListCommand() *cobra.Command {
	var user, format string
	cmd := &cobra.Command{
		Use: "list", Short: "List the tokens, with their scopes and when they were used last", Args: noArgs,
		Example: "  edict tokens list\n  edict tokens list --user ada --format json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			return c.inAccounts(cmd, false, func(a app.Accounts) error {
				list, err := a.Tokens(cmd.Context(), user)
				if err != nil {
					return err
				}
				for _, t := range list {
					if format == "json" {
						if err := c.printJSON(t); err != nil {
							return err
						}
						continue
					}
					fmt.Fprintf(c.stdout, "%s  %s  %s, scopes %v\n    used %s, ends %s\n", t.ID, t.User, c.paint(bold, visible(t.Name)), t.Scopes, whenOrNever(t.Used), whenOrNever(t.Expires))
				}
				if len(list) == 0 && format == "text" {
					fmt.Fprintln(c.stdout, "There are none.")
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&user, "user", "", "those of this account alone")
	cmd.Flags().StringVar(&format, "format", "text", "text or json (one a line)")
	return cmd
}

func (c *command) tokensAddCommand() *cobra.Command {
	var scopes, span, name string
	cmd := &cobra.Command{
		Use: "add USER", Short: "Make a token of an account, and show it this once", Args: exactlyOne("the name of an account"),
		Example: `  edict tokens add ada --name 'weekly report'
  edict tokens add ada --name desk --scopes read,review --for 365d`,
		RunE: func(cmd *cobra.Command, args []string) error {
			life, err := app.ParseDuration(span)
			if err != nil {
				return usage(fmt.Errorf("--for: %w", err))
			}
			return c.inAccounts(cmd, false, func(a app.Accounts) error {
				t, text, err := a.AddToken(cmd.Context(), c.whoami(), args[0], name, scopes, time.Duration(life))
				if err != nil {
					return err
				}
				fmt.Fprintf(c.stderr, "token %s of %s; it is shown this once:\n", t.ID, t.User)
				fmt.Fprintln(c.stdout, text)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&name, "name", "made by a command", "what it is for")
	cmd.Flags().StringVar(&scopes, "scopes", "read", "what it may do: read, subscribe, review, admin, with commas between")
	cmd.Flags().StringVar(&span, "for", "90d", "how long it lasts: 12h, 90d; 0 for ever")
	return cmd
}

func (c *command) tokensRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "revoke ID", Short: "Take a token out for good", Args: exactlyOne("the id of a token, as 'edict tokens list' shows it"),
		Example: "  edict tokens revoke 9c0d21be",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inAccounts(cmd, false, func(a app.Accounts) error {
				if err := a.RevokeToken(cmd.Context(), c.whoami(), args[0]); err != nil {
					return err
				}
				fmt.Fprintln(c.stdout, "revoked; it opens nothing any more")
				return nil
			})
		},
	}
}

func (c *command) auditCommand() *cobra.Command {
	var limit int
	var format string
	cmd := &cobra.Command{
		Use: "audit", Short: "Show what administrators did: who, when, what, to what", Args: noArgs,
		Long: `Audit shows the book of administration, the last line first: accounts, tokens, sources
and rules. It is only appended to; the database refuses to alter a line. What analysts
decided is another book: 'edict export', and the page Decisions.`,
		Example: "  edict audit\n  edict audit --limit 1000 --format json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkFormat(format, "text", "json"); err != nil {
				return err
			}
			if limit < 1 {
				return usage(fmt.Errorf("--limit %d is less than one line", limit))
			}
			return c.inAccounts(cmd, false, func(a app.Accounts) error {
				list, err := a.Book(cmd.Context(), limit)
				if err != nil {
					return err
				}
				for _, x := range list {
					if format == "json" {
						if err := c.printJSON(x); err != nil {
							return err
						}
						continue
					}
					detail := ""
					if x.Detail != "" {
						detail = ": " + visible(x.Detail)
					}
					fmt.Fprintf(c.stdout, "%6d  %s  %s by %s  %s %s%s\n", x.Number, when(x.Time), c.paint(bold, visible(x.Who)), x.Via, x.What, visible(x.Target), detail)
				}
				return nil
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 100, "how many lines")
	cmd.Flags().StringVar(&format, "format", "text", "text or json (one a line)")
	return cmd
}
