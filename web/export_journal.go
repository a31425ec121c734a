package web

import (
	"bytes"
	"encoding/json"
	"net/http"

	"edict/news"
)

// exportPage is how many lines of a journal are read at a time.
const exportPage = 500

// exportDecisions writes the decisions that an address asks for, as the page of them does,
// the oldest first, each as a line of JSON.
func (s *Server) exportDecisions(w http.ResponseWriter, r *http.Request) {
	s = s.as(r)
	q, err := s.readDecisions(r.URL.Query())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f := q.filter()
	f.Oldest, f.Limit = true, exportPage
	exportLines(s, w, r, "decisions.jsonl", func(after int64) ([]news.Decision, int64, error) {
		f.After = after
		list, err := s.Review.Books.DecisionsOf(r.Context(), f)
		if len(list) > 0 {
			after = list[len(list)-1].Number
		}
		return list, after, err
	})
}

// exportNotes does the same for notes.
func (s *Server) exportNotes(w http.ResponseWriter, r *http.Request) {
	exportLines(s, w, r, "notes.jsonl", func(after int64) ([]news.Note, int64, error) {
		list, err := s.Review.Books.NotesAfter(r.Context(), after, exportPage)
		if len(list) > 0 {
			after = list[len(list)-1].Number
		}
		return list, after, err
	})
}

// exportLines writes what next gives, page after page. An error before the first line is
// a page; a later one cuts the connection, so that half a file is not taken for all.
func exportLines[T any](s *Server, w http.ResponseWriter, r *http.Request, name string, next func(after int64) ([]T, int64, error)) {
	after, begun := int64(0), false
	for {
		list, last, err := next(after)
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		for i := 0; err == nil && i < len(list); i++ {
			err = enc.Encode(list[i])
		}
		if err != nil {
			if begun {
				s.Log.Error("a download broke off", "file", name, "error", err)
				panic(http.ErrAbortHandler)
			}
			s.fail(w, r, err)
			return
		}
		if !begun {
			w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
			w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		}
		begun = true
		if _, err := w.Write(b.Bytes()); err != nil || len(list) < exportPage {
			return // all is written, or the reader has gone
		}
		after = last
	}
}
