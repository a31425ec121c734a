package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"edict/bus"
	"edict/news"
)

// A Finding is one thing that the doctor looked at.
type Finding struct {
	Part   string `json:"part"`
	Green  bool   `json:"green"`
	Detail string `json:"detail"`
}

// freeEnough is the share of a disk that must be free.
const freeEnough = 0.05

// Doctor looks at a data directory, whether a program runs there or not, and
// returns what it found. An error is only that it could not look.
func Doctor(ctx context.Context, c Config, now func() time.Time) ([]Finding, error) {
	var out []Finding
	add := func(part string, green bool, format string, args ...any) {
		out = append(out, Finding{part, green, fmt.Sprintf(format, args...)})
	}
	if _, err := readRules(c.Rules); err != nil {
		add("rules", false, "%v", err)
	} else {
		add("rules", true, "they load")
	}
	holder, err := bus.Holder(c.busDir())
	switch {
	case err != nil:
		add("instance", false, "%v", err)
	case holder != "":
		add("instance", true, "running: %s", holder)
	default:
		add("instance", true, "none runs on %s", c.Data)
	}
	if free, err := freeShare(c.Data); err == nil {
		add("disk", free >= freeEnough, "%.0f %% free", 100*free)
	}
	doctorPages(c, now(), add)
	balance, err := doctorStore(ctx, c, now, add)
	if err != nil || balance.Total == 0 {
		return out, err
	}
	if holder != "" {
		doctorRunning(ctx, c, add)
	} else if c.Bus.URL == "" {
		doctorStreams(ctx, c, balance, now, add)
	}
	return out, nil
}

// maxFlags is how many flags are counted.
const maxFlags = 10_000

type addFinding func(part string, green bool, format string, args ...any)

func doctorStore(ctx context.Context, c Config, now func() time.Time, add addFinding) (news.Balance, error) {
	s, err := OpenArchive(ctx, c, now)
	if errors.Is(err, news.ErrNotFound) {
		add("store", true, "empty: nothing was stored yet")
		return news.Balance{}, nil
	}
	if err != nil {
		add("store", false, "%v", err)
		return news.Balance{}, nil
	}
	defer s.Close()
	problems, err := s.Check(ctx)
	if err != nil {
		return news.Balance{}, err
	}
	for _, p := range problems {
		add("store", false, "%s", p)
	}
	if len(problems) == 0 {
		add("store", true, "whole: the database, its records, evidence and changes agree")
	}
	flags, err := s.Flags(ctx, "", maxFlags)
	if err != nil {
		return news.Balance{}, err
	}
	if len(flags) > 0 {
		f := flags[0]
		add("flags", true, "%d alerts were said to be wrong by their readers; the last one on %s, of record %s", len(flags), f.Time.Format(time.DateOnly), f.Record)
	}
	b, err := s.Balance(ctx)
	if err != nil {
		return b, err
	}
	add("ledger", b.Total == b.Stored+b.Dead+b.Waiting, "%d article versions = %d stored + %d dead + %d waiting", b.Total, b.Stored, b.Dead, b.Waiting)
	return b, nil
}

// Ready asks the program that runs with this configuration whether it is ready, and
// looks at nothing else: what a health check does.
func Ready(ctx context.Context, c Config) []Finding {
	var out []Finding
	doctorRunning(ctx, c, func(part string, green bool, format string, args ...any) {
		out = append(out, Finding{part, green, fmt.Sprintf(format, args...)})
	})
	return out
}

// doctorRunning asks the running program.
func doctorRunning(ctx context.Context, c Config, add addFinding) {
	address := c.readyAddress()
	r, err := askReady(ctx, address)
	if err != nil {
		add("ready", false, "nothing answers as Edict does at %s: %v", address, err)
		return
	}
	for part, state := range r.Parts {
		add(part, state == "ok", "%s", state)
	}
	for part, does := range r.Stages {
		add(part, true, "%s", does)
	}
}

// readyAddress is where the running program says whether it is ready.
func (c Config) readyAddress() string {
	listen := c.Ops.Listen
	if listen == "" {
		listen = c.Web.Listen
	}
	host, port, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		listen = net.JoinHostPort("127.0.0.1", port)
	}
	return "http://" + listen + "/readyz"
}

func askReady(ctx context.Context, address string) (r Readiness, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*lookTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return r, err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return r, err
	}
	defer answer.Body.Close()
	return r, json.NewDecoder(answer.Body).Decode(&r)
}

// doctorStreams looks at the streams of a program that does not run: what the ledger
// waits for should be in one of them, or it is published again at the next start.
func doctorStreams(ctx context.Context, c Config, balance news.Balance, now func() time.Time, add addFinding) {
	b, err := bus.Open(ctx, bus.Config{Dir: c.busDir(), MaxStore: int64(c.Bus.MaxStore), Log: quietLog(), Now: now})
	if err != nil {
		add("bus", false, "%v", err)
		return
	}
	defer func() { _ = b.Close(ctx) }()
	held, err := b.Held(ctx)
	if err != nil {
		add("bus", false, "%v", err)
		return
	}
	lost := max(0, balance.Waiting-int64(len(held)))
	detail := fmt.Sprintf("the streams hold %d of the %d that wait", len(held), balance.Waiting)
	if lost > 0 {
		detail += fmt.Sprintf("; the other %d are in the ledger and are published again at the next start", lost)
	}
	add("bus", true, "%s", detail)
}
