package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"edict/catalogue"
)

// inCode finds the keys that the package's Go asks for: what is handed to say, named,
// sentence, toldBody, and to a fault.
func inCode(t *testing.T) (out []spoken) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	texts := site(t, stocked()).Texts()[catalogue.English]
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			where := func() string { return set.Position(n.Pos()).String() }
			switch n := n.(type) {
			case *ast.CallExpr:
				name := ""
				switch f := n.Fun.(type) {
				case *ast.SelectorExpr:
					name = f.Sel.Name
				case *ast.Ident:
					name = f.Name
				}
				switch {
				case (name == "say" || name == "Say") && len(n.Args) > 0:
					if key, whole := textOf(n.Args[0]); key != "" {
						s := spoken{where: where(), key: key, names: namesOf(n.Args[1:], n.Ellipsis.IsValid())}
						if !whole {
							s.key += "*"
						}
						out = append(out, s)
					}
				case name == "named":
					if key, _ := textOf(n.Args[0]); key != "" {
						out = append(out, spoken{where: where(), key: key + ".*"})
					}
				case name == "Has" && isWords(n.Fun):
					if key, _ := textOf(n.Args[0]); key != "" {
						out = append(out, spoken{where: where(), key: key + "*"})
					}
				}
			case *ast.BasicLit: // a key that is handed on
				if key, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && strings.Contains(key, ".") {
					if texts.Has(key) {
						out = append(out, spoken{where: where(), key: key, names: []string{"*"}})
					} else if strings.HasSuffix(key, ".") && slices.ContainsFunc(texts.Keys(), func(k string) bool { return strings.HasPrefix(k, key) }) {
						out = append(out, spoken{where: where(), key: key + "*"})
					} else if texts.Has(key + ".heading") {
						out = append(out, spoken{where: where(), key: key + ".*"})
					}
				}
			}
			return true
		})
	}
	if len(out) < 50 {
		t.Fatalf("only %d texts are asked for in code", len(out))
	}
	return out
}

// isWords reports whether a method is one of the reader's words.
func isWords(e ast.Expr) bool {
	f, is := e.(*ast.SelectorExpr)
	if !is {
		return false
	}
	of, is := f.X.(*ast.SelectorExpr)
	return is && of.Sel.Name == "words"
}

// textOf is a string that stands in code, or the beginning of one that is put together.
func textOf(e ast.Expr) (text string, whole bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		text, _ := textOf(e.X)
		return text, false
	}
	return "", false
}

func namesOf(args []ast.Expr, open bool) (names []string) {
	if open {
		return []string{"*"}
	}
	for i := 0; i < len(args); i += 2 {
		if name, whole := textOf(args[i]); whole {
			names = append(names, name)
		}
	}
	return names
}

var (
	scriptCall = regexp.MustCompile(`\b(?:say|word|date)\('([a-z.]+)'(, (\{[^}]*\}|at))?`)
	scriptName = regexp.MustCompile(`[{,] ?([a-z]+)`)
)

// inScripts finds the keys that scripts ask for.
func inScripts(t *testing.T) (out []spoken) {
	t.Helper()
	files, err := filepath.Glob("static/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts: ", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range scriptCall.FindAllStringSubmatch(string(raw), -1) {
			s := spoken{where: file, key: m[1]}
			if m[3] == "at" { // a date
				s.names = []string{"*"}
			}
			for _, name := range scriptName.FindAllStringSubmatch(m[3], -1) {
				s.names = append(s.names, name[1])
			}
			if !strings.HasPrefix(s.key, "live.") && !strings.HasPrefix(s.key, "time.") {
				t.Errorf("%s: scripts are not told %s", file, s.key)
			}
			out = append(out, s)
		}
	}
	return out
}
