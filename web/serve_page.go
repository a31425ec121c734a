package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"edict/account"
	"edict/catalogue"
	"edict/news"
)

// A view is a page before it is written.
type view struct {
	template string
	status   int // 0: 200
	title    string
	nav      string // which page of the head is this one
	totals   totals
	body     any
	redirect string       // not "": send the reader there instead
	visit    *http.Cookie // that the browser should keep; nil: none
}

// layout is what every template is given.
type layout struct {
	Title, Nav string
	Language   string   // of the page
	Tongues    []tongue // to choose from
	Zone       string   // whose times the page tells; "": nobody chose, and they are UTC
	Here       string   // address of the page
	Version    string
	Rules      string
	Demo       bool
	Totals     totals
	API        bool   // there is one
	Alerts     bool   // there are subscriptions
	Reviews    bool   // there is a queue, and who asks may decide
	Who        string // who signed in; "" in local mode and for nobody
	Guest      bool   // nobody signed in who has to
	Manages    bool   // who asks administers
	Body       any
}

// page writes what show returns, or what its error means. show is a method expression,
// (*Server).showMap: it is called on a copy of the server that speaks the language of
// the request.
func (s *Server) page(show func(*Server, *http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s := s.as(r)
		v, err := show(s, r)
		if err != nil {
			if r.Context().Err() != nil {
				return // nobody waits for the answer
			}
			v = s.errorView(r.Context(), r.URL.Path, err)
		}
		if v.redirect != "" {
			http.Redirect(w, r, v.redirect, http.StatusSeeOther)
			return
		}
		s.write(w, r, v)
	}
}

// fail writes the page of an error.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.page(func(*Server, *http.Request) (view, error) { return view{}, err })(w, r)
}

func (s *Server) write(w http.ResponseWriter, r *http.Request, v view) {
	i := account.From(r.Context())
	l := layout{
		Title: v.title, Nav: v.nav, Language: s.language(), Tongues: s.tongues(), Here: "/", Version: s.Version, Rules: ruleName(cmp.Or(v.totals.rules, s.Rules)), Demo: s.Demo,
		Reviews: s.Review != nil && i.May(account.Review), Alerts: s.Alerts != nil && i.May(account.Subscribe), Guest: !i.Known(), Manages: s.Accounts != nil && i.May(account.Administer),
		API: s.API != nil, Totals: v.totals, Body: v.body,
	}
	if s.chosen {
		l.Zone = s.zone.String()
	}
	if r.Method == http.MethodGet {
		l.Here = r.URL.RequestURI()
	}
	if !i.Local {
		l.Who = i.Name
	}
	if l.Guest { // who has not signed in learns nothing of what there is
		l.Totals, l.Version, l.Rules = totals{}, "", ""
	}
	body, err := s.execute(v.template, l)
	if err != nil {
		s.Log.Error("a page could not be made", "template", v.template, "path", r.URL.Path, "error", err)
		http.Error(w, s.say("error.template"), http.StatusInternalServerError)
		return
	}
	if v.visit != nil {
		http.SetCookie(w, v.visit)
	}
	w.Header().Set("Content-Language", s.language())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if v.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	if v.status != 0 {
		w.WriteHeader(v.status)
	}
	if _, err := w.Write(body); err != nil {
		s.Log.Debug("a reader went away", "path", r.URL.Path, "error", err)
	}
}

// execute makes markup of a template. A page is whole before a byte of it is sent,
// so that an error is never half a page.
func (s *Server) execute(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := s.templates[s.language()].ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("make %s: %w", name, err)
	}
	return clean(b.Bytes()), nil
}

// errorBody is the page of an error.
type errorBody struct {
	Status          int
	Heading, Detail string
	Lang            string // of Detail
	Advice          string
	Back, BackWord  string // where to go on; "": the stream
}

// toldBody is the page of an error that says itself what is wrong: in the reader's
// language, if it was made for that, else in English.
func (s *Server) toldBody(status int, err error, key string) errorBody {
	e := errorBody{Status: status, Heading: s.say(key + ".heading"), Lang: s.language(), Advice: s.say(key + ".advice")}
	what := s.tell(err)
	e.Detail, e.Lang = what.Text, what.Lang
	return e
}

// A fault is an error that a reader made, with words for him in each language.
type fault struct {
	key  string // of the catalogue
	args []any
	kind error // what it wraps: news.ErrInvalid or news.ErrRefused
}

// Error names the fault for the log; a page says it in words.
func (f fault) Error() string {
	return strings.TrimSpace(fmt.Sprintln(append([]any{f.key}, f.args...)...)) + ": " + f.kind.Error()
}

func (f fault) Unwrap() error { return f.kind }

// errorView turns an error into a page.
func (s *Server) errorView(ctx context.Context, path string, err error) view {
	e := errorBody{Heading: s.say("error.heading"), Advice: s.say("error.advice")}
	switch e.Status = Status(err); e.Status {
	case http.StatusNotFound:
		e = errorBody{Status: e.Status, Heading: s.say("error.missing.heading"), Detail: s.say("error.missing"), Lang: s.language(), Advice: s.say("error.missing.advice")}
	case http.StatusBadRequest:
		e = s.toldBody(e.Status, err, "error.invalid")
	case http.StatusConflict:
		e = s.toldBody(e.Status, err, "error.conflict")
	case http.StatusUnauthorized:
		e = errorBody{Status: e.Status, Heading: s.say("error.unknown.heading"), Detail: s.say("error.unknown"), Lang: s.language(), Advice: s.say("error.unknown.advice")}
	case http.StatusTooManyRequests:
		e = s.toldBody(e.Status, err, "error.many")
	case http.StatusForbidden:
		e = s.toldBody(e.Status, err, "error.refused")
	case http.StatusServiceUnavailable:
		e = errorBody{Status: e.Status, Heading: s.say("error.away.heading"), Detail: s.say("error.away"), Lang: s.language(), Advice: s.say("error.away.advice")}
	}
	if e.Status >= http.StatusInternalServerError {
		s.Log.Error("a page could not be shown", "path", path, "error", err)
	}
	t, err := s.readTotals(ctx)
	if err != nil {
		t = totals{} // the head of the page leaves out what cannot be read
	}
	return view{template: "error", status: e.Status, title: e.Heading, totals: t, body: e}
}

// sentence makes a sentence of what err says, without the name of its kind.
func sentence(err, kind error) string {
	text := strings.TrimSuffix(err.Error(), ": "+kind.Error())
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func (*Server) showNothing(*http.Request) (view, error) {
	return view{}, news.ErrNotFound
}

// loadTemplates reads the templates once for each language.
func loadTemplates(a assets, texts map[string]*catalogue.Catalogue) (map[string]*template.Template, error) {
	all := map[string]*template.Template{}
	for code, words := range texts {
		t, err := template.New("").Funcs(template.FuncMap{"asset": a.address, "thousands": thousands, "count": func(n int) string { return thousands(int64(n)) }, "allstages": func() []stageName { return allStages(words) }}).Funcs(speech(words)).ParseFS(templateFiles, "templates/*.html")
		if err != nil {
			return nil, err
		}
		all[code] = t
	}
	return all, nil
}
