//go:build race

package app_test

// slowdown is what the race detector may cost.
const slowdown = 3
