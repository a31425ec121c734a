package web_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"
	"unicode"

	"golang.org/x/net/html"

	"edict/catalogue"
	"edict/web"
)

// spoken is a text that code asks for: its key, and the names of what it puts in.
type spoken struct {
	where, key string
	names      []string
}

// TestTextsAreComplete holds the three catalogues to each other and to the code: every key
// that is asked for is there in all of them, none is there for nothing, and what is put
// into a text is what the text names.
func TestTextsAreComplete(t *testing.T) {
	texts := site(t, stocked()).Texts()
	en := texts[catalogue.English]
	for code, c := range texts {
		for _, key := range en.Keys() {
			if !c.Has(key) {
				t.Errorf("%s lacks %s", code, key)
				continue
			}
			for _, n := range []int64{1, 2} {
				if got, want := placeholders(c, key, n), placeholders(en, key, 2); !slices.Equal(got, want) && !(n == 1 && slices.Equal(got, without(want, "n"))) {
					t.Errorf("%s in %s puts in %q, and in English %q", key, code, got, want)
				}
			}
			if code != catalogue.English {
				checkChinese(t, code, key, c)
			}
		}
		for _, key := range c.Keys() {
			if !en.Has(key) {
				t.Errorf("%s has %s, which English lacks", code, key)
			}
		}
	}
	used := map[string]bool{}
	for _, s := range append(append(inTemplates(t), inCode(t)...), inScripts(t)...) {
		if prefix, open := strings.CutSuffix(s.key, "*"); open { // the rest is a code
			found := false
			for _, key := range en.Keys() {
				if strings.HasPrefix(key, prefix) {
					used[key], found = true, true
				}
			}
			if !found {
				t.Errorf("%s: no text begins with %s", s.where, prefix)
			}
			continue
		}
		used[s.key] = true
		if !en.Has(s.key) {
			t.Errorf("%s: there is no text %s", s.where, s.key)
			continue
		}
		for _, name := range placeholders(en, s.key, 2) {
			if !slices.Contains(s.names, name) && !slices.Contains(s.names, "*") {
				t.Errorf("%s: nothing is put in for {%s} of %s", s.where, name, s.key)
			}
		}
		for _, name := range s.names {
			if name != "*" && name != "n" && !slices.Contains(placeholders(en, s.key, 2), name) && !strings.Contains(said(en, s.key), "]("+name+")") {
				t.Errorf("%s: %s does not say {%s}", s.where, s.key, name)
			}
		}
	}
	for _, key := range en.Keys() {
		if !used[key] {
			t.Errorf("nothing says %s", key)
		}
	}
}

