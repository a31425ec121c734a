package eval

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Text writes the report as plain text.
func (r LabelReport) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d stories, %d of them ambiguous; %d to review\n\n", r.Items, r.Ambiguous, r.Review)
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(t, "label\titems\tprecision\trecall\tF1\t95 %\ttp\tfp\tfn\treview\t")
	for _, l := range r.Labels {
		row := func(name string, s Score) {
			_, _ = fmt.Fprintf(t, "%s\t%s\t%.3f\t%.3f\t%.3f\t%.3f-%.3f\t%d\t%d\t%d\t%d\t\n",
				l.Label, name, s.Precision, s.Recall, s.F1, s.F1Low, s.F1High, s.TP, s.FP, s.FN, s.Review)
		}
		row("clear", l.Clear)
		row("all", l.All)
		for _, s := range l.Languages {
			if len(l.Languages) > 1 {
				row("clear, "+cmp.Or(s.Language, "und"), s)
			}
		}
	}
	_ = t.Flush()
	for _, l := range r.Labels {
		fmt.Fprintf(&b, "\n%s: places right %d of %d, extra %d", l.Label, l.Places.Right, l.Places.Of, l.Extra)
		if l.Stages.Of > 0 {
			fmt.Fprintf(&b, ", stages right %d of %d", l.Stages.Right, l.Stages.Of)
		}
		b.WriteByte('\n')
		for _, c := range l.Rules {
			fmt.Fprintf(&b, "  %-50s right %d (alone %d), wrong %d\n", c.Rule, c.Right, c.Alone, c.Wrong)
		}
	}
	if len(r.Errors) > 0 {
		b.WriteString("\nerrors\n")
	}
	for _, e := range r.Errors {
		ambiguous := ""
		if e.Ambiguous {
			ambiguous = " (ambiguous)"
		}
		fmt.Fprintf(&b, "  %s %s %s%s %s %s\n", e.ID, e.Label, e.Kind, ambiguous, strings.Join(e.Rules, ","), e.Title)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
