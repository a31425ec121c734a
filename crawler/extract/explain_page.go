package extract

import (
	"fmt"
	"time"

	"edict/news"
)

// An Explanation says how an article was made out of a page.
type Explanation struct {
	Article    news.Content      `json:"article"`
	Error      string            `json:"error,omitempty"`
	Charset    string            `json:"charset"`
	Winner     string            `json:"winner"` // where the text came from: vote, selector, embedded data
	Candidates []Candidate       `json:"candidates"`
	Fields     map[string]string `json:"fields"` // field -> where it was found
	Section    string            `json:"section,omitempty"`
	Keywords   []string          `json:"keywords,omitempty"`
	Image      string            `json:"image,omitempty"`
	Caption    string            `json:"caption,omitempty"`
	Selected   []Selected        `json:"selected,omitempty"` // what the source's own selectors did
	Cut        []Cut             `json:"cut"`                // what some extractor took for text, or stands among it, and was left out
}

// A Candidate is one extractor's part in the vote.
type Candidate struct {
	Name      string  `json:"name"`
	Bytes     int     `json:"bytes"`     // of text
	Agreement float64 `json:"agreement"` // with the text that was chosen, 0 to 1
}

// A Cut is a paragraph that was left out, and why.
type Cut struct {
	Text string `json:"text"`
	Why  string `json:"why"`
}

// Selected is what a selector of the source's own did on the page.
type Selected struct {
	Key      string `json:"key"` // select.text or select.remove
	Selector string `json:"selector"`
	Elements int    `json:"elements"` // that it names
	Bytes    int    `json:"bytes"`    // of text that it gave or cut
}

// String says it in words.
func (s Selected) String() string {
	what := fmt.Sprintf("%s %q ", s.Key, s.Selector)
	switch {
	case s.Elements == 0:
		return what + "matches nothing on this page"
	case s.Key == "select.remove":
		return what + fmt.Sprintf("cut %d elements with %d bytes of text", s.Elements, s.Bytes)
	case s.Bytes == 0:
		return what + fmt.Sprintf("matches %d elements, in which there is no text", s.Elements)
	}
	return what + fmt.Sprintf("gave %d bytes of text from %d elements", s.Bytes, s.Elements)
}

// maxCuts is how many cuts an explanation lists.
const maxCuts = 500

func (e *Explanation) cut(text, why string) {
	if len(e.Cut) < maxCuts {
		e.Cut = append(e.Cut, Cut{text, why})
	}
}

// found is a value and where it was found.
type found struct{ value, from string }

type foundList struct {
	values []string
	from   string
}

type foundTime struct {
	time time.Time
	from string
}
