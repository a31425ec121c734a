package main

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A recipe is deploy/Dockerfile.
type recipe struct {
	lines      []string // without comments, whole
	env        map[string]string
	entrypoint []string
	command    []string
	health     []string
	volumes    []string
}

func readRecipe(t *testing.T) recipe {
	t.Helper()
	r := recipe{env: map[string]string{}}
	list := func(text string) (out []string) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			t.Fatalf("%s is not the form that needs no shell: %v", text, err)
		}
		return out
	}
	for line := range strings.Lines(readFile(t, "deploy/Dockerfile")) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		r.lines = append(r.lines, line)
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "ENV":
			for pair := range strings.FieldsSeq(rest) {
				name, value, _ := strings.Cut(pair, "=")
				r.env[name] = value
			}
		case "ENTRYPOINT":
			r.entrypoint = list(rest)
		case "CMD":
			r.command = list(rest)
		case "HEALTHCHECK":
			_, cmd, _ := strings.Cut(rest, "CMD ")
			r.health = list(cmd)
		case "VOLUME":
			r.volumes = append(r.volumes, rest)
		}
	}
	return r
}

// Each path and flag that the Dockerfile names is there: in the repository, in go build,
// in the program, and, where one stage takes it from another, in what that has made.
func TestRecipe(t *testing.T) {
	t.Parallel()
	r := readRecipe(t)
	made := []string{"/etc/ssl/certs/ca-certificates.crt"} // of Debian, which golang's image is made of
	inImage := map[string]bool{}
	var images, builds []string
	for _, line := range r.lines {
		f := strings.Fields(line)
		switch {
		case f[0] == "FROM":
			images = append(images, f[1])
		case f[0] == "COPY" && strings.HasPrefix(f[1], "--from=build"):
			f = slices.DeleteFunc(f[1:], func(s string) bool { return strings.HasPrefix(s, "--") })
			if !slices.Contains(made, f[0]) {
				t.Errorf("%q copies what the first stage did not make: %q", line, made)
			}
			inImage[f[1]] = true
		case f[0] == "COPY":
			for _, path := range f[1 : len(f)-1] {
				if _, err := os.Stat(top + path); err != nil {
					t.Error(err)
				}
			}
		case f[0] == "RUN" && strings.Contains(line, "go build"):
			builds = append(builds, strings.TrimPrefix(line, "RUN "))
			out := regexp.MustCompile(`-o (\S+)`).FindStringSubmatch(line)
			made = append(made, out[1])
		case f[0] == "RUN" && f[1] == "mkdir":
			made = append(made, f[2])
		case f[0] == "USER":
			if f[1] != "65532:65532" {
				t.Errorf("the image runs as %s", f[1])
			}
		}
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(readFile(t, "go.mod"))[1]
	if want := []string{"golang:" + version, "scratch"}; !slices.Equal(images, want) {
		t.Errorf("made from %q, want %q", images, want)
	}
	if len(builds) != 1 {
		t.Fatalf("builds %q", builds)
	}
	// -n prints what would be done: every flag is read, and nothing is built.
	binary := filepath.Join(t.TempDir(), "edict")
	build := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(strings.Replace(builds[0], "/out/edict", binary, 1), "go build", "go build -n", 1))
	build.Dir = top
	build.Env = append(os.Environ(), "GOFLAGS=") // of the image, not of who runs the tests
	out, err := build.CombinedOutput()
	if err != nil || !strings.Contains(builds[0], "CGO_ENABLED=0") {
		t.Errorf("%s: %v\n%.2000s", builds[0], err, out)
	}
	for _, args := range [][]string{r.entrypoint, r.health} {
		if len(args) == 0 || !inImage[args[0]] {
			t.Errorf("%q is not in the image: %v", args, slices.Collect(maps.Keys(inImage)))
		}
	}
	for _, dir := range r.volumes {
		if !inImage[dir] {
			t.Errorf("the volume %s would belong to root", dir)
		}
	}
	if r.env["EDICT_DATA"] != r.volumes[0] || r.env["EDICT_OPS_LISTEN"] == "" {
		t.Errorf("the image sets %v", r.env)
	}
	isCommand(t, r.command)
	isCommand(t, r.health[1:])
	for name, s := range readComposition(t).Services {
		if s.Image == "edict" {
			isCommand(t, s.Command)
			if !s.Health.Disable && !slices.Equal(s.Health.Test[1:], r.health) {
				t.Errorf("%s asks for its health otherwise than the image: %q", name, s.Health.Test)
			}
		}
	}
}

// isCommand wants edict to know a command and its flags.
func isCommand(t *testing.T, args []string) {
	t.Helper()
	cmd, rest, err := newRoot(&world{}).Find(args)
	if err != nil || !cmd.Runnable() || !cmd.HasParent() {
		t.Errorf("edict %q: %v", args, err)
		return
	}
	cmd.InitDefaultHelpFlag()
	if err := cmd.ParseFlags(rest); err != nil || len(cmd.Flags().Args()) > 0 {
		t.Errorf("edict %q: %v, %q", args, err, cmd.Flags().Args())
	}
}

// The units start what there is.
func TestUnits(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"edict.service", "edict@.service"} {
		m := regexp.MustCompile(`(?m)^ExecStart=/usr/bin/edict (.*)$`).FindStringSubmatch(readFile(t, "deploy/systemd/"+unit))
		if len(m) < 2 {
			t.Errorf("%s starts no edict", unit)
			continue
		}
		isCommand(t, strings.Fields(strings.ReplaceAll(m[1], "%i", "crawler")))
	}
}
