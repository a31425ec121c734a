package extract

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	// authorLead is what stands before names in a byline.
	authorLead = regexp.MustCompile(`(?i)^\s*(?:(?:written|reported|published|posted|edited|created|story|words|text|analysis|article|artikel|(?:ein |gast)?beitrag|verfasst|geschrieben|veröffentlicht|erstellt|eingestellt|publié|écrit|rédigé|publicado|escrito|scritto|pubblicato|geschreven|skrevet)\s+)?(?:by|von|vom|por|par|di|door|av|af|ved)\s*[:：]?\s+|^\s*(?:[【\[(（]\s*)?(?:作者|记者|記者|文|撰文|本报记者|本報記者|本网记者|编译|編譯|撰稿|作者/编译|原创|整理)\s*[:：/／丨|]\s*|^\s*(?:texte?|redaktion|reporter|journalist)\s*[:：]\s*|^\s*(?:authors?|autor(?:en|in)?|verfasser(?:in)?|auteure?s?|autore)\s*[:：]?\s+`)
	// authorSplit parts names. "et", "y" and "e" are left out: names of agencies hold
	// them.
	authorSplit = regexp.MustCompile(`\s*(?:[,;；，、|·\n]|\s+and\s+|\s+&\s+|\s+und\s+|\s{3,})\s*`)
	authorTail  = regexp.MustCompile(`(?i)\s*[(（|•].*$|\s+(?:says|said|sagt|sagte|schreibt|wrote|a écrit|dice)\s*:?$|\s+(?:am|um|le|el|il|op)\s+(?:\d.*|\p{L}+(?:tag|day)\b.*)$|\s+(?:am|stand|more posts|staff writer|\d+)$|\s+(?:published|updated|posted|on|for|via|in)\s.*$|\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d.*$|\s+\d{1,4}[-./年].*$|\s+\d{1,2}:\d{2}.*$|\s*(?:기자|記者|记者|编辑|編輯)$|\s*[+＋]?\s*(?:关注|關注|订阅|訂閱|フォロー|follow)$`)
	notAName    = regexp.MustCompile(`(?i)[:：]|www\.|@|\d{3,}|\d:\d\d|^\d|^\(|\bimage:|\bphoto:|^(?:by|name|admin|administrator|editor|editors|staff|unknown|none|null|author|authors|guest|anonymous|undefined|updated|published|posted|veröffentlicht.*|publi[ée].*|artikel|article|no author|name \*|share|follow|views?|comments?|more|see all|redaktion|nachrichten|news|网络|匿名|佚名|获悉|獲悉|了解到|采访|採訪|报道|報道|報導|发现|發現|注意到|表示|来源|作者|编辑|小编|管理员|[+＋]?(?:关注|關注|订阅|訂閱)|(?:欢迎|歡迎|点击|點擊|我要).*|.*(?:评论|評論))$`)
	// writtenBy is how WordPress labels an author for sharing.
	writtenBy = regexp.MustCompile(`(?i)^(?:written by|verfasst von|geschrieben von|écrit par|escrito por|scritto da|geschreven door|skriven av|napisane przez|ditulis oleh|yazan|автор|написано|作者|撰文|投稿者|執筆者|글쓴이)`)
	// datedBy is an author behind the date in one line.
	datedBy = regexp.MustCompile(`(?i)(?:^|[\s|·•—–-])(?:by|von|par|por|door)\s+(\S.*)$`)
	// hanByline is a reporter's name in a Chinese byline, or in the first words of the
	// text: （记者张三）, 記者張三／台北報導.
	hanByline = regexp.MustCompile(`(?:记者|記者|编译|編譯|撰文|作者)[\s:：／/丨|]*(\p{Han}{2,4}(?:[、\s]\p{Han}{2,4})*)\s*(?:$|[／/)）|\s])`)
	// hanCredit is a whole line that names who wrote: 采写：某报记者 张三 李四, 《某刊》作者 张三.
	hanCredit = regexp.MustCompile(`^[（(【\[]?\s*(?:(?:采写|採寫|撰文|撰稿|作者|文|记者|記者)\s*[:：/／丨|]\s*(?:\p{Han}{2,6}(?:记者|記者)\s*)?|《\p{Han}{2,8}》\s*(?:作者|记者|記者|特约撰稿人?)\s*[:：]?\s*)(\p{Han}{2,4}(?:[、，\s]+\p{Han}{2,4}){0,4})\s*[)）】\]]?$`)
	// ownWork is an account's name as Chinese platforms mark its own work: 原创 name date.
	ownWork  = regexp.MustCompile(`^(?:原创|原創)\s+(\S{2,20})\s+\d`)
	hanHouse = regexp.MustCompile(`^\p{Han}{2,12}(?:网|網|报|報|社|新闻|新聞|财经|財經|科技|频道|頻道|客户端|杂志|雜誌|周刊|週刊|电视台|電視台|办公室|综合|綜合|消息|发布|發布|编辑部|編輯部)$`)
	hanName  = regexp.MustCompile(`^\p{Han}{2,4}$|^\p{Han}{1,8}·\p{Han}{1,8}$`)
)

