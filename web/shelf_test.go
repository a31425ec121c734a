package web_test

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"edict/news"
	"edict/web"
)

// A shelf is a Reader and a Crawl in memory, with the contract of both.
type shelf struct {
	mu       sync.Mutex // guards the rest
	records  map[string]news.Record
	current  map[string]string // article to record
	changes  []news.Change
	sources  []news.Source
	polls    []news.Poll
	broken   error // what every method returns, if set
	woken    chan struct{}
	reads    int
	fragment *news.Fragment // of every hit, if set
	older    bool           // a search by relevance did not look at all
	indexed  int            // hundredths of the search index; 0: all
}

func newShelf(records ...news.Record) *shelf {
	s := &shelf{records: map[string]news.Record{}, current: map[string]string{}, woken: make(chan struct{})}
	for _, r := range records {
		s.put(r)
	}
	return s
}

// put makes r current, as one change.
func (s *shelf) put(r news.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	article := r.Key().Article
	kind := news.StoredChange
	if s.current[article] != "" {
		kind = news.VersionChange
	}
	s.records[r.ID], s.current[article] = r, r.ID
	s.change(kind, article, r.ID)
}

// withdraw takes an article away.
func (s *shelf) withdraw(article string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.records, s.current[article])
	delete(s.current, article)
	s.change(news.WithdrawnChange, article, "")
}

func (s *shelf) change(kind news.ChangeKind, article, record string) {
	s.changes = append(s.changes, news.Change{
		Sequence: int64(len(s.changes)) + 1, Time: now.Add(-2 * time.Minute), Kind: kind, Article: article, Record: record,
	})
	close(s.woken)
	s.woken = make(chan struct{})
}

func (s *shelf) breakWith(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
}

func (s *shelf) wake() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.woken
}

func (s *shelf) Records(_ context.Context, f news.Filter) ([]news.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return nil, s.broken
	}
	var out []news.Record
	for _, id := range s.current {
		if r := s.records[id]; selects(f, r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b news.Record) int {
		return cmp.Or(b.Position().Time.Compare(a.Position().Time), cmp.Compare(b.ID, a.ID))
	})
	if f.Limit > 0 && len(out) > f.Limit {
		out = out[:f.Limit]
	}
	return out, nil
}

// Search finds words as one string. By relevance the longer title is the better one.
func (s *shelf) Search(ctx context.Context, q news.Search) (news.Found, error) {
	f := q.Filter
	f.Limit = 0
	list, err := s.Records(ctx, f)
	found := news.Found{Indexed: cmp.Or(s.indexed, 100)}
	if q.Order == news.Relevance {
		slices.SortStableFunc(list, func(a, b news.Record) int { return cmp.Compare(len(b.Title), len(a.Title)) })
		found.Ranked, found.Older = len(list), s.older
		list = list[min(q.Skip, len(list)):]
	}
	found.More = len(list) > q.Limit
	for _, r := range list[:min(q.Limit, len(list))] {
		h := news.Hit{Record: r, Title: spansIn(r.Title, q.Words, 0)}
		for _, field := range []news.Field{news.Text, news.Summary} {
			text := r.Field(field)
			if at := strings.Index(text, q.Words); at >= 0 {
				from := strings.LastIndexByte(text[:at], '\n') + 1
				h.Fragment = news.Fragment{Field: field, Span: news.Span{Start: from, End: len(text)}, Marks: spansIn(text[from:], q.Words, from)}
				break
			}
		}
		if s.fragment != nil {
			h.Fragment = *s.fragment
		}
		found.Hits = append(found.Hits, h)
	}
	return found, err
}

func spansIn(text, words string, offset int) (out []news.Span) {
	for at := 0; ; {
		i := strings.Index(text[at:], words)
		if i < 0 {
			return out
		}
		at += i + len(words)
		out = append(out, news.Span{Start: offset + at - len(words), End: offset + at})
	}
}

