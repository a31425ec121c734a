package alert

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"edict/news"
)

// A section is an item in words, the same for every form. What a page gave is one line
// without controls; making it harmless in a form is the renderer's.
type section struct {
	Why      string // it is told: new, or what is new
	Headline string
	Language string // of the headline and the quotes
	Facts    []string
	Quotes   []Quote
	Source   string
	Times    string
	Took     string
	Links    []Button
	Actions  []Button
}

// A Button is a link with what it says.
type Button struct{ Name, URL string }

func (m Message) section(item Item) section {
	lang := m.Language
	s := section{Headline: line(item.Headline), Language: item.Language, Source: m.sourceLine(item)}
	var why []string
	for _, c := range item.Causes {
		if wordsIn(lang).Has("cause." + string(c)) {
			why = append(why, say(lang, "cause."+string(c)))
		}
	}
	if m.Notice != "" {
		why = []string{say(lang, string(m.Notice))}
	}
	s.Why = strings.Join(why, ", ")
	for _, f := range item.Facts {
		s.Facts = append(s.Facts, line(f.LabelName)+" · "+line(f.Place)+" · "+line(f.StageName))
	}
	for _, text := range item.Lines {
		s.Facts = append(s.Facts, line(text))
	}
	for _, q := range item.Evidence {
		s.Quotes = append(s.Quotes, Quote{Text: line(q.Text), Rule: q.Rule, Says: line(q.Says)})
	}
	var times, took []string
	if !item.Published.IsZero() {
		times = append(times, say(lang, "published", "time", clock(item.Published)))
	}
	if !item.Fetched.IsZero() {
		times = append(times, say(lang, "fetched", "time", clock(item.Fetched)))
	}
	if !item.Tagged.IsZero() {
		times = append(times, say(lang, "tagged", "time", clock(item.Tagged)))
	}
	s.Times = strings.Join(append(times, say(lang, "sent", "time", clock(m.Sent))), ", ")
	switch {
	case item.Fetched.IsZero():
	case item.Published.IsZero():
		took = append(took, say(lang, "took.fetch", "fetched", span(m.Sent.Sub(item.Fetched), lang)))
	default:
		took = append(took, say(lang, "took", "published", span(m.Sent.Sub(item.Published), lang), "fetched", span(m.Sent.Sub(item.Fetched), lang)))
	}
	s.Took = strings.Join(took, "")
	s.Links = links(say(lang, "original"), item.URL, say(lang, "page"), item.Page)
	s.Actions = links(say(lang, "mute.story"), item.MuteStory, say(lang, "snooze"), item.Snooze, say(lang, "mute.source"), item.MuteSource,
		say(lang, "mute.phrase", "phrase", line(item.Phrase)), item.MutePhrase, say(lang, "wrong"), item.Wrong)
	return s
}

func (m Message) sourceLine(item Item) string {
	if item.Source.Name == "" {
		return ""
	}
	name := line(item.Source.Name)
	if item.Source.Official {
		name += " (" + say(m.Language, "official") + ")"
	}
	if item.Others > 0 {
		name += " " + say(m.Language, "others", "n", item.Others)
	}
	return say(m.Language, "source", "source", name)
}

// links are those of name and address in turn that have an address that is safe to
// follow.
func links(pairs ...string) (list []Button) {
	for pair := range slices.Chunk(pairs, 2) {
		if address := SafeLink(pair[1]); address != "" {
			list = append(list, Button{pair[0], address})
		}
	}
	return list
}

// maxLink bounds the addresses that are sent on, in bytes.
const maxLink = 2048

// SafeLink returns an address from outside as it may be linked to: http or https, with a
// host, without a password, and with whatever could end it early in a text escaped. ""
// is any other.
func SafeLink(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !hostForm.MatchString(u.Host) || u.User != nil {
		return ""
	}
	head := u.Scheme + "://" + u.Host
	var b strings.Builder
	b.WriteString(head)
	for _, c := range []byte(strings.TrimPrefix(u.String(), head)) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"'()<>[]\\^`{|}*", c) >= 0 {
			const digits = "0123456789ABCDEF"
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	if b.Len() > maxLink {
		return ""
	}
	return b.String()
}

// hostForm is a host, and perhaps a port, that cannot end early in any text.
var hostForm = regexp.MustCompile(`^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._%-]+)(:[0-9]+)?$`)

// Title is a message in one line of at most limit bytes.
func (m Message) Title(limit int) string {
	var text string
	switch first := m.Items; {
	case len(first) == 1 || m.Thread != "" && len(first) > 0:
		item := first[len(first)-1]
		var where []string
		for _, f := range item.Facts {
			if s := line(f.Place); !slices.Contains(where, s) {
				where = append(where, s)
			}
		}
		var head []string
		if len(item.Facts) > 0 {
			head = append(head, line(item.Facts[0].LabelName), strings.Join(where, ", "))
		}
		text = strings.Join(append(head, line(item.Headline)), " · ")
	default:
		text = line(m.Name) + ": " + say(m.Language, "digest", "n", len(m.Items)+m.More)
	}
	switch {
	case m.Test:
		text = say(m.Language, "test") + ": " + text
	case m.Update:
		text = say(m.Language, "update") + ": " + text
	}
	return cut(text, limit)
}

// Urgent reports whether a message is one to be woken by: a story that is new, or that
// has come further.
func (m Message) Urgent() bool {
	return slices.ContainsFunc(m.Items, func(i Item) bool {
		return slices.ContainsFunc(i.Causes, func(c news.Cause) bool { return c == news.NewStory || c == news.NextStage || c == news.Contradicts })
	})
}

// Buttons are the links of an item: to the original, to our page, then those that act.
func (m Message) Buttons(item Item) []Button {
	s := m.section(item)
	return append(s.Links, s.Actions...)
}
