package app

import (
	"edict/classifier"
	"edict/news"
)

// NewClassifier makes a classifier of the embedded rules with dirs laid over them.
// A file that is wrong is news.ErrInvalid, with its line.
func NewClassifier(dirs []string) (*classifier.Classifier, error) {
	book, err := readRules(dirs)
	if err != nil {
		return nil, err
	}
	return classifier.New(book.set, book.gazetteer)
}

// A RulesReport says which rules there are, and which of the tests that they carry do
// not hold.
type RulesReport struct {
	Rules    news.RuleSet `json:"rules"`
	Labels   []news.Label `json:"labels"`
	Phrases  int          `json:"phrases"`
	Failures []string     `json:"failures"` // "file:line: what: story"
}

// TestRules runs the tests of the embedded rules with dirs laid over them.
func TestRules(dirs []string) (RulesReport, error) {
	book, err := readRules(dirs)
	if err != nil {
		return RulesReport{}, err
	}
	set := book.set
	out := RulesReport{
		Rules:  book.name(),
		Labels: set.Labels(), Phrases: set.Phrases(), Failures: []string{},
	}
	for _, f := range set.Test() {
		out.Failures = append(out.Failures, f.String())
	}
	return out, nil
}
