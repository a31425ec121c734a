package crawler

import (
	"container/heap"
	"context"
	"net/url"
	"sync"
	"time"

	"edict/news"
)

// How often the Memory is asked.
const (
	sourcesEvery = 4 * time.Second // a change of sources is to be seen within 5 s
	visitsEvery  = time.Second     // after something was found
	visitsIdle   = 5 * time.Second // when nothing was for a while
	lookAhead    = 5 * time.Second // visits that are due soon are loaded with those that are
	loadSize     = 512             // visits in one load
)

// A dispatcher hands jobs to workers as manners allow. All its fields belong to the
// goroutine of run; others tell it what to do through the channel do.
type dispatcher struct {
	crawler  *Crawler
	sources  map[string]news.Source // by slug
	edition  int64                  // of the sources
	polls    map[[2]string]*pollItem
	due      pollHeap
	frontier *frontier

	jobs    chan *job
	do      chan func()
	loads   chan func(context.Context)
	free    int // workers without a job
	waiting int // workers that wait for readers to have room

	once      time.Time // not zero: it is a round, which began then
	exhausted bool      // of a round: no visit is due

	stopped     bool
	loading     bool
	passed      map[string]bool // visits that ended while visits were loaded: what is loaded of them is old
	nextSources time.Time
	nextVisits  time.Time
	idle        time.Duration // between loads of visits that bring nothing
}

func newDispatcher(c *Crawler, sources []news.Source, polls []news.Poll) *dispatcher {
	n := c.config.Concurrency
	d := &dispatcher{
		crawler: c, sources: map[string]news.Source{}, polls: map[[2]string]*pollItem{}, frontier: newFrontier(),
		jobs: make(chan *job, n), do: make(chan func()), loads: make(chan func(context.Context), 1), free: n, idle: visitsEvery, passed: map[string]bool{},
	}
	for _, p := range polls {
		d.polls[[2]string{p.Source, p.Address}] = &pollItem{poll: p, place: -1, gone: true}
	}
	d.setSources(sources)
	d.nextSources = c.config.Now().Add(sourcesEvery)
	return d
}

// run dispatches until ctx ends, and returns when all workers have.
func (d *dispatcher) run(ctx context.Context) {
	var workers sync.WaitGroup
	for range d.crawler.config.Concurrency {
		workers.Go(func() {
			for j := range d.jobs {
				d.crawler.work(ctx, d, j)
			}
		})
	}
	workers.Go(func() {
		for load := range d.loads {
			load(ctx)
		}
	})
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		if d.step(); d.isOver() {
			break
		}
		timer.Reset(d.pause())
		select {
		case <-ctx.Done():
		case do := <-d.do:
			do()
		case <-timer.C:
		}
	}
	d.stopped = true
	close(d.jobs)
	close(d.loads)
	drained := make(chan struct{})
	go func() {
		workers.Wait()
		close(drained)
	}()
	for {
		select {
		case do := <-d.do:
			do()
		case <-drained:
			return
		}
	}
}

// tell has the dispatcher's goroutine do something.
func (d *dispatcher) tell(do func()) { d.do <- do }

// step starts everything that is due.
func (d *dispatcher) step() {
	now := d.crawler.config.Now()
	for len(d.due) > 0 && !d.due[0].poll.Next.After(now) {
		d.startPoll(heap.Pop(&d.due).(*pollItem), now)
	}
	for d.free > 0 && d.waiting == 0 {
		l := d.frontier.next(now)
		if l == nil {
			break
		}
		d.advance(l, now)
	}
	d.load(now)
}

// pause is how long nothing will be due.
func (d *dispatcher) pause() time.Duration {
	at := d.nextSources
	earlier := func(t time.Time) {
		if t.Before(at) {
			at = t
		}
	}
	if !d.loading {
		earlier(d.nextVisits)
	}
	if len(d.due) > 0 {
		earlier(d.due[0].poll.Next)
	}
	if len(d.frontier.ready) > 0 && d.free > 0 && d.waiting == 0 {
		earlier(d.frontier.ready[0].at)
	}
	return max(at.Sub(d.crawler.config.Now()), time.Millisecond)
}

