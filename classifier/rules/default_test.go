package rules_test

import (
	"testing"

	"edict/classifier/places"
	"edict/classifier/rules"
)

func defaults(t testing.TB) *rules.Set {
	t.Helper()
	g, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Default(g)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// The tests that the embedded rule files carry hold.
func TestDefault(t *testing.T) {
	for _, f := range defaults(t).Test() {
		t.Error(f)
	}
}
