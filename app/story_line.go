package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"edict/crawler/extract"
	"edict/news"
)

// A storyLine is a story as people keep them in JSON lines.
type storyLine struct {
	ID        string `json:"id"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Summary   string `json:"summary"`
	Language  string `json:"language"`
	Source    string `json:"source"`    // a slug or a name
	Site      string `json:"site"`      // the same, as other lists call it
	Published string `json:"published"` // RFC 3339
	Date      string `json:"date"`      // a day, a month or a year
}

// parseStoryLine reads one line. It is news.ErrInvalid if it is not an object with a
// title or a text.
func parseStoryLine(line []byte) (storyLine, error) {
	var s storyLine
	if err := json.Unmarshal(line, &s); err != nil {
		return s, fmt.Errorf("not a story of the form {\"id\",\"title\",\"text\"}: %w: %w", err, news.ErrInvalid)
	}
	if strings.TrimSpace(s.Title) == "" && strings.TrimSpace(s.Text) == "" {
		return s, fmt.Errorf("a story needs a title or a text: %w", news.ErrInvalid)
	}
	return s, nil
}

// article makes an article of the story, as if it had been extracted whole.
func (s storyLine) article(now time.Time) news.Article {
	text, truncated := extract.Truncate(extract.Clean(s.Text), news.MaxText)
	title, _ := extract.Truncate(extract.Clean(s.Title), news.MaxTitle)
	summary, _ := extract.Truncate(extract.Clean(s.Summary), news.MaxSummary)
	address := s.URL
	if u, err := url.Parse(address); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		address = "https://story.invalid/" + url.PathEscape(s.ID)
	}
	source := s.slug()
	if source == "" {
		source = "input"
	}
	return news.NewArticle(news.Content{
		URL: address, Source: source, Title: oneLine(title), Summary: summary, Text: text, Truncated: truncated,
		Language: s.Language, Published: s.published(), Fetched: now, Quality: 1,
	}, true)
}

// slug is the slug of the source that the line names, or "".
func (s storyLine) slug() string {
	for _, name := range []string{s.Source, s.Site} {
		if news.ValidSlug(name) {
			return name
		}
		if slug := news.Slug(name); name != "" && slug != "" {
			return slug
		}
	}
	return ""
}

// published reads the forms of a date that lists use; zero if it is none of them. A
// month or a year alone says too little to be a day: 1 April is a day on which
// stories are not what they seem.
func (s storyLine) published() time.Time {
	for _, raw := range []string{s.Published, s.Date} {
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly, "2006/01/02", "20060102", "Jan 2, 2006", "January 2, 2006", "2 January 2006"} {
			if t, err := time.Parse(layout, strings.TrimSpace(raw)); err == nil {
				return t.UTC()
			}
		}
	}
	return time.Time{}
}

// plainStory reads a plain text: the first line is the title. Words of the page that a
// copied text begins with, such as a button's, are passed over.
func plainStory(name string, body []byte) (storyLine, error) {
	text := extract.Clean(string(bytes.ToValidUTF8(body, []byte("\ufffd"))))
	title, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	for extract.IsNoise(title) && rest != "" {
		title, rest, _ = strings.Cut(strings.TrimSpace(rest), "\n")
	}
	if title == "" {
		return storyLine{}, fmt.Errorf("%s is empty: %w", name, news.ErrInvalid)
	}
	return storyLine{ID: name, Title: title, Text: rest}, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
