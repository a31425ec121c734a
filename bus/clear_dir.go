package bus

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"edict/news"
)

// Clear removes every message from the folder of an embedded server that does not
// run. ErrConflict, and nothing removed, if another process holds the folder.
func Clear(dir string, now time.Time) error {
	lock, err := lockDir(dir, now)
	if err != nil {
		return fmt.Errorf("clear bus: %w", err)
	}
	defer lock.unlock()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("clear bus: %w", err)
	}
	for _, e := range entries {
		if e.Name() == filepath.Base(lock.file.Name()) {
			continue // removing it would let two processes hold two files of one name
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("clear bus: %w", err)
		}
	}
	return nil
}

// Holder says which process runs on dir, or "" if none does.
func Holder(dir string) (string, error) {
	path := filepath.Join(dir, "lock")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	f, err := acquire(path)
	if err != nil {
		return "", fmt.Errorf("look who holds %s: %w: %w", dir, err, news.ErrUnavailable)
	}
	if f == nil {
		return holder(path), nil
	}
	return "", f.Close()
}
