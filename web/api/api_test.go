package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"edict/news"
	"edict/store/storetest"
)

var update = flag.Bool("update", false, "write golden files anew")

// The document says what the API is: a change of it is a change for programs.
func TestDocument(t *testing.T) {
	d := newDesk(t)
	answer := d.ask(t, http.MethodGet, "/api/openapi.json", "")
	raw, err := io.ReadAll(answer.Body)
	ok(t, err)
	var got bytes.Buffer
	ok(t, json.Indent(&got, raw, "", " "))
	got.WriteByte('\n')
	const golden = "testdata/openapi.json"
	if *update {
		ok(t, os.WriteFile(golden, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	ok(t, err)
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the document is another one; go test ./web/api -update writes it anew, to be read as a change for programs")
	}
	var doc struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	ok(t, json.Unmarshal(raw, &doc))
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || len(doc.Paths) < 10 {
		t.Errorf("OpenAPI %s with %d paths", doc.OpenAPI, len(doc.Paths))
	}
	// Whatever is in the document is there.
	for path, methods := range doc.Paths {
		for method := range methods {
			answer := d.ask(t, strings.ToUpper(method), strings.NewReplacer("{id}", "0123456789ab").Replace(path), "")
			if answer.Header.Get("Content-Type") == "" || answer.StatusCode == http.StatusMethodNotAllowed {
				t.Errorf("%s %s: %d", method, path, answer.StatusCode)
			}
		}
	}
}

const chinaBody = `{"name":"Mining in China","query":{"labels":["mining_crackdown"],"jurisdictions":["CN"]},
	"channels":["webhook:https://example.org/hook?token=secret"],"schedule":{"every":"daily","at":"08:00","zone":"Asia/Shanghai"}}`

func TestSubscriptionsLive(t *testing.T) {
	d := newDesk(t)
	var sub news.Subscription
	answer := d.want(t, http.StatusCreated, &sub, http.MethodPost, "/api/v1/subscriptions", chinaBody)
	if at := answer.Header.Get("Location"); at != "/api/v1/subscriptions/"+sub.ID || sub.Owner != "ada" || sub.Schedule.Every != news.Daily {
		t.Errorf("made as %+v at %s", sub, at)
	}
	if strings.Contains(sub.Channels[0], "secret") {
		t.Errorf("a channel's secret is shown: %s", sub.Channels[0])
	}
	path := "/api/v1/subscriptions/" + sub.ID
	tag := d.want(t, http.StatusOK, &sub, http.MethodGet, path, "").Header.Get("ETag")

	// Read, altered, written back: the channel is meant by its name.
	body := fmt.Sprintf(`{"name":"Mining","query":{"labels":["mining_crackdown"]},"channels":[%q,"mail:ada@example.org"]}`, sub.Channels[0])
	d.want(t, http.StatusPreconditionRequired, nil, http.MethodPut, path, body)
	d.want(t, http.StatusPreconditionFailed, nil, http.MethodPut, path, body, `If-Match: "0000"`)
	next := d.want(t, http.StatusOK, &sub, http.MethodPut, path, body, "If-Match: "+tag).Header.Get("ETag")
	if next == tag {
		t.Error("the version stayed the same")
	}
	d.want(t, http.StatusPreconditionFailed, nil, http.MethodPut, path, body, "If-Match: "+tag)
	kept, err := d.Subscription(t.Context(), sub.ID)
	ok(t, err)
	if kept.Name != "Mining" || !slices.Equal(kept.Channels, []string{"webhook:https://example.org/hook?token=secret", "mail:ada@example.org"}) || kept.Owner != "ada" {
		t.Errorf("kept %+v", kept)
	}
	d.want(t, http.StatusBadRequest, nil, http.MethodPut, path, `{"name":"M","query":{"words":"x"},"channels":["webhook:example.org#00000000"]}`, "If-Match: "+next)

	d.want(t, http.StatusOK, &sub, http.MethodPost, path+"/pause", "")
	if !sub.Paused || sub.Why == "" {
		t.Errorf("paused: %+v", sub)
	}
	ok(t, d.Halt(t.Context(), sub.ID, sub.Channels[0], "410"))
	sub = news.Subscription{}
	d.want(t, http.StatusOK, &sub, http.MethodPost, path+"/resume", "")
	if sub.Paused || sub.Why != "" || len(sub.Halted) != 0 {
		t.Errorf("resumed: %+v", sub)
	}
	for range 4 {
		d.want(t, http.StatusCreated, nil, http.MethodPost, "/api/v1/subscriptions", chinaBody)
	}
	if list := all[news.Subscription](t, d, "/api/v1/subscriptions?", 2); len(list) != 5 || !slices.IsSortedFunc(list, func(a, b news.Subscription) int { return strings.Compare(a.ID, b.ID) }) {
		t.Errorf("listed %d", len(list))
	}
	d.want(t, http.StatusNoContent, nil, http.MethodDelete, path, "")
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		d.want(t, http.StatusNotFound, nil, method, path, "")
	}
	d.want(t, http.StatusNotFound, nil, http.MethodPost, path+"/pause", "")
	d.want(t, http.StatusNotFound, nil, http.MethodGet, path+"/alerts", "")

	var trial struct {
		Since  string `json:"since"`
		Count  int    `json:"count"`
		Alerts []any  `json:"alerts"`
	}
	d.want(t, http.StatusOK, &trial, http.MethodPost, "/api/v1/subscriptions/try?days=30", `{"query":{"words":"x"}}`)
	if trial.Count != 120 || len(trial.Alerts) != 100 {
		t.Errorf("%d alerts, %d shown", trial.Count, len(trial.Alerts))
	}
}

func TestSilencesByProgram(t *testing.T) {
	d := newDesk(t)
	var s news.Silence
	d.want(t, http.StatusCreated, &s, http.MethodPost, "/api/v1/silences", `{"reason":"noise","until":"2026-12-01T00:00:00Z","source":"ledger","phrase":"挖矿"}`)
	if s.Author != "ada" || s.Source != "ledger" || s.ID == "" {
		t.Errorf("made as %+v", s)
	}
	for _, body := range []string{
		`{"reason":"noise","until":"2026-12-01T00:00:00Z"}`, `{"reason":"noise","until":"2020-12-01T00:00:00Z","story":"s"}`, `{"reason":"","until":"2026-12-01T00:00:00Z","story":"s"}`,
	} {
		d.want(t, http.StatusBadRequest, nil, http.MethodPost, "/api/v1/silences", body)
	}
	d.want(t, http.StatusUnprocessableEntity, nil, http.MethodPost, "/api/v1/silences", `{"reason":"noise","story":"s"}`)
	var list page[news.Silence]
	if d.want(t, http.StatusOK, &list, http.MethodGet, "/api/v1/silences", ""); len(list.Items) != 1 || list.Items[0].ID != s.ID {
		t.Errorf("listed %+v", list)
	}
	var ended struct {
		Held int64 `json:"held"`
	}
	d.want(t, http.StatusOK, &ended, http.MethodDelete, "/api/v1/silences/"+s.ID+"?deliver=true", "")
	d.want(t, http.StatusNotFound, nil, http.MethodDelete, "/api/v1/silences/none", "")
	ok(t, d.AddFlag(t.Context(), news.Flag{Who: "ada", Subscription: "a", Story: "s", Record: "r"}))
	var flags page[news.Flag]
	if d.want(t, http.StatusOK, &flags, http.MethodGet, "/api/v1/flags?story=s", ""); len(flags.Items) != 1 {
		t.Errorf("flags %+v", flags)
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	d := newDesk(t)
	const subs = "/api/v1/subscriptions"
	for _, test := range []struct {
		status             int
		method, path, body string
		head               []string
	}{
		{400, "POST", subs, `{"name":"x","query":{}}`, nil},
		{400, "POST", subs, `{"name":"x","query":{"words":"\"open"}}`, nil},
		{400, "POST", subs, `{"name":"x","query":{"words":"x"},"schedule":{"every":"yearly"}}`, nil},
		{400, "POST", subs, `{"name":"x","query":{"jurisdictions":["Atlantis"]}}`, nil},
		{422, "POST", subs, `{"query":{"words":"x"}}`, nil},
		{422, "POST", subs, `{"name":"x","query":{"words":"x"},"owner":"eve"}`, nil},
		{400, "POST", subs, `{"name":`, nil},
		{400, "POST", subs, ``, nil},
		{413, "POST", subs, `{"name":"` + strings.Repeat("x", 70<<10) + `"}`, nil},
		{400, "POST", subs + "/try", `{"query":{}}`, nil},
		{422, "GET", subs + "?limit=101", "", nil},
		{422, "GET", subs + "?colour=red", "", nil},
		{400, "GET", "/api/v1/records?after=x", "", nil},
		{400, "GET", "/api/v1/records?jurisdiction=Atlant", "", nil},
		{422, "GET", "/api/v1/records?since=yesterday", "", nil},
		{404, "GET", "/api/v1/records/none", "", nil},
		{404, "GET", "/api/v1/stories/none", "", nil},
		{422, "GET", "/api/v1/deliveries?state=lost", "", nil},
		{404, "GET", "/api/v1/deliveries/0123456789", "", nil},
		{422, "GET", "/api/v1/deliveries/x", "", nil},
		{404, "GET", "/api/v2/records", "", nil},
		{404, "GET", "/api/", "", nil},
		{405, "PUT", "/api/v1/records", "", nil},
		{405, "POST", "/api/v1/sources", "", nil},
		// A page of another site can send these through a reader's browser.
		{403, "POST", subs, chinaBody, []string{"Sec-Fetch-Site: cross-site"}},
		{403, "POST", subs + "/sub-001/pause", "", []string{"Origin: https://evil.example"}},
		{403, "DELETE", subs + "/sub-001", "", []string{"Sec-Fetch-Site: same-site"}},
	} {
		d.want(t, test.status, nil, test.method, test.path, test.body, test.head...)
	}
	if list, _, err := d.Subscriptions(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%d were saved, %v", len(list), err)
	}
	d.want(t, http.StatusCreated, nil, http.MethodPost, subs, chinaBody, "Sec-Fetch-Site: same-origin", "Origin: http://example.com")
	ok(t, d.Close())
	if after := d.want(t, http.StatusServiceUnavailable, nil, http.MethodGet, "/api/v1/sources", "").Header.Get("Retry-After"); after == "" {
		t.Error("nobody says when to come again")
	}
}

func TestListsGoOn(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	ok(t, d.Keep(ctx, storetest.Records(0, 23)))
	d.want(t, http.StatusCreated, nil, http.MethodPost, "/api/v1/subscriptions", chinaBody)
	var want []news.Delivery
	for n := range 11 {
		// Two stories a change, and all at one time.
		var alerts []news.Alert
		for _, story := range []string{"a", "b"} {
			alerts = append(alerts, news.Alert{Subscription: "sub-001", Story: story, Change: int64(n + 1), Time: storetest.Epoch, Due: storetest.Epoch, Causes: []news.Cause{}, Facts: []news.Fact{}})
		}
		list := []news.Delivery{news.NewDelivery(alerts[0], "mail:ada@example.org"), news.NewDelivery(alerts[1], "mail:ada@example.org")}
		ok(t, d.Alert(ctx, "alert", int64(n+1), alerts, list))
		want = append(want, list...)
	}
	for _, limit := range []int{1, 2, 7, 22, 23, 100} {
		records := all[news.Record](t, d, "/api/v1/records?", limit)
		alerts := all[news.Alert](t, d, "/api/v1/subscriptions/sub-001/alerts?", limit)
		deliveries := all[news.Delivery](t, d, "/api/v1/deliveries?state=waiting", limit)
		if len(records) != 23 || len(alerts) != 22 || len(deliveries) != 22 {
			t.Fatalf("limit %d: %d records, %d alerts, %d deliveries", limit, len(records), len(alerts), len(deliveries))
		}
		seen := map[string]bool{}
		for i, r := range records {
			if i > 0 && r.Position().Time.After(records[i-1].Position().Time) {
				t.Errorf("limit %d: record %d is not in its place", limit, i)
			}
			seen[r.ID] = true
		}
		for i, a := range alerts {
			if want := int64(11 - i/2); a.Change != want || a.Story != []string{"a", "b"}[i%2] {
				t.Errorf("limit %d: alert %d is %s at %d", limit, i, a.Story, a.Change)
			}
		}
		for _, x := range deliveries {
			seen[x.ID] = true
		}
		if len(seen) != 45 {
			t.Errorf("limit %d: %d different ones", limit, len(seen))
		}
	}
	for query, n := range map[string]int{
		"jurisdiction=CN-JX": 23, "jurisdiction=us": 0, "label=mining_crackdown&language=zh": 11, "source=source-0": 4, "tagged=true": 23,
		"since=2026-05-28T00:00:00Z": 1, "until=2026-03-05T00:00:00Z": 1, "since=2026-03-05T00:00:00Z&until=2026-03-10T00:00:00Z": 2,
	} {
		var p page[news.Record]
		if d.want(t, http.StatusOK, &p, http.MethodGet, "/api/v1/records?limit=100&"+query, ""); len(p.Items) != n {
			t.Errorf("%s: %d, want %d", query, len(p.Items), n)
		}
	}
	var r news.Record
	first := storetest.Record(3)
	d.want(t, http.StatusOK, &r, http.MethodGet, "/api/v1/records/"+first.ID, "")
	if r.Title != first.Title || len(r.Tags) != 2 || r.Tags[0].Evidence[0].Quote == "" {
		t.Errorf("read %+v", r)
	}
	var story news.Story
	if d.want(t, http.StatusOK, &story, http.MethodGet, "/api/v1/stories/"+r.Story, ""); story.Articles != 1 {
		t.Errorf("its story: %+v", story)
	}

	// A delivery that came to nothing is tried again, under its id; one that waits is not.
	d.want(t, http.StatusConflict, nil, http.MethodPost, "/api/v1/deliveries/"+want[0].ID+"/replay", "")
	dead := want[0]
	dead.State, dead.Answer, dead.Attempts = news.DeliveryDead, "400", 1
	ok(t, d.Settle(ctx, []news.Delivery{dead}, []news.Try{{Message: dead.Message, Number: 1, Time: storetest.Epoch, Outcome: news.TryRefused, Answer: "400"}}))
	var answer struct {
		news.Delivery
		Tries []news.Try `json:"tries"`
	}
	d.want(t, http.StatusOK, &answer, http.MethodPost, "/api/v1/deliveries/"+dead.ID+"/replay", "")
	if answer.ID != dead.ID || answer.State != news.DeliveryWaiting || len(answer.Tries) != 1 {
		t.Errorf("replayed as %+v", answer)
	}
	var sources page[news.Source]
	d.want(t, http.StatusOK, &sources, http.MethodGet, "/api/v1/sources", "")
}
