package extract_test

import (
	"fmt"
	"time"

	"edict/crawler/extract"
	"edict/news"
)

func ExampleArticle() {
	page := news.Page{
		Address:     "https://news.example.com/power-cut",
		ContentType: "text/html; charset=utf-8",
		Fetched:     time.Date(2025, 10, 14, 12, 0, 0, 0, time.UTC),
		Body: []byte(`<html><head><title>Power cut to forty mines | Example News</title>
<script type="application/ld+json">{"@type":"NewsArticle","headline":"Power cut to forty mines","datePublished":"2025-10-14T11:35:00+02:00","author":{"name":"Dana Whitlock"}}</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>Power cut to forty mines</h1>
<p>The energy ministry disconnected forty mining sites that had no licence on Tuesday.</p>
<div>STORY CONTINUES BELOW</div>
<p>Owners have thirty days to show that their machines were imported lawfully.</p>
<p>Read more: <a href="/x">Miners ask for a second licence round</a></p></article></body></html>`),
	}
	c, err := extract.Article(page, extract.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Title)
	fmt.Println(c.Authors, c.Published.Format(time.RFC3339), c.Language)
	fmt.Println(c.Text)
	// Output:
	// Power cut to forty mines
	// [Dana Whitlock] 2025-10-14T09:35:00Z en
	// The energy ministry disconnected forty mining sites that had no licence on Tuesday.
	// Owners have thirty days to show that their machines were imported lawfully.
}
