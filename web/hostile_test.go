package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/html"

	"edict/news"
)

// payloads are what a page that is crawled may hold in any of its fields.
var payloads = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`'><svg/onload=alert(1)>`,
	`<a href="javascript:alert(1)">go</a>`,
	`</title><style>body{display:none}</style>`,
	`expression(alert(1));background:url(javascript:alert(1))`,
	"{{.}}{{template \"head\"}}",
	"\u202Eexe.fdp\u202C\u2066x\u2069",
	"--><!--<iframe src=//evil.example></iframe>",
	"</mark></li></ol><form action=https://evil.example><input name=q>",
	"line\u2028separator\u2029end",
}

// poisoned puts payload into every field that an outsider can fill.
func poisoned(payload string, n int) (news.Record, news.Source, news.Poll) {
	c := news.Content{
		URL: "https://evil.example/" + url.PathEscape(payload), Source: "evil", Title: "T " + payload, Summary: "S " + payload,
		Text: "First " + payload + "\nThe act was banned " + payload + " there.", Authors: []string{payload, "A"},
		Published: now, Fetched: now, Language: payload, Original: "https://copy.example/" + payload,
	}
	r := news.NewRecord(news.NewArticle(c, false), news.RuleSet{Version: payload, Hash: payload})
	r = tagged(r, crack, "CN", news.Stage(payload), news.Auto, .9, payload, "banned "+payload, "T "+payload)
	r = tagged(r, news.Label(payload), news.Jurisdiction(payload), news.Proposed, news.State(payload), .9, payload, payload)
	r.Near = []news.Near{{Label: news.Label(payload), Missing: []string{payload}}}
	r.Amounts = []news.Amount{{Value: 1, Currency: payload, Jurisdiction: news.Jurisdiction(payload), Evidence: []news.Evidence{find(r, payload, payload)}}}
	r.Counts = []news.Count{{Value: 1, Unit: payload, Label: news.Label(payload), Evidence: []news.Evidence{find(r, payload, payload)}}}
	r.Story = payload
	if n%2 == 1 {
		r.URL, r.Original = "javascript:alert(1)//"+payload, "data:text/html,"+payload
	}
	src := news.Source{Slug: "evil", Name: payload, Kind: news.Kind(payload), Feed: "https://evil.example/" + payload, Listing: "javascript:alert(1)//" + payload}
	poll := news.Poll{Source: "evil", Address: src.Feed, Last: now, Outcome: news.Outcome(payload), Detail: payload, Failures: 2}
	return r, src, poll
}

func TestHostileTextStaysText(t *testing.T) {
	for i, p := range payloads {
		r, src, poll := poisoned(p, i)
		s := newShelf(r)
		s.sources = []news.Source{src}
		other := poll
		other.Address = src.Listing
		s.polls = []news.Poll{poll, other}
		desk := &deskShelf{shelf: s, lease: news.Lease{Owner: p, Until: now.Add(time.Hour)}}
		desk.decisions = []news.Decision{{Number: 1, Time: now, Who: p, Act: news.Act(p), Story: p, Article: r.Key().Article, Label: news.Label(p), Jurisdiction: news.Jurisdiction(p), Rules: p, Reason: p, Spent: 1, After: must(json.Marshal(r.Tags))}}
		desk.rules = news.RuleCounts{
			Rules: []news.RuleCount{{Rule: p, Label: news.Label(p), Tags: 3, Alone: 1, Accepted: 1, Rejected: 8}},
			Pairs: []news.RulePair{{One: p, Other: p, Label: news.Label(p), Tags: 3}},
		}
		desk.drafts = []news.RuleDraft{{
			Number: 1, Who: p, From: p, Rules: news.RuleSet{Version: p, Hash: p}, Files: []string{p}, Labels: []news.Label{news.Label(p)}, Failures: []string{p},
			Preview: news.RuleJob{State: news.JobFailed, Who: p, Error: p}, Result: previewOf(p),
		}}
		desk.uses = []news.RuleUse{{Rules: news.RuleSet{Version: p, Hash: p}, Who: p}}
		desk.notes = []news.Note{{Number: 1, Time: now, Who: p, Story: p, Article: r.Key().Article, Text: p}}
		server := site(t, s, deskOf(desk))
		tag := url.QueryEscape(r.Key().Article + ",mining_crackdown,CN,auto")
		for _, target := range []string{
			"/", "/stream", "/stream?all=1", "/records/" + r.ID, "/sources", "/sources/" + src.Slug, "/places/CN", "/review", "/decisions", "/rules", "/rules/drafts/1",
			"/review?did=1&held=" + tag + "&other=" + tag, "/stream?q=" + url.QueryEscape(p), "/stream?by=relevance&q=" + url.QueryEscape(p), "/stream?q=First", "/stream?source=" + url.QueryEscape(p), "/" + url.PathEscape(p),
		} {
			w := ask(server, http.MethodGet, "localhost", target)
			checkMarkup(t, target, read(t, w))
		}
		checkMarkup(t, "/live", streamOnce(t, server, "/live?since=0"))
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// allowed are the only elements that pages hold.
const allowed = " html head meta title link script body svg symbol path use a header div nav p span time main section h1 h2 h3 progress fieldset legend ol ul li" +
	" article blockquote mark code form label select option optgroup input button aside table thead tbody tr th td strong footer" +
	" dl dt dd q br details summary figure figcaption rect" +
	" kbd dialog textarea del ins hr fieldset legend "

// checkMarkup walks through markup as a browser reads it, and reports what a story
// must not be able to put there.
func checkMarkup(t *testing.T, where, markup string) {
	t.Helper()
	for _, r := range markup {
		if r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			t.Errorf("%s: the page holds %U, which turns the direction of what follows", where, r)
		}
	}
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.CommentToken:
			t.Errorf("%s: a comment: %s", where, z.Token())
		case html.StartTagToken, html.SelfClosingTagToken:
			checkElement(t, where, z.Token())
		}
	}
}

func checkElement(t *testing.T, where string, e html.Token) {
	t.Helper()
	if !strings.Contains(allowed, " "+e.Data+" ") {
		t.Errorf("%s: a story made an element: %s", where, e)
	}
	for _, a := range e.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc":
			t.Errorf("%s: attribute %s in %s", where, a.Key, e)
		case a.Key == "src" || a.Key == "action" || a.Key == "formaction":
			if !strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//") {
				t.Errorf("%s: %s", where, e)
			}
		case a.Key == "href":
			u, err := url.Parse(a.Val)
			if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
				t.Errorf("%s: a link to %q", where, a.Val)
				continue
			}
			if u.Host != "" && !strings.Contains(e.String(), `rel="noopener noreferrer"`) {
				t.Errorf("%s: a link out without rel: %s", where, e)
			}
		}
	}
	if e.Data == "script" && !strings.Contains(e.String(), `src="/static/`) {
		t.Errorf("%s: a script of its own", where)
	}
}

func TestStoriesCannotForgeEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShelf()
		for _, end := range []string{"\n", "\r", "\r\n"} {
			r, _, _ := poisoned("x"+end+end+"event: forged"+end+"data: y"+end+end, 0)
			s.put(r)
		}
		st := openStream(site(t, s), "/live?since=0", "")
		defer st.close()
		synctest.Wait()
		// A browser ends a line at each of these.
		stream := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(st.w.take())
		events := parseEvents(stream)
		if n := len(named(events, "card")); n != 3 {
			t.Errorf("%d cards of 3", n)
		}
		if got := named(events, "forged"); len(got) != 0 {
			t.Errorf("a story made an event: %+v", got)
		}
	})
}
