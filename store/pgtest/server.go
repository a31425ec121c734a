// Package pgtest gives tests a PostgreSQL server of their own: a real one, made by
// initdb in a temporary directory, reached through a socket in it. It goes away with
// the test process, however that ends. It is not for anything but tests.
package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A Server is started by the first test that asks it for a database. The zero value
// is ready; a test package has one for all of its tests, and stops it in TestMain.
type Server struct {
	// Durable leaves fsync on, for tests and benchmarks of what a commit is worth.
	Durable bool
	// Folder is where the server is kept, with its databases, for the next process that
	// asks; "": in a temporary directory.
	Folder string

	mu        sync.Mutex // guards all below
	tried     bool
	skip, err string // why there is none
	tools     tools
	dir       string
	super     *exec.Cmd
	stdin     io.Closer
	databases int
}

// Database makes an empty database and returns its URL for store.Open, from this and
// any other process. It is dropped when the test ends. A machine without PostgreSQL
// skips the test.
func (s *Server) Database(t testing.TB) (url string) {
	t.Helper()
	s.start(t)
	s.mu.Lock()
	s.databases++
	name := fmt.Sprintf("t%d", s.databases)
	s.mu.Unlock()
	s.psql(t, "CREATE DATABASE "+name)
	t.Cleanup(func() { s.psql(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return "postgres:///" + name + "?host=" + s.dir + "&user=" + superuser
}

// Kept is Database for one that stays in a server with a Folder, and may be there
// already.
func (s *Server) Kept(t testing.TB, name string) (url string) {
	t.Helper()
	s.start(t)
	make := s.tools.command(context.WithoutCancel(t.Context()), "psql", "-h", s.dir, "-U", superuser, "-X", "-q", "-d", "postgres")
	make.Stdin = strings.NewReader("SELECT 'CREATE DATABASE " + name + "' WHERE NOT EXISTS (SELECT 1 FROM pg_database WHERE datname = '" + name + "') \\gexec\n")
	if out, err := make.CombinedOutput(); err != nil {
		t.Fatalf("make the database %s: %v\n%s", name, err, out)
	}
	return "postgres:///" + name + "?host=" + s.dir + "&user=" + superuser
}

// Restart stops the server as a crash would, without a checkpoint, and starts it
// again. Every connection breaks.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.ctl(t, "restart", "-m", "immediate")
}

// Pause stops the server as a crash would, until resume is called.
func (s *Server) Pause(t testing.TB) (resume func()) {
	t.Helper()
	s.ctl(t, "stop", "-m", "immediate")
	return func() { t.Helper(); s.ctl(t, "start") }
}

// Stop ends the server and removes all that it kept.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.super == nil {
		return
	}
	_ = s.stdin.Close() // the end of its input is the supervisor's sign
	_ = s.super.Wait()
	if s.Folder == "" {
		_ = os.RemoveAll(s.dir)
	}
	s.super = nil
}

const superuser = "edict"

// supervise starts the server, says so, and stops it when its input ends, which it
// also does when the test process is killed.
const supervise = `set -e
ctl="$1"; dir="$2"; kept="$3"
"$ctl" -D "$dir/data" -s -w -t 60 -l "$dir/log" start
echo ready
cat >/dev/null
if [ -n "$kept" ]; then "$ctl" -D "$dir/data" -s -w -t 300 -m fast stop; exit; fi
"$ctl" -D "$dir/data" -s -m immediate stop || true
rm -rf "$dir"`

func (s *Server) start(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.tried {
		s.tried = true
		s.launch()
	}
	if s.skip != "" {
		t.Skip(s.skip)
	}
	if s.err != "" {
		t.Fatal(s.err)
	}
}

