package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"edict/account"
	"edict/news"
)

const (
	rulesPath  = "/rules"
	draftsPath = "/rules/drafts/"
)

// mountRules adds the pages of the rules, and what tries others.
func (s *Server) mountRules(mux *router) {
	mux.HandleFunc("GET "+rulesPath, s.page((*Server).showRules))
	mux.HandleFunc("GET "+draftsPath+"{number}", s.page((*Server).showDraft))
	if s.Review.Bench == nil {
		return
	}
	mux.Handle("POST /rules/drafts", http.HandlerFunc(s.bringRules))
	mux.Handle("POST "+draftsPath+"{number}", s.act((*Server).actDraft))
}

// bringRules keeps rules that a form brings, and sends the analyst to their page.
func (s *Server) bringRules(w http.ResponseWriter, r *http.Request) {
	s.page(func(s *Server, r *http.Request) (view, error) {
		b, err := readBrought(w, r)
		var d news.RuleDraft
		switch {
		case err != nil:
		case b.dir != "":
			d, err = s.bringDir(r, b.dir)
		default:
			d, err = s.Review.Bench.BringRules(r.Context(), analyst(r), cut(strings.Join(b.from, ", "), 200), b.files)
		}
		if errors.Is(err, news.ErrInvalid) {
			t, e := s.readTotals(r.Context())
			what := s.tell(err)
			return view{template: "error", status: http.StatusBadRequest, title: s.say("rules.refused.heading"), totals: t, body: errorBody{
				Status: http.StatusBadRequest, Heading: s.say("rules.refused.heading"), Detail: what.Text, Lang: what.Lang,
				Advice: s.say("rules.refused.advice"), Back: rulesPath, BackWord: s.say("rules.back"),
			}}, e
		}
		if err != nil {
			return view{}, err
		}
		return view{redirect: draftPath(d.Number)}, nil
	})(w, r)
}

// bringDir takes a directory of rules. Where others than who sits at this machine may
// come, only those that the configuration names.
func (s *Server) bringDir(r *http.Request, dir string) (news.RuleDraft, error) {
	if !slices.Contains(s.RuleDirs, dir) && !account.From(r.Context()).Local {
		return news.RuleDraft{}, fault{"fault.ruledir", []any{"name", cut(dir, 120)}, news.ErrInvalid}
	}
	return s.Review.Bench.BringRuleDir(r.Context(), analyst(r), dir)
}

func draftPath(number int64) string { return draftsPath + strconv.FormatInt(number, 10) }

func draftNumber(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("draft %q of rules: %w", cut(r.PathValue("number"), 40), news.ErrNotFound)
	}
	return n, nil
}

// actDraft begins or ends what is done with a draft.
func (s *Server) actDraft(r *http.Request) (string, error) {
	n, err := draftNumber(r)
	if err != nil {
		return "", err
	}
	bench, who, said := s.Review.Bench, analyst(r), ""
	switch act := r.PostForm.Get("act"); act {
	case "preview":
		err = bench.PreviewRules(r.Context(), who, n)
	case "apply":
		err = bench.ApplyRules(r.Context(), who, n, r.PostForm.Get("force") == "1")
	case "stop":
		err = bench.StopRules(r.Context(), who, n)
	default:
		return "", fault{"fault.noact", []any{"act", cut(act, 40)}, news.ErrInvalid}
	}
	if errors.Is(err, news.ErrConflict) {
		err, said = nil, "?said=busy"
	}
	return draftPath(n) + said, err
}
