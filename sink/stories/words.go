package stories

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"edict/classifier/match"
)

//go:embed words.txt
var wordList string

//go:embed lexicon.txt
var lexiconList string

const common = 2 // weight of a word of the field

// wordWeights are the weights of words that do not have the full one: 0 for those
// that tell nothing.
func wordWeights() map[string]uint8 {
	out := map[string]uint8{}
	for part, text := range wordParts()[:namesPart] {
		weight := uint8(common)
		if part == 0 {
			weight = 0
		}
		for w := range strings.FieldsSeq(text) {
			out[w] = weight
		}
	}
	return out
}

// namesPart is the part of the list that holds names.
const namesPart = 3

// wordParts are the parts of the list, without the comment above them.
func wordParts() []string {
	list := wordList
	for strings.HasPrefix(list, "#") {
		_, list, _ = strings.Cut(list, "\n")
	}
	return strings.Split(list, "\n%\n")
}

// everydayNames are names that the news of every day holds.
func everydayNames() map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(wordParts()[namesPart]) {
		out[w] = true
	}
	return out
}

type lexiconPhrase struct {
	text    string
	concept Item
}

// lexiconPhrases are the phrases of the lexicon, each with its concept.
func lexiconPhrases() []lexiconPhrase {
	var out []lexiconPhrase
	for line := range strings.SplitSeq(lexiconList, "\n") {
		parts := strings.Split(line, " | ")
		weight, err := strconv.ParseUint(parts[0], 10, 8)
		if err != nil || len(parts) != 3 {
			continue // a comment
		}
		english, chinese := strings.Split(parts[1], ","), strings.Split(parts[2], ",")
		concept := newItem("concept", strings.TrimSpace(english[0]), uint8(weight*2))
		for _, p := range append(english, chinese...) {
			out = append(out, lexiconPhrase{strings.TrimSpace(p), concept})
		}
	}
	return out
}

// common reports whether a word has less than the full weight.
func (r *Reader) common(word string) bool {
	_, listed := r.words[word]
	return listed
}

// readWords adds the words of a text: what stands between spaces, shortened to its
// stem, and Chinese characters two by two. Numbers are read elsewhere.
func (r *Reader) readWords(text string, set *itemSet) {
	var before string
	eachToken(match.Fold(text), func(token string, han bool) {
		if !han {
			before = ""
			if r, _ := utf8.DecodeRuneInString(token); unicode.IsDigit(r) {
				return
			}
			set.add(newItem("word", stem(token), r.wordWeight(token)))
			return
		}
		if before != "" {
			pair := before + token
			weight := uint8(5)
			if w, listed := r.words[pair]; listed {
				weight = w / 2
			}
			set.add(newItem("word", pair, weight))
		}
		before = token
	})
}

func (r *Reader) wordWeight(word string) uint8 {
	if w, listed := r.words[word]; listed {
		return w
	}
	if len(word) < 2 {
		return 0
	}
	return uint8(min(12, 4+len(word)))
}

// stem cuts the endings by which English words differ most.
func stem(w string) string {
	n := len(w)
	switch {
	case n > 5 && strings.HasSuffix(w, "ing"):
		return w[:n-3]
	case n > 4 && strings.HasSuffix(w, "ed"), n > 4 && strings.HasSuffix(w, "es"):
		return w[:n-2]
	case n > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss"):
		return w[:n-1]
	}
	return w
}

// namesOf returns words that are written with a capital within a sentence, or in
// Latin letters within Chinese, in lower case. Places are covered and left out.
func namesOf(title, lead string, han bool, covered []match.Span) []string {
	var out []string
	offset := len(title) + 1
	text := title + "\n" + lead
	from := offset
	if lead == "" || han {
		from = 0 // a title alone is better than nothing
		if !han && titleCase(title) {
			return nil
		}
	}
	begins := true // of a sentence
	for at := from; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !unicode.IsLetter(r) || isHan(r) {
			if strings.ContainsRune(".!?:;\n\"“|。！？：", r) {
				begins = true
			}
			at += size
			continue
		}
		end := at
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' || isHan(r) {
				break
			}
			end += size
		}
		if (unicode.IsUpper(r) && !begins || han) && end-at > 2 && !within(at, covered) {
			out = append(out, strings.ToLower(text[at:end]))
		}
		begins = false
		at = end
	}
	return out
}

// townSigns end the name of a town, county or district in Chinese; notTowns end in
// one and are none.
const townSigns = "市县縣区區镇鎮旗盟州"

var notTowns = "股市 城市 上市 超市 门市 後市 后市 全市 我市 本市 该市 该县 全县 各县 各市 市县 区县 縣市 省市 直辖 辖市 区市 地区 地區 特区 特區 园区 園區 小区 社区 社區 灰区 港区 专区 時區 时区 矿区 礦區 战区 全区 各区 自治 治区 治州 治县 治旗"

// townsOf returns the names of towns, counties and districts in a Chinese text that
// are no places of the gazetteer: the two characters before the sign.
func townsOf(text string, covered []match.Span) []string {
	var out []string
	var at [2]int // where the last characters begin, if they are Chinese
	for i, r := range text {
		if strings.ContainsRune(townSigns, r) && at[0] > 0 && !within(at[0], covered) && !within(at[1], covered) {
			name := match.Fold(text[at[0]:i])
			if last := text[at[1] : i+utf8.RuneLen(r)]; !strings.Contains(notTowns, last) && !strings.Contains(notTowns, text[at[0]:i]) {
				out = append(out, name)
			}
		}
		at[0] = at[1]
		at[1] = 0
		if isHan(r) {
			at[1] = i
		}
	}
	return out
}

func within(at int, spans []match.Span) bool {
	for _, s := range spans {
		if at >= s.Start && at < s.End {
			return true
		}
	}
	return false
}

// titleCase reports whether most words of a title have a capital, so that a capital
// tells nothing.
func titleCase(title string) bool {
	capitals, words := 0, 0
	for w := range strings.FieldsSeq(title) {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLetter(r) {
			words++
			if unicode.IsUpper(r) {
				capitals++
			}
		}
	}
	return 2*capitals > words
}
