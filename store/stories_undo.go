package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"edict/news"
	"edict/sink/stories"
)

// undoStories takes back a merge or a split, as far as the stories are still what it
// made of them; otherwise it is ErrConflict.
func (s *Store) undoStories(ctx context.Context, tx session, old news.Decision, who, reason string) (d news.Decision, err error) {
	var before, after map[string][]string
	if err := errors.Join(json.Unmarshal(old.Before, &before), json.Unmarshal(old.After, &after)); err != nil {
		return d, fmt.Errorf("decision %d cannot be read: %w", old.Number, err)
	}
	more, less := before, after // of a merge: two stories before, one after
	if old.Act == news.Split {
		more, less = after, before
	}
	other := ""
	for id := range more {
		if _, same := less[id]; !same {
			other = id
		}
	}
	p := plan{now: micro(s.now()), stories: newGrouping(s.reader)}
	if err := p.stories.recallStories(ctx, tx, []string{old.Story, other}); err != nil {
		return d, err
	}
	was, err := membersOf(ctx, tx, keysOf(more)...)
	if err != nil {
		return d, err
	}
	if old.Act == news.Split {
		err = p.join(ctx, tx, other, old.Story)
	} else {
		err = p.partAgain(ctx, tx, old.Story, other, before[other])
	}
	if err != nil {
		return d, err
	}
	is, err := membersOf(ctx, tx, keysOf(more)...)
	if err != nil {
		return d, err
	}
	d = news.Decision{Time: fromMicro(p.now), Who: who, Act: news.Undo, Story: old.Story, Article: old.Article, Undoes: old.Number, Reason: reason}
	return d, appendDecision(ctx, tx, &d, was, is)
}

// join makes a story that was split off a part of the other again.
func (p *plan) join(ctx context.Context, tx session, from, into string) error {
	g := p.stories
	for _, id := range []string{from, into} {
		if g.groups[id] == nil || g.story(id) != id || g.groups[id].Size == 0 {
			return fmt.Errorf("story %s has become part of another since: %w", id, news.ErrConflict)
		}
	}
	if err := p.merge(ctx, tx, from, into, false); err != nil {
		return err
	}
	return p.writeStories(ctx, tx)
}

// partAgain takes the articles that a merge brought out of a story, into the one in
// which they were.
func (p *plan) partAgain(ctx context.Context, tx session, into, other string, articles []string) error {
	g := p.stories
	now := g.groups[g.story(into)]
	if now == nil || g.groups[other] == nil || g.story(other) != now.ID || other == now.ID {
		return fmt.Errorf("the stories are not those of the merge any more: %w", news.ErrConflict)
	}
	to := &stories.Group{ID: other, Began: g.groups[other].Began}
	for _, id := range articles {
		c, err := loadCase(ctx, tx, id)
		if errors.Is(err, news.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if c.story != now.ID {
			continue // it went elsewhere since
		}
		if to.Size++; to.Size == 1 {
			to.First, to.Last = c.position, c.position
		}
		to.First, to.Last = min(to.First, c.position), max(to.Last, c.position)
		a := &articleState{id: id, record: c.record, story: other, tags: c.tags}
		if err := p.addMove(news.SplitChange, a, now.ID, false); err != nil {
			return err
		}
	}
	if to.Size == 0 || to.Size >= now.Size {
		return fmt.Errorf("none of its articles is left to be parted: %w", news.ErrConflict)
	}
	now.Size -= to.Size
	g.groups[other] = to
	delete(g.became, other)
	g.touched[now.ID], g.touched[other] = true, true
	g.apart[pairOf(now.ID, other)] = true
	if err := p.writeStories(ctx, tx); err != nil {
		return err
	}
	for _, id := range slices.Sorted(slices.Values(articles)) {
		if _, err := tx.exec(ctx, "UPDATE articles SET story = ? WHERE id = ? AND story = ?", other, id, now.ID); err != nil {
			return err
		}
	}
	return p.spanStory(ctx, tx, now.ID)
}

// spanStory tells a story the times of the articles that it has left.
func (p *plan) spanStory(ctx context.Context, tx session, id string) error {
	_, err := tx.exec(ctx, `UPDATE stories SET earliest = (SELECT min(position) FROM articles WHERE story = stories.id),
		latest = (SELECT max(position) FROM articles WHERE story = stories.id) WHERE id = ?`, id)
	return err
}
