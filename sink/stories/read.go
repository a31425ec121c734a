package stories

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"edict/classifier/match"
	"edict/classifier/places"
	"edict/news"
)

// Features are what of an article is compared. Lists are sorted by their hashes.
type Features struct {
	Time     int64  // published, or fetched where that is unknown, in microseconds
	Han      bool   // its text is Chinese
	Follows  bool   // it says that the event of which it tells came before
	Serial   bool   // one of a row of columns that are worded alike: price reports, digests
	Lifts    bool   // its title tells of the end of something
	Hedged   bool   // its title tells of what may come
	Shingles uint32 // of its text
	Sketch   Sketch
	Tags     []Item // label and jurisdiction
	Stages   []Item // label, jurisdiction and stage
	Places   []Item
	Numbers  []Item // amounts, counts, dates, percentages, megawatts
	Names    []Item
	Concepts []Item // of the lexicon
	Title    []Item // words of the title
	Words    []Item // words of the title and of the beginning of the text
}

// How much of a text is read for words, and for its sketch.
const (
	leadBytes   = 1500
	sketchBytes = 24 << 10
	serialBytes = 60
	hanBytes    = 600 // by which it is seen whether a text is Chinese
)

// A Reader makes features of records. It does not change, and may be used by many
// goroutines.
type Reader struct {
	places   *places.Gazetteer
	matcher  *match.Matcher
	lexicon  int    // the first phrase of the lexicon
	concepts []Item // by phrase of the lexicon
	words    map[string]uint8
	everyday map[string]bool // names that tell nothing of an event
}

// NewReader returns a reader that knows places by g.
func NewReader(g *places.Gazetteer) (*Reader, error) {
	r := &Reader{places: g, words: wordWeights(), everyday: everydayNames()}
	phrases := g.Phrases()
	r.lexicon = len(phrases)
	for _, p := range lexiconPhrases() {
		phrases = append(phrases, match.Phrase{Text: p.text})
		r.concepts = append(r.concepts, p.concept)
	}
	m, err := match.Compile(phrases)
	if err != nil {
		return nil, fmt.Errorf("compile the lexicon of stories: %w", err)
	}
	r.matcher = m
	return r, nil
}

// Read makes the features of a record. The same record gives the same features.
func (r *Reader) Read(rec news.Record) Features {
	f := Features{Time: rec.Position().Time.UnixMicro()}
	lead := leadOf(rec)
	title := rec.Title
	text := title + "\n" + lead
	f.Han = mostlyHan(cut(text, hanBytes))
	lower := strings.ToLower(text)
	f.Follows = mentions(lower, followMarks)
	f.Lifts, f.Hedged = titleMarks(strings.ToLower(title))
	f.Serial = mentions(cut(lower, len(title)+1+serialBytes), serialMarks)

	hits := r.matcher.Append(nil, text)
	var own, ours []match.Hit
	for _, h := range hits {
		if h.Phrase < r.lexicon {
			ours = append(ours, h)
		} else {
			own = append(own, h)
		}
	}
	var covered []match.Span
	var placeSet, conceptSet, nameSet, numberSet, titleSet, wordSet itemSet
	for _, m := range r.places.Mentions(text, ours) {
		covered = append(covered, match.Span{Start: m.Start, End: m.End})
		placeSet.add(placeItem(m.Code))
	}
	for _, h := range own {
		conceptSet.add(r.concepts[h.Phrase-r.lexicon])
	}
	for _, t := range rec.Tags {
		if t.State == news.Rejected || t.Jurisdiction == news.Unnamed {
			continue
		}
		f.Tags = append(f.Tags, newItem("tag", string(t.Label)+" "+string(t.Jurisdiction), placeItem(t.Jurisdiction).Weight()))
		stage := t.Stage
		if stage == news.Enforced {
			stage = news.Enacted // which of the two is often a matter of wording
		}
		f.Stages = append(f.Stages, newItem("stage", string(t.Label)+" "+string(t.Jurisdiction)+" "+string(stage), 10))
		placeSet.add(placeItem(t.Jurisdiction))
	}
	readNumbers(text, f.Time, &numberSet)
	for _, n := range namesOf(title, lead, f.Han, covered) {
		if !r.common(n) && !r.everyday[n] {
			nameSet.add(newItem("name", n, 10))
		}
	}
	if f.Han {
		for _, n := range townsOf(text, covered) {
			nameSet.add(newItem("name", n, 10))
		}
	}
	rest := without(text, covered)
	title, lead, _ = strings.Cut(rest, "\n")
	r.readWords(title, &titleSet)
	r.readWords(title, &wordSet)
	r.readWords(lead, &wordSet)

	f.Tags, f.Stages = sortItems(f.Tags), sortItems(f.Stages)
	f.Places, f.Concepts, f.Names = placeSet.items(maxItems), conceptSet.items(maxItems), nameSet.items(maxItems)
	f.Numbers, f.Title, f.Words = numberSet.items(maxItems), titleSet.items(maxItems), wordSet.items(maxWords)
	body := rec.Text
	if body == "" {
		body = rec.Summary
	}
	f.Sketch, f.Shingles = sketchOf(match.Fold(cut(body, sketchBytes)))
	return f
}

