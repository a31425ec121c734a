package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"edict/bus"
	"edict/demo"
	"edict/news"
)

// DemoData is the data directory of the demonstration.
const DemoData = "edict-demo"

// demoDelay stands in for the second between two requests to one host: the outlets
// of the demonstration share one, and belong to this program.
const demoDelay = 50 * time.Millisecond

// DemoConfig makes of c what the demonstration runs on: a directory of its own and
// no source but its site.
func DemoConfig(c Config) (Config, error) {
	if c.Sources != nil {
		return c, fmt.Errorf("the demonstration watches its own site alone; leave sources out of the configuration: %w", news.ErrInvalid)
	}
	c.Store.URL = "" // a store of its own, in its directory: what an archive holds is no place to play
	if c.Data == DefaultConfig().Data {
		c.Data = DemoData
	}
	c.Crawler.PerHostDelay = Duration(demoDelay)
	c.Crawler.AllowPrivateNetworks = false
	return c, nil
}

// openDemo empties the data directory and opens the site.
func (p *program) openDemo() (*demo.Site, error) {
	if err := emptyData(p.cfg, p.o.Now()); err != nil {
		return nil, err
	}
	site, err := demo.Listen(p.o.Now)
	if err != nil {
		return nil, fmt.Errorf("open the demonstration's site: %w", err)
	}
	return site, nil
}

func (p *program) serveDemo(ctx context.Context) error {
	if p.site == nil {
		return nil
	}
	return p.site.Serve(ctx)
}

// layInDemo saves what the demonstration's reader asks to be told of: the alerts stand
// on the page and in a feed.
func (p *program) layInDemo(ctx context.Context) error {
	if p.site == nil {
		return nil
	}
	for _, sub := range []news.Subscription{
		{Name: "Mining crackdowns anywhere", Query: news.Query{Labels: []news.Label{news.Crackdown}}},
		{Name: "Blockchain policy in China", Query: news.Query{Labels: []news.Label{news.ProPolicy}, Jurisdictions: []news.Jurisdiction{"CN"}}},
	} {
		sub.ID, sub.Owner, sub.Created = NewSubscriptionID(), "demonstration", p.o.Now()
		if err := p.store.SaveSubscription(ctx, sub); err != nil {
			return fmt.Errorf("save the demonstration's subscription: %w", err)
		}
	}
	return nil
}

// ours are the names of what Edict writes into a data directory.
var ours = []string{"bus", "pages", "edict.db", "edict.db-wal", "edict.db-shm"}

// emptyData removes what an earlier run left. It touches nothing if another
// instance is at work there, or if the directory holds what Edict did not write.
func emptyData(c Config, now time.Time) error {
	dir, busDir := c.Data, c.busDir()
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("empty %s: %w", dir, err)
	}
	for _, e := range entries {
		if !slices.Contains(ours, e.Name()) {
			return fmt.Errorf("empty %s: it holds %s, which is not Edict's; move it, or set another data directory: %w", dir, e.Name(), news.ErrConflict)
		}
	}
	if err := bus.Clear(busDir, now); err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == filepath.Base(busDir) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("empty %s: %w", dir, err)
		}
	}
	return nil
}
