// This program uses a client that was generated from the API's document, client.go, as
// somebody would who knows nothing else of Edict. It ends with 1 at the first answer that
// is not as the document says.
//
// Usage: client BASE, with tokens in EDICT_TOKEN (of an analyst) and EDICT_READ_TOKEN (of
// the scope read alone). Once it says "subscribed" it waits for one alert.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"
)

// want ends the program unless ok.
func want(ok bool, format string, arguments ...any) {
	if !ok {
		fmt.Fprintf(os.Stderr, format+"\n", arguments...)
		os.Exit(1)
	}
}

func must[T any](v T, err error) T {
	want(err == nil, "%v", err)
	return v
}

func with(base, token string) *ClientWithResponses {
	return must(NewClientWithResponses(base, WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return nil
	})))
}

// problem wants an answer that is no success to say why, as RFC 9457 has it.
func problem(what string, answer *http.Response, p *ErrorModel, status int) {
	want(answer.StatusCode == status, "%s: %s, want %d", what, answer.Status, status)
	want(answer.Header.Get("Content-Type") == "application/problem+json", "%s: %s is no problem's", what, answer.Header.Get("Content-Type"))
	want(p != nil && p.Status != nil && *p.Status == int64(status) && p.Title != nil && p.Detail != nil && *p.Detail != "" && p.Type != nil && strings.HasPrefix(*p.Type, "urn:edict:problem:"), "%s: %d is no problem: %+v", what, status, p)
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	base := os.Args[1]
	reader, analyst := with(base, os.Getenv("EDICT_READ_TOKEN")), with(base, os.Getenv("EDICT_TOKEN"))

	none := must(with(base, "").ListRecordsWithResponse(ctx, &ListRecordsParams{}))
	problem("without a token", none.HTTPResponse, none.ApplicationproblemJSON401, http.StatusUnauthorized)
	want(none.HTTPResponse.Header.Get("WWW-Authenticate") == `Bearer realm="edict"`, "without a token: %v", none.HTTPResponse.Header)
	wrong := must(with(base, "edict_wrong").ListRecordsWithResponse(ctx, &ListRecordsParams{}))
	problem("a wrong token", wrong.HTTPResponse, wrong.ApplicationproblemJSON401, http.StatusUnauthorized)
	want(strings.Contains(wrong.HTTPResponse.Header.Get("WWW-Authenticate"), `error="invalid_token"`), "a wrong token: %v", wrong.HTTPResponse.Header)
	readStories(ctx, reader)

	china := SubscriptionBody{Name: "Mining in China", Query: Query{Labels: &[]string{"mining_crackdown"}, Jurisdictions: &[]string{"CN"}}}
	refused := must(reader.CreateSubscriptionWithResponse(ctx, china))
	problem("a subscription with a token that only reads", refused.HTTPResponse, refused.ApplicationproblemJSON403, http.StatusForbidden)
	want(strings.Contains(refused.HTTPResponse.Header.Get("WWW-Authenticate"), `error="insufficient_scope", scope="subscribe"`), "a token that only reads: %v", refused.HTTPResponse.Header)
	invalid := must(analyst.CreateSubscriptionWithResponse(ctx, SubscriptionBody{Name: "Nothing"}))
	problem("a subscription to nothing", invalid.HTTPResponse, invalid.ApplicationproblemJSONDefault, http.StatusBadRequest)
	missing := must(reader.GetStoryWithResponse(ctx, "none"))
	problem("a story that is not there", missing.HTTPResponse, missing.ApplicationproblemJSONDefault, http.StatusNotFound)
	foreign := must(analyst.ListAlertsWithResponse(ctx, "none", &ListAlertsParams{}))
	problem("alerts of no subscription", foreign.HTTPResponse, foreign.ApplicationproblemJSONDefault, http.StatusNotFound)
	subscribe(ctx, analyst, china)
}

