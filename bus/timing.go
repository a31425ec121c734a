package bus

import "time"

// timing holds every wait, so that tests need not wait as long.
type timing struct {
	ackWait time.Duration   // a message comes again so long after its last sign of life
	publish time.Duration   // one try of a publish, and one request
	watch   time.Duration   // between two looks at the embedded server's health
	restart time.Duration   // between two restarts of it: doubled up to 8 times this
	grace   time.Duration   // for cancelled handlers in Close
	retries []time.Duration // before each further try of a failed message; then DEAD
	away    []time.Duration // the same while what a handler needs is away; the last repeats for ever
}

// defaultTiming gives a message six tries within 13 minutes: what fails for longer
// fails for a reason that a person must look at.
var defaultTiming = timing{
	ackWait: 30 * time.Second,
	publish: 5 * time.Second,
	watch:   500 * time.Millisecond,
	restart: 500 * time.Millisecond,
	grace:   2 * time.Second,
	retries: []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute},
	away:    []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second},
}
