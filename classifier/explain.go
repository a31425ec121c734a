package classifier

import (
	"fmt"
	"strings"

	"edict/classifier/rules"
	"edict/news"
)

// An Explanation is a record with its reasons.
type Explanation struct {
	Record news.Record
	Tags   []TagReason  // as Record.Tags
	Near   []NearReason // as Record.Near
}

// A TagReason says why a tag stands.
type TagReason struct {
	Tag      news.Tag
	Findings []rules.Finding // as Tag.Evidence: rule, marks, parts of the score, stage, places
	State    string          // why the tag is not auto, or ""
}

// A NearReason says what was found of a label that was not reached.
type NearReason struct {
	Near    news.Near
	Finding rules.Finding
}

// String tells the reason in a few lines of plain text.
func (r TagReason) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, %s, score %.2f, %s", r.Tag.Label, r.Tag.Jurisdiction, r.Tag.Stage, r.Tag.Score, r.Tag.State)
	if r.State != "" {
		fmt.Fprintf(&b, " (%s)", r.State)
	}
	for i, f := range r.Findings {
		fmt.Fprintf(&b, "\n  %s: %s", r.Tag.Evidence[i].Field, r.Tag.Evidence[i].Quote)
		b.WriteString(indent(f))
	}
	return b.String()
}

// String tells the reason in a few lines of plain text.
func (r NearReason) String() string {
	return fmt.Sprintf("%s missed with %.2f: %s%s", r.Near.Label, r.Near.Score, strings.Join(r.Near.Missing, "; "), indent(r.Finding))
}

func indent(f rules.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n    rule %s, score %.2f =", f.Rule, f.Score)
	for i, p := range f.Parts {
		if i > 0 {
			b.WriteString(" ×")
		}
		fmt.Fprintf(&b, " %.2f %s (%s)", p.Value, p.Name, p.Why)
	}
	fmt.Fprintf(&b, "\n    place: %s; stage: %s", f.PlaceBy, f.Stage)
	if f.StageBy != "" {
		fmt.Fprintf(&b, " by %q", f.StageBy)
	}
	return b.String()
}
