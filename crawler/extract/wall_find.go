package extract

import (
	"regexp"
	"strings"
)

var wallTitles = regexp.MustCompile(`(?i)^(just a moment|attention required|access denied|access to this page has been denied|are you a robot|robot or human|please verify you are (a )?human|verify you are human|security check|checking your browser|one moment, please|403 forbidden|forbidden|error 403|request blocked|pardon our interruption|please wait|captcha|安全验证|安全驗證|人机验证|访问受限|訪問受限|访问验证|滑动验证)\b?`)

var wallWords = regexp.MustCompile(`(?i)(enable javascript and cookies to continue|verify(ing)? (that )?you are (a |not a )?(human|robot)|unusual traffic from|checking (if the site connection is secure|your browser before)|complete the security check|press (&|and) hold to confirm|why have i been blocked|ddos protection by|请完成(安全)?验证|請完成驗證|拖动滑块|您的访问过于频繁|访问过于频繁|请输入验证码|当前环境异常)`)

var legalWords = regexp.MustCompile(`(?i)(we and our (\d+ )?(partners|vendors)|we value your privacy|your privacy choices|store and/or access information on a device|manage (your )?(cookie|consent|privacy) (preferences|settings)|legitimate interest|do not sell or share my personal|california consumer privacy act|opt[- ]out of the sale|these cookies|cookie policy|we use cookies|personal data processing|wir und unsere (\d+ )?partner|cookies? (zustimmen|akzeptieren)|使用cookie)`)

var payWords = regexp.MustCompile(`(?i)(subscribe to (continue|keep) reading|to continue reading|this (article|content|story) is (for|available to|exclusive to|reserved for) (our )?(subscribers|members)|already a (subscriber|member)\?|become a (subscriber|member) to|subscribers only|register to continue|create a free account to (continue|read)|log in to (continue|read)|登录后(可)?(阅读|查看)|訂閱後|订阅后(可)?阅读|付费(后)?阅读|会员专享|剩余\d+%|本文为付费)`)

// wallShort is the size, in letters, under which a text that speaks of a wall is
// the wall itself.
const wallShort = 1200

// wallWhy says which wall stands in place of the article, or "".
func wallWhy(s *survey, title, text string, status int) string {
	n := size(text)
	switch {
	case n < wallShort && (wallTitles.MatchString(strings.TrimSpace(title)) || wallTitles.MatchString(s.title)):
		return "a bot check: " + s.title
	case n < wallShort && wallWords.MatchString(text):
		return "a bot check"
	case n < 4*wallShort && legalShare(text) > 0.5 && len(legalWords.FindAllString(text, 4)) >= 3:
		return "a consent or legal text"
	case n < 300 && payWords.MatchString(text):
		return "a subscription wall"
	case text == "" && status != 200 && status != 0 && status >= 400:
		return "an error page"
	}
	if text != "" {
		return ""
	}
	// Nothing was taken for text: say whether a wall is why.
	whole := sampleText(s)
	switch {
	case wallWords.MatchString(whole):
		return "a bot check"
	case len(legalWords.FindAllString(whole, 4)) >= 2:
		return "a consent or legal text"
	case payWords.MatchString(whole):
		return "a subscription wall"
	}
	return ""
}

// speaksOfConsent reports whether text holds a word without which legalWords match
// nothing. Most articles hold none, and looking for words is far cheaper.
func speaksOfConsent(text string) bool {
	return consentWords.in(strings.ToLower(text))
}

var consentWords = newWordSearch("cookie", "partner", "vendors", "privacy", "on a device", "consent", "legitimate interest", "do not sell", "of the sale", "personal data")

// legalShare is the share of the lines of text that speak of consent.
func legalShare(text string) float64 {
	if !speaksOfConsent(text) {
		return 0
	}
	n, hit := 0, 0
	for l := range strings.SplitSeq(text, "\n") {
		n += len(l)
		if legalWords.MatchString(l) {
			hit += len(l)
		}
	}
	if n == 0 {
		return 0
	}
	return float64(hit) / float64(n)
}
