package extract

import (
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
	Cut        []Cut             `json:"cut"` // what some extractor took for text, or stands among it, and was left out
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
