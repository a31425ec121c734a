package crawler_test

import (
	"strings"
	"testing"
	"time"

	"edict/news"
)

// A story of which somebody was told is looked at again, less and less often: an
// edited text is a new version that is not quiet, and one that is gone twice was
// withdrawn.
func TestLooks(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		w.sources[0].Listing = ""
		const address = "http://press.test/news/halt"
		w.sources[0].Every = 24 * time.Hour
		page := string(w.responses[address])
		b := w.bed(t)
		stop := b.start(t)
		time.Sleep(time.Minute)
		told := func() {
			b.memory.mu.Lock()
			defer b.memory.mu.Unlock()
			v := b.memory.visits[address]
			v.Alerted, v.Next = time.Now(), time.Now().Add(news.FirstLook)
			b.memory.visits[address] = v
		}
		told()
		time.Sleep(38 * time.Hour)
		asked := b.times(address)
		if len(asked) != 5 { // the first visit, and after 1, 4, 13 and 37 hours
			t.Fatalf("asked for at %v", asked)
		}
		for i, hours := range []int{1, 4, 13, 37} {
			if d := asked[i+1].Sub(asked[0]) - time.Duration(hours)*time.Hour; d < 0 || d > 10*time.Minute {
				t.Errorf("look %d came %s after its time", i+1, d)
			}
		}
		if h := b.last(address); h.Get("If-None-Match") != `"halt-1"` {
			t.Error("a look was unconditional")
		}
		if got := b.published(address); len(got) != 1 {
			t.Errorf("%d versions of a text that stayed", len(got))
		}

		edited := strings.Replace(strings.Replace(page, `"halt-1"`, `"halt-2"`, 1), "</p>", " This has been corrected since.</p>", 1)
		b.set(address, edited)
		b.memory.mu.Lock()
		v := b.memory.visits[address]
		v.Looks, v.Next = 6, time.Now().Add(time.Minute) // the last one
		b.memory.visits[address] = v
		b.memory.mu.Unlock()
		time.Sleep(time.Hour)
		got := b.published(address)
		if len(got) != 2 || got[0].ID != got[1].ID || got[1].Quiet || !strings.Contains(got[1].Text, "corrected since") {
			t.Fatalf("%+v", got)
		}
		if v := b.memory.visit(address); !v.Next.IsZero() {
			t.Errorf("it is looked at for ever: %+v", v)
		}

		// It is looked at once more: it is gone once, which may be a mishap.
		b.memory.mu.Lock()
		v = b.memory.visits[address]
		v.Looks, v.Next = 0, time.Now()
		b.memory.visits[address] = v
		b.memory.mu.Unlock()
		b.set(address, "HTTP/1.1 404 Not Found\n\n")
		time.Sleep(30 * time.Minute)
		if v := b.memory.visit(address); v.Outcome != news.Gone || !v.Withdrawn.IsZero() || v.Next.IsZero() {
			t.Errorf("after it was gone once: %+v", v)
		}
		time.Sleep(2 * time.Hour)
		stop()
		if v := b.memory.visit(address); v.Withdrawn.IsZero() || !v.Next.IsZero() || len(b.memory.withdrawn) != 1 {
			t.Errorf("after it was gone twice: %+v, %v", v, b.memory.withdrawn)
		}
		if got := b.published(address); len(got) != 2 {
			t.Errorf("what is gone was published: %+v", got)
		}
	})
}

// A look that a site refuses changes nothing, and the next one comes all the same.
func TestLookRefused(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		w := openWeb(t, "press.txtar")
		const address = "http://press.test/news/halt"
		b := w.bed(t)
		b.crawl(t, time.Minute)
		v := b.memory.visit(address)
		v.Alerted, v.Next = time.Now(), time.Now()
		b.memory.visits[address] = v
		b.set(address, "HTTP/1.1 403 Forbidden\n\n")
		b.crawl(t, 33*time.Hour)
		v = b.memory.visit(address)
		if v.Partial || v.Article == "" || v.Next.IsZero() || len(b.published(address)) != 1 {
			t.Errorf("%+v", v)
		}
	})
}
