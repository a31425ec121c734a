// Package eval scores extraction and classification on files whose truth is known:
// labelled stories, and saved pages with their articles. It judges and prints; it
// decides nothing, and nothing of it is in the pipeline.
package eval

import (
	"math/rand/v2"
	"slices"
)

// bootstraps is how many times the stories are drawn again for an interval, and
// bootstrapSeed makes every run draw the same.
const (
	bootstraps    = 1000
	bootstrapSeed = 20251125
)

func newScore(answers []answer) Score {
	s := count(answers, nil)
	s.Precision, s.Recall, s.F1 = s.rates()
	draw := rand.New(rand.NewPCG(bootstrapSeed, uint64(len(answers))))
	f1s := make([]float64, 0, bootstraps)
	picked := make([]int, len(answers))
	for range bootstraps {
		for i := range picked {
			picked[i] = draw.IntN(len(answers))
		}
		_, _, f1 := count(answers, picked).rates()
		f1s = append(f1s, f1)
	}
	slices.Sort(f1s)
	s.F1Low, s.F1High = f1s[bootstraps*25/1000], f1s[bootstraps*975/1000]
	return s
}

// count counts the answers that are picked, or all.
func count(answers []answer, picked []int) Score {
	var s Score
	add := func(a answer) {
		switch {
		case a.truth && a.said:
			s.TP++
		case a.said:
			s.FP++
		case a.truth:
			s.FN++
		default:
			s.TN++
		}
		if a.review {
			s.Review++
		}
	}
	if picked == nil {
		for _, a := range answers {
			add(a)
		}
		return s
	}
	for _, i := range picked {
		add(answers[i])
	}
	return s
}

// rates are 0 where nothing was there to find or found.
func (s Score) rates() (precision, recall, f1 float64) {
	if s.TP == 0 {
		return 0, 0, 0
	}
	tp := float64(s.TP)
	return tp / (tp + float64(s.FP)), tp / (tp + float64(s.FN)), 2 * tp / (2*tp + float64(s.FP+s.FN))
}
