package bus

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"edict/news"
)

// A dirLock keeps other processes off a folder: two NATS servers on one folder
// destroy each other's messages, and no server looks.
type dirLock struct{ file *os.File }

// lockDir makes dir if it is missing and locks it. The system's lock on the file
// decides, and ends with the process; what stands in the file only says who. It
// returns ErrConflict at once if somebody else holds it.
func lockDir(dir string, now time.Time) (*dirLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	path := filepath.Join(dir, "lock")
	f, err := acquire(path)
	if err != nil {
		return nil, fmt.Errorf("lock folder %s: %w", dir, err)
	}
	if f == nil {
		return nil, fmt.Errorf("folder %s is in use by %s: %w", dir, holder(path), news.ErrConflict)
	}
	who := fmt.Sprintf("process %d since %s\n", os.Getpid(), now.UTC().Format(time.RFC3339))
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt([]byte(who), 0)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return &dirLock{f}, nil
}

// holder says who wrote the lock file.
func holder(path string) string {
	text, err := os.ReadFile(path)
	if who := strings.TrimSpace(string(text)); err == nil && who != "" {
		return who
	}
	return "another process"
}

// unlock lets others in. The file stays, as removing it would let two processes
// hold two files of one name.
func (l *dirLock) unlock() {
	_ = l.file.Truncate(0)
	_ = l.file.Close()
}
