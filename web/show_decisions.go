package web

import (
	"cmp"
	"context"
	"encoding/json"
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
	decisionsPath = "/decisions"
	decisionsPage = 50  // decisions on a page
	pastQueue     = 100 // tags of a past queue that are shown
)

func decisionPath(number int64) string { return decisionsPath + "/" + strconv.FormatInt(number, 10) }

// A decisionQuery is which decisions an address asks for.
type decisionQuery struct {
	who, place   string
	label        news.Label
	jurisdiction news.Jurisdiction
	first, last  string    // days, by the reader's clock; the last one is included
	since, until time.Time // when they begin and end
}

func (s *Server) readDecisions(v url.Values) (q decisionQuery, err error) {
	q = decisionQuery{who: cleanName(v.Get("who")), label: news.Label(v.Get("label")), place: strings.TrimSpace(v.Get("place")), first: v.Get("first"), last: v.Get("last")}
	if q.label != "" && !news.ValidLabel(q.label) {
		return q, fault{"fault.label", []any{"label", cut(string(q.label), 40)}, news.ErrInvalid}
	}
	if q.place != "" {
		if q.jurisdiction, err = news.ParseJurisdiction(q.place); err != nil {
			return q, fault{"fault.place", []any{"place", cut(q.place, 40)}, news.ErrInvalid}
		}
		q.place = string(q.jurisdiction)
	}
	day := func(raw string, more int) (t time.Time) {
		if raw != "" && err == nil {
			if t, err = time.ParseInLocation(time.DateOnly, raw, s.zone); err != nil {
				err = fault{"fault.day", []any{"day", cut(raw, 40)}, news.ErrInvalid}
			}
			t = t.AddDate(0, 0, more)
		}
		return t
	}
	q.since, q.until = day(q.first, 0), day(q.last, 1)
	return q, err
}

func (q decisionQuery) filter() news.DecisionFilter {
	return news.DecisionFilter{Who: q.who, Label: q.label, Jurisdiction: q.jurisdiction, Since: q.since, Until: q.until}
}