func selects(f news.Filter, r news.Record) bool {
	at := r.Position()
	if !f.After.IsZero() && !at.Time.Before(f.After.Time) && (!at.Time.Equal(f.After.Time) || at.ID >= f.After.ID) {
		return false
	}
	if !f.Since.IsZero() && at.Time.Before(f.Since) || !f.Until.IsZero() && !at.Time.Before(f.Until) {
		return false
	}
	if f.Story != "" && r.Story != f.Story {
		return false
	}
	if f.Source != "" && r.Source != f.Source || !strings.Contains(r.Title+r.Summary+r.Text, f.Words) {
		return false
	}
	if f.Language != "" && r.Language != f.Language && !strings.HasPrefix(r.Language, f.Language+"-") {
		return false
	}
	if !f.Tagged && f.Label == "" && f.Jurisdiction == "" && f.Stage == "" {
		return true
	}
	return slices.ContainsFunc(r.Tags, func(t news.Tag) bool {
		return (f.Stage == "" || t.Stage == f.Stage) && t.State != news.Rejected && (f.Label == "" || t.Label == f.Label) &&
			(f.Jurisdiction == "" || t.Jurisdiction.Within(f.Jurisdiction))
	})
}

func (s *shelf) StorySizes(_ context.Context, ids []string) (map[string]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for _, id := range s.current {
		if story := s.records[id].Story; story != "" && slices.Contains(ids, story) {
			out[story]++
		}
	}
	return out, s.broken
}

func (s *shelf) Record(_ context.Context, id string) (news.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.broken != nil {
		return news.Record{}, s.broken
	}
	r, ok := s.records[id]
	if !ok {
		return r, news.ErrNotFound
	}
	return r, nil
}

func (s *shelf) Changes(_ context.Context, after int64, limit int) ([]news.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return nil, s.broken
	}
	from := min(max(after, 0), int64(len(s.changes)))
	out := s.changes[from:]
	return slices.Clone(out[:min(limit, len(out))]), nil
}

func (s *shelf) LastChange(context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(len(s.changes)), s.broken
}

func (s *shelf) Tally(context.Context) ([]news.TagCount, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := map[news.TagCount]int64{}
	for _, id := range s.current {
		for _, t := range s.records[id].Tags {
			if t.State != news.Rejected {
				n[news.TagCount{Label: t.Label, Jurisdiction: t.Jurisdiction}]++
			}
		}
	}
	var out []news.TagCount
	for k, v := range n {
		k.N = v
		out = append(out, k)
	}
	return out, s.broken
}

// Map adds up what is current. It knows no past: as of a moment it is what was published
// by then.
func (s *shelf) Map(_ context.Context, when news.MapTime) (news.Map, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := news.NewMapMaker()
	for _, id := range s.current {
		r := s.records[id]
		at := r.Position().Time
		if !when.Until.IsZero() && !at.Before(when.Until) || !when.Known.IsZero() && at.After(when.Known) {
			continue
		}
		for _, t := range r.Tags {
			m.Add(at, t, 1)
			if t.State.Counts() {
				m.AddWeek(at, t.Label, 1)
			}
		}
		for _, c := range r.Counts {
			m.AddCount(news.Reported{Count: c, Record: r.ID, Source: r.Source, Time: at})
		}
	}
	return m.Map(), s.broken
}

func (s *shelf) Balance(context.Context) (news.Balance, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := int64(len(s.current))
	return news.Balance{Total: n, Stored: n}, s.broken
}

func (s *shelf) Sources(context.Context) ([]news.Source, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sources), s.broken
}

func (s *shelf) Polls(context.Context) ([]news.Poll, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.polls), s.broken
}

var (
	_ web.Reader   = (*shelf)(nil)
	_ web.Searcher = (*shelf)(nil)
	_ web.Ledger   = (*shelf)(nil)
	_ web.Atlas    = (*shelf)(nil)
	_ web.Crawl    = (*shelf)(nil)
)