// authorMetas are the meta elements that name authors.
var authorMetas = []string{
	"author", "article:author", "articleauthor", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl", "authors", "cxenseparse:author", "twitter:creator:name", "twitter:misc:written by",
}

// pickAuthors reads who wrote the article: JSON-LD, then meta elements, then
// bylines. People are preferred to the site itself, which many pages put there.
func pickAuthors(s *survey, ld linkedData) foundList {
	site, _ := s.meta("og:site_name", "application-name")
	houses := []string{letters(site), letters(ld.publisher), letters(s.base.Hostname())}
	var house foundList
	try := func(raw []string, from string) (foundList, bool) {
		names := cleanNames(raw)
		if len(names) == 0 {
			return foundList{}, false
		}
		people := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return isHouse(n, houses) })
		if len(people) == 0 {
			if house.from == "" {
				house = foundList{names, from}
			}
			return foundList{}, false
		}
		return foundList{people, from}, true
	}
	if f, ok := try(ld.authors, "json-ld author"); ok {
		return f
	}
	for _, key := range authorMetas {
		if f, ok := try(s.metas[key], "meta "+key); ok {
			return f
		}
	}
	if label, _ := s.meta("twitter:label1"); writtenBy.MatchString(label) {
		if f, ok := try(s.metas["twitter:data1"], "meta twitter:data1"); ok {
			return f
		}
	}
	if f, ok := try(bylineNames(s), "byline"); ok {
		return f
	}
	if f, ok := try(visibleNames(s), "visible byline"); ok {
		return f
	}
	if f, ok := try(signedNames(s), "signature"); ok {
		return f
	}
	if f, ok := try(creditedNames(s), "credit"); ok {
		return f
	}
	return house
}

// creditedNames reads the names in a line that says nothing but who wrote, as
// Chinese papers put it under the text or before it.
func creditedNames(s *survey) []string {
	for i := range s.blocks {
		b := &s.blocks[i]
		if b.size() > maxCredit || b.linked() > 0.5 || b.marks&(isBad|inChrome|inLink) != 0 {
			continue
		}
		m := findIf(mayEastern(b.text), hanCredit, b.text)
		if m == nil {
			continue
		}
		if names := cleanNames([]string{strings.Join(strings.Fields(m[1]), "、")}); len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return !hanName.MatchString(n) }) {
			return names
		}
	}
	return nil
}

// maxCredit is the longest credit line.
const maxCredit = 100

// signedNames reads a name that stands alone at the right, as a signature does.
func signedNames(s *survey) []string {
	for i := range s.blocks {
		b := &s.blocks[i]
		if len(b.text) > 60 || !strings.Contains(strings.ReplaceAll(attr(b.node, "style"), " ", ""), "text-align:right") {
			continue
		}
		if names := cleanNames([]string{b.text}); len(names) > 0 && len(names) <= 3 && !slices.ContainsFunc(names, func(n string) bool { return !looksLikeName(n) }) {
			return names
		}
	}
	return nil
}

// isHouse reports whether a name is the site's own.
func isHouse(name string, houses []string) bool {
	k := letters(name)
	if hanHouse.MatchString(name) {
		return true
	}
	for _, h := range houses {
		if len(h) > 2 && (k == h || len(k) > 3 && strings.Contains(h, k) || strings.HasPrefix(k, h)) {
			return true
		}
	}
	return false
}

// cleanNames takes what is written in an author field and keeps the names in it.
func cleanNames(raw []string) []string {
	var out []string
	for _, r := range raw {
		r = authorLead.ReplaceAllString(squeeze(unescape(r)), "")
		for _, n := range authorSplit.Split(r, -1) {
			n = strings.TrimSpace(strings.Trim(authorTail.ReplaceAllString(strings.TrimSpace(n), ""), ".,;:|/-–】)）] "))
			if n == "" || utf8.RuneCountInString(n) > 60 || len(strings.Fields(n)) > 7 || notAName.MatchString(n) || !strings.ContainsFunc(n, unicode.IsLetter) {
				continue
			}
			if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, n) }) {
				out = append(out, n)
			}
		}
	}
	return out
}

