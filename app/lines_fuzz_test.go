package app_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

// FuzzClassifyLines: whatever stands in a list of stories, a line comes out for every
// line that goes in, and what cannot be read says so.
func FuzzClassifyLines(f *testing.F) {
	f.Add(`{"id":"a","title":"四川叫停比特币挖矿项目","date":"2026-04-01"}`)
	f.Add("{\"id\":\"b\",\"text\":\"\\u0000\\ud800\",\"url\":\"http://[\",\"published\":\"2026\"}\nnot json\n\n[]")
	f.Add(`{"id":{},"title":1}`)
	classifier, err := app.NewClassifier(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		in := app.Inputs{Stdin: strings.NewReader(lines), Now: func() time.Time { return time.Unix(1e9, 0) }}
		var out bytes.Buffer
		err := app.ClassifyLines(t.Context(), classifier, in, "-", &out)
		if err != nil && !errors.Is(err, app.ErrSome) {
			t.Fatal(err)
		}
		want := 0
		for line := range strings.Lines(lines) {
			if len(bytes.TrimSpace([]byte(line))) > 0 {
				want++
			}
		}
		got, failed := 0, false
		for line := range strings.Lines(out.String()) {
			var r struct {
				Tags  []news.Tag
				Near  []news.Near
				Error string
			}
			if err := json.Unmarshal([]byte(line), &r); err != nil || r.Tags == nil || r.Near == nil {
				t.Fatalf("line %q: %v", line, err)
			}
			failed = failed || r.Error != ""
			got++
		}
		if got != want || failed != (err != nil) {
			t.Errorf("%d lines out of %d; a line failed: %v, error: %v", got, want, failed, err)
		}
	})
}
