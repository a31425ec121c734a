package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"edict/account"
	"edict/catalogue"
	"edict/news"
	"edict/review"
)

// queuePage is how many tags a page of the queue shows.
const queuePage = 20

// reviewView is the page of the queue.
type reviewView struct {
	Who      string
	Named    bool // by an account, and not by himself
	Said     []said
	Items    []itemView
	Reasons  []reasonView
	Narrow   bool
	All      string // address without a filter
	Waiting  int
	Snoozed  int
	Sleeping bool // it shows what sleeps
	Sleepers string
	More     bool
	Older    string
	Newest   string
	Back     string // address of this page, for forms
	Keys     []keyView
}

type reasonView struct {
	Word, Link string
	N          int
	Current    bool
}

// An itemView is one tag to be decided on.
type itemView struct {
	Key       string // article, label, place and state, for forms
	ID        string // on the page
	Reason    string
	Why       string
	Name      string // of the tag
	Label     labelName
	LabelCode string
	Tag       tagView
	Place     string // address of its page
	Title     string
	Lang      string
	Record    string
	Source    sourceName
	Time      moment
	Excerpts  []excerpt
	Headline  bool
	Rules     []string
	Also      []string // other tags of the article
	Owner     string   // who has it, "" for nobody
	Mine      bool
	Until     moment
	Snoozed   moment
	Story     string
	Reports   string
	Back      string
}

// A keyView is a key of the queue, as the help shows it.
type keyView struct{ Act, Key, Word string }

// keys are the acts that have a key; static/review.js has the same.
var keys = [][2]string{
	{"next", "j"},
	{"previous", "k"},
	{"accept", "a"},
	{"reject", "x"},
	{"edit", "e"},
	{"merge", "m"},
	{"split", "s"},
	{"snooze", "h"},
	{"claim", "c"},
	{"undo", "u"},
	{"search", "/"},
	{"help", "?"},
}

func (p speaker) keys() (out []keyView) {
	for _, k := range keys {
		out = append(out, keyView{k[0], k[1], p.say("keys." + k[0])})
	}
	return out
}

// nameReason names a reason to look at a tag.
func (s *Server) nameReason(r review.Reason) string {
	return s.named("reason", strings.ReplaceAll(string(r), " ", "-"))
}

// tellReason says at more length why a tag should be looked at.
func (s *Server) tellReason(item review.Item) string {
	key := "why." + strings.ReplaceAll(string(item.Reason), " ", "-")
	switch item.Reason {
	case review.Disputed:
		if item.Dispute == news.TextDispute {
			key += ".text"
		}
	case review.WeakRule:
		return s.say(key, "rule", item.Weak.Rule, "n", item.Weak.Accepted, "of", item.Weak.Accepted+item.Weak.Rejected)
	case review.Doubtful:
		if !item.Partial {
			return s.say(key+".quality", "share", fmt.Sprintf("%.0f %%", item.Quality*100))
		}
	case review.Uncertain:
		return s.say(key, "score", fmt.Sprintf("%.2f", item.Score))
	}
	return s.say(key)
}

// reviewQuery is what an address of the queue asks for.
type reviewQuery struct {
	reason  review.Reason
	label   news.Label
	place   news.Jurisdiction
	snoozed bool
	skip    int
}

func readReview(v url.Values) (q reviewQuery, err error) {
	q.reason, q.label, q.snoozed = review.Reason(v.Get("reason")), news.Label(v.Get("label")), v.Get("snoozed") == "1"
	if q.reason != "" && !slices.Contains(review.Reasons, q.reason) {
		return q, fmt.Errorf("%q is no reason to look at a tag: %w", q.reason, news.ErrInvalid)
	}
	if q.label != "" && !news.ValidLabel(q.label) {
		return q, fault{"fault.label", []any{"label", cut(string(q.label), 40)}, news.ErrInvalid}
	}
	if raw := v.Get("place"); raw != "" {
		if q.place, err = news.ParseJurisdiction(raw); err != nil {
			return q, err
		}
	}
	if raw := v.Get("skip"); raw != "" {
		if q.skip, err = strconv.Atoi(raw); err != nil || q.skip < 0 || q.skip > 3*pendingLimit {
			return q, fmt.Errorf("skip %q is not a number up to %d: %w", raw, 3*pendingLimit, news.ErrInvalid)
		}
	}
	return q, nil
}

