package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"edict/news"
)

// searchCursor is the cursor of the search index.
const searchCursor = "search"

// A searchDialect is what databases say differently of the search index.
type searchDialect interface {
	// nearPages calls do for each of asks with the page of a stream in which its key
	// stands if it stands in any. Those that lie before the first page are left out.
	nearPages(ctx context.Context, tx session, s stream, asks []pageAsk, do func(n int, page []byte) error) error
	// pagesBetween calls do for each page of a stream that begins in one of ranges.
	pagesBetween(ctx context.Context, tx session, s stream, ranges []pageRange, do func(n int, page []byte) error) error
}

// A pageAsk is for a page of a segment.
type pageAsk struct {
	segment int64
	key     string
}

// A pageRange is for pages of a segment that begin behind one key and not behind another.
type pageRange struct {
	segment      int64
	behind, upTo string
}

// Index brings the search index up to date with at most limit changes, and returns
// with how many it did: 0 when it has caught up. It is never part of storing, and holds
// the lock that the sink needs only to write what is made ready before. Two that index
// at once do no harm, and no more than one does.
func (s *Store) Index(ctx context.Context, limit int) (done int, err error) {
	const what = "bring the search index up to date"
	b, err := s.readBatch(ctx, limit)
	if err != nil {
		return 0, s.fault(what, err)
	}
	if b.done() > 0 {
		if err := b.prepare(); err != nil {
			return 0, s.fault(what, err)
		}
		err := s.write(ctx, what, func(ctx context.Context, tx session) error {
			done, err = b.write(ctx, tx)
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	for more := true; more; {
		if more, err = s.mergeSegments(ctx); err != nil {
			return 0, s.fault("merge segments of the search index", err)
		}
	}
	return done, nil
}

// A batch is what one run of Index writes.
type batch struct {
	from, to int64    // of the cursor
	changes  int      // between them
	again    []string // articles of search_again
	articles []*indexedArticle
	known    map[int64]knownArticle // by number, those of articles

	fresh []*indexedArticle // those that the index does not know as they are
	docs  []doc
	pages [][]any
}

// A knownArticle is a row of search_articles.
type knownArticle struct{ stamp, position, digest int64 }

func (b *batch) done() int { return b.changes + len(b.again) }

// readBatch reads what is to be indexed next, in one state of the database.
func (s *Store) readBatch(ctx context.Context, limit int) (b batch, err error) {
	err = s.read(ctx, "read what is to be indexed", func(tx session) error {
		b = batch{}
		if b.from, err = cursor(ctx, tx, searchCursor); err != nil {
			return err
		}
		list, err := changesAfter(ctx, tx, b.from, limit)
		if err != nil {
			return err
		}
		b.to, b.changes = b.from, len(list)
		seen := map[string]bool{}
		var articles []string
		also := func(article string) {
			if article != "" && !seen[article] {
				seen[article] = true
				articles = append(articles, article)
			}
		}
		for _, c := range list {
			b.to = c.Sequence
			if c.Kind != news.MergeChange && c.Kind != news.SplitChange && c.Kind != news.SourceChange {
				also(c.Article)
			}
		}
		if b.again, err = column[string](ctx, tx, "SELECT article FROM search_again ORDER BY article LIMIT ?", limit-len(list)); err != nil {
			return err
		}
		for _, a := range b.again {
			also(a)
		}
		if b.articles, err = readArticles(ctx, tx, articles); err != nil {
			return err
		}
		b.known, err = readKnown(ctx, tx, b.articles)
		return err
	})
	return b, err
}

// prepare makes what is written, so that nobody waits for that.
func (b *batch) prepare() error {
	for _, a := range b.articles {
		if k, is := b.known[a.number]; !is || k.digest != a.digest() {
			b.fresh = append(b.fresh, a)
		}
	}
	slices.SortFunc(b.fresh, func(a, b *indexedArticle) int { return byNewest(a.doc, b.doc) })
	made := newBuilder()
	for _, a := range b.fresh {
		made.add(a)
	}
	b.docs = made.docs
	return made.pages(0, func(row []any) error {
		b.pages = append(b.pages, row)
		return nil
	})
}

// write puts a batch into the index. When another run has been quicker it writes
// nothing, and says 1 so that the caller comes again.
func (b *batch) write(ctx context.Context, tx session) (done int, err error) {
	known, err := readKnown(ctx, tx, b.articles)
	if err != nil {
		return 0, err
	}
	at, err := cursor(ctx, tx, searchCursor)
	if err != nil {
		return 0, err
	}
	if at != b.from || !maps.Equal(known, b.known) {
		return 1, nil
	}
	if err := b.addSegment(ctx, tx); err != nil {
		return 0, err
	}
	for _, some := range chunks(b.again) {
		condition, args := tx.dialect.in(some)
		if _, err := tx.exec(ctx, "DELETE FROM search_again WHERE article"+condition, args...); err != nil {
			return 0, err
		}
	}
	return b.done(), moveCursor(ctx, tx, searchCursor, b.to)
}

// addSegment writes a segment of articles, and buries what others hold of them.
func (b *batch) addSegment(ctx context.Context, tx session) error {
	if len(b.fresh) == 0 {
		return nil
	}
	id, err := nextSegment(ctx, tx)
	if err != nil {
		return err
	}
	rows := make([][]any, len(b.fresh))
	var old []int64
	for i, a := range b.fresh {
		rows[i] = []any{a.number, id, a.position, a.digest()}
		if _, is := b.known[a.number]; is {
			old = append(old, a.number)
		}
	}
	if err := buryAll(ctx, tx, old, b.known); err != nil {
		return err
	}
	for _, page := range b.pages {
		page[0] = id
	}
	segment := newSegment(id, id, id, b.docs)
	return insertAll(ctx, tx, []insertion{
		{segmentRows, "", [][]any{segment.row(live, 0)}},
		{wordRows, "", b.pages},
		{wordRows, "", segment.docRows(b.docs)},
		{indexedRows, "ON CONFLICT (number) DO UPDATE SET stamp = excluded.stamp, position = excluded.position, digest = excluded.digest", rows},
	})
}

// buryAll buries articles where they are known to be.
func buryAll(ctx context.Context, tx session, numbers []int64, known map[int64]knownArticle) error {
	if len(numbers) == 0 {
		return nil
	}
	segments, err := loadSegments(ctx, tx)
	if err != nil {
		return err
	}
	dead := map[*segment][]uint32{}
	for _, number := range numbers {
		k := known[number]
		for _, s := range segments {
			if k.stamp < s.first || k.stamp > s.last {
				continue
			}
			n, err := s.find(ctx, tx, number, k.position)
			if err != nil {
				return err
			}
			dead[s] = append(dead[s], n)
		}
	}
	for _, s := range segments {
		if len(dead[s]) > 0 {
			if err := s.bury(ctx, tx, dead[s]); err != nil {
				return err
			}
		}
	}
	return nil
}

func readArticles(ctx context.Context, tx session, ids []string) (list []*indexedArticle, err error) {
	err = tx.eachIn(ctx, func(rows *sql.Rows) error {
		a := new(indexedArticle)
		list = append(list, a)
		return rows.Scan(&a.number, &a.id, &a.record, &a.version, &a.source, &a.language, &a.position, &a.title, &a.summary, &a.text)
	}, `SELECT a.number, a.id, a.record, a.version, a.source, a.language, a.position, t.title, t.summary, t.text
		FROM articles a JOIN texts t ON t.version = a.version WHERE a.id`, "", ids)
	if err != nil {
		return nil, err
	}
	byRecord := make(map[string]*indexedArticle, len(list))
	records := make([]string, len(list))
	for i, a := range list {
		byRecord[a.record], records[i] = a, a.record
	}
	err = eachTag(ctx, tx, records, func(record string, t news.Tag) {
		byRecord[record].tags = append(byRecord[record].tags, t)
	})
	return list, err
}

// eachTag calls f for the tags of current records that count or wait for review.
func eachTag(ctx context.Context, tx session, records []string, f func(record string, t news.Tag)) error {
	return tx.eachIn(ctx, func(rows *sql.Rows) error {
		var record string
		var t news.Tag
		if err := rows.Scan(&record, &t.Label, &t.Jurisdiction, &t.Stage); err != nil {
			return err
		}
		f(record, t)
		return nil
	}, "SELECT record, label, jurisdiction, stage FROM tags WHERE current = 1 AND state <> 'rejected' AND record", "", records)
}

func readKnown(ctx context.Context, tx session, articles []*indexedArticle) (map[int64]knownArticle, error) {
	numbers := make([]int64, len(articles))
	for i, a := range articles {
		numbers[i] = a.number
	}
	out := map[int64]knownArticle{}
	for _, some := range chunks(numbers) {
		condition, args := tx.dialect.inNumbers(some)
		err := tx.each(ctx, func(rows *sql.Rows) error {
			var number int64
			var k knownArticle
			if err := rows.Scan(&number, &k.stamp, &k.position, &k.digest); err != nil {
				return err
			}
			out[number] = k
			return nil
		}, "SELECT number, stamp, position, digest FROM search_articles WHERE number"+condition, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// indexAgain notes articles that are to be indexed again.
func indexAgain(ctx context.Context, tx session, articles []string) error {
	rows := make([][]any, len(articles))
	for i, a := range articles {
		rows[i] = []any{a}
	}
	_, err := tx.insert(ctx, againRows, "ON CONFLICT (article) DO NOTHING", rows)
	return err
}
