package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"edict/news"
)

// exportRecords is how many articles an export of a jurisdiction looks at, the newest.
const exportRecords = 5000

// exportPlace writes the measures of a jurisdiction as a file, newest first.
func (s *Server) exportPlace(w http.ResponseWriter, r *http.Request) {
	s = s.as(r)
	var form func(placeQuery, []measure, bool) ([]byte, error)
	var kind string
	switch r.PathValue("file") {
	case "measures.csv":
		form, kind = s.placeCSV, "text/csv; charset=utf-8; header=present"
	case "measures.md":
		form, kind = s.placeMarkdown, "text/markdown; charset=utf-8"
	default:
		s.page((*Server).showNothing)(w, r)
		return
	}
	body, q, err := s.placeFile(r, form)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	name := string(q.place) + r.PathValue("file")[len("measures"):]
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	if _, err := w.Write(clean(body)); err != nil {
		s.Log.Debug("a reader went away", "path", r.URL.Path, "error", err)
	}
}

func (s *Server) placeFile(r *http.Request, form func(placeQuery, []measure, bool) ([]byte, error)) ([]byte, placeQuery, error) {
	q, err := s.readPlace(r)
	if err != nil {
		return nil, q, err
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return nil, q, err
	}
	var list []news.Record
	more := true
	for page := q; more && len(list) < exportRecords; page.after = list[len(list)-1].Position() {
		var part []news.Record
		if part, more, err = s.placePage(r.Context(), page, 500); err != nil {
			return nil, q, err
		}
		if list = append(list, part...); len(part) == 0 {
			break
		}
	}
	body, err := form(q, s.measures(list, q, t), more)
	return body, q, err
}

// formulaSigns begin what a spreadsheet works out: also behind a line that is empty, and in
// the wide forms that those of Chinese and Japanese take for the narrow ones.
const formulaSigns = "=+-@\t\r\n＝＋－＠"

// placeCSV writes a line for each measure. What a spreadsheet would take for a formula
// gets an apostrophe before it.
func (s *Server) placeCSV(_ placeQuery, list []measure, _ bool) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	rows := [][]string{{"time", "label", "jurisdiction", "place", "stage", "state", "score", "title", "source", "url", "record", "story", "reports", "quote", "rule"}}
	for _, m := range list {
		quote, rule := "", ""
		if len(m.tag.Evidence) > 0 {
			quote, rule = m.tag.Evidence[0].Quote, m.tag.Evidence[0].Rule
		}
		rows = append(rows, []string{
			m.record.Position().Time.UTC().Format(time.RFC3339), string(m.tag.Label), m.Code, m.Place, m.Stage, m.State, m.Score,
			m.Title, m.Source.Name, m.Link, m.record.ID, m.record.Story, fmt.Sprint(m.Others + 1), quote, rule,
		})
	}
	for _, row := range rows {
		for i, cell := range row {
			if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune(formulaSigns, first) {
				row[i] = "'" + cell
			}
		}
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

func (s *Server) placeMarkdown(q placeQuery, list []measure, more bool) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s (%s)\n\n", markdown(s.place(q.place)), q.place)
	if q.raw != "" {
		fmt.Fprintf(&b, "%s ", markdown(s.say("past.known", "moment", s.asOfView(q.asOf).Moment)))
	}
	fmt.Fprintf(&b, "%s\n", s.say("export.head", "n", len(list), "time", s.full(s.Now())))
	if more {
		fmt.Fprintf(&b, "\n%s\n", s.say("export.more", "n", exportRecords))
	}
	for _, m := range list {
		fmt.Fprintf(&b, "\n## %s · %s · %s: %s\n\n", s.day(m.record.Position().Time), m.Label.Word, markdown(m.Place), markdown(m.StageWord))
		title := markdown(m.Title)
		if m.Link != "" {
			title = "[" + title + "](<" + strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "").Replace(m.Link) + ">)"
		}
		fmt.Fprintf(&b, "%s, %s", title, markdown(m.Source.Name))
		if m.Others > 0 {
			fmt.Fprintf(&b, " %s", s.say("card.reports", "n", m.Others))
		}
		fmt.Fprintf(&b, " · %s · %s\n", m.StateWord, s.say("tag.score", "score", m.Score))
		for _, e := range m.tag.Evidence {
			fmt.Fprintf(&b, "\n> %s\n", markdown(e.Quote))
		}
	}
	return b.Bytes(), nil
}

// markdown makes text mean itself in Markdown, on one line.
func markdown(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if strings.ContainsRune("\\`*_{}[]<>()#+-.!|~&$=\"':^", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
