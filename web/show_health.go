package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"edict/account"
	"edict/catalogue"
	"edict/news"
)

// Vitals tell how the program is. The method only reads.
type Vitals interface {
	// Vitals looks at every part. What cannot be asked is a finding, and no error.
	Vitals(ctx context.Context) VitalSigns
}

// VitalSigns are how the program is.
type VitalSigns struct {
	Findings []Vital
	Streams  []StreamFill
	Ledger   news.Balance
	Versions []string // of the program and of what it stands on, as lines
}

// A Vital is one thing that was looked at.
type Vital struct {
	Part   string
	Fine   bool
	Says   string // what a page says of it when it is fine: bus, store, ledger, deliveries, disk, work or stands; "": Detail
	Detail string // for a person; of a disk, the share of it that is free
}

// A StreamFill is how full a stream is.
type StreamFill struct {
	Name     string
	Messages uint64
	Bytes    uint64
	Limit    int64 // bytes; 0: not known
	Oldest   time.Duration
}

// healthBody is the page of the program's health. Full is for administrators; others
// read that it is well, or not.
type healthBody struct {
	Full     bool
	Fine     bool
	Wrong    int
	Rows     []vitalRow
	Streams  []streamRow
	Ledger   []ledgerRow
	Failing  []sourceName
	Sources  int
	Versions []string
	Looked   moment
}

// A vitalRow is a finding in the reader's language, where there are words for it.
type vitalRow struct {
	Part, Detail string
	Lang         string // of Detail, if it is not the reader's
	Fine         bool
}

type streamRow struct {
	Name, Messages, Size, Share, Oldest string
	Near                                bool // it is nearly full
}

type ledgerRow struct{ Word, Count string }

// nearlyFull is the share of a stream beyond which it is said.
const nearlyFull = .8

func (s *Server) showHealth(r *http.Request) (view, error) {
	t, err := s.readTotals(r.Context())
	if err != nil {
		return view{}, err
	}
	b := healthBody{Full: account.From(r.Context()).May(account.Administer), Sources: t.Sources, Looked: s.moment(s.Now())}
	var signs VitalSigns
	if s.Vitals != nil {
		signs = s.Vitals.Vitals(r.Context())
	}
	for _, f := range signs.Findings {
		if !f.Fine {
			b.Wrong++
		}
	}
	b.Wrong += t.Failing
	b.Fine = b.Wrong == 0
	if b.Full {
		s.tellVitals(&b, signs)
	}
	return view{template: "health", title: s.say("health"), nav: "health", totals: t, body: b}, nil
}

func (s *Server) tellVitals(b *healthBody, signs VitalSigns) {
	for _, f := range signs.Findings {
		row := vitalRow{Part: s.named("part", f.Part), Detail: f.Detail, Fine: f.Fine}
		switch {
		case f.Fine && f.Says != "" && s.words.Has("vital."+f.Says):
			row.Detail = s.say("vital."+f.Says, "share", f.Detail)
		default:
			row.Lang = catalogue.English
		}
		b.Rows = append(b.Rows, row)
	}
	b.Versions = signs.Versions
	for _, x := range signs.Streams {
		row := streamRow{Name: x.Name, Messages: thousands(int64(x.Messages)), Size: inBytes(x.Bytes), Share: "–", Oldest: "–"}
		if x.Limit > 0 {
			share := float64(x.Bytes) / float64(x.Limit)
			row.Share, row.Near = strconv.Itoa(int(100*share+.5))+" %", share >= nearlyFull
		}
		if x.Oldest > 0 {
			row.Oldest = s.lasting(x.Oldest)
		}
		b.Streams = append(b.Streams, row)
	}
	if l := signs.Ledger; l.Total > 0 {
		b.Ledger = []ledgerRow{{s.say("ledger.stored"), thousands(l.Stored)}, {s.say("ledger.dead"), thousands(l.Dead)}, {s.say("ledger.waiting"), thousands(l.Waiting)}, {s.say("ledger.all"), thousands(l.Total)}}
	}
}

// inBytes says a size to read.
func inBytes(n uint64) string {
	for _, unit := range []struct {
		size uint64
		word string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.size {
			return strconv.FormatFloat(float64(n)/float64(unit.size), 'f', 1, 64) + " " + unit.word
		}
	}
	return strconv.FormatUint(n, 10) + " B"
}
