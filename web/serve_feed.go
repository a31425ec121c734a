package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"edict/account"
	"edict/news"
)

// Feeds are what subscribers read without being sent anything. Its methods only read,
// and return ErrUnavailable while the store is away.
type Feeds interface {
	// Subscription returns one, or ErrNotFound.
	Subscription(ctx context.Context, id string) (news.Subscription, error)
	// AlertsBefore returns up to limit alerts of a subscription, the last first: those
	// before one, of which the change and the story are asked, or the last ones.
	AlertsBefore(ctx context.Context, subscription string, before *news.Alert, limit int) ([]news.Alert, error)
}

// A feed is what a feed reader is told, whatever the form.
type feed struct {
	id, title string
	path      string // without its ending
	updated   time.Time
	entries   []feedEntry
	size      int    // of the entries, in bytes, about
	after     string // where it goes on; "": it ends
	key       string // with which it was asked for; "": another way
}

// A feedEntry is a story. All of it is plain text: what a page said is never markup.
type feedEntry struct {
	id, title          string
	page, via          string // ours, and the original or ""
	updated, published time.Time
	language           string
	terms              []string
	summary            string
}

// serveFeeds are the alerts of a subscription, what is tagged with a label, and what is
// tagged in a place, each as Atom and as JSON Feed: one entry for each story, which keeps
// its id and moves up when the story has something new.
func (s *Server) serveFeeds(mux *router) {
	mux.HandleFunc("GET /feeds/{file}", s.serveFeed((*Server).subscriptionFeed))
	mux.HandleFunc("GET /feeds/label/{file}", s.serveFeed((*Server).labelFeed))
	mux.HandleFunc("GET /feeds/place/{file}", s.serveFeed((*Server).placeFeed))
}

