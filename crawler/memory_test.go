package crawler_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"edict/news"
)

// memory is a crawler.Memory for one test. Its fault, when set, is asked before
// every call.
type memory struct {
	mu        sync.Mutex
	sources   []news.Source
	polls     map[string]news.Poll
	visits    map[string]news.Visit
	ledger    map[news.Key]news.Article
	edition   int64
	withdrawn []string
	order     []news.Key
	fault     func(call string) error
	healths   map[string]news.Health
	flagged   []news.Health // each time that flags were others than before
}

func newMemory(sources ...news.Source) *memory {
	return &memory{sources: sources, polls: map[string]news.Poll{}, visits: map[string]news.Visit{}, ledger: map[news.Key]news.Article{}, healths: map[string]news.Health{}}
}

// locked runs do under the lock unless ctx has ended or the fault says no.
func (m *memory) locked(ctx context.Context, call string, do func()) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if m.fault != nil {
		if err := m.fault(call); err != nil {
			return err
		}
	}
	do()
	return nil
}

func (m *memory) setFault(f func(string) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fault = f
}

func (m *memory) setSources(s ...news.Source) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sources = s
	m.edition++
}

func (m *memory) Sources(ctx context.Context) (out []news.Source, err error) {
	err = m.locked(ctx, "Sources", func() { out = slices.Clone(m.sources) })
	return out, err
}

func (m *memory) SourcesEdition(ctx context.Context) (n int64, err error) {
	err = m.locked(ctx, "SourcesEdition", func() { n = m.edition })
	return n, err
}

func (m *memory) Polls(ctx context.Context) (out []news.Poll, err error) {
	err = m.locked(ctx, "Polls", func() { out = slices.Collect(maps.Values(m.polls)) })
	return out, err
}

func (m *memory) SavePoll(ctx context.Context, p news.Poll, found []news.Visit) (added int, err error) {
	err = m.locked(ctx, "SavePoll", func() {
		m.polls[p.Address] = p
		for _, v := range found {
			if _, ok := m.visits[v.URL]; !ok {
				m.visits[v.URL] = v
				added++
			}
		}
	})
	return added, err
}

func (m *memory) DueVisits(ctx context.Context, before time.Time, limit int, held map[string]string) (out []news.Visit, err error) {
	err = m.locked(ctx, "DueVisits", func() {
		bySource := map[string][]news.Visit{}
		for _, v := range m.visits {
			if _, has := held[news.ArticleID(v.URL)]; !has && !v.Next.IsZero() && !v.Next.After(before) {
				bySource[v.Source] = append(bySource[v.Source], v)
			}
		}
		turn := map[string]int{} // sources take turns, as in the store
		for _, list := range bySource {
			slices.SortFunc(list, func(a, b news.Visit) int {
				return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), a.Next.Compare(b.Next), cmp.Compare(a.URL, b.URL))
			})
			for i, v := range list[:min(len(list), limit)] {
				turn[v.URL] = i
				out = append(out, v)
			}
		}
		slices.SortFunc(out, func(a, b news.Visit) int {
			return cmp.Or(cmp.Compare(turn[a.URL], turn[b.URL]), a.Next.Compare(b.Next), cmp.Compare(a.URL, b.URL))
		})
		out = out[:min(len(out), limit)]
	})
	return out, err
}

func (m *memory) SaveVisit(ctx context.Context, v news.Visit) error {
	return m.locked(ctx, "SaveVisit", func() { m.visits[v.URL] = v })
}

func (m *memory) Enter(ctx context.Context, a news.Article, v news.Visit) (isNew bool, err error) {
	if err := a.Validate(); err != nil {
		return false, fmt.Errorf("enter: %w", err)
	}
	err = m.locked(ctx, "Enter", func() {
		m.visits[v.URL] = v
		if _, ok := m.ledger[a.Key()]; !ok {
			m.ledger[a.Key()] = a
			m.order = append(m.order, a.Key())
			isNew = true
		}
	})
	return isNew, err
}

func (m *memory) Withdraw(ctx context.Context, v news.Visit) (isNew bool, err error) {
	err = m.locked(ctx, "Withdraw", func() {
		isNew = !slices.Contains(m.withdrawn, v.URL)
		m.visits[v.URL] = v
		m.withdrawn = append(m.withdrawn, v.URL)
	})
	return isNew, err
}

func (m *memory) Healths(ctx context.Context) (out []news.Health, err error) {
	err = m.locked(ctx, "Healths", func() { out = slices.Collect(maps.Values(m.healths)) })
	return out, err
}

func (m *memory) SaveHealth(ctx context.Context, h news.Health, flagged bool) error {
	return m.locked(ctx, "SaveHealth", func() {
		m.healths[h.Source] = h
		if flagged {
			m.flagged = append(m.flagged, h)
		}
	})
}

// articles returns the ledger in the order of entering.
func (m *memory) articles() []news.Article {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []news.Article
	for _, k := range m.order {
		out = append(out, m.ledger[k])
	}
	return out
}

func (m *memory) visit(url string) news.Visit {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.visits[url]
}

func (m *memory) poll(address string) news.Poll {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.polls[address]
}

// publisher is a crawler.Publisher that keeps what it gets. Its fault, when set, is
// asked first.
type publisher struct {
	mu    sync.Mutex
	got   []news.Article
	fault func() error
}

func (p *publisher) Publish(_ context.Context, a news.Article) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fault != nil {
		if err := p.fault(); err != nil {
			return err
		}
	}
	p.got = append(p.got, a)
	return nil
}

func (p *publisher) setFault(f func() error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
}

func (p *publisher) articles() []news.Article {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}
