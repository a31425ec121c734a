package extract

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestNoise is the longest line that may be noise, in bytes.
const longestNoise = 900

// A noiseRule is a list of lines, split by how they begin: a line is tried against
// few small expressions instead of one that is large and slow.
type noiseRule struct {
	why      string
	starts   map[rune]*regexp.Regexp // by first letter, in lower case
	floating *regexp.Regexp          // lines that may begin with anything; may be nil
}

var noiseRules = noiseTable()

// floatWords are what lines that begin with anything must hold: one look tells
// whether any of those is worth trying.
var floatWords = []string{
	"newsletter", " sie ", "@", "©", "(c)", "interessieren", "전재", "無断", "getty", "shutterstock", "reuters", "afp", "ap photo", "unsplash", "istock", "epa-efe", "picture alliance", "imago",
	"未经", "未經", "非經", "非经", "版权", "版權", "投稿", "爆料", "二维码", "二維碼", "记者", "記者", "编译", "編譯", "订阅群", "交流群", "讨论群", "討論群", "社群", "官方群",
	"频道", "頻道", "點我", "点我", "點此", "点此", "在看", "公众号", "公眾號", "微博", "telegram", "电报群", "電報群", "推特", "微信",
}

const (
	noiseHead = `(?i)^[\s▲▼►▶•·*#\-—–>»【\[(（📍👉🔥⭐★●◆■↓]*(?:`
	noiseTail = `)[\s.。!！:：…*】\])）📍👈🔥↓]*$`
	noiseTrim = " \t▲▼►▶•·*#-—–>»【[(（📍👉🔥⭐★●◆■↓"
)

// noiseWhy names what kind of noise the line is, or "".
func noiseWhy(text string) string {
	if len(text) > longestNoise {
		return ""
	}
	low := strings.ToLower(text)
	first, _ := utf8.DecodeRuneInString(low)
	inner, _ := utf8.DecodeRuneInString(strings.TrimLeft(low, noiseTrim))
	floats := false
	for _, w := range floatWords {
		if strings.Contains(low, w) {
			floats = true
			break
		}
	}
	for i := range noiseRules {
		r := &noiseRules[i]
		if re := r.starts[first]; re != nil && re.MatchString(text) {
			return r.why
		}
		if re := r.starts[inner]; inner != first && re != nil && re.MatchString(text) {
			return r.why
		}
		if floats && r.floating != nil && r.floating.MatchString(text) {
			return r.why
		}
	}
	return ""
}

func noiseTable() []noiseRule {
	var out []noiseRule
	for _, l := range noiseLists {
		r := noiseRule{why: l.why, starts: map[rune]*regexp.Regexp{}}
		byStart := map[rune][]string{}
		var floating []string
		for _, alt := range alternatives(l.lines) {
			tree, err := syntax.Parse("(?i)(?:"+alt+")", syntax.Perl)
			if err != nil {
				panic("noise line " + alt + ": " + err.Error())
			}
			s := startOf(tree)
			if s.anything || s.empty {
				floating = append(floating, alt)
				continue
			}
			for c := range s.runes {
				byStart[c] = append(byStart[c], alt)
			}
		}
		for c, alts := range byStart {
			r.starts[c] = regexp.MustCompile(noiseHead + strings.Join(alts, "|") + noiseTail)
		}
		if len(floating) > 0 {
			r.floating = regexp.MustCompile(noiseHead + strings.Join(floating, "|") + noiseTail)
		}
		out = append(out, r)
	}
	return out
}

// alternatives splits an expression at the bars that are in no group or class.
func alternatives(s string) []string {
	var out []string
	depth, class, start := 0, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '|' && depth == 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// A start is what an expression may begin with.
type start struct {
	runes    map[rune]bool // in lower case
	anything bool
	empty    bool // it may match nothing
}

// widestStart is how many letters a class may hold to be listed one by one.
const widestStart = 64

func startOf(re *syntax.Regexp) start {
	s := start{runes: map[rune]bool{}}
	join := func(o start) {
		s.anything = s.anything || o.anything
		for r := range o.runes {
			s.runes[r] = true
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		s.runes[unicode.ToLower(re.Rune[0])] = true
	case syntax.OpCharClass:
		n := 0
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if n += int(re.Rune[i+1]-re.Rune[i]) + 1; n > widestStart {
				s.anything = true
				return s
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				s.runes[unicode.ToLower(r)] = true
			}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return startOf(re.Sub[0])
	case syntax.OpStar, syntax.OpQuest:
		join(startOf(re.Sub[0]))
		s.empty = true
	case syntax.OpRepeat:
		o := startOf(re.Sub[0])
		join(o)
		s.empty = o.empty || re.Min == 0
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			o := startOf(sub)
			join(o)
			s.empty = s.empty || o.empty
		}
	case syntax.OpConcat:
		s.empty = true
		for _, sub := range re.Sub {
			o := startOf(sub)
			join(o)
			if !o.empty {
				s.empty = false
				break
			}
		}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		s.empty = true
	default:
		s.anything = true
	}
	return s
}
