package crawler

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"edict/news"
)

// When something is wrong with a source.
const (
	flagAfter    = 3              // polls of an address in a row that fail, or that list nothing
	recentVisits = 20             // first visits of which the share of failures is taken
	leastVisits  = 3              // fewer say nothing
	stepsKept    = 8              // gaps over which the rhythm is averaged, about
	leastGaps    = 5              // fewer give no rhythm
	staleAfter   = 8              // times the rhythm without a new story
	leastStale   = 24 * time.Hour // no night is called a silence
	slowAnswer   = 2 * time.Second
	longDelay    = 10 * time.Second // of a Crawl-delay
	keepHealth   = time.Minute      // what only counts is saved no more often
	savedAtOnce  = 32
	lastSaving   = 200 * time.Millisecond // for what is not saved when the crawler stops
)

// A ward watches how the sources fare. It is told of every poll and visit, and says
// when a flag comes or goes.
type ward struct {
	now func() time.Time

	mu      sync.Mutex
	sources map[string]*patient // guarded by mu
}

// A patient is one source.
type patient struct {
	news.Health
	polls   map[string]pollState // by address
	answers int                  // of which Answers is the average
	saved   time.Time
	unsaved bool // something was counted since
}

type pollState struct {
	poll    news.Poll
	nothing int // polls in a row that listed nothing
}

func newWard(now func() time.Time) *ward {
	return &ward{now: now, sources: map[string]*patient{}}
}

// remember takes what is known from before.
func (w *ward) remember(list []news.Health, polls []news.Poll) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range list {
		p := w.patient(h.Source)
		if p.Health = h; h.Answers > 0 {
			p.answers = stepsKept
		}
	}
	for _, poll := range polls {
		p := w.patient(poll.Source)
		state := pollState{poll: poll}
		if _, empty := p.Flagged(news.FlagEmpty); empty && poll.Failures == 0 && poll.Entries == 0 {
			state.nothing = flagAfter
		}
		p.polls[poll.Address] = state
	}
}

// keep forgets sources that are watched no longer, and addresses that they no longer
// have.
func (w *ward) keep(sources map[string]news.Source) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for slug, p := range w.sources {
		s, watched := sources[slug]
		if !watched {
			delete(w.sources, slug)
			continue
		}
		maps.DeleteFunc(p.polls, func(address string, _ pollState) bool { return !slices.Contains(s.Addresses(), address) })
	}
}

func (w *ward) patient(slug string) *patient {
	p := w.sources[slug]
	if p == nil {
		p = &patient{Health: news.Health{Source: slug}, polls: map[string]pollState{}}
		w.sources[slug] = p
	}
	return p
}

// polled takes a poll. delay is what the site's robots.txt asks for. It returns the
// source's health if it is to be saved, and whether its flags are others than before.
func (w *ward) polled(poll news.Poll, delay time.Duration) (h news.Health, flagged, save bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.patient(poll.Source)
	state := pollState{poll: poll}
	if poll.Failures == 0 && poll.Entries == 0 {
		state.nothing = p.polls[poll.Address].nothing + 1
	}
	p.polls[poll.Address], p.Delay = state, delay
	now := w.now()
	if poll.New > 0 {
		if gap := now.Sub(p.NewStory) / time.Duration(poll.New); !p.NewStory.IsZero() {
			p.Gaps++
			p.Rhythm += (gap - p.Rhythm) / time.Duration(min(p.Gaps, stepsKept))
		}
		p.NewStory = now
	}
	return w.look(p, poll.New > 0)
}

// visited takes a visit that ended, and how long the request took; 0: none was made.
func (w *ward) visited(v news.Visit, took time.Duration, first bool) (h news.Health, flagged, save bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.patient(v.Source)
	visits := maps.Clone(p.Visits)
	if visits == nil {
		visits = map[news.Outcome]news.Tally{}
	}
	visits[v.Outcome] = news.Tally{N: visits[v.Outcome].N + 1, Last: v.Last, URL: v.URL, Detail: v.Detail}
	p.Visits = visits
	switch {
	case first:
		p.Recent = append(slices.Clone(p.Recent[max(0, len(p.Recent)-recentVisits+1):]), v.Outcome)
	case v.Outcome == news.OK && v.Article != "":
		p.Versions++
	}
	if took > 0 {
		p.answers++
		p.Answers += (took - p.Answers) / time.Duration(min(p.answers, stepsKept))
	}
	return w.look(p, true)
}

