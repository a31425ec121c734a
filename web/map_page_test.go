package web_test

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"edict/news"
	"edict/web"
)

func TestMapTellsWhatIsKnown(t *testing.T) {
	s := stocked()
	server := site(t, s)
	page := get(t, server, "/", http.StatusOK)
	text := visible(page)
	report := samples()[12]
	lacks(t, "the map", page, `href="/records/`+report.ID+`" class="number">33</a>`, `<a href="/places/CN?all=1&amp;label=pro_blockchain_policy" class="number">5</a>`,
		`class="tile both" href="/places/CN-JX"`, `class="tile crack" href="/places/CN-SC"`, `class="tile pro" href="/places/HK"`, `class="tile unknown" href="/places/CN-XZ"`)
	lacks(t, "its words", text, "33 of 34 divisions of China have pro-blockchain policies, as reported by Harbour Post on 16 Nov 2026; own evidence for 5.",
		"3 of China's 34 divisions have a crackdown on mining, by evidence of Edict's own; of 31 nothing is known.",
		"Beyond China, 1 place is supportive and 3 crack down on mining.", "Every other jurisdiction is unknown.", "Pro-blockchain policy at most ")
	if n := strings.Count(page, `class="tile `); n != 34 {
		t.Errorf("%d tiles", n)
	}

	// One sentence on both labels gives one number: it is not told of the crackdown.
	twofold := report
	twofold.Counts = append(slices.Clone(report.Counts), news.Count{Value: 33, Of: 34, Unit: "divisions", Label: crack})
	s.put(twofold)
	lacks(t, "one number for both", visible(get(t, server, "/", http.StatusOK)), "33 of 34 divisions of China have pro-blockchain policies", "3 of China's 34 divisions have a crackdown on mining")
	twofold.Counts[1].Value = 12
	s.put(twofold)
	lacks(t, "a number of its own", visible(get(t, server, "/", http.StatusOK)), "12 of 34 divisions of China have a crackdown on mining, as reported by Harbour Post on 16 Nov 2026; own evidence for 3.")
	s.put(report)

	// A tag that waits counts nowhere, and one more decides a cell.
	r := tagged(sample("harbour-post", "Guizhou bans", "Guizhou banned mining today.", time.Minute), crack, "CN-GZ", news.Enacted, news.Review, .5, "ban", "banned mining")
	s.put(r)
	if page := get(t, server, "/", http.StatusOK); !strings.Contains(page, `class="tile unknown" href="/places/CN-GZ"`) {
		t.Error("what waits for review is on the map")
	}
	r.Tags[0].State = news.Accepted
	s.put(r)
	lacks(t, "after a decision", get(t, server, "/", http.StatusOK), `class="tile crack" href="/places/CN-GZ"`)
}

// No two of the 34 seats are one, and each code is a place.
func TestTilesHaveSeatsOfTheirOwn(t *testing.T) {
	server := site(t, stocked())
	seen, codes := map[[2]int]string{}, []string{}
	for _, seat := range web.Seats() {
		at := [2]int{seat.Col, seat.Row}
		if seen[at] != "" || seat.Col < 1 || seat.Col > 8 || seat.Row < 1 || seat.Row > 8 {
			t.Errorf("%s and %s share a seat, or it is outside: %v", seat.Code, seen[at], at)
		}
		seen[at] = seat.Code
		codes = append(codes, seat.Code)
		get(t, server, "/places/"+seat.Code, http.StatusOK)
	}
	slices.Sort(codes)
	if len(slices.Compact(codes)) != 34 {
		t.Errorf("%d divisions", len(codes))
	}
	for _, d := range server.Gazetteer.Divisions("CN") {
		if !slices.Contains(codes, string(d)) {
			t.Errorf("%s has no seat", d)
		}
	}
}

