package extract

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"edict/news"
)

// write chooses the article's paragraphs among the page's blocks.
func (r *reading) write(e *Explanation, s *survey, ld linkedData) error {
	if done, err := r.bySelector(e, s); done || err != nil {
		return err
	}
	cands := r.candidates(s)
	k := newFacts(s, ld, e.Article.Title, e.Article.Summary, e.Article.Authors)
	fs := measure(s, cands, k)
	var stand []int
	vs := make([]verdict, len(s.blocks))
	begun, seen := 0, map[string]bool{}
	boxes, leads := noiseBoxes(s.blocks, fs), sameLeads(s.blocks)
	for i := range s.blocks {
		b := &s.blocks[i]
		switch {
		case boxes[b.node.Parent] != "":
			vs[i].why = "in a box: " + boxes[b.node.Parent]
			continue
		case leads[i]:
			vs[i].why = "the same words before several links"
			continue
		case isStandfirst(b, &fs[i], begun > 0):
			stand = append(stand, i)
			vs[i].stand = true
			seen[b.key] = true
			continue
		case judge(&fs[i]) < threshold(&fs[i]):
			continue
		}
		vs[i].why = cutWhy(b, &fs[i], seen)
		if vs[i].why == "" && begun < 2 && isDateline(b.text) {
			vs[i].why = "byline"
		}
		if vs[i].why == "" {
			vs[i].kept = true
			seen[b.key] = true
			begun++
		}
	}
	kin(s, fs, vs)
	kept := e.sortOut(s.blocks, fs, vs)
	for n := tail(s.blocks, fs, kept); n > 0; n-- {
		e.cut(s.blocks[kept[len(kept)-1]].text, "behind the article")
		kept = kept[:len(kept)-1]
	}
	lines, first := linesOf(s.blocks, kept), linesOf(s.blocks, stand)
	switch {
	case len(first) == 0:
	case size(strings.Join(lines, "")) < size(strings.Join(first, "")):
		// It is no standfirst: a short story is all that stands there.
		lines = append(first, lines...)
	default:
		for i := range first {
			first[i] = standLabel.ReplaceAllString(first[i], "")
		}
		e.Article.Summary, _ = Truncate(strings.Join(first, "\n"), news.MaxSummary)
		e.Fields["summary"] = "standfirst"
	}
	e.Winner = "vote"
	if n := size(strings.Join(lines, "")); n < minState {
		if data, from := r.fromData(s, ld, e.Article); size(strings.Join(data, "")) > 2*n {
			lines, e.Winner = data, from
			cands = nil
		}
	}
	r.setText(e, strings.Join(lines, "\n"), cands)
	return nil
}

// sortOut returns the blocks that were kept and tells of those that were not.
func (e *Explanation) sortOut(blocks []block, fs []features, vs []verdict) []int {
	var kept []int
	for i, v := range vs {
		switch {
		case v.stand:
		case v.kept:
			kept = append(kept, i)
		case v.why != "":
			e.cut(blocks[i].text, v.why)
		case fs[i][fReadable]+fs[i][fTraf] >= 1:
			e.cut(blocks[i].text, "voted down")
		}
	}
	return kept
}

func linesOf(blocks []block, list []int) []string {
	lines := make([]string, len(list))
	for i, k := range list {
		lines[i] = blocks[k].text
	}
	return lines
}

// fromData looks for the article in the page's data, for a page whose markup holds
// none.
func (r *reading) fromData(s *survey, ld linkedData, c news.Content) (lines []string, from string) {
	lines = strings.Split(ld.body, "\n")
	if data := stateText(s.scripts, c.Title, c.Summary); size(strings.Join(data, "")) > size(ld.body) {
		return data, "embedded state"
	}
	return lines, "json-ld articleBody"
}

// candidates runs the extractors over one copy of the page that is cleared of what
// only hinders them.
func (r *reading) candidates(s *survey) []candidate {
	if c := soleRun(s); c.sole != nil {
		return []candidate{c, c}
	}
	whole, bare := s.trimmed()
	readable, node := runReadability(whole, s.base)
	if r.stopped() {
		return []candidate{readable, {}}
	}
	answerHead(bare)
	return []candidate{readable, runTrafilatura(bare, s.base, node)}
}

// isStandfirst reports whether a block is the summary that stands above the
// article's body, apart from its paragraphs.
func isStandfirst(b *block, f *features, begun bool) bool {
	n := b.size()
	return !begun && n > 30 && n < 800 && f[fLinked] < 0.5 && f[fTitle] == 0 && f[fSiblings] < 0.1 &&
		(f[fSummary] == 1 || f[fStand] == 1 && f[fAhead] == 1 && f[fBad]+f[fChrome]+f[fByline]+f[fCaption] == 0)
}

// oneWitness is the quality of a text that nothing else confirms: doubtful.
const oneWitness = 0.5

// setText keeps text within its limit and scores it by the candidates' agreement.
func (r *reading) setText(e *Explanation, text string, cands []candidate) {
	e.Article.Text, e.Article.Truncated = Truncate(text, news.MaxText)
	e.Article.Truncated = e.Article.Truncated || r.page.Truncated
	sum, n := 0.0, 0
	for i := range cands {
		a := cands[i].agrees(e.Article.Text)
		e.Candidates = append(e.Candidates, Candidate{cands[i].name, len(cands[i].text), a})
		sum += a
		n++
	}
	e.Article.Quality = oneWitness
	if n > 0 {
		e.Article.Quality = sum / float64(n)
	}
}

