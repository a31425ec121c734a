//go:build fit

package extract

import "math"

// fit is logistic regression with a quadratic penalty, by Newton's method.
func fit(samples []sample, l2 float64, use func(*sample) bool) features {
	var w features
	for range 12 {
		var grad features
		var hess [fCount][fCount]float64
		for i := range samples {
			s := &samples[i]
			if !use(s) {
				continue
			}
			for j := range s.fs {
				x := &s.fs[j]
				p := 1 / (1 + math.Exp(-dot(&w, x)))
				g, h := s.weight[j]*(s.label[j]-p), s.weight[j]*p*(1-p)
				for a := range fCount {
					if x[a] == 0 {
						continue
					}
					grad[a] += g * x[a]
					for b := range a + 1 {
						hess[a][b] += h * x[a] * x[b]
					}
				}
			}
		}
		for a := range fCount {
			grad[a] -= l2 * w[a]
			hess[a][a] += l2 + 1e-6
			for b := range a {
				hess[b][a] = hess[a][b]
			}
		}
		step := solve(hess, grad)
		for a := range w {
			w[a] += step[a]
		}
	}
	return w
}

// solve is Gaussian elimination with pivots.
func solve(m [fCount][fCount]float64, y features) features {
	for i := range fCount {
		p := i
		for j := i + 1; j < fCount; j++ {
			if math.Abs(m[j][i]) > math.Abs(m[p][i]) {
				p = j
			}
		}
		m[i], m[p], y[i], y[p] = m[p], m[i], y[p], y[i]
		for j := i + 1; j < fCount; j++ {
			f := m[j][i] / m[i][i]
			for k := i; k < fCount; k++ {
				m[j][k] -= f * m[i][k]
			}
			y[j] -= f * y[i]
		}
	}
	var x features
	for i := fCount - 1; i >= 0; i-- {
		x[i] = y[i]
		for k := i + 1; k < fCount; k++ {
			x[i] -= m[i][k] * x[k]
		}
		x[i] /= m[i][i]
	}
	return x
}
