package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"edict/app"
	"edict/demo"
	"edict/news"
)

// patience bounds what should take a moment, on a machine that has much else to do.
const patience = 2 * time.Minute

// A stack starts services of docker-compose.yml as processes on this machine: with their
// commands and environments, and with this machine's addresses and paths for theirs.
type stack struct {
	composition
	recipe
	dir     string
	address map[string]string // of what listens for all services
	archive *app.Archive      // what PostgreSQL holds
	site    *newsSite
}

func newStack(t *testing.T) *stack {
	t.Helper()
	s := &stack{composition: readComposition(t), recipe: readRecipe(t), dir: t.TempDir(), site: openSite(t)}
	database := postgres.Database(t)
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	front := forward(t, filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432")) + u.Path
	broker := freeAddress(t)
	s.address = map[string]string{
		"nats:4222": broker, "127.0.0.1:4222": broker, "0.0.0.0:4222": broker, "127.0.0.1:8222": freeAddress(t),
		"postgres:5432/edict": front, "127.0.0.1:5432/edict": front,
	}
	cfg := app.DefaultConfig()
	cfg.Store.URL = database
	if s.archive, err = app.OpenArchive(t.Context(), cfg, time.Now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.archive.Close() })
	config := readFile(t, "deploy/edict.yaml") + s.site.sources(t)
	if err := os.WriteFile(filepath.Join(s.dir, "edict.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// A process is a service at work.
type process struct {
	*exec.Cmd
	t     *testing.T
	name  string
	log   string
	web   string // where its pages are, and
	ops   string // what operation asks for
	data  string // what the image keeps
	stack *stack
	ended chan error
}

// start starts a service once more, with some variables set otherwise.
func (s *stack) start(t *testing.T, name string, set map[string]string) *process {
	t.Helper()
	service, there := s.Services[name]
	if !there {
		t.Fatalf("docker-compose.yml has no service %s", name)
	}
	dir, err := os.MkdirTemp(s.dir, name)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, name: name, log: filepath.Join(dir, "log"), web: freeAddress(t), ops: freeAddress(t), data: filepath.Join(dir, "data"), stack: s, ended: make(chan error, 1)}
	here := []string{"127.0.0.1:8080", p.web, "127.0.0.1:8081", p.ops}
	for there, address := range s.address {
		here = append(here, there, address)
	}
	for _, volume := range service.Volumes {
		from, to, _ := strings.Cut(strings.TrimSuffix(volume, ":ro"), ":")
		switch {
		case from == "./deploy/edict.yaml":
			from = filepath.Join(s.dir, "edict.yaml")
		case strings.HasPrefix(from, "./"):
			from = top + from
		default:
			from = filepath.Join(dir, from)
		}
		here = append(here, to, from)
	}
	for _, to := range s.volumes {
		here = append(here, to, p.data)
	}
	local := strings.NewReplacer(here...)
	program, args, env := "nats-server", slices.Clone(service.Command), map[string]string{}
	if service.Image == "edict" {
		program, args = filepath.Base(s.entrypoint[0]), append(slices.Clone(s.entrypoint[1:]), args...)
		maps.Copy(env, s.env)
	}
	maps.Copy(env, service.Environment)
	for i := range args {
		args[i] = local.Replace(args[i])
	}
	p.Cmd = exec.Command(program, args...)
	for name, value := range env {
		env[name] = local.Replace(value)
	}
	maps.Copy(env, set)
	for name, value := range env {
		p.Env = append(p.Env, name+"="+value)
	}
	p.run()
	return p
}

func (p *process) run() {
	p.t.Helper()
	log, err := os.Create(p.log)
	if err != nil {
		p.t.Fatal(err)
	}
	defer log.Close()
	p.Stdout, p.Stderr = log, log
	p.Env = append(p.Env, tethered+"=1")
	tie, err := p.StdinPipe()
	if err == nil {
		err = p.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	go func() { p.ended <- p.Wait() }()
	p.t.Cleanup(func() {
		_ = tie.Close()
		p.kill()
		if p.t.Failed() {
			said, _ := os.ReadFile(p.log)
			p.t.Logf("%s said:\n%s", p.name, said[max(0, len(said)-4000):])
		}
	})
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.Process.Kill() // it may have ended
	err := <-p.ended
	p.ended <- err
}

// end waits until the process has ended by itself, and wants it to have ended well.
func (p *process) end() {
	p.t.Helper()
	select {
	case err := <-p.ended:
		p.ended <- err
		if err != nil {
			p.t.Fatalf("%s ended with %v", p.name, err)
		}
	case <-time.After(patience):
		p.t.Fatalf("%s does not end", p.name)
	}
}

// stop ends the process as docker does.
func (p *process) stop() {
	p.t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Error(err)
	}
	p.end()
}

// healthy waits until the service's own health check says that it is, and returns what
// it says.
func (p *process) healthy() (says string) {
	p.t.Helper()
	test := p.stack.Services[p.name].Health.Test
	if test[0] != "CMD" || !slices.Equal(test[1:2], p.stack.entrypoint) {
		p.t.Fatalf("%s asks for its health with %q", p.name, test)
	}
	until(p.t, func() string { return p.name + " is not healthy: " + says }, func() bool {
		check := exec.CommandContext(p.t.Context(), filepath.Base(test[1]), test[2:]...)
		check.Env = slices.DeleteFunc(slices.Clone(p.Env), func(pair string) bool { return strings.HasPrefix(pair, tethered) })
		out, err := check.CombinedOutput()
		says = string(out)
		return err == nil
	})
	return says
}

// ready waits until the process says that it is, and returns what it does.
func (p *process) ready() (does string) {
	p.t.Helper()
	var r app.Readiness
	until(p.t, func() string { return fmt.Sprintf("%s is not ready: %+v", p.name, r) }, func() bool {
		status, body := p.get("http://" + p.ops + "/readyz")
		return status == http.StatusOK && json.Unmarshal(body, &r) == nil && r.Ready
	})
	return r.Stages[p.name]
}

// get asks the process; the status is 0 while it does not answer.
func (p *process) get(address string) (status int, body []byte) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	if err != nil {
		return 0, nil
	}
	return answer.StatusCode, body
}

func until(t *testing.T, say func() string, done func() bool) {
	t.Helper()
	over := time.Now().Add(patience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		if time.Now().After(over) {
			t.Fatalf("after %s: %s", patience, say())
		}
		<-tick.C
	}
}

// freeAddress is a loopback address on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// forward lets a socket of this machine be reached by an address.
func forward(t *testing.T, socket string) (address string) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := new(net.Dialer).DialContext(context.Background(), "unix", socket)
			if err != nil {
				_ = in.Close()
				continue
			}
			pass := func(to, from net.Conn) {
				_, _ = io.Copy(to, from)
				_, _ = to.Close(), from.Close()
			}
			go pass(in, out)
			go pass(out, in)
		}
	}()
	return l.Addr().String()
}

