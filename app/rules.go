package app

import (
	"fmt"

	"edict/classifier"
	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

// loadRules reads the embedded rules with dirs laid over them.
func loadRules(dirs []string) (*places.Gazetteer, *rules.Set, error) {
	g, err := places.Default()
	if err != nil {
		return nil, nil, fmt.Errorf("read the places: %w", err)
	}
	set, err := rules.LoadDirs(g, dirs...)
	if err != nil {
		return nil, nil, fmt.Errorf("read the rules: %w", err)
	}
	return g, set, nil
}

// NewClassifier makes a classifier of the embedded rules with dirs laid over them.
// A file that is wrong is news.ErrInvalid, with its line.
func NewClassifier(dirs []string) (*classifier.Classifier, error) {
	g, set, err := loadRules(dirs)
	if err != nil {
		return nil, err
	}
	return classifier.New(set, g)
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
	_, set, err := loadRules(dirs)
	if err != nil {
		return RulesReport{}, err
	}
	out := RulesReport{
		Rules:  news.RuleSet{Version: set.Version(), Hash: set.Hash()},
		Labels: set.Labels(), Phrases: set.Phrases(), Failures: []string{},
	}
	for _, f := range set.Test() {
		out.Failures = append(out.Failures, f.String())
	}
	return out, nil
}
