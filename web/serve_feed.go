package web

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"edict/news"
)

// Feeds are what subscribers read without being sent anything. Its methods only read,
// and return ErrUnavailable while the store is away.
type Feeds interface {
	// Subscription returns one, or ErrNotFound.
	Subscription(ctx context.Context, id string) (news.Subscription, error)
	// Alerts returns up to limit alerts of a subscription, the last first.
	Alerts(ctx context.Context, subscription string, limit int) ([]news.Alert, error)
}

// feedAlerts is how many alerts of a subscription its feed holds, before those of one
// story are put together.
const feedAlerts = 100

// Atom, RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string         `xml:"id"`
	Title     string         `xml:"title"`
	Updated   string         `xml:"updated"`
	Published string         `xml:"published,omitempty"`
	Links     []atomLink     `xml:"link"`
	Terms     []atomCategory `xml:"category"`
	Summary   string         `xml:"summary"` // plain text: what a page said is never markup
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// serveFeed shows the alerts of a subscription as Atom: one entry for each story, which
// keeps its id and moves up when the story has something new.
func (s *Server) serveFeed(w http.ResponseWriter, r *http.Request) {
	id, isAtom := strings.CutSuffix(r.PathValue("file"), ".atom")
	if !isAtom || s.Feeds == nil || !idForm.MatchString(id) {
		http.NotFound(w, r)
		return
	}
	feed, err := s.feed(r, id)
	if err != nil {
		status := Status(err)
		if status != http.StatusNotFound {
			s.Log.Warn("a feed could not be made", "subscription", id, "error", err)
		}
		http.Error(w, http.StatusText(status), status)
		return
	}
	var body bytes.Buffer
	body.WriteString(xml.Header)
	enc := xml.NewEncoder(&body)
	enc.Indent("", " ")
	if err := enc.Encode(feed); err != nil {
		s.Log.Error("a feed could not be written", "subscription", id, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, _ = w.Write(clean(body.Bytes())) // an error is the reader's, who has gone
}

func (s *Server) feed(r *http.Request, id string) (atomFeed, error) {
	ctx := r.Context()
	sub, err := s.Feeds.Subscription(ctx, id)
	if err != nil {
		return atomFeed{}, err
	}
	alerts, err := s.Feeds.Alerts(ctx, id, feedAlerts)
	if err != nil {
		return atomFeed{}, err
	}
	base := "http://" + r.Host
	feed := atomFeed{
		ID: "urn:edict:subscription:" + id, Title: sub.Name, Author: atomAuthor{"Edict"}, Updated: sub.Created.UTC().Format(time.RFC3339),
		Links: []atomLink{{"self", base + "/feeds/" + id + ".atom"}},
	}
	seen := map[string]bool{}
	for _, a := range alerts {
		if len(feed.Entries) == 0 {
			feed.Updated = a.Time.UTC().Format(time.RFC3339)
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
			return atomFeed{}, err
		}
		feed.Entries = append(feed.Entries, s.entry(base, a, rec))
	}
	return feed, nil
}

func (s *Server) entry(base string, a news.Alert, r news.Record) atomEntry {
	e := atomEntry{
		ID: "urn:edict:alert:" + a.Subscription + ":" + a.Story, Title: r.Title, Updated: a.Time.UTC().Format(time.RFC3339),
		Links: []atomLink{{"alternate", base + "/records/" + r.ID}},
	}
	if link := outLink(r.URL); link != "" {
		e.Links = append(e.Links, atomLink{"via", link})
	}
	if e.Title == "" {
		e.Title = cut(firstLine(r.Text), 120)
	}
	if !r.Published.IsZero() {
		e.Published = r.Published.UTC().Format(time.RFC3339)
	}
	var lines []string
	if why := causeLine(a.Causes); why != "" {
		lines = append(lines, why)
	}
	for _, f := range a.Facts {
		e.Terms = append(e.Terms, atomCategory{string(f.Label)}, atomCategory{string(f.Jurisdiction)})
		lines = append(lines, fmt.Sprintf("%s, %s: %s", nameLabel(f.Label).Word, s.names.place(f.Jurisdiction), f.Stage))
	}
	for _, t := range r.Tags {
		if t.State.Counts() && len(t.Evidence) > 0 {
			lines = append(lines, "“"+t.Evidence[0].Quote+"”")
		}
	}
	e.Summary = strings.Join(lines, "\n")
	return e
}

// causeWords say why a story is told again.
var causeWords = map[news.Cause]string{
	news.NewPlace: "another place", news.NextStage: "the next stage", news.FirstOfficial: "an official source",
	news.Withdrawn: "no longer reported, taken down, or rejected", news.Contradicts: "lifted",
}

func causeLine(causes []news.Cause) string {
	var words []string
	for _, c := range causes {
		if w, known := causeWords[c]; known {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "New: " + strings.Join(words, ", ") + "."
}
