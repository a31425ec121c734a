package alert

import (
	"bytes"
	"html/template"
	"strings"
	"unicode/utf8"
)

// Text is a message as plain text, whole.
func (m Message) Text() string {
	var b strings.Builder
	add := func(s string) {
		if s != "" {
			b.WriteString(s)
			b.WriteByte('\n')
		}
	}
	if m.Test {
		add(say(m.Language, "tests") + "\n")
	}
	for i, item := range m.Items {
		if i > 0 {
			b.WriteString("\n---\n\n")
		}
		s := m.section(item)
		add(s.Headline)
		add(s.Why)
		for _, f := range s.Facts {
			add("  " + f)
		}
		b.WriteByte('\n')
		for _, q := range s.Quotes {
			add("  “" + q.Text + "”")
			if q.Says != "" {
				add("    — " + q.Says)
			}
		}
		b.WriteByte('\n')
		add(s.Source)
		add(s.Times)
		add(s.Took)
		b.WriteByte('\n')
		for _, l := range append(s.Links, s.Actions...) {
			add(l.Name + ": " + l.URL)
		}
	}
	if m.More > 0 {
		add("\n" + say(m.Language, "more", "n", m.More))
	}
	b.WriteByte('\n')
	add(say(m.Language, "why", "name", line(m.Name)))
	for _, l := range m.footer() {
		add(l.Name + ": " + l.URL)
	}
	return b.String()
}

func (m Message) footer() []Button {
	return links(say(m.Language, "page"), m.Page, say(m.Language, "unsubscribe"), m.Unsubscribe)
}

// Markup is how a service reads the texts that it is sent.
type Markup int

// The markups.
const (
	Plain    Markup = iota // as they are
	Markdown               // as Discord and others do
	Slack                  // as Slack does
)

func (k Markup) escape(s string) string {
	switch k {
	case Markdown:
		return markdownEscapes.Replace(s)
	case Slack:
		return slackEscapes.Replace(s)
	}
	return s
}

// A mark that begins a markup gets a backslash; an at sign, a sign that shows nothing
// behind it, so that it calls nobody.
var (
	markdownEscapes = strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "~", "\\~", "`", "\\`", "|", "\\|", ">", "\\>", "<", "\\<",
		"#", "\\#", "[", "\\[", "]", "\\]", "(", "\\(", ")", "\\)", "@", "@\u200b", "://", ":\u200b//")
	slackEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*", "∗", "_", "_\u200b", "~", "~\u200b", "`", "ˋ", "@", "@\u200b", "://", ":\u200b//")
)

// fit is text cut so that it takes at most limit bytes when it is escaped.
func (k Markup) fit(text string, limit int) string {
	for n := min(len(text), limit); n > 0; {
		shorter := cut(text, n)
		if out := k.escape(shorter); len(out) <= limit {
			return out
		} else if over := len(out) - limit; over > 8 {
			n = min(n-1, max(len(shorter)-over, n/2))
		} else {
			n--
		}
	}
	return ""
}

// shareOfLinks is the least part of a short text that is kept for what is not a link.
const shareOfLinks = 2

// Short is a message in at most limit bytes: what has happened, the sentences that prove
// it, as many as there is room for, and the links.
func (m Message) Short(limit int, k Markup) string {
	var tail string
	for _, l := range m.shortLinks() {
		address := l.URL
		if k == Slack {
			address = strings.ReplaceAll(address, "&", "&amp;")
		}
		if row := "\n" + k.escape(l.Name) + ": " + address; len(tail)+len(row) <= limit/shareOfLinks {
			tail += row
		}
	}
	var b strings.Builder
	room := func() int { return limit - len(tail) - b.Len() }
	add := func(prefix, text, suffix string) {
		left := room() - len(prefix) - len(suffix)
		if b.Len() > 0 {
			left--
		}
		if text == "" || left < min(len(text), 3*utf8.UTFMax) {
			return
		}
		if fits := k.fit(text, left); fits != "" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(prefix + fits + suffix)
		}
	}
	if m.Test {
		add("", say(m.Language, "tests"), "")
	}
	for _, item := range m.Items {
		s := m.section(item)
		add("", s.Headline, "")
		if s.Why != "" {
			add("", s.Why+": "+strings.Join(s.Facts, "; "), "")
		} else {
			add("", strings.Join(s.Facts, "; "), "")
		}
		if len(m.Items) > 1 {
			continue // there is room for what happened alone
		}
		for _, q := range s.Quotes {
			add("“", q.Text, "”")
			add("— ", q.Says, "")
		}
		add("", s.Source, "")
		add("", s.Took, "")
	}
	if m.More > 0 {
		add("", say(m.Language, "more", "n", m.More), "")
	}
	return strings.TrimPrefix(b.String()+tail, "\n")
}

func (m Message) shortLinks() []Button {
	if len(m.Items) != 1 {
		return m.footer()
	}
	s := m.section(m.Items[0])
	return append(s.Links, s.Actions...)
}

var page = template.Must(template.New("message").Parse(`<!DOCTYPE html>
<html lang="{{.Language}}"><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body style="font:15px/1.5 sans-serif;color:#1a1a1a;max-width:42em">
{{- if .Tests}}<p><strong>{{.Tests}}</strong></p>{{end}}
{{- range .Sections}}
<h2 style="font-size:18px;margin:24px 0 4px" lang="{{.Language}}" dir="auto">{{.Headline}}</h2>
{{- if .Why}}<p style="margin:0;color:#555">{{.Why}}</p>{{end}}
<ul style="margin:8px 0;padding-left:20px">{{range .Facts}}<li>{{.}}</li>{{end}}</ul>
{{- $lang := .Language}}{{range .Quotes}}
<blockquote style="margin:8px 0;padding-left:12px;border-left:3px solid #888" lang="{{$lang}}" dir="auto">“{{.Text}}”{{if .Says}}<br><small lang="{{$.Language}}">— {{.Says}}</small>{{end}}</blockquote>
{{- end}}
{{- if .Source}}<p style="margin:8px 0 0">{{.Source}}</p>{{end}}
<p style="margin:0;color:#555"><small>{{.Times}}{{if .Took}}<br>{{.Took}}{{end}}</small></p>
<p>{{range .Links}}<a href="{{.URL}}" rel="noreferrer">{{.Name}}</a> &nbsp; {{end}}<br><small>{{range .Actions}}<a href="{{.URL}}">{{.Name}}</a> &nbsp; {{end}}</small></p>
{{- end}}
{{- if .More}}<p>{{.More}}</p>{{end}}
<hr><p style="color:#555"><small>{{.Because}} {{range .Footer}}<a href="{{.URL}}">{{.Name}}</a> &nbsp; {{end}}</small></p>
</body></html>
`))

// HTML is a message as a page of its own, whole. Nothing from outside is markup in it.
func (m Message) HTML() string {
	data := struct {
		Language, Title, Tests, More, Because string
		Sections                              []section
		Footer                                []Button
	}{Language: m.Language, Title: m.Title(200), Because: say(m.Language, "why", "name", line(m.Name)), Footer: m.footer()}
	if m.Test {
		data.Tests = say(m.Language, "tests")
	}
	if m.More > 0 {
		data.More = say(m.Language, "more", "n", m.More)
	}
	for _, item := range m.Items {
		data.Sections = append(data.Sections, m.section(item))
	}
	var b bytes.Buffer
	if err := page.Execute(&b, data); err != nil {
		return template.HTMLEscapeString(m.Text()) // a buffer takes everything
	}
	return b.String()
}
