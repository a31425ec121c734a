package demo

import (
	"bufio"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"edict/news"
)

//go:embed stories/*.txt
var storyFiles embed.FS

// A Story is one story of the site, with what a reader of it is expected to find.
type Story struct {
	Path     string // on the site, beginning with "/"
	Outlet   string // slug of its source
	Title    string
	Summary  string
	Authors  []string
	Language string    // BCP 47
	Text     string    // what extraction should give: one line is one paragraph
	Out      time.Time // when it comes out, which is also its date

	Expect   []Expectation // none: no label holds
	Event    string        // stories with the same word report the same event; "": alone
	Original string        // rel=canonical on another domain, of a syndicated copy
	Hard     string        // why the story is easily misread; "": it is not

	blocks  []block
	teasers []string
	after   time.Duration // from the start of the site; negative: it is out at the start
}

// An Expectation is a label with its stage and every place that it holds in.
type Expectation struct {
	Label         news.Label
	Stage         news.Stage
	Jurisdictions []news.Jurisdiction
}

// The kinds of block. Those from adBlock on are the page's, not the story's.
const (
	paraBlock    = "para"
	listBlock    = "list"
	quoteBlock   = "quote"
	headingBlock = "heading"
	adBlock      = "ad"
	moreBlock    = "more"
	photoBlock   = "photo"
)

// A block is what stands between two blank lines of a story file.
type block struct {
	Kind string
	Text string
	List []string // of a listBlock
}

// markers begin a line that is not a plain paragraph.
var markers = []struct{ mark, kind string }{
	{"- ", listBlock},
	{"> ", quoteBlock},
	{"## ", headingBlock},
	{"[ad]", adBlock},
	{"[more] ", moreBlock},
	{"[photo] ", photoBlock},
}

// loadStories reads every story file, and dates the stories from start. Stories are
// in the order in which they come out.
func loadStories(start time.Time) ([]Story, error) {
	names, err := fs.Glob(storyFiles, "stories/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list demo stories: %w", err)
	}
	var stories []Story
	for _, name := range names {
		data, err := storyFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read demo story: %w", err)
		}
		s, err := parseStory(string(data), start)
		if err != nil {
			return nil, fmt.Errorf("demo story %s: %w: %w", name, err, news.ErrInvalid)
		}
		stories = append(stories, s)
	}
	slices.SortStableFunc(stories, func(a, b Story) int { return a.Out.Compare(b.Out) })
	return stories, nil
}

// parseStory reads a story file: lines of "key: value", a blank line, and the text.
func parseStory(data string, start time.Time) (Story, error) {
	var s Story
	head, body, ok := strings.Cut(data, "\n\n")
	if !ok {
		return s, errors.New("it has no text")
	}
	lines := bufio.NewScanner(strings.NewReader(head))
	for lines.Scan() {
		key, value, ok := strings.Cut(lines.Text(), ": ")
		if !ok {
			return s, fmt.Errorf("line %q is not a key and a value", lines.Text())
		}
		if err := s.set(key, value); err != nil {
			return s, err
		}
	}
	o, ok := findOutlet(s.Outlet)
	if !ok {
		return s, fmt.Errorf("outlet %q is unknown", s.Outlet)
	}
	if s.Path == "" || s.Title == "" || s.Summary == "" {
		return s, errors.New("path, title and summary are needed")
	}
	s.Path = o.prefix + s.Path + o.suffix
	s.Language = o.language
	s.Out = start.Add(s.after).Truncate(time.Second)
	s.blocks = parseBlocks(o.days(s.Out).Replace(body))
	s.Text = plainText(s.blocks)
	return s, nil
}

func (s *Story) set(key, value string) error {
	switch key {
	case "outlet":
		s.Outlet = value
	case "path":
		s.Path = value
	case "title":
		s.Title = value
	case "summary":
		s.Summary = value
	case "authors":
		s.Authors = strings.Split(value, ", ")
	case "event":
		s.Event = value
	case "canonical":
		s.Original = value
	case "hard":
		s.Hard = value
	case "teaser":
		s.teasers = append(s.teasers, value)
	case "at":
		d, err := time.ParseDuration(value)
		if err != nil {
			return fmt.Errorf("at: %w", err)
		}
		s.after = d
	case "expect":
		e, err := parseExpectation(value)
		if err != nil {
			return err
		}
		s.Expect = append(s.Expect, e)
	default:
		return fmt.Errorf("key %q is unknown", key)
	}
	return nil
}

// parseExpectation reads "<label> <stage> <jurisdiction>...".
func parseExpectation(value string) (Expectation, error) {
	words := strings.Fields(value)
	if len(words) < 3 {
		return Expectation{}, fmt.Errorf("expect %q is not a label, a stage and places", value)
	}
	e := Expectation{Label: news.Label(words[0]), Stage: news.Stage(words[1])}
	for _, w := range words[2:] {
		j, err := news.ParseJurisdiction(w)
		if err != nil {
			return e, err
		}
		e.Jurisdictions = append(e.Jurisdictions, j)
	}
	return e, nil
}

func parseBlocks(body string) []block {
	var blocks []block
	for part := range strings.SplitSeq(strings.TrimSpace(body), "\n\n") {
		b := block{Kind: paraBlock}
		for line := range strings.SplitSeq(part, "\n") {
			text := line
			for _, m := range markers {
				if rest, ok := strings.CutPrefix(line, m.mark); ok {
					b.Kind, text = m.kind, strings.TrimSpace(rest)
					break
				}
			}
			if b.Kind == listBlock {
				b.List = append(b.List, text)
			} else {
				b.Text = text
			}
		}
		blocks = append(blocks, b)
	}
	return blocks
}

// plainText leaves out what belongs to the page and not to the story.
func plainText(blocks []block) string {
	var lines []string
	for _, b := range blocks {
		switch b.Kind {
		case paraBlock, quoteBlock, headingBlock:
			lines = append(lines, b.Text)
		case listBlock:
			lines = append(lines, b.List...)
		}
	}
	return strings.Join(lines, "\n")
}
