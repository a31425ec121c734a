package warc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config says where and how long pages are kept. Dir, Now and Log are required.
type Config struct {
	Dir     string
	Keep    time.Duration // a page's age at which it may go; 0: none is kept, and what is there goes
	Agent   string        // the user agent that asked for the pages
	MaxFile int64         // 0: 256 MiB
	Now     func() time.Time
	Log     *slog.Logger
}

const (
	defaultMaxFile = 256 << 20
	// fileSpan is how long one file is written to. A file is deleted when the newest
	// page that may be in it is too old, so a page stays up to this much longer.
	fileSpan = 24 * time.Hour
	// syncEvery is how often what was written is brought to the disk: after a power cut
	// the pages of the last second may be gone, after a kill none is.
	syncEvery = time.Second
	// expireEvery is how often it is looked what is too old.
	expireEvery = time.Hour
	// pauseAfterFault is how long nothing is tried after a page could not be written.
	pauseAfterFault = time.Minute
)

// A Keeper writes pages. Its methods may be called by many goroutines at once.
type Keeper struct {
	c Config

	mu     sync.Mutex
	file   *os.File  // guarded by mu; nil: none is open
	name   string    // of it
	size   int64     // of it
	began  time.Time // of it
	synced time.Time
	looked time.Time // for what is too old
	paused time.Time // until then nothing is tried
	missed int       // pages that were not kept meanwhile
}

// New returns a Keeper on a folder, which it makes when the first page comes.
func New(c Config) *Keeper {
	if c.MaxFile <= 0 {
		c.MaxFile = defaultMaxFile
	}
	return &Keeper{c: c}
}

// Expire deletes the files whose newest page is too old. Put does it too, once an hour.
func (k *Keeper) Expire() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.expire(k.c.Now())
}

// packers compress records: a writer is large, and a page is seldom.
var packers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is one that there is
	return w
}}

func pack(record []byte) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(record) / 3)
	w, _ := packers.Get().(*gzip.Writer)
	defer packers.Put(w)
	w.Reset(&b)
	if _, err := w.Write(record); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Put keeps a page and returns its place, or "" when it is not kept: because nothing
// is, or because it could not be written, which the log says. Then the next ones are
// not tried for a minute; a crawl goes on without them.
func (k *Keeper) Put(c Capture) string {
	if k.c.Keep <= 0 {
		return ""
	}
	data, err := pack(c.record())
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.c.Now()
	if now.Before(k.paused) {
		k.missed++
		return ""
	}
	if now.Sub(k.looked) >= expireEvery {
		k.expire(now)
	}
	var place string
	if err == nil {
		place, err = k.write(data, now)
	}
	if err != nil {
		k.missed++
		k.paused = now.Add(pauseAfterFault)
		k.c.Log.Error("A page could not be kept; the next ones are not tried for a minute", "url", c.Page.Address, "error", err)
		return ""
	}
	if k.missed > 0 {
		k.c.Log.Warn("Pages are kept again", "not_kept", k.missed)
		k.missed = 0
	}
	return place
}

// write appends a record to the file, or to a new one. k.mu is held.
func (k *Keeper) write(data []byte, now time.Time) (place string, err error) {
	if k.file != nil && (k.size+int64(len(data)) > k.c.MaxFile || now.Sub(k.began) >= fileSpan) {
		if err := k.end(); err != nil {
			return "", err
		}
	}
	if k.file == nil {
		if err := k.begin(now); err != nil {
			return "", err
		}
	}
	at := k.size
	if err := k.append(data); err != nil {
		return "", err
	}
	if now.Sub(k.synced) >= syncEvery {
		k.synced = now
		if err := k.file.Sync(); err != nil {
			return "", k.giveUp(at, err)
		}
	}
	return k.name + ":" + strconv.FormatInt(at, 10), nil
}

// append writes a record whole, or takes back what of it was written and gives the
// file up.
func (k *Keeper) append(data []byte) error {
	n, err := k.file.Write(data)
	if err != nil {
		return k.giveUp(k.size, err)
	}
	k.size += int64(n)
	return nil
}

func (k *Keeper) giveUp(size int64, err error) error {
	err = errors.Join(err, k.file.Truncate(size), k.file.Close())
	k.file = nil
	return err
}

// begin makes a new file: never one that is there, since its end may be torn.
func (k *Keeper) begin(now time.Time) error {
	if err := os.MkdirAll(k.c.Dir, 0o750); err != nil {
		return err
	}
	for n := 0; ; n++ {
		name := fmt.Sprintf("edict-%s-%05d%s", now.UTC().Format(nameTime), n, suffix)
		f, err := os.OpenFile(filepath.Join(k.c.Dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		k.file, k.name, k.size, k.began, k.synced = f, name, 0, now, now
		info, err := pack(infoRecord(name, k.c.Agent, now))
		if err != nil {
			return k.giveUp(0, err)
		}
		return k.append(info)
	}
}

// end closes the file.
func (k *Keeper) end() error {
	err := errors.Join(k.file.Sync(), k.file.Close())
	k.file = nil
	return err
}

// expire deletes files whose newest page is too old.
func (k *Keeper) expire(now time.Time) {
	k.looked = now
	files, err := Files(k.c.Dir)
	if err != nil {
		k.c.Log.Error("Kept pages cannot be listed", "folder", k.c.Dir, "error", err)
		return
	}
	gone, freed := 0, int64(0)
	for _, f := range files {
		if f.Name == k.name && k.file != nil || k.c.Keep > 0 && now.Sub(f.Began) < k.c.Keep+fileSpan {
			continue
		}
		if err := os.Remove(filepath.Join(k.c.Dir, f.Name)); err != nil {
			k.c.Log.Error("Kept pages that are too old cannot be deleted", "file", f.Name, "error", err)
			continue
		}
		gone++
		freed += f.Bytes
	}
	if gone > 0 {
		k.c.Log.Info("Kept pages were deleted by their age", "files", gone, "bytes", freed)
	}
}

// Close ends the file. A page that comes later begins another.
func (k *Keeper) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.file == nil {
		return nil
	}
	if err := k.end(); err != nil {
		return fmt.Errorf("end the file of kept pages %s: %w", k.name, err)
	}
	return nil
}

const (
	nameTime = "20060102T150405Z"
	suffix   = ".warc.gz"
)

// A File is a file of kept pages.
type File struct {
	Name  string
	Began time.Time
	Bytes int64
}

// Files lists the files of a folder, the oldest first. A folder that is not there has
// none.
func Files(dir string) ([]File, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []File
	for _, e := range entries {
		rest, ours := strings.CutPrefix(e.Name(), "edict-")
		if !ours || !strings.HasSuffix(rest, suffix) || len(rest) < len(nameTime) {
			continue
		}
		began, err := time.Parse(nameTime, rest[:len(nameTime)])
		info, statErr := e.Info()
		if err != nil || statErr != nil { // not ours, or deleted meanwhile
			continue
		}
		out = append(out, File{e.Name(), began, info.Size()})
	}
	return out, nil
}
