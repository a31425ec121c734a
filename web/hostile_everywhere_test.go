package web_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/account"
	"edict/news"
	"edict/web"
)

// A poisonedBook is a store of accounts in which somebody has written whatever he wants.
type poisonedBook struct{ text func(field string) string }

func (b poisonedBook) User(context.Context, string) (account.User, error) {
	return account.User{Name: b.text("user"), ID: b.text("id"), Role: account.Admin, State: account.Active, Password: b.text("hash"), Feeds: b.text("feeds"), Created: now, Changed: now, Seen: now}, nil
}

func (b poisonedBook) UserByID(ctx context.Context, id string) (account.User, error) {
	return b.User(ctx, id)
}

func (b poisonedBook) Users(ctx context.Context) ([]account.User, error) {
	u, _ := b.User(ctx, "")
	odd, gone := u, u
	odd.Role, odd.State = account.Role(b.text("role")), account.Disabled
	gone.Name, gone.State = b.text("gone"), account.Removed
	return []account.User{u, odd, gone}, nil
}

func (poisonedBook) AnyUser(context.Context) (bool, error) { return true, nil }

func (poisonedBook) AddUser(context.Context, account.User, account.Act) error { return nil }

func (b poisonedBook) EditUser(ctx context.Context, _ string, edit func(*account.User, account.Others) (account.Edit, error)) (account.User, error) {
	u, _ := b.User(ctx, "")
	_, err := edit(&u, account.Others{Admins: 1, All: 1})
	return u, err
}

func (b poisonedBook) Session(_ context.Context, hash string) (account.Session, error) {
	return account.Session{Hash: hash, User: b.text("user"), Created: now, Seen: now, Expires: now.Add(time.Hour), Address: b.text("address"), Agent: b.text("agent")}, nil
}

func (b poisonedBook) Sessions(ctx context.Context, _ string) ([]account.Session, error) {
	one, _ := b.Session(ctx, b.text("session")+"............")
	return []account.Session{one}, nil
}

func (poisonedBook) AddSession(context.Context, account.Session, time.Time, time.Time) error {
	return nil
}
func (poisonedBook) SeeSession(context.Context, string, time.Time) error { return nil }
func (poisonedBook) EndSession(context.Context, string) error            { return nil }
func (poisonedBook) EndSessions(context.Context, string, string) (int64, error) {
	return 0, nil
}

func (b poisonedBook) Tokens(context.Context, string) ([]account.Token, error) {
	return []account.Token{{ID: b.text("tokenid"), User: b.text("tokenuser"), Name: b.text("token"), Scopes: []account.Scope{account.Read, account.Scope(b.text("scope"))}, Created: now, Used: now}}, nil
}

func (poisonedBook) Token(context.Context, string) (account.Token, error) {
	return account.Token{}, news.ErrNotFound
}
func (poisonedBook) AddToken(context.Context, account.Token, account.Act) error { return nil }
func (poisonedBook) RevokeToken(context.Context, string, string, account.Act) error {
	return nil
}
func (poisonedBook) UseToken(context.Context, string, time.Time) error { return nil }

func (poisonedBook) AddAct(context.Context, account.Act) error { return nil }

func (b poisonedBook) Acts(context.Context, int64, int) (list []account.Act, err error) {
	for i, what := range []string{b.text("what"), "user.add", "user.role", "token.add", "source.add", "rules.apply"} {
		detail := map[string]string{"user.add": "as ", "user.role": b.text("was") + ", was ", "token.add": "1 (x), scopes read, scopes "}[what] + b.text("detail")
		list = append(list, account.Act{Number: int64(i + 1), Time: now, Who: b.text("who"), Via: b.text("via"), What: what, Target: b.text("target"), Detail: detail})
	}
	return list, nil
}

// A poisonedScout has asked sites that answer whatever they want.
type poisonedScout struct {
	text string
	src  news.Source
	err  error
}

func (x poisonedScout) Discover(context.Context, string, bool) (web.SiteOffer, error) {
	return web.SiteOffer{Address: x.text, Feeds: []string{x.text}, Sitemaps: []string{x.text}, Listing: x.text, Stories: 1, Source: x.src, Wrong: x.text}, x.err
}

func (x poisonedScout) CheckSource(context.Context, news.Source) (web.SourceReport, error) {
	return web.SourceReport{Lines: []web.ReportLine{{OK: true, Text: x.text}, {Text: x.text}}, Fault: x.text}, x.err
}