// A newsSite serves the demonstration's stories, which come out as the test says.
type newsSite struct {
	*demo.Site
	began time.Time
	later atomic.Int64 // how much later it is there
}

func openSite(t *testing.T) *newsSite {
	t.Helper()
	n := &newsSite{began: time.Now()}
	var err error
	if n.Site, err = demo.Listen(n.now); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- n.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return n
}

func (n *newsSite) now() time.Time { return n.began.Add(time.Duration(n.later.Load())) }

// bring lets time go by at the site, and returns how many stories are out.
func (n *newsSite) bring(d time.Duration) (out int) {
	n.later.Add(int64(d))
	for _, s := range n.Stories() {
		if !n.now().Before(s.Out) {
			out++
		}
	}
	return out
}

// sources is the section of a configuration that watches the site.
func (n *newsSite) sources(t *testing.T) string {
	t.Helper()
	var list []map[string]any
	for _, s := range n.Sources() {
		list = append(list, map[string]any{
			"name": s.Name, "slug": s.Slug, "kind": string(s.Kind), "feed": s.Feed, "sitemap": s.Sitemap, "listing": s.Listing, "every": "1s",
			"select": s.Select,
		})
	}
	text, err := yaml.Marshal(map[string]any{"sources": list})
	if err != nil {
		t.Fatal(err)
	}
	return "\n" + string(text)
}

// ownSites lets a crawler watch the site, which is on loopback, without a pause.
var ownSites = map[string]string{"EDICT_CRAWLER_ALLOW_PRIVATE_NETWORKS": "true", "EDICT_CRAWLER_PER_HOST_DELAY": "10ms"}

// stored waits until n article versions are stored and nothing waits.
func (s *stack) stored(t *testing.T, n int) {
	t.Helper()
	var b news.Balance
	until(t, func() string { return fmt.Sprintf("want %d stored, have %+v", n, b) }, func() bool {
		var err error
		b, err = s.archive.Balance(t.Context())
		return err == nil && b.Stored >= int64(n) && b.Waiting == 0
	})
}

// whole wants every story of the site to be stored once, nothing to be given up, and
// the archive to be sound.
func (s *stack) whole(t *testing.T) {
	t.Helper()
	list, err := s.archive.Records(t.Context(), news.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, r := range list {
		u, err := url.Parse(r.URL)
		if err != nil {
			t.Fatal(err)
		}
		seen[u.Path]++
	}
	for _, story := range s.site.Stories() {
		if seen[story.Path] != 1 {
			t.Errorf("%s is stored %d times", story.Path, seen[story.Path])
		}
	}
	if len(list) != len(s.site.Stories()) {
		t.Errorf("%d records for %d stories", len(list), len(s.site.Stories()))
	}
	if b, err := s.archive.Balance(t.Context()); err != nil || b.Dead != 0 || b.Waiting != 0 {
		t.Errorf("ledger %+v, %v", b, err)
	}
	if problems, err := s.archive.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("check: %q, %v", problems, err)
	}
}
