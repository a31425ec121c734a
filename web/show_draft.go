package web

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"edict/news"
)

// A bringView is the form that brings rules.
type bringView struct {
	Dirs    []string
	AnyDir  bool
	Limit   string
	Files   int
	Running string // address of the draft of which a job runs, "" for none
}

// A draftRow is a draft in the list.
type draftRow struct {
	Link, Rules, From, Who, Tests, Line string
	Time                                moment
	Wrong                               bool
}

func (s *Server) tellDrafts(ctx context.Context, v *rulesView) error {
	uses, err := s.Review.Rules.RuleUses(ctx, shownUses)
	if err != nil {
		return fmt.Errorf("list the uses of rules: %w", err)
	}
	for _, u := range uses {
		v.Uses = append(v.Uses, useView{ruleName(u.Rules), u.Who, tellUse(u), s.moment(u.Time)})
	}
	drafts, err := s.Review.Rules.RuleDrafts(ctx)
	if err != nil {
		return fmt.Errorf("list drafts of rules: %w", err)
	}
	if s.Review.Bench != nil {
		v.Bring = &bringView{Dirs: s.RuleDirs, AnyDir: s.Loopback, Limit: fmt.Sprintf("%d MiB", maxUpload>>20), Files: maxRuleFiles}
	}
	for _, d := range drafts {
		row := draftRow{
			Link: draftPath(d.Number), Rules: ruleName(d.Rules), From: d.From, Who: d.Who, Time: s.moment(d.Time), Wrong: len(d.Failures) > 0, Tests: tellTests(d),
		}
		var parts []string
		for _, j := range []struct {
			name string
			job  news.RuleJob
		}{{"preview", d.Preview}, {"applying", d.Apply}} {
			if word := s.jobWord(j.job); word != "" {
				parts = append(parts, j.name+" "+word)
			}
			if j.job.Runs(s.Now()) && v.Bring != nil {
				v.Bring.Running = row.Link
			}
		}
		row.Line = strings.Join(parts, ", ")
		v.Drafts = append(v.Drafts, row)
	}
	return nil
}

// tellUse says for which stories a use of rules holds.
func tellUse(u news.RuleUse) string {
	switch {
	case !u.Applied:
		return "for stories from then on"
	case u.Finished.IsZero():
		return fmt.Sprintf("begun to be run over the archive: %s stories with other tags so far", thousands(u.Written))
	}
	return fmt.Sprintf("run over the whole archive: %s stories with other tags", thousands(u.Written))
}

func tellTests(d news.RuleDraft) string {
	switch n := len(d.Failures); n {
	case 0:
		return "all hold"
	case 1:
		return "1 does not hold"
	default:
		return fmt.Sprintf("%d do not hold", n)
	}
}

// jobWord says how far a job is.
func (s *Server) jobWord(j news.RuleJob) string {
	switch {
	case j.State == news.JobRuns && !j.Runs(s.Now()):
		return "broken off: the program that was at it is gone"
	case j.State == news.JobRuns && j.Total > 0:
		return fmt.Sprintf("runs: %s of %s stories", thousands(int64(j.Done)), thousands(int64(max(j.Total, j.Done))))
	case j.State == news.JobFailed:
		return "failed: " + j.Error
	}
	return string(j.State)
}

// draftView is the page of one draft.
type draftView struct {
	Number    int64
	Path      string
	Rules     string
	From, Who string
	Time      moment
	Files     string
	Labels    string
	Phrases   string
	Failures  []string
	More      int // failures that are not shown
	InForce   bool
	CanAct    bool
	Busy      bool // the act was refused: another job runs
	Runs      bool // one of the two jobs
	Preview   jobView
	Apply     jobView
	Result    *previewView
}

// A jobView is one job of a draft.
type jobView struct {
	State, Word, Who string
	Runs             bool
	Done, Total      int
	Updated          moment
	Written          string
}

// shownFailures is how many failed tests a page lists.
const shownFailures = 30

func (s *Server) showDraft(r *http.Request) (view, error) {
	n, err := draftNumber(r)
	if err != nil {
		return view{}, err
	}
	d, err := s.Review.Rules.RuleDraft(r.Context(), n)
	if err != nil {
		return view{}, fmt.Errorf("read draft %d of rules: %w", n, err)
	}
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	v := draftView{
		Number: n, Path: draftPath(n), Rules: ruleName(d.Rules), From: d.From, Who: d.Who, Time: s.moment(d.Time), Files: strings.Join(d.Files, ", "),
		Phrases: thousands(int64(d.Phrases)), Failures: first(d.Failures, shownFailures), More: max(0, len(d.Failures)-shownFailures),
		InForce: t.rules.Hash == d.Rules.Hash, CanAct: s.Review.Bench != nil, Busy: r.URL.Query().Get("said") == "busy",
		Preview: s.jobView(d.Preview), Apply: s.jobView(d.Apply),
	}
	v.Runs = v.Preview.Runs || v.Apply.Runs
	var labels []string
	for _, l := range d.Labels {
		labels = append(labels, s.nameLabel(l).Word)
	}
	v.Labels = strings.Join(labels, ", ")
	if d.Result != nil {
		if v.Result, err = s.previewView(d.Result); err != nil {
			return view{}, err
		}
	}
	return view{template: "draft", title: "Rules " + v.Rules, nav: "review", totals: t, body: v}, nil
}

