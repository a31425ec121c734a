package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"edict/news"
)

// askTime is how long a site may be asked for a page.
const askTime = time.Minute

// mountSources adds the pages of the sources, and what changes them.
func (s *Server) mountSources(mux *router) {
	mux.HandleFunc("GET "+sourcesPath, s.page((*Server).showSources))
	mux.HandleFunc("GET "+sourcesPath+"/{slug}", s.page((*Server).showSource))
	post := func(pattern string, limit int64, do func(*Server, *http.Request) (view, error)) {
		mux.Handle("POST "+pattern, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, limit)
			s.page(func(s *Server, r *http.Request) (view, error) { return s.sourceFault(r.Context())(do(s, r)) })(w, r)
		}))
	}
	if s.Scout != nil {
		mux.HandleFunc("GET /sources.opml", s.exportSources)
		post(sourcesPath, maxForm, (*Server).askSources)
		post("/sources.opml", maxUpload, (*Server).importSources)
	}
	if s.Watch != nil {
		post(sourcesPath+"/{slug}", maxForm, (*Server).actSource)
	}
}

// sourceFault makes a page of what was wrong in a form, or could not be asked.
func (s *Server) sourceFault(ctx context.Context) func(view, error) (view, error) {
	return func(v view, err error) (view, error) {
		var body errorBody
		switch {
		case errors.Is(err, news.ErrInvalid):
			body = s.toldBody(http.StatusBadRequest, err, "error.source.invalid")
		case errors.Is(err, news.ErrConflict):
			body = s.toldBody(http.StatusConflict, err, "error.source.invalid")
		case errors.Is(err, news.ErrRefused):
			body = s.toldBody(http.StatusForbidden, err, "error.source.refused")
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, errSilent):
			body = s.toldBody(http.StatusBadGateway, err, "error.source.silent")
		default:
			return v, err
		}
		body.Back, body.BackWord = sourcesPath, s.say("error.source.back")
		t, err := s.readTotals(ctx)
		return view{template: "error", status: body.Status, title: body.Heading, totals: t, body: body}, err
	}
}

// errSilent is a site that could not be asked.
var errSilent = errors.New("the site could not be asked")

// askSources finds out what a site offers, adds what was chosen of it, or tells whether
// an address may be fetched.
func (s *Server) askSources(r *http.Request) (view, error) {
	if err := r.ParseForm(); err != nil {
		return view{}, fault{"fault.form", nil, news.ErrInvalid}
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), askTime)
	defer cancel()
	switch act := r.PostForm.Get("act"); act {
	case "why":
		address := strings.TrimSpace(r.PostForm.Get("address"))
		a, err := s.Scout.WhyAddress(ctx, address)
		if err != nil {
			return view{}, asked(err)
		}
		v := s.sourcesView(r, t)
		v.Asked, v.Answer = address, s.answerView(a, t)
		return view{template: "sources", title: s.say("nav.sources"), nav: "sources", totals: t, body: v}, nil
	case "discover":
		address := strings.TrimSpace(r.PostForm.Get("address"))
		if address == "" {
			return view{}, fault{"fault.noaddress", nil, news.ErrInvalid}
		}
		offer, err := s.Scout.Discover(ctx, address, r.PostForm.Get("story") == "1")
		if err != nil {
			return view{}, asked(err)
		}
		return view{template: "offer", title: s.say("source.add"), nav: "sources", totals: t, body: newOfferView(offer)}, nil
	case "add":
		src, err := readSource(r.PostForm)
		if err != nil {
			return view{}, err
		}
		if err := s.Scout.AddSource(ctx, src); err != nil {
			return view{}, err
		}
		s.totals.forget()
		return view{redirect: sourcePath(src.Slug) + "?said=added"}, nil
	default:
		return view{}, fault{"fault.noact", []any{"act", cut(act, 40)}, news.ErrInvalid}
	}
}

