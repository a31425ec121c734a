package rules_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

// small is a whole rule file to break.
const small = `schema: edict.rules/1
label: test_label
version: "1"
fields: {title: 1, summary: 1, lead: 1, paragraph: 1, body: 1, quote: 1}
decide: {auto: 0.7, review: 0.5, near: 0.2}
context: [thing]
sets:
  thing:
    en: [(red|blue|) apple~, =US]
    zh: [苹果]
    except:
      en: [apple pie~]
  eat:
    en: [eat~]
patterns:
  - name: eats
    match: [<place> ..3 !<eat> ..2 <thing>]
    score: 0.9
    stage: enacted
guards:
  - {name: denied, set: eat, at: after, words: 2, times: 0.5}
tests:
  - {must: Japan eats apples, jurisdiction: JP}
`

func gazetteer(t testing.TB) *places.Gazetteer {
	t.Helper()
	g, err := places.Default()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func compile(t testing.TB, content string) (*rules.Set, error) {
	t.Helper()
	return rules.Compile(gazetteer(t), map[string][]byte{"test.yaml": []byte(content)})
}

func TestErrors(t *testing.T) {
	if _, err := compile(t, small); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ old, new, want string }{
		{"stage: enacted", "stag: enacted", `test.yaml:19: unknown field "stag"`},
		{"stage: enacted", "stage: done", "test.yaml:19: pattern eats: stage"},
		{"<thing>]", "<things>]", "test.yaml:17: pattern eats: <things> is no set"},
		{"!<eat>", "<eat>", "test.yaml:17: pattern eats: mark the act"},
		{"..3", "..x", "test.yaml:17: pattern eats: \"..x\""},
		{"score: 0.9", "score: 2", "test.yaml:16: pattern eats: score"},
		{"(red|blue|) apple~", "red apple~，blue apple~", "test.yaml:9: \"red apple~，blue apple~\": a comma parts no phrases within a line"},
		{"(red|blue|) apple~", "(red|blue apple~", "test.yaml:9: \"(\" is not closed"},
		{"(red|blue|) apple~", "<pears> tart", "test.yaml:9: <pears> is no set with phrases"},
		{"(red|blue|) apple~", "<thing> tart", "test.yaml:9: <thing> stands for itself"},
		{"(red|blue|) apple~", "red|blue", `test.yaml:9: "|" stands outside of brackets`},
		{"(red|blue|) apple~", "(a|b|c|d|e|f|g|h)~ (a|b|c|d|e|f|g|h)~ (a|b|c|d|e|f|g|h)~", "test.yaml:9: it stands for more than"},
		{"context: [thing]", "context: [nothing]", `test.yaml:6: "nothing" is no set`},
		{"auto: 0.7", "auto: 0.3", "test.yaml:2: decide"},
		{"set: eat", "set: drink", `test.yaml:21: guard denied: "drink" is no set`},
		{"at: after", "at: beside", "test.yaml:21: guard denied: at"},
		{"times: 0.5", "drop: false", "test.yaml:21: guard denied needs"},
		{"jurisdiction: JP", "jurisdiction: Japan", "test.yaml:23: jurisdiction"},
		{"must: Japan", "not: Japan eats, must: Japan", "test.yaml:23: a test has exactly one"},
		{"label: test_label", "label: Test", "test.yaml:2: label"},
		{"edict.rules/1", "edict.rules/9", "test.yaml:1: schema"},
		{"sets:", "sets", "test.yaml"},
	} {
		_, err := compile(t, strings.Replace(small, test.old, test.new, 1))
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%q for %q: got %v, want %s...", test.new, test.old, err, test.want)
		}
		var located *rules.FileError
		if err != nil && (!errors.As(err, &located) || !errors.Is(err, news.ErrInvalid)) {
			t.Errorf("%q: %v is no *FileError that is ErrInvalid", test.new, err)
		}
	}
}

func TestLayers(t *testing.T) {
	g := gazetteer(t)
	base, err := rules.Default(g)
	if err != nil {
		t.Fatal(err)
	}
	if got := base.Labels(); len(got) != 2 || got[0] != news.Crackdown || got[1] != news.ProPolicy {
		t.Errorf("labels %v", got)
	}
	more, err := rules.Load(g, fstest.MapFS{"more.yaml": {Data: []byte(small)}})
	if err != nil {
		t.Fatal(err)
	}
	if len(more.Labels()) != 3 || more.Hash() == base.Hash() || len(base.Hash()) != 32 {
		t.Errorf("labels %v, hash %s over %s", more.Labels(), more.Hash(), base.Hash())
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mining_crackdown.yaml"), []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	replaced, err := rules.LoadDirs(g, dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := replaced.Labels(); len(got) != 2 || got[1] != "test_label" {
		t.Errorf("a file of the same name: labels %v", got)
	}
	if _, err := rules.LoadDirs(g, filepath.Join(dir, "none")); err == nil {
		t.Error("a directory that is not there is no error")
	}
}

// A failing test of a rule file says where it stands and what came.
func TestFailures(t *testing.T) {
	set, err := compile(t, strings.Replace(small, "jurisdiction: JP", "jurisdiction: KR", 1)+"  - {not: Japan eats blue apples}\n  - {todo: Japan eats apples, jurisdiction: JP}\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range set.Test() {
		got = append(got, f.String())
	}
	want := []string{
		"test.yaml:23: found for [JP], not for KR: Japan eats apples",
		"test.yaml:24: found for [JP]: Japan eats blue apples",
		"test.yaml:25: this todo holds now: make it a must or a not: Japan eats apples",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func FuzzCompile(f *testing.F) {
	g := gazetteer(f)
	f.Add([]byte(small))
	f.Add([]byte("schema: edict.rules/1\nsets: {a: {en: [(b|<a>)~]}}"))
	f.Add([]byte("schema: edict.rules/1\nlabel: a\nfields: {}\ndecide: {auto: 1}\npatterns: [{name: a, match: [..], score: 1, stage: enacted}]"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if len(content) > 4<<10 {
			return
		}
		set, err := rules.Compile(g, map[string][]byte{"fuzz.yaml": content})
		if err == nil {
			set.Test()
			set.Judge(news.Content{Title: "Japan eats apples", Text: "US, 苹果; “apple pie”?"})
		}
	})
}

// Rules may have many sets, and then patterns over the last of them match too.
func TestManySets(t *testing.T) {
	var sets strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&sets, "  more-%d:\n    en: [word%d]\n", i, i)
	}
	content := strings.Replace(small, "patterns:\n", sets.String()+"patterns:\n  - {name: last, match: [<place> !<more-1499>], score: 0.9, stage: enacted}\n", 1)
	set, err := compile(t, content+"  - {must: Japan word1499 apple, jurisdiction: JP}\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range set.Test() {
		t.Error(f)
	}
}