func placeholders(c *catalogue.Catalogue, key string, n int64) (out []string) {
	for _, p := range c.Pieces(key, n) {
		if p.Name != "" && !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	slices.Sort(out)
	return out
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

func said(c *catalogue.Catalogue, key string) string {
	var b strings.Builder
	for _, p := range c.Pieces(key, 2) {
		b.WriteString(p.Words)
	}
	return b.String()
}

// ours are words that stand in English within Chinese: names, and what is typed.
var ours = regexp.MustCompile("`[^`]*`" + `|[a-z]+:[a-z]+[^、，]*|\]\([a-z]+\)|Edict|UTC|Atom|JSON|RSS|Markdown|CSV|HTML|OpenAPI|API|ID|WARC|NATS|robots\.txt|Shift|URL|SMTP|OPML|CSS|ETag|Webhook|webhook|HMAC|IANA|Asia/Shanghai|\.yaml|\.zip|[a-z]+:[a-z]+[^、，]*|nats`)

// checkChinese wants the same links and code as in English, and no English words left.
func checkChinese(t *testing.T, code, key string, c *catalogue.Catalogue) {
	t.Helper()
	text := said(c, key)
	if rest := ours.ReplaceAllString(text, ""); regexp.MustCompile(`[A-Za-z]{3,}`).MatchString(rest) {
		t.Errorf("%s in %s is not translated: %s", key, code, text)
	}
	// Characters that one script has and the other has not.
	wrong := map[string]string{catalogue.Simplified: "報導擊鏈無來這個為與當時間區", catalogue.Traditional: "报导击链无来这个为与当时间区"}[code]
	if i := strings.IndexAny(text, strings.Map(func(r rune) rune {
		if strings.ContainsRune("导", r) && code == catalogue.Simplified {
			return -1
		}
		return r
	}, wrong)); i >= 0 {
		t.Errorf("%s in %s has a character of the other script: %s", key, code, text)
	}
}

// inTemplates finds the keys that templates ask for, and fails for words that stand in
// them as they are.
func inTemplates(t *testing.T) (out []spoken) {
	t.Helper()
	files, err := fs.Glob(web.TemplateFiles, "templates/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal("no templates: ", err)
	}
	known := template.FuncMap{}
	for _, name := range []string{"asset", "thousands", "count", "allstages", "t", "m"} {
		known[name] = func(...any) string { return "" }
	}
	for _, file := range files {
		raw, err := fs.ReadFile(web.TemplateFiles, file)
		if err != nil {
			t.Fatal(err)
		}
		all, err := parse.Parse(file, string(raw), "", "", known, map[string]any{"eq": 1, "ne": 1, "or": 1, "and": 1, "not": 1, "len": 1, "lt": 1, "gt": 1, "le": 1, "ge": 1, "index": 1, "print": 1, "printf": 1, "slice": 1, "urlquery": 1})
		if err != nil {
			t.Fatal(err)
		}
		for name, tree := range all {
			var markup strings.Builder
			walk(tree.Root, &markup, func(call *parse.CommandNode) {
				out = append(out, callOf(t, file, call)...)
			})
			if !slices.Contains([]string{"templates/account.html", "templates/users.html"}, file) {
				checkWords(t, file+" "+name, markup.String())
			}
		}
	}
	return out
}

// walk visits the calls of a tree, and writes its markup with a mark for each action.
func walk(n parse.Node, markup *strings.Builder, call func(*parse.CommandNode)) {
	list := func(l *parse.ListNode) {
		if l != nil {
			walk(l, markup, call)
		}
	}
	pipe := func(p *parse.PipeNode) {
		if p != nil {
			walk(p, markup, call)
		}
	}
	branch := func(b *parse.BranchNode) {
		pipe(b.Pipe)
		list(b.List)
		list(b.ElseList)
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			walk(c, markup, call)
		}
	case *parse.TextNode:
		markup.Write(n.Text)
	case *parse.ActionNode:
		markup.WriteString("1")
		pipe(n.Pipe)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			walk(c, markup, call)
		}
	case *parse.CommandNode:
		call(n)
		for _, a := range n.Args {
			if p, is := a.(*parse.PipeNode); is {
				pipe(p)
			}
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.TemplateNode:
		markup.WriteString("1")
		pipe(n.Pipe)
	}
}

func callOf(t *testing.T, where string, call *parse.CommandNode) (out []spoken) {
	t.Helper()
	f, is := call.Args[0].(*parse.IdentifierNode)
	if !is || f.Ident != "t" && f.Ident != "m" {
		return nil
	}
	key, plain := call.Args[1].(*parse.StringNode)
	if !plain {
		t.Errorf("%s: a key that is put together cannot be checked: %s", where, call)
		return nil
	}
	s := spoken{where: where + " " + call.String(), key: key.Text}
	for i := 2; i < len(call.Args); i += 2 {
		name, plain := call.Args[i].(*parse.StringNode)
		if !plain {
			t.Errorf("%s: names and values do not take turns: %s", where, call)
			return nil
		}
		s.names = append(s.names, name.Text)
	}
	return []spoken{s}
}

// untranslated are words that are the same in all languages.
var untranslated = regexp.MustCompile(`Edict|Atom|JSON|CSV|Markdown|OpenAPI|CN-SC|^newspaper\.example$|^https://newspaper\.example/story$|^https://…$`)

// checkWords fails for words in the text of markup, and in the attributes that readers
// meet.
func checkWords(t *testing.T, where, markup string) {
	t.Helper()
	bad := func(text string) bool {
		return strings.ContainsFunc(untranslated.ReplaceAllString(text, ""), unicode.IsLetter)
	}
	z := html.NewTokenizer(strings.NewReader(markup))
	skip := ""
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return
		case html.TextToken:
			if text := strings.TrimSpace(string(z.Text())); skip == "" && bad(text) {
				t.Errorf("%s: the words %q stand in the template", where, text)
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			token := z.Token()
			if token.Data == "kbd" { // the name of a key
				if skip = ""; kind == html.StartTagToken {
					skip = "kbd"
				}
			}
			for _, a := range token.Attr {
				if slices.Contains([]string{"title", "alt", "placeholder", "aria-label", "data-label"}, a.Key) && a.Val != "Asia/Shanghai" && bad(a.Val) {
					t.Errorf("%s: the words %q stand in %s", where, a.Val, a.Key)
				}
			}
		}
	}
}

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
