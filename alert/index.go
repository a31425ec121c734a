package alert

import (
	"fmt"

	"edict/classifier/match"
	"edict/news"
)

// A Story is what of an article a subscription may ask for.
type Story struct {
	Title, Summary, Text string
	Source, Language     string
	Tags                 []news.Tag
}

// An Index finds the subscriptions that ask for a story, without looking at most of
// them: each is posted under the one thing that it needs and that is rarest in
// stories, and only those posted under something that the story has are looked at.
//
// It may be changed at any time, and costs next to nothing to change. It is for one
// goroutine at a time.
type Index struct {
	slots   map[string]int32 // by subscription
	entries []entry
	dead    int // entries that were removed

	byTag    map[news.TagKey][]int32
	bySource map[string][]int32
	byPhrase []int32 // by phrase, the last entry posted under it, or none
	next     []int32 // by entry, the one posted before it under its phrase, or none

	asks  wants             // of all entries
	names map[string]uint32 // of labels, places, sources and languages in asks

	// The phrases of all subscriptions, each once. The first known are in base, those
	// that came later in late, until there are so many that base is made anew.
	phrases map[string]int32 // by what the matcher reads
	texts   []string
	base    *match.Matcher
	late    *match.Matcher
	inBase  int
	inLate  int

	// For one story at a time.
	hits  []match.Hit
	turn  uint32
	seen  []uint32 // by phrase, the turn in which it was found
	asked []uint32 // by entry, the turn in which it was looked at
}

// An entry is a subscription in an Index. What it asks for is at asks, and is kept
// there as numbers: there may be many subscriptions, and each has little to say.
type entry struct {
	id string // "": removed
	at int32  // in asks
}

// none is no entry.
const none = -1

// NewIndex returns an index of no subscriptions.
func NewIndex() *Index {
	return &Index{
		slots: map[string]int32{}, byTag: map[news.TagKey][]int32{}, bySource: map[string][]int32{},
		names: map[string]uint32{}, phrases: map[string]int32{},
	}
}

// Len is how many subscriptions there are.
func (x *Index) Len() int { return len(x.slots) }

// Put adds a subscription, or takes the place of the one with its id. A query whose
// words cannot be read is news.ErrInvalid, and changes nothing.
func (x *Index) Put(s news.Subscription) error {
	terms, err := parseWords(s.Query.Words)
	if err != nil {
		return fmt.Errorf("subscription %s: %w", s.ID, err)
	}
	x.Remove(s.ID)
	list := make([]int32, len(terms))
	for i, t := range terms {
		if list[i] = x.phrase(t.text); t.not {
			list[i] = ^list[i]
		}
	}
	x.add(s.ID, s.Query, list)
	return nil
}

// add appends an entry. Phrases that must not be there are ^phrase.
func (x *Index) add(id string, q news.Query, terms []int32) {
	slot := int32(len(x.entries))
	x.entries = append(x.entries, entry{id, x.write(q, terms)})
	x.asked, x.next = append(x.asked, 0), append(x.next, none)
	x.slots[id] = slot
	x.post(slot, q, terms)
}

// phrase returns the number of a phrase.
func (x *Index) phrase(text string) int32 {
	folded := match.Fold(text)
	n, known := x.phrases[folded]
	if !known {
		n = int32(len(x.texts))
		x.phrases[folded] = n
		x.texts = append(x.texts, folded)
		x.seen, x.byPhrase = append(x.seen, 0), append(x.byPhrase, none)
	}
	return n
}

// post puts an entry under what it needs. Tags come first where a place is named, as
// few stories have one; then the longest phrase, which mostly is the rarest.
func (x *Index) post(slot int32, q news.Query, terms []int32) {
	longest := int32(none)
	for _, n := range terms {
		if n >= 0 && (longest == none || len(x.texts[n]) > len(x.texts[longest])) {
			longest = n
		}
	}
	switch {
	case q.NeedsTag() && (len(q.Jurisdictions) > 0 || longest == none):
		for _, key := range q.TagKeys() {
			x.byTag[key] = append(x.byTag[key], slot)
		}
	case longest != none:
		x.next[slot], x.byPhrase[longest] = x.byPhrase[longest], slot
	case len(q.Sources) > 0:
		for _, source := range q.Sources {
			x.bySource[source] = append(x.bySource[source], slot)
		}
	default: // by what must not be there alone
		x.bySource[""] = append(x.bySource[""], slot)
	}
}

