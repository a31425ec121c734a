package eval_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"hash/fnv"
	"os"
	"path/filepath"
	"testing"

	"edict/classifier"
	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/eval"
	"edict/news"
)

// marks are the least F1 on the clear items of headlines_dev, on the half that
// rules were tuned on and on the other; and the most tags and review items that
// either half of 1,500 ordinary stories may raise. They hold what was reached: docs/evaluation.md
// says what is aimed at.
var marks = struct {
	tuned, held map[news.Label]float64
	ordinary    map[news.Label]int
	review      int
}{
	tuned:    map[news.Label]float64{news.Crackdown: 0.95, news.ProPolicy: 0.92},
	held:     map[news.Label]float64{news.Crackdown: 0.92, news.ProPolicy: 0.84},
	ordinary: map[news.Label]int{news.Crackdown: 0, news.ProPolicy: 14},
	review:   15,
}

// TestMarks scores the labelled stories of EDICT_LABELS, in two halves by the
// FNV-64a hash of their ids: the even half was looked at while tuning.
func TestMarks(t *testing.T) {
	dir := os.Getenv("EDICT_LABELS")
	if dir == "" {
		t.Skip("set EDICT_LABELS to the folder of labelled stories, which are not in the repository")
	}
	g, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Default(g)
	if err != nil {
		t.Fatal(err)
	}
	c, err := classifier.New(set, g)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"headlines_dev", "headlines_dev_extra", "headlines_zh_flash", "articles_dev", "background_dev"} {
		for half, lines := range halves(t, filepath.Join(dir, name+".jsonl")) {
			report, err := eval.Labels(t.Context(), bytes.NewReader(lines), c.Classify)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range report.Labels {
				s := l.Clear
				t.Logf("%s %s %s: clear tp %d fp %d fn %d, F1 %.3f (%.3f-%.3f), review %d; all F1 %.3f; places %d of %d",
					name, [2]string{"tuned", "held out"}[half], l.Label, s.TP, s.FP, s.FN, s.F1, s.F1Low, s.F1High, s.Review, l.All.F1, l.Places.Right, l.Places.Of)
				if name == "headlines_dev" {
					if want := []map[news.Label]float64{marks.tuned, marks.held}[half][l.Label]; s.F1 < want {
						t.Errorf("%s: F1 %.3f is under %.2f", l.Label, s.F1, want)
					}
				}
				if name == "background_dev" && s.FP > marks.ordinary[l.Label] {
					t.Errorf("%s: %d of %d ordinary stories are tagged", l.Label, s.FP, report.Items)
				}
			}
			if name == "background_dev" && report.Review > marks.review {
				t.Errorf("%d of %d ordinary stories go to review", report.Review, report.Items)
			}
		}
	}
}

// halves splits a list by the hash of its ids.
func halves(t *testing.T, file string) [2][]byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out [2][]byte
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var l struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		h := fnv.New64a()
		h.Write([]byte(l.ID))
		half := h.Sum64() % 2
		out[half] = append(append(out[half], lines.Bytes()...), '\n')
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
