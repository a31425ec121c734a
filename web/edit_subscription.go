package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"edict/news"
)

// editView is the page of a subscription's form.
type editView struct {
	subscriptionForm

	ID, Link string // "" of a new one
	Version  string // that is edited
	Problems []string
	Stale    bool // another has edited it meanwhile
	Preview  trialView
}

// A trialView is what a subscription would have sent.
type trialView struct {
	Asked    bool
	Problems []string
	Asks     string
	Days     int
	Count    int
	More     int
	Rows     []alertRow
}

const (
	previewDays = 90
	previewMost = 10
	// previewWithin bounds a preview: words alone are looked for in all that was stored.
	previewWithin = 10 * time.Second
)

// versionOf tells versions of a subscription apart.
func versionOf(sub news.Subscription) string {
	body, err := json.Marshal(sub)
	if err != nil {
		return "" // it came out of JSON
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8])
}

// showNew shows the form of a new subscription, with the label and the place that the
// address names filled in, as links on the map do.
func (s *Server) showNew(r *http.Request) (view, error) {
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	v := r.URL.Query()
	sub := news.Subscription{}
	if l := news.Label(v.Get("label")); l != "" {
		if !news.ValidLabel(l) {
			return view{}, fault{"fault.label", []any{"label", cut(string(l), 60)}, news.ErrInvalid}
		}
		sub.Query.Labels = []news.Label{l}
	}
	if raw := v.Get("place"); raw != "" {
		j, err := s.placeBook.named(s.Gazetteer, raw)
		if err != nil {
			return view{}, err
		}
		sub.Query.Jurisdictions = []news.Jurisdiction{j}
	}
	sub.Query.Words = cut(strings.TrimSpace(v.Get("q")), maxWords)
	if len(sub.Query.Labels)+len(sub.Query.Jurisdictions) > 0 {
		sub.Name = s.suggestedName(sub.Query)
	}
	f := s.formOf(sub, t.names)
	f.Set("zone", "UTC")
	return s.editPage(r.Context(), t, sub, f, nil)
}

// subscribeTo is the address of the form of a subscription to a place, and to a label
// there if one is named.
func (s *Server) subscribeTo(j news.Jurisdiction, l news.Label) string {
	if s.Alerts == nil {
		return ""
	}
	address := withValue(subscriptionsPath+"/new", "place", string(j))
	if l != "" {
		address = withValue(address, "label", string(l))
	}
	return address
}