// Remove takes a subscription out. One that is not there is no error.
func (x *Index) Remove(id string) {
	slot, known := x.slots[id]
	if !known {
		return
	}
	delete(x.slots, id)
	x.entries[slot] = entry{}
	if x.dead++; x.dead > 64 && x.dead > len(x.entries)/2 {
		x.pack()
	}
}

// pack makes the index anew, without what was removed.
func (x *Index) pack() {
	fresh := NewIndex()
	fresh.turn = x.turn
	for _, e := range x.entries {
		if e.id == "" {
			continue
		}
		q, terms := x.read(e.at)
		for i, n := range terms {
			if n < 0 {
				terms[i] = ^fresh.phrase(x.texts[^n])
			} else {
				terms[i] = fresh.phrase(x.texts[n])
			}
		}
		fresh.add(e.id, q, terms)
	}
	*x = *fresh
}

// Match appends to dst the ids of the subscriptions that ask for a story, in no
// particular order, each once.
func (x *Index) Match(dst []string, s Story) []string {
	x.turn++
	x.scan(s)
	have := x.look(s)
	one := func(slot int32) {
		if x.asked[slot] == x.turn {
			return
		}
		x.asked[slot] = x.turn
		if e := x.entries[slot]; e.id != "" && x.fits(e.at, have) {
			dst = append(dst, e.id)
		}
	}
	ask := func(slots []int32) {
		for _, slot := range slots {
			one(slot)
		}
	}
	for _, t := range s.Tags {
		if !t.State.Counts() {
			continue
		}
		for _, label := range [...]news.Label{t.Label, ""} {
			ask(x.byTag[news.TagKey{Label: label, Place: t.Jurisdiction}])
			if country := news.Jurisdiction(t.Jurisdiction.Country()); country != t.Jurisdiction {
				ask(x.byTag[news.TagKey{Label: label, Place: country}])
			}
			ask(x.byTag[news.TagKey{Label: label}])
		}
	}
	for _, h := range x.hits {
		for slot := x.byPhrase[h.Phrase]; slot != none; slot = x.next[slot] {
			one(slot)
		}
	}
	ask(x.bySource[s.Source])
	ask(x.bySource[""])
	return dst
}

// scan marks the phrases that the story holds.
func (x *Index) scan(s Story) {
	x.compile()
	x.hits = x.hits[:0]
	for i, m := range [...]*match.Matcher{x.base, x.late} {
		if m == nil {
			continue
		}
		from := len(x.hits)
		for _, text := range [...]string{s.Title, s.Summary, s.Text} {
			x.hits = m.Append(x.hits, text)
		}
		for j := from; i == 1 && j < len(x.hits); j++ {
			x.hits[j].Phrase += x.inBase
		}
	}
	kept := x.hits[:0]
	for _, h := range x.hits {
		if x.seen[h.Phrase] != x.turn {
			x.seen[h.Phrase] = x.turn
			kept = append(kept, h)
		}
	}
	x.hits = kept
}

// lateMost is how many phrases are looked for in a second pass before all are in one.
const lateMost = 2000

// compile takes in the phrases that came since the last story.
func (x *Index) compile() {
	if len(x.texts) == x.inBase+x.inLate {
		return
	}
	from := x.inBase
	if len(x.texts)-x.inBase > max(lateMost, x.inBase/4) {
		from = 0
	}
	list := make([]match.Phrase, 0, len(x.texts)-from)
	for _, text := range x.texts[from:] {
		list = append(list, match.Phrase{Text: text})
	}
	m, err := match.Compile(list)
	if err != nil { // parseWords lets nothing in that has nothing to find
		panic(fmt.Sprintf("alert: phrases of subscriptions: %v", err))
	}
	if from == 0 {
		x.base, x.inBase, x.late, x.inLate = m, len(x.texts), nil, 0
	} else {
		x.late, x.inLate = m, len(x.texts)-from
	}
}