// standLabel is what some pages write before a standfirst.
var standLabel = regexp.MustCompile(`(?i)^(?:摘要|导读|導讀|内容提要|內容提要|核心提示|编者按|summary|abstract|in brief)\s*[:：丨|]?\s*`)

// isDateline reports whether a line is no sentence but names and a date with a
// time of day.
func isDateline(s string) bool {
	if endsSentence(s) || size(s) > 100 || !fullDate(s) {
		return false
	}
	m, ok := parseMoment(s, time.Time{}, time.UTC)
	return ok && m.clock
}

// authorWork is how a line goes on that begins with an author's name and says what
// else that person does, as under a guest's piece.
var authorWork = regexp.MustCompile(`(?i)^.{3,60}?\b(is|was|are)\b.{0,60}\b(researcher|professor|lecturer|fellow|economist|lawyer|attorney|founder|director|partner|scientist|consultant|advis[oe]r|officer|ceo|cto|president|chair(man|woman)?|head)\b.{0,30}\b(at|of|for|in|with)\b`)

// aboutAuthor is how a line about the author goes on behind the name.
var aboutAuthor = regexp.MustCompile(`(?i)^.{3,60}?\b(is|was|are|has been|covers?|covered|reports?|writes?|joined|works?|ist|arbeitet|schreibt|est|es|è)\b.{0,80}\b(reporter|editor|journalist|writer|correspondent|author|columnist|contributor|analyst|freelancer?|redakteur\w*|journalistin?|autorin?|korrespondent\w*|reporterin|periodista|journaliste|giornalista|newsroom|coindesk|cointelegraph|decrypt|the block|covering|covers)\b`)

// tail counts the kept blocks at the end that are about the author, or head or
// announce nothing.
func tail(blocks []block, fs []features, kept []int) int {
	n := 0
	for i := len(kept) - 1; i > 0; i-- {
		b, f := &blocks[kept[i]], &fs[kept[i]]
		about := f[fBehind] == 1 || f[fSiblings] < 0.2 || f[fBio] == 1
		switch {
		case f[fAuthor] == 1 && (aboutAuthor.MatchString(b.text) || authorWork.MatchString(b.text)), about && (f[fAuthor] == 1 || f[fBio] == 1 || b.size() < 500 && aboutAuthor.MatchString(b.text)):
		case f[fHeading] == 1, f[fColon] == 1:
		default:
			return n
		}
		n++
	}
	return n
}

// noiseBoxes finds small elements that begin with a line of noise, as boxes for
// newsletters and related stories do: what else is in them is noise too, unless it
// is paragraphs that both readers took.
func noiseBoxes(blocks []block, fs []features) map[*html.Node]string {
	boxes, met, sure := map[*html.Node]string{}, map[*html.Node]bool{}, map[*html.Node]int{}
	for i := range blocks {
		up, f := blocks[i].node.Parent, &fs[i]
		if f[fLong]*f[fSentence] == 1 && f[fBoth] > 0.9 && f[fLinked] < 0.5 {
			sure[up]++
		}
		if met[up] {
			continue
		}
		met[up] = true
		if f[fParent] < 0.2 && f[fInBox] == 1 && f[fNear] < 0.5 {
			if why := blocks[i].noiseWhy(); why != "" && why != "credit" && why != "contact" && why != "placeholder" {
				boxes[up] = why
			}
		}
	}
	for up := range boxes {
		if sure[up] >= surelyText {
			delete(boxes, up)
		}
	}
	return boxes
}

// surelyText is how many long paragraphs that both readers took make an element no
// box of noise.
const surelyText = 2

// leadEnd is what stands between words of the page and a link to another story.
const leadEnd = "|｜:：>»"

// shortLead is the least size of such words: shorter ones are names, as in lists of
// places.
const shortLead = 12

// sameLeads finds the lines among the paragraphs that begin alike and go on with a
// link, as "read also" does in any language.
func sameLeads(blocks []block) map[int]bool {
	type place struct {
		parent *html.Node
		lead   string
	}
	found := map[place][]int{}
	for i := range blocks {
		b := &blocks[i]
		if b.bytes >= 250 || b.linked() < 0.4 {
			continue
		}
		if at := strings.IndexAny(b.text, leadEnd); at > 0 && at <= 60 && size(b.text[:at]) >= shortLead {
			p := place{b.node.Parent, letters(b.text[:at])}
			found[p] = append(found[p], i)
		}
	}
	out := map[int]bool{}
	for _, list := range found {
		for _, i := range list {
			out[i] = out[i] || len(list) > 1
		}
	}
	return out
}

// longestCaption is the size of the longest line that is taken for a caption by
// where it stands.
const longestCaption = 150

// isCaption reports whether a line stands under a picture as captions do: in the
// picture's own paragraph and no sentence, or behind it with a triangle that points
// at it.
func isCaption(b *block) bool {
	if b.size() > longestCaption {
		return false
	}
	return b.image == imageAbove && b.tag == atom.P && !endsSentence(b.text) || b.image != noImage && strings.ContainsRune("▲△", firstRune(b.text))
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// cutWhy says why a block that was taken for text is not part of it, or "".
func cutWhy(b *block, f *features, seen map[string]bool) string {
	switch {
	case b.key == "":
		return "no letters"
	case f[fTitle] == 1:
		return "the title"
	case f[fAuthor] == 1 && b.size() < 40, b.size() <= maxCredit && mayEastern(b.text) && hanCredit.MatchString(b.text):
		return "byline"
	case onlyDate(b.text):
		return "date"
	case isCaption(b):
		return "caption"
	case f[fAgain] == 1 && seen[b.key]:
		return "stands twice"
	}
	return b.noiseWhy()
}
