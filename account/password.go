package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"edict/news"
)

// What a hash costs: 19 MiB, two passes, one lane. From the OWASP Password Storage Cheat
// Sheet, "Argon2id"; the salt of 16 bytes and the tag of 32 are those of RFC 9106,
// section 4.
const (
	hashMemory  = 19 * 1024 // KiB
	hashPasses  = 2
	hashThreads = 1
	saltBytes   = 16
	tagBytes    = 32
)

// How long a password is. 15 characters is what NIST SP 800-63B-4, section 3.1.1.2, asks
// of a password that stands alone, as it does here; there are no rules about which. The
// upper end only bounds what is hashed.
const (
	MinPassword = 15   // characters
	maxPassword = 1024 // bytes
	// fewest is how many different characters a password has: "aaaaaaaaaaaaaaa" is long
	// and no secret.
	fewest = 5
)

// CheckPassword returns ErrInvalid, with the rule, for a password that is too easy to
// guess for a user with this name.
func CheckPassword(name, password string) error {
	password = norm.NFKC.String(password)
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	rest := strings.ToLower(password)
	if name != "" {
		rest = strings.ReplaceAll(rest, strings.ToLower(name), "")
	}
	switch {
	case !utf8.ValidString(password):
		return NewFault(news.ErrInvalid, "password.text", "the password is no text")
	case utf8.RuneCountInString(password) < MinPassword:
		return NewFault(news.ErrInvalid, "password.short", fmt.Sprintf("the password has fewer than %d characters; a few words that do not belong together are easy to keep in mind", MinPassword), "least", MinPassword)
	case len(password) > maxPassword:
		return NewFault(news.ErrInvalid, "password.long", fmt.Sprintf("the password has more than %d bytes", maxPassword), "most", maxPassword)
	case len(different) < fewest:
		return NewFault(news.ErrInvalid, "password.few", fmt.Sprintf("the password repeats fewer than %d characters", fewest), "least", fewest)
	case utf8.RuneCountInString(rest) < MinPassword/2:
		return NewFault(news.ErrInvalid, "password.name", "the password is little more than the name")
	}
	return nil
}

// hasher makes and compares hashes, a few at a time: each takes 19 MiB while it lasts.
type hasher struct {
	slots  chan struct{}
	memory uint32        // KiB
	dummy  func() string // the hash of a password that nobody knows
	done   func()        // told of each hash that is compared, if not nil
}

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, min(4, runtime.GOMAXPROCS(0))), memory: hashMemory}
	h.dummy = sync.OnceValue(func() string { return h.encode(random(32), newSalt()) })
	return h
}

func newSalt() []byte {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // it never fails
	return salt
}

// encode hashes a password and writes it as a PHC string, with all that it was made
// with.
func (h *hasher) encode(password string, salt []byte) string {
	tag := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, hashPasses, h.memory, hashThreads, tagBytes)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, hashPasses, hashThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(tag))
}

// take waits for one of the slots.
func (h *hasher) take(ctx context.Context) (release func(), err error) {
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	release, err := h.take(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return h.encode(password, newSalt()), nil
}

// verify compares a password with a hash. stale: it fits, and is to be hashed anew with
// what a hash costs today. With an empty hash it takes as long, and does not fit.
func (h *hasher) verify(ctx context.Context, password, hash string) (fits, stale bool, err error) {
	release, err := h.take(ctx)
	if err != nil {
		return false, false, err
	}
	defer release()
	nobody := hash == ""
	if nobody {
		hash = h.dummy()
	}
	var version int
	var memory, passes uint32
	var threads uint8
	var salt, tag []byte
	parts := strings.Split(hash, "$")
	if len(parts) == 6 && parts[1] == "argon2id" {
		_, err = fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &threads)
		if err == nil {
			salt, err = base64.RawStdEncoding.DecodeString(parts[4])
		}
		if err == nil {
			tag, err = base64.RawStdEncoding.DecodeString(parts[5])
		}
	}
	if err != nil || version != argon2.Version || len(tag) == 0 || passes == 0 || threads == 0 {
		return false, false, fmt.Errorf("a password's hash cannot be read; set the password anew with 'edict users password': %w", news.ErrInvalid)
	}
	if len(password) > maxPassword {
		password = "" // too long to be one, and hashed all the same
	}
	got := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, passes, memory, threads, uint32(len(tag)))
	if h.done != nil {
		h.done()
	}
	fits = subtle.ConstantTimeCompare(got, tag) == 1 && !nobody
	return fits, fits && (memory != h.memory || passes != hashPasses || threads != hashThreads || len(tag) != tagBytes), nil
}