// at is an address that asks for the same.
func (q decisionQuery) at(path string, more ...string) string {
	v := url.Values{}
	pairs := append([]string{"who", q.who, "label", string(q.label), "place", q.place, "first", q.first, "last", q.last}, more...)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// decisionsView is the list of decisions.
type decisionsView struct {
	Rows        []decisionRow
	Older       string
	Back        string
	Said        []said
	Narrow      bool
	File        string // address of what is shown, as a file
	Who, Place  string
	First, Last string
	Labels      []pick
}

// A pick is one of several values of a field.
type pick struct {
	Word, Code string
	Current    bool
}

// readBefore reads the number before which a list goes on; 0: it begins.
func readBefore(v url.Values) (int64, error) {
	raw := v.Get("before")
	if raw == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || n < 1 {
		return 0, fault{"fault.line", []any{"number", cut(raw, 20)}, news.ErrInvalid}
	}
	return n, nil
}

func (s *Server) showDecisions(r *http.Request) (view, error) {
	q, err := s.readDecisions(r.URL.Query())
	if err != nil {
		return view{}, err
	}
	f := q.filter()
	f.Limit = decisionsPage + 1
	if f.Before, err = readBefore(r.URL.Query()); err != nil {
		return view{}, err
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	list, err := s.Review.Books.DecisionsOf(r.Context(), f)
	if err != nil {
		return view{}, fmt.Errorf("list decisions: %w", err)
	}
	v := decisionsView{Back: q.at(decisionsPath), File: q.at("/decisions.jsonl"), Who: q.who, Place: q.place, First: q.first, Last: q.last, Narrow: q.at(decisionsPath) != decisionsPath}
	for _, l := range slices.Compact(slices.Sorted(slices.Values([]news.Label{"", news.ProPolicy, news.Crackdown, q.label}))) {
		v.Labels = append(v.Labels, pick{cmp.Or(s.nameLabel(l).Long, s.say("decisions.label.any")), string(l), l == q.label})
	}
	if len(list) > decisionsPage {
		list = list[:decisionsPage]
		v.Older = q.at(decisionsPath, "before", strconv.FormatInt(list[len(list)-1].Number, 10))
	}
	if v.Rows, err = s.decisionRows(r.Context(), list); err != nil {
		return view{}, err
	}
	if v.Said, err = s.said(r.Context(), r.URL.Query(), analyst(r)); err != nil {
		return view{}, err
	}
	return view{template: "decisions", title: s.say("decisions"), nav: "review", totals: t, body: v}, nil
}

// decisionView is one decision, with what stood when it was made.
type decisionView struct {
	Number         int64
	Back           string
	Rows           []decisionRow // it alone
	Tags           []thenView
	Later          []decisionRow
	Queue          string
	Earlier, Newer string // addresses of those beside it
}

// A thenView is a tag of an article, as of a decision and now.
type thenView struct {
	Name      string
	Then, Now string
	Decided   bool // it is the one that was decided on
	Other     bool // it is another now
}

// decisionOf reads the decision that an address names, and what every page counts.
func (s *Server) decisionOf(r *http.Request) (d news.Decision, t totals, err error) {
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil || number < 1 {
		return d, t, news.ErrNotFound
	}
	list, err := s.Review.Desk.DecisionsBefore(r.Context(), number+1, 1)
	if err != nil {
		return d, t, fmt.Errorf("read decision %d: %w", number, err)
	}
	if len(list) == 0 || list[0].Number != number {
		return d, t, news.ErrNotFound
	}
	t, err = s.readTotals(r.Context())
	return list[0], t, err
}

func (s *Server) showDecision(r *http.Request) (view, error) {
	ctx := r.Context()
	d, t, err := s.decisionOf(r)
	if err != nil {
		return view{}, err
	}
	v := decisionView{Number: d.Number, Back: decisionsPath, Queue: decisionPath(d.Number) + "/queue"}
	if v.Rows, err = s.decisionRows(ctx, []news.Decision{d}); err != nil {
		return view{}, err
	}
	if d.Number > 1 {
		v.Earlier = decisionPath(d.Number - 1)
	}
	if next, err := s.Review.Books.DecisionsOf(ctx, news.DecisionFilter{After: d.Number, Oldest: true, Limit: 1}); err != nil {
		return view{}, fmt.Errorf("read the decision after %d: %w", d.Number, err)
	} else if len(next) > 0 {
		v.Newer = decisionPath(next[0].Number)
	}
	if d.Article != "" {
		if v.Tags, err = s.tagsThen(ctx, d); err != nil {
			return view{}, err
		}
		list, err := s.Review.Desk.DecisionsOn(ctx, d.Article)
		if err != nil {
			return view{}, fmt.Errorf("read the decisions on article %s: %w", d.Article, err)
		}
		list = slices.DeleteFunc(slices.Clone(list), func(o news.Decision) bool { return o.Number <= d.Number })
		if v.Later, err = s.decisionRows(ctx, list[:min(len(list), decisionsPage)]); err != nil {
			return view{}, err
		}
	}
	return view{template: "decision", title: s.say("decision.title", "number", d.Number), nav: "review", totals: t, body: v}, nil
}

// tagsThen are the tags of an article as a decision left them, beside those that it has.
func (s *Server) tagsThen(ctx context.Context, d news.Decision) (out []thenView, err error) {
	var then []news.Tag
	if json.Unmarshal(d.After, &then) != nil {
		return nil, nil // a merge or a split, which alters no tag
	}
	records, err := s.Review.Desk.CurrentOf(ctx, []string{d.Article})
	if err != nil {
		return nil, fmt.Errorf("read article %s: %w", d.Article, err)
	}
	var now []news.Tag
	if len(records) > 0 {
		now = records[0].Tags
	}
	seen := map[news.TagRef]bool{}
	for _, t := range slices.Concat(then, now) {
		ref := news.TagRef{Label: t.Label, Jurisdiction: t.Jurisdiction}
		if seen[ref] {
			continue
		}
		seen[ref] = true
		x := thenView{Name: s.nameTag(ref), Then: s.stateIn(then, t), Now: s.stateIn(now, t), Decided: t.Label == d.Label && t.Jurisdiction == d.Jurisdiction}
		x.Other = x.Then != x.Now
		out = append(out, x)
	}
	return out, nil
}

// pastView is the queue as of a decision.
type pastView struct {
	Number   int64
	Time     moment
	Decision string // address
	All      int
	Left     int // that are not shown
	Items    []pastItem
}

type pastItem struct {
	Name, Title, Lang, Link string
	Stage, Score            string
	Time                    moment
}

// showPastQueue tells which tags waited for review when a decision had been made.
func (s *Server) showPastQueue(r *http.Request) (view, error) {
	ctx := r.Context()
	d, t, err := s.decisionOf(r)
	if err != nil {
		return view{}, err
	}
	list, all, err := s.Review.Books.PendingAsOf(ctx, d.Time, pastQueue)
	if err != nil {
		return view{}, err
	}
	v := pastView{Number: d.Number, Time: s.moment(d.Time), Decision: decisionPath(d.Number), All: all, Left: all - len(list)}
	for _, p := range list {
		item := pastItem{Name: s.nameTag(p.TagRef), Link: "/records/" + p.Record, Stage: s.nameStage(p.Stage), Score: fmt.Sprintf("%.2f", p.Score), Time: s.moment(p.Time)}
		rec, err := s.Reader.Record(ctx, p.Record)
		if err != nil {
			return view{}, fmt.Errorf("read record %s: %w", p.Record, err)
		}
		item.Title, item.Lang = cmp.Or(cut(rec.Title, 120), s.say("record.untitled")), langAttr(rec.Language)
		v.Items = append(v.Items, item)
	}
	return view{template: "pastqueue", title: s.say("pastqueue.title", "number", d.Number), nav: "review", totals: t, body: v}, nil
}
