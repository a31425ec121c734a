package news

import (
	"encoding/json"
	"time"
)

// A RuleDraft is a set of rules that somebody brought to be looked at before it is used:
// its files are kept with what their own tests say, and with what came of a preview over
// the archive and of applying them.
type RuleDraft struct {
	Number   int64     `json:"number"`
	Time     time.Time `json:"time"`
	Who      string    `json:"who"`
	From     string    `json:"from"` // where the files came from, for a person
	Rules    RuleSet   `json:"rules"`
	Files    []string  `json:"files"` // those that lie over the embedded ones, by name
	Labels   []Label   `json:"labels"`
	Phrases  int       `json:"phrases"`
	Failures []string  `json:"failures"` // tests of the rules that do not hold: "file:line: what: story"
	Preview  RuleJob   `json:"preview,omitzero"`
	Apply    RuleJob   `json:"apply,omitzero"`
	// Result is what the preview said, as `edict rules preview --format json` writes it.
	// Lists of drafts leave it out.
	Result json.RawMessage `json:"-"`
}

// A RuleJob is work over the whole archive that goes on in the background.
type RuleJob struct {
	State   JobState  `json:"state"`
	Who     string    `json:"who,omitempty"`
	Begun   time.Time `json:"begun,omitzero"`
	Updated time.Time `json:"updated,omitzero"` // when it last said how far it is
	Done    int       `json:"done,omitempty"`   // articles looked at
	Total   int       `json:"total,omitempty"`  // articles that there were at its beginning
	Written int64     `json:"written,omitempty"`
	Stop    bool      `json:"stop,omitempty"` // somebody asked for its end
	Error   string    `json:"error,omitempty"`
}

// A JobState is how far a job is.
type JobState string

// The states of a job.
const (
	JobNone    JobState = ""
	JobRuns    JobState = "runs"
	JobDone    JobState = "done"
	JobStopped JobState = "stopped" // by somebody, or with the program
	JobFailed  JobState = "failed"
)

// JobSilence is how long a job that runs may say nothing before it counts as broken off.
const JobSilence = 30 * time.Second

// Runs reports whether somebody is at the job still.
func (j RuleJob) Runs(now time.Time) bool {
	return j.State == JobRuns && now.Sub(j.Updated) < JobSilence
}
