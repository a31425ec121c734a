//go:build !race

package crawler_test

import "time"

// newsstandWithin is how long a crawl of the newsstand may take.
const newsstandWithin = 90 * time.Second
