package main

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// top is the top of the repository.
const top = "../../"

// A composition is docker-compose.yml, as far as tests look into it.
type composition struct {
	Services map[string]service `yaml:"services"`
}

type service struct {
	Image       string            `yaml:"image"`
	Command     []string          `yaml:"command"`
	Environment map[string]string `yaml:"environment"`
	Volumes     []string          `yaml:"volumes"`
	Ports       []string          `yaml:"ports"`
	Restart     string            `yaml:"restart"`
	ReadOnly    bool              `yaml:"read_only"`
	Drops       []string          `yaml:"cap_drop"`
	Security    []string          `yaml:"security_opt"`
	Network     string            `yaml:"network_mode"`
	Health      struct {
		Test    []string `yaml:"test"`
		Disable bool     `yaml:"disable"`
	} `yaml:"healthcheck"`
}

var variable = regexp.MustCompile(`\$\{([A-Z_]+)(:\?[^}]*|:-)?\}`)

// readComposition reads docker-compose.yml as docker does, with a word of the test's
// for each variable.
func readComposition(t *testing.T) composition {
	t.Helper()
	example := readFile(t, "deploy/compose.env.example")
	words := map[string]string{}
	for line := range strings.Lines(example) {
		if name, value, set := strings.Cut(strings.TrimSpace(line), "="); set && !strings.HasPrefix(name, "#") {
			if value != "" {
				t.Errorf("compose.env.example sets %s, which everybody would leave as it is", name)
			}
			words[name] = fmt.Sprintf("4word%d", len(words)) // a digit first: not to be read as a number
		}
	}
	used := map[string]bool{}
	text := variable.ReplaceAllStringFunc(readFile(t, "docker-compose.yml"), func(v string) string {
		name := variable.FindStringSubmatch(v)[1]
		used[name] = true
		if variable.FindStringSubmatch(v)[2] == ":-" { // may be left out
			if !strings.Contains(example, "\n# "+name+"=") {
				t.Errorf("docker-compose.yml takes %s, and compose.env.example says nothing of it", name)
			}
			return ""
		}
		if words[name] == "" {
			t.Errorf("docker-compose.yml wants %s, which compose.env.example does not name", name)
		}
		return words[name]
	})
	for name := range words {
		if !used[name] {
			t.Errorf("compose.env.example names %s, which nothing uses", name)
		}
	}
	if i := strings.Index(text, "${"); i >= 0 {
		t.Fatalf("docker-compose.yml has a variable that this test does not read: %.40q", text[i:])
	}
	var c composition
	// A key beside a merged one takes its place, which this library calls twice the same.
	if err := yaml.UnmarshalWithOptions([]byte(text), &c, yaml.AllowDuplicateMapKey()); err != nil {
		t.Fatal(err)
	}
	return c
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(top + path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What no service may be without.
func TestCompositionIsGuarded(t *testing.T) {
	t.Parallel()
	c := readComposition(t)
	want := []string{"alert", "classifier", "crawler", "migrate", "nats", "postgres", "sink", "web"}
	if got := slices.Sorted(maps.Keys(c.Services)); !slices.Equal(got, want) {
		t.Fatalf("services %q, want %q", got, want)
	}
	for name, s := range c.Services {
		ends := name == "migrate"
		if !s.ReadOnly || !slices.Equal(s.Security, []string{"no-new-privileges:true"}) || name != "postgres" && !slices.Equal(s.Drops, []string{"ALL"}) {
			t.Errorf("%s may write its root, or gain rights: %+v", name, s)
		}
		if s.Restart != map[bool]string{true: "on-failure", false: "unless-stopped"}[ends] {
			t.Errorf("%s restarts %q", name, s.Restart)
		}
		if s.Health.Disable != ends || !ends && len(s.Health.Test) == 0 {
			t.Errorf("%s has the health check %+v", name, s.Health)
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s is published beyond loopback: %s", name, port)
			}
		}
		if listen := s.Environment["EDICT_WEB_LISTEN"]; s.Network == "host" && !strings.HasPrefix(listen, "127.0.0.1:") {
			t.Errorf("%s shares the machine's network and listens on %q", name, listen)
		}
		for _, volume := range s.Volumes {
			if from, _, _ := strings.Cut(volume, ":"); strings.HasPrefix(from, "./") {
				if _, err := os.Stat(top + from); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if s.Image == "edict" { // what differs from the one process is --only and two addresses
			for key := range s.Environment {
				if !slices.Contains([]string{"EDICT_BUS_URL", "EDICT_STORE_URL", "EDICT_WEB_LISTEN", "EDICT_FIRST_ADMIN"}, key) {
					t.Errorf("%s sets %s", name, key)
				}
			}
		}
	}
	// The server that the tests run is the one that is deployed.
	version := regexp.MustCompile(`github.com/nats-io/nats-server/v2 v(\d+\.\d+)`).FindStringSubmatch(readFile(t, "go.mod"))
	if image := c.Services["nats"].Image; len(version) < 2 || image != "nats:"+version[1]+"-alpine" {
		t.Errorf("the image %s is not that of the server in go.mod, %q", image, version)
	}
}
