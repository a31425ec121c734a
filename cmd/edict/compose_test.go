package main

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// The services of docker-compose.yml, started as processes with their own commands and
// environments, bring every story of a news site onto the page.
func TestComposition(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.start(t, "nats", nil)
	for range 2 { // a restarted machine migrates again
		s.start(t, "migrate", nil).end()
	}
	parts := []*process{
		s.start(t, "crawler", ownSites), s.start(t, "classifier", nil), s.start(t, "sink", nil), s.start(t, "web", nil),
	}
	for _, p := range parts {
		if says := p.healthy(); !strings.Contains(says, "ok     "+p.name) {
			t.Errorf("the health check of %s says %s", p.name, says)
		}
	}
	all := s.site.bring(time.Hour)
	s.stored(t, all)
	s.whole(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+parts[3].web+"/?all=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || strings.Count(string(page), `class="card"`) == 0 {
		t.Errorf("the page: %s, %v, %d cards", answer.Status, err, strings.Count(string(page), `class="card"`))
	}
	for _, p := range parts {
		p.stop()
		if _, err := os.Stat(p.data); !os.IsNotExist(err) {
			t.Errorf("%s kept something in its data directory: %v", p.name, err)
		}
	}
	s.whole(t)
}