func (q reviewQuery) at() string {
	v := url.Values{}
	if q.reason != "" {
		v.Set("reason", string(q.reason))
	}
	if q.label != "" {
		v.Set("label", string(q.label))
	}
	if q.place != "" {
		v.Set("place", string(q.place))
	}
	if q.snoozed {
		v.Set("snoozed", "1")
	}
	if q.skip > 0 {
		v.Set("skip", strconv.Itoa(q.skip))
	}
	if len(v) == 0 {
		return reviewPath
	}
	return reviewPath + "?" + v.Encode()
}

func (q reviewQuery) fits(i review.Item) bool {
	return (q.label == "" || i.Label == q.label) && (q.place == "" || i.Jurisdiction.Within(q.place))
}

func (s *Server) showReview(r *http.Request) (view, error) {
	q, err := readReview(r.URL.Query())
	if err != nil {
		return view{}, err
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	waiting, err := s.queue(r.Context())
	if err != nil {
		return view{}, err
	}
	who, now := analyst(r), s.Now()
	v := reviewView{
		Who: who, Named: !account.From(r.Context()).Local, Narrow: q.reason != "" || q.label != "" || q.place != "", All: reviewPath, Sleeping: q.snoozed, More: waiting.more,
		Keys: s.keys(),
	}
	back := q
	v.Back = back.at()
	asleep := q
	asleep.snoozed, asleep.skip = !q.snoozed, 0
	v.Sleepers = asleep.at()
	var chosen []review.Item
	count := map[review.Reason]int{}
	for _, i := range waiting.items {
		sleeps := i.Snoozed.After(now)
		if sleeps {
			v.Snoozed++
		}
		if sleeps != q.snoozed || !q.fits(i) {
			continue
		}
		count[i.Reason]++
		if q.reason == "" || i.Reason == q.reason {
			chosen = append(chosen, i)
		}
	}
	v.Waiting = len(chosen)
	for _, reason := range review.Reasons {
		if count[reason] > 0 || reason == q.reason {
			one := q
			one.reason, one.skip = reason, 0
			v.Reasons = append(v.Reasons, reasonView{s.nameReason(reason), one.at(), count[reason], reason == q.reason})
		}
	}
	if v.Items, err = s.items(r.Context(), chosen[min(q.skip, len(chosen)):], who, t); err != nil {
		return view{}, err
	}
	for i := range v.Items {
		v.Items[i].Back = v.Back
	}
	if q.skip > 0 {
		first := q
		first.skip = 0
		v.Newest = first.at()
	}
	if q.skip+queuePage < len(chosen) {
		next := q
		next.skip += queuePage
		v.Older = next.at()
	}
	if v.Said, err = s.said(r.Context(), r.URL.Query(), who); err != nil {
		return view{}, err
	}
	return view{template: "review", title: s.say("nav.review"), nav: "review", totals: t, body: v}, nil
}

// items are the first tags of the queue that are still as the queue says.
func (s *Server) items(ctx context.Context, list []review.Item, who string, t totals) ([]itemView, error) {
	var out []itemView
	for len(list) > 0 && len(out) < queuePage {
		some := list[:min(queuePage, len(list))]
		list = list[len(some):]
		articles := make([]string, len(some))
		for i, item := range some {
			articles[i] = item.Article
		}
		slices.Sort(articles)
		records, err := s.Review.Desk.CurrentOf(ctx, slices.Compact(articles))
		if err != nil {
			return nil, fmt.Errorf("read what waits: %w", err)
		}
		byArticle := map[string]news.Record{}
		for _, r := range records {
			byArticle[r.Key().Article] = r
		}
		for _, item := range some {
			r, there := byArticle[item.Article]
			i := slices.IndexFunc(r.Tags, func(tag news.Tag) bool { return tag.Label == item.Label && tag.Jurisdiction == item.Jurisdiction })
			if !there || i < 0 || r.Tags[i].State != item.State || len(out) == queuePage {
				continue // decided since
			}
			out = append(out, s.itemView(item, r, r.Tags[i], who, t))
		}
	}
	return out, nil
}

func (s *Server) itemView(item review.Item, r news.Record, tag news.Tag, who string, t totals) itemView {
	m := s.measure(r, tag, placeQuery{}, t)
	v := itemView{
		Key: tagKeyOf(item.TagRef, tag.State), ID: "t-" + item.Article + "-" + string(item.Label) + "-" + string(item.Jurisdiction),
		Reason: s.nameReason(item.Reason), Why: s.tellReason(item), Name: s.nameTag(item.TagRef), Label: m.Label, LabelCode: string(tag.Label), Tag: s.tagView(tag, r.Language), Place: placePath(tag.Jurisdiction),
		Title: m.Title, Lang: m.Lang, Record: m.Record, Source: m.Source, Time: m.Time, Excerpts: m.Excerpts, Headline: m.Headline,
		Rules: item.Rules, Story: r.Story, Reports: m.Reports,
	}
	for _, other := range r.Tags {
		if other.State != news.Rejected && (other.Label != tag.Label || other.Jurisdiction != tag.Jurisdiction) && len(v.Also) < 6 {
			v.Also = append(v.Also, s.say("tag.also", "tag", s.nameTag(news.TagRef{Label: other.Label, Jurisdiction: other.Jurisdiction}), "state", s.nameState(other.State)))
		}
	}
	if item.Lease.Owner != "" && item.Lease.Until.After(s.Now()) {
		v.Owner, v.Mine, v.Until = item.Lease.Owner, item.Lease.Owner == who, s.moment(item.Lease.Until)
	}
	if item.Snoozed.After(s.Now()) {
		v.Snoozed = s.moment(item.Snoozed)
	}
	return v
}

// stages are those that a tag can be edited to.
var stages = []news.Stage{news.Proposed, news.Enacted, news.Enforced, news.Lifted}

// A stageName is a stage to choose.
type stageName struct{ Code, Name string }

// allStages are all stages, with their names in a language.
func allStages(c *catalogue.Catalogue) (out []stageName) {
	for _, stage := range stages {
		out = append(out, stageName{string(stage), c.Say("stage." + string(stage))})
	}
	return out
}

// tagKeyOf is a tag, and the state in which it was seen, as forms carry it.
func tagKeyOf(ref news.TagRef, seen news.State) string {
	return strings.Join([]string{ref.Article, string(ref.Label), string(ref.Jurisdiction), string(seen)}, ",")
}

// readTagKey reads what tagKeyOf wrote.
func readTagKey(raw string) (ref news.TagRef, seen news.State, err error) {
	parts := strings.Split(raw, ",")
	if len(parts) == 4 && idForm.MatchString(parts[0]) {
		ref = news.TagRef{Article: parts[0], Label: news.Label(parts[1]), Jurisdiction: news.Jurisdiction(parts[2])}
		seen = news.State(parts[3])
		if news.ValidLabel(ref.Label) && ref.Jurisdiction.Valid() && slices.Contains([]news.State{"", news.Auto, news.Review, news.Accepted, news.Rejected}, seen) {
			return ref, seen, nil
		}
	}
	return ref, seen, fmt.Errorf("%q names no tag: %w", cut(raw, 60), news.ErrInvalid)
}

const (
	reviewPath = "/review"
	// localAnalyst is who decides where no name was given: without accounts, names are what
	// people call themselves.
	localAnalyst = "local analyst"
	nameCookie   = "edict_name"
	maxAnalyst   = 60 // characters of a name
)

// analyst is who sits before the page: by the account, or in local mode as they call
// themselves.
func analyst(r *http.Request) string {
	if i := account.From(r.Context()); i.Known() && !i.Local {
		return i.Name
	}
	c, err := r.Cookie(nameCookie)
	if err != nil {
		return localAnalyst
	}
	raw, err := url.QueryUnescape(c.Value)
	if err != nil {
		return localAnalyst
	}
	return cmp.Or(cleanName(raw), localAnalyst)
}

// cleanName is a name on one line, without what is no letter, sign or space, or "".
func cleanName(raw string) string {
	raw = strings.ToValidUTF8(raw, "")
	raw = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || turnsDirection(c) {
			return ' '
		}
		return c
	}, raw)
	name := []rune(strings.Join(strings.Fields(raw), " "))
	return strings.TrimSpace(string(name[:min(len(name), maxAnalyst)]))
}

// snoozeFor is how long a snooze lasts where the form does not say.
const snoozeFor = 24 * time.Hour
