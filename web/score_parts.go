package web

import (
	"context"
	"fmt"
	"net/http"

	"edict/news"
)

// A Reasoner says why the rules of a record made of it what they did.
type Reasoner interface {
	// Reasons judges the text of r once more, by the rules that made it. ready is false
	// while those rules are being read; asking again after a moment helps. Rules that are
	// not kept any more are ErrNotFound.
	Reasons(ctx context.Context, r news.Record) (list []TagReason, ready bool, err error)
}

// A TagReason is what a tag, or a label that was nearly reached, rests on.
type TagReason struct {
	Label        news.Label
	Jurisdiction news.Jurisdiction // "": a near miss
	Unsure       string            // why the tag waits for an analyst, "" if it does not
	Findings     []Finding         // the best first
}

// A Finding is a sentence in which a rule matched, with its score by part.
type Finding struct {
	Rule, Quote string
	Score       float64
	Parts       []ScorePart // the rule's own score, then factors
	PlaceBy     string      // how the place was found
	StageBy     string      // the words that decided the stage
	Missing     []string    // why the score is not higher
}

// A ScorePart is one factor of a score.
type ScorePart struct {
	Name  string
	Value float64
	Why   string
}

// scoreView is the score of a tag, by part.
type scoreView struct {
	Unsure   string
	Findings []findingView
}

type findingView struct {
	Rule, Quote, Score, PlaceBy, StageBy string
	Parts                                []partView
	Missing                              []string
}

// A partView is one factor: raised, lowered or the rule's own.
type partView struct{ Class, Value, Name, Why string }

// tellScores adds to a record's page what its tags' scores are made of.
func (s *Server) tellScores(ctx context.Context, v *recordView, r news.Record) error {
	if s.Reasons == nil || r.Expired {
		return nil
	}
	list, ready, err := s.Reasons.Reasons(ctx, r)
	if Status(err) == http.StatusNotFound {
		return nil // the rules are not kept: evidence says what there is to say
	}
	if err != nil {
		return fmt.Errorf("judge record %s once more: %w", r.ID, err)
	}
	if !ready {
		v.ScoresComing = true
		return nil
	}
	for i, tag := range sortTags(r.Tags) {
		for _, why := range list {
			if why.Label == tag.Label && why.Jurisdiction == tag.Jurisdiction {
				v.Tags[i].Score = scoreOf(why)
			}
		}
	}
	for _, why := range list {
		if why.Jurisdiction == "" {
			v.NearScores = append(v.NearScores, nearScoreView{s.nameLabel(why.Label), *scoreOf(why)})
		}
	}
	return nil
}

// A nearScoreView is the score of a label that was nearly reached.
type nearScoreView struct {
	Label labelName
	scoreView
}

func scoreOf(why TagReason) *scoreView {
	v := &scoreView{Unsure: why.Unsure}
	for _, f := range why.Findings {
		one := findingView{Rule: f.Rule, Quote: f.Quote, Score: fmt.Sprintf("%.2f", f.Score), PlaceBy: f.PlaceBy, StageBy: f.StageBy, Missing: f.Missing}
		for i, p := range f.Parts {
			part := partView{Class: "own", Value: fmt.Sprintf("%.2f", p.Value), Name: p.Name, Why: p.Why}
			if i > 0 {
				part.Value = "× " + part.Value
				if part.Class = "lowered"; p.Value > 1 {
					part.Class = "raised"
				}
			}
			one.Parts = append(one.Parts, part)
		}
		v.Findings = append(v.Findings, one)
	}
	return v
}
