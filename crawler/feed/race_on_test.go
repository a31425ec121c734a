//go:build race

package feed_test

// pools is how many times what is allocated may grow under the race detector, which
// drops what sync.Pool keeps at random: each match of a regular expression then
// allocates anew. The full run measures without it too.
const pools = 12
