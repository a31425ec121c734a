package app

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"edict/news"
)

// Backup writes the whole archive to a file, compressed, while others go on working
// with it. The file is there whole or not at all; one that is there already is
// news.ErrConflict. It returns how many rows it holds.
func Backup(ctx context.Context, s *Archive, file string) (rows int64, err error) {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%s is there already; name another file, or remove it: %w", file, errors.Join(news.ErrConflict, err))
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.part")
	if err != nil {
		return 0, fmt.Errorf("back up: %w", err)
	}
	defer func() { _ = os.Remove(part.Name()) }() // after the rename it is not there
	compressed := gzip.NewWriter(part)
	rows, err = s.Backup(ctx, compressed)
	if err = errors.Join(err, compressed.Close(), part.Sync(), part.Close()); err != nil {
		return 0, err
	}
	return rows, os.Rename(part.Name(), file)
}

// Restore fills the empty archive of a configuration with a backup, of SQLite or of
// PostgreSQL. An archive that is not empty is news.ErrConflict, a file that is no
// whole backup news.ErrInvalid; the archive stays empty then.
func Restore(ctx context.Context, c Config, file string, now func() time.Time) (rows int64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", err, notFound(err))
	}
	defer f.Close()
	in := bufio.NewReader(f)
	var plain io.Reader = in
	if head, _ := in.Peek(2); string(head) == "\x1f\x8b" {
		if plain, err = gzip.NewReader(in); err != nil {
			return 0, fmt.Errorf("%s: %w: %w", file, err, news.ErrInvalid)
		}
	}
	s, err := MakeArchive(ctx, c, now)
	if err != nil {
		return 0, err
	}
	rows, err = s.Restore(ctx, plain)
	if err != nil {
		err = fmt.Errorf("%s: %w", file, err)
	}
	return rows, errors.Join(err, s.Close())
}
