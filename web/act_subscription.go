package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"edict/news"
)

// mountAlerts adds the pages of subscriptions and of what is sent for them.
func (s *Server) mountAlerts(mux *router) {
	if s.Alerts == nil {
		return
	}
	post := func(pattern string, do func(*Server, *http.Request) (view, error)) {
		mux.Handle("POST "+pattern, s.formPage(do))
	}
	mux.HandleFunc("GET "+subscriptionsPath, s.page((*Server).showSubscriptions))
	mux.HandleFunc("GET "+subscriptionsPath+"/new", s.page((*Server).showNew))
	mux.HandleFunc("GET "+subscriptionsPath+"/{id}", s.page((*Server).showSubscription))
	mux.HandleFunc("GET "+subscriptionsPath+"/{id}/edit", s.page((*Server).showEdit))
	post(subscriptionsPath, (*Server).saveSubscription)
	post(subscriptionsPath+"/preview", (*Server).previewSubscription)
	post(subscriptionsPath+"/{id}", (*Server).saveSubscription)
	post(subscriptionsPath+"/{id}/act", (*Server).actSubscription)
	post(subscriptionsPath+"/{id}/test", (*Server).testSubscription)
	post(subscriptionsPath+"/{id}/secret", (*Server).makeSecrets)
	post(subscriptionsPath+"/{id}/silence", (*Server).addSilence)
	post(subscriptionsPath+"/{id}/unsilence", (*Server).endSilence)
	mux.HandleFunc("GET "+deliveriesPath, s.page((*Server).showDeliveries))
	mux.HandleFunc("GET "+deliveriesPath+"/{id}", s.page((*Server).showDelivery))
	post(deliveriesPath+"/act", (*Server).actDeliveries)
	mux.HandleFunc("GET "+deadPath, s.page((*Server).showDead))
	mux.HandleFunc("GET "+deadPath+"/{article}/{version}", s.page((*Server).showDeadLetter))
	post(deadPath+"/replay", (*Server).replayDead)
}

// formPage reads a form, and shows what do makes of it or where that leads.
func (s *Server) formPage(do func(*Server, *http.Request) (view, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		err := r.ParseForm()
		s.page(func(s *Server, r *http.Request) (view, error) {
			if err != nil {
				return view{}, fault{"fault.form", nil, news.ErrInvalid}
			}
			return do(s, r)
		})(w, r)
	})
}

// didToSubscription are the acts of which a page says that they were done, by what the
// address names: nothing that an address made up is shown.
var didToSubscription = []string{"saved", "paused", "resumed", "removed", "silenced", "ended", "let"}

// saidOfSubscription is what a page says after an act.
func (s *Server) saidOfSubscription(r *http.Request) string {
	did := r.URL.Query().Get("did")
	if !slices.Contains(didToSubscription, did) {
		return ""
	}
	return s.say("did." + did)
}

func (s *Server) actSubscription(r *http.Request) (view, error) {
	ctx, id := r.Context(), r.PathValue("id")
	act := r.PostForm.Get("act")
	switch act {
	case "pause", "resume":
		_, err := s.Alerts.Subscriptions.EditSubscription(ctx, id, func(sub *news.Subscription) error {
			if act == "pause" {
				sub.Paused, sub.Why = true, "by "+analyst(r)
			} else {
				sub.Paused, sub.Why, sub.Halted = false, "", nil
			}
			return nil
		})
		return view{redirect: subscriptionPath(id) + "?did=" + strings.TrimSuffix(act, "e") + "ed"}, err
	case "remove":
		return view{redirect: subscriptionsPath + "?did=removed"}, s.Alerts.Subscriptions.RemoveSubscription(ctx, id)
	}
	return view{}, fault{"fault.noact", []any{"act", cut(act, 40)}, news.ErrInvalid}
}

// testSubscription sends a test message and shows the answers.
func (s *Server) testSubscription(r *http.Request) (view, error) {
	sub, err := s.Alerts.Subscriptions.Subscription(r.Context(), r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	tests, err := s.Alerts.Test(r.Context(), sub)
	if err != nil {
		return view{}, fmt.Errorf("send a test message: %w", err)
	}
	var rows []testRow
	for _, t := range tests {
		rows = append(rows, testRow{t.Channel, t.Answer, t.Took.Round(time.Millisecond).String(), s.nameTry(t.Outcome)})
	}
	return s.subscriptionView(r, func(v *subscriptionView) { v.Tests, v.Tested = rows, true })
}

// makeSecrets makes new secrets, and shows them this once.
func (s *Server) makeSecrets(r *http.Request) (view, error) {
	sub, err := s.Alerts.Subscriptions.Subscription(r.Context(), r.PathValue("id"))
	if err != nil {
		return view{}, err
	}
	made, err := s.Alerts.Secrets(r.Context(), sub)
	if err != nil {
		return view{}, fmt.Errorf("make secrets: %w", err)
	}
	return s.subscriptionView(r, func(v *subscriptionView) { v.Secrets = made })
}

// addSilence holds what fits until a day is over.
func (s *Server) addSilence(r *http.Request) (view, error) {
	f, id := r.PostForm, r.PathValue("id")
	if _, err := s.Alerts.Subscriptions.Subscription(r.Context(), id); err != nil {
		return view{}, err
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	until, err := time.Parse(time.DateOnly, f.Get("until"))
	if err != nil {
		err = fault{"fault.day", []any{"day", cut(f.Get("until"), 20)}, news.ErrInvalid}
	}
	x := news.Silence{
		ID: s.Alerts.NewID(), Author: analyst(r), Reason: strings.TrimSpace(cleanNote(f.Get("reason"))), Created: s.Now().UTC(), Until: until.AddDate(0, 0, 1),
		Subscription: id, Phrase: strings.TrimSpace(cleanNote(f.Get("phrase"))), Deliver: f.Get("deliver") == "1",
	}
	if raw := strings.TrimSpace(f.Get("source")); raw != "" && err == nil {
		x.Source, err = sourceNamed(raw, t.names)
	}
	if raw := strings.TrimSpace(f.Get("story")); raw != "" && err == nil {
		x.Story, err = (&sitting{s: s, ctx: r.Context()}).storyNamed(raw)
	}
	if err == nil {
		err = s.Alerts.Silences.SaveSilence(r.Context(), x)
	}
	if errors.Is(err, news.ErrInvalid) {
		v, showing := s.subscriptionView(r, func(v *subscriptionView) { v.Problem = strings.Join(problemLines(err), " ") })
		v.status = http.StatusBadRequest
		return v, showing
	}
	return view{redirect: subscriptionPath(id) + "?did=silenced#silences"}, err
}

func (s *Server) endSilence(r *http.Request) (view, error) {
	deliver, did := r.PostForm.Get("deliver") == "1", "ended"
	if deliver {
		did = "let"
	}
	_, err := s.Alerts.Silences.EndSilence(r.Context(), r.PostForm.Get("silence"), deliver)
	return view{redirect: subscriptionPath(r.PathValue("id")) + "?did=" + did + "#silences"}, err
}