// asked keeps what is a fault of the address or of ours apart from a site that does not
// answer.
func asked(err error) error {
	for _, known := range []error{news.ErrInvalid, news.ErrUnavailable, news.ErrConflict, news.ErrRefused, context.Canceled} {
		if errors.Is(err, known) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", err, errSilent)
}

// An offerView lets somebody choose of what a site offers.
type offerView struct {
	SiteOffer
	Every string
}

func newOfferView(o SiteOffer) offerView { return offerView{SiteOffer: o} }

// readSource reads a source out of the form that shows an offer.
func readSource(f url.Values) (src news.Source, err error) {
	field := func(name string) string { return strings.TrimSpace(f.Get(name)) }
	src = news.Source{
		Name: cleanName(field("name")), Slug: field("slug"), Kind: news.Kind(field("kind")), Feed: field("feed"), Sitemap: field("sitemap"),
		Listing: field("listing"), Page: field("page"), Origin: news.FromUser, Select: news.Selectors{Text: field("text"), Links: field("links")},
	}
	for _, other := range []struct {
		name string
		to   *string
	}{{"otherfeed", &src.Feed}, {"othersitemap", &src.Sitemap}, {"otherlisting", &src.Listing}} {
		if given := field(other.name); given != "" {
			*other.to = given
		}
	}
	if src.Slug == "" {
		src.Slug = news.Slug(src.Name)
	}
	if every := field("every"); every != "" && every != "auto" {
		minutes, err := strconv.Atoi(every)
		if err != nil || minutes < 1 || minutes > 7*24*60 {
			return src, fault{"fault.every", []any{"n", 7 * 24 * 60, "given", cut(every, 20)}, news.ErrInvalid}
		}
		src.Every = time.Duration(minutes) * time.Minute
	}
	return src, src.Validate()
}

// actSource does what a form on a source's page asks for.
func (s *Server) actSource(r *http.Request) (view, error) {
	if err := r.ParseForm(); err != nil {
		return view{}, fault{"fault.form", nil, news.ErrInvalid}
	}
	v, t, err := s.sourceView(r)
	if err != nil {
		return view{}, err
	}
	to := v.Path
	switch act := r.PostForm.Get("act"); {
	case act == "check" && s.Scout != nil:
		ctx, cancel := context.WithTimeout(r.Context(), askTime)
		defer cancel()
		begin := s.Now()
		for _, src := range t.sources {
			if src.Slug != v.Slug {
				continue
			}
			report, err := s.Scout.CheckSource(ctx, src)
			if err != nil {
				return view{}, err
			}
			v.Report, v.Took = &report, s.Now().Sub(begin).Round(100*time.Millisecond).String()
		}
		return view{template: "source", title: v.Name.Name, nav: "sources", totals: t, body: v}, nil
	case act == "pause":
		err, to = s.Watch.PauseSource(r.Context(), v.Slug, true), to+"?said=paused"
	case act == "resume":
		err, to = s.Watch.PauseSource(r.Context(), v.Slug, false), to+"?said=resumed"
	case act == "again":
		var visits []news.Visit
		visits, err = s.Watch.VisitAgain(r.Context(), v.Slug, s.Now())
		to += fmt.Sprintf("?said=again&again=%d", len(visits))
	case act == "remove" && r.PostForm.Get("sure") == "1":
		err, to = s.Watch.RemoveSource(r.Context(), v.Slug), sourcesPath
	case act == "remove":
		return view{}, fault{"fault.unticked", nil, news.ErrInvalid}
	default:
		return view{}, fault{"fault.noact", []any{"act", cut(act, 40)}, news.ErrInvalid}
	}
	s.totals.forget()
	return view{redirect: to}, err
}

// importSources adds the sources of an OPML list.
func (s *Server) importSources(r *http.Request) (view, error) {
	file, _, err := r.FormFile("list")
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return view{}, fault{"fault.toolarge", []any{"limit", inBytes(maxUpload)}, news.ErrInvalid}
	case err != nil:
		return view{}, fault{"fault.nofile", nil, news.ErrInvalid}
	}
	defer func() { _ = file.Close() }() // it was only read
	report, err := s.Scout.ImportSources(r.Context(), file)
	if err != nil {
		return view{}, err
	}
	s.totals.forget()
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	v := s.sourcesView(r, t)
	v.Imported = &report
	return view{template: "sources", title: s.say("nav.sources"), nav: "sources", totals: t, body: v}, nil
}

func (s *Server) exportSources(w http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	if err := s.Scout.ExportSources(r.Context(), &b); err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/x-opml; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="sources.opml"`)
	if _, err := w.Write(b.Bytes()); err != nil {
		s.Log.Debug("a reader went away", "path", r.URL.Path, "error", err)
	}
}
