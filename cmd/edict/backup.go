package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"edict/app"
)

func (c *command) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use: "backup FILE", Short: "Write the whole archive to a file, while Edict runs or not", Args: exactly(1, "the name of a new file"),
		Long: `Backup writes everything that the store holds, as it stands at this moment, to one
compressed file: records with all their versions, decisions, rules, sources, and what
the crawler remembers. Edict goes on working meanwhile.

'edict restore' fills an empty store with it, SQLite or PostgreSQL, whichever it came
from.`,
		Example: "  edict backup edict-2026-07-01.gz",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
				rows, err := app.Backup(cmd.Context(), archive, args[0])
				if err != nil {
					return err
				}
				fmt.Fprintf(c.stdout, "%s holds %d rows\n", args[0], rows)
				return nil
			})
		},
	}
}

func (c *command) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use: "restore FILE", Short: "Fill an empty store with a backup", Args: exactly(1, "the file of a backup"),
		Long: `Restore fills the store of the configuration, which must be empty, with a backup. All
of the backup is restored, or nothing. A store in which Edict has run once is not empty:
restore before the first 'edict run', or into another data directory.

What was waiting for a stage when the backup was made is taken up by the next run.`,
		Example: `  EDICT_DATA=./restored edict restore edict-2026-07-01.gz
  EDICT_STORE_URL=postgres://edict@db.example/edict edict restore edict-2026-07-01.gz`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			rows, err := app.Restore(cmd.Context(), cfg, args[0], c.now)
			if err != nil {
				return usageIfInvalid(err)
			}
			fmt.Fprintf(c.stdout, "%d rows restored\n", rows)
			return nil
		},
	}
}
