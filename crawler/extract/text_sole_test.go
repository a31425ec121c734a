package extract

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"edict/news"
)

// solePage is a page with one run of paragraphs, and what is put around and into it.
func solePage(before, between, behind string) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html lang="en"><head><title>Mills of Aldmere close</title></head><body><nav><a href="/">Home</a></nav><main><article><h1>Mills of Aldmere close</h1>` + before)
	for i := range 6 {
		if i == 3 {
			b.WriteString(between)
		}
		fmt.Fprintf(&b, "<p>Paragraph %d says that the council of Aldmere has closed a mill by the river. It will be opened again when the water is high, as it was %d years ago, and the millers were told so in a letter.</p>\n", i, i+2)
	}
	b.WriteString(`</article><aside><ul><li><a href="/more">Bakers meet in Brunholt</a></li></ul></aside></main>` + behind + `<footer>All rights reserved.</footer></body></html>`)
	return b.String()
}

// A page that leaves no choice is read without the readers; any other is not, and both
// ways give the same text.
func TestSoleRun(t *testing.T) {
	long := "This sentence stands somewhere else on the page, and is as long as a paragraph of the story would be."
	for name, c := range map[string]struct {
		page string
		sole bool
	}{
		"one run":             {solePage("", "", ""), true},
		"a date before it":    {solePage(`<time datetime="2026-05-01">1 May 2026</time>`, "", ""), true},
		"a teaser in links":   {solePage("", "", `<div><a href="/x">`+long+`</a></div>`), true},
		"a sub-head in it":    {solePage("", "<h2>By the river</h2>", ""), false},
		"a picture in it":     {solePage("", `<figure><img src="a.png"><figcaption>The mill.</figcaption></figure>`, ""), false},
		"a quotation in it":   {solePage("", "<blockquote><p>"+long+"</p></blockquote>", ""), false},
		"a sentence behind":   {solePage("", "", "<div><p>"+long+"</p></div>"), false},
		"a sentence before":   {solePage("<div><div>"+long+"</div></div>", "", ""), false},
		"hidden paragraphs":   {strings.Replace(solePage("", "", ""), "<article>", `<article style="display:none">`, 1), false},
		"not called a story":  {strings.NewReplacer("<article>", "<div>", "</article>", "</div>", "<main>", "", "</main>", "").Replace(solePage("", "", "")), false},
		"too short":           {`<main><article><p>One.</p><p>Two.</p><p>Three.</p></article></main>`, false},
		"a run and a comment": {solePage("", "", `<section class="comments"><p>`+long+`</p></section>`), false},
	} {
		t.Run(name, func(t *testing.T) {
			root, err := parse(c.page)
			if err != nil {
				t.Fatal(err)
			}
			if got := soleRun(newSurvey(root, &url.URL{})); (got.sole != nil) != c.sole {
				t.Fatalf("is it a sole run: %t", got.sole != nil)
			}
			if !c.sole {
				return
			}
			fast, err := Explain(news.Page{Body: []byte(c.page), Address: "https://site.example/story"}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			slow, err := Explain(news.Page{Body: []byte(strings.Replace(c.page, "</article>", `<hr></article><div><p>`+long+" Read more: "+`</p></div>`, 1)), Address: "https://site.example/story"}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if fast.Candidates[0].Name != "sole run" || slow.Candidates[0].Name != "readability" {
				t.Fatalf("read by %q and %q", fast.Candidates[0].Name, slow.Candidates[0].Name)
			}
			if fast.Article.Text != slow.Article.Text || fast.Article.Quality != 1 {
				t.Errorf("quality %v\n%s\n--- the readers\n%s", fast.Article.Quality, fast.Article.Text, slow.Article.Text)
			}
		})
	}
}

// What the answers in the head are for, and that a page without one is left alone.
func TestAnswerHead(t *testing.T) {
	root, err := parse(solePage("", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	_, bare := newSurvey(root, &url.URL{}).trimmed()
	want := runTrafilatura(bare, &url.URL{}, nil).text
	_, bare = newSurvey(root, &url.URL{}).trimmed()
	answerHead(bare)
	if got := runTrafilatura(bare, &url.URL{}, nil).text; got != want || want == "" {
		t.Errorf("with answers in its head, the page has the text %q, without %q", got, want)
	}
	answerHead(root.LastChild.FirstChild) // it has no head
}

func TestWordSearch(t *testing.T) {
	s := newWordSearch("mill", "milk", "公众号", "©!")
	for text, want := range map[string]bool{"": false, "m": false, "mil": false, "a mill": true, "milk": true, "mi lk": false, "关注公众号吧": true, "公众": false, "©": false, "x ©!": true} {
		if s.in(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
}
