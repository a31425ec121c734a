package storetest

import (
	"fmt"
	"slices"
	"testing"

	"edict/news"
)

// testSearchMarks: what a search finds comes with where the words stand, in either
// order, page by page.
func testSearchMarks(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	ok(t, s.Keep(ctx, []news.Record{
		written(0, "Jiangxi shuts mines", "First the café.\nThe MINES of Ganzhou are shut."),
		written(1, "江西关停挖矿项目", "赣州市关停挖礦项目。"),
		written(2, "Mines", "Nothing."),
		written(3, "Zebras", "No word of it."),
	}))
	index(t, s)
	for words, want := range map[string][]string{
		"mines":      {"[Mines] / Nothing.", "Jiangxi shuts [mines] / The [MINES] of Ganzhou are shut."},
		"挖矿":         {"江西关停[挖矿]项目 / 赣州市关停[挖礦]项目。"},
		"cafe -zebr": {"Jiangxi shuts mines / First the [café].\nThe MINES of Ganzhou are shut."},
	} {
		for _, order := range []news.Order{news.Newest, news.Relevance} {
			found := must(s.Search(ctx, news.Search{Filter: news.Filter{Words: words, Limit: 10}, Order: order}))(t)
			var got []string
			for _, h := range found.Hits {
				got = append(got, bracket(h.Record.Title, news.Span{End: len(h.Record.Title)}, h.Title)+" / "+
					bracket(h.Record.Field(h.Fragment.Field), h.Fragment.Span, h.Fragment.Marks))
			}
			slices.Sort(got)
			slices.Sort(want)
			same(t, fmt.Sprintf("%q %s", words, order), got, want)
			if found.More || found.Older {
				t.Errorf("%q: there is no more: %+v", words, found)
			}
		}
	}
	newest := func(q news.Search) news.Found { return must(s.Search(ctx, q))(t) }
	first := newest(news.Search{Filter: news.Filter{Words: "mines", Limit: 1}})
	same(t, "the newest, and that there is more", []any{first.Hits[0].Record.Title, first.More}, []any{"Mines", true})
	rest := newest(news.Search{Filter: news.Filter{Words: "mines", Limit: 1, After: first.Hits[0].Record.Position()}})
	same(t, "the next, and that there is no more", []any{rest.Hits[0].Record.Title, rest.More}, []any{"Jiangxi shuts mines", false})

	for what, q := range map[string]news.Search{
		"no word":           {Filter: news.Filter{Limit: 1}},
		"no limit":          {Filter: news.Filter{Words: "mines"}},
		"an open quotation": {Filter: news.Filter{Words: `"mines`, Limit: 1}},
		"a past moment":     {Filter: news.Filter{Words: "mines", Limit: 1, AsOf: Epoch}},
		"another order":     {Filter: news.Filter{Words: "mines", Limit: 1}, Order: "oldest"},
		"newest by number":  {Filter: news.Filter{Words: "mines", Limit: 1}, Skip: 1},
		"best by position":  {Filter: news.Filter{Words: "mines", Limit: 1, After: first.Hits[0].Record.Position()}, Order: news.Relevance},
	} {
		_, err := s.Search(ctx, q)
		fails(t, what, err, news.ErrInvalid)
	}
}

func bracket(text string, within news.Span, marks []news.Span) string {
	out, at := "", within.Start
	for _, m := range marks {
		out += text[at:m.Start] + "[" + text[m.Start:m.End] + "]"
		at = m.End
	}
	return out + text[at:within.End]
}

// testSearchRank: by relevance the order is that of the words' weight, the same on
// every database, and pages of it hold everything once.
func testSearchRank(t *testing.T, b Backend) {
	s, ctx := fresh(t, b), t.Context()
	records := []news.Record{
		0: written(0, "Mines lose grants in Ganzhou", "A report."),
		1: written(1, "Ganzhou ends it", "All about mines, grants and mines.\nMines again: mines, mines."),
		2: written(2, "Mines grants end", "A report."),
		3: written(3, "A quiet day", "Mines and grants."),
		4: written(4, "Another day", "First something else.\nMines and grants."),
		5: written(5, "Another day again", "First something else.\nMines and grants."),
		6: written(6, "Another day still", "First something else.\nMines and grants, mines, grants, mines, grants."),
	}
	tagged := written(7, "A third day", "First something else.\nMines and grants.")
	proof := []news.Evidence{{Field: news.Title, Start: 0, End: 1, Quote: "A", Rule: "sample"}}
	tagged.Tags = []news.Tag{{Label: news.Crackdown, Jurisdiction: "CN", Stage: news.Enacted, Score: .9, State: news.Review, Evidence: proof}}
	ok(t, s.Keep(ctx, append(records, tagged)))
	index(t, s)
	// A title in a row, a title with both, the beginning of the text, then how often; of
	// equal ones the tagged one, then the newest.
	want := []string{records[2].ID, records[0].ID, records[1].ID, records[3].ID, records[6].ID, tagged.ID, records[5].ID, records[4].ID}
	q := news.Search{Filter: news.Filter{Words: "mines grants", Limit: 3}, Order: news.Relevance}
	var got []string
	for {
		found := must(s.Search(ctx, q))(t)
		same(t, "matches looked at", found.Ranked, len(want))
		for _, h := range found.Hits {
			got = append(got, h.Record.ID)
		}
		if q.Skip += len(found.Hits); !found.More {
			break
		}
	}
	if !slices.Equal(got, want) {
		var titles []string
		for _, id := range got {
			titles = append(titles, must(s.Record(ctx, id))(t).Title)
		}
		t.Errorf("by relevance: %q", titles)
	}
	q.Skip = 100
	same(t, "behind the last", len(must(s.Search(ctx, q))(t).Hits), 0)
	q.Skip, q.Source = 0, records[4].Source
	same(t, "of one source", must(s.Search(ctx, q))(t).Hits[0].Record.ID, records[4].ID)
}
