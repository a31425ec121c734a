package crawler_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"edict/crawler"
	"edict/crawler/warc"
	"edict/news"
)

// A shelf remembers what was put on it.
type shelf struct {
	mu   sync.Mutex
	kept []warc.Capture // guarded by mu
}

func (s *shelf) Put(c warc.Capture) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, c)
	return fmt.Sprintf("file:%d", len(s.kept)-1)
}

// TestPagesAreKept: the page of each version is kept once, before its article is
// entered; a page that gives no article is kept once too; what was refused, and what
// has not changed, is not.
func TestPagesAreKept(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		s := &shelf{}
		b := openWeb(t, "faults.txtar").bed(t, func(c *crawler.Config) { c.Shelf = s })
		b.crawl(t, 5*time.Minute)
		times := map[string]int{}
		for i, c := range s.kept {
			times[c.Page.URL]++
			if c.Page.Status != 200 || c.Source == "" || len(c.Page.Body) == 0 {
				t.Errorf("%d: %+v", i, c)
			}
		}
		entered := 0
		for _, a := range b.publisher.articles() {
			if a.Partial {
				if a.Page != "" {
					t.Errorf("%s is partial, and its page is at %q", a.URL, a.Page)
				}
				continue
			}
			var n int
			if _, err := fmt.Sscanf(a.Page, "file:%d", &n); err != nil || s.kept[n].Page.Address != a.URL {
				t.Errorf("the page of %s is at %q", a.URL, a.Page)
				continue
			}
			entered++
			content, err := crawler.Derive(s.kept[n], news.Selectors{})
			if content.Page = a.Page; err != nil || news.NewArticle(content, a.Quiet).Key() != a.Key() || content.Published != a.Published {
				t.Errorf("%s derived again is %+v, %v; it was %+v", a.URL, content, err, a)
			}
		}
		if entered == 0 || entered >= len(s.kept) {
			t.Errorf("%d articles of %d kept pages", entered, len(s.kept))
		}
		for address, n := range times {
			if n > 1 {
				t.Errorf("%s was kept %d times", address, n)
			}
			for _, refused := range []string{"always-busy", "refused", "gone", "loop"} {
				if strings.HasSuffix(address, "/"+refused) {
					t.Errorf("%s was kept", address)
				}
			}
		}
	})
}