// serveFeed speaks the language that the feed reader asks for; a subscription has its own.
func (s *Server) serveFeed(read func(s *Server, r *http.Request, name string) (feed, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := s.as(r)
		name, form, _ := strings.Cut(r.PathValue("file"), ".")
		write := feedForms[form]
		if write == nil || !idForm.MatchString(name) {
			http.NotFound(w, r)
			return
		}
		f, err := read(s, r, name)
		if err != nil {
			status := Status(err)
			if status != http.StatusNotFound {
				s.Log.Warn("a feed could not be made", "feed", r.URL.Path, "error", err)
			}
			http.Error(w, http.StatusText(status), status)
			return
		}
		if account.From(r.Context()).Feed {
			f.key = r.URL.Query().Get("key")
		}
		body, kind, err := write(f, s.address(r))
		if err != nil {
			s.Log.Error("a feed could not be written", "feed", r.URL.Path, "error", err)
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Referrer-Policy", "no-referrer") // a browser that shows it tells no one the key
		_, _ = w.Write(clean(body))                      // an error is the reader's, who has gone
	}
}

// address is where the pages are, as others are told it.
func (s *Server) address(r *http.Request) string {
	if s.Base != "" {
		return strings.TrimRight(s.Base, "/")
	}
	return "http://" + r.Host
}

// feedAddress is where a feed is for who asks: with a key, where a login is needed.
func feedAddress(ctx context.Context, path string) string {
	if key := account.From(ctx).FeedKey(path); key != "" {
		return path + "?key=" + key
	}
	return path
}

// A feed that is read late must not have lost what came in between: it holds at least
// what came in the last feedFor, and the last feedLeast in any case. feedMost bounds it,
// in bytes of what its entries say, and feedRead what is read for it; where it ends before
// all is told it says where it goes on (RFC 5005, section 3).
const (
	feedFor   = 48 * time.Hour
	feedLeast = 100
	feedMost  = 1 << 20
	feedRead  = 1000 // at a time
)

// full reports whether a feed holds enough, so that one from a time need not be in it.
func (f *feed) full(n int, at, now time.Time) bool {
	return n >= feedLeast && now.Sub(at) > feedFor || f.size >= feedMost
}

func (f *feed) add(e feedEntry) {
	f.entries = append(f.entries, e)
	f.size += len(e.title) + len(e.summary) + len(e.via) + 400 // what is around it
}

func (s *Server) subscriptionFeed(r *http.Request, id string) (feed, error) {
	if s.Feeds == nil {
		return feed{}, news.ErrNotFound
	}
	ctx := r.Context()
	sub, err := s.Feeds.Subscription(ctx, id)
	if err != nil {
		return feed{}, err
	}
	if !account.From(ctx).Owns(sub.Owner) {
		return feed{}, news.ErrNotFound
	}
	s = s.in(sub.Language)
	before, err := readAlertPlace(r.URL.Query().Get("after"))
	if err != nil {
		return feed{}, err
	}
	f := feed{id: "urn:edict:subscription:" + id, title: sub.Name, path: "/feeds/" + id, updated: sub.Created}
	seen, n := map[string]bool{}, 0
	for {
		alerts, err := s.Feeds.AlertsBefore(ctx, id, before, feedRead)
		if err != nil {
			return feed{}, err
		}
		for i, a := range alerts {
			if f.full(n, a.Time, s.Now()) {
				f.after = writeAlertPlace(*before)
				return f, nil
			}
			n++
			before = &alerts[i]
			if n == 1 {
				f.updated = a.Time
			}
			if seen[a.Story] {
				continue
			}
			seen[a.Story] = true
			rec, err := s.Reader.Record(ctx, a.Record)
			if errors.Is(err, news.ErrNotFound) {
				continue
			}
			if err != nil {
				return feed{}, err
			}
			e := s.feedEntry(rec, a.Facts, s.causeLine(a.Causes))
			e.id, e.updated = "urn:edict:alert:"+a.Subscription+":"+a.Story, a.Time
			f.add(e)
		}
		if len(alerts) < feedRead {
			return f, nil
		}
	}
}

// A place in a list of alerts is a change and a story.

func writeAlertPlace(a news.Alert) string { return strconv.FormatInt(a.Change, 10) + "." + a.Story }

// readAlertPlace returns the alert before which a list goes on; nil: it begins.
func readAlertPlace(raw string) (*news.Alert, error) {
	if raw == "" {
		return nil, nil //nolint:nilnil // no place is no error
	}
	number, story, found := strings.Cut(raw, ".")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !found || !idForm.MatchString(story) {
		return nil, fmt.Errorf("after %q is not a place in the list of alerts: %w", cut(raw, 40), news.ErrInvalid)
	}
	return &news.Alert{Change: n, Story: story}, nil
}

func (s *Server) labelFeed(r *http.Request, label string) (feed, error) {
	if !news.ValidLabel(news.Label(label)) {
		return feed{}, news.ErrNotFound
	}
	f := feed{id: "urn:edict:label:" + label, title: s.nameLabel(news.Label(label)).Long, path: "/feeds/label/" + label}
	return s.tagFeed(r, f, news.Filter{Label: news.Label(label)})
}

func (s *Server) placeFeed(r *http.Request, place string) (feed, error) {
	code, err := news.ParseJurisdiction(place)
	if err != nil {
		return feed{}, news.ErrNotFound
	}
	f := feed{id: "urn:edict:place:" + string(code), title: s.place(code), path: "/feeds/place/" + string(code)}
	return s.tagFeed(r, f, news.Filter{Jurisdiction: code})
}

// tagFeed fills a feed with the stories of the newest records that have a tag which
// counts and fits.
func (s *Server) tagFeed(r *http.Request, f feed, filter news.Filter) (feed, error) {
	var err error
	if raw := r.URL.Query().Get("after"); raw != "" {
		if filter.After, err = readPosition(raw); err != nil {
			return f, err
		}
	}
	filter.Tagged, filter.Limit = true, feedLeast
	seen, n := map[string]bool{}, 0
	for more := true; more; {
		records, err := s.Reader.Records(r.Context(), filter)
		if err != nil {
			return f, err
		}
		more = len(records) == filter.Limit
		for _, rec := range records {
			at := rec.Position()
			if f.full(n, at.Time, s.Now()) {
				f.after, more = writePosition(filter.After), false
				break
			}
			n++
			filter.After = at
			if e, tells := s.tagEntry(rec, filter, seen); tells {
				if f.updated.Before(e.updated) {
					f.updated = e.updated
				}
				f.add(e)
			}
		}
	}
	if f.updated.IsZero() {
		f.updated = s.Now()
	}
	return f, nil
}

// tagEntry tells of a record that has a tag which counts and fits, once for a story.
func (s *Server) tagEntry(rec news.Record, filter news.Filter, seen map[string]bool) (e feedEntry, tells bool) {
	var facts []news.Fact
	for _, t := range rec.Tags {
		if t.State.Counts() && (filter.Label == "" || t.Label == filter.Label) && (filter.Jurisdiction == "" || t.Jurisdiction.Within(filter.Jurisdiction)) {
			facts = append(facts, news.Fact{Label: t.Label, Jurisdiction: t.Jurisdiction, Stage: t.Stage})
		}
	}
	story := cmp.Or(rec.Story, rec.ID) // one that is not grouped yet stands for itself
	if len(facts) == 0 || seen[story] {
		return e, false
	}
	seen[story] = true
	e = s.feedEntry(rec, facts, "")
	e.id, e.updated = "urn:edict:story:"+story, rec.Fetched
	return e, true
}

// feedEntry tells of a record: why, what it says, and the sentences that prove it.
func (s *Server) feedEntry(r news.Record, facts []news.Fact, why string) feedEntry {
	e := feedEntry{title: r.Title, page: "/records/" + r.ID, via: outLink(r.URL), published: r.Published, language: r.Language}
	if e.title == "" {
		e.title = cut(firstLine(r.Text), 120)
	}
	var lines []string
	if why != "" {
		lines = append(lines, why)
	}
	for _, f := range facts {
		e.terms = append(e.terms, string(f.Label), string(f.Jurisdiction))
		lines = append(lines, s.say("feed.fact", "tag", s.nameTag(news.TagRef{Label: f.Label, Jurisdiction: f.Jurisdiction}), "stage", s.nameStage(f.Stage)))
	}
	for _, t := range r.Tags {
		if t.State.Counts() && len(t.Evidence) > 0 {
			lines = append(lines, "“"+t.Evidence[0].Quote+"”")
		}
	}
	e.summary = strings.Join(lines, "\n")
	return e
}

// causeLine says why a story is told again.
func (s *Server) causeLine(causes []news.Cause) string {
	var words []string
	for _, c := range causes {
		if key := "cause." + string(c); s.words.Has(key) {
			words = append(words, s.say(key))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return s.say("feed.why", "causes", strings.Join(words, s.say("list.comma")))
}
