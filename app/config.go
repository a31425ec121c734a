package app

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"edict/account"
	"edict/alert/mail"
	"edict/crawler/extract"
	"edict/news"
)

// Config is everything that a user can set. Every key has a default, so that no
// file is needed; each can be set from the environment too (see Load).
type Config struct {
	Data    string         `yaml:"data"`    // the data directory
	Bus     BusConfig      `yaml:"bus"`     //
	Store   StoreConfig    `yaml:"store"`   //
	Web     WebConfig      `yaml:"web"`     //
	Ops     OpsConfig      `yaml:"ops"`     //
	Crawler CrawlerConfig  `yaml:"crawler"` //
	Sources []SourceConfig `yaml:"sources"` // nil: the embedded list
	Rules   []string       `yaml:"rules"`   // directories laid over the embedded rules
	Alert   AlertConfig    `yaml:"alert"`
	// FirstAdmin is name:password of the administrator that is made at a start without an
	// account.
	FirstAdmin string `yaml:"first_admin"`
}

// BusConfig says where NATS JetStream is.
type BusConfig struct {
	URL         string `yaml:"url"`         // "": inside the process
	Listen      string `yaml:"listen"`      // outside programs may subscribe to edict.stored.> and edict.alerts.> here, and nothing else
	Password    string `yaml:"password"`    // of those programs
	TLSCert     string `yaml:"tls_cert"`    // of bus.listen: a certificate and its key, files in PEM
	TLSKey      string `yaml:"tls_key"`     //
	MaxStore    Size   `yaml:"max_store"`   // bytes for all streams
	Replicas    int    `yaml:"replicas"`    // of each stream, on a cluster
	Credentials string `yaml:"credentials"` // a NATS credentials file, for URL
}

// StoreConfig says where the store is.
type StoreConfig struct {
	URL       string   `yaml:"url"`        // "": SQLite in the data directory
	KeepTexts Duration `yaml:"keep_texts"` // older texts are given up, tags and quotes are kept; 0: never
}

// WebConfig says where the pages are.
type WebConfig struct {
	Listen  string `yaml:"listen"`
	BaseURL string `yaml:"base_url"` // the pages' address in messages and feeds; "": by listen
	Proxies string `yaml:"proxies"`  // addresses and networks whose X-Forwarded-For is believed, with commas between
}

// OpsConfig says where /livez, /readyz and /metrics are.
type OpsConfig struct {
	Listen string `yaml:"listen"` // "": with the pages
}

// CrawlerConfig says how sites are visited.
type CrawlerConfig struct {
	UserAgent            string   `yaml:"user_agent"`
	PerHostDelay         Duration `yaml:"per_host_delay"` // from one request to the next, per registrable domain
	AllowPrivateNetworks bool     `yaml:"allow_private_networks"`
	Concurrency          int      `yaml:"concurrency"` // requests at once, over all sites
	Proxy                string   `yaml:"proxy"`
	KeepPages            Duration `yaml:"keep_pages"` // how long pages are kept as they were fetched; 0: not at all
}

// AlertConfig says what is too old to alert anybody, and how messages leave.
type AlertConfig struct {
	MaxAge               Duration   `yaml:"max_age"`                // older articles are quiet
	KeepDeliveries       Duration   `yaml:"keep_deliveries"`        // how long what was sent is kept; 0: for good
	AllowPrivateNetworks bool       `yaml:"allow_private_networks"` // for webhooks, ntfy and chat
	SMTP                 SMTPConfig `yaml:"smtp"`
}

// SMTPConfig says where mail is handed over.
type SMTPConfig struct {
	Host     string `yaml:"host"` // "": there is no mail
	Port     int    `yaml:"port"`
	User     string `yaml:"user"`
	Password string `yaml:"password"`
	From     string `yaml:"from"`
	TLS      string `yaml:"tls"` // starttls, implicit or none
}

