package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"edict/classifier"
	"edict/classifier/places"
	"edict/classifier/rules"
	"edict/news"
)

// A ruleBook is a compiled set of rules with the files that it was made of.
type ruleBook struct {
	gazetteer *places.Gazetteer
	set       *rules.Set
	files     map[string][]byte
}

func (b ruleBook) name() news.RuleSet {
	return news.RuleSet{Version: b.set.Version(), Hash: b.set.Hash()}
}

// readRules reads the embedded rules with dirs laid over them.
func readRules(dirs []string) (ruleBook, error) {
	files, err := rules.ReadDirs(dirs...)
	if err != nil {
		return ruleBook{}, fmt.Errorf("read the rules: %w", err)
	}
	return compileRules(files)
}

func compileRules(files map[string][]byte) (b ruleBook, err error) {
	b.files = files
	if b.gazetteer, err = places.Default(); err != nil {
		return b, fmt.Errorf("read the places: %w", err)
	}
	if b.set, err = rules.Compile(b.gazetteer, files); err != nil {
		return b, fmt.Errorf("read the rules: %w", err)
	}
	return b, nil
}

// atStart is who uses the rules that came with the program and its configuration,
// until somebody applies others.
const atStart = "start"

// takeRules returns the rules that are active. Those of the program and its
// configuration are, unless somebody has applied others. Where the classifier runs in
// other processes, theirs are.
func (p *program) takeRules(ctx context.Context) (ruleBook, error) {
	own, err := readRules(p.cfg.Rules)
	if err != nil {
		return own, err
	}
	use, err := p.store.ActiveRules(ctx)
	switch {
	case err != nil && !errors.Is(err, news.ErrNotFound):
		return own, err
	case err != nil && !p.o.runs(Classifier):
		return own, nil // no classifier has begun yet
	case (err != nil || use.Who == atStart) && p.o.runs(Classifier):
		_, err := p.store.UseRules(ctx, own.name(), own.files, atStart, false)
		return own, err
	case use.Rules.Hash == own.name().Hash:
		return own, nil
	}
	active, err := p.loadRules(ctx, use.Rules.Hash)
	if err != nil {
		p.log.Error("The active rules cannot be loaded; those of the program are used", "rules", use.Rules.Hash, "error", err)
		return own, nil
	}
	if !p.o.runs(Classifier) {
		return active, nil
	}
	p.log.Warn("The active rules are others than the program's own, which 'edict rules apply' would use",
		"active", use.Rules.Version, "applied_by", use.Who, "own", own.name().Version)
	return active, nil
}

func (p *program) loadRules(ctx context.Context, hash string) (ruleBook, error) {
	files, err := p.store.RuleFiles(ctx, hash)
	if err != nil {
		return ruleBook{}, err
	}
	return compileRules(files)
}

// rulesLook is how often a running program looks whether other rules are active.
const rulesLook = 2 * time.Second

// followRules puts rules that were applied by a command into use.
func (p *program) followRules(ctx context.Context) error {
	inUse := p.status.Rules.Hash
	tick := time.NewTicker(rulesLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		use, err := p.store.ActiveRules(ctx)
		if err != nil || use.Rules.Hash == inUse {
			continue // the store is away, or nothing is new
		}
		inUse = use.Rules.Hash // a set that does not load is complained of once
		book, err := p.loadRules(ctx, use.Rules.Hash)
		if err != nil {
			p.log.Error("Rules that were made active cannot be loaded; the old ones stay in use", "rules", use.Rules.Hash, "error", err)
			continue
		}
		c, err := classifier.New(book.set, book.gazetteer)
		if err != nil {
			p.log.Error("Rules that were made active cannot be used; the old ones stay in use", "rules", use.Rules.Hash, "error", err)
			continue
		}
		p.classifier.Use(c)
		p.log.Info("Other rules are in use", "version", use.Rules.Version, "rules", use.Rules.Hash, "by", use.Who)
	}
}
