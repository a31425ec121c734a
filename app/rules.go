package app

import (
	"fmt"

	"edict/classifier"
	"edict/classifier/places"
	"edict/classifier/rules"
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