// SourceConfig is a source as the file gives it.
type SourceConfig struct {
	Name    string         `yaml:"name"`
	Slug    string         `yaml:"slug"` // "": made from the name
	Kind    news.Kind      `yaml:"kind"` // "": press
	Feed    string         `yaml:"feed"`
	Sitemap string         `yaml:"sitemap"`
	Listing string         `yaml:"listing"`
	Page    string         `yaml:"page"`
	Every   Every          `yaml:"every"` // "auto": by the source's own rhythm
	Select  news.Selectors `yaml:"select"`
}

// DefaultConfig is what holds where nothing is set.
func DefaultConfig() Config {
	return Config{
		Data:    "edict-data",
		Bus:     BusConfig{MaxStore: 2 << 30, Replicas: 1},
		Web:     WebConfig{Listen: "127.0.0.1:8080"},
		Crawler: CrawlerConfig{UserAgent: "Edict/1 (news monitor; set crawler.user_agent to your contact)", PerHostDelay: Duration(time.Second), Concurrency: 32, KeepPages: Duration(30 * 24 * time.Hour)},
		Alert:   AlertConfig{MaxAge: Duration(48 * time.Hour), KeepDeliveries: Duration(90 * 24 * time.Hour), SMTP: SMTPConfig{Port: 587, TLS: string(mail.StartTLS)}},
	}
}

// Validate reports everything that is wrong, one line each, as news.ErrInvalid.
func (c Config) Validate() error {
	var bad problems
	if c.Data == "" {
		bad.add("data: a directory is needed, such as ./edict-data")
	}
	c.Bus.validate(&bad)
	c.Crawler.validate(&bad)
	if scheme, _, _ := strings.Cut(c.Store.URL, ":"); c.Store.URL != "" && !slices.Contains([]string{"sqlite", "postgres", "postgresql"}, scheme) {
		bad.add("store.url: %q is no kind of store; use postgres://USER:PASSWORD@HOST/DATABASE or sqlite:FILE, or leave it empty", scheme)
	}
	bad.address("web.listen", c.Web.Listen)
	if c.Web.Listen != "" && !loopback(c.Web.Listen) && c.Web.BaseURL == "" {
		bad.add("web.base_url: needed, since web.listen %s is beyond loopback; it is the address under which browsers come, such as https://edict.example.org", c.Web.Listen)
	}
	if _, err := account.ParseProxies(c.Web.Proxies); err != nil {
		bad.add("web.proxies: %v", err)
	}
	if u, err := url.Parse(c.Web.BaseURL); c.Web.BaseURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil) {
		bad.add("web.base_url: %q is not an address such as https://edict.example.org", c.Web.BaseURL)
	}
	if c.Ops.Listen != "" {
		bad.address("ops.listen", c.Ops.Listen)
	}
	if c.Store.KeepTexts < 0 {
		bad.add("store.keep_texts: %s is no age; 0 keeps texts for ever", c.Store.KeepTexts)
	}
	c.Alert.validate(&bad)
	if _, err := c.fileSources(); err != nil {
		bad.add("%v", err)
	}
	return bad.err()
}

func (c BusConfig) validate(bad *problems) {
	if c.URL != "" {
		for server := range strings.SplitSeq(c.URL, ",") {
			if u, err := url.Parse(strings.TrimSpace(server)); err != nil || u.Host == "" || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) {
				bad.add("bus.url: not a NATS address such as nats://host:4222, or several with commas between them")
				break
			}
		}
		if c.Listen != "" {
			bad.add("bus.listen: it belongs to the server inside the process; with bus.url the outside server listens")
		}
	}
	if c.Listen != "" {
		bad.address("bus.listen", c.Listen)
		if !loopback(c.Listen) && c.Password == "" {
			bad.add("bus.password: needed, since bus.listen %s is beyond loopback", c.Listen)
		}
	}
	switch {
	case (c.TLSCert == "") != (c.TLSKey == ""):
		bad.add("bus.tls_cert, bus.tls_key: a certificate and its key belong together")
	case c.TLSCert != "" && c.Listen == "":
		bad.add("bus.tls_cert: it is for bus.listen, which is not set")
	}
	if c.MaxStore < 8<<20 {
		bad.add("bus.max_store: %s is under 8MiB", c.MaxStore)
	}
	if c.Replicas < 1 || c.Replicas > 5 {
		bad.add("bus.replicas: %d is not 1 to 5", c.Replicas)
	}
}

