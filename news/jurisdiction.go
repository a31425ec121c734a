package news

import (
	"fmt"
	"strings"
)

// A Jurisdiction is an ISO 3166-1 alpha-2 or ISO 3166-2 code: CN, CN-JX, US-NY.
// EU and XK are used too; ZZ is an authority that the text does not name.
type Jurisdiction string

// Unnamed is a public authority that acts without the text saying whose it is. It
// is never on the map.
const Unnamed Jurisdiction = "ZZ"

// ownCodes are places that have a code of their own besides one under CN. The own
// code is the one that is used.
var ownCodes = map[string]Jurisdiction{"CN-HK": "HK", "CN-MO": "MO", "CN-TW": "TW"}

// ParseJurisdiction reads a code in any case, and replaces a code under CN of
// Hong Kong, Macau and Taiwan by their own. It checks the form, not the register.
func ParseJurisdiction(s string) (Jurisdiction, error) {
	up := strings.ToUpper(strings.TrimSpace(s))
	if own, ok := ownCodes[up]; ok {
		return own, nil
	}
	country, division, split := strings.Cut(up, "-")
	ok := len(country) == 2 && letters(country) && (!split || len(division) >= 1 && len(division) <= 3 && alphanumeric(division))
	if !ok {
		return "", fmt.Errorf("jurisdiction %q is not a code such as CN or CN-JX: %w", s, ErrInvalid)
	}
	return Jurisdiction(up), nil
}

// Valid reports whether j is in the form that ParseJurisdiction returns.
func (j Jurisdiction) Valid() bool {
	p, err := ParseJurisdiction(string(j))
	return err == nil && p == j
}

// Country is the part before the hyphen.
func (j Jurisdiction) Country() string {
	country, _, _ := strings.Cut(string(j), "-")
	return country
}

// Division is the part after the hyphen, or "" for a country.
func (j Jurisdiction) Division() string {
	_, division, _ := strings.Cut(string(j), "-")
	return division
}

// Within reports whether j is area or one of its divisions.
func (j Jurisdiction) Within(area Jurisdiction) bool {
	return j == area || area.Division() == "" && j.Country() == string(area)
}

func letters(s string) bool {
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

func alphanumeric(s string) bool {
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
