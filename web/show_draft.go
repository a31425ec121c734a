package web

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"edict/account"
	"edict/news"
)

// A bringView is the form that brings rules.
type bringView struct {
	Dirs    []string
	AnyDir  bool
	Example string // of a directory
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
		v.Uses = append(v.Uses, useView{ruleName(u.Rules), u.Who, s.tellUse(u), s.moment(u.Time)})
	}
	drafts, err := s.Review.Rules.RuleDrafts(ctx)
	if err != nil {
		return fmt.Errorf("list drafts of rules: %w", err)
	}
	if who := account.From(ctx); s.Review.Bench != nil && who.May(account.Administer) {
		v.Bring = &bringView{Dirs: s.RuleDirs, AnyDir: who.Local, Example: "/home/you/rules", Limit: fmt.Sprintf("%d MiB", maxUpload>>20), Files: maxRuleFiles}
	}
	for _, d := range drafts {
		row := draftRow{
			Link: draftPath(d.Number), Rules: ruleName(d.Rules), From: d.From, Who: d.Who, Time: s.moment(d.Time), Wrong: len(d.Failures) > 0, Tests: s.tellTests(d),
		}
		var parts []string
		for _, j := range []struct {
			name string
			job  news.RuleJob
		}{{s.say("rules.job.preview"), d.Preview}, {s.say("rules.job.apply"), d.Apply}} {
			if word := s.jobWord(j.job); word != "" {
				parts = append(parts, j.name+" "+word)
			}
			if j.job.Runs(s.Now()) && v.Bring != nil {
				v.Bring.Running = row.Link
			}
		}
		row.Line = strings.Join(parts, s.say("list.comma"))
		v.Drafts = append(v.Drafts, row)
	}
	return nil
}

// tellUse says for which stories a use of rules holds.
func (p speaker) tellUse(u news.RuleUse) string {
	switch {
	case !u.Applied:
		return p.say("rules.use.new")
	case u.Finished.IsZero():
		return p.say("rules.use.begun", "n", u.Written)
	}
	return p.say("rules.use.whole", "n", u.Written)
}

func (p speaker) tellTests(d news.RuleDraft) string {
	if len(d.Failures) == 0 {
		return p.say("rules.tests.hold")
	}
	return p.say("rules.tests.fail", "n", len(d.Failures))
}

// jobWord says how far a job is.
func (s *Server) jobWord(j news.RuleJob) string {
	switch {
	case j.State == news.JobRuns && !j.Runs(s.Now()):
		return s.say("rules.job.gone")
	case j.State == news.JobRuns && j.Total > 0:
		return s.say("rules.job.runs", "n", j.Done, "of", max(j.Total, j.Done))
	case j.State == news.JobFailed:
		return s.say("rules.job.failed", "error", j.Error)
	}
	return s.named("rules.state", string(j.State))
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
	Phrases   int
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
	Written          int64
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
		Phrases: d.Phrases, Failures: first(d.Failures, shownFailures), More: max(0, len(d.Failures)-shownFailures),
		InForce: t.rules.Hash == d.Rules.Hash, CanAct: s.Review.Bench != nil, Busy: r.URL.Query().Get("said") == "busy",
		Preview: s.jobView(d.Preview), Apply: s.jobView(d.Apply),
	}
	v.Runs = v.Preview.Runs || v.Apply.Runs
	var labels []string
	for _, l := range d.Labels {
		labels = append(labels, s.nameLabel(l).Word)
	}
	v.Labels = strings.Join(labels, s.say("list.comma"))
	if d.Result != nil {
		if v.Result, err = s.previewView(d.Result); err != nil {
			return view{}, err
		}
	}
	return view{template: "draft", title: s.say("rules.title", "rules", v.Rules), nav: "review", totals: t, body: v}, nil
}

func (s *Server) jobView(j news.RuleJob) jobView {
	return jobView{
		State: string(j.State), Word: s.jobWord(j), Who: j.Who, Runs: j.Runs(s.Now()), Done: j.Done, Total: max(j.Total, j.Done, 1), Updated: s.moment(j.Updated),
		Written: j.Written,
	}
}

// previewView is what a preview said.
type previewView struct {
	Articles, Changed int64
	Labels            []shiftView
	Cells             []string
	MoreCells         int
	Alerts            []string
	Reviewed          string
}

// A shiftView is what would become of one label.
type shiftView struct {
	Label                 labelName
	Gained, Lost, Altered int64
	Samples               []sampleView
}

// A sampleView is one tag that would come, go or change.
type sampleView struct {
	Kind             string // gained, lost, altered
	Word             string // the same in words
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
	v := &previewView{Articles: p.Articles, Changed: p.Changed}
	for _, label := range slices.Sorted(maps.Keys(p.Labels)) {
		l := p.Labels[label]
		row := shiftView{Label: s.nameLabel(label), Gained: l.Gained, Lost: l.Lost, Altered: l.Altered}
		for _, sample := range l.Samples {
			row.Samples = append(row.Samples, s.sampleView(sample.Title, sample.URL, sample.Before, sample.After))
		}
		v.Labels = append(v.Labels, row)
	}
	for _, c := range p.Cells[:min(len(p.Cells), shownCells)] {
		key := "rules.flip.off"
		if c.Stands {
			key = "rules.flip.on"
		}
		v.Cells = append(v.Cells, s.say(key, "tag", s.nameTag(news.TagRef{Label: c.Label, Jurisdiction: c.Jurisdiction})))
	}
	v.MoreCells = max(0, len(p.Cells)-shownCells)
	for _, a := range p.Alerts {
		v.Alerts = append(v.Alerts, s.say("rules.alert", "name", a.Name, "after", a.After, "before", a.Before, "gained", a.Gained, "lost", a.Lost))
	}
	if n := p.Reviewed; n.Right+n.Wrong+n.Missed > 0 {
		v.Reviewed = s.say("rules.reviewed", "right", n.Right, "wrong", n.Wrong, "missed", n.Missed)
		if given := precision(n.Right, n.Wrong); given != "" {
			v.Reviewed += " " + s.say("rules.reviewed.precision", "share", given)
		}
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
		v.Was = s.nameStage(before.Stage) + s.say("list.comma") + s.nameState(before.State)
	}
	v.Word = s.say("rules.kind." + v.Kind)
	if tag == nil {
		return v
	}
	v.Place, v.Line = s.place(tag.Jurisdiction), s.nameStage(tag.Stage)+s.say("list.comma")+s.nameState(tag.State)
	if len(tag.Evidence) > 0 {
		v.Quote = cut(tag.Evidence[0].Quote, 300)
	}
	return v
}
