package extract_test

import (
	"strings"
	"testing"
	"time"

	"edict/crawler/extract"
	"edict/news"
)

// paragraphs of a story, long enough to be sure text.
var paragraphs = strings.Split(strings.TrimSpace(body), "\n")

func textOfStory(t *testing.T, story string) string {
	t.Helper()
	c, err := read("https://a.example/x", pageOf("", `<div class="story">`+story+`</div>`))
	if err != nil {
		t.Fatal(err)
	}
	return c.Text
}

// TestWholeLists: a list of which a part was taken for text is there as a whole, and
// one that announces nothing but links is not.
func TestWholeLists(t *testing.T) {
	text := textOfStory(t, paragraphs[0]+`<p>The order names what a mine must show:</p><ul>`+
		`<li>A licence of the energy ministry that is not older than one year and names the site.</li><li>Its own meter</li>`+
		`<li>A contract with the grid that says how fast the mine is cut off when households need the power.</li><li>A fence</li></ul>`+
		paragraphs[1]+`<ul><li><a href="/1">Two towns close their mines</a></li><li><a href="/2">Power costs more</a></li></ul>`+paragraphs[2])
	for _, want := range []string{"\nIts own meter\n", "\nA fence\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "Two towns") {
		t.Errorf("a list of links is in\n%s", text)
	}
}

// TestEmptyBoxes: the heading of a box goes with the box.
func TestEmptyBoxes(t *testing.T) {
	text := textOfStory(t, paragraphs[0]+paragraphs[1]+`<section class="more"><h3>More on the grid</h3><ul>`+
		`<li><a href="/1">Two towns close their mines before the winter comes</a></li><li><a href="/2">Power costs more than a year ago in all provinces</a></li><li><a href="/3">Miners look for new places abroad</a></li></ul></section>`+paragraphs[2])
	if strings.Contains(text, "More on the grid") {
		t.Errorf("the heading of a box is in\n%s", text)
	}
}

// TestLinesBehindTheStory: house lines, the work of a guest and what announces
// nothing are cut.
func TestLinesBehindTheStory(t *testing.T) {
	head := `<meta name="author" content="Dana Whitlock">`
	for _, line := range []string{
		`Have you got a story? Write to our desk or send us your pictures through this form.`,
		`For more stories like this, see our news page.`,
		`Follow the Example on Twitter and Facebook for what is new. You can also have its stories sent to your telephone as they come, without paying for it, whenever you like.`,
		`First published in the Example Review.`,
		`Dana Whitlock is a senior fellow at the Institute for Grids.`,
		`Sources:`,
	} {
		c, err := read("https://a.example/x", pageOf(head, `<div class="story">`+body+`<p>`+line+`</p></div>`))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(c.Text, line) {
			t.Errorf("%q is in\n%s", line, c.Text)
		}
	}
	const own = `Dana Whitlock is not alone with that view, the ministry said.`
	if text := textOfStory(t, paragraphs[0]+paragraphs[1]+`<p>`+own+`</p>`+paragraphs[2]); !strings.Contains(text, own) {
		t.Errorf("%q is not in\n%s", own, text)
	}
}

// TestCaptionsUnderPictures: a line under a picture in one paragraph is a caption,
// a sentence there is text.
func TestCaptionsUnderPictures(t *testing.T) {
	text := textOfStory(t, paragraphs[0]+`<p><img src="/1.jpg"><br><em>The mine of Shandi</em></p>`+paragraphs[1]+
		`<p><img src="/2.jpg"><br>The mine was closed on Monday, and its owner has left the country since.</p>`+
		`<div><img src="/3.jpg"></div><p>▲The hall where two thousand machines stood until Monday.</p>`+paragraphs[2])
	if strings.Contains(text, "The mine of Shandi") || strings.Contains(text, "▲") {
		t.Errorf("captions are in\n%s", text)
	}
	if !strings.Contains(text, "its owner has left the country") {
		t.Errorf("a sentence under a picture is missing in\n%s", text)
	}
}

const chineseStory = `<p>省能源局周一表示，已切断四十家无证虚拟货币挖矿场的供电，并要求电网公司在月底前报告其余用户的情况。</p>` +
	`<p>当日，</p><p>10月20日，</p><p>电网公司停止向上述企业供电，相关设备已全部封存，负责人正在接受调查。</p>` +
	`<p>能源局有关负责人表示，今后凡未经批准的挖矿项目，一经发现立即关停，并追回已经享受的电价优惠。</p>`

// TestLinesOfABrokenSentence: a date that a comma follows is no line of its own.
func TestLinesOfABrokenSentence(t *testing.T) {
	if text := textOfStory(t, chineseStory); !strings.Contains(text, "\n10月20日，\n") {
		t.Errorf("text is\n%s", text)
	}
}

func TestChineseAuthors(t *testing.T) {
	for _, c := range []struct{ name, before, behind, want string }{
		{"under the text", "", `<p>采写：示例记者 张三立 李四海</p>`, "张三立, 李四海"},
		{"of a column", `<p>《示例》作者 张三立</p>`, "", "张三立"},
		{"an account's own work", `<p>原创 ExampleForce 2025-10-14 22:18:34</p>`, "", "ExampleForce"},
		{"a button to follow", `<p class="author">示例发布 关注</p>`, "", "示例发布"},
		{"a call to comment", `<meta name="author" content="欢迎发表评论">`, `<p class="author"><a href="#c">欢迎发表评论</a></p>`, ""},
	} {
		story := `<div class="story">` + c.before + chineseStory + c.behind + `</div>`
		got, err := read("https://a.example/x", strings.ReplaceAll(pageOf("", story), "Forty mines lose their power", "四十家矿场被切断供电"))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(got.Text, "张三立") {
			t.Errorf("%s: the line is in\n%s", c.name, got.Text)
		}
		if authors := strings.Join(got.Authors, ", "); authors != c.want {
			t.Errorf("%s: authors are %q, want %q", c.name, authors, c.want)
		}
	}
}

// TestDatedHeading: where every page of a site has its section in <title>, the
// heading over the date is the title, unless there are several.
func TestDatedHeading(t *testing.T) {
	page := func(more string) string {
		return `<html lang="zh"><head><title>工作动态</title></head><body><div class="path"><h3>首页 - 工作动态</h3></div><h5>省能源局切断四十家矿场供电</h5>` +
			`<div>发布时间：2025-10-14 来源：省能源局</div><div class="con">` + chineseStory + `</div>` + more + `</body></html>`
	}
	related := `<h4>另一家矿场也已于日前关停并拆除设备</h4><div>2025-10-12 09:00</div>`
	for more, want := range map[string]string{"": "省能源局切断四十家矿场供电", related: "工作动态"} {
		c, err := extract.Article(news.Page{Address: "https://a.example/x", Status: 200, ContentType: "text/html", Body: []byte(page(more)), Fetched: time.Unix(1_760_000_000, 0)}, extract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if c.Title != want {
			t.Errorf("title is %q, want %q", c.Title, want)
		}
	}
}
