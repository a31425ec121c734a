package rules

import (
	"slices"
	"strings"
	"unicode/utf8"

	"edict/news"
)

// A stageRule says what words make of the stage of an act beside them.
type stageRule struct {
	stage   news.Stage
	set     symbol
	at      position
	words   int
	clause  bool     // not across a comma
	behind  []symbol // right before it one of these must end
	bar     []symbol // none of these may stand before it in its clause
	with    []symbol // one of these must stand in its clause
	without []symbol // none of these may stand in its clause, or between it and the act
	only    []*pattern
}

// stage compiles an entry of the key stages.
func (c *compiler) stage(file string, l *labelRules, e stageEntry) (stageRule, error) {
	r := stageRule{stage: news.Stage(e.Stage.s), words: e.Words, clause: e.Clause}
	fail := func(v value, what string) (stageRule, error) { return r, &FileError{file, v.line, what} }
	if !validStage(r.stage) {
		return fail(e.Stage, "stage \""+e.Stage.s+"\" is none of proposed, enacted, enforced, lifted")
	}
	var ok bool
	if r.set, ok = c.id(c.scope, e.Set.s); !ok {
		return fail(e.Set, "\""+e.Set.s+"\" is no set")
	}
	if r.at, ok = positions[e.At.s]; !ok {
		return fail(e.At, "at \""+e.At.s+"\" is no position")
	}
	var err error
	for _, list := range []struct {
		names []value
		to    *[]symbol
	}{{e.Behind, &r.behind}, {e.Bar, &r.bar}, {e.With, &r.with}, {e.Without, &r.without}} {
		if *list.to, err = c.sets(file, list.names); err != nil {
			return r, err
		}
	}
	for _, name := range e.Only {
		patterns := l.named(name.s)
		if len(patterns) == 0 {
			return fail(name, "\""+name.s+"\" is no pattern")
		}
		r.only = append(r.only, patterns...)
	}
	return r, nil
}

func validStage(s news.Stage) bool {
	return slices.Contains([]news.Stage{news.Proposed, news.Enacted, news.Enforced, news.Lifted}, s)
}

// stageOf returns the first of the rules that holds for the act of h, with the words
// that decide, or nil. What lifts something is lifted by law or in fact alike, so that
// words of either leave it at that.
func (l *labelRules) stageOf(sen *sentence, h *hit, title *sentence) (*stageRule, occurrence) {
	for i := range l.stages {
		r := &l.stages[i]
		if len(r.only) > 0 && !slices.Contains(r.only, h.pattern) {
			continue
		}
		if r.at == inTitle {
			if o, ok := sen.stands(h, r.set, r.at, 0, false, title); ok {
				return r.unless(h), o
			}
			continue
		}
		for i := sen.first[r.set]; i > 0; i = sen.found[i-1].next {
			if o := sen.found[i-1]; sen.positioned(h, o, r.at, r.words, r.clause) && r.holds(sen, h, o) {
				return r.unless(h), o
			}
		}
	}
	return nil, occurrence{}
}

// unless returns r, or nil where the pattern of h knows better.
func (r *stageRule) unless(h *hit) *stageRule {
	if h.pattern.stage == news.Lifted && r.stage != news.Proposed {
		return nil
	}
	return r
}

// holds reports whether what r asks for besides its set is found around o.
func (r *stageRule) holds(s *sentence, h *hit, o occurrence) bool {
	if len(r.behind) > 0 && !s.endsBefore(r.behind, o.start) {
		return false
	}
	if len(r.bar) == 0 && len(r.with) == 0 && len(r.without) == 0 {
		return true
	}
	from, to := s.clauseAround(o)
	act := h.act(s)
	return !s.between(r.bar, from, o.start) && (len(r.with) == 0 || s.between(r.with, from, to)) &&
		!s.between(r.without, min(from, act.start), max(to, act.end))
}

// endsBefore reports whether one of sets ends right before a byte of the field.
func (s *sentence) endsBefore(sets []symbol, at int32) bool {
	for _, set := range sets {
		for i := s.first[set]; i > 0; i = s.found[i-1].next {
			if o := &s.found[i-1]; o.end <= at && strings.TrimSpace(s.text[o.end:at]) == "" {
				return true
			}
		}
	}
	return false
}

// clauseEnds part the clauses of a sentence.
const clauseEnds = ",，:：;；、—\u3000"

// clauseAround returns where the clause in which o stands begins and ends.
func (s *sentence) clauseAround(o occurrence) (from, to int32) {
	from, to = int32(s.start), int32(s.end) //nolint:gosec // a field is at most 512 KiB
	if i := strings.LastIndexAny(s.text[from:o.start], clauseEnds); i >= 0 {
		_, size := utf8.DecodeRuneInString(s.text[int(from)+i:])
		from += int32(i + size) //nolint:gosec // likewise
	}
	if i := strings.IndexAny(s.text[o.end:to], clauseEnds); i >= 0 {
		to = o.end + int32(i) //nolint:gosec // likewise
	}
	return from, to
}
