package alert_test

import (
	"testing"

	"edict/news"
)

// Who was told of a story hears that its site has taken it down, once; nobody else does.
func TestToldOfAWithdrawal(t *testing.T) {
	d := newDesk(t, ask("china", news.Query{Labels: []news.Label{news.Crackdown}, Jurisdictions: []news.Jurisdiction{"CN"}}))
	first := report{address: "a", tags: []string{mining + " CN-SC enacted auto"}}
	quiet := report{address: "q", quiet: true, tags: []string{mining + " CN-YN enacted auto"}}
	for _, r := range []report{first, quiet} {
		a := r.record()
		_, err := d.Enter(t.Context(), news.Article{Schema: news.ArticleSchema, ID: news.ArticleID(a.URL), Content: a.Content, Quiet: r.quiet}, news.Visit{URL: a.URL, Source: "ledger"})
		ok(t, err)
	}
	d.keep(t, first, quiet)
	want(t, "the report", d.told(t, "china"), "[story] mining_crackdown CN-SC enacted")
	withdraw := func(address string, isNew bool) {
		t.Helper()
		v, err := d.Visit(t.Context(), "https://paper.example/"+address)
		ok(t, err)
		if got, err := d.Withdraw(t.Context(), v); err != nil || got != isNew {
			t.Errorf("%s: %v, %v", address, got, err)
		}
	}
	withdraw("a", true)
	want(t, "withdrawn", d.told(t, "china"), "[withdrawn] mining_crackdown CN-SC enacted")
	withdraw("a", false)
	withdraw("q", true)
	want(t, "withdrawn again, and what nobody was told of", d.told(t, "china"))
}