func (c CrawlerConfig) validate(bad *problems) {
	if c.UserAgent == "" {
		bad.add("crawler.user_agent: sites must be able to see who asks")
	}
	if c.PerHostDelay < 0 {
		bad.add("crawler.per_host_delay: %s is negative", c.PerHostDelay)
	}
	if c.KeepPages < 0 {
		bad.add("crawler.keep_pages: %s is no age; 0 keeps no pages", c.KeepPages)
	}
	if c.Concurrency < 1 || c.Concurrency > 1024 {
		bad.add("crawler.concurrency: %d is not 1 to 1024", c.Concurrency)
	}
	if c.Proxy != "" {
		if u, err := url.Parse(c.Proxy); err != nil || u.Host == "" {
			bad.add("crawler.proxy: %q is not an address such as http://proxy:3128", c.Proxy)
		}
	}
}

// fileSources are the sources of the file, completed and checked.
func (c Config) fileSources() ([]news.Source, error) {
	var out []news.Source
	seen := map[string]string{}
	for i, sc := range c.Sources {
		s := news.Source{
			Slug: sc.Slug, Name: sc.Name, Kind: sc.Kind, Feed: sc.Feed, Sitemap: sc.Sitemap, Listing: sc.Listing, Page: sc.Page,
			Every: time.Duration(sc.Every), Select: sc.Select, Origin: news.FromFile,
		}
		if s.Slug == "" {
			s.Slug = news.Slug(s.Name)
		}
		if s.Kind == "" {
			s.Kind = news.Press
		}
		if err := s.Validate(); err != nil {
			return nil, fmt.Errorf("sources[%d]: %w", i, err)
		}
		if err := extract.CheckSelectors(s.Select); err != nil {
			return nil, fmt.Errorf("sources[%d] (%s): %w", i, s.Slug, err)
		}
		if other, ok := seen[s.Slug]; ok {
			return nil, fmt.Errorf("sources[%d]: %q and %q both have the slug %s; give one of them a slug: of its own: %w", i, s.Name, other, s.Slug, news.ErrInvalid)
		}
		seen[s.Slug] = s.Name
		out = append(out, s)
	}
	return out, nil
}

// storeURL is where the store is.
func (c Config) storeURL() string {
	if c.Store.URL != "" {
		return c.Store.URL
	}
	return "sqlite:" + filepath.Join(c.Data, "edict.db")
}

// baseURL is the address of the pages, as others are told it.
func (c Config) baseURL() string {
	if c.Web.BaseURL != "" {
		return strings.TrimRight(c.Web.BaseURL, "/")
	}
	return "http://" + c.Web.Listen
}

// busDir is the folder of the embedded server.
func (c Config) busDir() string { return filepath.Join(c.Data, "bus") }

// pagesDir is the folder of kept pages.
func (c Config) pagesDir() string { return filepath.Join(c.Data, "pages") }

// classifiers is how many articles are classified at once. Each waits for the disk
// longer than it works.
func (c Config) classifiers() int { return 4 * runtime.GOMAXPROCS(0) }

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// problems gathers what is wrong, so that a user mends a file once.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p *problems) address(key, value string) {
	if _, _, err := net.SplitHostPort(value); err != nil {
		p.add("%s: %q is not host:port, such as 127.0.0.1:8080", key, value)
	}
}

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return fmt.Errorf("configuration: %w: %s", news.ErrInvalid, strings.Join(p, "\n  "))
}