// readStories reads all records a page at a time, and the story of each.
func readStories(ctx context.Context, c *ClientWithResponses) {
	limit, after, seen := int64(2), (*string)(nil), map[string]bool{}
	for {
		page := must(c.ListRecordsWithResponse(ctx, &ListRecordsParams{Limit: &limit, After: after}))
		want(page.JSON200 != nil && page.JSON200.Items != nil, "the records: %s %s", page.Status(), page.Body)
		for _, r := range page.JSON200.Items {
			want(!seen[r.Id], "record %s comes twice", r.Id)
			seen[r.Id] = true
			for _, tag := range r.Tags {
				want(len(tag.Evidence) > 0, "%s: %s without evidence", r.Id, tag.Label)
				for _, e := range tag.Evidence {
					text := map[string]string{"title": r.Title, "summary": r.Summary, "text": r.Text}[e.Field]
					want(text[e.Start:e.End] == e.Quote, "%s: %+v is not that slice", r.Id, e)
				}
			}
			one := must(c.GetRecordWithResponse(ctx, r.Id))
			want(one.JSON200 != nil && one.JSON200.Title == r.Title, "record %s: %s", r.Id, one.Body)
			story := must(c.GetStoryWithResponse(ctx, r.Story))
			want(story.JSON200 != nil && story.JSON200.Id == r.Story && story.JSON200.Articles > 0, "story %s: %s", r.Story, story.Body)
		}
		if after = page.JSON200.Next; after == nil || *after == "" {
			break
		}
	}
	want(len(seen) == 3, "%d records", len(seen))
}

// subscribe makes a subscription, alters it, and receives its alert in the list and at a
// webhook.
func subscribe(ctx context.Context, c *ClientWithResponses, body SubscriptionBody) {
	posted := make(chan []byte, 1)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got, _ := io.ReadAll(r.Body)
		posted <- got
	}))
	defer hook.Close()
	body.Channels = &[]string{"webhook:" + hook.URL + "/?secret=1"}
	made := must(c.CreateSubscriptionWithResponse(ctx, body))
	want(made.JSON201 != nil && made.Headers201 != nil && made.Headers201.ETag != nil, "not made: %s %s", made.Status(), made.Body)
	id := made.JSON201.Id
	want(*made.Headers201.Location == "/api/v1/subscriptions/"+id && made.JSON201.Owner == "ada", "made as %s", made.Body)
	want(!strings.Contains(string(made.Body), "secret"), "a channel's secret is shown: %s", made.Body)

	body.Name = "Mining"
	body.Channels = &made.JSON201.Channels // by the name that holds nothing secret
	stale := `"0000"`
	late := must(c.EditSubscriptionWithResponse(ctx, id, &EditSubscriptionParams{IfMatch: &stale}, body))
	problem("an edit of what was never there", late.HTTPResponse, late.ApplicationproblemJSONDefault, http.StatusPreconditionFailed)
	edited := must(c.EditSubscriptionWithResponse(ctx, id, &EditSubscriptionParams{IfMatch: made.Headers201.ETag}, body))
	want(edited.JSON200 != nil && edited.JSON200.Name == "Mining", "the edit: %s %s", edited.Status(), edited.Body)
	listed := must(c.ListSubscriptionsWithResponse(ctx, &ListSubscriptionsParams{}))
	want(listed.JSON200 != nil && len(listed.JSON200.Items) == 1, "the subscriptions: %s", listed.Body)

	fmt.Println("subscribed")
	var got WebhookPayload
	select {
	case raw := <-posted:
		strict := json.NewDecoder(bytes.NewReader(raw))
		strict.DisallowUnknownFields()
		err := strict.Decode(&got)
		want(err == nil, "the webhook is not as described: %v\n%s", err, raw)
	case <-ctx.Done():
		want(false, "no webhook was posted")
	}
	want(got.Type == "edict.alert.v1" && got.Data.Subscription.Id == id && len(got.Data.Alerts) == 1, "posted %+v", got)
	alerts := must(c.ListAlertsWithResponse(ctx, id, &ListAlertsParams{}))
	want(alerts.JSON200 != nil && len(alerts.JSON200.Items) == 1, "the alerts: %s", alerts.Body)
	one := alerts.JSON200.Items[0]
	want(one.Facts[0].Jurisdiction == "CN-SC" && one.Story == got.Data.Alerts[0].Story, "the alert: %s", alerts.Body)
	sent := must(c.ListDeliveriesWithResponse(ctx, &ListDeliveriesParams{Subscription: &id}))
	want(sent.JSON200 != nil && len(sent.JSON200.Items) == 1, "the deliveries: %s", sent.Body)

	gone := must(c.DeleteSubscriptionWithResponse(ctx, id))
	want(gone.StatusCode() == http.StatusNoContent, "the removal: %s %s", gone.Status(), gone.Body)
	again := must(c.GetSubscriptionWithResponse(ctx, id))
	problem("a subscription that is removed", again.HTTPResponse, again.ApplicationproblemJSONDefault, http.StatusNotFound)
}
