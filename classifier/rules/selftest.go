package rules

import (
	"fmt"
	"slices"
	"strings"

	"edict/news"
)

// A selfTest is a test that a rule file carries.
type selfTest struct {
	file   string
	line   int
	label  news.Label
	want   bool // that the label is found
	todo   bool // known not to hold
	title  string
	text   string
	places []news.Jurisdiction
	stage  news.Stage
}

// A Failure is a test of a rule file that does not hold.
type Failure struct {
	File  string
	Line  int
	Label news.Label
	Story string
	What  string // what was expected, and what came
}

// String is "file:line: what: story".
func (f Failure) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.What, f.Story)
}

func readTest(file string, label news.Label, e testEntry) (selfTest, error) {
	t := selfTest{file: file, label: label, text: e.Text.s, stage: news.Stage(e.Stage.s)}
	given := 0
	for _, v := range []value{e.Must, e.Not, e.Todo} {
		if v.s != "" {
			given++
			t.title, t.line = v.s, v.line
		}
	}
	if given != 1 {
		line := max(e.Must.line, e.Not.line, e.Todo.line, e.Text.line)
		return t, &FileError{file, line, "a test has exactly one of must, not, todo"}
	}
	t.want, t.todo = e.Must.s != "", e.Todo.s != ""
	if t.todo {
		t.want = e.Jurisdiction.s != "" || e.Stage.s != ""
	}
	for code := range strings.FieldsSeq(e.Jurisdiction.s) {
		j, err := news.ParseJurisdiction(code)
		if err != nil {
			return t, &FileError{file, e.Jurisdiction.line, err.Error()}
		}
		t.places = append(t.places, j)
	}
	if t.stage != "" && !validStage(t.stage) {
		return t, &FileError{file, e.Stage.line, fmt.Sprintf("stage %q is none of proposed, enacted, enforced, lifted", e.Stage.s)}
	}
	return t, nil
}

// Test runs the tests that the rule files carry and returns those that do not hold.
// A todo that holds has become a must or a not, and is returned too.
func (s *Set) Test() []Failure {
	var out []Failure
	for _, t := range s.tests {
		what := s.try(t)
		if t.todo {
			if what != "" {
				continue
			}
			what = "this todo holds now: make it a must or a not"
		}
		if what != "" {
			out = append(out, Failure{t.file, t.line, t.label, t.title, what})
		}
	}
	return out
}

// try returns what is wrong with the answer to t, or "".
func (s *Set) try(t selfTest) string {
	var places []news.Jurisdiction
	var stages []news.Stage
	auto := s.threshold(t.label).Auto
	for _, v := range s.Judge(news.Content{Title: t.title, Text: t.text}).Verdicts {
		if v.Label == t.label && v.Score >= auto {
			places = append(places, v.Jurisdiction)
			stages = append(stages, v.Stage)
		}
	}
	switch {
	case !t.want && len(places) > 0:
		return fmt.Sprintf("found for %v", places)
	case t.want && len(places) == 0:
		return "not found"
	}
	for i, j := range t.places {
		if !slices.Contains(places, j) {
			return fmt.Sprintf("found for %v, not for %s", places, j)
		}
		if i == 0 && len(places) > len(t.places) {
			return fmt.Sprintf("found for %v, not for %v alone", places, t.places)
		}
	}
	if t.stage != "" && !slices.Contains(stages, t.stage) {
		return fmt.Sprintf("stage %v, not %s", stages, t.stage)
	}
	return ""
}

func (s *Set) threshold(label news.Label) thresholds {
	for _, l := range s.labels {
		if l.label == label {
			return l.decide
		}
	}
	return thresholds{}
}
