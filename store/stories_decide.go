package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"edict/news"
	"edict/sink/stories"
)

// Story returns a story with what analysts decided on it, or ErrNotFound. One that is
// part of another by now says of which, and holds nothing.
func (s *Store) Story(ctx context.Context, id string) (out news.Story, err error) {
	err = s.read(ctx, "read story "+id, func(tx session) error {
		g := newGrouping(s.reader)
		if err := g.recallStories(ctx, tx, []string{id}); err != nil {
			return err
		}
		of := g.groups[id]
		if of == nil {
			return fmt.Errorf("there is no such story: %w", news.ErrNotFound)
		}
		out = news.Story{ID: id, Began: fromMicro(of.Began), Articles: of.Size, Became: g.became[id]}
		if of.Size > 0 {
			out.Earliest, out.Latest = fromMicro(of.First), fromMicro(of.Last)
		}
		for pair := range g.apart {
			if pair[0] == id {
				out.Parted = append(out.Parted, pair[1])
			} else if pair[1] == id {
				out.Parted = append(out.Parted, pair[0])
			}
		}
		slices.Sort(out.Parted)
		return tx.each(ctx, func(rows *sql.Rows) error {
			d, err := scanDecision(rows.Scan)
			out.Decisions = append(out.Decisions, d)
			return err
		}, "SELECT "+decisionColumns+" FROM decisions WHERE story = ? AND act IN ('merge', 'split') ORDER BY number", id)
	})
	return out, err
}

// StorySizes returns how many articles stories have. One that is not there, or is part
// of another, is left out.
func (s *Store) StorySizes(ctx context.Context, ids []string) (map[string]int, error) {
	out := make(map[string]int, len(ids))
	err := s.readers().eachIn(ctx, func(rows *sql.Rows) error {
		var id string
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		out[id] = n
		return nil
	}, "SELECT id, articles FROM stories WHERE articles > 0 AND id", "", ids)
	return out, s.fault("count the articles of stories", err)
}

// MergeStories makes one story of two, as a decision that the machine never undoes:
// the elder remains, and each article of the other is a change. It returns the
// decision as it was written. Stories that are one already are ErrConflict, one that
// is not there ErrNotFound.
func (s *Store) MergeStories(ctx context.Context, who, one, other, reason string) (d news.Decision, err error) {
	what := fmt.Sprintf("merge stories %s and %s", one, other)
	if err := checkAct(who, reason); err != nil {
		return d, fmt.Errorf("%s: %w", what, err)
	}
	err = s.write(ctx, what, func(ctx context.Context, tx session) error {
		p := plan{now: micro(s.now()), stories: newGrouping(s.reader)}
		g := p.stories
		if err := g.recallStories(ctx, tx, []string{one, other}); err != nil {
			return err
		}
		for _, id := range []string{one, other} {
			if g.groups[id] == nil {
				return fmt.Errorf("there is no story %s: %w", id, news.ErrNotFound)
			}
		}
		into, from := g.groups[g.story(one)], g.groups[g.story(other)]
		if into.ID == from.ID {
			return fmt.Errorf("they are one story already, %s: %w", into.ID, news.ErrConflict)
		}
		if stories.Elder(*from, *into) {
			into, from = from, into
		}
		before, err := membersOf(ctx, tx, into.ID, from.ID)
		if err != nil {
			return err
		}
		if err := p.merge(ctx, tx, from.ID, into.ID, false); err != nil {
			return err
		}
		if err := p.writeStories(ctx, tx); err != nil {
			return err
		}
		after, err := membersOf(ctx, tx, into.ID)
		if err != nil {
			return err
		}
		d = news.Decision{Time: fromMicro(p.now), Who: who, Act: news.Merge, Story: into.ID, Reason: reason}
		return appendDecision(ctx, tx, &d, before, after)
	})
	return d, err
}

