package rules

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"edict/classifier/match"
	"edict/classifier/places"
	"edict/news"
)

// A zone is where in an article a sentence stands.
type zone uint8

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

// maxHits is how many hits of a sentence are looked at: beyond it stands a list or a
// text without full stops.
const maxHits = 500

// maxPlaces is the most places of a sentence that are looked at.
const maxPlaces = 64

// A field is a text of an article, scanned.
type field struct {
	name     news.Field
	text     string
	mentions []places.Mention
}

// A sentence is what patterns look at.
type sentence struct {
	*field
	start, end int
	zone       zone
	opens      bool              // it is the first of its paragraph
	places     []places.Mention  // those of the field that stand in it, as many as are looked at
	hits       []match.Hit       // likewise
	earlier    news.Jurisdiction // the last place in the sentences of the field before it

	// Set once it is built.
	found  []occurrence
	first  []int32 // by set, where in found it first stands, and 1; 0: nowhere
	quoted []match.Span

	parts  []int32 // where its halves part, once
	halved bool    // that is known
}

// A document is an article, scanned. All that grows with the text is kept for the
// next article: an ordinary story then costs little more than its scan.
type document struct {
	fields    []field // at most three; sentences point to them
	sentences []sentence
	sieve     sieve
	context   bool              // it speaks of what the label at work is about
	first     news.Jurisdiction // the first place that is named
	published time.Time         // zero: not known

	// Room for the sentences' own.
	hits     []match.Hit
	found    []occurrence
	firsts   []int32
	quoted   []match.Span
	mentions []places.Mention

	// Scratch.
	paragraphs, spans []match.Span
	last              []int32 // by set, where in found it last stands, and 1
	barred            []occurrence
	passed            []passed
	outline           outline
	search            search
	findings, best    []Finding
	parts             []Part
	codes             []news.Jurisdiction
	within            []places.Mention
}

// open scans the fields of c. The document must be closed.
func (s *Set) open(c news.Content) *document {
	d := s.pool.Get().(*document)
	d.published = c.Published
	s.read(d, news.Title, c.Title, titleZone)
	s.read(d, news.Summary, c.Summary, summaryZone)
	first := leadZone
	if c.Title == "" {
		first = titleZone
	}
	s.read(d, news.Text, c.Text, first)
	if len(d.sentences) > 0 {
		s.settle(&d.sieve)
	}
	return d
}

func (s *Set) newDocument() *document {
	d := &document{fields: make([]field, 0, 3), last: make([]int32, len(s.names))}
	d.sieve.roles = make([]uint64, len(s.roles))
	d.outline.of = make([]extent, len(s.names))
	return d
}

// close gives d back, without the article.
func (s *Set) close(d *document) {
	clear(d.fields)
	clear(d.sentences)
	clear(d.last)
	d.fields, d.sentences, d.sieve.rows, d.first = d.fields[:0], d.sentences[:0], d.sieve.rows[:0], ""
	clear(d.mentions)
	clear(d.findings[:cap(d.findings)])
	clear(d.best[:cap(d.best)])
	d.hits, d.found, d.firsts, d.quoted, d.mentions = d.hits[:0], d.found[:0], d.firsts[:0], d.quoted[:0], d.mentions[:0]
	s.pool.Put(d)
}

// read scans one field. first is the zone of its first sentence.
func (s *Set) read(d *document, name news.Field, text string, first zone) {
	if text == "" {
		return
	}
	from := len(d.hits)
	d.hits = s.matcher.Append(d.hits, text)
	hits := d.hits[from:]
	shown := capitalised(text)
	named := len(d.mentions)
	d.mentions = s.gazetteer.AppendMentions(d.mentions, shown, hits, d.first)
	mentions := d.mentions[named:]
	ownActors(text, mentions)
	ownPlaces(text, mentions)
	mentions = withoutHomes(text, mentions)
	d.fields = append(d.fields, field{name, text, mentions})
	f := &d.fields[len(d.fields)-1]

	var earlier news.Jurisdiction
	d.paragraphs = match.AppendParagraphs(d.paragraphs[:0], text)
	for paragraph, p := range d.paragraphs {
		d.spans = match.AppendSentences(d.spans[:0], shown, p)
		for n, span := range d.spans {
			sen := sentence{field: f, start: span.Start, end: span.End, zone: first, opens: n == 0, earlier: earlier}
			if name == news.Text && (paragraph > 0 || n > 0) {
				sen.zone = leadZone
				if paragraph >= leadParagraphs || n >= leadSentences {
					sen.zone = bodyZone
				}
			}
			hits, mentions = s.fill(d, &sen, hits, mentions)
			if n := len(sen.places); n > 0 {
				earlier = spokenOf(sen.places)
				d.first = cmp.Or(d.first, sen.places[0].Code)
			}
			d.sentences = append(d.sentences, sen)
		}
	}
}

