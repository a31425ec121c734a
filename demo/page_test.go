package demo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/text/encoding/simplifiedchinese"

	"edict/demo"
)

// void elements have no end tag.
var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// allPages returns every page of the site as UTF-8, by path, once all are out.
func allPages(t *testing.T) (*demo.Site, map[string]string) {
	t.Helper()
	site, c := serve(t)
	c.set(start.Add(time.Hour))
	pages := map[string]string{}
	paths := []string{"/"}
	for _, s := range site.Stories() {
		paths = append(paths, s.Path)
	}
	for _, s := range site.Sources() {
		paths = append(paths, "/"+s.Slug+"/")
	}
	for _, path := range paths {
		body := get(t, base(site)+path).body
		if strings.HasPrefix(path, "/portal/") {
			var err error
			if body, err = simplifiedchinese.GB18030.NewDecoder().Bytes(body); err != nil {
				t.Fatal(err)
			}
		}
		pages[path] = string(body)
	}
	return site, pages
}

func TestPagesAreWellFormed(t *testing.T) {
	_, pages := allPages(t)
	for path, body := range pages {
		if err := wellFormed(body); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// wellFormed reports whether a page begins with a doctype, closes every element
// that it opens in order, repeats no id, and has one title.
func wellFormed(body string) error {
	if !utf8.ValidString(body) {
		return errors.New("not valid UTF-8")
	}
	tokens := html.NewTokenizer(strings.NewReader(body))
	var open []string
	ids := map[string]bool{}
	titles := 0
	for first := true; ; first = false {
		kind := tokens.Next()
		token := tokens.Token()
		switch {
		case kind == html.ErrorToken:
			if len(open) > 0 {
				return fmt.Errorf("%v stay open", open)
			}
			if titles != 1 {
				return fmt.Errorf("%d titles", titles)
			}
			return nil
		case first && kind != html.DoctypeToken:
			return fmt.Errorf("it begins with %s", token)
		case kind == html.StartTagToken:
			for _, a := range token.Attr {
				if a.Key == "id" && ids[a.Val] {
					return fmt.Errorf("id %q stands twice", a.Val)
				} else if a.Key == "id" {
					ids[a.Val] = true
				}
			}
			if token.Data == "title" {
				titles++
			}
			if !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
		case kind == html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return fmt.Errorf("</%s> closes %v", token.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// TestListingSelector: the selector of a source finds its stories and nothing else.
func TestListingSelector(t *testing.T) {
	site, pages := allPages(t)
	tried := 0
	for _, s := range site.Sources() {
		if s.Select.Links == "" {
			continue
		}
		tried++
		root, err := html.Parse(strings.NewReader(pages["/"+s.Slug+"/"]))
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, a := range cascadia.QueryAll(root, cascadia.MustCompile(s.Select.Links)) {
			got = append(got, a.Attr[0].Val)
		}
		for _, story := range slices.Backward(site.Stories()) {
			if story.Outlet == s.Slug {
				want = append(want, story.Path)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s selects %v, not %v", s.Slug, got, want)
		}
	}
	if tried == 0 {
		t.Error("no source has a selector")
	}
}

func TestWellFormedRefuses(t *testing.T) {
	good := "<!DOCTYPE html><html><head><title>t</title></head><body><p id=\"a\">x<br></p></body></html>"
	if err := wellFormed(good); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		strings.Replace(good, "</p>", "", 1),
		strings.Replace(good, "<title>t</title>", "", 1),
		strings.Replace(good, "<!DOCTYPE html>", "", 1),
		strings.Replace(good, "</p>", "<i id=\"a\"></i></p>", 1),
		good + "</div>",
	} {
		if wellFormed(bad) == nil {
			t.Errorf("%s is taken for good", bad)
		}
	}
}

// TestPagesHoldTheirStories finds title, authors and every paragraph on the page,
// and the line that says what kind of story it is.
func TestPagesHoldTheirStories(t *testing.T) {
	site, pages := allPages(t)
	for _, s := range site.Stories() {
		text := visible(t, pages[s.Path])
		for _, want := range slices.Concat([]string{s.Title}, s.Authors, strings.Split(s.Text, "\n")) {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not on the page", s.Path, want)
			}
		}
		if strings.ContainsAny(s.Text+s.Summary, "{}[]") {
			t.Errorf("%s: a mark was left in %q", s.Path, s.Text)
		}
		if n := strings.Count(s.Text, "\n") + 1; n < 3 || n > 9 {
			t.Errorf("%s has %d paragraphs", s.Path, n)
		}
	}
	for path, body := range pages {
		text := visible(t, body)
		if !strings.Contains(text, "the makers of Edict") && !strings.Contains(text, "Edict 的作者") {
			t.Errorf("%s does not say that it is a demonstration", path)
		}
	}
}

// visible returns the text of a page without scripts and styles.
func visible(t *testing.T, body string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			b.WriteString(n.Data + "\n")
		}
	}
	return b.String()
}

func TestJSONLinkedData(t *testing.T) {
	site, pages := allPages(t)
	found := 0
	for _, s := range site.Stories() {
		_, rest, ok := strings.Cut(pages[s.Path], `<script type="application/ld+json">`)
		if !ok {
			continue
		}
		found++
		data, _, _ := strings.Cut(rest, "</script>")
		var ld struct {
			Type      string `json:"@type"`
			Headline  string
			Published time.Time `json:"datePublished"`
			Author    []struct{ Name string }
		}
		if err := json.Unmarshal([]byte(data), &ld); err != nil {
			t.Errorf("%s: %v", s.Path, err)
			continue
		}
		if ld.Type != "NewsArticle" || ld.Headline != s.Title || !ld.Published.Equal(s.Out) || len(ld.Author) != len(s.Authors) {
			t.Errorf("%s: %+v", s.Path, ld)
		}
	}
	if found < 12 {
		t.Errorf("%d pages with linked data are too few", found)
	}
}

// TestOneSyndicatedCopy: only one page names another domain as its own address.
func TestOneSyndicatedCopy(t *testing.T) {
	site, pages := allPages(t)
	copies := 0
	for _, s := range site.Stories() {
		_, rest, ok := strings.Cut(pages[s.Path], `<link rel="canonical" href="`)
		if !ok {
			continue
		}
		canonical, _, _ := strings.Cut(rest, `"`)
		switch {
		case s.Original != "":
			copies++
			if canonical != s.Original {
				t.Errorf("%s: canonical is %s, not %s", s.Path, canonical, s.Original)
			}
		case canonical != base(site)+s.Path:
			t.Errorf("%s: canonical is %s", s.Path, canonical)
		}
	}
	if copies != 1 {
		t.Errorf("%d syndicated copies, not one", copies)
	}
}

// TestNoiseIsOnThePage: what must not reach a story's text does stand around it.
func TestNoiseIsOnThePage(t *testing.T) {
	site, pages := allPages(t)
	for path, noise := range map[string][]string{
		"/ledger/markets/bitcoin-holds-its-range/":               {"STORY CONTINUES BELOW", "Three more provinces shut crypto mines"},
		"/ledger/policy/nearly-every-province-backs-blockchain/": {"Don't miss another story", "Gold passes another record", "Read more:"},
		"/herald/kenya-opens-sandbox":                            {"214 partners", "Advertisement"},
		"/blockline/amp/vermont-moratorium-bill":                 {"Advertisement - scroll to continue", "pulls the plug"},
		"/portal/caijing/gansu-wakuang.shtml":                    {"热榜", "责任编辑", "扫一扫"},
		"/dongxiang/news/hk-custody-licensing":                   {"延伸閱讀", "圖片來源"},
	} {
		i := slices.IndexFunc(site.Stories(), func(s demo.Story) bool { return s.Path == path })
		if i < 0 {
			t.Errorf("no story at %s", path)
			continue
		}
		text := visible(t, pages[path])
		for _, n := range noise {
			if !strings.Contains(text, n) || strings.Contains(site.Stories()[i].Text, n) {
				t.Errorf("%s: %q should stand on the page and not in the story", path, n)
			}
		}
	}
}
