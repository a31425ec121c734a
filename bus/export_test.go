package bus

import "time"

// Quick returns c with waits of milliseconds, for tests.
func Quick(c Config) Config {
	c.timing = timing{
		ackWait: c.timing.ackWait, publish: 2 * time.Second,
		watch: 50 * time.Millisecond, restart: 50 * time.Millisecond, grace: 2 * time.Second,
		retries: []time.Duration{time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond, 4 * time.Millisecond, 5 * time.Millisecond},
		away:    []time.Duration{time.Millisecond, 5 * time.Millisecond},
	}
	if c.timing.ackWait == 0 {
		c.timing.ackWait = 2 * time.Second
	}
	return c
}

// AckWait shortens the time after which a message without a sign of life comes
// again.
func AckWait(c Config, d time.Duration) Config {
	c.timing.ackWait = d
	return c
}
