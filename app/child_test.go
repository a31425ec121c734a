package app_test

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"
)

// A child is the program in a process of its own, which can be killed.
type child struct {
	*exec.Cmd
	began time.Time
	ready chan time.Duration // from its start until it was ready; closed when it ends
	said  *bytes.Buffer      // to be read once it has ended
	stdin io.Closer
}

func startChild(t testing.TB, file string) *child {
	t.Helper()
	exe, err := os.Executable()
	ok(t, err)
	c := &child{Cmd: exec.CommandContext(t.Context(), exe), ready: make(chan time.Duration, 1), said: &bytes.Buffer{}}
	c.Env = append(os.Environ(), childEnv+"="+file)
	c.Stderr = c.said
	c.stdin, err = c.StdinPipe()
	ok(t, err)
	out, err := c.StdoutPipe()
	ok(t, err)
	c.began = time.Now()
	ok(t, c.Start())
	go func() {
		defer close(c.ready)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if lines.Text() == "ready" {
				c.ready <- time.Since(c.began)
			} else {
				t.Errorf("the child says %s", lines.Text())
			}
		}
	}()
	return c
}

// kill ends the child as a power cut would, and says how long it took to be ready; 0
// if it was not.
func (c *child) kill(t testing.TB) time.Duration {
	t.Helper()
	ok(t, c.Process.Kill()) // SIGKILL
	return c.gone()
}

func (c *child) gone() (ready time.Duration) {
	for d := range c.ready {
		ready = d
	}
	_ = c.Wait() // it was killed
	return ready
}

// stop ends the child as Ctrl-C would.
func (c *child) stop(t testing.TB) (ready time.Duration) {
	t.Helper()
	ok(t, c.stdin.Close())
	over := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	ready = c.gone()
	if !over.Stop() || !c.ProcessState.Success() {
		t.Errorf("the child ended with %s:\n%s", c.ProcessState, c.said)
	}
	return ready
}
