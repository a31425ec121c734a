package store

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"edict/news"
)

const (
	// bodyAt is the place of the first word behind the title, which is of 2 KiB at most:
	// no phrase goes from the one into the other.
	bodyAt = 4096
	// maxWordBytes is how long a word is indexed; of a longer one the beginning is, with
	// a hash of all of it.
	maxWordBytes = 120
)

// indexWord is a word as the index names it.
func indexWord(word string) string {
	if len(word) <= maxWordBytes {
		return word
	}
	end := maxWordBytes
	for !utf8.RuneStart(word[end]) {
		end--
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(word))
	return word[:end] + strconv.FormatUint(h.Sum64(), 16)
}

// Of an article not only its words are indexed, but also what filters ask for, as words
// that begin with a character that is in no text.

const (
	markSource   = "\x01source "
	markLanguage = "\x01language "
	markTag      = "\x01tag "
	taggedMark   = "\x01tagged"
)

// languageMarks are those of a language and of the wider ones that it belongs to.
func languageMarks(language string) (list []string) {
	for i, r := range language {
		if r == '-' {
			list = append(list, markLanguage+language[:i])
		}
	}
	return append(list, markLanguage+language)
}

// tagMark is for tags of a label, a place and a stage; any may be "".
func tagMark(label news.Label, place news.Jurisdiction, stage news.Stage) string {
	return markTag + string(label) + " " + string(place) + " " + string(stage)
}

// tagMarks are those of a tag for whatever part of it is asked for.
func tagMarks(t news.Tag) (list []string) {
	places := []news.Jurisdiction{"", news.Jurisdiction(t.Jurisdiction.Country()), t.Jurisdiction}
	for _, label := range []news.Label{"", t.Label} {
		for _, place := range places {
			for _, stage := range []news.Stage{"", t.Stage} {
				list = append(list, tagMark(label, place, stage))
			}
		}
	}
	return list
}

// filterMarks are the marks that every record of f has.
func filterMarks(f news.Filter) (list []string) {
	if f.Label != "" || f.Jurisdiction != "" || f.Stage != "" {
		list = append(list, tagMark(f.Label, f.Jurisdiction, f.Stage))
	} else if f.Tagged {
		list = append(list, taggedMark)
	}
	if f.Source != "" {
		list = append(list, markSource+f.Source)
	}
	if f.Language != "" {
		list = append(list, markLanguage+f.Language)
	}
	return list
}

// An indexed article is what of an article goes into the index.
type indexedArticle struct {
	doc
	id, record, version, source, language string
	title, summary, text                  string
	tags                                  []news.Tag // that count or wait for review
}

// marks are what filters find the article by, in order and each once.
func (a *indexedArticle) marks() []string {
	list := append(languageMarks(a.language), markSource+a.source)
	for _, t := range a.tags {
		list = append(list, tagMarks(t)...)
	}
	if len(a.tags) > 0 {
		list = append(list, taggedMark)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// digest tells whether anything that is indexed has changed.
func (a *indexedArticle) digest() int64 {
	h := fnv.New64a()
	for _, s := range append(a.marks(), a.version, strconv.FormatInt(a.position, 10), strconv.Itoa(len(a.summary)+len(a.text))) {
		_, _ = h.Write([]byte(s))
		_, _ = h.Write([]byte{0})
	}
	return int64(h.Sum64()) //nolint:gosec // any number will do
}

// byNewest is the order of articles in a segment.
func byNewest(a, b doc) int {
	return cmp.Or(cmp.Compare(b.position, a.position), cmp.Compare(b.number, a.number))
}

// A builder gathers the words of articles that come in the order of a segment.
type builder struct {
	docs   []doc
	ids    map[string]uint32
	words  []string // by id
	placed []wordPlace
}

// A wordPlace is a word at a place of an article.
type wordPlace struct{ word, doc, at uint32 }

// nowhere is the place of a mark, which has none.
const nowhere = ^uint32(0)

func newBuilder() *builder { return &builder{ids: map[string]uint32{}} }

// add takes the next article.
func (b *builder) add(a *indexedArticle) {
	n := uint32(len(b.docs)) //nolint:gosec // a segment has fewer
	place := func(word string, at uint32) {
		id, is := b.ids[word]
		if !is {
			id = uint32(len(b.words)) //nolint:gosec // as many words are in no segment
			b.ids[word] = id
			b.words = append(b.words, word)
		}
		b.placed = append(b.placed, wordPlace{id, n, at})
	}
	title, _ := cutWords(foldText(a.title), true)
	for i, w := range title[:min(len(title), bodyAt-1)] {
		place(indexWord(w), uint32(i)) //nolint:gosec // bounded
	}
	lead := a.summary
	if strings.TrimSpace(lead) == "" {
		lead, _, _ = strings.Cut(strings.TrimSpace(a.text), "\n")
	}
	first, _ := cutWords(foldText(lead), true)
	a.lead = uint32(min(len(first), maxLead)) //nolint:gosec // bounded
	body, _ := cutWords(foldText(a.summary+"\n"+a.text), true)
	for i, w := range body {
		place(indexWord(w), uint32(bodyAt+i)) //nolint:gosec // a text has fewer words
	}
	for _, m := range a.marks() {
		place(m, nowhere)
	}
	b.docs = append(b.docs, a.doc)
}

// pages calls emit with the rows of search_words that hold what was gathered.
func (b *builder) pages(segment int64, emit func(row []any) error) error {
	starts := make([]int, len(b.words)+1) // of each word in byWord
	for _, p := range b.placed {
		starts[p.word+1]++
	}
	for i := range b.words {
		starts[i+1] += starts[i]
	}
	byWord := make([]wordPlace, len(b.placed))
	next := slices.Clone(starts)
	for _, p := range b.placed {
		byWord[next[p.word]] = p
		next[p.word]++
	}
	order := make([]uint32, len(b.words))
	for i := range order {
		order[i] = uint32(i) //nolint:gosec // as many words are in no segment
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(b.words[x], b.words[y]) })
	out := newWordPacker(segment, emit)
	var list []placed
	var places []uint32
	for _, id := range order {
		list, places = list[:0], places[:0]
		here := byWord[starts[id]:starts[id+1]]
		places = slices.Grow(places, len(here)) // it stays where it is
		for len(here) > 0 {
			p := placed{doc: here[0].doc}
			from, title := len(places), 0
			for len(here) > 0 && here[0].doc == p.doc {
				switch at := here[0].at; {
				case at < bodyAt:
					places = append(places, at)
					title++
				case at != nowhere:
					places = append(places, at-bodyAt)
				}
				here = here[1:]
			}
			p.title, p.body = places[from:from+title], places[from+title:]
			p.lead = len(p.body) > 0 && p.body[0] < b.docs[p.doc].lead
			list = append(list, p)
		}
		if err := out.add(b.words[id], list); err != nil {
			return err
		}
	}
	return out.flush()
}