func (s *Server) jobView(j news.RuleJob) jobView {
	return jobView{
		State: string(j.State), Word: s.jobWord(j), Who: j.Who, Runs: j.Runs(s.Now()), Done: j.Done, Total: max(j.Total, j.Done, 1), Updated: s.moment(j.Updated),
		Written: thousands(j.Written),
	}
}

// previewView is what a preview said.
type previewView struct {
	Articles, Changed string
	Labels            []shiftView
	Cells             []string
	MoreCells         int
	Alerts            []string
	Reviewed          string
}

// A shiftView is what would become of one label.
type shiftView struct {
	Label                 labelName
	Gained, Lost, Altered string
	Samples               []sampleView
}

// A sampleView is one tag that would come, go or change.
type sampleView struct {
	Kind             string // gained, lost, altered
	Place, Line      string
	Title, Link      string
	Lang, Quote, Was string
}

// shownCells is how many cells that flip a page lists.
const shownCells = 60

// previewView reads what `edict rules preview --format json` writes.
func (s *Server) previewView(result json.RawMessage) (*previewView, error) {
	var p struct {
		Articles, Changed int64
		Labels            map[news.Label]struct {
			Gained, Lost, Altered int64
			Samples               []struct {
				Title, URL    string
				Before, After *news.Tag
			}
		}
		Cells []struct {
			Jurisdiction news.Jurisdiction
			Label        news.Label
			Stands       bool
		}
		Reviewed struct{ Right, Wrong, Missed int64 }
		Alerts   []struct {
			Name                        string
			Before, After, Gained, Lost int64
		}
	}
	if err := json.Unmarshal(result, &p); err != nil {
		return nil, fmt.Errorf("the kept preview cannot be read: %w", err)
	}
	v := &previewView{Articles: thousands(p.Articles), Changed: thousands(p.Changed)}
	for _, label := range slices.Sorted(maps.Keys(p.Labels)) {
		l := p.Labels[label]
		row := shiftView{Label: s.nameLabel(label), Gained: thousands(l.Gained), Lost: thousands(l.Lost), Altered: thousands(l.Altered)}
		for _, sample := range l.Samples {
			row.Samples = append(row.Samples, s.sampleView(sample.Title, sample.URL, sample.Before, sample.After))
		}
		v.Labels = append(v.Labels, row)
	}
	for _, c := range p.Cells[:min(len(p.Cells), shownCells)] {
		end := "would stand no more"
		if c.Stands {
			end = "would stand"
		}
		v.Cells = append(v.Cells, s.place(c.Jurisdiction)+", "+s.nameLabel(c.Label).Word+": "+end)
	}
	v.MoreCells = max(0, len(p.Cells)-shownCells)
	for _, a := range p.Alerts {
		v.Alerts = append(v.Alerts, fmt.Sprintf("%s: %s alerts, and %s now; %s stories gained, %s lost",
			a.Name, thousands(a.After), thousands(a.Before), thousands(a.Gained), thousands(a.Lost)))
	}
	if n := p.Reviewed; n.Right+n.Wrong+n.Missed > 0 {
		v.Reviewed = fmt.Sprintf("Of what analysts decided, they give %s accepted and %s rejected tags, and miss %s accepted ones", thousands(n.Right), thousands(n.Wrong), thousands(n.Missed))
		if given := precision(n.Right, n.Wrong); given != "" {
			v.Reviewed += ": a precision of " + given
		}
		v.Reviewed += "."
	}
	return v, nil
}

func (s *Server) sampleView(title, link string, before, after *news.Tag) sampleView {
	v := sampleView{Kind: "altered", Title: title, Link: outLink(link)}
	tag := after
	switch {
	case after == nil:
		v.Kind, tag = "lost", before
	case before == nil:
		v.Kind = "gained"
	default:
		v.Was = string(before.Stage) + ", " + s.nameState(before.State)
	}
	if tag == nil {
		return v
	}
	v.Place, v.Line = s.place(tag.Jurisdiction), string(tag.Stage)+", "+s.nameState(tag.State)
	if len(tag.Evidence) > 0 {
		v.Quote = cut(tag.Evidence[0].Quote, 300)
	}
	return v
}
