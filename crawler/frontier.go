package crawler

import (
	"container/heap"
	"net/url"
	"slices"
	"time"

	"edict/crawler/feed"
	"edict/news"
)

// What bounds the frontier in the process. The rest of it stays in the Memory.
const (
	maxLane   = 32   // visits that wait for one domain
	maxInside = 4096 // visits in all
)

// A job is one thing to be fetched and what is to be done with it. Exactly one of
// poll, visit and host is set.
type job struct {
	url    *url.URL // the hop to be fetched next
	first  string   // the address that the hops began with
	hops   int
	via    []string // the addresses that redirected
	fixed  bool     // all hops so far were permanent redirects
	source news.Source

	poll  *pollJob
	visit *news.Visit
	host  string // whose robots.txt it is

	refused *verdict // no request may be made: this is what came of it
}

// A pollJob is a poll on its way: of an index it reads several documents.
type pollJob struct {
	poll     news.Poll
	began    time.Time
	children []string // sitemaps of an index, still to be read
	index    bool
	entries  []feed.Entry
	etag     string // of the first document
	modified string
	item     *pollItem
}

// A lane is what waits for one domain.
type lane struct {
	domain string
	urgent []*job // robots.txt files, and what continues a job
	polls  []*job
	visits []*job    // by their ranks
	polled bool      // the last turn was a poll's: a visit is next
	at     time.Time // ask manners again then
	place  int       // in the heap of lanes; -1: not in it
	busy   bool      // a request is on its way
}

func (l *lane) empty() bool { return len(l.urgent)+len(l.polls)+len(l.visits) == 0 }

// queue returns the queue whose turn it is. Polls and visits take turns, so that a
// site that is polled as often as it may be asked still has its stories read.
func (l *lane) queue() *[]*job {
	switch {
	case len(l.urgent) > 0:
		return &l.urgent
	case len(l.polls) > 0 && (!l.polled || len(l.visits) == 0):
		return &l.polls
	}
	return &l.visits
}

func (l *lane) head() *job { return (*l.queue())[0] }

// take removes the head.
func (l *lane) take() *job {
	q := l.queue()
	j := (*q)[0]
	if q != &l.urgent {
		l.polled = q == &l.polls
	}
	*q = slices.Delete(*q, 0, 1)
	return j
}

// A frontier is the jobs that wait in the process, by domain. It belongs to the
// dispatcher's goroutine.
type frontier struct {
	lanes  map[string]*lane
	ready  laneHeap
	inside map[string]string // URLs of visits that wait or are worked on, with their sources
	full   bool              // a visit found no room since the last load
}

func newFrontier() *frontier {
	return &frontier{lanes: map[string]*lane{}, inside: map[string]string{}}
}

func (f *frontier) lane(u *url.URL) *lane {
	name := domainOf(u)
	l := f.lanes[name]
	if l == nil {
		l = &lane{domain: name, place: -1}
		f.lanes[name] = l
	}
	return l
}

// push adds a job that goes before all others of its domain.
func (f *frontier) push(j *job, now time.Time) {
	l := f.lane(j.url)
	l.urgent = slices.Insert(l.urgent, 0, j)
	f.wake(l, now)
}

// poll adds a poll.
func (f *frontier) poll(j *job, now time.Time) {
	l := f.lane(j.url)
	l.polls = append(l.polls, j)
	f.wake(l, now)
}

// held are the ids of the addresses that are inside, with their sources.
func (f *frontier) held() map[string]string {
	out := make(map[string]string, len(f.inside))
	for address, source := range f.inside {
		out[news.ArticleID(address)] = source
	}
	return out
}

// offer adds a visit that is not inside yet, if there is room. One of a low rank goes
// before those of a higher, and takes the place of the last of them.
func (f *frontier) offer(j *job, now time.Time) {
	l := f.lane(j.url)
	at, rank := len(l.visits), j.visit.Rank()
	if i := slices.IndexFunc(l.visits, func(o *job) bool { return o.visit.Rank() > rank }); i >= 0 {
		at = i
	}
	switch {
	case len(l.visits) < maxLane && len(f.inside) < maxInside:
	case at < len(l.visits):
		last := l.visits[len(l.visits)-1]
		delete(f.inside, last.visit.URL)
		l.visits = l.visits[:len(l.visits)-1]
		f.full = true
	default:
		f.full = true
		f.wake(l, now)
		return
	}
	f.inside[j.visit.URL] = j.visit.Source
	l.visits = slices.Insert(l.visits, at, j)
	f.wake(l, now)
}

// wake puts a lane that has work and no request on its way where it is looked at.
func (f *frontier) wake(l *lane, at time.Time) {
	switch {
	case l.busy:
	case l.empty():
		if l.place >= 0 {
			heap.Remove(&f.ready, l.place)
		}
		delete(f.lanes, l.domain)
	case l.place < 0:
		l.at = at
		heap.Push(&f.ready, l)
	case at.Before(l.at):
		l.at = at
		heap.Fix(&f.ready, l.place)
	}
}

// next takes the lane that is due first, if any is.
func (f *frontier) next(now time.Time) *lane {
	if len(f.ready) == 0 || f.ready[0].at.After(now) {
		return nil
	}
	return heap.Pop(&f.ready).(*lane)
}

// laneHeap orders lanes by when they are to be looked at.
type laneHeap []*lane

func (h laneHeap) Len() int           { return len(h) }
func (h laneHeap) Less(i, k int) bool { return h[i].at.Before(h[k].at) }
func (h laneHeap) Swap(i, k int) {
	h[i], h[k] = h[k], h[i]
	h[i].place, h[k].place = i, k
}

// Push is for container/heap.
func (h *laneHeap) Push(x any) {
	l := x.(*lane)
	l.place = len(*h)
	*h = append(*h, l)
}

// Pop is for container/heap.
func (h *laneHeap) Pop() any {
	old := *h
	l := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	l.place = -1
	return l
}

// A pollItem is one address of one source and when it is due.
type pollItem struct {
	poll  news.Poll
	rank  int // feed, sitemap, listing: in this order when both are due
	place int // in the heap; -1: being polled
	gone  bool
}

// pollHeap orders addresses by when they are due.
type pollHeap []*pollItem

func (h pollHeap) Len() int { return len(h) }
func (h pollHeap) Less(i, k int) bool {
	if a, b := h[i].poll.Next, h[k].poll.Next; !a.Equal(b) {
		return a.Before(b)
	}
	return h[i].rank < h[k].rank
}

func (h pollHeap) Swap(i, k int) {
	h[i], h[k] = h[k], h[i]
	h[i].place, h[k].place = i, k
}

// Push is for container/heap.
func (h *pollHeap) Push(x any) {
	p := x.(*pollItem)
	p.place = len(*h)
	*h = append(*h, p)
}

// Pop is for container/heap.
func (h *pollHeap) Pop() any {
	old := *h
	p := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	p.place = -1
	return p
}