// SplitStory takes an article out of its story into one of its own, as a decision: the
// machine never puts it, or what joins it later, back. An article that is alone in its
// story, or in another one than story says, is ErrConflict.
func (s *Store) SplitStory(ctx context.Context, who, story, article, reason string) (d news.Decision, err error) {
	what := fmt.Sprintf("split article %s off story %s", article, story)
	if err := checkAct(who, reason); err != nil {
		return d, fmt.Errorf("%s: %w", what, err)
	}
	err = s.write(ctx, what, func(ctx context.Context, tx session) error {
		c, err := loadCase(ctx, tx, article)
		if err != nil {
			return err
		}
		p := plan{now: micro(s.now()), stories: newGrouping(s.reader)}
		g := p.stories
		if err := g.recallStories(ctx, tx, []string{story, c.story}); err != nil {
			return err
		}
		if g.groups[story] == nil {
			return fmt.Errorf("there is no such story: %w", news.ErrNotFound)
		}
		from := g.groups[g.story(story)]
		switch {
		case from.ID != c.story:
			return fmt.Errorf("the article is in story %s: %w", c.story, news.ErrConflict)
		case from.Size < 2:
			return fmt.Errorf("it has no other article: %w", news.ErrConflict)
		}
		before, err := membersOf(ctx, tx, from.ID)
		if err != nil {
			return err
		}
		to, err := freeStory(ctx, tx, article)
		if err != nil {
			return err
		}
		if err := p.part(ctx, tx, c, from, to); err != nil {
			return err
		}
		after, err := membersOf(ctx, tx, from.ID, to)
		if err != nil {
			return err
		}
		d = news.Decision{Time: fromMicro(p.now), Who: who, Act: news.Split, Story: from.ID, Article: article, Rules: c.rules, Reason: reason}
		return appendDecision(ctx, tx, &d, before, after)
	})
	return d, err
}

// part moves the article of a case out of a story into a new one, apart from it.
func (p *plan) part(ctx context.Context, tx session, c deskCase, from *stories.Group, to string) error {
	g := p.stories
	g.groups[to] = &stories.Group{ID: to, Began: p.now, First: c.position, Last: c.position, Size: 1}
	from.Size--
	g.touched[from.ID], g.touched[to] = true, true
	g.apart[pairOf(from.ID, to)] = true
	a := &articleState{id: c.article, record: c.record, story: to, tags: c.tags}
	if err := p.addMove(news.SplitChange, a, from.ID, false); err != nil {
		return err
	}
	if err := p.writeStories(ctx, tx); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "UPDATE articles SET story = ? WHERE id = ?", to, c.article)
	if err != nil {
		return err
	}
	return p.spanStory(ctx, tx, from.ID)
}

// writeStories is what a decision on stories writes.
func (p *plan) writeStories(ctx context.Context, tx session) error {
	if err := p.stories.write(ctx, tx); err != nil {
		return err
	}
	if err := p.stories.writeApart(ctx, tx); err != nil {
		return err
	}
	return insertChanges(ctx, tx, p.changes)
}

// membersOf returns the articles of stories, by story.
func membersOf(ctx context.Context, tx session, ids ...string) (map[string][]string, error) {
	out := make(map[string][]string, len(ids))
	for _, id := range ids {
		list, err := column[string](ctx, tx, "SELECT id FROM articles WHERE story = ? ORDER BY id", id)
		if err != nil {
			return nil, err
		}
		out[id] = list
	}
	return out, nil
}

// freeStory is the name of the story that an article begins: its own id, or that with
// a number if it has begun one before.
func freeStory(ctx context.Context, tx session, article string) (string, error) {
	id := article
	for n := 2; ; n++ {
		var there string
		err := tx.row(ctx, "SELECT id FROM stories WHERE id = ?", id).Scan(&there)
		if errors.Is(err, sql.ErrNoRows) {
			return id, nil
		}
		if err != nil {
			return "", err
		}
		id = article + "-" + strconv.Itoa(n)
	}
}

func checkAct(who, reason string) error {
	if who == "" || len(who) > 200 || len(reason) > news.MaxReason {
		return fmt.Errorf("a decision needs a name of up to 200 bytes, and a reason of up to %d: %w", news.MaxReason, news.ErrInvalid)
	}
	return nil
}
