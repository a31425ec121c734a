// Package arch_test fails the build when an import breaks the one-way flow. It
// parses the files in its own process: a test that asks the go command is cached
// and stays green after the tree has changed.
package arch_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "edict"

// house lists, for each folder, the folders of this module that its code may
// import. A folder with Go code that is missing here fails the test, and so does
// a line here without a folder. "std" stands for: nothing but the standard
// library, also from outside of this module.
var house = []struct{ folder, imports string }{
	{"news", "std"},
	{"guard", "news"},
	{"crawler", "news guard crawler/extract crawler/feed crawler/warc"},
	{"crawler/extract", "news"},
	{"crawler/feed", "news"},
	{"crawler/warc", "news"},
	{"bus", "news"},
	{"bus/bustest", ""},
	{"classifier", "news classifier/match classifier/places classifier/rules"},
	{"classifier/match", "std"},
	{"classifier/places", "news classifier/match"},
	{"classifier/rules", "news classifier/match classifier/places"},
	{"sink", "news"},
	{"sink/stories", "news classifier/match classifier/places"},
	{"account", "news"},
	{"store", "news account classifier/match classifier/places sink/stories"},
	{"store/pgtest", "std"},
	{"store/storetest", "news account store"},
	{"alert", "news catalogue classifier/match"},
	{"alert/chat", "news guard alert"},
	{"alert/mail", "news alert"},
	{"alert/nats", "news alert alert/payload"},
	{"alert/ntfy", "news alert alert/post"},
	{"alert/payload", "news alert"},
	{"alert/post", "news guard alert"},
	{"alert/webhook", "news alert alert/payload alert/post"},
	{"review", "news"},
	{"catalogue", "std"},
	{"web", "news account review catalogue classifier/places"},
	{"web/api", "news account"},
	{"eval", "news classifier crawler/extract"},
	{"demo", "news"},
	{"sources", "news"},
	{"app", "news guard account alert alert/chat alert/mail alert/nats alert/ntfy alert/payload alert/post alert/webhook crawler crawler/extract crawler/feed crawler/warc bus classifier classifier/places classifier/rules sink sink/stories store web web/api demo sources eval"},
	{"cmd/edict", "app eval news"},
}

// owners lists the only folders that may import a heavy dependency.
var owners = map[string]string{
	"github.com/nats-io/":                  "bus bus/bustest",
	"github.com/gocolly/":                  "crawler",
	"github.com/temoto/robotstxt":          "crawler",
	"github.com/jackc/pgx/":                "store",
	"modernc.org/sqlite":                   "store",
	"database/sql":                         "store",
	"github.com/pressly/goose/":            "store",
	"code.dny.dev/ssrf":                    "guard",
	"github.com/mmcdole/gofeed":            "crawler/feed",
	"github.com/markusmobius/":             "crawler/extract eval",
	"codeberg.org/readeck/":                "crawler/extract eval",
	"github.com/spf13/cobra":               "cmd/edict",
	"github.com/wneessen/go-mail":          "alert/mail",
	"github.com/nicholas-fedor/shoutrrr":   "alert/chat",
	"github.com/schollz/progressbar/":      "cmd/edict",
	"github.com/prometheus/client_golang/": "app",
	"github.com/danielgtaylor/huma/":       "web/api",
	"github.com/alexedwards/scs/":          "account",
	"golang.org/x/crypto/":                 "account",
	"golang.org/x/net/publicsuffix":        "crawler crawler/extract",
}

// helpers are folders whose code is for tests alone: no other code may import
// them.
var helpers = []string{"bus/bustest", "store/pgtest", "store/storetest"}

