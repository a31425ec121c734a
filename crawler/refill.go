package crawler

import (
	"container/heap"
	"context"
	"net/url"
	"time"

	"edict/news"
)

// load has the loader read sources and visits when it is time.
func (d *dispatcher) load(now time.Time) {
	if d.loading {
		return
	}
	switch {
	case !d.nextSources.After(now):
		d.begin(d.loadSources)
	case !d.nextVisits.After(now) && len(d.frontier.inside) < maxInside:
		held := d.frontier.held()
		d.frontier.full = false
		d.begin(func(ctx context.Context) { d.loadVisits(ctx, now.Add(lookAhead), held) })
	}
}

func (d *dispatcher) begin(load func(context.Context)) {
	if d.stopped {
		return
	}
	d.loading = true
	clear(d.passed)
	d.loads <- load // empty: nothing is being loaded
}

func (d *dispatcher) loadSources(ctx context.Context) {
	before := d.edition // while d loads, nobody changes it
	var sources []news.Source
	edition, err := d.crawler.memory.SourcesEdition(ctx)
	if err == nil && edition != before {
		sources, err = d.crawler.watched(ctx)
	}
	if err != nil && ctx.Err() == nil {
		d.crawler.config.Log.Warn("the sources could not be read again", "error", err)
	}
	d.crawler.saveHealths(ctx, keepHealth)
	d.tell(func() {
		d.loading = false
		d.nextSources = d.crawler.config.Now().Add(sourcesEvery)
		if err == nil && edition != before {
			d.edition = edition
			d.setSources(sources)
		}
	})
}

func (d *dispatcher) loadVisits(ctx context.Context, before time.Time, held map[string]string) {
	visits, err := d.crawler.memory.DueVisits(ctx, before, loadSize, held)
	if err != nil && ctx.Err() == nil {
		d.crawler.config.Log.Warn("the stories to be visited could not be read", "error", err)
	}
	d.tell(func() {
		d.loading = false
		d.takeVisits(visits)
	})
}

// takeVisits adds visits to the frontier. A visit that failed waits for its time; a
// first one may go as soon as its site may be asked.
func (d *dispatcher) takeVisits(visits []news.Visit) {
	now := d.crawler.config.Now()
	d.exhausted = len(visits) == 0 && len(d.frontier.inside) == 0
	before := len(d.frontier.inside)
	var later []news.Visit
	soonest := now.Add(lookAhead)
	for _, v := range visits {
		source, watched := d.sources[v.Source]
		if _, inside := d.frontier.inside[v.URL]; !watched || inside || d.passed[v.URL] {
			continue
		}
		if v.Attempts > 0 && v.Next.After(now) {
			if v.Next.Before(soonest) {
				soonest = v.Next
			}
			continue
		}
		u, err := url.Parse(v.URL)
		if err != nil || u.Hostname() == "" {
			v.Next, v.Outcome, v.Detail = time.Time{}, news.NotNews, "its address cannot be read"
			later = append(later, v)
			continue
		}
		if until := d.crawler.manners.blockedUntil(domainOf(u)); until.Sub(now) > 2*maxSlowdown {
			v.Next = until // the site asked for a long pause: others take its place
			later = append(later, v)
			continue
		}
		d.frontier.offer(&job{url: u, first: v.URL, source: source, visit: &v}, now)
	}
	if len(later) > 0 && !d.loading {
		d.begin(func(ctx context.Context) { d.putOff(ctx, later) })
	}
	d.idle = min(2*d.idle, visitsIdle)
	if len(d.frontier.inside) > before {
		d.idle = visitsEvery
	}
	d.nextVisits = now.Add(d.idle)
	if soonest.Before(d.nextVisits) {
		d.nextVisits = soonest
	}
	d.frontier.full = d.frontier.full || len(visits) >= loadSize
}

func (d *dispatcher) putOff(ctx context.Context, visits []news.Visit) {
	for _, v := range visits {
		if err := d.crawler.memory.SaveVisit(ctx, v); err != nil && ctx.Err() == nil {
			d.crawler.config.Log.Warn("a story could not be put off", "url", v.URL, "error", err)
			break
		}
	}
	d.tell(func() { d.loading = false })
}

// setSources takes the list of what is watched: new addresses are polled at once,
// those that are gone no longer.
func (d *dispatcher) setSources(list []news.Source) {
	now := d.crawler.config.Now()
	fresh := make(map[string]news.Source, len(list))
	wanted := map[[2]string]bool{}
	for _, s := range list {
		fresh[s.Slug] = s
		for rank, a := range s.Addresses() {
			wanted[[2]string{s.Slug, a}] = true
			d.watch(s, a, rank, now)
		}
	}
	for key, p := range d.polls {
		if wanted[key] {
			continue
		}
		if p.place >= 0 {
			heap.Remove(&d.due, p.place)
		}
		p.gone = true
		delete(d.polls, key)
	}
	d.sources = fresh
	d.crawler.ward.keep(fresh)
}

// watch has an address of a source polled when it is due. A feed comes before a
// listing: its words on a story are kept, those of a link are not.
func (d *dispatcher) watch(s news.Source, address string, rank int, now time.Time) {
	key := [2]string{s.Slug, address}
	p := d.polls[key]
	if p == nil {
		p = &pollItem{poll: news.Poll{Source: s.Slug, Address: address, Next: now}, place: -1, gone: true}
		d.polls[key] = p
	}
	if p.gone { // remembered from before, or new
		p.gone, p.rank = false, rank
		d.schedule(p)
	}
	old, known := d.sources[s.Slug]
	if sooner := p.poll.Last.Add(s.Every); s.Every > 0 && (!known || old.Every != s.Every) && p.poll.Failures == 0 && p.poll.Next.After(sooner) && p.place >= 0 {
		p.poll.Next = sooner
		heap.Fix(&d.due, p.place)
	}
}
