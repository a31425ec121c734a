package account

import (
	"errors"
	"strings"
	"testing"

	"edict/news"
)

func TestPasswordRules(t *testing.T) {
	for password, says := range map[string]string{
		"four small words here":        "",
		"挖矿 区块链 江西 补贴 四川 海南":           "",
		"aaaaaaaaaaaaaaaaaaaaaaaaa":    "repeats",
		"short one":                    "fewer than 15",
		"挖矿区块链":                        "fewer than 15", // 15 bytes, and 5 characters
		"ada.lovelace@example.org1":    "little more than the name",
		strings.Repeat("Abcdef", 200):  "more than",
		"bad \xff bytes in a password": "no text",
	} {
		err := CheckPassword("ada.lovelace@example.org", password)
		if (err == nil) != (says == "") || err != nil && (!strings.Contains(err.Error(), says) || !errors.Is(err, news.ErrInvalid)) {
			t.Errorf("%q: %v, want %q", cut(password, 40), err, says)
		}
	}
}

func TestHash(t *testing.T) {
	h, ctx := newHasher(), t.Context()
	const password = "four small words hére"
	one, err := h.hash(ctx, password)
	if err != nil || !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%s %v", one, err)
	}
	two, _ := h.hash(ctx, password)
	if one == two {
		t.Error("two hashes of one password are the same: there is no salt")
	}
	for text, want := range map[string]bool{password: true, "four small words here": false, "": false, "four small words he\u0301re": true /* the same, composed otherwise */} {
		if fits, stale, err := h.verify(ctx, text, one); fits != want || stale || err != nil {
			t.Errorf("%q: fits %v, stale %v, %v", text, fits, stale, err)
		}
	}
	if fits, _, err := h.verify(ctx, password, ""); fits || err != nil {
		t.Errorf("nobody's password fits: %v", err)
	}
	// RFC 9106's tag for other costs is found to be stale; what is broken is an error.
	cheap := "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
	if _, _, err := h.verify(ctx, password, cheap); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("a hash without its tag: %v", err)
	}
	for _, broken := range []string{"x", "$argon2i$v=19$m=64,t=1,p=1$c29t$c29t", "$argon2id$v=19$m=64,t=0,p=1$c29t$c29t", "$argon2id$v=18$m=64,t=1,p=1$c29t$c29t", "$argon2id$v=19$m=64,t=1,p=1$!$c29t"} {
		if fits, _, err := h.verify(ctx, password, broken); fits || !errors.Is(err, news.ErrInvalid) {
			t.Errorf("%s: fits %v, %v", broken, fits, err)
		}
	}
}
