package app_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"edict/app"
)

// A title that begins as a formula does is text in the cell of an export.
func TestExportedCellIsNoFormula(t *testing.T) {
	for _, title := range []string{"=HYPERLINK(1)", "+1", "-1", "@a", "＝a", "\tb", "\n=b"} {
		if got := app.Inert(title); got != "'"+title {
			t.Errorf("%q became %q", title, got)
		}
	}
	for _, title := range []string{"", "a=b", "'=a", "禁止"} {
		if got := app.Inert(title); got != title {
			t.Errorf("%q became %q", title, got)
		}
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write([]string{app.Inert("=1,2")})
	if w.Flush(); b.String() != "\"'=1,2\"\n" {
		t.Errorf("the line is %q", b.String())
	}
}
