package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	authorLead  = regexp.MustCompile(`(?i)^\s*(?:(?:written|reported|posted|edited|story|words|text|analysis|article)\s+)?(?:by|von|par|por|di|door|av|af)\s*[:：]?\s+|^\s*(?:作者|记者|記者|文|撰文|本报记者|编译|編譯|撰稿|作者/编译)\s*[:：/／丨|]\s*|^\s*(?:authors?|autor(?:en)?)\s*[:：]\s*`)
	authorSplit = regexp.MustCompile(`\s*(?:,|;|；|，|、|\band\b|&|\bund\b|\bet\b|\by\b|\||·|\n)\s*`)
	authorTail  = regexp.MustCompile(`(?i)\s*[,(（|].*$|\s+(?:published|updated|posted|on)\b.*$`)
	notAName    = regexp.MustCompile(`(?i)https?:|www\.|@|\d{3,}|^(?:by|admin|administrator|editor|staff|unknown|none|null|author|guest|anonymous|undefined|updated|published|share|follow)$`)
)

// pickAuthors reads who wrote the article: JSON-LD, then meta, then the byline.
func pickAuthors(s *survey, ld linkedData) foundList {
	if names := cleanNames(ld.authors, ld.publisher); len(names) > 0 {
		return foundList{names, "json-ld author"}
	}
	for _, key := range []string{"author", "parsely-author", "article:author", "dc.creator", "dcterms.creator", "byl", "sailthru.author", "twitter:creator:name", "cxenseparse:author"} {
		if names := cleanNames(s.metas[key], ""); len(names) > 0 {
			return foundList{names, "meta " + key}
		}
	}
	if names := bylineNames(s); len(names) > 0 {
		return foundList{names, "byline"}
	}
	return foundList{}
}

// cleanNames takes what is written in an author field and keeps the names in it.
func cleanNames(raw []string, publisher string) []string {
	var out []string
	for _, r := range raw {
		r = authorLead.ReplaceAllString(squeeze(unescape(r)), "")
		for _, n := range authorSplit.Split(r, -1) {
			n = strings.Trim(strings.TrimSpace(n), ".,;:|/-–")
			n = strings.TrimSpace(n)
			if n == "" || utf8.RuneCountInString(n) > 80 || notAName.MatchString(n) || !strings.ContainsFunc(n, unicode.IsLetter) {
				continue
			}
			if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, n) }) {
				out = append(out, n)
			}
		}
	}
	_ = publisher
	return out
}

// bylineNames reads the first byline on the page that looks like names.
func bylineNames(s *survey) []string {
	for _, n := range s.bylines {
		mark := strings.ToLower(attr(n, "class") + " " + attr(n, "rel") + " " + attr(n, "itemprop") + " " + attr(n, "id"))
		if !strings.Contains(mark, "author") && !strings.Contains(mark, "byline") {
			continue
		}
		text := squeeze(textOf(n))
		if len(text) > 160 || text == "" {
			continue
		}
		led := authorLead.MatchString(text)
		if !led && !strings.Contains(mark, "author") {
			continue
		}
		text = authorTail.ReplaceAllString(text, "")
		if names := cleanNames([]string{text}, ""); len(names) > 0 && len(names) <= 5 {
			return names
		}
	}
	return nil
}
