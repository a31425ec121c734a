package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"edict/news"
)

const (
	maxForm  = 256 << 10 // bytes of a form
	maxBatch = 200       // tags in one
)

// mountReview adds what decides.
func (s *Server) mountReview(mux *router) {
	if s.Review == nil {
		return
	}
	post := func(pattern string, act func(*Server, *http.Request) (string, error)) {
		mux.Handle("POST "+pattern, s.act(act))
	}
	mux.HandleFunc("GET "+reviewPath, s.page((*Server).showReview))
	mux.HandleFunc("GET /decisions", s.page((*Server).showDecisions))
	mux.HandleFunc("GET /decisions/{number}", s.page((*Server).showDecision))
	mux.HandleFunc("GET /decisions/{number}/queue", s.page((*Server).showPastQueue))
	mux.HandleFunc("GET /decisions.jsonl", s.exportDecisions)
	mux.HandleFunc("GET /notes.jsonl", s.exportNotes)
	s.mountRules(mux)
	post("/review/act", (*Server).actReview)
	post("/review/name", (*Server).setName)
	post("/review/note", (*Server).addNote)
}

// act reads a form, does what it asks for, and sends the reader to a page that says what
// came of it, so that loading that page again does nothing twice.
func (s *Server) act(do func(*Server, *http.Request) (string, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		to, err := "", r.ParseForm()
		if err != nil {
			err = fault{"fault.form", nil, news.ErrInvalid}
		} else {
			to, err = do(s.as(r), r)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if r.URL.Path == "/review/name" {
			http.SetCookie(w, &http.Cookie{
				Name: nameCookie, Value: url.QueryEscape(cleanName(r.PostForm.Get("name"))), Path: "/", MaxAge: 365 * 86400,
				HttpOnly: true, SameSite: http.SameSiteStrictMode,
			})
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	})
}

// backTo is the page that a form came from, if it is one of those that have forms.
func backTo(f url.Values) *url.URL {
	u, err := url.Parse(f.Get("back"))
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Fragment != "" ||
		u.Path != reviewPath && u.Path != "/decisions" && !strings.HasPrefix(u.Path, "/records/") || strings.Contains(u.Path, "//") {
		return &url.URL{Path: reviewPath}
	}
	v := u.Query()
	for _, name := range outcomes {
		v.Del(name)
	}
	u.RawQuery = v.Encode()
	return u
}

func (*Server) setName(r *http.Request) (string, error) { return backTo(r.PostForm).String(), nil }

func (s *Server) addNote(r *http.Request) (string, error) {
	n, err := s.Review.Notes.AddNote(r.Context(), news.Note{Who: analyst(r), Article: r.PostForm.Get("article"), Text: cleanNote(r.PostForm.Get("text"))})
	if err != nil {
		return "", err
	}
	u := backTo(r.PostForm)
	u.Fragment = "note-" + strconv.FormatInt(n.Number, 10)
	return u.String(), nil
}

// cleanNote leaves out what a note may not hold.
func cleanNote(raw string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f || turnsDirection(c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(raw, ""))
}

// A sitting is one form of an analyst and what came of it.
type sitting struct {
	s       *Server
	ctx     context.Context
	who     string
	form    url.Values
	outcome url.Values // names of outcomes
}

// The outcomes, as the address of the next page carries them: the page reads again what
// they point to, and shows nothing that an address made up.
const (
	saidDid     = "did"     // numbers of decisions
	saidOther   = "other"   // tags on which another was faster, and decided otherwise
	saidSame    = "same"    // tags on which another was faster, and decided the same
	saidNoted   = "noted"   // the reason for what another had decided already is a note now
	saidHeld    = "held"    // tags that another has taken
	saidClaimed = "claimed" // tags that somebody has now
	saidGone    = "gone"    // a tag is not there any more
	saidNothing = "nothing" // what had nothing to act on
)

var outcomes = []string{saidDid, saidOther, saidSame, saidNoted, saidHeld, saidClaimed, saidGone, saidNothing}

func (s *Server) actReview(r *http.Request) (string, error) {
	f := r.PostForm
	b := sitting{s, r.Context(), analyst(r), f, url.Values{}}
	act := f.Get("act")
	items := f["item"]
	if len(items) > maxBatch {
		return "", fault{"fault.batch", []any{"n", len(items), "most", maxBatch}, news.ErrInvalid}
	}
	if len(f.Get("reason")) > news.MaxReason {
		return "", fault{"fault.reason", []any{"most", news.MaxReason}, news.ErrInvalid}
	}
	var err error
	switch act {
	case "undo":
		err = b.undo()
	case "merge":
		err = b.merge(items)
	default:
		do, known := map[string]func(news.TagRef, news.State) error{
			"accept": b.decide, "reject": b.decide, "edit": b.decide, "split": b.split, "claim": b.claim, "take": b.claim,
			"hold": b.claim, "assign": b.claim, "release": b.release, "snooze": b.snooze, "wake": b.snooze,
		}[act]
		if !known {
			return "", fault{"fault.noact", []any{"act", cut(act, 40)}, news.ErrInvalid}
		}
		if len(items) == 0 {
			return "", fault{"fault.notag", nil, news.ErrInvalid}
		}
		for _, raw := range items {
			ref, seen, e := readTagKey(raw)
			if e == nil {
				e = do(ref, seen)
			}
			if errors.Is(e, news.ErrNotFound) {
				b.outcome.Set(saidGone, "1")
				e = nil
			}
			if e != nil {
				err = e
				break
			}
		}
	}
	if err != nil && len(b.outcome) == 0 {
		return "", err
	}
	if err != nil { // a part was done: that is what the next page says
		s.Log.Warn("a batch of decisions broke off", "who", b.who, "error", err)
		return "", fmt.Errorf("the batch broke off after a part of it, which the list of decisions shows: %w", err)
	}
	if err := s.Review.Hold.Extend(r.Context(), b.who, s.Now().Add(news.LeaseTime)); err != nil {
		return "", err
	}
	return b.address(), nil
}

// address is the next page, with the outcomes.
func (b *sitting) address() string {
	u := backTo(b.form)
	v := u.Query()
	for name, values := range b.outcome {
		v[name] = values[:min(len(values), 20)]
	}
	u.RawQuery = v.Encode()
	return u.String()
}

// free reports whether nobody else has a tag, and notes who has.
func (b *sitting) free(ref news.TagRef, seen news.State) (bool, error) {
	l, err := b.s.Review.Hold.LeaseOn(b.ctx, ref)
	if err != nil || l.Owner == "" || l.Owner == b.who {
		return err == nil, err
	}
	b.outcome.Add(saidHeld, tagKeyOf(ref, seen))
	b.s.pending.set(ref, func(p *news.Pending) bool { p.Lease = l; return true })
	return false, nil
}

func (b *sitting) decide(ref news.TagRef, seen news.State) error {
	if free, err := b.free(ref, seen); !free || err != nil {
		return err
	}
	v := news.Verdict{
		Who: b.who, Act: news.Act(b.form.Get("act")), Article: ref.Article, Label: ref.Label, Jurisdiction: ref.Jurisdiction, Seen: seen,
		Reason: strings.TrimSpace(cleanNote(b.form.Get("reason"))), Spent: b.spent(),
	}
	if v.Act == news.Edit {
		if err := b.edit(&v); err != nil {
			return err
		}
	}
	d, err := b.s.Review.Judge.Decide(b.ctx, v)
	if errors.Is(err, news.ErrConflict) { // it is not as the queue says
		b.s.pending.set(ref, func(*news.Pending) bool { return false })
		return b.meet(v)
	}
	if err != nil {
		return err
	}
	b.did(d)
	b.s.pending.set(ref, func(*news.Pending) bool { return false })
	return nil
}

func (b *sitting) did(d news.Decision) {
	b.outcome.Add(saidDid, strconv.FormatInt(d.Number, 10))
}

// edit reads what an edit makes of the tag. A field that is as it was is no edit, and a
// form without any is an accept.
func (b *sitting) edit(v *news.Verdict) error {
	if l := news.Label(b.form.Get("label")); l != v.Label {
		v.As.Label = l
	}
	if raw := strings.TrimSpace(b.form.Get("place")); raw != "" {
		j, err := b.s.placeNamed(raw)
		if err != nil {
			return err
		}
		if j != v.Jurisdiction {
			v.As.Jurisdiction = j
		}
	}
	if stage := b.form.Get("stage"); stage != b.form.Get("was") {
		v.As.Stage = news.Stage(stage)
	}
	if v.As.Label == "" && v.As.Jurisdiction == "" && v.As.Stage == "" {
		v.Act = news.Accept
	}
	return nil
}

// placeNamed reads a place's code, alone or behind its name: "Sichuan CN-SC".
func (s *Server) placeNamed(raw string) (news.Jurisdiction, error) {
	fields := strings.Fields(raw)
	j, err := news.ParseJurisdiction(strings.Trim(fields[len(fields)-1], "()"))
	if err != nil || j != news.Unnamed && !s.Gazetteer.Known(j) {
		return "", fault{"fault.place", []any{"place", cut(raw, 60)}, news.ErrInvalid}
	}
	return j, nil
}

// spent is how long the analyst looked, if the page says so.
func (b *sitting) spent() time.Duration {
	ms, err := strconv.ParseInt(b.form.Get("spent"), 10, 64)
	if err != nil || ms <= 0 {
		return 0
	}
	return min(time.Duration(min(ms, int64(news.MaxSpent/time.Millisecond)))*time.Millisecond, news.MaxSpent)
}

func (b *sitting) undo() error {
	number := int64(0)
	if raw := b.form.Get("number"); raw != "" {
		n, err := strconv.ParseInt(raw, 10, 64)
		if err != nil || n < 1 {
			return fault{"fault.line", []any{"number", cut(raw, 40)}, news.ErrInvalid}
		}
		number = n
	}
	d, err := b.s.Review.Judge.Undo(b.ctx, b.who, number, strings.TrimSpace(cleanNote(b.form.Get("reason"))))
	switch {
	case errors.Is(err, news.ErrNotFound) && number == 0:
		b.outcome.Set(saidNothing, "undo")
		return nil
	case errors.Is(err, news.ErrConflict):
		b.outcome.Set(saidNothing, "later")
		return nil
	case err != nil:
		return err
	}
	b.did(d)
	b.s.pending.again()
	return nil
}

// merge makes one story of the stories of tags, and of the one that the form names.
func (b *sitting) merge(items []string) error {
	var articles []string
	for _, raw := range items {
		ref, _, err := readTagKey(raw)
		if err != nil {
			return err
		}
		articles = append(articles, ref.Article)
	}
	records, err := b.s.Review.Desk.CurrentOf(b.ctx, articles)
	if err != nil {
		return err
	}
	var stories []string
	for _, r := range records {
		if r.Story != "" && !slices.Contains(stories, r.Story) {
			stories = append(stories, r.Story)
		}
	}
	if raw := strings.TrimSpace(b.form.Get("story")); raw != "" {
		story, err := b.storyNamed(raw)
		if err != nil {
			return err
		}
		if !slices.Contains(stories, story) {
			stories = append(stories, story)
		}
	}
	if len(stories) < 2 {
		b.outcome.Set(saidNothing, "merge")
		return nil
	}
	for _, story := range stories[1:] {
		d, err := b.s.Review.Judge.MergeStories(b.ctx, b.who, stories[0], story, strings.TrimSpace(cleanNote(b.form.Get("reason"))))
		if errors.Is(err, news.ErrConflict) {
			b.outcome.Set(saidNothing, "merge")
			continue
		}
		if err != nil {
			return err
		}
		b.did(d)
	}
	return nil
}

// storyNamed reads the id of a story, or the address of one of its records.
func (b *sitting) storyNamed(raw string) (string, error) {
	if u, err := url.Parse(raw); err == nil && strings.HasPrefix(u.Path, "/records/") {
		if r, err := b.s.Reader.Record(b.ctx, strings.TrimPrefix(u.Path, "/records/")); err == nil && r.Story != "" {
			return r.Story, nil
		}
	} else if err == nil && u.Query().Get("story") != "" {
		raw = u.Query().Get("story")
	}
	if !idForm.MatchString(raw) {
		return "", fault{"fault.nostory", []any{"given", cut(raw, 60)}, news.ErrInvalid}
	}
	return raw, nil
}

func (b *sitting) split(ref news.TagRef, _ news.State) error {
	records, err := b.s.Review.Desk.CurrentOf(b.ctx, []string{ref.Article})
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return news.ErrNotFound
	}
	d, err := b.s.Review.Judge.SplitStory(b.ctx, b.who, records[0].Story, ref.Article, strings.TrimSpace(cleanNote(b.form.Get("reason"))))
	if errors.Is(err, news.ErrConflict) {
		b.outcome.Set(saidNothing, "split")
		return nil
	}
	if err == nil {
		b.did(d)
	}
	return err
}
