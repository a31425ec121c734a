package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"maps"
	"slices"

	"edict/news"
	"edict/sink/stories"
)

// story is the story that one is by now.
func (g *grouping) story(id string) string {
	for g.became[id] != "" {
		id = g.became[id]
	}
	return id
}

func (g *grouping) isApart(a, b string) bool { return g.apart[pairOf(a, b)] }

func pairOf(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// group puts article a, which r makes new or gives another text, into its story: the
// one that r comes with, else that of the articles to which it is tied. Stories that
// it ties together become one.
func (p *plan) group(ctx context.Context, tx session, a *articleState, r *reading, quiet bool) error {
	g := p.stories
	isNew := a.story == ""
	if !isNew {
		a.story = g.story(a.story)
	}
	into := a.story
	var merged []stories.Group
	switch {
	case isNew && r.story != "":
		into = g.story(r.story)
	case isNew && g.groups[a.id] != nil: // it comes after records that named its story
		into = g.story(a.id)
	default:
		var own stories.Group
		if !isNew {
			own = *g.groups[into]
		}
		var to stories.Group
		to, merged = stories.Settle(r.features.Time, own, p.tied(a.id, r), g.isApart)
		if into = to.ID; into == "" {
			into = a.id // the story that begins with it
		}
	}
	to := g.groups[into]
	if to == nil {
		to = &stories.Group{ID: into, Began: p.now, First: r.features.Time, Last: r.features.Time}
		g.groups[into] = to
	}
	for _, m := range merged {
		if err := p.merge(ctx, tx, m.ID, into, quiet); err != nil {
			return err
		}
	}
	a.story = into
	if isNew {
		to.Size++
		if to.Size == 1 {
			to.First, to.Last = r.features.Time, r.features.Time
		}
	}
	to.First, to.Last = min(to.First, r.features.Time), max(to.Last, r.features.Time)
	g.touched[into] = true
	g.remember(r, into)
	return nil
}

// tied compares the article with its candidates, and takes for sure what an original
// and its copies say.
func (p *plan) tied(article string, r *reading) []stories.Tied {
	g := p.stories
	var tied []stories.Tied
	for _, other := range g.pool.Near(r.keys, r.number, r.features.Time) {
		f := g.features[other]
		if f == nil {
			continue
		}
		if score, same := stories.Compare(&r.features, f); same {
			tied = append(tied, stories.Tied{Group: *g.groups[g.story(g.of[other])], Score: score})
		}
	}
	links := append([]string{r.original}, g.copies[article]...)
	if r.original != "" {
		links = append(links, g.copies[r.original]...)
	}
	for _, other := range links {
		story := g.linked[other]
		if state := p.articles[other]; state != nil {
			story = state.story
		}
		if story != "" && other != article {
			tied = append(tied, stories.Tied{Group: *g.groups[g.story(story)], Sure: true})
		}
	}
	return tied
}

// remember lets later articles find this one, and notes the rows for it.
func (g *grouping) remember(r *reading, story string) {
	old := g.features[r.number]
	if old == nil {
		g.begun[r.number] = true
	} else {
		for _, k := range old.Keys() {
			if old.Time != r.features.Time || !slices.Contains(r.keys, k) {
				g.keys[keyRow{k, old.Time, r.number}] = false
				g.pool.Drop(k, r.number)
			}
		}
	}
	g.features[r.number], g.of[r.number] = &r.features, story
	g.bodies[r.number] = *r
	for _, k := range r.keys {
		if g.pool.Hold(k, r.number, r.features.Time) {
			g.keys[keyRow{k, r.features.Time, r.number}] = true
		}
	}
	if r.original != "" && !slices.Contains(g.copies[r.original], r.article) {
		g.copies[r.original] = append(g.copies[r.original], r.article)
		g.originalRows = append(g.originalRows, []any{r.original, r.article})
	}
}

// merge makes story from a part of story into, with a change for each article that
// moves.
func (p *plan) merge(ctx context.Context, tx session, from, into string, quiet bool) error {
	g := p.stories
	moved := map[string]string{} // article to its current record
	err := tx.eachIn(ctx, func(rows *sql.Rows) error {
		var id, record string
		if err := rows.Scan(&id, &record); err != nil {
			return err
		}
		moved[id] = record
		return nil
	}, "SELECT id, record FROM articles WHERE story", "", append([]string{from}, g.absorbed[from]...))
	if err != nil {
		return err
	}
	for id, a := range p.articles {
		if a.story != "" && g.story(a.story) == from {
			moved[id] = a.record
		}
	}
	ids := keysOf(moved)
	var records []string // of articles that this batch does not hold; of the others the plan knows the tags
	for _, id := range ids {
		if p.articles[id] == nil {
			records = append(records, moved[id])
		}
	}
	tags, err := loadTags(ctx, tx, records)
	if err != nil {
		return err
	}
	g.became[from] = into
	g.absorbed[into] = append(append(g.absorbed[into], from), g.absorbed[from]...)
	for _, id := range ids {
		a := p.articles[id]
		if a == nil {
			a = &articleState{id: id, record: moved[id], tags: tags[moved[id]]}
		}
		a.story = into
		if err := p.addMove(news.MergeChange, a, from, quiet); err != nil {
			return err
		}
	}
	lost, kept := g.groups[from], g.groups[into]
	kept.First, kept.Last, kept.Size = min(kept.First, lost.First), max(kept.Last, lost.Last), kept.Size+lost.Size
	lost.Size = 0
	for pair := range g.apart {
		for i, id := range pair {
			if other := pair[1-i]; id == from {
				delete(g.apart, pair)
				if other != into {
					g.apart[pairOf(into, other)] = true
				}
			}
		}
	}
	g.touched[from], g.touched[into] = true, true
	g.moves = append(g.moves, [2]string{from, into})
	return nil
}

// addMove notes the change that an article is in another story than before.
func (p *plan) addMove(kind news.ChangeKind, a *articleState, was string, quiet bool) error {
	tags := a.tags
	if tags == nil {
		tags = []news.Tag{}
	}
	if err := p.addChange(kind, a, tags, tags, quiet); err != nil {
		return err
	}
	last := p.changes[len(p.changes)-1]
	last[len(last)-1] = was
	return nil
}

// write tells the database what has become of stories. It comes before the articles,
// which point to them.
func (g *grouping) write(ctx context.Context, tx session) error {
	var groups [][]any
	for _, id := range keysOf(g.touched) {
		s := g.groups[id]
		var became any
		if to := g.became[id]; to != "" {
			became = g.story(to)
		}
		groups = append(groups, []any{s.ID, s.Began, s.First, s.Last, s.Size, became})
	}
	_, err := tx.insert(ctx, storyRows, `ON CONFLICT (id) DO UPDATE SET earliest = excluded.earliest, latest = excluded.latest,
		articles = excluded.articles, became = excluded.became`, groups)
	if err != nil {
		return err
	}
	for _, move := range g.moves {
		if _, err := tx.exec(ctx, "UPDATE articles SET story = ? WHERE story = ?", move[1], move[0]); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "UPDATE stories SET became = ? WHERE became = ?", move[1], move[0]); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM apart WHERE one = ? OR other = ?", move[0], move[0]); err != nil {
			return err
		}
	}
	if len(g.moves) > 0 {
		if err := g.writeApart(ctx, tx); err != nil {
			return err
		}
	}
	_, err = tx.insert(ctx, originalRows, "ON CONFLICT (original, article) DO NOTHING", g.originalRows)
	return err
}

