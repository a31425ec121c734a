package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"edict/news"
)

// A State says whether an account may be used.
type State string

// The states of an account.
const (
	Active   State = "active"
	Disabled State = "disabled" // may come back
	Removed  State = "removed"  // may not, and its name is not given again
)

// A User is an account.
type User struct {
	Name     string    `json:"name"`
	ID       string    `json:"id"` // of 16 hex digits; in feed keys
	Role     Role      `json:"role"`
	State    State     `json:"state"`
	Password string    `json:"-"` // its hash
	Feeds    string    `json:"-"` // what its feed keys are made with
	Created  time.Time `json:"created"`
	Changed  time.Time `json:"changed"` // when the password was set
	Seen     time.Time `json:"seen,omitzero"`
	// In which language and by which clock the pages speak; "": as the browser asks.
	Language string `json:"language,omitempty"`
	Zone     string `json:"zone,omitempty"`
}

// Users keeps accounts. Every method is durable when it returns, and returns
// ErrUnavailable while the store is away.
type Users interface {
	// Users returns all accounts, removed ones too, by name.
	Users(ctx context.Context) ([]User, error)
	// User returns one by its name, UserByID by its id. ErrNotFound: there is none.
	User(ctx context.Context, name string) (User, error)
	UserByID(ctx context.Context, id string) (User, error)
	// AddUser writes a new one and the line in the book, in one transaction. ErrConflict:
	// the name was given before.
	AddUser(ctx context.Context, u User, a Act) error
	// EditUser writes what edit makes of one, and what it says has to be done with it,
	// in one transaction. others: how many other active administrators there are, and
	// how many other active accounts. An error of edit is returned, and nothing is
	// written then.
	EditUser(ctx context.Context, name string, edit func(u *User, others Others) (Edit, error)) (User, error)
	// AnyUser reports whether there is an account that is not removed.
	AnyUser(ctx context.Context) (bool, error)
}

// Others counts the accounts beside one.
type Others struct {
	Admins int // active ones
	All    int // that are not removed
}

// An Edit is what an edit of an account does beside it.
type Edit struct {
	Act         Act    // the line in the book; none if its What is ""
	EndSessions bool   // all of the account's but Keep
	Keep        string // the hash of a session's token
	EndTokens   bool
}

// maxName bounds a user's name, in bytes.
const maxName = 60

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]*$`)

// cleanName is a name as it was meant.
func cleanName(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// CheckName returns ErrInvalid for what cannot be a user's name.
func CheckName(name string) error {
	switch {
	case len(name) > maxName || !nameForm.MatchString(name):
		return NewFault(news.ErrInvalid, "name", fmt.Sprintf("the name %q is not one of 1 to %d small letters, digits, and . _ @ - between them", cut(name, 80), maxName), "name", cut(name, 80), "most", maxName)
	case slices.Contains([]string{LocalName, ProgramName}, name):
		return NewFault(news.ErrInvalid, "name.own", fmt.Sprintf("the name %q is the program's own", name), "name", name)
	}
	return nil
}

// cut shortens text to n bytes at most.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + "…"
}

// random returns n random bytes as hex digits.
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// FeedKey is what the address of a feed carries where a login is needed: whose it is, and
// a code for this address alone, so that one that leaks opens one feed. path is without
// its ending.
func (u User) FeedKey(path string) string {
	return u.ID + "." + base64.RawURLEncoding.EncodeToString(u.feedCode(path))
}

// feedCode is 128 bits of an HMAC: as much as cannot be guessed, in an address that fits
// on a line.
func (u User) feedCode(path string) []byte {
	mac := hmac.New(sha256.New, []byte(u.Feeds))
	mac.Write([]byte(path))
	return mac.Sum(nil)[:16]
}

// opens reports whether a key is this user's for a feed.
func (u User) opens(path, code string) bool {
	given, err := base64.RawURLEncoding.DecodeString(code)
	return err == nil && u.Feeds != "" && hmac.Equal(given, u.feedCode(path))
}
