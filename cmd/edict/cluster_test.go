package main

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Three NATS servers with three copies of each stream, two classifiers, two crawlers of
// which one stands by, and two sinks. One of each is killed, each the worst one: work
// goes on, and nothing is lost.
func TestClusterLosesOneOfEach(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	nodes, addresses := s.cluster(t)
	at := func(service string) map[string]string {
		u, err := url.Parse(s.Services[service].Environment["EDICT_BUS_URL"])
		if err != nil {
			t.Fatal(err)
		}
		var urls []string
		for _, address := range addresses {
			urls = append(urls, "nats://"+u.User.String()+"@"+address)
		}
		set := map[string]string{"EDICT_BUS_URL": strings.Join(urls, ",")}
		if service == "migrate" {
			set["EDICT_BUS_REPLICAS"] = "3"
		}
		if service == "crawler" {
			maps.Copy(set, ownSites)
		}
		return set
	}
	s.start(t, "migrate", at("migrate")).end()
	two := map[string][]*process{}
	for _, name := range []string{"crawler", "classifier", "sink"} {
		for range 2 {
			p := s.start(t, name, at(name))
			p.ready()
			two[name] = append(two[name], p)
		}
	}
	for _, name := range []string{"crawler", "sink"} {
		if first, second := two[name][0].ready(), two[name][1].ready(); first != "at work" || !strings.HasPrefix(second, "stands by") {
			t.Errorf("of two, one should stand by: %s does %q, the other %q", name, first, second)
		}
	}
	js := s.asWeb(t, at("web")["EDICT_BUS_URL"])
	s.stored(t, s.site.bring(0))
	for _, loss := range []struct {
		of   string
		kill func()
	}{
		{"the crawler at work", two["crawler"][0].kill},
		{"a classifier", two["classifier"][0].kill},
		{"the sink at work", two["sink"][0].kill},
		{"the NATS server that leads the classifiers' consumer", func() { nodes[leader(t, js)].kill() }},
	} {
		before, err := s.archive.Balance(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out := s.site.bring(13 * time.Second)
		loss.kill()
		began := time.Now()
		s.stored(t, int(before.Stored)+1)
		first := time.Since(began)
		s.stored(t, out)
		t.Logf("%s was killed: a new story was stored after %s, all %d after %s", loss.of, first.Round(100*time.Millisecond), out, time.Since(began).Round(100*time.Millisecond))
	}
	s.stored(t, s.site.bring(time.Hour))
	s.whole(t)
	for _, name := range []string{"crawler", "classifier", "sink"} {
		if does := two[name][1].ready(); does != "at work" {
			t.Errorf("the second %s does %q", name, does)
		}
	}
}

// cluster starts three NATS servers as deploy/nats/cluster.conf says, by their names.
func (s *stack) cluster(t *testing.T) (nodes map[string]*process, addresses []string) {
	t.Helper()
	var routes, routing []string
	for range 3 {
		addresses, routing = append(addresses, freeAddress(t)), append(routing, freeAddress(t))
		routes = append(routes, fmt.Sprintf("%q", "nats://edict:5routes@"+routing[len(routing)-1]))
	}
	nodes = map[string]*process{}
	service := s.Services["nats"]
	service.Command = []string{"-c", "/etc/nats/cluster.conf"}
	s.Services["nats"] = service
	for i, address := range addresses {
		name := fmt.Sprintf("n%d", i+1)
		nodes[name] = s.start(t, "nats", map[string]string{
			"NATS_NAME": name, "NATS_LISTEN": address, "NATS_MONITOR": freeAddress(t),
			"NATS_CLUSTER_LISTEN": routing[i], "NATS_CLUSTER_PASSWORD": `"5routes"`, "NATS_ROUTES": "[" + strings.Join(routes, ", ") + "]",
		})
	}
	return nodes, addresses
}

// asWeb asks NATS as the pages do.
func (s *stack) asWeb(t *testing.T, urls string) jetstream.JetStream {
	t.Helper()
	nc, err := nats.Connect(urls, nats.CustomInboxPrefix("_INBOX_web"), nats.MaxReconnects(-1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// leader names the server that hands articles to classifiers. There must be three
// copies of the stream.
func leader(t *testing.T, js jetstream.JetStream) string {
	t.Helper()
	stream, err := js.Stream(t.Context(), "ARTICLES")
	if err != nil {
		t.Fatal(err)
	}
	if info := stream.CachedInfo(); info.Config.Replicas != 3 || info.Cluster == nil || len(info.Cluster.Replicas) != 2 {
		t.Fatalf("ARTICLES is kept by %+v", info.Cluster)
	}
	consumer, err := js.Consumer(t.Context(), "ARTICLES", "classifier")
	if err != nil {
		t.Fatal(err)
	}
	return consumer.CachedInfo().Cluster.Leader
}
