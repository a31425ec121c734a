package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"edict/app"
	"edict/news"
)

func load(t *testing.T, yaml string, environ ...string) (app.Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "edict.yaml")
	if err := os.WriteFile(file, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return app.Load(file, environ)
}

func TestLoadLaysFileAndEnvironmentOverDefaults(t *testing.T) {
	c, err := load(t, `
data: /var/lib/edict
bus: {max_store: 512MiB}
crawler:
  per_host_delay: 2s
  allow_private_networks: true
sources:
  - {name: The Ledger, kind: official, feed: "https://ledger.example/rss", every: 1d}
  - {name: 巴比特, listing: "https://babbitt.example/", every: auto, select: {text: "#body", remove: [.ad]}}
alert: {max_age: 3d12h}
`, "EDICT_CRAWLER_PER_HOST_DELAY=250ms", "EDICT_DATA=/tmp/x", "EDICT_BUS_REPLICAS=3", "PATH=/bin", "EDICT_LABELS=/x")
	if err != nil {
		t.Fatal(err)
	}
	if c.Data != "/tmp/x" || c.Bus.MaxStore != 512<<20 || c.Bus.Replicas != 3 || time.Duration(c.Crawler.PerHostDelay) != 250*time.Millisecond ||
		!c.Crawler.AllowPrivateNetworks || c.Crawler.Concurrency != 32 || time.Duration(c.Alert.MaxAge) != 84*time.Hour || c.Web.Listen != "127.0.0.1:8080" {
		t.Errorf("%+v", c)
	}
	if len(c.Sources) != 2 || time.Duration(c.Sources[0].Every) != 24*time.Hour || c.Sources[1].Select.Remove[0] != ".ad" {
		t.Errorf("sources %+v", c.Sources)
	}
	if c, err := app.Load("", nil); err != nil || c.Sources != nil {
		t.Errorf("without a file: %+v, %v", c, err)
	}
	for _, yaml := range []string{"", "# nothing set", "crawler:\n  # concurrency: 2\nsources:\n"} {
		if c, err := load(t, yaml); err != nil || c.Crawler.Concurrency != 32 || c.Sources != nil {
			t.Errorf("a file that sets nothing: %+v, %v", c, err)
		}
	}
}

// TestLoadSaysWhatWhereAndWhatNext: a user must be able to mend the file from the
// message alone.
func TestLoadSaysWhatWhereAndWhatNext(t *testing.T) {
	for name, tt := range map[string]struct {
		yaml, environ string
		want          []string
	}{
		"unknown key":            {yaml: "data: x\ncrawler:\n  per_host_dely: 1s\n", want: []string{"line 3", "per_host_dely"}},
		"unknown section":        {yaml: "data: x\n\nbuss: {}\n", want: []string{"line 3", "buss"}},
		"not YAML":               {yaml: "data: [x\n", want: []string{"line 1"}},
		"key twice":              {yaml: "data: x\ndata: y\n", want: []string{"line 2", "data"}},
		"a time without unit":    {yaml: "crawler: {per_host_delay: 5}\n", want: []string{"line 1", "30s, 5m, 48h"}},
		"a size":                 {yaml: "bus: {max_store: lots}\n", want: []string{"512MiB"}},
		"size too small":         {yaml: "bus: {max_store: 1MiB}\n", want: []string{"bus.max_store", "8MiB"}},
		"beyond loopback":        {yaml: "web: {listen: 0.0.0.0:8080}\n", want: []string{"web.listen", "web.base_url"}},
		"no port":                {yaml: "web: {listen: localhost}\n", want: []string{"web.listen", "host:port"}},
		"bus beyond loopback":    {yaml: "bus: {listen: \"0.0.0.0:4222\"}\n", want: []string{"bus.password"}},
		"bus twice":              {yaml: "bus: {url: \"nats://h:4222\", listen: \"127.0.0.1:4222\"}\n", want: []string{"bus.listen"}},
		"bus elsewhere":          {yaml: "bus: {url: \"http://h\"}\n", want: []string{"bus.url", "nats://"}},
		"another store":          {yaml: "store: {url: \"mysql://h\"}\n", want: []string{"store.url", "mysql", "sqlite", "postgres://"}},
		"a source without place": {yaml: "sources: [{name: x}]\n", want: []string{"sources[0]", "feed"}},
		"a source twice":         {yaml: "sources: [{name: A b, feed: \"https://a.example\"}, {name: a-b, feed: \"https://b.example\"}]\n", want: []string{"sources[1]", "slug"}},
		"environment typo":       {environ: "EDICT_CRAWLER_DELAY=1s", want: []string{"EDICT_CRAWLER_DELAY"}},
		"environment value":      {environ: "EDICT_CRAWLER_CONCURRENCY=many", want: []string{"EDICT_CRAWLER_CONCURRENCY", "many"}},
		"two at once":            {yaml: "data: \"\"\ncrawler: {concurrency: 0}\n", want: []string{"data:", "crawler.concurrency"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, tt.yaml, tt.environ)
			if !errors.Is(err, news.ErrInvalid) {
				t.Fatalf("error %v", err)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("%q does not say %q", err, w)
				}
			}
		})
	}
	if _, err := app.Load("no-such-file.yaml", nil); !errors.Is(err, news.ErrInvalid) || !strings.Contains(err.Error(), "no-such-file.yaml") {
		t.Errorf("a file that is not there: %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("data: x\nsources: [{name: a, feed: 'https://a.example', every: 5m}]")
	f.Add("bus: {max_store: 1e400GiB}")
	f.Add("crawler: {per_host_delay: 1dd}")
	f.Fuzz(func(t *testing.T, yaml string) {
		if _, err := load(t, yaml); err != nil && !errors.Is(err, news.ErrInvalid) {
			t.Errorf("not ErrInvalid: %v", err)
		}
	})
}
