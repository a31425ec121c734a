package api

import (
	"context"
	"net/http"
	"time"

	"edict/news"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) addArchive(api huma.API) {
	add(s, api, operation{
		id: "list-records", method: http.MethodGet, path: "/records", summary: "List records, newest first",
		about: "The same filters as search and export have. A record is an article as it stands, with its tags and their evidence: offsets are bytes into the named field.",
	}, s.listRecords)
	add(s, api, operation{id: "get-record", method: http.MethodGet, path: "/records/{id}", summary: "Read a record, current or not"}, s.getRecord)
	add(s, api, operation{
		id: "get-story", method: http.MethodGet, path: "/stories/{id}", summary: "Read a story: the articles that report one event",
		about: "Its articles are the records with story={id}. One that has become a part of another says of which, and holds nothing.",
	}, s.getStory)
	add(s, api, operation{id: "list-sources", method: http.MethodGet, path: "/sources", summary: "List the sources that are watched"}, s.listSources)
}

type recordsAsked struct {
	Paging
	Label        string    `query:"label" maxLength:"64"`
	Jurisdiction string    `query:"jurisdiction" maxLength:"8" doc:"ISO 3166 code; a country includes its divisions."`
	Stage        string    `query:"stage" enum:"proposed,enacted,enforced,lifted"`
	Source       string    `query:"source" maxLength:"40" doc:"A source's slug."`
	Story        string    `query:"story" maxLength:"64"`
	Language     string    `query:"language" maxLength:"20" doc:"zh includes zh-Hans and zh-Hant."`
	Tagged       bool      `query:"tagged" doc:"Only records with a tag that counts or waits for review."`
	Since        time.Time `query:"since" doc:"Published, or fetched where that is not known, at or after."`
	Until        time.Time `query:"until" doc:"Before."`
	Words        string    `query:"words" maxLength:"256" doc:"All of these words; quotes hold a phrase together. Chinese finds both scripts."`
}

func (s *server) listRecords(ctx context.Context, in *recordsAsked) (*page[news.Record], error) {
	f := news.Filter{
		Label: news.Label(in.Label), Stage: news.Stage(in.Stage), Source: in.Source, Story: in.Story, Language: in.Language, Tagged: in.Tagged,
		Since: in.Since, Until: in.Until, Words: in.Words, Limit: in.Limit + 1,
	}
	var err error
	if in.Jurisdiction != "" {
		if f.Jurisdiction, err = news.ParseJurisdiction(in.Jurisdiction); err != nil {
			return nil, err
		}
	}
	if f.After, err = readPlace(in.After); err != nil {
		return nil, err
	}
	list, err := s.Archive.Records(ctx, f)
	if err != nil {
		return nil, err
	}
	return newPage(list, in.Limit, func(r news.Record) string {
		at := r.Position()
		return writePlace(at.Time, at.ID)
	}), nil
}

type oneRecord struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *server) getRecord(ctx context.Context, in *oneRecord) (*struct{ Body news.Record }, error) {
	r, err := s.Archive.Record(ctx, in.ID)
	return &struct{ Body news.Record }{r}, err
}

func (s *server) getStory(ctx context.Context, in *oneRecord) (*struct{ Body news.Story }, error) {
	story, err := s.Archive.Story(ctx, in.ID)
	return &struct{ Body news.Story }{story}, err
}

func (s *server) listSources(ctx context.Context, _ *struct{}) (*page[news.Source], error) {
	list, err := s.Archive.Sources(ctx)
	if err != nil {
		return nil, err
	}
	return newPage(list, len(list), nil), nil
}
