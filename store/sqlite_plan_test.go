package store_test

import (
	"strings"
	"testing"
	"time"

	"edict/news"
	"edict/store/storetest"
)

// Lists come out of an index in their order, so that a page costs what it holds and
// not what the archive holds.
func TestPagesComeFromAnIndex(t *testing.T) {
	s := openSQLite(t, newSQLite(t))
	after := storetest.Record(1).Position()
	for name, test := range map[string]struct {
		filter news.Filter
		index  string
	}{
		"all":             {news.Filter{}, "articles_newest"},
		"language":        {news.Filter{Language: "zh"}, "articles_newest"},
		"tagged":          {news.Filter{Tagged: true}, "articles_tagged"},
		"source":          {news.Filter{Source: "a"}, "articles_source"},
		"label":           {news.Filter{Label: news.Crackdown}, "tags_label"},
		"country":         {news.Filter{Jurisdiction: "CN"}, "tags_country"},
		"division":        {news.Filter{Jurisdiction: "CN-JX"}, "tags_country"},
		"label and place": {news.Filter{Label: news.Crackdown, Jurisdiction: "CN-JX"}, "tags_"},
	} {
		for _, f := range []news.Filter{test.filter, withTime(test.filter, after)} {
			f.Limit = 50
			lines, err := s.Plan(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			plan := strings.Join(lines, "\n")
			if !strings.Contains(plan, test.index) || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s: it should walk %s in order:\n%s", name, test.index, plan)
			}
		}
	}
}

func withTime(f news.Filter, after news.Position) news.Filter {
	f.After, f.Since, f.Until = after, after.Time.Add(-time.Hour), after.Time.Add(time.Hour)
	return f
}

func TestQueriesUseAnIndex(t *testing.T) {
	s := openSQLite(t, newSQLite(t))
	for query, index := range map[string]string{
		"SELECT body FROM ledger WHERE state <> 'stored' AND state <> 'dead' AND (article, version) > ('', '') AND entered <= 0 ORDER BY article, version LIMIT 5": "ledger_unfinished",
		"SELECT state, count(*) FROM ledger GROUP BY state":                                                                                                                                  "COVERING INDEX ledger_state",
		"SELECT id, due FROM visits WHERE source = 'a' AND rank = 0 AND due IS NOT NULL AND due <= 0 ORDER BY due, id LIMIT 5":                                                               "COVERING INDEX visits_due",
		"SELECT x.id FROM visits x WHERE x.due IS NOT NULL AND (x.source, x.rank) > ('a', 1) ORDER BY x.source, x.rank, x.due, x.id LIMIT 1":                                                 "COVERING INDEX visits_due ((source,rank)>",
		"SELECT label, jurisdiction, count(*) FROM tags WHERE current = 1 AND state <> 'rejected' GROUP BY label, jurisdiction":                                                              "INDEX tags_",
		"SELECT label, jurisdiction, stage, max(position), count(*) FROM tags WHERE current = 1 AND state IN ('auto', 'accepted') AND position < 5 GROUP BY label, jurisdiction, stage":      "COVERING INDEX tags_map",
		"SELECT record FROM changes WHERE time <= 5 AND kind IN ('stored', 'version', 'tag', 'decision', 'merge', 'split') AND (after <> '[]' OR before <> '[]') ORDER BY article, sequence": "changes_tags",
		"SELECT record FROM tags WHERE current = 1 AND state = 'review' ORDER BY position DESC LIMIT 5":                                                                                      "tags_review",
		"SELECT count(*) FROM articles WHERE tagged = 1":                                                                                                                                     "COVERING INDEX articles_tagged",
		"SELECT count(*) FROM ledger":       "COVERING INDEX ledger_state",
		"SELECT max(sequence) FROM changes": "SEARCH changes",
	} {
		lines, err := s.Explain(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		if plan := strings.Join(lines, "\n"); !strings.Contains(plan, index) {
			t.Errorf("%s: it should use %s:\n%s", query, index, plan)
		}
	}
}

// What is due comes out of an index, however much was sent.
func TestDueComesFromAnIndex(t *testing.T) {
	s := openSQLite(t, newSQLite(t))
	for what, query := range map[string]string{
		"deliveries_next": "SELECT id FROM deliveries d WHERE state = 'waiting' AND next <= 1 ORDER BY next, change, id LIMIT 5",
		"deliveries_thread": `SELECT id FROM deliveries d WHERE state = 'waiting' AND next <= 1 AND NOT EXISTS (SELECT 1 FROM deliveries e
			WHERE e.subscription = d.subscription AND e.channel = d.channel AND e.story = d.story AND e.change < d.change AND e.state = 'waiting')`,
		"deliveries_subscription (": "SELECT id FROM deliveries d WHERE subscription = 'a' AND created < 5 ORDER BY created DESC, id LIMIT 5",
		"deliveries_channel (":      "SELECT id FROM deliveries d WHERE channel = 'a' AND state = 'sent' ORDER BY created DESC, id LIMIT 5",
		"deliveries_newest (":       "SELECT id FROM deliveries WHERE created < 5 AND state = 'sent' AND sent < 5 ORDER BY created LIMIT 5",
		"deliveries_newest":         "SELECT id FROM deliveries d ORDER BY created DESC, id DESC LIMIT 5",
	} {
		plan, err := s.Explain(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(plan, "; "); !strings.Contains(text, what) || strings.Contains(text, "SCAN d;") || strings.HasSuffix(text, "SCAN d") {
			t.Errorf("%s: %s", what, text)
		}
	}
}
