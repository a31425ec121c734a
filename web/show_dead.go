package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"edict/news"
)

const deadPath = "/dead"

// deadView is the page of what was given up: alerts that no receiver took, and articles
// that a stage could not handle.
type deadView struct {
	Deliveries     []deliveryRow
	MoreDeliveries string // address of all
	Articles       []deadRow
	MoreArticles   bool
	Said           string
}

// A deadRow is one article that was given up.
type deadRow struct {
	ID, Link    string
	Since       moment
	Stage       string
	Reason      string
	Attempts    int
	Title, Lang string
	Out, Site   string
}

// deadAtOnce is how many of a kind stand on the page.
const deadAtOnce = 50

func (s *Server) showDead(r *http.Request) (view, error) {
	ctx := r.Context()
	t, err := s.readTotals(ctx)
	if err != nil {
		return view{}, err
	}
	dead := news.DeliveryFilter{State: news.DeliveryDead, Limit: deadAtOnce + 1}
	list, err := s.Alerts.Outbox.Deliveries(ctx, dead)
	if err != nil {
		return view{}, fmt.Errorf("list dead deliveries: %w", err)
	}
	v := deadView{Said: s.saidOfDeliveries(r.URL.Query())}
	if len(list) > deadAtOnce {
		list, v.MoreDeliveries = list[:deadAtOnce], deliveriesAt(dead)
	}
	subs, _, err := s.Alerts.Subscriptions.Subscriptions(ctx)
	if err != nil {
		return view{}, fmt.Errorf("list the subscriptions: %w", err)
	}
	names := map[string]string{}
	for _, sub := range subs {
		names[sub.ID] = sub.Name
	}
	if v.Deliveries, err = s.deliveryRows(ctx, list, names); err != nil {
		return view{}, err
	}
	rows, err := s.Alerts.Dead.DeadRows(ctx, deadAtOnce+1)
	if err != nil {
		return view{}, fmt.Errorf("list dead articles: %w", err)
	}
	if v.MoreArticles = len(rows) > deadAtOnce; v.MoreArticles {
		rows = rows[:deadAtOnce]
	}
	for _, d := range rows {
		v.Articles = append(v.Articles, s.deadRow(d))
	}
	return view{template: "dead", title: s.say("alerts.dead"), nav: "subscriptions", totals: t, body: v}, nil
}

func (s *Server) deadRow(d news.DeadRow) deadRow {
	a := d.Article
	title := a.Title
	if title == "" {
		title = cut(firstLine(a.Text), 120)
	}
	if title == "" {
		title = s.say("record.untitled")
	}
	return deadRow{
		ID: d.Key.Article + "." + d.Key.Version, Link: deadPath + "/" + d.Key.Article + "/" + d.Key.Version, Since: s.moment(d.Since), Stage: d.Stage, Reason: d.Reason, Attempts: d.Attempts + 1,
		Title: title, Lang: langAttr(a.Language), Out: outLink(a.URL), Site: siteOf(a.URL),
	}
}

// deadLetterView is the page of one article that was given up.
type deadLetterView struct {
	deadRow

	Source     sourceName
	Published  moment
	Paragraphs []string
	Cut        bool
}

// maxDeadText bounds the text that is shown of one, in characters.
const maxDeadText = 20000

func (s *Server) showDeadLetter(r *http.Request) (view, error) {
	key := news.Key{Article: r.PathValue("article"), Version: r.PathValue("version")}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	d, err := s.Alerts.Dead.DeadOf(r.Context(), key)
	if err != nil {
		return view{}, fmt.Errorf("read a dead article: %w", err)
	}
	v := deadLetterView{deadRow: s.deadRow(d), Source: nameSource(d.Article.Source, t.names), Published: s.moment(d.Article.Published)}
	text := cut(d.Article.Text, maxDeadText)
	v.Cut = text != d.Article.Text
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			v.Paragraphs = append(v.Paragraphs, line)
		}
	}
	return view{template: "deadletter", title: s.say("dead.letter"), nav: "subscriptions", totals: t, body: v}, nil
}

// replayDead lets the articles that were chosen be handled once more.
func (s *Server) replayDead(r *http.Request) (view, error) {
	ids := r.PostForm["id"]
	if len(ids) == 0 || len(ids) > maxBatch {
		return view{}, fault{"fault.choose", []any{"most", maxBatch}, news.ErrInvalid}
	}
	var keys []news.Key
	for _, id := range ids {
		article, version, found := strings.Cut(id, ".")
		if !found {
			return view{}, fmt.Errorf("%q is no article and its version: %w", cut(id, 64), news.ErrInvalid)
		}
		keys = append(keys, news.Key{Article: article, Version: version})
	}
	n, err := s.Alerts.Dead.Revive(r.Context(), keys)
	return view{redirect: deadPath + "?did=replayed&n=" + strconv.Itoa(n)}, err
}
