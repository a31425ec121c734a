package app_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"edict/app"
)

// TestEveryKeyIsDocumented: the table in docs/configure.md lists the keys that there
// are, and no others.
func TestEveryKeyIsDocumented(t *testing.T) {
	var keys []string
	var gather func(prefix string, of reflect.Type)
	gather = func(prefix string, of reflect.Type) {
		for f := range of.Fields() {
			name := prefix + f.Tag.Get("yaml")
			if f.Type.Kind() == reflect.Struct {
				gather(name+".", f.Type)
				continue
			}
			keys = append(keys, name)
		}
	}
	gather("", reflect.TypeFor[app.Config]())
	page, err := os.ReadFile("../docs/configure.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, m[1])
	}
	slices.Sort(keys)
	slices.Sort(documented)
	if !slices.Equal(keys, documented) {
		t.Errorf("keys       %q\ndocumented %q", keys, documented)
	}
}
