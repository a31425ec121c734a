package alert_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"edict/alert"
	"edict/news"
)

// A shift tells of each side what a trial of each subscription alone tells.
func TestShiftIsTwoTrials(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	var subs []news.Subscription
	for i := range 40 {
		subs = append(subs, ask(fmt.Sprint("sub-", i), randomQuery(r)))
		subs[i].Name = subs[i].ID
	}
	paused := ask("paused", news.Query{Labels: labels})
	paused.Paused = true
	x := alert.NewShift(append(slices.Clone(subs), paused))
	var before, after []*alert.Trial
	for _, sub := range subs {
		for _, list := range []*[]*alert.Trial{&before, &after} {
			trial, err := alert.NewTrial(sub)
			ok(t, err)
			*list = append(*list, trial)
		}
	}
	for range 300 {
		s, other := randomStory(r), randomStory(r)
		rec := news.Record{Content: news.Content{Title: s.Title, Summary: s.Summary, Text: s.Text, Source: s.Source, Language: s.Language}, Story: fmt.Sprint(r.IntN(90)), Tags: s.Tags}
		tags := s.Tags
		if r.IntN(3) == 0 {
			tags = other.Tags
		}
		official := r.IntN(5) == 0
		x.Read(rec, tags, official)
		changed := rec
		changed.Tags = tags
		for i := range subs {
			before[i].Read(rec, official)
			after[i].Read(changed, official)
		}
	}
	got := map[string]alert.ToldShift{}
	for _, s := range x.Result() {
		got[s.Subscription] = s
	}
	stories := func(list []news.Alert) map[string]bool {
		out := map[string]bool{}
		for _, a := range list {
			out[a.Story] = true
		}
		return out
	}
	told, shifted := 0, 0
	for i, sub := range subs {
		a, b := before[i].Alerts(), after[i].Alerts()
		want := alert.ToldShift{Subscription: sub.ID, Name: sub.Name, Before: len(a), After: len(b)}
		for story := range stories(b) {
			if !stories(a)[story] {
				want.Gained++
			}
		}
		for story := range stories(a) {
			if !stories(b)[story] {
				want.Lost++
			}
		}
		if want.Before+want.After == 0 {
			want = alert.ToldShift{}
		}
		if got[sub.ID] != want {
			t.Errorf("%+v, want %+v", got[sub.ID], want)
		}
		told, shifted = told+len(a), shifted+want.Gained+want.Lost
	}
	if told < 100 || shifted < 20 {
		t.Errorf("only %d alerts and %d shifts were compared", told, shifted)
	}
	if _, there := got["paused"]; there {
		t.Error("a paused subscription is told")
	}
}
