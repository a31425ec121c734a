package main

import (
	"github.com/spf13/cobra"

	"edict/app"
)

func (c *command) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Make schema, streams and consumers, or bring them up to date", Args: noArgs,
		Long: `Migrate makes the schema of the store, the streams on NATS and their consumers, or
brings them up to date. It may be repeated at any time.

Edict does this at every start, as far as its user at the database and on NATS may. Where
those users have the least rights that their work needs, migrate is called with the
addresses of one who may more, before a newer version of Edict is started.`,
		Example: "  edict migrate\n  EDICT_BUS_URL=nats://admin:…@nats:4222 EDICT_STORE_URL=postgres://owner:…@db/edict edict migrate",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			return app.Migrate(cmd.Context(), cfg, c.logger(false), c.now)
		},
	}
}
