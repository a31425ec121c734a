package crawler

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestRobotsRules(t *testing.T) {
	for _, c := range []struct {
		name, file string
		allowed    string // addresses, with blanks between
		forbidden  string
	}{
		{"nothing", "", "/ /a", ""},
		{"all", "User-agent: *\nDisallow: /", "/robots.txt", "/ /a /a?b=c"},
		{"empty disallow", "User-agent: *\nDisallow:", "/ /a", ""},
		{"beginning of a path", "User-agent: *\nDisallow: /private/", "/privates /a/private/", "/private/ /private/a?b"},
		{"longest wins", "User-agent: *\nDisallow: /news\nAllow: /news/open", "/news/open /news/open/1", "/news /news/shut"},
		{"longest wins in any order", "User-agent: *\nAllow: /news/open\nDisallow: /news", "/news/open", "/news/shut"},
		{"allow wins a tie", "User-agent: *\nDisallow: /page\nAllow: /page", "/page", ""},
		{"our group only", "User-agent: *\nDisallow: /\nUser-agent: edict\nDisallow: /x", "/ /a", "/x"},
		{"our group with a version", "User-agent: EDICT/2.0\nDisallow: /x\nUser-agent: *\nDisallow: /", "/a", "/x"},
		{"a name that only begins like ours", "User-agent: edictor\nDisallow: /x\nUser-agent: ed\nDisallow: /y", "/x /y", ""},
		{"groups of one name are one", "User-agent: edict\nDisallow: /x\nUser-agent: other\nDisallow: /\nUser-agent: edict\nDisallow: /y", "/z", "/x /y"},
		{"several names for one group", "User-agent: other\nUser-agent: edict\nDisallow: /x\n\nUser-agent: *\nDisallow: /", "/a", "/x"},
		{"empty disallow ends a group", "User-agent: edict\nDisallow:\nUser-agent: *\nDisallow: /", "/a", ""},
		{"star", "User-agent: *\nDisallow: /*/print\nDisallow: *.pdf", "/print /a.pd", "/a/print /a/b/printed /x/y.pdf?z"},
		{"end", "User-agent: *\nDisallow: /*.php$", "/a.php?b=1 /a.phpx", "/a.php"},
		{"from the beginning", "User-agent: *\nDisallow: /a*b", "/x/a/b /xab", "/ab /a/x/b"},
		{"star at the end", "User-agent: *\nDisallow: /fish*", "/Fish /catfish", "/fish /fish.html /fishheads"},
		{"query", "User-agent: *\nDisallow: /*?sort=", "/a?page=2", "/a?sort=up /?sort="},
		{"percent", "User-agent: *\nDisallow: /%7ejoe/\nDisallow: /a%3cd", "/a%3Ce", "/~joe/x /%7Ejoe/x /a%3Cd.html /a%3cd"},
		{"Chinese", "User-agent: *\nDisallow: /新闻/", "/news/", "/新闻/1 /%E6%96%B0%E9%97%BB/1"},
		{"comments, blanks, capitals, CRLF", "# all\r\nUSER-AGENT : * # everybody\r\n\r\ndisallow :/x # no\r\n", "/y", "/x"},
		{"byte order mark", "\ufeffUser-agent: *\nDisallow: /x", "/y", "/x"},
		{"no slash", "User-agent: *\nDisallow: x/", "/y", "/x/1"},
		{"rules before a group", "Disallow: /x\nUser-agent: *\nDisallow: /y", "/x", "/y"},
		{"a bad line", "User-agent: *\nCrawl-delay: soon\nDisallow /z\n\xff\xfe: \x00\nDisallow: /x", "/z", "/x"},
		{"other lines do not end a group", "User-agent: *\nSitemap: https://x.test/s.xml\nDisallow: /x", "/y", "/x"},
		{"a page", "<!DOCTYPE html><title>404</title><p>User-agent: *", "/ /x", ""},
	} {
		r := parseRobots([]byte(c.file), "Edict")
		test := func(list string, want bool) {
			for path := range strings.FieldsSeq(list) {
				u, err := url.Parse("http://site.test" + path)
				if err != nil {
					t.Fatal(err)
				}
				if got := r.allows(u); got != want {
					t.Errorf("%s: %s: allowed %v, want %v", c.name, path, got, want)
				}
			}
		}
		test(c.allowed, true)
		test(c.forbidden, false)
	}
}

func TestCrawlDelay(t *testing.T) {
	for value, want := range map[string]time.Duration{"5": 5 * time.Second, "0.5": 500 * time.Millisecond, "600": time.Minute, "-1": 0, "NaN": 0, "1e300": time.Minute, "Inf": time.Minute, "x": 0} {
		if got := parseRobots([]byte("User-agent: *\nCrawl-delay: "+value), "Edict"); got.delay != want {
			t.Errorf("Crawl-delay %s: %s, want %s", value, got.delay, want)
		}
	}
}

func TestProductName(t *testing.T) {
	for agent, want := range map[string]string{"Edict/1 (+https://x)": "Edict", "Edict": "Edict", "Edict-Bot_x 2": "Edict-Bot_x", "": "", "*": ""} {
		if got := productName(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /%zz\nCrawl-delay: 1", "/a/b?c=%E6")
	f.Add("user-agent:edict\rdisallow:***$$\r", "//")
	f.Fuzz(func(t *testing.T, file, path string) {
		r := parseRobots([]byte(file), "Edict")
		if r.delay < 0 || r.delay > maxCrawlDelay {
			t.Errorf("delay %s", r.delay)
		}
		u, err := url.Parse("http://site.test/" + path)
		if err != nil {
			return
		}
		// What a rule forbids by its own words it forbids however they are encoded.
		if got, want := r.allows(u), r.allows(u.JoinPath()); u.JoinPath().String() == u.String() && got != want {
			t.Errorf("%s: %v and %v", u, got, want)
		}
		if e := encodePath(encodePath(path)); e != encodePath(path) {
			t.Errorf("encoding twice: %q, %q", e, encodePath(path))
		}
		if !parseRobotsAllows(path) {
			t.Errorf("%q does not match itself", path)
		}
	})
}

// parseRobotsAllows reports whether a rule that is a path matches that path.
func parseRobotsAllows(path string) bool {
	path = encodePath("/" + path)
	if strings.ContainsAny(path, "*$") {
		return true
	}
	return matchPath(path, path) && matchPath(path+"$", path) && matchPath("/*", path)
}
