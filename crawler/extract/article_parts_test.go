package extract_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func pageOf(head, article string) string {
	return `<html lang="en"><head><title>Forty mines lose their power</title>` + head + `</head><body><nav><a href="/">Home</a> <a href="/news">News</a></nav><main><h1>Forty mines lose their power</h1>` +
		article + `</main><footer><p>Example News, all rights reserved.</p></footer></body></html>`
}

func TestSubheadsSetAsParagraphs(t *testing.T) {
	var b strings.Builder
	for i, p := range strings.Split(strings.TrimSpace(body), "\n") {
		b.WriteString(`<div class="group">` + p + p[:len(p)-4] + ` That was said in part ` + string(rune('a'+i)) + ` of the report.</p></div>`)
		if i < 2 {
			b.WriteString(`<p class="interline">What the order says of meters</p>`)
		}
	}
	c, err := read("https://a.example/x", pageOf("", `<div class="story">`+strings.ReplaceAll(b.String(), "of meters</p><div class=\"group\"><p>Lic", "of licences</p><div class=\"group\"><p>Lic")+`</div>`))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nWhat the order says of meters\n", "\nWhat the order says of licences\n"} {
		if !strings.Contains(c.Text, want) {
			t.Errorf("%q is not in\n%s", want, c.Text)
		}
	}
}

func TestShortStoryIsNoStandfirst(t *testing.T) {
	const story = "The energy ministry disconnected forty mining sites that had no licence, it said in a statement on Tuesday evening."
	c, err := read("https://a.example/x", pageOf(`<meta property="og:description" content="`+story+`">`, `<div class="wrap"><div class="inner"><p>`+story+`</p></div></div>`))
	if err != nil {
		t.Fatal(err)
	}
	if c.Text != story {
		t.Errorf("text is %q", c.Text)
	}
}

func TestAuthors(t *testing.T) {
	article := `<div class="story">` + body + `</div>`
	graph := `<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"Article","headline":"Forty mines lose their power","author":{"@id":"https://a.example/#/schema/person/7"}},` +
		`{"@type":"Person","@id":"https://a.example/#/schema/person/7","name":"Dana Whitlock"}]}</script>`
	for _, c := range []struct {
		name, head, article string
		want                []string
	}{
		{"a reference in JSON-LD", graph, article, []string{"Dana Whitlock"}},
		{"a label for sharing in German", `<meta name="twitter:label1" content="Verfasst von"><meta name="twitter:data1" content="Dana Whitlock">`, article, []string{"Dana Whitlock"}},
		{"one name that is marked", "", `<p class="meta">14 October 2025 <a rel="author" href="/author/dana">dana</a></p>` + article, []string{"dana"}},
		{"behind the date", "", `<p>14 October 2025, 09:35 by Dana Whitlock</p>` + article, []string{"Dana Whitlock"}},
		{"words before a name", "", `<p class="author">Geschrieben von Dana Whitlock</p>` + article, []string{"Dana Whitlock"}},
		{"a reader's comment", "", article + `<div class="comments"><div class="comment-author">Ben Reader says</div><p>Well done.</p></div>`, nil},
		{"a person beside the paper", `<meta name="author" content="示例时报网">`, `<p>2025-10-14 12:11 来源：示例时报网 作者：李在田</p>` + article, []string{"李在田"}},
		{"a day behind the name", "", `<p class="author">Dana Whitlock am Dienstag, 14. Oktober</p>` + article, []string{"Dana Whitlock"}},
	} {
		got, err := read("https://a.example/x", pageOf(c.head, c.article))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Authors, c.want) {
			t.Errorf("%s: authors are %q, want %q", c.name, got.Authors, c.want)
		}
	}
}

func TestZones(t *testing.T) {
	article := `<div class="story">` + body + `</div>`
	korean := `<p>금융위원회는 가상자산 채굴장에 대한 새로운 규칙을 발표했다고 화요일 밝혔다.</p><p>규칙은 다음 달부터 시행되며 모든 사업자는 등록을 마쳐야 한다고 위원회는 설명했다.</p><p>등록하지 않은 채굴장은 전력 공급이 중단될 수 있다고 관계자는 덧붙였다.</p>`
	published := `<meta property="article:published_time" content="2025-10-14 09:35">`
	for _, c := range []struct {
		name, head, article string
		want                time.Time
	}{
		{"none", published, article, time.Date(2025, 10, 14, 9, 35, 0, 0, time.UTC)},
		{"that of another date", published + `<meta property="article:modified_time" content="2025-10-14T11:00:00-04:00">`, article, time.Date(2025, 10, 14, 13, 35, 0, 0, time.UTC)},
		{"zero elsewhere", published + `<meta property="article:modified_time" content="2025-10-14T11:00:00+00:00">`, article, time.Date(2025, 10, 14, 9, 35, 0, 0, time.UTC)},
		{"of Korean", published, `<div class="story">` + korean + `</div>`, time.Date(2025, 10, 14, 0, 35, 0, 0, time.UTC)},
		{"in the page's state", "", article + `<script>window.__STATE__={"article":{"publishedAt":"2025-10-14T09:35:00Z","more":"` + strings.Repeat("x", 500) + `"}}</script>`, time.Date(2025, 10, 14, 9, 35, 0, 0, time.UTC)},
	} {
		got, err := read("https://a.example/x", pageOf(c.head, c.article))
		if err != nil {
			t.Fatal(err)
		}
		if !got.Published.Equal(c.want) {
			t.Errorf("%s: published is %s, want %s", c.name, got.Published, c.want)
		}
	}
}

func TestSameWordsBeforeLinks(t *testing.T) {
	parts := strings.Split(strings.TrimSpace(body), "\n")
	html := parts[0] + `<p>Funda nalokhu: <a href="/1">Two towns close their mines for the winter</a></p>` + parts[1] + `<p>Funda nalokhu: <a href="/2">Power company asks for a higher price</a></p>` + parts[2]
	c, err := read("https://a.example/x", pageOf("", `<div class="story">`+html+`</div>`))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(c.Text, "Funda") || strings.Count(c.Text, "\n") != 2 {
		t.Errorf("text is\n%s", c.Text)
	}
}
