package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"edict/app"
)

// A lister is a command that lists what an archive holds, as text or as JSON, one a line.
type lister[T any] struct {
	read func(ctx context.Context, archive *app.Archive) ([]T, error)
	text func(item T)
	json func(item T) any // what is printed of one; nil: the item
	none string           // what is said where there are none, as text
}

// listCommand makes a command of a lister: it adds --format.
func listCommand[T any](c *command, cmd *cobra.Command, l lister[T]) *cobra.Command {
	var format string
	cmd.Args = noArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkFormat(format, "text", "json"); err != nil {
			return err
		}
		return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
			list, err := l.read(cmd.Context(), archive)
			if err != nil {
				return err
			}
			for _, item := range list {
				switch {
				case format == "text":
					l.text(item)
				case l.json != nil:
					err = c.printJSON(l.json(item))
				default:
					err = c.printJSON(item)
				}
				if err != nil {
					return err
				}
			}
			if len(list) == 0 && format == "text" {
				fmt.Fprintln(c.stdout, l.none)
			}
			return nil
		})
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json (one a line)")
	return cmd
}

// showCommand makes a command that shows one thing of an archive whole, as JSON.
func showCommand[T any](c *command, cmd *cobra.Command, read func(ctx context.Context, archive *app.Archive, id string) (T, error)) *cobra.Command {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return c.inArchive(cmd, func(_ app.Config, archive *app.Archive) error {
			item, err := read(cmd.Context(), archive, args[0])
			if err != nil {
				return err
			}
			return c.printJSON(item)
		})
	}
	return cmd
}

// A picker is a command that acts on things by their ids, or on all of them.
type picker[K any] struct {
	all string // what --all stands for
	// every returns all keys, one that of an id or of the beginning of one.
	every func(ctx context.Context, archive *app.Archive) ([]K, error)
	one   func(ctx context.Context, archive *app.Archive, id string) (K, error)
	do    func(cmd *cobra.Command, cfg app.Config, archive *app.Archive, keys []K) error
}

// pickCommand makes a command of a picker: it adds --all.
func pickCommand[K any](c *command, cmd *cobra.Command, p picker[K]) *cobra.Command {
	var all bool
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if all == (len(args) > 0) {
			return usage(errors.New("name the ids, or give --all for " + p.all))
		}
		return c.inArchive(cmd, func(cfg app.Config, archive *app.Archive) (err error) {
			var keys []K
			if all {
				if keys, err = p.every(cmd.Context(), archive); err != nil {
					return err
				}
			}
			for _, id := range args {
				key, err := p.one(cmd.Context(), archive, id)
				if err != nil {
					return err
				}
				keys = append(keys, key)
			}
			return p.do(cmd, cfg, archive, keys)
		})
	}
	cmd.Flags().BoolVar(&all, "all", false, p.all)
	return cmd
}