func (s *Server) showEdit(r *http.Request) (view, error) {
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	sub, err := s.Alerts.Subscriptions.Subscription(r.Context(), r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	return s.editPage(r.Context(), t, sub, s.formOf(sub, t.names), nil)
}

// editPage shows a form, with what the subscription would have sent once something is
// asked for.
func (s *Server) editPage(ctx context.Context, t totals, sub news.Subscription, f url.Values, problem error) (view, error) {
	v := editView{subscriptionForm: s.shownForm(f), ID: sub.ID, Problems: problemLines(problem)}
	title := s.say("alerts.new")
	if sub.ID != "" {
		title, v.Link, v.Version = s.say("edit.title", "name", sub.Name), subscriptionPath(sub.ID), versionOf(sub)
	}
	var err error
	if v.Preview, err = s.preview(ctx, f, sub, t); err != nil {
		return view{}, err
	}
	page := view{template: "edit", title: title, nav: "subscriptions", totals: t, body: v}
	if problem != nil {
		page.status = http.StatusBadRequest
	}
	return page, nil
}

// problemLines are the lines of an error, each a sentence.
func problemLines(err error) (lines []string) {
	if err == nil {
		return nil
	}
	for line := range strings.Lines(err.Error()) {
		line = strings.TrimSuffix(strings.TrimSpace(line), ": "+news.ErrInvalid.Error())
		if line != "" && !strings.Contains(strings.Join(lines, "\n"), line) {
			lines = append(lines, sentence(errors.New(line), news.ErrInvalid))
		}
	}
	return lines
}

// preview says what a form's subscription would have sent. A name and channels are not
// needed for that.
func (s *Server) preview(ctx context.Context, f url.Values, known news.Subscription, t totals) (trialView, error) {
	v := trialView{Days: previewDays}
	asks := maps.Clone(f)
	for _, name := range []string{"channels", "every", "at", "weekday", "zone", "quietfrom", "quietto", "in"} {
		asks.Del(name)
	}
	asks.Set("name", "preview")
	sub := news.Subscription{ID: "preview", Owner: "preview", Created: known.Created}
	empty := true
	for _, name := range []string{"label", "stage", "places", "sources", "languages", "words", "score", "reviewed"} {
		empty = empty && strings.TrimSpace(strings.Join(f[name], "")) == ""
	}
	if empty {
		return v, nil
	}
	v.Asked = true
	err := s.fillSubscription(asks, &sub, t.names)
	if err == nil {
		err = s.Alerts.Check(ctx, sub)
	}
	if errors.Is(err, news.ErrInvalid) {
		v.Problems = problemLines(err)
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Asks = s.askedFor(sub.Query, t.names)
	trying, cancel := context.WithTimeout(ctx, previewWithin)
	defer cancel()
	list, err := s.Alerts.Try(trying, sub, s.Now().AddDate(0, 0, -previewDays))
	if err != nil {
		if ctx.Err() == nil && trying.Err() != nil {
			v.Problems = []string{s.say("trial.slow", "command", "edict subscriptions test")}
			return v, nil
		}
		return v, err
	}
	v.Count, v.More = len(list), max(0, len(list)-previewMost)
	for _, a := range list[:min(len(list), previewMost)] {
		row := alertRow{Time: s.moment(a.Time), Title: a.Title, Record: "/records/" + a.Record, Why: s.causeLine(a.Causes)}
		for _, fact := range a.Facts {
			row.Facts = append(row.Facts, s.factLine(fact))
		}
		v.Rows = append(v.Rows, row)
	}
	return v, nil
}

// previewSubscription shows a form again, with what it would have sent. It saves nothing.
func (s *Server) previewSubscription(r *http.Request) (view, error) {
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	var sub news.Subscription
	if id := r.PostForm.Get("id"); id != "" {
		if sub, err = s.Alerts.Subscriptions.Subscription(r.Context(), id); err != nil {
			return view{}, err
		}
	}
	v, err := s.editPage(r.Context(), t, sub, r.PostForm, nil)
	if body, is := v.body.(editView); is && body.ID != "" {
		body.Version = r.PostForm.Get("version") // what was edited is what the form began with
		v.body = body
	}
	return v, err
}

// errStale means that a subscription is not as its form was made of it.
var errStale = errors.New("another has edited it since")

// saveSubscription saves what a form says, or shows the form again with what is wrong.
func (s *Server) saveSubscription(r *http.Request) (view, error) {
	ctx, f := r.Context(), r.PostForm
	t, err := s.readTotals(ctx)
	if err != nil {
		return view{}, err
	}
	var sub news.Subscription
	if id := r.PathValue("id"); id == "" {
		sub = news.Subscription{ID: s.Alerts.NewID(), Owner: analyst(r), Created: s.Now().UTC()}
		if err = s.checkedForm(ctx, f, &sub, t); err == nil {
			err = s.Alerts.Subscriptions.SaveSubscription(ctx, sub)
		}
		if errors.Is(err, news.ErrInvalid) {
			return s.editPage(ctx, t, news.Subscription{}, f, err)
		}
	} else {
		var now news.Subscription
		sub, err = s.Alerts.Subscriptions.EditSubscription(ctx, id, func(sub *news.Subscription) error {
			if now = *sub; versionOf(*sub) != f.Get("version") {
				return errStale
			}
			return s.checkedForm(ctx, f, sub, t)
		})
		if errors.Is(err, errStale) {
			return s.showStale(ctx, t, now, f)
		}
		if errors.Is(err, news.ErrInvalid) {
			return s.editPage(ctx, t, now, f, err)
		}
	}
	if err != nil {
		return view{}, err
	}
	return view{redirect: subscriptionPath(sub.ID) + "?did=saved"}, nil
}

func (s *Server) checkedForm(ctx context.Context, f url.Values, sub *news.Subscription, t totals) error {
	if strings.TrimSpace(f.Get("name")) == "" {
		// A name is the one thing that a reader need not care about.
		nameless := news.Subscription{ID: sub.ID, Owner: sub.Owner}
		g := maps.Clone(f)
		g.Set("name", "-")
		if s.fillSubscription(g, &nameless, t.names) == nil {
			f.Set("name", cut(s.suggestedName(nameless.Query), news.MaxName/4))
		}
	}
	if err := s.fillSubscription(f, sub, t.names); err != nil {
		return err
	}
	return s.Alerts.Check(ctx, *sub)
}

// showStale shows what a reader wrote beside what another has made of it meanwhile. To
// save once more takes the place of that.
func (s *Server) showStale(ctx context.Context, t totals, now news.Subscription, f url.Values) (view, error) {
	v, err := s.editPage(ctx, t, now, f, fmt.Errorf("another has edited this subscription since you opened it, and it asks now for: %s. Save once more to put yours in its place: %w", s.askedFor(now.Query, t.names), news.ErrInvalid))
	v.status = http.StatusConflict
	return v, err
}
