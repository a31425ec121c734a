package eval

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"edict/news"
)

// A LabelLine is one line of a list of labelled stories.
type LabelLine struct {
	ID            string       `json:"id"`
	Title         string       `json:"title"`
	Summary       string       `json:"summary"`
	Text          string       `json:"text"`
	Language      string       `json:"language"`
	Date          string       `json:"date"`      // a year, a month or a day; only a day is used
	Published     string       `json:"published"` // or a day, or RFC 3339
	Labels        []news.Label `json:"labels"`
	Jurisdictions []LabelPlace `json:"jurisdictions"`
	Ambiguous     bool         `json:"ambiguous"`
}

// A LabelPlace is where a label holds. Its code may be coarser than the story: a
// division of it is as right.
type LabelPlace struct {
	Code  string     `json:"code"`
	Label news.Label `json:"label"`
	Stage news.Stage `json:"stage"` // "": not known
}

// maxLabelLine is the longest line of a list, in bytes.
const maxLabelLine = 4 << 20

// labelsHost is the host of the addresses that labelled stories get.
const labelsHost = "labels.invalid"

// Article makes an article of l, as if it had been read well from an address of
// its own.
func (l LabelLine) Article() news.Article {
	return news.NewArticle(news.Content{
		URL: "https://" + labelsHost + "/" + strings.ReplaceAll(l.ID, "/", "-"), Source: "labels", Title: l.Title, Summary: l.Summary, Text: l.Text,
		Published: l.published(), Fetched: time.Unix(0, 0), Language: l.Language, Quality: 1,
	}, true)
}

// published is the day of l at noon UTC, or zero when l names less than a day.
func (l LabelLine) published() time.Time {
	for _, s := range []string{l.Published, l.Date} {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t
		}
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return t.Add(12 * time.Hour)
		}
	}
	return time.Time{}
}

// EachLabelLine reads labelled stories from r, one JSON object a line, and calls f
// for each in order.
//
// Errors: what f returns; the context's; news.ErrInvalid for a line that is not
// JSON or has no id.
func EachLabelLine(ctx context.Context, r io.Reader, f func(LabelLine) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLabelLine)
	for n := 1; lines.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var l LabelLine
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("labelled stories, line %d: %w: %w", n, err, news.ErrInvalid)
		}
		if l.ID == "" {
			return fmt.Errorf("labelled stories, line %d: no id: %w", n, news.ErrInvalid)
		}
		if err := f(l); err != nil {
			return fmt.Errorf("labelled stories, line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read labelled stories: %w", err)
	}
	return nil
}
