package alert_test

import (
	"slices"
	"testing"

	"edict/news"
)

// Who was told of a ban is told that it is lifted, though that is tagged with the opposite
// label and comes in a story of its own; nobody else is.
func TestToldThatABanIsLifted(t *testing.T) {
	crackdown := []news.Label{news.Crackdown}
	d := newDesk(
		t, ask("bans", news.Query{Labels: crackdown}), ask("bans-cn", news.Query{Labels: crackdown, Jurisdictions: []news.Jurisdiction{"CN"}}),
		ask("both", news.Query{Labels: []news.Label{news.Crackdown, news.ProPolicy}}), ask("policy", news.Query{Labels: []news.Label{news.ProPolicy}}),
		ask("enacted", news.Query{Labels: crackdown, Stages: []news.Stage{news.Enacted}}),
	)
	const (
		ban  = mining + " KZ enacted auto"
		lift = "pro_blockchain_policy KZ lifted auto"
	)
	d.keep(t, report{address: "early", story: "early", tags: []string{lift}})
	want(t, "a lift of what nobody was told of", d.told(t, "bans"))
	d.keep(t, report{address: "ban", story: "ban", tags: []string{ban}}, report{address: "other", story: "other", tags: []string{mining + " IR enacted auto"}})
	d.told(t, "bans")
	d.keep(t, report{address: "elsewhere", story: "elsewhere", tags: []string{"pro_blockchain_policy CN-SC lifted auto", "pro_blockchain_policy KZ enacted auto"}})
	want(t, "a lift elsewhere, and another policy", d.told(t, "bans"))

	end := report{address: "end", story: "end", tags: []string{lift}}
	d.keep(t, end)
	want(t, "the lift", d.told(t, "bans"), "[story lifted] pro_blockchain_policy KZ lifted")
	for id, causes := range map[string][]news.Cause{"both": {news.NewStory}, "policy": {news.NewStory}, "bans-cn": nil, "enacted": nil} {
		list, err := d.Alerts(t.Context(), id, 100)
		ok(t, err)
		list = slices.DeleteFunc(list, func(a news.Alert) bool { return a.Story != end.record().Story })
		if len(list) != len(causes) || len(list) > 0 && !slices.Equal(list[0].Causes, causes) {
			t.Errorf("%s was told %v of the lift", id, list)
		}
	}
	d.keep(t, report{address: "copy", story: "end", tags: []string{lift}})
	want(t, "a copy of it", d.told(t, "bans"))
	d.keep(t, report{address: "gov", story: "end", source: "ministry", tags: []string{lift}})
	want(t, "its official report", d.told(t, "bans"), "[official] pro_blockchain_policy KZ lifted")

	// In the story of the ban itself.
	d.keep(t, report{address: "ban-2", story: "ban", tags: []string{lift}})
	want(t, "in the same story", d.told(t, "bans"), "[lifted] mining_crackdown KZ enacted pro_blockchain_policy KZ lifted")
	d.keep(t, report{address: "ban-2", story: "ban", rules: "2", tags: []string{"pro_blockchain_policy KZ lifted rejected"}})
	want(t, "taken back", d.told(t, "bans"), "[withdrawn] mining_crackdown KZ enacted")
}
