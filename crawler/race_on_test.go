//go:build race

package crawler_test

import "time"

// newsstandWithin is how long a crawl of the newsstand may take: the race detector
// makes reading its pages about ten times slower.
const newsstandWithin = 10 * time.Minute
