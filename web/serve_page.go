package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strings"

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
	redirect string // not "": send the reader there instead
}

// layout is what every template is given.
type layout struct {
	Title, Nav string
	Version    string
	Rules      string
	Demo       bool
	Totals     totals
	Reviews    bool // there is a queue
	Alerts     bool // there are subscriptions
	Body       any
}

// page writes what show returns, or what its error means.
func (s *Server) page(show func(*http.Request) (view, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := show(r)
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

func (s *Server) write(w http.ResponseWriter, r *http.Request, v view) {
	body, err := s.execute(v.template, layout{
		Title: v.title, Nav: v.nav, Version: s.Version, Rules: ruleName(cmp.Or(v.totals.rules, s.Rules)), Demo: s.Demo, Reviews: s.Review != nil, Alerts: s.Alerts != nil, Totals: v.totals, Body: v.body,
	})
	if err != nil {
		s.Log.Error("a page could not be made", "template", v.template, "path", r.URL.Path, "error", err)
		http.Error(w, "This page could not be made. The log says why.", http.StatusInternalServerError)
		return
	}
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
	if err := s.templates.ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("make %s: %w", name, err)
	}
	return clean(b.Bytes()), nil
}

// errorBody is the page of an error.
type errorBody struct {
	Status          int
	Heading, Detail string
	Advice          string
	Back, BackWord  string // where to go on; "": the stream
}

// errorView turns an error into a page.
func (s *Server) errorView(ctx context.Context, path string, err error) view {
	e := errorBody{Heading: "Something went wrong", Advice: "The log of the program says what. Try the page again."}
	switch e.Status = Status(err); e.Status {
	case http.StatusNotFound:
		e = errorBody{Status: e.Status, Heading: "Not found", Detail: "There is nothing under this address.", Advice: "The story may have been stored under another id since. Look for it in the stream."}
	case http.StatusBadRequest:
		e = errorBody{Status: e.Status, Heading: "This address is not one of ours", Detail: sentence(err, news.ErrInvalid), Advice: "Clear the filters and choose again."}
	case http.StatusConflict:
		e = errorBody{Status: e.Status, Heading: "That cannot be done now", Detail: sentence(err, news.ErrConflict), Advice: "Nothing was done."}
	case http.StatusForbidden:
		e = errorBody{Status: e.Status, Heading: "Refused", Detail: sentence(err, news.ErrRefused), Advice: "Nothing was done."}
	case http.StatusServiceUnavailable:
		e = errorBody{Status: e.Status, Heading: "The store is away", Detail: "Edict cannot read its store right now. Nothing is lost: what is crawled waits until it is back.", Advice: "Reload this page in a few seconds."}
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

func (s *Server) showNothing(*http.Request) (view, error) {
	return view{}, news.ErrNotFound
}

func loadTemplates(a assets) (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{"asset": a.address, "thousands": thousands, "allstages": allStages}).ParseFS(templateFiles, "templates/*.html")
}
