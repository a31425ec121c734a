package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"edict/news"
)

// A Made is a part of a large archive as it is written, made once for any number of
// stores: records of new articles, each a story of its own, and their words.
type Made struct {
	lists []insertion
	batch batch
}

// Make makes the part with the articles that get the numbers behind before. Without
// words, Index has to come for them.
func (s *Store) Make(records []news.Record, before int64, words bool) (*Made, error) {
	m := &Made{}
	var articles []*indexedArticle
	for some := records; len(some) > 0; {
		n := min(len(some), maxList)
		p := s.newPlan(true)
		var tales, rows [][]any
		for _, r := range some[:n] {
			if _, err := p.add(r); err != nil {
				return nil, err
			}
			before++
			id, at := r.Key().Article, micro(r.Position().Time)
			tales = append(tales, []any{id, at, at, at, 1, nil})
			rows = append(rows, []any{before, id, r.ID, r.Version, id, r.Source, r.Language, at, micro(r.Fetched), bit(len(r.Tags) > 0), 1})
			p.changes = append(p.changes, []any{before, 1, news.StoredChange, id, id, r.ID, "[]", "[]", 1, ""})
			articles = append(articles, &indexedArticle{
				doc: doc{number: before, position: at}, version: r.Version, source: r.Source, language: r.Language,
				title: r.Title, summary: r.Summary, text: r.Text, tags: r.Tags,
			})
		}
		for _, row := range p.tags {
			row[len(row)-1] = 1
		}
		m.lists = append(m.lists, []insertion{
			{textRows, "", p.texts},
			{recordRows, "", p.records},
			{evidenceRows, "", p.evidence},
			{tagRows, "", p.tags},
			{storyRows, "", tales},
			{newTable("articles", "number:int id record version story source language position:int fetched:int tagged:int stored:int"), "", rows},
			{changeRows, "", p.changes},
		}...)
		some = some[n:]
	}
	if !words {
		return m, nil
	}
	m.batch = batch{articles: articles, to: before}
	return m, m.batch.prepare()
}

// Again returns the same once more, as other articles of a later time.
func (m *Made) Again(copies, articles int, later time.Duration) *Made {
	id := func(v any) any {
		s := fmt.Sprint(v)
		return s[:len(s)-1] + string(rune('g'+copies)) // no id of ours ends so
	}
	moved := func(column string, row []any, v any) any {
		switch column {
		case "id", "article", "record", "version", "story":
			return id(v)
		case "position", "began", "earliest", "latest", "fetched":
			return v.(int64) + later.Microseconds()
		case "number", "sequence":
			return v.(int64) + int64(copies*articles)
		case "body":
			return strings.ReplaceAll(fmt.Sprint(v), fmt.Sprint(row[0]), fmt.Sprint(id(row[0])))
		}
		return v
	}
	out := &Made{batch: m.batch}
	for _, list := range m.lists {
		var rows [][]any
		for _, row := range list.rows {
			other := slices.Clone(row)
			for i, c := range list.into.columns {
				other[i] = moved(c.name, row, row[i])
			}
			rows = append(rows, other)
		}
		out.lists = append(out.lists, insertion{list.into, "", rows})
	}
	shift := func(d doc) doc {
		return doc{d.number + int64(copies*articles), d.position + later.Microseconds(), d.lead}
	}
	out.batch.docs, out.batch.fresh = nil, nil
	for i, d := range m.batch.docs {
		a := *m.batch.fresh[i]
		a.doc = shift(a.doc)
		out.batch.docs, out.batch.fresh = append(out.batch.docs, shift(d)), append(out.batch.fresh, &a)
	}
	out.batch.to += int64(copies * articles)
	return out
}

// Fill writes a part. The parts come in order, and nothing else is in the store.
func (s *Store) Fill(ctx context.Context, m *Made) error {
	return s.write(ctx, "fill the archive", func(ctx context.Context, tx session) error {
		if err := insertAll(ctx, tx, m.lists); err != nil || m.batch.to == 0 {
			return err
		}
		own := m.batch
		own.pages = nil
		for _, row := range m.batch.pages {
			own.pages = append(own.pages, slices.Clone(row))
		}
		if err := own.addSegment(ctx, tx); err != nil {
			return err
		}
		return moveCursor(ctx, tx, searchCursor, own.to)
	})
}

// SearchBytes is how much room the search index takes, and Segments how many parts it
// has.
func (s *Store) SearchBytes(ctx context.Context) (size, segments int64, err error) {
	query := ""
	for _, name := range []string{"search_words", "search_words_page", "search_articles", "search_segments"} {
		// Page by page: the sum that dbstat makes itself has 32 bits. It reads no other table.
		query += " + coalesce((SELECT sum(pgsize) FROM dbstat WHERE name = '" + name + "'), 0)"
	}
	query = "SELECT 0" + query
	if _, is := s.dialect.(postgresDialect); is {
		query = "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relname LIKE 'search%' AND c.relkind = 'r'"
	}
	if err := s.readers().row(ctx, query).Scan(&size); err != nil {
		return 0, 0, err
	}
	return size, segments, s.readers().row(ctx, "SELECT count(*) FROM search_segments WHERE state = 'live'").Scan(&segments)
}