// The most items of one kind that are kept: the weightiest.
const (
	maxItems = 24
	maxWords = 40
)

// leadOf is the beginning of what is told under the title.
func leadOf(rec news.Record) string {
	lead := rec.Text
	if rec.Summary != "" && !strings.HasPrefix(rec.Text, rec.Summary) {
		lead = rec.Summary + "\n" + rec.Text
	}
	return cut(lead, leadBytes)
}

// without returns text with a sign in place of each span.
func without(text string, spans []match.Span) string {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		if s.Start >= at {
			b.WriteString(text[at:s.Start])
			b.WriteString(" | ")
			at = s.End
		}
	}
	b.WriteString(text[at:])
	return b.String()
}

// cut returns at most n bytes of s, whole characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}

func mostlyHan(s string) bool {
	han, letters := 0, 0
	for _, r := range s {
		switch {
		case isHan(r):
			han++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return 3*han > letters
}

// placeItem weighs a division above a country, and below both the two countries
// of which news tells most.
func placeItem(code news.Jurisdiction) Item {
	weight := uint8(9)
	switch {
	case code.Division() != "":
		weight = 14
	case code == "US", code == "CN":
		weight = 4
	}
	return newItem("place", string(code), weight)
}

// followMarks say that a text tells of what came before.
var followMarks = []string{
	"a day after", "a day earlier", "a day ago", "days after", "days earlier", "a week after", "a week earlier", "weeks after", "last week", "earlier this week",
	"前一天", "一天前", "次日", "日前宣布", "上周", "此前一日", "前一日",
}

// serialMarks are in the titles, or at the very beginning, of columns that come
// every day or week in nearly the same words.
var serialMarks = []string{
	"price analysis", "technical analysis", "price watch", "price prediction", "price today", "price key highlights", "key points", "to watch", "weekly", "daily digest",
	"market wrap", "morning brief", "newsletter", "roundup", "recap", "digest", "briefs", "is now trading at", "what moves crypto",
	"价格分析", "行情分析", "技术分析", "周报", "日报", "早报", "晨报", "午报", "晚报", "盘面", "一览",
}

// The words of a title by which two that are worded alike tell the opposite, or the
// one what may come and the other what has.
var (
	liftMarks  = []string{"lift", "lifts", "lifted", "end", "ends", "ended", "reverse", "reverses", "repeal", "repeals", "scrap", "scraps", "drop", "drops", "reopen", "reopens", "resume", "resumes", "reject", "rejects"}
	hedgeMarks = []string{"could", "may", "might", "considers", "mulls", "weighs", "urges", "eyes"}
	hedgesTo   = []string{"plans", "seeks", "wants"} // with "to" behind it
	hanLifts   = []string{"解除", "取消", "撤销", "撤銷", "恢复", "恢復", "否决", "否決"}
	hanHedges  = []string{"或将", "或將", "可能", "考虑", "考慮", "拟", "擬", "有望"}
)

func titleMarks(title string) (lifts, hedged bool) {
	before := ""
	for w := range strings.FieldsFuncSeq(title, func(r rune) bool { return !unicode.IsLetter(r) }) {
		lifts = lifts || slices.Contains(liftMarks, w)
		hedged = hedged || slices.Contains(hedgeMarks, w) || w == "to" && slices.Contains(hedgesTo, before)
		before = w
	}
	return lifts || mentions(title, hanLifts), hedged || mentions(title, hanHedges) || strings.Contains(title, "?")
}

func mentions(text string, marks []string) bool {
	for _, m := range marks {
		if strings.Contains(text, m) {
			return true
		}
	}
	return false
}
