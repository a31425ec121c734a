package web

import (
	"net/url"
	"strings"
	"time"

	"edict/catalogue"
	"edict/news"
)

// What tests outside of the package look into.
var (
	LoopbackHost   = loopbackHost
	SentenceAround = sentenceAround
	Clean          = clean
	OutLink        = outLink
	Thousands      = thousands
)

const (
	MaxLive    = maxLive
	LiveBehind = liveBehind
	PageSize   = pageSize
)

// Relative and AmountLine speak to this server's reader.
func (s *Server) Relative(t, now time.Time) string { return s.relative(t, now) }
func (s *Server) AmountLine(a news.Amount) string  { return s.amountLine(a) }

// Texts are what pages say, by language.
func (s *Server) Texts() map[string]*catalogue.Catalogue { return s.speech }

// TemplateFiles are the embedded templates, and ScriptFiles the folder with the scripts.
var (
	TemplateFiles = templateFiles
	ScriptFiles   = staticFiles
)

// LocalPath is an address of ours that a form names, or "/".
var LocalPath = localPath

// Patterns are all routes that are registered, Needed those that have a line in the table.
func (s *Server) Patterns() []string { return s.routes().patterns }

// Needed are the routes of the table.
func Needed() (out []string) {
	for pattern := range needs {
		out = append(out, pattern)
	}
	return out
}

// Open is how many live streams are open.
func (s *Server) Open() int { return len(s.live) }

// Asset is the address of an embedded file.
func (s *Server) Asset(name string) string { return s.assets.address(name) }

// StyleSheet is the embedded style sheet.
func (s *Server) StyleSheet() string { return string(s.assets.files[styleSheet]) }

// Rewrite reads an address of the stream and writes it again.
func Rewrite(v url.Values) (string, error) {
	q, err := readQuery(v)
	return q.at(streamPath), err
}

// Marked marks evidence in a text and returns the text with [ and ] around each
// mark, and the classes of the marks.
func Marked(text string, evidence map[string][]news.Evidence) (marked string, classes []string) {
	var spans []span
	for _, class := range []string{"pro", "crack", "fact"} {
		for _, e := range evidence[class] {
			spans = append(spans, evidenceSpan(e, class))
		}
	}
	var b strings.Builder
	for _, p := range markRange(text, 0, len(text), mergeSpans(text, spans)) {
		if p.Class == "" {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString("[" + p.Text + "]")
		classes = append(classes, p.Class)
	}
	return b.String(), classes
}

// A Seat is where a division's tile stands.
type Seat struct {
	Code     string
	Col, Row int
}

// Seats are the seats of all tiles.
func Seats() (out []Seat) {
	for _, s := range seats {
		out = append(out, Seat{string(s.code), s.col, s.row})
	}
	return out
}

// Diff is what a diff shows: a sign before each paragraph, and [ and ] around what
// changed.
func Diff(before, after string) (out []string) {
	for _, line := range diffText(before, after) {
		text := map[string]string{"": " ", "gone": "- ", "come": "+ "}[line.Kind]
		for _, p := range line.Parts {
			if p.Changed {
				text += "[" + p.Text + "]"
			} else {
				text += p.Text
			}
		}
		out = append(out, text)
	}
	return out
}
