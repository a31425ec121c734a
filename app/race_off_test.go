//go:build !race

package app_test

// slowdown is what the race detector may cost.
const slowdown = 1

// weight is how many times the memory the race detector may take.
const weight = 1