// bylineNames reads the first byline in the page's markup that looks like names.
func bylineNames(s *survey) []string {
	at := headingBlock(s)
	for _, strict := range []bool{true, false} {
		var all []string
		first := 0
		for _, line := range s.bylines {
			n := line.node
			mark := strings.ToLower(attr(n, "class") + " " + attr(n, "rel") + " " + attr(n, "itemprop") + " " + attr(n, "id"))
			author := strings.Contains(mark, "author") || strings.Contains(mark, "autor")
			if !author && !strings.Contains(mark, "byline") || strict && attr(n, "rel") != "author" && attr(n, "itemprop") != "author" {
				continue
			}
			if !strict && at > 0 && (line.pos < at-nearByline || line.pos > at+2*nearTitle) {
				continue
			}
			if commented(n) {
				continue
			}
			text := squeeze(spacedText(n))
			if len(text) > 160 || text == "" || !author && !authorLead.MatchString(text) {
				continue
			}
			if m := hanByline.FindStringSubmatch(text); m != nil {
				text = strings.ReplaceAll(m[1], " ", "、")
			}
			names := cleanNames([]string{text})
			if len(names) == 0 || len(names) > 5 || !strict && !slices.ContainsFunc(names, looksLikeName) {
				continue
			}
			if !strict {
				return names
			}
			if len(all) == 0 {
				first = line.pos
			} else if line.pos > first+nearByline {
				break
			}
			for _, name := range names {
				if !slices.Contains(all, name) && len(all) < 6 {
					all = append(all, name)
				}
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// commented reports whether an element is part of a reader's comment.
func commented(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		name := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
		if (strings.Contains(name, "comment") || strings.Contains(name, "kommentar")) && n.DataAtom != atom.Body && n.DataAtom != atom.Html && n.DataAtom != atom.Main && n.DataAtom != atom.Article {
			return true
		}
	}
	return false
}

// headingBlock is the number of the block that holds the page's heading.
func headingBlock(s *survey) int {
	if len(s.h1) > 0 {
		return titleBlock(s, s.h1[0])
	}
	return titleBlock(s, s.title)
}

// nearByline is how many blocks behind the first author others may stand.
const nearByline = 6

// visibleNames reads a line near the headline that begins as a byline does.
func visibleNames(s *survey) []string {
	at := headingBlock(s)
	for i := max(0, at-4); i < len(s.blocks) && i <= at+nearTitle; i++ {
		b := &s.blocks[i]
		if i == at {
			continue
		}
		eastern := mayEastern(b.text)
		if m := findIf(eastern, hanByline, firstRunes(b.text, 60)); m != nil && b.linked() < 0.9 {
			if names := cleanNames([]string{strings.ReplaceAll(m[1], " ", "、")}); len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return !hanName.MatchString(n) }) {
				return names
			}
		}
		if len(b.text) > 160 {
			continue
		}
		if m := findIf(fullDate(b.text), datedBy, b.text); m != nil {
			if names := cleanNames(m[1:]); len(names) > 0 && len(names) <= 4 && !slices.ContainsFunc(names, func(n string) bool { return !looksLikeName(n) }) {
				return names
			}
		}
		if m := findIf(eastern, ownWork, b.text); m != nil && hasDate(b.text) {
			if names := cleanNames(m[1:]); len(names) == 1 {
				return names
			}
		}
		line, dated := beforeDate(b.text)
		for part := range strings.SplitSeq(line, "|") {
			part = strings.TrimSpace(part)
			if !dated && !authorLead.MatchString(part) {
				continue
			}
			names := cleanNames([]string{part})
			if len(names) > 0 && len(names) <= 4 && !slices.ContainsFunc(names, func(n string) bool { return !looksLikeName(n) }) {
				return names
			}
		}
	}
	return nil
}

// findIf spares the expression the texts that it cannot match.
func findIf(may bool, re *regexp.Regexp, text string) []string {
	if !may {
		return nil
	}
	return re.FindStringSubmatch(text)
}

// looksLikeName reports whether s is two to five words with capitals, or two to
// four Chinese characters.
func looksLikeName(s string) bool {
	if hanName.MatchString(s) {
		return true
	}
	words := strings.Fields(s)
	if len(words) > 5 || len(words) == 0 {
		return false
	}
	capital := 0
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsUpper(r) || isCJK(r) || unicode.Is(unicode.Hangul, r) {
			capital++
		}
	}
	return capital*2 >= len(words) && (len(words) > 1 || isWide(s))
}

// beforeDate is what stands before the date in a line of names and a date, or the
// line itself.
func beforeDate(s string) (line string, dated bool) {
	if !isDateline(s) {
		return s, false
	}
	at := len(s)
	for _, re := range []*regexp.Regexp{isoDate, hanDate, enDate, numDate, monthDate} {
		if loc := re.FindStringIndex(s); loc != nil {
			at = min(at, loc[0])
		}
	}
	head := strings.TrimRight(s[:at], " ,|·•-–—/")
	return head, head != "" && (newsroom.MatchString(head) || allCapital(head))
}

// newsroom is how a name ends that is no person's.
var newsroom = regexp.MustCompile(`(?i)\s(?:staff|desk|newsroom|team|editors|reporters)$`)

// allCapital reports whether s is two words or more that all begin with a capital.
func allCapital(s string) bool {
	words := strings.Fields(s)
	return len(words) > 1 && !slices.ContainsFunc(words, func(w string) bool {
		r, _ := utf8.DecodeRuneInString(w)
		return !unicode.IsUpper(r)
	})
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