func (g *grouping) writeApart(ctx context.Context, tx session) error {
	var rows [][]any
	for pair := range g.apart {
		rows = append(rows, []any{pair[0], pair[1]})
	}
	_, err := tx.insert(ctx, apartRows, "ON CONFLICT (one, other) DO NOTHING", rows)
	return err
}

// writeFeatures is what only needs the articles to be there. Rows of articles that the
// database does not hold yet are inserted without a look at what is there, which costs
// half as much again.
func (g *grouping) writeFeatures(ctx context.Context, tx session) error {
	var bodies, begun [][]any
	for _, number := range keysOf(g.bodies) {
		row := []any{number, g.bodies[number].article, base64.StdEncoding.EncodeToString(g.bodies[number].body)}
		if g.begun[number] {
			begun = append(begun, row)
		} else {
			bodies = append(bodies, row)
		}
	}
	var keys, begunKeys [][]any
	for _, k := range slices.SortedFunc(maps.Keys(g.keys), keyRow.compare) {
		row := []any{int64(k.key), k.time, k.number}
		switch isNew := g.begun[k.number]; {
		case !g.keys[k] && !isNew:
			if _, err := tx.exec(ctx, "DELETE FROM feature_keys WHERE key = ? AND time = ? AND number = ?", row...); err != nil {
				return err
			}
		case !g.keys[k]: // it came and went within the batch
		case isNew:
			begunKeys = append(begunKeys, row)
		default:
			keys = append(keys, row)
		}
	}
	return insertAll(ctx, tx, []insertion{
		{featureRows, "", begun},
		{featureRows, "ON CONFLICT (number) DO UPDATE SET body = excluded.body", bodies},
		{featureKeyRows, "", begunKeys},
		{featureKeyRows, "ON CONFLICT (key, time, number) DO NOTHING", keys},
	})
}

func (k keyRow) compare(o keyRow) int {
	return cmp.Or(cmp.Compare(k.key, o.key), cmp.Compare(k.time, o.time), cmp.Compare(k.number, o.number))
}