// look finds out what is wrong with a source. counted says that something is worth
// saving beside its flags.
func (w *ward) look(p *patient, counted bool) (h news.Health, flagged, save bool) {
	now := w.now()
	var flags []news.SourceFlag
	for kind, detail := range p.wrong(now) {
		f, already := p.Flagged(kind)
		if !already {
			f = news.SourceFlag{Kind: kind, Since: now}
			flagged = true
		}
		f.Detail = cutText(detail, 300)
		flags = append(flags, f)
	}
	flagged = flagged || len(flags) != len(p.Flags)
	slices.SortFunc(flags, func(a, b news.SourceFlag) int { return strings.Compare(string(a.Kind), string(b.Kind)) })
	p.Flags = flags
	p.unsaved = p.unsaved || counted
	save = flagged || p.unsaved && now.Sub(p.saved) >= keepHealth
	if save {
		p.saved, p.Updated, p.unsaved = now, now, false
	}
	return p.Health, flagged, save
}

// takeUnsaved returns what was counted and not saved for a while, as if it were saved
// now.
func (w *ward) takeUnsaved(after time.Duration) (list []news.Health) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	for _, p := range w.sources {
		if p.unsaved && now.Sub(p.saved) >= after {
			p.saved, p.Updated, p.unsaved = now, now, false
			list = append(list, p.Health)
		}
	}
	return list
}

// saveHealths saves what has not been saved for so long, many at a time.
func (c *Crawler) saveHealths(ctx context.Context, after time.Duration) {
	var saving sync.WaitGroup
	slots := make(chan struct{}, savedAtOnce)
	for _, h := range c.ward.takeUnsaved(after) {
		slots <- struct{}{}
		saving.Go(func() {
			c.tellHealth(ctx, h, false, true)
			<-slots
		})
	}
	saving.Wait()
}

// wrong is what is wrong with a source, in words.
func (p *patient) wrong(now time.Time) map[news.FlagKind]string {
	out := map[news.FlagKind]string{}
	for _, address := range slices.Sorted(maps.Keys(p.polls)) {
		s := p.polls[address]
		if s.poll.Failures >= flagAfter {
			out[news.FlagKind(s.poll.Outcome)] = fmt.Sprintf("%s failed %d times: %s", address, s.poll.Failures, s.poll.Detail)
		}
		if s.nothing >= flagAfter {
			out[news.FlagEmpty] = fmt.Sprintf("%s was read %d times and lists no stories", address, s.nothing)
		}
	}
	if n := len(p.Recent); n >= leastVisits {
		last := p.Recent[n-leastVisits:]
		if share := p.FailureShare(); share >= 0.5 || allFailed(last) {
			out[news.FlagPages] = fmt.Sprintf("%.0f %% of the last %d stories could not be read, mostly %s", 100*share, n, mostly(p.Recent))
		}
	}
	if silence := now.Sub(p.NewStory); p.Gaps >= leastGaps && silence > max(staleAfter*p.Rhythm, leastStale) {
		out[news.FlagStale] = fmt.Sprintf("nothing new for %s, where a story came every %s", silence.Round(time.Minute), p.Rhythm.Round(time.Second))
	}
	if p.answers >= leastVisits && p.Answers > slowAnswer {
		out[news.FlagSlow] = fmt.Sprintf("it takes %s to answer", p.Answers.Round(100*time.Millisecond))
	}
	if p.Delay >= longDelay {
		out[news.FlagRobots] = fmt.Sprintf("its robots.txt asks for %s between two requests", p.Delay)
	}
	return out
}

func allFailed(list []news.Outcome) bool {
	return !slices.ContainsFunc(list, func(o news.Outcome) bool { return o == news.OK || o == news.Unchanged })
}

// mostly is the failure that is most frequent.
func mostly(list []news.Outcome) news.Outcome {
	count := map[news.Outcome]int{}
	var most news.Outcome
	for _, o := range list {
		if o == news.OK || o == news.Unchanged {
			continue
		}
		if count[o]++; most == "" || count[o] > count[most] {
			most = o
		}
	}
	return most
}

// tellHealth saves how a source fares, and says when a flag came or went.
func (c *Crawler) tellHealth(ctx context.Context, h news.Health, flagged, save bool) {
	if !save {
		return
	}
	if flagged && len(h.Flags) > 0 {
		var list []string
		for _, f := range h.Flags {
			list = append(list, string(f.Kind)+": "+f.Detail)
		}
		c.config.Log.Warn("something is wrong with a source", "source", h.Source, "flags", strings.Join(list, "; "))
	} else if flagged {
		c.config.Log.Info("a source is well again", "source", h.Source)
	}
	if err := c.memory.SaveHealth(ctx, h, flagged); err != nil && ctx.Err() == nil {
		c.config.Log.Warn("how a source fares could not be saved; it will be with its next change", "source", h.Source, "error", err)
	}
}
