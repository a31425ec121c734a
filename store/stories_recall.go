package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"edict/news"
	"edict/sink/stories"
)

// A reading is a record with what of it is compared.
type reading struct {
	article  string
	number   int64
	original string // the id of the article that it names as its original, or ""
	story    string // that it came with, or ""
	features stories.Features
	body     []byte // the features, encoded
	keys     []stories.Key
}

// readAll begins to read records for their stories. The readings are there when wait
// returns; it must be called, and may be called more than once.
func (s *Store) readAll(records []news.Record) (out []reading, wait func(), err error) {
	var reader *stories.Reader // needed only for those that come without features
	if slices.ContainsFunc(records, func(r news.Record) bool { _, known := stories.Carried(r); return !known }) {
		if reader, err = s.reader(); err != nil {
			return nil, nil, err
		}
	}
	out = make([]reading, len(records))
	var workers sync.WaitGroup
	const share = 16 // records for which a goroutine is worth it
	for begin := 0; begin < len(records); begin += share {
		workers.Go(func() {
			for i := begin; i < min(begin+share, len(records)); i++ {
				out[i] = read(reader, records[i])
			}
		})
	}
	return out, workers.Wait, nil
}

func read(reader *stories.Reader, r news.Record) reading {
	one := reading{article: r.Key().Article, story: r.Story, body: r.Features}
	var known bool
	if one.features, known = stories.Carried(r); !known {
		one.features = reader.Read(r)
		one.body = one.features.Encode()
	}
	one.number = articleNumber(one.article)
	one.keys = one.features.Keys()
	if r.Original != "" {
		one.original = news.ArticleID(r.Original)
	}
	return one
}

// articleNumber is the first half of an article's id: short enough for a key of
// which there are a dozen for each article, long enough that two meet by chance once
// among thirty million.
func articleNumber(id string) int64 {
	n, _ := strconv.ParseUint(id[:min(len(id), 15)], 16, 64) // an id is hex
	return int64(n)
}

// A grouping is what a batch knows of stories.
type grouping struct {
	reader func() (*stories.Reader, error)

	pool     *stories.Pool
	features map[int64]*stories.Features // of candidates, by article number
	of       map[int64]string            // the story of an article, as it was
	groups   map[string]*stories.Group
	became   map[string]string   // a story that is part of another
	absorbed map[string][]string // the other way, for what this batch has merged
	apart    map[[2]string]bool

	copies map[string][]string // original to the articles that name it
	linked map[string]string   // article to story, for those that an original or a copy led to

	touched map[string]bool // stories to be written
	moves   [][2]string     // merges, in order

	bodies       map[int64]reading // whose features are to be written, by article number
	begun        map[int64]bool    // numbers of which the database holds nothing yet
	keys         map[keyRow]bool   // rows to be written, and, where it says false, to be deleted
	originalRows [][]any
}

// A keyRow is a row of feature_keys.
type keyRow struct {
	key          stories.Key
	time, number int64
}

func newGrouping(reader func() (*stories.Reader, error)) *grouping {
	return &grouping{
		reader: reader, pool: stories.NewPool(), features: map[int64]*stories.Features{}, of: map[int64]string{}, groups: map[string]*stories.Group{},
		became: map[string]string{}, absorbed: map[string][]string{}, apart: map[[2]string]bool{},
		copies: map[string][]string{}, linked: map[string]string{}, touched: map[string]bool{},
		bodies: map[int64]reading{}, begun: map[int64]bool{}, keys: map[keyRow]bool{},
	}
}

// recall reads from the database what may be of one story with the articles of a
// batch. own are the stories in which they are already.
func (g *grouping) recall(ctx context.Context, tx session, batch []reading, own []string) error {
	if err := g.recallKeys(ctx, tx, batch); err != nil {
		return err
	}
	var numbers []int64
	for _, b := range batch {
		numbers = append(append(numbers, b.number), g.pool.Near(b.keys, b.number, b.features.Time)...)
	}
	wanted := map[string]bool{}
	for _, id := range own {
		wanted[id] = true
	}
	if err := g.recallFeatures(ctx, tx, numbers, wanted); err != nil {
		return err
	}
	if err := g.recallOriginals(ctx, tx, batch, wanted); err != nil {
		return err
	}
	for _, b := range batch {
		wanted[b.article] = true // as the name of a story
		if b.story != "" {
			wanted[b.story] = true
		}
	}
	return g.recallStories(ctx, tx, keysOf(wanted))
}

// A keyRange is a key and the times, both included, of which its rows are wanted.
type keyRange struct {
	key      stories.Key
	from, to int64
}

// rangesOf returns what has to be looked up for a batch: each key around the times of
// the articles that have it, so that of a key that is used every day little is read.
func rangesOf(batch []reading) []keyRange {
	var out []keyRange
	for _, b := range batch {
		for _, k := range b.keys {
			out = append(out, keyRange{k, b.features.Time - stories.Window, b.features.Time + stories.Window})
		}
	}
	slices.SortFunc(out, func(a, b keyRange) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.from, b.from)) })
	n := 0
	for _, r := range out {
		if n > 0 && out[n-1].key == r.key && r.from <= out[n-1].to {
			out[n-1].to = r.to
			continue
		}
		out[n] = r
		n++
	}
	return out[:n]
}

