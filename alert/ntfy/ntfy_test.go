package ntfy_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/alert/ntfy"
	"edict/alert/post"
	"edict/guard"
	"edict/news"
)

// What ntfy is sent: JSON at the server's address, one sequence for a story, and never
// more than it shows.
func TestWireFormat(t *testing.T) {
	var path, auth string
	var body []byte
	code := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, auth = r.URL.Path, r.Header.Get("Authorization")
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(code)
	}))
	defer server.Close()
	g, err := guard.New(guard.Config{AllowPrivate: true})
	if err != nil {
		t.Fatal(err)
	}
	client := post.New(g, time.Now)
	defer client.Close()
	c := ntfy.Channel{Client: client, UserAgent: "Edict/test"}
	m := alert.Message{ID: "m", Thread: "story", Name: "Mining", Language: "en", Sent: time.Now(), Items: []alert.Item{{
		Story: "story", Causes: []news.Cause{news.NewStory}, Headline: strings.Repeat("A very long headline ", 300), URL: "https://daily.example/a", Page: "https://edict.example.org/records/r",
		MuteStory: "https://edict.example.org/links/a", MuteSource: "https://edict.example.org/links/b",
		Facts:    []alert.Fact{{Fact: news.Fact{Label: news.Crackdown, Jurisdiction: "CN-SC"}, LabelName: "Mining crackdown", Place: "Sichuan", StageName: "enforced"}},
		Evidence: []alert.Quote{{Text: strings.Repeat("证据", 3000), Says: "why"}},
	}}}
	type published struct {
		Topic, Title, Message, Click string
		Priority                     int
		Tags                         []string
		Sequence                     string `json:"sequence_id"`
		Actions                      []struct{ Action, Label, URL string }
	}
	send := func(address string) (p published) {
		t.Helper()
		a := c.Send(t.Context(), alert.Target{Address: address}, m)
		if want := map[bool]news.TryOutcome{true: news.TrySent, false: news.TryRefused}[code == http.StatusOK]; a.Outcome != want {
			t.Fatalf("%+v", a)
		}
		if err := json.Unmarshal(body, &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := send(server.URL + "/base/mining")
	if path != "/base/" || auth != "" || p.Topic != "mining" || p.Sequence != "story" || p.Priority != 4 || p.Click != "https://edict.example.org/records/r" ||
		len(p.Title) > 250 || len(p.Message) > 4096 || len(p.Actions) != 3 || p.Actions[0].Action != "view" || p.Actions[0].URL != "https://daily.example/a" || len(p.Tags) != 2 {
		t.Errorf("posted to %s: %+v", path, p)
	}
	m.Items[0].Causes, m.Thread = []news.Cause{news.FirstOfficial}, ""
	address := strings.Replace(server.URL, "http://", "http://:tk_secret@", 1) + "/mining"
	if p := send(address); path != "/" || auth != "Bearer tk_secret" || p.Priority != 3 || p.Sequence != "m" {
		t.Errorf("posted to %s with %q: %+v", path, auth, p)
	}
	send(strings.Replace(server.URL, "http://", "http://ada:pw@", 1) + "/mining")
	if !strings.HasPrefix(auth, "Basic ") {
		t.Errorf("a login is sent as %q", auth)
	}
	code = http.StatusForbidden
	send(server.URL + "/mining")
}

func TestCheck(t *testing.T) {
	for address, want := range map[string]bool{
		"https://ntfy.sh/mining": true, "http://127.0.0.1:80/a/b-c_D9": true, "https://:tk_x@ntfy.sh/t": true,
		"https://ntfy.sh": false, "https://ntfy.sh/": false, "ntfy.sh/t": false, "https://ntfy.sh/a b": false, "https://ntfy.sh/t?x=1": false, "https://ntfy.sh/" + strings.Repeat("x", 65): false,
	} {
		if err := (ntfy.Channel{}).Check(address); (err == nil) != want {
			t.Errorf("%q: %v", address, err)
		}
	}
}
