//go:build !soak

package sink_test

// restarts is how often the database crashes in TestPostgresRestarts; with the build
// tag soak, twenty times.
const restarts = 3
