//go:build soak

package sink_test

const restarts = 20
