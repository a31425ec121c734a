package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"edict/crawler"
	"edict/crawler/warc"
	"edict/news"
	"edict/store"
)

// ReplayOptions say which kept pages are read again.
type ReplayOptions struct {
	Since time.Time // fetched from then on; zero: all
	Span  string    // Since as the user says it: when the same is said again, a replay that was stopped goes on
	Again bool      // from the beginning, also where a replay was stopped
	// Wrong is told of every page that gives no article, and of torn files.
	Wrong func(place string, err error)
	// Progress, if not nil, is told how many of the pages were read.
	Progress func(done, all int)
}

// Replayed counts the pages of a replay.
type Replayed struct {
	Pages   int    // of which each is the newest of its address
	New     int    // gave a version that was not known, and wait to be classified
	Known   int    // gave what was known
	None    int    // gave no article
	Resumed string // the place at which a replay that was stopped went on; "" for none
}

// replayBatch is how many pages are read before what they gave is written.
const replayBatch = 64

// Replay derives articles from the kept pages once more, from the newest page of each
// address, and puts versions that are not known into the ledger, quiet. The caller has
// them worked on (see HandOver). Stopped, it goes on where it was when it is called
// again with the same Span.
func Replay(ctx context.Context, s *store.Store, c Config, o ReplayOptions) (Replayed, error) {
	list, err := s.Sources(ctx)
	if err != nil {
		return Replayed{}, err
	}
	r := &replay{store: s, dir: c.pagesDir(), o: o, selectors: map[string]news.Selectors{}, newest: map[uint64]keptPlace{}, seed: maphash.MakeSeed()}
	for _, src := range list {
		r.selectors[src.Slug] = src.Select
	}
	if err := r.find(ctx); err != nil {
		return r.count, err
	}
	r.resume()
	err = eachKept(ctx, r.dir, o.Since, r.from, func(string, error) {}, func(at keptPlace, record warc.Record) error { return r.take(ctx, at, record) })
	if err == nil {
		err = r.flush(ctx, keptPlace{})
	}
	if err != nil {
		return r.count, err
	}
	if err := os.Remove(r.state()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r.count, fmt.Errorf("end the replay: %w", err)
	}
	return r.count, nil
}

// A replay is kept pages that are being read.
type replay struct {
	store     *store.Store
	dir       string
	o         ReplayOptions
	selectors map[string]news.Selectors // by source
	newest    map[uint64]keptPlace      // by hash of the address
	seed      maphash.Seed
	from      keptPlace
	batch     []warc.Capture
	places    []keptPlace
	count     Replayed
}

// find notes the newest page of each address. Of two whose hashes are one, which
// happens once in 2^64 pairs, the older is passed over.
func (r *replay) find(ctx context.Context) error {
	return eachKept(ctx, r.dir, r.o.Since, keptPlace{}, func(file string, err error) {
		r.o.Wrong(file, fmt.Errorf("the rest of the file is passed over: %w", err))
	}, func(at keptPlace, record warc.Record) error {
		if record.Kind == "response" && !record.Date.Before(r.o.Since) {
			r.newest[r.key(record)] = at
		}
		return nil
	})
}

func (r *replay) key(record warc.Record) uint64 { return maphash.String(r.seed, record.Address()) }

func (r *replay) take(ctx context.Context, at keptPlace, record warc.Record) error {
	if record.Kind != "response" || record.Date.Before(r.o.Since) || r.newest[r.key(record)] != at {
		return nil
	}
	page, err := record.Capture()
	if err != nil {
		r.count.Pages++
		r.count.None++
		r.o.Wrong(at.String(), err)
		return nil
	}
	if len(r.batch) == replayBatch {
		if err := r.flush(ctx, at); err != nil {
			return err
		}
	}
	r.batch, r.places = append(r.batch, page), append(r.places, at)
	return nil
}

// flush reads the pages of the batch, writes what they give, and notes the place at
// which to go on.
func (r *replay) flush(ctx context.Context, next keptPlace) error {
	articles := r.articles()
	err := whileAway(ctx, func() error {
		if len(articles) == 0 {
			return nil
		}
		isNew, err := r.store.Hand(ctx, articles)
		if err == nil {
			r.count.New += isNew
			r.count.Known += len(articles) - isNew
		}
		return err
	})
	if err != nil {
		return err
	}
	r.batch, r.places = r.batch[:0], r.places[:0]
	if r.o.Progress != nil {
		r.o.Progress(r.count.Pages, len(r.newest))
	}
	if next == (keptPlace{}) {
		return nil
	}
	return r.note(next)
}

// articles reads the pages of the batch, on all processors.
func (r *replay) articles() []news.Article {
	contents, errs := make([]news.Content, len(r.batch)), make([]error, len(r.batch))
	var work sync.WaitGroup
	room := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, page := range r.batch {
		room <- struct{}{}
		work.Go(func() {
			contents[i], errs[i] = crawler.Derive(page, r.selectors[page.Source])
			<-room
		})
	}
	work.Wait()
	var out []news.Article
	for i, content := range contents {
		r.count.Pages++
		content.Page = r.places[i].String()
		a := news.NewArticle(content, true)
		if errs[i] == nil {
			errs[i] = a.Validate()
		}
		if errs[i] != nil {
			r.count.None++
			r.o.Wrong(r.places[i].String(), errs[i])
			continue
		}
		out = append(out, a)
	}
	return out
}

// A replayState is where a replay stands.
type replayState struct {
	Span string    `json:"span"`
	Next keptPlace `json:"next"`
}

func (r *replay) state() string { return filepath.Join(r.dir, "replay.json") }

// resume goes on where a replay of the same pages was stopped.
func (r *replay) resume() {
	data, err := os.ReadFile(r.state())
	var last replayState
	if r.o.Again || err != nil || json.Unmarshal(data, &last) != nil || last.Span != r.o.Span {
		return
	}
	r.from, r.count.Resumed = last.Next, last.Next.String()
}

func (r *replay) note(next keptPlace) error {
	data, err := json.Marshal(replayState{r.o.Span, next})
	if err != nil {
		return err
	}
	if err = os.WriteFile(r.state()+".new", data, 0o640); err == nil {
		err = os.Rename(r.state()+".new", r.state())
	}
	if err != nil {
		return fmt.Errorf("note where the replay stands: %w", err)
	}
	return nil
}