func (g *grouping) recallKeys(ctx context.Context, tx session, batch []reading) error {
	err := tx.dialect.keysHeld(ctx, tx, rangesOf(batch), func(rows *sql.Rows) error {
		var key, time, number int64
		if err := rows.Scan(&key, &time, &number); err != nil {
			return err
		}
		g.pool.Hold(stories.Key(key), number, time)
		return nil
	})
	if err != nil {
		return fmt.Errorf("look up keys of stories: %w", err)
	}
	return nil
}

func (g *grouping) recallFeatures(ctx context.Context, tx session, numbers []int64, wanted map[string]bool) error {
	slices.Sort(numbers)
	var stale []string // records whose features were made by another program
	for _, some := range chunks(slices.Compact(numbers)) {
		condition, args := tx.dialect.inNumbers(some)
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var number int64
			var body sql.RawBytes
			var record, story string
			if err := rows.Scan(&number, &body, &record, &story); err != nil {
				return err
			}
			wanted[story] = true
			g.of[number] = story
			data, err := base64.StdEncoding.AppendDecode(nil, body)
			if err != nil {
				return fmt.Errorf("features of article number %d: %w", number, err)
			}
			f, err := stories.Decode(data)
			if err != nil {
				stale = append(stale, record)
			} else {
				g.features[number] = &f
			}
			return nil
		}, "SELECT f.number, f.body, a.record, a.story FROM features f JOIN articles a ON a.id = f.article WHERE f.number"+condition, args...)
		if err != nil {
			return fmt.Errorf("read what is compared: %w", err)
		}
	}
	return g.readAgain(ctx, tx, stale)
}

// readAgain makes the features of records anew, to be compared and to be written.
func (g *grouping) readAgain(ctx context.Context, tx session, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	reader, err := g.reader()
	if err != nil {
		return err
	}
	records, err := loadRecords(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, record := range records {
		r := read(reader, record)
		g.features[r.number], g.bodies[r.number] = &r.features, r
		for _, k := range r.keys {
			if g.pool.Hold(k, r.number, r.features.Time) {
				g.keys[keyRow{k, r.features.Time, r.number}] = true
			}
		}
	}
	return nil
}

// recallOriginals finds the stories of originals and of their copies.
func (g *grouping) recallOriginals(ctx context.Context, tx session, batch []reading, wanted map[string]bool) error {
	originals := map[string]bool{} // ids that a copy may name, or that this batch names
	for _, b := range batch {
		originals[b.article] = true
		if b.original != "" {
			originals[b.original] = true
		}
	}
	others := map[string]bool{}
	err := tx.eachIn(ctx, func(rows *sql.Rows) error {
		var original, article string
		if err := rows.Scan(&original, &article); err != nil {
			return err
		}
		g.copies[original] = append(g.copies[original], article)
		others[article] = true
		return nil
	}, "SELECT original, article FROM originals WHERE original", "", keysOf(originals))
	if err != nil {
		return fmt.Errorf("look up originals: %w", err)
	}
	for _, b := range batch {
		if b.original != "" {
			others[b.original] = true
		}
	}
	return tx.eachIn(ctx, func(rows *sql.Rows) error {
		var article, story string
		if err := rows.Scan(&article, &story); err != nil {
			return err
		}
		g.linked[article] = story
		wanted[story] = true
		return nil
	}, "SELECT id, story FROM articles WHERE id", "", keysOf(others))
}

// recallStories reads stories, those of which they became a part, and which of them
// are apart.
func (g *grouping) recallStories(ctx context.Context, tx session, ids []string) error {
	for len(ids) > 0 {
		var next []string
		err := tx.eachIn(ctx, func(rows *sql.Rows) error {
			var s stories.Group
			var became sql.NullString
			if err := rows.Scan(&s.ID, &s.Began, &s.First, &s.Last, &s.Size, &became); err != nil {
				return err
			}
			g.groups[s.ID] = &s
			if became.Valid {
				g.became[s.ID] = became.String
				if g.groups[became.String] == nil {
					next = append(next, became.String)
				}
			}
			return nil
		}, "SELECT id, began, earliest, latest, articles, became FROM stories WHERE id", "", ids)
		if err != nil {
			return fmt.Errorf("read stories: %w", err)
		}
		for _, column := range []string{"one", "other"} {
			err := tx.eachIn(ctx, func(rows *sql.Rows) error {
				var pair [2]string
				if err := rows.Scan(&pair[0], &pair[1]); err != nil {
					return err
				}
				g.apart[pair] = true
				return nil
			}, "SELECT one, other FROM apart WHERE "+column, "", ids)
			if err != nil {
				return fmt.Errorf("read which stories are apart: %w", err)
			}
		}
		ids = next
	}
	return nil
}

// keysOf returns the keys of a map in order.
func keysOf[K cmp.Ordered, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
