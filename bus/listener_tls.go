package bus

import (
	"crypto/tls"
	"fmt"

	"edict/news"
)

// tlsSeconds is how long a handshake may take.
const tlsSeconds = 5

// checkCertificate refuses half of a pair, and files that are none.
func checkCertificate(cert, key string) error {
	if cert == "" && key == "" {
		return nil
	}
	if cert == "" || key == "" {
		return fmt.Errorf("TLS needs both a certificate and its key: %w", news.ErrInvalid)
	}
	if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
		return fmt.Errorf("TLS with certificate %s and key %s: %w: %w", cert, key, err, news.ErrInvalid)
	}
	return nil
}

// listenerTLS is what outside programs are asked for.
func listenerTLS(cert, key string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("certificate %s and key %s: %w", cert, key, err)
		}
		return &pair, nil
	}}
}
