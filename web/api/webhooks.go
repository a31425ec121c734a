package api

import (
	"maps"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// describeWebhooks adds to the document what a receiver of alerts is sent: body is of the
// type that is posted.
func describeWebhooks(o *huma.OpenAPI, body any) {
	if body == nil {
		return
	}
	// Names of its own, since an alert that is sent is another thing than one that is kept.
	registry := huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		return "Webhook" + huma.DefaultSchemaNamer(t, hint)
	})
	schema := registry.Schema(reflect.TypeOf(body), true, "Payload")
	maps.Copy(o.Components.Schemas.Map(), registry.Map())
	header := func(name, about string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: true, Description: about, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	o.Webhooks = map[string]*huma.PathItem{"alert": {Post: &huma.Operation{
		OperationID: "receive-alert", Tags: []string{"webhooks"}, Summary: "What is posted to a channel webhook:https://…",
		Description: "type says what it is: edict.alert.v1 of stories, edict.notice.v1 of a heartbeat or a warning, edict.test.v1 of a trial. " +
			"It is sent at least once, under one id: drop what came before. Answer within 10 seconds, and work on it afterwards.",
		Parameters: []*huma.Param{
			header("webhook-id", "The same in every try."),
			header("webhook-timestamp", "Of this try, in seconds since 1970."),
			header("webhook-signature", "v1, and the HMAC-SHA256 of id.timestamp.body, as Standard Webhooks has it; the key is the secret of the channel."),
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}},
		Responses: map[string]*huma.Response{
			"2XX": {Description: "Taken."},
			"410": {Description: "Nothing more is sent on this channel until the subscription is resumed."},
			"429": {Description: "It is tried again, after the time that " + http.CanonicalHeaderKey("retry-after") + " says, or later each time. So are 408, 425 and every 5xx."},
			"4XX": {Description: "This message is given up, and stands among the dead letters."},
		},
	}}}
}
