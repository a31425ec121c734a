package rules

import (
	"strings"

	"edict/classifier/match"
	"edict/classifier/places"
	"edict/news"
)

// A zone is where in an article a sentence stands.
type zone int

const (
	titleZone zone = iota
	summaryZone
	leadZone      // the first three paragraphs of the text
	paragraphZone // the beginning of a later paragraph
	bodyZone
	zones
)

var zoneNames = [zones]string{"title", "summary", "lead", "paragraph", "body"}

// leadParagraphs is how many paragraphs of the text are its beginning.
const leadParagraphs = 3

// leadSentences is how many sentences of a paragraph may belong to the beginning: a
// text without paragraphs is not all beginning.
const leadSentences = 16

// hitEvery is about how many bytes of a text there are to a hit.
const hitEvery = 8

// maxHits is how many hits of a sentence are looked at: beyond it stands a list or a
// text without full stops.
const maxHits = 500

// An occurrence is a set, or a place, at some bytes of a field.
type occurrence struct {
	start, end int32
	set        symbol
	mention    int16 // index into the sentence's places, or -1
}

// A sentence is what patterns look at.
type sentence struct {
	field      news.Field
	zone       zone
	text       string // of the field
	start, end int
	opens      bool             // it is the first of its paragraph
	mentions   []places.Mention // of the field
	mention    int              // the first of them that stands in the sentence or after it
	hits       []match.Hit
	has        symbols // what stands in it; before it is built, what may

	built  bool
	found  []occurrence
	quoted []match.Span
}

// A document is an article, scanned.
type document struct {
	sentences []sentence
	has       symbols // what may stand somewhere
	title     []places.Mention
}

// open scans the fields of c.
func (s *Set) open(c news.Content) *document {
	d := &document{}
	d.title = s.read(d, news.Title, c.Title, titleZone)
	s.read(d, news.Summary, c.Summary, summaryZone)
	first := leadZone
	if c.Title == "" {
		first = titleZone
	}
	s.read(d, news.Text, c.Text, first)
	return d
}

// read scans one field and returns its places. first is the zone of its first
// sentence.
func (s *Set) read(d *document, field news.Field, text string, first zone) []places.Mention {
	if text == "" {
		return nil
	}
	hits := s.matcher.Append(make([]match.Hit, 0, len(text)/hitEvery+8), text)
	shown := capitalised(text)
	var own []match.Hit
	for _, h := range hits {
		if h.Phrase < s.places {
			own = append(own, h)
		}
	}
	mentions := s.gazetteer.Mentions(shown, own)
	ownActors(text, mentions)
	hit, mention := 0, 0
	for paragraph, p := range match.Paragraphs(text) {
		for n, span := range match.Sentences(shown[p.Start:p.End]) {
			sen := sentence{
				field: field, zone: first, text: text, start: p.Start + span.Start, end: p.Start + span.End, opens: n == 0, mentions: mentions,
			}
			if field == news.Text && (paragraph > 0 || n > 0) {
				sen.zone = leadZone
				if paragraph >= leadParagraphs || n >= leadSentences {
					sen.zone = bodyZone
				}
			}
			for hit < len(hits) && hits[hit].Start < sen.start {
				hit++
			}
			from := hit
			for hit < len(hits) && hits[hit].Start < sen.end {
				if i := hits[hit].Phrase - s.places; i >= 0 {
					sen.has.join(&s.may[i])
				}
				hit++
			}
			sen.hits = hits[from:min(hit, from+maxHits)]
			for mention < len(mentions) && mentions[mention].Start < sen.start {
				mention++
			}
			sen.mention = mention
			if mention < len(mentions) && mentions[mention].Start < sen.end {
				sen.has.join(&s.mayPlace)
			}
			d.has.join(&sen.has)
			d.sentences = append(d.sentences, sen)
		}
	}
	return mentions
}

// ownActors gives a public body that stands right after a place to that place: the
// gazetteer may know the name as another's.
func ownActors(text string, mentions []places.Mention) {
	for i := 1; i < len(mentions); i++ {
		m, before := &mentions[i], mentions[i-1]
		if m.Kind == places.Actor && m.Code.Country() != before.Code.Country() && strings.Trim(text[before.End:m.Start], " 's’") == "" {
			m.Code = before.Code
		}
	}
}
