package bus_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"edict/bus"
	"edict/news"
)

// certify writes a certificate for 127.0.0.1 and its key.
func certify(t *testing.T, certFile, keyFile string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	sheet := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, sheet, sheet, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(cert)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return pool
}

func trust(pool *x509.CertPool) nats.Option {
	return nats.Secure(&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12})
}

// With a certificate, outside programs read over TLS alone, our own part goes on inside
// the process, and a certificate that was renewed holds for the next who connects.
func TestListenTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	first := certify(t, cert, key)
	b := open(t, bus.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", Password: "secret", TLSCert: cert, TLSKey: key})
	reader := nats.UserInfo("reader", "secret")
	nc, _ := dial(t, b.Address(), reader, trust(first))
	sub, err := nc.SubscribeSync("edict.stored.v1.>")
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := b.Stored.Publish(t.Context(), news.NewAnnouncement(news.Change{Sequence: 7}, record(1), news.Tag{Label: news.Crackdown, Jurisdiction: "KZ"})); err != nil {
		t.Fatal(err)
	}
	if _, err := sub.NextMsg(patience); err != nil {
		t.Fatal(err)
	}
	if state, err := nc.TLSConnectionState(); err != nil || state.Version < tls.VersionTLS12 {
		t.Errorf("the connection is %x, %v", state.Version, err)
	}
	var stranger *tls.CertificateVerificationError
	if _, err := nats.Connect("nats://"+b.Address(), reader); !errors.As(err, &stranger) {
		t.Errorf("who does not know the certificate: %v", err)
	}
	if _, err := nats.Connect("nats://"+b.Address(), nats.UserInfo("reader", "guess"), trust(first)); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("with a wrong password: %v", err)
	}
	second := certify(t, cert, key)
	dial(t, b.Address(), reader, trust(second))
	if _, err := nats.Connect("nats://"+b.Address(), reader, trust(first)); !errors.As(err, &stranger) {
		t.Errorf("who knows the old certificate alone: %v", err)
	}
}

func TestListenTLSRefused(t *testing.T) {
	dir := t.TempDir()
	cert, key, other := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "other.pem")
	certify(t, filepath.Join(dir, "x.pem"), other)
	certify(t, cert, key)
	for name, pair := range map[string][2]string{"no key": {cert, ""}, "no certificate": {"", key}, "no file": {cert, key + "x"}, "another's key": {cert, other}} {
		b, err := bus.Open(t.Context(), bus.Quick(bus.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0", TLSCert: pair[0], TLSKey: pair[1]}))
		if err == nil {
			closeBus(t, b)
		}
		if !errors.Is(err, news.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
