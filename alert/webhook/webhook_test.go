package webhook_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"edict/alert"
	"edict/alert/webhook"
	"edict/news"
)

// Each secret signs so that the official library is content, and with no other.
func TestSign(t *testing.T) {
	secret, other := webhook.NewSecret(), webhook.NewSecret()
	if secret == other || !strings.HasPrefix(secret, "whsec_") {
		t.Fatalf("secrets %q and %q", secret, other)
	}
	at := time.Now()
	body := []byte(`{"type":"edict.alert.v1"}`)
	signature, err := webhook.Sign(secret, "id-1", at, body)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	header.Set("webhook-id", "id-1")
	header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	header.Set("webhook-signature", signature)
	for key, want := range map[string]bool{secret: true, other: false} {
		official, err := standardwebhooks.NewWebhook(key)
		if err != nil {
			t.Fatal(err)
		}
		if err := official.Verify(body, header); (err == nil) != want {
			t.Errorf("verified with %t: %v", want, err)
		}
		theirs, err := official.Sign("id-1", at, body)
		if err != nil || (theirs == signature) != want {
			t.Errorf("the library signs %q, we %q: %v", theirs, signature, err)
		}
	}
	for _, bad := range []string{"", "whsec_", "whsec_%%%"} {
		if a := (webhook.Channel{}).Send(t.Context(), alert.Target{Address: "https://a.example/", Secret: bad}, alert.Message{}); a.Outcome != news.TryRefused || !strings.Contains(a.Text, "no secret") {
			t.Errorf("with the secret %q: %+v", bad, a)
		}
	}
}

func TestCheck(t *testing.T) {
	for address, want := range map[string]bool{
		"https://example.org/hook?x=1": true, "http://127.0.0.1:8080/": true, "https://user:pw@example.org/": true,
		"": false, "example.org/hook": false, "ftp://example.org/": false, "https:///x": false, "https://example.org/#x": false, "https://example.org/\x7f": false,
	} {
		if err := (webhook.Channel{}).Check(address); (err == nil) != want {
			t.Errorf("%q: %v", address, err)
		}
	}
}
