package account

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
	"unsafe"
)

func TestLimit(t *testing.T) {
	l, now := newLimit(3, 10*time.Second), time.Unix(1_000_000, 0)
	for i := range 3 {
		if wait := l.take("ada", now); wait != 0 {
			t.Fatalf("try %d has to wait %s", i+1, wait)
		}
	}
	if wait := l.take("ada", now); wait != 10*time.Second {
		t.Errorf("the fourth waits %s", wait)
	}
	if wait := l.take("ada", now.Add(10*time.Second)); wait != 0 {
		t.Errorf("after its time it waits %s", wait)
	}
	if wait := l.take("ada", now.Add(11*time.Second)); wait != 9*time.Second {
		t.Errorf("the next one waits %s", wait)
	}
	l.giveBack("ada")
	if wait := l.take("ada", now.Add(11*time.Second)); wait != 0 {
		t.Errorf("what was given back waits %s", wait)
	}
	if wait := l.take("ada", now.Add(time.Hour)); wait != 0 {
		t.Errorf("an hour later it waits %s", wait)
	}
}

// Who tries a million names takes no more memory, and gets no more tries for one.
func TestLimitIsBounded(t *testing.T) {
	l, now := newLimit(3, time.Minute), time.Unix(1_000_000, 0)
	if size := unsafe.Sizeof(*l); size > 128<<10 {
		t.Errorf("a limit takes %d bytes", size)
	}
	for range 3 {
		l.take("ada", now)
	}
	for i := range 100_000 {
		l.take(fmt.Sprint("name", i), now)
	}
	if wait := l.take("ada", now); wait == 0 {
		t.Error("other names made room for more tries of one")
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := network(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s counts as %s, want %s", address, got, want)
		}
	}
}
