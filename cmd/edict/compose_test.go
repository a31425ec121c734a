package main

import (
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
		s.start(t, "crawler", ownSites), s.start(t, "classifier", nil), s.start(t, "sink", nil), s.start(t, "web", nil), s.start(t, "alert", nil),
	}
	for _, p := range parts {
		p.ready()
		if says := p.healthy(); !strings.Contains(says, "ok     "+p.name) {
			t.Errorf("the health check of %s says %s", p.name, says)
		}
	}
	all := s.site.bring(time.Hour)
	s.stored(t, all)
	s.whole(t)
	status, page := parts[3].get("http://" + parts[3].web + "/stream?all=1")
	if status != http.StatusOK || strings.Count(string(page), `class="card"`) == 0 {
		t.Errorf("the page: %d, %d cards", status, strings.Count(string(page), `class="card"`))
	}
	for _, p := range parts {
		p.stop()
		if _, err := os.Stat(p.data); !os.IsNotExist(err) {
			t.Errorf("%s kept something in its data directory: %v", p.name, err)
		}
	}
	s.whole(t)
}
