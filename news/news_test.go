package news_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/news"
)

var update = flag.Bool("update", false, "write the golden files anew")

func content() news.Content {
	text := "The province of Nowhere shut down 26 mines on Friday.\nIt offers up to 17.5 million yuan to blockchain firms."
	return news.Content{
		URL:          "https://ledger.example/2026/mines-shut?utm_source=feed",
		CanonicalURL: "https://ledger.example/2026/mines-shut",
		Original:     "https://wire.example/1",
		Source:       "ledger",
		Title:        "Jiangxi shuts mines & courts \"blockchain\"",
		Summary:      "江西关停矿场",
		Authors:      []string{"A. Writer"},
		Published:    time.Date(2026, 7, 14, 19, 10, 0, 0, time.FixedZone("CST", 8*3600)),
		Modified:     time.Date(2026, 7, 14, 12, 0, 0, 0, time.UTC),
		Fetched:      time.Date(2026, 7, 14, 12, 1, 2, 0, time.UTC),
		Language:     "en",
		Text:         text,
		Quality:      0.93,
	}
}

func evidence(text, quote, rule string) news.Evidence {
	at := strings.Index(text, quote)
	return news.Evidence{Field: news.Text, Start: at, End: at + len(quote), Quote: quote, Rule: rule}
}

func record() news.Record {
	a := news.NewArticle(content(), false)
	r := news.NewRecord(a, news.RuleSet{Version: "2026.11.1", Hash: "5f0c"})
	r.Story = a.ID
	r.Tags = []news.Tag{
		{
			Label: news.Crackdown, Jurisdiction: "CN-JX", Stage: news.Enforced, Score: 8.5, State: news.Auto,
			Evidence: []news.Evidence{evidence(a.Text, "shut down 26 mines", "mining_crackdown/act")},
		},
		{
			Label: news.ProPolicy, Jurisdiction: "CN", Stage: news.Enacted, Score: 6, State: news.Review,
			Evidence: []news.Evidence{evidence(a.Text, "offers up to 17.5 million yuan", "pro_blockchain_policy/money")},
		},
	}
	r.Near = []news.Near{{Label: "stablecoin_rule", Score: 2, Missing: []string{"an actor"}}}
	r.Amounts = []news.Amount{{Value: 17.5e6, Currency: "CNY", Cap: true, Jurisdiction: "CN-JX", Evidence: []news.Evidence{evidence(a.Text, "17.5 million yuan", "amount")}}}
	r.Counts = []news.Count{{Value: 26, Of: 0, Unit: "mines", Label: news.Crackdown, Evidence: []news.Evidence{evidence(a.Text, "26 mines", "count")}}}
	return r
}

// TestGolden pins every message version: a field that changes its name, its
// place or its form breaks readers outside of this repository.
func TestGolden(t *testing.T) {
	change := news.Change{
		Sequence: 42, Time: time.Date(2026, 7, 14, 12, 1, 3, 0, time.UTC), Kind: news.StoredChange,
		Story: record().Story, Article: record().Key().Article, Record: record().ID,
	}
	for name, v := range map[string]any{
		"article.v1": news.NewArticle(content(), true),
		"record.v1":  record(),
		"stored.v1":  news.NewAnnouncement(change, record(), record().Tags[0]),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.MarshalIndent(v, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, bytes.TrimSpace(want)) {
				t.Errorf("%s differs from %s:\n%s", name, file, got)
			}
		})
	}
}

func TestDecodeKeepsWhatWasEncoded(t *testing.T) {
	want := record()
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := news.Decode[news.Record](data)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(got)
	if !bytes.Equal(data, again) {
		t.Errorf("a record changes on the way:\n%s\n%s", data, again)
	}
	if got.Key() != news.NewArticle(content(), false).Key() {
		t.Errorf("key %v", got.Key())
	}
}

func TestDecodeReadsWhatWasAddedLater(t *testing.T) {
	data, _ := json.Marshal(record())
	later := bytes.Replace(data, []byte(`{"schema"`), []byte(`{"added_in_1_7":{"x":1},"schema"`), 1)
	if _, err := news.Decode[news.Record](later); err != nil {
		t.Errorf("an added field is refused: %v", err)
	}
}

func TestInvalidIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*news.Record){
		"unknown major version":   func(r *news.Record) { r.Schema = "edict.record/2" },
		"another id":              func(r *news.Record) { r.ID = "0" },
		"another version":         func(r *news.Record) { r.Text += "." },
		"no source":               func(r *news.Record) { r.Source = "" },
		"address of a script":     func(r *news.Record) { r.URL = "javascript:alert(1)" },
		"never fetched":           func(r *news.Record) { r.Fetched = time.Time{} },
		"quote beside its slice":  func(r *news.Record) { r.Tags[0].Evidence[0].Start++ },
		"evidence outside":        func(r *news.Record) { r.Tags[0].Evidence[0].End = 1 << 20 },
		"evidence in no field":    func(r *news.Record) { r.Tags[0].Evidence[0].Field = "body" },
		"tag without evidence":    func(r *news.Record) { r.Tags[0].Evidence = nil },
		"tag twice":               func(r *news.Record) { r.Tags[1] = r.Tags[0] },
		"label with a dot":        func(r *news.Record) { r.Tags[0].Label = "a.b" },
		"jurisdiction in full":    func(r *news.Record) { r.Tags[0].Jurisdiction = "China" },
		"jurisdiction of another": func(r *news.Record) { r.Tags[0].Jurisdiction = "CN-HK" },
		"stage unknown":           func(r *news.Record) { r.Tags[0].Stage = "done" },
		"state unknown":           func(r *news.Record) { r.Tags[0].State = "maybe" },
		"amount without a place":  func(r *news.Record) { r.Amounts[0].Evidence[0].Quote = "x" },
		"count beside its slice":  func(r *news.Record) { r.Counts[0].Evidence[0].End-- },
	} {
		t.Run(name, func(t *testing.T) {
			r := record()
			spoil(&r)
			if err := r.Validate(); !errors.Is(err, news.ErrInvalid) {
				t.Errorf("Validate says %v", err)
			}
		})
	}
	if err := record().Validate(); err != nil {
		t.Errorf("a good record is refused: %v", err)
	}
	for name, text := range map[string]string{"bad UTF-8": "a\xff", "NUL": "a\x00b", "escape": "a\x1bb", "too long": strings.Repeat("x", news.MaxText+1)} {
		c := content()
		c.Text = text
		if err := news.NewArticle(c, false).Validate(); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("text with %s: Validate says %v", name, err)
		}
	}
	if _, err := news.Decode[news.Article]([]byte("{")); !errors.Is(err, news.ErrInvalid) {
		t.Errorf("half of an object: %v", err)
	}
}

func TestIDs(t *testing.T) {
	if a, b := news.VersionID("ab", "c", ""), news.VersionID("a", "bc", ""); a == b {
		t.Error("texts that run into the same bytes have one version")
	}
	if a, b := news.ArticleID("HTTPS://Ledger.example:443/x#top"), news.ArticleID("https://ledger.example/x?utm_medium=feed"); a != b {
		t.Error("two spellings of one address are two articles")
	}
	if len(news.ArticleID("https://ledger.example/x")) != 32 {
		t.Error("an id is not 128 bits in hex")
	}
}

func TestNormalizeURL(t *testing.T) {
	for raw, want := range map[string]string{
		" HTTP://Example.COM ":                      "http://example.com/",
		"https://example.com:443/a/../b?b=2&a=1#c":  "https://example.com/b?a=1&b=2",
		"http://example.com:8080/":                  "http://example.com:8080/",
		"https://example.com/a?utm_campaign=x&id=7": "https://example.com/a?id=7",
		"https://example.com/a?fbclid=1":            "https://example.com/a",
		"https://example.com/?q=%e4%b8%ad%E6%96%87": "https://example.com/?q=%e4%b8%ad%E6%96%87",
		"https://example.com/?q=%D6%D0&from=list":   "https://example.com/?from=list&q=%D6%D0",
		"https://example.com/%E5%8C%BA%E5%9D%97":    "https://example.com/%E5%8C%BA%E5%9D%97",
		"https://example.com./a":                    "https://example.com/a",
		"http://[::1]:80/x":                         "http://[::1]/x",
		"https://user:pw@example.com/x":             "https://example.com/x",
		"https://example.com/a?id=2&id=1&empty":     "https://example.com/a?empty&id=2&id=1",
		"not an address":                            "not an address",
	} {
		got := news.NormalizeURL(raw)
		if got != want {
			t.Errorf("NormalizeURL(%q) = %q, want %q", raw, got, want)
		}
		if again := news.NormalizeURL(got); again != got {
			t.Errorf("NormalizeURL is not stable on %q: %q", got, again)
		}
	}
}