func (x poisonedScout) WhyAddress(context.Context, string) (web.AddressReport, error) {
	v := news.Visit{Source: x.text, Found: now, Last: now, Outcome: news.Outcome(x.text), Detail: x.text}
	return web.AddressReport{Address: x.text, Known: true, Visit: v, State: x.text, Outcome: news.Outcome(x.text), Why: x.text, Domain: x.text, Pause: time.Second}, x.err
}
func (x poisonedScout) AddSource(context.Context, news.Source) error { return x.err }
func (x poisonedScout) ImportSources(context.Context, io.Reader) (web.ImportReport, error) {
	return web.ImportReport{Added: 1, Known: 1, Wrong: []string{x.text}}, x.err
}

func (x poisonedScout) ExportSources(_ context.Context, out io.Writer) error {
	_, err := io.WriteString(out, "<opml/>")
	return err
}

// A poisonedBench refuses rules with whatever words stand in them.
type poisonedBench struct {
	*deskShelf
	err error
}

func (b poisonedBench) BringRules(context.Context, string, string, map[string][]byte) (news.RuleDraft, error) {
	return news.RuleDraft{}, b.err
}

func (b poisonedBench) BringRuleDir(context.Context, string, string) (news.RuleDraft, error) {
	return news.RuleDraft{}, b.err
}
func (b poisonedBench) PreviewRules(context.Context, string, int64) error { return b.err }
func (b poisonedBench) ApplyRules(context.Context, string, int64, bool) error {
	return b.err
}
func (b poisonedBench) StopRules(context.Context, string, int64) error { return b.err }

type poisonedVitals string

func (p poisonedVitals) Vitals(context.Context) web.VitalSigns {
	t := string(p)
	return web.VitalSigns{
		Findings: []web.Vital{{Part: t, Fine: true, Says: t, Detail: t}, {Part: "bus", Detail: t}}, Streams: []web.StreamFill{{Name: t, Limit: 1}}, Versions: []string{t},
	}
}

// poisonedSite is all that there is, with text in each field that somebody can fill: of a
// page, a feed, a form, a browser, a command.
func poisonedSite(t *testing.T, text func(field string) string, n int) (*web.Server, news.Record) {
	t.Helper()
	p := text("")
	r, src, poll := poisoned(p, n)
	s := newShelf(r)
	s.sources, s.polls = []news.Source{src}, []news.Poll{poll}
	desk := &deskShelf{shelf: s, lease: news.Lease{Owner: p, Until: now.Add(time.Hour)}}
	desk.decisions = []news.Decision{{Number: 1, Time: now, Who: p, Act: news.Reject, Story: p, Article: r.Key().Article, Label: crack, Jurisdiction: "CN", Rules: p, Reason: p, Before: must(jsonOf(r.Tags[:1])), After: must(jsonOf(r.Tags))}}
	desk.notes = []news.Note{{Number: 1, Time: now, Who: p, Story: p, Article: r.Key().Article, Text: p}}
	desk.drafts = []news.RuleDraft{{
		Number: 1, Who: p, From: p, Rules: news.RuleSet{Version: p, Hash: p}, Files: []string{p}, Labels: []news.Label{news.Label(p)}, Failures: []string{p},
		Preview: news.RuleJob{State: news.JobFailed, Who: p, Error: p}, Apply: news.RuleJob{State: news.JobFailed, Who: p, Error: p}, Result: previewOf(p),
	}}
	book := poisonedBook{text}
	gate, err := account.New(account.Config{Users: book, Sessions: book, Tokens: book, Books: book, Now: func() time.Time { return now }, Loopback: true})
	ok(t, err)
	wrong := fmt.Errorf("%s:3: %s: %w", p, p, news.ErrInvalid)
	return site(t, s, deskOf(desk), newMailShelf(p, r).of, func(c *web.Config) {
		c.Accounts, c.Vitals = gate, poisonedVitals(p)
		c.Watch, c.Scout = &watchlist{err: wrong}, poisonedScout{p, src, nil}
		c.Review.Bench, c.RuleDirs = poisonedBench{desk, wrong}, []string{p}
		c.Links = &linkBook{links: map[string]news.Link{"x": {Act: news.MuteLink, Subscription: p, Channel: p, Phrase: p, Source: p, Story: p}}}
	}), r
}

// fields are the names of all fields of forms.
var fieldName = regexp.MustCompile(`name="([a-z]+)"`)