// spokenOf is the place that a sentence leaves in mind: its last, or the division of
// that country that is named right before it ("Ganzhou in Jiangxi province, China").
func spokenOf(mentions []places.Mention) news.Jurisdiction {
	last := mentions[len(mentions)-1]
	if len(mentions) > 1 && last.Code.Division() == "" {
		if before := mentions[len(mentions)-2]; before.Code != last.Code && before.Code.Within(last.Code) && last.Start-before.End <= nameReach {
			return before.Code
		}
	}
	return last.Code
}

// nameReach is how far apart, in bytes, a division and its country stand where one
// places the other.
const nameReach = 24

// fill gives the next sentence its hits and places, the first ones of those that are
// left, and notes in the sieve what may stand there. It returns what is left then.
func (s *Set) fill(d *document, sen *sentence, hits []match.Hit, mentions []places.Mention) ([]match.Hit, []places.Mention) {
	i := len(d.sentences)
	if i > 0 && i%64 == 0 {
		s.settle(&d.sieve)
	}
	bit := uint64(1) << (i % 64)
	n := 0
	for ; n < len(hits) && hits[n].Start < sen.end; n++ {
		if phrase := hits[n].Phrase - s.places; phrase >= 0 {
			d.sieve.add(s.roleOf[phrase], bit)
		}
	}
	sen.hits, hits = hits[:min(n, maxHits)], hits[n:]

	n = 0
	for n < len(mentions) && mentions[n].Start < sen.start {
		n++
	}
	mentions = mentions[n:]
	if len(mentions) > 0 && mentions[0].Start < sen.end {
		d.sieve.places |= bit
	}
	n = 0
	for n < min(len(mentions), maxPlaces) && mentions[n].End <= sen.end {
		n++
	}
	sen.places = mentions[:n]
	return hits, mentions[n:]
}

// speaksOf reports whether one of sets may stand somewhere.
func (s *Set) speaksOf(d *document, sets []symbol) bool {
	for from := 0; from < len(d.sentences); from += 64 {
		if d.row(s, from).any(sets) != 0 {
			return true
		}
	}
	return false
}

// row returns the row of the sieve that sentence i is in.
func (d *document) row(s *Set, i int) row {
	sets := len(s.names)
	return d.sieve.rows[i/64*sets:][:sets]
}

// ownActors gives a public body that stands right after a place to that place: the
// gazetteer may know the name as another's.
func ownActors(text string, mentions []places.Mention) {
	for i := 1; i < len(mentions); i++ {
		m, before := &mentions[i], mentions[i-1]
		if m.Kind == places.Actor && m.Start >= before.End && m.Code.Country() != before.Code.Country() && strings.Trim(text[before.End:m.Start], " 's’") == "" {
			m.Code = before.Code
		}
	}
}

// ownWords follow the name of a town or a region that is also a country's.
var ownWords = []string{"customs", "police", "city", "state", "province", "region", "port", "airport", "court", "council", "district", "county"}

// ownPlaces gives a name that stands between the country that owns it and what it is
// to that country: "Nigeria's Benin Customs" is none of the country Benin.
func ownPlaces(text string, mentions []places.Mention) {
	for i := 1; i < len(mentions); i++ {
		m, before := &mentions[i], mentions[i-1]
		if m.Start < before.End {
			continue // two readings of one name
		}
		if owned := strings.Trim(text[before.End:m.Start], " "); m.Code.Division() != "" || owned != "'s" && owned != "’s" && owned != "'" && owned != "’" {
			continue
		}
		next, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(text[m.End:min(len(text), m.End+16)]), " "), " ")
		if m.Code != before.Code && slices.Contains(ownWords, strings.TrimRight(next, ".,:;")) {
			m.Code = before.Code
		}
	}
}

// homes follow the place of a firm, which says nothing of where it is acted.
var homes = []string{"-based", " based", "-headquartered", "-listed", "-incorporated"}

// withoutHomes leaves out the places that only say where a firm sits, where the field
// names another.
func withoutHomes(text string, mentions []places.Mention) []places.Mention {
	home := func(m places.Mention) bool {
		rest := strings.ToLower(text[m.End:min(len(text), m.End+16)])
		return slices.ContainsFunc(homes, func(h string) bool { return strings.HasPrefix(rest, h) })
	}
	if len(mentions) < 2 || !slices.ContainsFunc(mentions, home) || !slices.ContainsFunc(mentions, func(m places.Mention) bool { return !home(m) }) {
		return mentions
	}
	return slices.DeleteFunc(mentions, home)
}
