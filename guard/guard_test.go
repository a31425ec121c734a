package guard_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"edict/guard"
	"edict/news"
)

func newGuard(t *testing.T, c guard.Config) *guard.Guard {
	t.Helper()
	g, err := guard.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		address, reason string
		private         bool // let through by AllowPrivate
	}{
		{"127.0.0.1:80", "loopback", true},
		{"127.8.9.10:8080", "loopback", true},
		{"[::1]:80", "loopback", true},
		{"[::ffff:127.0.0.1]:80", "loopback", true},
		{"10.1.2.3:80", "private", true},
		{"172.16.0.1:443", "private", true},
		{"172.31.255.255:443", "private", true},
		{"192.168.1.1:80", "private", true},
		{"[::ffff:192.168.1.1]:80", "private", true},
		{"100.64.0.1:80", "private", true},
		{"100.127.255.254:80", "private", true},
		{"[fc00::1]:80", "private", true},
		{"[fd12:3456::1]:80", "private", true},
		{"169.254.169.254:80", "metadata", false},
		{"169.254.170.2:80", "metadata", false},
		{"169.254.0.1:80", "metadata", false},
		{"[::ffff:169.254.169.254]:80", "metadata", false},
		{"100.100.100.200:80", "metadata", false},
		{"192.0.0.192:80", "metadata", false},
		{"[fd00:ec2::254]:80", "metadata", false},
		{"[fd20:ce::254]:80", "metadata", false},
		{"0.0.0.0:80", "unspecified", false},
		{"0.1.2.3:80", "not a public", false},
		{"[::]:80", "unspecified", false},
		{"224.0.0.1:80", "multicast", false},
		{"239.255.255.250:1900", "multicast", false},
		{"[ff02::1]:80", "multicast", false},
		{"255.255.255.255:80", "not a public", false},
		{"240.0.0.1:80", "not a public", false},
		{"192.0.2.1:80", "not a public", false},
		{"198.18.0.1:80", "not a public", false},
		{"198.51.100.7:80", "not a public", false},
		{"203.0.113.9:80", "not a public", false},
		{"192.88.99.1:80", "6to4", false},
		{"[fe80::1]:80", "link-local", false},
		{"[fe80::1%eth0]:80", "link-local", false},
		{"[64:ff9b::7f00:1]:80", "NAT64", false},
		{"[64:ff9b::a9fe:a9fe]:80", "NAT64", false},
		{"[64:ff9b:1::a00:1]:80", "NAT64", false},
		{"[2002:7f00:1::]:80", "6to4", false},
		{"[2001:db8::1]:80", "not a public", false},
		{"[2001::1]:80", "not a public", false},
		{"[::127.0.0.1]:80", "not a public", false},
		{"[3fff::1]:80", "not a public", false},
		{"[4000::1]:80", "not a public", false},
		{"not-an-address:80", "not an IP", false},
		{"127.0.0.1", "not an IP", false},
	} {
		network := "tcp4"
		if strings.HasPrefix(c.address, "[") {
			network = "tcp6"
		}
		err := newGuard(t, guard.Config{}).Control(network, c.address, nil)
		var refusal *guard.Error
		if !errors.As(err, &refusal) || !errors.Is(err, news.ErrRefused) {
			t.Errorf("%s: got %v, want a *guard.Error that is news.ErrRefused", c.address, err)
			continue
		}
		if !strings.Contains(refusal.Reason, c.reason) {
			t.Errorf("%s: reason %q, want %q in it", c.address, refusal.Reason, c.reason)
		}
		if refusal.Address == "" || !strings.Contains(err.Error(), refusal.Address) {
			t.Errorf("%s: the error does not name the address: %v", c.address, err)
		}
		if err := newGuard(t, guard.Config{AllowPrivate: true}).Control(network, c.address, nil); (err == nil) != c.private {
			t.Errorf("%s with AllowPrivate: got %v, want let through: %v", c.address, err, c.private)
		}
	}
}

func TestLetThrough(t *testing.T) {
	g := newGuard(t, guard.Config{})
	for _, a := range []string{"93.184.216.34:80", "1.1.1.1:443", "8.8.8.8:8443", "[2606:4700::1111]:443", "[::ffff:1.1.1.1]:443", "172.32.0.1:80", "100.128.0.1:80"} {
		network := "tcp4"
		if strings.HasPrefix(a, "[") {
			network = "tcp6"
		}
		if err := g.Control(network, a, nil); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	if err := g.Control("udp4", "1.1.1.1:53", nil); !errors.Is(err, news.ErrRefused) {
		t.Errorf("udp: got %v, want it refused", err)
	}
}

func TestOneListener(t *testing.T) {
	g := newGuard(t, guard.Config{AllowListener: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:4711")}})
	for address, ok := range map[string]bool{
		"127.0.0.1:4711":          true,
		"[::ffff:127.0.0.1]:4711": true,
		"127.0.0.1:4712":          false,
		"127.0.0.2:4711":          false,
		"[::1]:4711":              false,
		"10.0.0.1:4711":           false,
	} {
		if err := g.Check(netip.MustParseAddrPort(address)); (err == nil) != ok {
			t.Errorf("%s: got %v, want let through: %v", address, err, ok)
		}
	}
	for _, bad := range []string{"10.0.0.1:80", "169.254.169.254:80", "127.0.0.1:0"} {
		if _, err := guard.New(guard.Config{AllowListener: []netip.AddrPort{netip.MustParseAddrPort(bad)}}); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("listener %s: got %v, want news.ErrInvalid", bad, err)
		}
	}
}

// The refusal reaches the caller of an HTTP client whole, and a redirect from the
// allowed listener to another port does not get through.
func TestDialAndRedirect(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the guarded server was reached")
	}))
	defer inside.Close()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, inside.URL, http.StatusFound)
		}
	}))
	defer site.Close()

	g := newGuard(t, guard.Config{AllowListener: []netip.AddrPort{netip.MustParseAddrPort(site.Listener.Addr().String())}})
	transport := &http.Transport{DialContext: (&net.Dialer{Timeout: time.Second, Control: g.Control}).DialContext}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	get := func(address string) error {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err == nil {
			err = resp.Body.Close()
		}
		return err
	}
	if err := get(site.URL); err != nil {
		t.Errorf("the allowed listener: %v", err)
	}
	_, port, err := net.SplitHostPort(inside.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{site.URL + "/away", inside.URL, "http://localhost:" + port} {
		var refusal *guard.Error
		if err := get(address); !errors.As(err, &refusal) || !errors.Is(err, news.ErrRefused) {
			t.Errorf("%s: got %v, want a *guard.Error", address, err)
		}
	}
}

func BenchmarkControl(b *testing.B) {
	g, err := guard.New(guard.Config{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := g.Control("tcp4", "93.184.216.34:443", nil); err != nil {
			b.Fatal(err)
		}
	}
}
