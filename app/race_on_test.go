//go:build race

package app_test

// slowdown is what the race detector may cost.
const slowdown = 3

// weight is how many times the memory the race detector may take: its shadow memory
// is five to ten times what it watches. The full run measures without it too.
const weight = 8
