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
	urgent []*job // polls, robots.txt files, and what continues a job
	visits []*job
	at     time.Time // ask manners again then
	place  int       // in the heap of lanes; -1: not in it
	busy   bool      // a request is on its way
}

func (l *lane) empty() bool { return len(l.urgent)+len(l.visits) == 0 }

func (l *lane) head() *job {
	if len(l.urgent) > 0 {
		return l.urgent[0]
	}
	return l.visits[0]
}

func (l *lane) drop() {
	if len(l.urgent) > 0 {
		l.urgent = slices.Delete(l.urgent, 0, 1)
	} else {
		l.visits = slices.Delete(l.visits, 0, 1)
	}
}

// A frontier is the jobs that wait in the process, by domain. It belongs to the
// dispatcher's goroutine.
type frontier struct {
	lanes  map[string]*lane
	ready  laneHeap
	inside map[string]bool // URLs of visits that wait or are worked on
	full   bool            // a visit found no room since the last load
}

func newFrontier() *frontier {
	return &frontier{lanes: map[string]*lane{}, inside: map[string]bool{}}
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

// push adds a job that may not wait behind visits.
func (f *frontier) push(j *job, first bool, now time.Time) {
	l := f.lane(j.url)
	if first {
		l.urgent = slices.Insert(l.urgent, 0, j)
	} else {
		l.urgent = append(l.urgent, j)
	}
	f.wake(l, now)
}

// offer adds a visit if there is room and it is not inside already.
func (f *frontier) offer(j *job, now time.Time) {
	if f.inside[j.visit.URL] {
		return
	}
	l := f.lane(j.url)
	if len(l.visits) >= maxLane || len(f.inside) >= maxInside {
		f.full = true
		return
	}
	f.inside[j.visit.URL] = true
	l.visits = append(l.visits, j)
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
