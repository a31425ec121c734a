package extract

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// longestNoise is the longest line that may be noise, in bytes.
const longestNoise = 900

// A noiseRule is a list of lines, split by how they begin: a line is tried against
// few small expressions instead of one that is large and slow.
type noiseRule struct {
	why      string
	starts   map[opening]func() *regexp.Regexp // by the first two letters, in lower case
	floating func() *regexp.Regexp             // lines that may begin with anything; may be nil
}

// An opening is the first two letters of a line. The second is 0 where it may be any.
type opening [2]rune

// openingOf is how a line in lower case begins.
func openingOf(low string) opening {
	first, n := utf8.DecodeRuneInString(low)
	second, _ := utf8.DecodeRuneInString(low[n:])
	return opening{first, second}
}

// begins reports whether the line may be one of the rule's, by its opening.
func (r *noiseRule) begins(text string, o opening) bool {
	re := r.starts[o]
	if re == nil {
		re = r.starts[opening{o[0]}]
	}
	return re != nil && re().MatchString(text)
}

// noiseRules are made when they are first asked for, and each expression then: most of
// them never are.
var noiseRules = sync.OnceValue(noiseTable)

// floatSearch finds what lines that begin with anything must hold, beside an "@": one
// look tells whether any of those is worth trying.
var floatSearch = newWordSearch(
	"newsletter", " sie ", "©", "(c)", "interessieren", "전재", "無断", "getty", "shutterstock", "reuters", "afp", "ap photo", "unsplash", "istock", "epa-efe", "picture alliance", "imago",
	"未经", "未經", "非經", "非经", "版权", "版權", "投稿", "爆料", "二维码", "二維碼", "记者", "記者", "编译", "編譯", "订阅群", "交流群", "讨论群", "討論群", "社群", "官方群",
	"频道", "頻道", "點我", "点我", "點此", "点此", "在看", "公众号", "公眾號", "微博", "telegram", "电报群", "電報群", "推特", "微信",
)

const (
	noiseHead = `(?i)^[\s▲▼►▶•·*#\-—–>»【\[(（📍👉🔥⭐★●◆■↓]*(?:`
	noiseTail = `)[\s.。!！:：…*】\])）📍👈🔥↓]*$`
	noiseTrim = " \t▲▼►▶•·*#-—–>»【[(（📍👉🔥⭐★●◆■↓"
)

// IsNoise reports whether a line is of the page and not of any article: a button, a
// teaser's head, a newsletter's call, a photo's credit.
func IsNoise(line string) bool { return noiseWhy(line) != "" }

// noiseWhy names what kind of noise the line is, or "".
func noiseWhy(text string) string {
	if len(text) > longestNoise {
		return ""
	}
	low := strings.ToLower(text)
	first, inner := openingOf(low), openingOf(strings.TrimLeft(low, noiseTrim))
	floats := strings.Contains(low, "@") || floatSearch.in(low)
	rules := noiseRules()
	for i := range rules {
		r := &rules[i]
		if r.begins(text, first) || inner != first && r.begins(text, inner) {
			return r.why
		}
		if floats && r.floating != nil && r.floating().MatchString(text) {
			return r.why
		}
	}
	return ""
}

func noiseTable() []noiseRule {
	var out []noiseRule
	for _, l := range noiseLists {
		r := noiseRule{why: l.why, starts: map[opening]func() *regexp.Regexp{}}
		byStart := map[opening][]string{}
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
			for o := range s.openings {
				byStart[o] = append(byStart[o], alt)
			}
		}
		for o, alts := range byStart {
			if o[1] != 0 { // what may go on with anything may go on so
				alts = slices.Concat(alts, byStart[opening{o[0]}])
			}
			r.starts[o] = noiseExpression(alts)
		}
		if len(floating) > 0 {
			r.floating = noiseExpression(floating)
		}
		out = append(out, r)
	}
	return out
}

// noiseExpression matches whole lines that are one of alts.
func noiseExpression(alts []string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(noiseHead + strings.Join(alts, "|") + noiseTail)
	})
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
	openings map[opening]bool
	anything bool
	empty    bool // it may match nothing
}

// widestStart is how many letters a class may hold to be listed one by one.
const widestStart = 64

// join adds another way to begin.
func (s *start) join(o start) {
	s.anything = s.anything || o.anything
	for r := range o.openings {
		s.openings[r] = true
	}
}

// startOf finds the first letters, and where they are followed by one that is known,
// the first two.
func startOf(re *syntax.Regexp) start {
	s := start{openings: map[opening]bool{}}
	switch re.Op {
	case syntax.OpLiteral:
		o := opening{unicode.ToLower(re.Rune[0])}
		if len(re.Rune) > 1 {
			o[1] = unicode.ToLower(re.Rune[1])
		}
		s.openings[o] = true
	case syntax.OpCharClass:
		n := 0
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if n += int(re.Rune[i+1]-re.Rune[i]) + 1; n > widestStart {
				s.anything = true
				return s
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				s.openings[opening{unicode.ToLower(r)}] = true
			}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return startOf(re.Sub[0])
	case syntax.OpStar, syntax.OpQuest:
		s.join(startOf(re.Sub[0]))
		s.empty = true
	case syntax.OpRepeat:
		o := startOf(re.Sub[0])
		s.join(o)
		s.empty = o.empty || re.Min == 0
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			o := startOf(sub)
			s.join(o)
			s.empty = s.empty || o.empty
		}
	case syntax.OpConcat:
		s.empty = true
		for _, sub := range re.Sub {
			o := startOf(sub)
			s.join(o)
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
