package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"edict/account"
	"edict/news"
)

const (
	shownVersions = 20 // records of an article that its page knows
	shownReports  = 30 // other reports of a story
)

// historyView is what a record's page says beyond the record: what there is besides it,
// what analysts did, and the forms to do more.
type historyView struct {
	Back      string
	Article   string
	Current   string // address of the record that is current, "" if this is it
	CanDecide bool
	MayNote   bool
	Said      []said
	Rows      []decisionRow
	Notes     []noteView
	Versions  []versionView
	Reports   []reportView
	Other     *reportView // the first that can be read beside this one, in another language
	MoreOf    string      // address of all reports, if there are more
	Who       string
}

type noteView struct {
	Number int64
	Who    string
	Time   moment
	Text   []string // by line
}

// A versionView is another text of the article, or the same under other rules.
type versionView struct {
	Link, Diff string
	Kept       moment
	Rules      string
	Here       bool
	SameText   bool
}

// A reportView is another article of the story.
type reportView struct {
	Title, Lang, Link string
	Source            sourceName
	Time              moment
	Language          string
	Beside            string // address that shows it beside this one, "" if it is of the same language
	Tags              []string
}

// A besideView is another text, shown beside the record's own.
type besideView struct {
	Title   []part
	Text    []paragraph
	Lang    string
	Source  sourceName
	Link    string
	Heading string
	Close   string
}

// history reads what stands around a record. Without Review there is nothing but the
// other reports.
func (s *Server) history(r *http.Request, rec news.Record, t totals) (*historyView, error) {
	ctx, article := r.Context(), rec.Key().Article
	v := &historyView{Back: "/records/" + rec.ID, Article: article}
	var err error
	if v.Reports, v.MoreOf, err = s.reports(ctx, rec, t); err != nil {
		return v, err
	}
	if i := slices.IndexFunc(v.Reports, func(o reportView) bool { return o.Beside != "" }); i >= 0 {
		v.Other = &v.Reports[i]
	}
	if s.Review == nil {
		return v, nil
	}
	v.Who = analyst(r)
	current, err := s.Review.Desk.CurrentOf(ctx, []string{article})
	if err != nil {
		return nil, fmt.Errorf("read the record that is current: %w", err)
	}
	isCurrent := len(current) > 0 && current[0].ID == rec.ID
	v.MayNote = account.From(ctx).May(account.Review)
	v.CanDecide = isCurrent && v.MayNote
	if len(current) > 0 && !isCurrent {
		v.Current = "/records/" + current[0].ID
	}
	decisions, err := s.Review.Desk.DecisionsOn(ctx, article)
	if err != nil {
		return nil, fmt.Errorf("read the decisions on article %s: %w", article, err)
	}
	slices.Reverse(decisions)
	if v.Rows, err = s.decisionRows(ctx, decisions[:min(len(decisions), decisionsPage)]); err != nil {
		return nil, err
	}
	for i := range v.Rows {
		v.Rows[i].Title, v.Rows[i].Link = "", ""
	}
	notes, err := s.Review.Notes.Notes(ctx, []string{article})
	if err != nil {
		return nil, fmt.Errorf("read the notes on article %s: %w", article, err)
	}
	for _, n := range notes {
		v.Notes = append(v.Notes, noteView{n.Number, n.Who, s.moment(n.Time), strings.Split(n.Text, "\n")})
	}
	if v.Said, err = s.said(ctx, r.URL.Query(), v.Who); err != nil {
		return nil, err
	}
	v.Versions, err = s.versions(ctx, rec)
	return v, err
}

func (s *Server) versions(ctx context.Context, rec news.Record) (out []versionView, err error) {
	list, err := s.Review.Desk.Versions(ctx, rec.Key().Article, shownVersions)
	if err != nil {
		return nil, fmt.Errorf("read the versions: %w", err)
	}
	if len(list) < 2 {
		return nil, nil
	}
	for _, r := range list {
		v := versionView{Link: "/records/" + r.ID, Kept: s.moment(r.Fetched), Rules: ruleName(r.Rules), Here: r.ID == rec.ID, SameText: r.Version == rec.Version}
		if !v.SameText {
			v.Diff = "/records/" + rec.ID + "/diff/" + r.ID
		}
		out = append(out, v)
	}
	return out, nil
}

