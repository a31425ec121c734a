package alert_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"edict/alert"
	"edict/news"
)

// The first alert of a story leaves at once; what follows within two minutes is
// gathered until they are over.
func TestAtOnce(t *testing.T) {
	noon := time.Date(2021, 6, 18, 12, 0, 0, 0, time.UTC)
	at := func(minutes float64) time.Time { return noon.Add(time.Duration(minutes * float64(time.Minute))) }
	var last time.Time
	for _, step := range []struct {
		comes, leaves float64
		alone         bool
	}{{0, 0, true}, {.5, 2, false}, {1.9, 2, false}, {2, 4, false}, {3, 4, false}, {6, 6, true}, {9, 9, true}, {10, 11, false}} {
		due, batch := alert.AtOnce(news.Subscription{}, news.Alert{Story: "s", Time: at(step.comes)}, last)
		if !due.Equal(at(step.leaves)) || (batch == "") != step.alone {
			t.Errorf("what comes after %v minutes leaves after %v, batch %q; want %v", step.comes, due.Sub(noon), batch, step.leaves)
		}
		last = due
	}
}

// Every channel of a subscription gets a delivery with its alert, by the plan; what is
// silenced or halted is held.
func TestAlertsHaveDeliveries(t *testing.T) {
	sub := ask("a", news.Query{Labels: []news.Label{news.Crackdown}})
	sub.Channels = []string{"webhook:https://example.org/hook", "mail:ada@example.org"}
	stopped := ask("b", sub.Query)
	stopped.Channels, stopped.Halted = sub.Channels[1:], map[string]string{news.ChannelName(sub.Channels[1]): "gone"}
	d := newDesk(t, sub, stopped, ask("feed", sub.Query))
	outgoing := 0
	d.stage.Outgoing = func() { outgoing++ }
	d.stage.Silenced = func(_ context.Context, d news.Delivery) (string, bool, error) {
		return "muted by ada", d.Story == news.ArticleID("https://paper.example/muted"), nil
	}
	d.keep(t, report{address: "a", story: "a", tags: []string{mining + " CN enacted auto"}})
	d.told(t, "a")
	d.keep(t, report{address: "b", story: "a", tags: []string{mining + " CN enforced auto"}}, report{address: "m", story: "muted", tags: []string{mining + " KZ enacted auto"}})
	d.told(t, "a")
	var got []string
	list, err := d.Deliveries(t.Context(), news.DeliveryFilter{})
	ok(t, err)
	for _, x := range list {
		kind, _, _ := strings.Cut(x.Channel, ":")
		line := x.Subscription + " " + kind + " " + string(x.State) + " " + string(x.Hold)
		if x.Batch != "" {
			line += x.Due.Sub(x.Created).Round(time.Minute).String()
		}
		got = append(got, line)
	}
	counts := map[string]int{}
	for _, line := range got {
		counts[line]++
	}
	for line, n := range map[string]int{
		"a webhook waiting ": 1, "a webhook waiting 2m0s": 1, "a webhook held silenced": 1,
		"a mail waiting ": 1, "a mail waiting 2m0s": 1, "a mail held silenced": 1, "b mail held halted": 2, "b mail held halted2m0s": 1,
	} {
		if counts[line] != n {
			t.Errorf("%d of %q, want %d, in %q", counts[line], line, n, got)
		}
	}
	if len(got) != 9 || outgoing != 3 {
		t.Errorf("%d deliveries, told %d times", len(got), outgoing)
	}
}