// Whatever stands in a field of what is kept, and whatever an address or a form brings,
// stays text on every page that there is. The pages are those that are registered.
func TestEveryPageShowsText(t *testing.T) {
	names := map[string]bool{"next": true, "back": true, "done": true, "said": true, "by": true, "before": true, "after": true, "asof": true, "place": true, "label": true, "channel": true, "who": true}
	files, err := web.TemplateFiles.ReadDir("templates")
	ok(t, err)
	for _, f := range files {
		raw, err := web.TemplateFiles.ReadFile("templates/" + f.Name())
		ok(t, err)
		for _, m := range fieldName.FindAllStringSubmatch(string(raw), -1) {
			names[m[1]] = true
		}
	}
	for i, p := range payloads {
		made, r := poisonedSite(t, func(string) string { return p }, i)
		server := made.Handler()
		all := url.Values{}
		for name := range names {
			all.Set(name, p)
		}
		fill := strings.NewReplacer("/records/{id}", "/records/"+r.ID, "{$}", "", "{other}", r.ID, "{code}", "CN", "{slug}", "evil", "{number}", "1", "{article}", "a0", "{version}", "v0", "{token}", "x", "{id}", "d0")
		shown := 0
		for _, pattern := range made.Patterns() {
			method, path, _ := strings.Cut(pattern, " ")
			if path == "/live" || strings.Contains(path, "{file}") || strings.HasSuffix(path, "l") && method == http.MethodGet || path == "/logout" {
				continue // no pages
			}
			target := fill.Replace(path)
			tries := []string{target}
			for few := range slices.Chunk(slices.Sorted(maps.Keys(names)), 12) { // since what is wrong with one hides the others
				if i == 0 && method == http.MethodGet {
					some := url.Values{}
					for _, name := range few {
						some.Set(name, strings.Join(payloads, " "))
					}
					tries = append(tries, target+"?"+some.Encode())
				}
			}
			tries = append(tries, target+"?"+all.Encode(), strings.NewReplacer("CN", url.PathEscape(p), "evil", url.PathEscape(p), "d0", url.PathEscape(p), r.ID, url.PathEscape(p)).Replace(target))
			for _, at := range tries {
				req := httptest.NewRequest(method, at, strings.NewReader(all.Encode()))
				if method == http.MethodPost {
					req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
					if at != target {
						continue
					}
				}
				shown += showsText(t, server, req, at)
			}
		}
		for _, path := range []string{"/rules/drafts", "/sources.opml"} { // what is brought as files
			var body bytes.Buffer
			form := multipart.NewWriter(&body)
			file, err := form.CreateFormFile("files", p+".yaml")
			ok(t, err)
			_, _ = io.WriteString(file, p)
			ok(t, form.Close())
			req := httptest.NewRequest(http.MethodPost, path, &body)
			req.Header.Set("Content-Type", form.FormDataContentType())
			shown += showsText(t, server, req, "files to "+path)
		}
		for _, act := range []string{"discover", "why", "check", "add", "pause", "again", "role", "password", "remove"} { // forms that ask by this name
			one := url.Values{}
			for name := range all {
				one.Set(name, p)
			}
			one.Set("act", act)
			for _, path := range []string{"/sources", "/sources/evil", "/users/edit"} {
				req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(one.Encode()))
				req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				shown += showsText(t, server, req, act+" at "+path)
			}
		}
		if shown < 100 {
			t.Errorf("only %d pages were looked at", shown)
		}
	}
}

// showsText sends a request of somebody who has signed in, and counts 1 if a page came.
func showsText(t *testing.T, server http.Handler, r *http.Request, where string) int {
	t.Helper()
	r.Host = "localhost"
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: "edict_session", Value: "any"})
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	where = r.Method + " " + where
	if to := w.Header().Get("Location"); strings.HasPrefix(to, "//") || to != "" && !strings.HasPrefix(to, "/") {
		t.Errorf("%s leads to %q", where, to)
	}
	if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
		t.Errorf("%s: %d", where, w.Code)
	}
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		return 0
	}
	checkMarkup(t, where, w.Body.String())
	return 1
}

// The fields of accounts are shown where they are to be shown, so that the test above
// looks at them.
func TestAccountFieldsAreShown(t *testing.T) {
	server, _ := poisonedSite(t, func(field string) string { return "<i>" + field + "</i>" }, 0)
	for path, fields := range map[string]string{
		"/account": "user agent address token tokenid scope", "/users": "user gone role token tokenuser tokenid scope", "/audit": "who via what target detail was",
	} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost"
		r.AddCookie(&http.Cookie{Name: "edict_session", Value: "any"})
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		for field := range strings.FieldsSeq(fields) {
			if !strings.Contains(w.Body.String(), html.EscapeString("<i>"+field+"</i>")) {
				t.Errorf("%s (%d) does not show %s", path, w.Code, field)
			}
		}
	}
}
