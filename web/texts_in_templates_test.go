package web_test

import (
	"html/template"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
	"unicode"

	"golang.org/x/net/html"

	"edict/web"
)

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
			checkWords(t, file+" "+name, markup.String())
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