func TestMapOfThePast(t *testing.T) {
	s := stocked()
	server := site(t, s)
	page := get(t, server, "/?asof=2026-11-21", http.StatusOK)
	lacks(t, "the past", page, `class="tile unknown" href="/places/CN-SC?asof=2026-11-21"`, "As it was known at the end of 21 Nov 2026 (UTC)", `href="/?asof=2026-11-20"`,
		`value="2026-11-21"`)
	lacks(t, "published", get(t, server, "/?asof=2026-11-21&by=published", http.StatusOK), "By what was published before the end of 21 Nov 2026", `href="/places/CN-SC?asof=2026-11-21&amp;by=published"`, ` selected>what was published`)
	lacks(t, "a time", get(t, server, "/?asof=2026-11-25T13:00:00Z", http.StatusOK), "25 Nov 2026, 13:00 UTC")
	lacks(t, "before all", get(t, server, "/?asof=2001-01-01", http.StatusOK), "Nothing was known then.")
	lacks(t, "a permalink", get(t, server, "/", http.StatusOK), `href="/?asof=2026-11-25T14%3A30%3A00Z">Permalink`)
	for _, bad := range []string{"/?asof=yesterday", "/?asof=2026-13-01", "/?asof=0001-01-01", "/?by=x", "/?asof=2026-11-21&by=known%00"} {
		get(t, server, bad, http.StatusBadRequest)
	}
	res := ask(server, http.MethodGet, "localhost", "/?label=mining_crackdown&all=1")
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/stream?all=1&label=mining_crackdown" {
		t.Errorf("an old address of the stream: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
}

func TestPlaceListsItsMeasures(t *testing.T) {
	server := site(t, stocked())
	page := get(t, server, "/places/CN-JX", http.StatusOK)
	text := visible(page)
	lacks(t, "the page", page, `href="/feeds/place/CN-JX.atom"`, `href="/feeds/place/CN-JX.json"`)
	lacks(t, "Jiangxi", text, "Jiangxi 江西", "3 measures, newest first", "25 Nov 2026", "promises up to 17.5 million yuan", "Almost all of China's provinces now have blockchain plans")
	if a, b := strings.Index(text, "25 Nov 2026"), strings.Index(text, "16 Nov 2026"); a < 0 || b < a {
		t.Error("measures are not in order of time")
	}
	lacks(t, "its feed", get(t, server, "/feeds/place/CN-JX.atom", http.StatusOK), "<title>Jiangxi</title>")
	lacks(t, "one label", get(t, server, "/places/CN-JX?label=mining_crackdown", http.StatusOK), "1 measure, newest first")
	lacks(t, "China", visible(get(t, server, "/places/CN", http.StatusOK)), "With Hong Kong, Macao and Taiwan", "Sichuan")
	lacks(t, "all 34", visible(get(t, server, "/places/CN?all=1", http.StatusOK)), "Without Hong Kong, Macao and Taiwan", "Hong Kong HK")
	lacks(t, "nothing", visible(get(t, server, "/places/FR", http.StatusOK)), "Unknown", "That is not a “no”")
	lacks(t, "the past", visible(get(t, server, "/places/CN-JX?asof=2026-11-20&by=published", http.StatusOK)), "1 measure, newest first")
	for target, status := range map[string]int{"/places/XX": 404, "/places/CN-ZZ": 404, "/places/China": 404, "/places/CN?label=No!": 400, "/places/CN?after=x": 400, "/places/CN/other.csv": 404, "/places/XX/measures.csv": 404} {
		get(t, server, target, status)
	}
}

func TestPlaceIsTakenAlong(t *testing.T) {
	s := stocked()
	r := sample("harbour-post", "=HYPERLINK(1) | [a](b) <b>", "Sichuan *banned* mining.", time.Minute)
	s.put(tagged(r, crack, "CN-SC", news.Enacted, news.Auto, .9, "ban", "*banned* mining"))
	server := site(t, s)
	rows, err := csv.NewReader(strings.NewReader(get(t, server, "/places/CN-SC/measures.csv", http.StatusOK))).ReadAll()
	if err != nil || len(rows) != 3 || rows[1][7] != "'=HYPERLINK(1) | [a](b) <b>" || rows[1][13] != "*banned* mining" {
		t.Errorf("CSV: %v %q", err, rows)
	}
	text := get(t, server, "/places/CN-SC/measures.md", http.StatusOK)
	lacks(t, "Markdown", text, "# Sichuan (CN-SC)", "2 measures, the newest first", `[\=HYPERLINK\(1\) \| \[a\]\(b\) \<b\>](<https://harbour-post.example/`, `> \*banned\* mining`, "by rule · score 0.90")
	res := ask(server, http.MethodGet, "localhost", "/places/CN-SC/measures.md")
	if got := res.Header.Get("Content-Disposition"); got != `attachment; filename="CN-SC.md"` {
		t.Errorf("it is called %s", got)
	}
}

func TestPlaceGoesOn(t *testing.T) {
	s := newShelf(manySamples(120)...)
	server := site(t, s)
	target, pages, seen := "/places/CN-JX", 0, 0
	for target != "" {
		page := get(t, server, target, http.StatusOK)
		seen += strings.Count(page, `class="measure `)
		_, rest, found := strings.Cut(page, `<p class="older"><a href="`)
		if target = ""; found {
			target, _, _ = strings.Cut(rest, `"`)
			target = strings.ReplaceAll(target, "&amp;", "&")
		}
		if pages++; pages > 10 {
			t.Fatal("it does not end")
		}
	}
	if seen != 360 || pages != 3 {
		t.Errorf("%d measures on %d pages", seen, pages)
	}
}

// visible is the text of a page, with one space between words.
func visible(page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind == html.TextToken {
			b.Write(z.Text())
		}
	}
	return strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
}