func FuzzNormalizeURL(f *testing.F) {
	for _, s := range []string{"https://example.com/?q=中文&a", "http://[::1", "//x", "https://h/%zz?%zz#%zz", "http://a/./b/..//c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once := news.NormalizeURL(raw)
		if twice := news.NormalizeURL(once); twice != once {
			t.Errorf("%q becomes %q and then %q", raw, once, twice)
		}
	})
}

func FuzzDecodeRecord(f *testing.F) {
	data, _ := json.Marshal(record())
	f.Add(data)
	f.Add([]byte(`{"schema":"edict.record/1"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := news.Decode[news.Record](data)
		if err != nil {
			if !errors.Is(err, news.ErrInvalid) {
				t.Errorf("not ErrInvalid: %v", err)
			}
			return
		}
		for _, tag := range r.Tags {
			for _, e := range tag.Evidence {
				if r.Field(e.Field)[e.Start:e.End] != e.Quote {
					t.Errorf("a valid record with a quote beside its slice: %+v", e)
				}
			}
		}
	})
}

func TestJurisdiction(t *testing.T) {
	for in, want := range map[string]news.Jurisdiction{"cn-jx": "CN-JX", "CN-HK": "HK", "cn-tw": "TW", "CN-MO": "MO", "us": "US", "EU": "EU", "ZZ": "ZZ", "KZ-10": "KZ-10"} {
		if got, err := news.ParseJurisdiction(in); err != nil || got != want {
			t.Errorf("ParseJurisdiction(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "C", "CHN", "CN-", "CN-ABCD", "C1", "中国", "CN-J.X"} {
		if got, err := news.ParseJurisdiction(in); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("ParseJurisdiction(%q) = %q, %v", in, got, err)
		}
	}
	if !news.Jurisdiction("CN-JX").Within("CN") || news.Jurisdiction("CN").Within("CN-JX") || news.Jurisdiction("HK").Within("CN") {
		t.Error("Within is wrong: a division lies in its country, and Hong Kong has a code of its own")
	}
}

func TestSource(t *testing.T) {
	good := news.Source{Slug: "coin-desk", Name: "Coin Desk", Kind: news.Press, Feed: "https://x.example/rss"}
	if err := good.Validate(); err != nil {
		t.Errorf("a good source is refused: %v", err)
	}
	for name, spoil := range map[string]func(*news.Source){
		"no name":       func(s *news.Source) { s.Name = " " },
		"bad slug":      func(s *news.Source) { s.Slug = "Coin.Desk" },
		"no kind":       func(s *news.Source) { s.Kind = "" },
		"no address":    func(s *news.Source) { s.Feed = "" },
		"a file":        func(s *news.Source) { s.Feed = "file:///etc/passwd" },
		"a secret":      func(s *news.Source) { s.Listing = "https://me:secret@x.example/" },
		"too often":     func(s *news.Source) { s.Every = time.Millisecond },
		"no host":       func(s *news.Source) { s.Sitemap = "https:///x" },
		"a broken host": func(s *news.Source) { s.Sitemap = "https://[::1/" },
	} {
		s := good
		spoil(&s)
		if err := s.Validate(); !errors.Is(err, news.ErrInvalid) {
			t.Errorf("%s: Validate says %v", name, err)
		}
	}
	for name, want := range map[string]string{"CoinDesk": "coindesk", "The Block (Crypto)": "the-block-crypto", "巴比特": news.Slug("巴比特"), strings.Repeat("a b", 40): strings.Trim(news.Slug(strings.Repeat("a b", 40)), "-")} {
		if got := news.Slug(name); got != want || !news.ValidSlug(got) {
			t.Errorf("Slug(%q) = %q", name, got)
		}
	}
	if news.Slug("巴比特") == news.Slug("链闻") {
		t.Error("two Chinese names have one slug")
	}
}

func TestAnnouncementSubject(t *testing.T) {
	c := news.Change{Sequence: 7}
	r := record()
	for i, want := range []string{"mining_crackdown.CN.JX", "pro_blockchain_policy.CN._"} {
		a := news.NewAnnouncement(c, r, r.Tags[i])
		if a.Subject() != want {
			t.Errorf("subject %q, want %q", a.Subject(), want)
		}
	}
	if got := news.NewAnnouncement(c, r, r.Tags[0]).MessageID(); got != "7.mining_crackdown.CN-JX" {
		t.Errorf("message id %q", got)
	}
}
