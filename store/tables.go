package store

import "strings"

// A table is where rows are inserted: its name, and the columns in the order of a
// row's values.
type table struct {
	name    string
	columns []tableColumn
}

type tableColumn struct {
	name string
	kind kind
}

// A kind is what a column holds. A value of any kind may be nil.
type kind string

const (
	textKind kind = "text" // string, or a type made of it
	intKind  kind = "int"  // int, int64
	realKind kind = "real" // float64
	blobKind kind = "blob" // []byte, never nil
)

// newTable reads columns as "name" or "name:kind"; without a kind it is text.
func newTable(name string, columns string) table {
	t := table{name: name}
	for c := range strings.FieldsSeq(columns) {
		column, k, found := strings.Cut(c, ":")
		if !found {
			k = string(textKind)
		}
		t.columns = append(t.columns, tableColumn{column, kind(k)})
	}
	return t
}

// into is the beginning of an insert.
func (t table) into() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return "INSERT INTO " + t.name + " (" + strings.Join(names, ", ") + ")"
}

// What is written in many rows at a time. Kinds are those of the migrations.
var (
	sourceRows  = newTable("sources", "slug origin body")
	pollRows    = newTable("polls", "source address body")
	visitRows   = newTable("visits", "id source rank:int due:int article body")
	healthRows  = newTable("health", "source body")
	waitingRows = newTable("ledger", "article version state entered:int changed:int body")
	handedRows  = newTable("ledger", "article version state handed:int entered:int changed:int body")
	storedRows  = newTable("ledger", "article version state entered:int changed:int")

	textRows     = newTable("texts", "version title summary text kept:int")
	expiredRows  = newTable("texts", "version title summary text kept:int expired:int")
	recordRows   = newTable("records", "id article version rules position:int kept:int body")
	tagRows      = newTable("tags", "record label jurisdiction country n:int stage score:real state given_state given_stage position:int current:int")
	amountRows   = newTable("amounts", "record n:int value:real currency cap:int jurisdiction")
	countRows    = newTable("counts", "record n:int value:int whole:int unit label")
	evidenceRows = newTable("evidence", "record owner item:int n:int field start_byte:int end_byte:int quote rule")
	storyRows    = newTable("stories", "id began:int earliest:int latest:int articles:int became")
	articleRows  = newTable("articles", "id record version story source language position:int fetched:int tagged:int stored:int")

	decisionRows = newTable("decisions", "number:int time:int who act story article label jurisdiction undoes:int before after rules reason")
	verdictRows  = newTable("verdicts", "article label jurisdiction decision:int dispute body")

	leaseRows  = newTable("leases", "article label jurisdiction owner since:int until:int")
	snoozeRows = newTable("snoozes", "article label jurisdiction who until:int")
	noteRows   = newTable("notes", "number:int time:int who story article text")
	effortRows = newTable("efforts", "decision:int spent:int")

	ruleSetRows = newTable("rule_sets", "hash version content")
	ruleUseRows = newTable("rule_uses", "number:int hash who time:int change:int applied:int at:int written:int")

	draftRows = newTable("rule_drafts", "number:int time:int who hash content body result")

	featureRows    = newTable("features", "number:int article body")
	featureKeyRows = newTable("feature_keys", "key:int time:int number:int")
	originalRows   = newTable("originals", "original article")
	apartRows      = newTable("apart", "one other")

	subscriptionRows = newTable("subscriptions", "id version:int body")
	alertRows        = newTable("alerts", "subscription story change:int body")
	deliveryRows     = newTable("deliveries", "id subscription channel story change:int batch message created:int due:int next:int state hold attempts:int answer sent:int")
	tryRows          = newTable("tries", "message number:int time:int took:int outcome answer")
	secretRows       = newTable("channel_secrets", "subscription channel secret")
	silenceRows      = newTable("silences", "id until:int ended:int body")
	flagRows         = newTable("flags", "number:int subscription story record time:int body")
	linkKeyRows      = newTable("link_keys", "number:int created:int secret")
	noticeRows       = newTable("notices", "id subscription kind time:int body")

	userRows    = newTable("users", "name id role state password feeds created:int changed:int seen:int language zone")
	sessionRows = newTable("sessions", "hash account created:int seen:int expires:int address agent")
	tokenRows   = newTable("tokens", "id account name hash scopes created:int expires:int used:int")
	auditRows   = newTable("audit", "number:int time:int who via what target detail")

	changeRows = newTable("changes", "sequence:int time:int kind story article record before after quiet:int was")
	cursorRows = newTable("cursors", "name sequence:int")
)
