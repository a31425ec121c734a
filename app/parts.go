package app

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"edict/news"
)

// A Part is what may run as a process of its own: some stages of the flow.
type Part string

// The parts, in the order of the flow.
const (
	Crawler    Part = "crawler"
	Classifier Part = "classifier"
	Sink       Part = "sink"
	Alert      Part = "alert"
	Web        Part = "web"
)

// everywhere is the part that each process has.
const everywhere Part = ""

// Parts returns all of them.
func Parts() []Part { return []Part{Crawler, Classifier, Sink, Alert, Web} }

// ParseParts reads the names of parts, as --only gives them.
func ParseParts(names []string) ([]Part, error) {
	var out []Part
	for _, name := range names {
		if !slices.Contains(Parts(), Part(name)) {
			return nil, fmt.Errorf("%q is no part of Edict; there are %s: %w", name, joined(Parts()), news.ErrInvalid)
		}
		if !slices.Contains(out, Part(name)) {
			out = append(out, Part(name))
		}
	}
	return out, nil
}

func joined(parts []Part) string {
	var names []string
	for _, p := range parts {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

// CheckOnly refuses to run some parts on what no other process could reach, as
// news.ErrInvalid.
func CheckOnly(c Config, o Options) error {
	switch {
	case len(o.Only) == 0:
		return nil
	case o.Demo:
		return fmt.Errorf("the demonstration runs whole; leave --only out: %w", news.ErrInvalid)
	case c.Bus.URL == "" || !c.onPostgres():
		return fmt.Errorf("parts that run apart meet on a bus and in a store that all of them reach: set bus.url (EDICT_BUS_URL) to nats://… "+
			"and store.url (EDICT_STORE_URL) to postgres://…: %w", news.ErrInvalid)
	}
	return nil
}

func (c Config) onPostgres() bool { return strings.HasPrefix(c.Store.URL, "postgres") }

// isShared reports whether other processes may work on the same bus. One inside the
// process has the program to itself.
func (c Config) isShared() bool { return c.Bus.URL != "" }

// isOutside reports whether nothing is kept in the data directory.
func (c Config) isOutside() bool { return c.Bus.URL != "" && c.onPostgres() }

// place is where all is kept, without a password.
func (c Config) place() string {
	if c.onPostgres() {
		return redacted(c.Store.URL)
	}
	return c.Data
}

// redacted are URLs with commas between them, without their passwords.
func redacted(urls string) string {
	var out []string
	for part := range strings.SplitSeq(urls, ",") {
		u, err := url.Parse(strings.TrimSpace(part))
		if err != nil {
			return "an address that cannot be read"
		}
		out = append(out, u.Redacted())
	}
	return strings.Join(out, ",")
}

// runs reports whether this process has a part.
func (o Options) runs(part Part) bool {
	return len(o.Only) == 0 || part == everywhere || slices.Contains(o.Only, part)
}

// What a part does now.
const (
	atWork   = "at work"
	standsBy = "stands by: another process is at work, or the store is away"
)

// duties say what each part of this process does now.
type duties struct {
	mu   sync.Mutex
	does map[Part]string // guarded by mu
}

func (d *duties) set(part Part, does string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.does == nil {
		d.does = map[Part]string{}
	}
	d.does[part] = does
}

func (d *duties) all() map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string]string{}
	for part, does := range d.does {
		if part != everywhere {
			out[string(part)] = does
		}
	}
	return out
}