// reports are the other articles of the story of a record.
func (s *Server) reports(ctx context.Context, rec news.Record, t totals) (out []reportView, more string, err error) {
	if rec.Story == "" {
		return nil, "", nil
	}
	list, err := s.Reader.Records(ctx, news.Filter{Story: rec.Story, Limit: shownReports + 1})
	if err != nil {
		return nil, "", fmt.Errorf("list the reports of story %s: %w", rec.Story, err)
	}
	if len(list) > shownReports {
		list, more = list[:shownReports], reportsOf(rec.Story)
	}
	for _, r := range list {
		if r.Key().Article == rec.Key().Article {
			continue
		}
		v := reportView{
			Title: cmp.Or(r.Title, cut(firstLine(r.Text), 120)), Lang: langAttr(r.Language), Link: "/records/" + r.ID,
			Source: nameSource(r.Source, t.names), Time: s.moment(r.Position().Time), Language: s.nameLanguage(r.Language),
		}
		if baseLanguage(r.Language) != baseLanguage(rec.Language) && r.Text != "" {
			v.Beside = "/records/" + rec.ID + "?beside=" + url.QueryEscape(r.ID)
		}
		for _, tag := range sortTags(r.Tags) {
			if tag.State != news.Rejected && len(v.Tags) < 4 {
				v.Tags = append(v.Tags, s.nameTag(news.TagRef{Label: tag.Label, Jurisdiction: tag.Jurisdiction}))
			}
		}
		out = append(out, v)
	}
	return out, more, nil
}

func baseLanguage(code string) string {
	base, _, _ := strings.Cut(code, "-")
	return base
}

// beside reads the record that an address wants beside rec: one of the same story.
func (s *Server) beside(r *http.Request, rec news.Record, t totals) (*besideView, error) {
	id := r.URL.Query().Get("beside")
	if id == "" {
		return nil, nil
	}
	if !idForm.MatchString(id) {
		return nil, fmt.Errorf("beside %q is not an id: %w", cut(id, 60), news.ErrInvalid)
	}
	other, err := s.Reader.Record(r.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("read record %s: %w", id, err)
	}
	if other.Story != rec.Story || rec.Story == "" {
		return nil, fmt.Errorf("the two records are not of one story: %w", news.ErrInvalid)
	}
	m := allMarks(other)
	for _, spans := range m {
		for i := range spans {
			spans[i].id = "" // anchors are the other text's
		}
	}
	return &besideView{
		Title: markRange(other.Title, 0, len(other.Title), m[news.Title]), Text: m.paragraphs(other.Text, news.Text), Lang: langAttr(other.Language),
		Source: nameSource(other.Source, t.names), Link: "/records/" + other.ID, Heading: s.nameLanguage(other.Language), Close: "/records/" + rec.ID,
	}, nil
}

// diffView is the page that compares two versions of an article.
type diffView struct {
	Title        string
	Lang         string
	Old, New     versionView
	Head         []diffLine // of the titles
	Lines        []diffLine
	Same, Record string
}

func (s *Server) showDiff(r *http.Request) (view, error) {
	var list [2]news.Record
	for i, name := range []string{"id", "other"} {
		id := r.PathValue(name)
		if !idForm.MatchString(id) {
			return view{}, fmt.Errorf("record %q: %w", id, news.ErrNotFound)
		}
		rec, err := s.Reader.Record(r.Context(), id)
		if err != nil {
			return view{}, fmt.Errorf("read record %s: %w", id, err)
		}
		list[i] = rec
	}
	if list[0].Key().Article != list[1].Key().Article {
		return view{}, fmt.Errorf("the two records are not of one article: %w", news.ErrInvalid)
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	before, after := list[0], list[1]
	if before.Fetched.After(after.Fetched) {
		before, after = after, before
	}
	v := diffView{
		Title: cmp.Or(after.Title, s.say("record.untitled")), Lang: langAttr(after.Language), Record: "/records/" + list[0].ID,
		Old: versionView{Link: "/records/" + before.ID, Kept: s.moment(before.Fetched)}, New: versionView{Link: "/records/" + after.ID, Kept: s.moment(after.Fetched)},
		Lines: diffText(before.Summary+"\n"+before.Text, after.Summary+"\n"+after.Text),
	}
	if before.Title != after.Title {
		v.Head = diffText(before.Title, after.Title)
	}
	return view{template: "diff", title: s.say("diff.title", "title", cut(v.Title, 60)), nav: "record", totals: t, body: v}, nil
}
