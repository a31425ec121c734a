package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
	keys     []stories.Key
}

// readAll begins to read records for their stories. The readings are there when wait
// returns; it must be called, and may be called more than once.
func (s *Store) readAll(records []news.Record) (out []reading, wait func(), err error) {
	reader, err := s.reader()
	if err != nil {
		return nil, nil, err
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
	one := reading{article: r.Key().Article, story: r.Story, features: reader.Read(r)}
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

	featureRows, keyRows, originalRows [][]any
	droppedKeys                        [][]any // key, time, number
}

func newGrouping() *grouping {
	return &grouping{
		pool: stories.NewPool(), features: map[int64]*stories.Features{}, of: map[int64]string{}, groups: map[string]*stories.Group{},
		became: map[string]string{}, absorbed: map[string][]string{}, apart: map[[2]string]bool{},
		copies: map[string][]string{}, linked: map[string]string{}, touched: map[string]bool{},
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

// recallRun is the longest time over which keys are asked for at once, so that the
// rows of a key that is used every day stay few.
const recallRun = 2 * stories.Window

func (g *grouping) recallKeys(ctx context.Context, tx session, batch []reading) error {
	byTime := slices.Clone(batch)
	slices.SortFunc(byTime, func(a, b reading) int { return cmp.Compare(a.features.Time, b.features.Time) })
	for len(byTime) > 0 {
		n := 1
		first := byTime[0].features.Time
		for n < len(byTime) && byTime[n].features.Time-first <= recallRun {
			n++
		}
		asked := map[stories.Key]bool{}
		for _, b := range byTime[:n] {
			for _, k := range b.keys {
				asked[k] = true
			}
		}
		last := byTime[n-1].features.Time
		for _, some := range chunks(keysOf(asked)) {
			err := tx.each(ctx, func(rows *sql.Rows) error {
				var key, time, number int64
				if err := rows.Scan(&key, &time, &number); err != nil {
					return err
				}
				g.pool.Hold(stories.Key(key), number, time)
				return nil
			}, "SELECT key, time, number FROM feature_keys WHERE key IN ("+integers(some)+") AND time BETWEEN ? AND ?",
				first-stories.Window, last+stories.Window)
			if err != nil {
				return fmt.Errorf("look up keys of stories: %w", err)
			}
		}
		byTime = byTime[n:]
	}
	return nil
}

func (g *grouping) recallFeatures(ctx context.Context, tx session, numbers []int64, wanted map[string]bool) error {
	slices.Sort(numbers)
	for _, some := range chunks(slices.Compact(numbers)) {
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var number int64
			var body sql.RawBytes
			var story string
			if err := rows.Scan(&number, &body, &story); err != nil {
				return err
			}
			data, err := base64.StdEncoding.AppendDecode(nil, body)
			if err != nil {
				return fmt.Errorf("features of article number %d: %w", number, err)
			}
			f, err := stories.Decode(data)
			if err != nil {
				return fmt.Errorf("article number %d: %w", number, err)
			}
			g.features[number], g.of[number] = &f, story
			wanted[story] = true
			return nil
		}, "SELECT f.number, f.body, a.story FROM features f JOIN articles a ON a.id = f.article WHERE f.number IN ("+integers(some)+")")
		if err != nil {
			return fmt.Errorf("read what is compared: %w", err)
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

// integers is a list of numbers as it stands in a statement.
func integers[N ~int64](list []N) string {
	var b strings.Builder
	for i, n := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(int64(n), 10))
	}
	return b.String()
}
