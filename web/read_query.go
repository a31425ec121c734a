package web

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"edict/news"
)

// streamPath is where the stream stands.
const streamPath = "/stream"

// maxWords is the longest search, in bytes.
const maxWords = 256

// A query is what an address of the stream asks for.
type query struct {
	label        news.Label
	jurisdiction news.Jurisdiction
	words        string
	source       string
	story        string // id
	all          bool   // also stories without a tag
	after        news.Position
	order        news.Order // of what words find
	skip         int        // by relevance: so many are on the pages before
	more         moreFilters
}

var idForm = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// readQuery reads the filters out of an address, and says with ErrInvalid which
// one is wrong.
func readQuery(v url.Values) (query, error) {
	q := query{words: strings.TrimSpace(v.Get("q")), source: v.Get("source"), story: v.Get("story"), label: news.Label(v.Get("label"))}
	if q.label != "" && !news.ValidLabel(q.label) {
		return q, fault{"fault.label", []any{"label", cut(string(q.label), 40)}, news.ErrInvalid}
	}
	if raw := v.Get("jurisdiction"); raw != "" {
		j, err := news.ParseJurisdiction(raw)
		if err != nil {
			return q, err
		}
		q.jurisdiction = j
	}
	if q.source != "" && !news.ValidSlug(q.source) {
		return q, fmt.Errorf("source %q is not a source's short name: %w", q.source, news.ErrInvalid)
	}
	if q.story != "" && !idForm.MatchString(q.story) {
		return q, fmt.Errorf("story %q is not an id: %w", q.story, news.ErrInvalid)
	}
	var err error
	if q.more, err = readMore(v); err != nil {
		return q, err
	}
	if len(q.words) > maxWords {
		return q, fault{"fault.search", []any{"most", maxWords}, news.ErrInvalid}
	}
	switch v.Get("all") {
	case "", "0":
	case "1":
		q.all = true
	default:
		return q, fmt.Errorf("all is 1 or left out: %w", news.ErrInvalid)
	}
	if raw := v.Get("after"); raw != "" {
		p, err := readPosition(raw)
		if err != nil {
			return q, err
		}
		q.after = p
	}
	return q, q.readOrder(v.Get("by"), v.Get("skip"))
}

// readOrder reads in which order words find stories. Without words there is one
// order.
func (q *query) readOrder(by, skip string) error {
	switch by {
	case "", "newest":
	case string(news.Relevance):
		if q.words != "" {
			q.order = news.Relevance
		}
	default:
		return fmt.Errorf("by is newest or relevance, not %q: %w", by, news.ErrInvalid)
	}
	if skip != "" {
		n, err := strconv.Atoi(skip)
		if err != nil || n < 0 || n > news.MaxRanked {
			return fmt.Errorf("skip %q is not a number up to %d: %w", skip, news.MaxRanked, news.ErrInvalid)
		}
		if q.order == news.Relevance {
			q.skip = n
		}
	}
	if q.order == news.Relevance && !q.after.IsZero() {
		return fmt.Errorf("by relevance a page goes on with skip, not after: %w", news.ErrInvalid)
	}
	return nil
}

// everything reports whether q asks for stories without a tag too: words are looked
// for in all of them.
func (q query) everything() bool { return q.all || q.words != "" }

// readPosition reads what writePosition wrote.
func readPosition(raw string) (news.Position, error) {
	stamp, id, ok := strings.Cut(raw, "_")
	t, err := time.Parse(time.RFC3339Nano, stamp)
	if !ok || err != nil || !idForm.MatchString(id) {
		return news.Position{}, fmt.Errorf("after %q is not a place in the stream: %w", raw, news.ErrInvalid)
	}
	return news.Position{Time: t.UTC(), ID: id}, nil
}

func writePosition(p news.Position) string {
	return p.Time.UTC().Format(time.RFC3339Nano) + "_" + p.ID
}

// filter is q as the store is asked.
func (q query) filter() news.Filter {
	f := news.Filter{
		Label: q.label, Jurisdiction: q.jurisdiction, Source: q.source, Story: q.story,
		Tagged: !q.everything(), Words: q.words, After: q.after,
	}
	q.more.set(&f)
	return f
}

// values is q as it stands in an address. The place in the stream is left out: it
// belongs to one page, not to what is asked.
func (q query) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("label", string(q.label))
	set("jurisdiction", string(q.jurisdiction))
	set("source", q.source)
	set("story", q.story)
	set("q", q.words)
	set("stage", string(q.more.stage))
	set("language", q.more.language)
	set("from", q.more.since)
	set("before", q.more.until)
	if q.all {
		v.Set("all", "1")
	}
	if q.words != "" {
		set("by", string(q.order))
	}
	return v
}

// at is the address of path under q.
func (q query) at(path string) string {
	if v := q.values(); len(v) > 0 {
		return path + "?" + v.Encode()
	}
	return path
}

// narrow reports whether q asks for less than the whole stream.
func (q query) narrow() bool {
	return q.label != "" || q.jurisdiction != "" || q.source != "" || q.story != "" || q.words != "" || q.more != moreFilters{}
}

func (q query) withLabel(l news.Label) query               { q.label = l; return q }
func (q query) withJurisdiction(j news.Jurisdiction) query { q.jurisdiction = j; return q }
func (q query) withSource(s string) query                  { q.source = s; return q }
func (q query) withStory(s string) query                   { q.story = s; return q }
func (q query) withWords(w string) query                   { q.words = w; return q }
func (q query) withAll(all bool) query                     { q.all = all; return q }
func (q query) withOrder(o news.Order) query               { q.order = o; return q }

// matches reports whether r belongs to the stream that q asks for, leaving its
// words aside: those only the store's index can tell.
func (q query) matches(r news.Record) bool {
	if q.source != "" && r.Source != q.source || q.story != "" && r.Story != q.story || !q.more.admits(r) {
		return false
	}
	if q.everything() && q.label == "" && q.jurisdiction == "" && q.more.stage == "" {
		return true
	}
	for _, t := range r.Tags {
		if t.State != news.Rejected && (q.label == "" || t.Label == q.label) && (q.more.stage == "" || t.Stage == q.more.stage) &&
			(q.jurisdiction == "" || t.Jurisdiction.Within(q.jurisdiction)) {
			return true
		}
	}
	return false
}
