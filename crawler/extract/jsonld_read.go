package extract

import (
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
)

// linkedData is what a page's JSON-LD says of the article.
type linkedData struct {
	headline    string
	name        string
	description string
	body        string
	published   string
	modified    string
	section     string
	url         string
	image       string
	caption     string
	authors     []string
	keywords    []string
	publisher   string
	found       bool
}

// articleTypes are the schema.org types of news stories, best first is not needed:
// a page has one of them, or several that say the same.
var articleTypes = []string{
	"NewsArticle", "Article", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BackgroundNewsArticle",
	"ReviewNewsArticle", "LiveBlogPosting", "Report", "TechArticle", "SocialMediaPosting", "AdvertiserContentArticle", "ScholarlyArticle",
	"AskPublicNewsArticle", "SatiricalArticle", "GovernmentService",
}

// maxNesting is how deep JSON is followed.
const maxNesting = 24

// readLinkedData reads the article out of JSON-LD scripts. Where several nodes
// describe one, the first that says a thing wins.
func readLinkedData(scripts []string) linkedData {
	var ld linkedData
	var pages []map[string]any
	var all []any
	named := map[string]string{}
	for _, s := range scripts {
		if v, ok := parseLoose(s); ok {
			all = append(all, v)
			eachNode(v, 0, func(m map[string]any) {
				if id, name := textValue(m["@id"]), textValue(m["name"]); id != "" && name != "" && hasType(m, "Person", "Organization", "NewsMediaOrganization") {
					named[id] = name
				}
			})
		}
	}
	for _, v := range all {
		eachNode(v, 0, func(m map[string]any) {
			for _, k := range []string{"author", "creator"} {
				m[k] = withNames(m[k], named)
			}
		})
		eachNode(v, 0, func(m map[string]any) {
			switch {
			case hasType(m, articleTypes...):
				ld.take(m)
			case hasType(m, "WebPage", "ItemPage"):
				pages = append(pages, m)
			}
		})
	}
	for _, m := range pages {
		if ld.published == "" {
			ld.published = textValue(m["datePublished"])
		}
		if ld.modified == "" {
			ld.modified = textValue(m["dateModified"])
		}
		if ld.headline == "" {
			ld.headline = textValue(m["headline"])
		}
		if ld.authors == nil {
			ld.authors = nameValues(m["author"], 0)
		}
	}
	return ld
}

func (ld *linkedData) take(m map[string]any) {
	ld.found = true
	set := func(dst *string, keys ...string) {
		for _, k := range keys {
			if *dst == "" {
				*dst = textValue(m[k])
			}
		}
	}
	set(&ld.headline, "headline")
	set(&ld.name, "name", "alternativeHeadline")
	set(&ld.description, "description", "abstract")
	set(&ld.published, "datePublished", "dateCreated", "uploadDate")
	set(&ld.modified, "dateModified")
	set(&ld.section, "articleSection")
	set(&ld.url, "url")
	if ld.authors == nil {
		if ld.authors = nameValues(m["author"], 0); len(ld.authors) == 0 {
			ld.authors = nameValues(m["creator"], 0)
		}
	}
	if ld.keywords == nil {
		ld.keywords = wordValues(m["keywords"])
	}
	if ld.publisher == "" {
		if names := nameValues(m["publisher"], 0); len(names) > 0 {
			ld.publisher = names[0]
		}
	}
	if body := plainBody(textOrLines(m["articleBody"])); len(body) > len(ld.body) {
		ld.body = body
	}
	if ld.image == "" {
		ld.image, ld.caption = imageValue(m["image"])
	}
}

// parseLoose parses JSON as pages write it: in comments, with a semicolon behind
// it, with line feeds inside strings.
func parseLoose(s string) (any, bool) {
	s = strings.TrimSpace(s)
	for _, p := range []string{"<!--", "//<![CDATA[", "<![CDATA[", "/*<![CDATA[*/"} {
		s = strings.TrimSpace(strings.TrimPrefix(s, p))
	}
	for _, p := range []string{"-->", "/*]]>*/", "//]]>", "]]>", ";"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, p))
	}
	var v any
	if json.Unmarshal([]byte(s), &v) == nil {
		return v, true
	}
	s = looseFixes.Replace(s)
	if json.Unmarshal([]byte(s), &v) == nil {
		return v, true
	}
	if json.Unmarshal([]byte(trailingComma.ReplaceAllString(s, "$1")), &v) == nil {
		return v, true
	}
	if strings.Contains(s, "&quot;") && json.Unmarshal([]byte(html.UnescapeString(s)), &v) == nil {
		return v, true
	}
	return nil, false
}

var (
	looseFixes    = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ", `\'`, `'`)
	trailingComma = regexp.MustCompile(`,\s*([}\]])`)
	anyTag        = regexp.MustCompile(`(?s)<[a-zA-Z/!][^<>]*>`)
	breakTags     = strings.NewReplacer("</p>", "\n", "</P>", "\n", "<br>", "\n", "<br/>", "\n", "<br />", "\n", "</h2>", "\n", "</h3>", "\n", "</li>", "\n")
)

func eachNode(v any, depth int, f func(map[string]any)) {
	if depth > maxNesting {
		return
	}
	switch x := v.(type) {
	case []any:
		for _, y := range x {
			eachNode(y, depth+1, f)
		}
	case map[string]any:
		f(x)
		for _, k := range []string{"@graph", "mainEntity", "mainEntityOfPage", "hasPart", "isPartOf"} {
			if y, ok := x[k]; ok {
				eachNode(y, depth+1, f)
			}
		}
	}
}

func hasType(m map[string]any, want ...string) bool {
	match := func(v any) bool {
		s, _ := v.(string)
		s = s[strings.LastIndexAny(s, "/#:")+1:]
		return slices.Contains(want, s)
	}
	if list, ok := m["@type"].([]any); ok {
		return slices.ContainsFunc(list, match)
	}
	return match(m["@type"])
}