// advance starts the first job of a lane, or finds out when it may be.
func (d *dispatcher) advance(l *lane, now time.Time) {
	j := l.head()
	if !d.watched(j) {
		d.forget(l.take())
		d.frontier.wake(l, now)
		return
	}
	v := d.crawler.manners.admit(j.url, j.host != "")
	switch {
	case v.robots != "":
		u, err := url.Parse(v.robots)
		if err != nil {
			u = j.url.JoinPath("/robots.txt")
		}
		d.frontier.push(&job{url: u, first: v.robots, host: hostOf(j.url)}, now)
	case v.refused != "":
		j.refused = &v
		d.hand(l.take())
		d.frontier.wake(l, now)
	case v.yes:
		l.busy = true
		d.hand(l.take())
	default:
		d.frontier.wake(l, v.at)
	}
}

// watched reports whether a job's source or address was not removed meanwhile.
func (d *dispatcher) watched(j *job) bool {
	if j.host != "" {
		return true
	}
	_, ok := d.sources[j.source.Slug]
	return ok && (j.poll == nil || !j.poll.item.gone)
}

func (d *dispatcher) hand(j *job) {
	d.free--
	d.jobs <- j // has room for as many as there are workers
}

// released is told when a request has ended: its domain may go on.
func (d *dispatcher) released(domain string) {
	if l := d.frontier.lanes[domain]; l != nil {
		l.busy = false
		d.frontier.wake(l, d.crawler.config.Now())
	}
}

// resume is told when a job goes on at another address.
func (d *dispatcher) resume(j *job) {
	d.free++
	d.frontier.push(j, d.crawler.config.Now())
}

// finished is told when a job has ended.
func (d *dispatcher) finished(j *job) {
	d.free++
	d.exhausted = false
	d.forget(j)
	if l := d.frontier.lanes[domainOf(j.url)]; d.frontier.full && (l == nil || len(l.visits) < maxLane/2) {
		d.nextVisits = time.Time{} // there is room for what found none
	}
}

// forget takes a job out of the process.
func (d *dispatcher) forget(j *job) {
	switch {
	case j.visit != nil:
		delete(d.frontier.inside, j.visit.URL)
		if d.loading {
			d.passed[j.visit.URL] = true
		}
	case j.poll != nil:
		d.schedule(j.poll.item)
	}
}

func (d *dispatcher) schedule(p *pollItem) {
	if d.once.IsZero() || p.poll.Last.Before(d.once) {
		d.scheduleAlways(p)
	}
}

func (d *dispatcher) scheduleAlways(p *pollItem) {
	if !p.gone && p.place < 0 {
		heap.Push(&d.due, p)
	}
}

// catchUp makes the other addresses of a source due: what has fallen out of one before
// it was read again may still stand in another.
func (d *dispatcher) catchUp(of news.Poll) {
	now := d.crawler.config.Now()
	for _, address := range d.sources[of.Source].Addresses() {
		p := d.polls[[2]string{of.Source, address}]
		if p != nil && address != of.Address && p.place >= 0 && p.poll.Failures == 0 && p.poll.Next.After(now) {
			p.poll.Next = now
			heap.Fix(&d.due, p.place)
		}
	}
}

func (d *dispatcher) startPoll(p *pollItem, now time.Time) {
	source := d.sources[p.poll.Source]
	u, err := url.Parse(p.poll.Address)
	if err != nil { // Validate of the source does not let it come to this
		p.poll.Next = now.Add(maxInterval)
		d.schedule(p)
		return
	}
	poll := &pollJob{poll: p.poll, item: p}
	d.frontier.poll(&job{url: u, first: p.poll.Address, fixed: true, source: source, poll: poll}, now)
}