func TestImportsKeepToTheHouse(t *testing.T) {
	allowed := map[string][]string{}
	for _, h := range house {
		if _, twice := allowed[h.folder]; twice {
			t.Errorf("%s stands twice in house", h.folder)
		}
		allowed[h.folder] = strings.Fields(h.imports)
	}
	root := os.DirFS("..")
	used := map[string]bool{}
	for _, file := range goFiles(t, root) {
		dir := path.Dir(file)
		may, listed := allowed[dir]
		if !listed {
			t.Errorf("%s: not in the house; give %s a line, or move the file", file, dir)
		}
		used[dir] = true
		for _, imp := range imports(t, root, file) {
			if in, ok := strings.CutPrefix(imp, module+"/"); ok {
				if !slices.Contains(may, in) {
					t.Errorf("%s imports %s; %s may import only %q", file, in, dir, may)
				}
				if slices.Contains(helpers, in) {
					t.Errorf("%s imports %s, which is for tests", file, in)
				}
			} else if slices.Contains(may, "std") && strings.Contains(strings.Split(imp, "/")[0], ".") {
				t.Errorf("%s imports %s; %s keeps to the standard library", file, imp, dir)
			}
			for prefix, dirs := range owners {
				if strings.HasPrefix(imp, prefix) && !slices.Contains(strings.Fields(dirs), dir) {
					t.Errorf("%s imports %s; only %s may", file, imp, dirs)
				}
			}
		}
	}
	for dir := range allowed {
		if !used[dir] {
			t.Errorf("%s has a line in the house but holds no Go code", dir)
		}
	}
}

// TestTreeIsReadable holds what reviewers would otherwise have to say again and
// again: short files and names that tell what is inside.
func TestTreeIsReadable(t *testing.T) {
	root := os.DirFS("..")
	for _, file := range goFiles(t, root) {
		src, err := fs.ReadFile(root, file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(src), "\n"); n > 400 && !strings.Contains(string(src), "DO NOT EDIT") {
			t.Errorf("%s has %d lines; past 400 it is split", file, n)
		}
		for part := range strings.SplitSeq(path.Dir(file), "/") {
			if slices.Contains([]string{"util", "utils", "common", "helpers", "models", "types"}, part) {
				t.Errorf("%s: %q says nothing about what is inside", file, part)
			}
		}
	}
}

// TestCodeKeepsItsClockOutside: time.Now and os.Exit belong to the command; the
// rest is handed a clock and returns errors, so that tests control both.
func TestCodeKeepsItsClockOutside(t *testing.T) {
	root := os.DirFS("..")
	for _, file := range goFiles(t, root) {
		if strings.HasPrefix(file, "cmd/") || slices.Contains(helpers, path.Dir(file)) || generator(t, root, file) {
			continue
		}
		src, err := fs.ReadFile(root, file)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(src), "\n") {
			code, _, _ := strings.Cut(line, "//")
			for _, bad := range []string{"time.Now()", "os.Exit(", "log.Fatal"} {
				if strings.Contains(code, bad) {
					t.Errorf("%s:%d: %s belongs to cmd/edict", file, n+1, bad)
				}
			}
			if strings.HasPrefix(code, "func init()") {
				t.Errorf("%s:%d: no registration in init", file, n+1)
			}
		}
	}
}

// goFiles lists the Go files of this module that are not tests.
func goFiles(t *testing.T, root fs.FS) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || file == "tools" || file == "without" || len(d.Name()) > 1 && d.Name()[0] == '.'):
			return fs.SkipDir
		case path.Ext(file) == ".go" && !strings.HasSuffix(file, "_test.go"):
			files = append(files, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d Go files found: the walk is broken", len(files))
	}
	return files
}

func imports(t *testing.T, root fs.FS, file string) []string {
	t.Helper()
	src, err := fs.ReadFile(root, file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	if ignored(string(src)) {
		return nil
	}
	for _, spec := range f.Imports {
		imp, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, imp)
	}
	return out
}

// generator reports whether file is a program of its own, run by go generate.
func generator(t *testing.T, root fs.FS, file string) bool {
	t.Helper()
	src, err := fs.ReadFile(root, file)
	if err != nil {
		t.Fatal(err)
	}
	return ignored(string(src))
}

func ignored(src string) bool { return strings.HasPrefix(src, "//go:build ignore") }