func (s *Server) launch() {
	var err error
	if s.tools, err = find(); err != nil {
		s.skip = err.Error()
		return
	}
	if s.dir, err = s.tools.directory(s.Folder); err != nil {
		s.err = err.Error()
		return
	}
	if _, err := os.Stat(filepath.Join(s.dir, "data")); err != nil {
		if err := s.make(); err != nil {
			s.err = err.Error()
			return
		}
	}
	s.super = s.tools.raw(context.Background(), "sh", "-c", supervise, "sh", s.tools.path("pg_ctl"), s.dir, s.Folder)
	if s.stdin, err = s.super.StdinPipe(); err != nil {
		s.err = err.Error()
		return
	}
	out, err := s.super.StdoutPipe()
	if err != nil {
		s.err = err.Error()
		return
	}
	// A file, since a goroutine that copies would be taken for a leak of the test's.
	stderr, err := os.Create(filepath.Join(s.dir, "stderr"))
	if err != nil {
		s.err = err.Error()
		return
	}
	defer stderr.Close()
	s.super.Stderr = stderr
	if err := s.super.Start(); err != nil {
		s.err = err.Error()
		return
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		_ = s.super.Wait()
		said, _ := os.ReadFile(stderr.Name())
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		s.err = fmt.Sprintf("PostgreSQL does not start: %v %s\n%s", err, said, log)
	}
}

// make makes the files of a server.
func (s *Server) make() error {
	// Another order than that of bytes, as a user's database may have it: what the
	// store orders must not depend on it.
	initdb := s.tools.command(context.Background(), "initdb", "-D", filepath.Join(s.dir, "data"), "-U", superuser, "-A", "trust",
		"-E", "UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en", "--no-sync", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s.configure()
}

// configure appends to the settings that initdb wrote.
func (s *Server) configure() error {
	file, err := os.OpenFile(filepath.Join(s.dir, "data", "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	fsync := "off"
	if s.Durable {
		fsync = "on"
	}
	_, err = fmt.Fprintf(file, "\nlisten_addresses = ''\nunix_socket_directories = '%s'\nmax_connections = 200\njit = off\nfsync = %s\n", s.dir, fsync)
	return errors.Join(err, file.Close())
}

func (s *Server) psql(t testing.TB, statement string) {
	t.Helper()
	// Not the test's context, which has ended when a database is dropped.
	out, err := s.tools.command(context.WithoutCancel(t.Context()), "psql", "-h", s.dir, "-U", superuser, "-X", "-q", "-d", "postgres", "-c", statement).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", statement, err, out)
	}
}

func (s *Server) ctl(t testing.TB, does string, more ...string) {
	t.Helper()
	args := append([]string{does, "-D", filepath.Join(s.dir, "data"), "-s", "-w", "-t", "60"}, more...)
	if does != "stop" {
		args = append(args, "-l", filepath.Join(s.dir, "log"))
	}
	// Its output would be held open by the server that it leaves behind.
	if err := s.tools.command(context.WithoutCancel(t.Context()), "pg_ctl", args...).Run(); err != nil {
		t.Fatalf("pg_ctl %s: %v", does, err)
	}
}

// tools are PostgreSQL's programs, and whom they run as.
type tools struct {
	dir  string
	user *identity
}

// find looks for the programs on the PATH and where Debian keeps them.
func find() (tools, error) {
	places, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if onPath, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(onPath); err == nil {
			onPath = real
		}
		places = append([]string{onPath}, places...)
	}
	if len(places) == 0 {
		return tools{}, fmt.Errorf("no PostgreSQL on this machine (%s): apt-get install postgresql brings initdb", runtime.GOOS)
	}
	user, err := other()
	return tools{filepath.Dir(places[0]), user}, err
}

func (t tools) path(name string) string { return filepath.Join(t.dir, name) }

func (t tools) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	return t.raw(ctx, t.path(name), args...)
}

func (t tools) raw(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = os.TempDir() // the other user may not enter this one
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	t.user.wear(c)
	return c
}

// directory makes the server's directory. Its path is short: a socket's must be.
func (t tools) directory(kept string) (string, error) {
	if kept != "" {
		return kept, errors.Join(os.MkdirAll(kept, 0o700), t.user.own(kept))
	}
	dir, err := os.MkdirTemp("", "edictpg")
	if err != nil {
		return "", err
	}
	return dir, t.user.own(dir)
}

// identity is a user by numbers; nil is the one who runs the test.
type identity struct{ uid, gid uint32 }

func (i *identity) own(dir string) error {
	if i == nil {
		return nil
	}
	return os.Chown(dir, int(i.uid), int(i.gid))
}

func number(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}
