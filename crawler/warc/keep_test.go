package warc_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"edict/crawler/warc"
	"edict/news"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 123456000, time.UTC)

// A shelf is a Keeper with a clock that tests move and a log that they read.
type shelf struct {
	*warc.Keeper
	dir string
	now time.Time
	log bytes.Buffer
}

func newShelf(t *testing.T, c warc.Config) *shelf {
	t.Helper()
	s := &shelf{dir: c.Dir, now: noon}
	if s.dir == "" {
		s.dir = filepath.Join(t.TempDir(), "pages")
	}
	if c.Keep == 0 {
		c.Keep = 30 * 24 * time.Hour
	}
	c.Dir, c.Agent, c.Now, c.Log = s.dir, "Edict/1 (test)", func() time.Time { return s.now }, slog.New(slog.NewTextHandler(&s.log, nil))
	s.Keeper = warc.New(c)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func page(n int) warc.Capture {
	address := fmt.Sprintf("https://paper.example/story/%d", n)
	return warc.Capture{
		Page: news.Page{
			URL: "https://paper.example/feed-item/" + strconv.Itoa(n), Address: address, Status: 200, ContentType: "text/html; charset=gb18030",
			Body: []byte("<html>\r\n\r\nWARC/1.1\r\n\xc4\xda\xc3\xc9 page " + strconv.Itoa(n) + "</html>"), Truncated: n == 2, Fetched: noon.Add(time.Duration(n) * time.Second),
		},
		Source: "paper", Title: "内蒙古 and a break\r\nX-Other: none", Published: noon.Add(-time.Hour), Pinned: n == 1, ETag: `"e"`, LastModified: "Sat, 28 Nov 2026 11:00:00 GMT",
	}
}

func place(t *testing.T, s *shelf, n int) (file string, offset int64) {
	t.Helper()
	name, at, ok := strings.Cut(s.Put(page(n)), ":")
	offset, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		t.Fatalf("page %d has no place: %s", n, s.log.String())
	}
	return filepath.Join(s.dir, name), offset
}

// readAll reads the pages of a file from an offset on, and the error that ends it.
func readAll(t *testing.T, file string, offset int64) (pages []warc.Capture, err error) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	r := warc.NewReader(f)
	for {
		rec, err := r.Next()
		if err != nil {
			return pages, err
		}
		if rec.Kind != "response" {
			continue
		}
		c, err := rec.Capture()
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, c)
	}
}

func TestRoundTrip(t *testing.T) {
	s := newShelf(t, warc.Config{})
	var file string
	var places []int64
	for n := range 4 {
		name, at := place(t, s, n)
		file, places = name, append(places, at)
	}
	for n, at := range places {
		got, err := readAll(t, file, at)
		if !errors.Is(err, io.EOF) || len(got) != 4-n {
			t.Fatalf("from %d on there are %d pages, %v", at, len(got), err)
		}
		want := page(n)
		want.Title = "内蒙古 and a break  X-Other: none" // on one line
		if !reflect.DeepEqual(got[0], want) {
			t.Errorf("page %d is\n%+v\nwant\n%+v", n, got[0], want)
		}
	}
}

// TestTorn: whatever a crash leaves of the last record, those before it are read, and
// a new program goes on in a file of its own.
func TestTorn(t *testing.T) {
	s := newShelf(t, warc.Config{})
	place(t, s, 0)
	_, second := place(t, s, 1)
	file, last := place(t, s, 2)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for cut := second + 1; cut < int64(len(whole)); cut++ {
		if cut%7 != last%7 { // each seventh, the record's end among them
			continue
		}
		if err := os.WriteFile(file, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		want := 1
		if cut >= last {
			want = 2
		}
		pages, err := readAll(t, file, 0)
		if len(pages) == want+1 && reflect.DeepEqual(pages[want].Page, page(want).Page) {
			want++ // only its checksum is missing
		}
		if len(pages) != want || cut != last && !errors.Is(err, warc.ErrTorn) || cut == last && !errors.Is(err, io.EOF) {
			t.Fatalf("cut at %d of %d (records at %d, %d): %d pages, %v", cut, len(whole), second, last, len(pages), err)
		}
	}
	if err := os.WriteFile(file, whole[:last+50], 0o600); err != nil {
		t.Fatal(err)
	}
	next := newShelf(t, warc.Config{Dir: s.dir})
	if other, _ := place(t, next, 3); other == file {
		t.Error("a torn file was gone on with")
	}
	if pages, err := readAll(t, file, 0); len(pages) != 2 || !errors.Is(err, warc.ErrTorn) {
		t.Errorf("the torn file has %d pages now, %v", len(pages), err)
	}
	damaged := bytes.Clone(whole)
	damaged[second+40] ^= 0xff
	if err := os.WriteFile(file, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	if pages, err := readAll(t, file, 0); len(pages) != 1 || !errors.Is(err, warc.ErrTorn) {
		t.Errorf("a damaged file has %d pages, %v", len(pages), err)
	}
}

func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	files, err := warc.Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		out = append(out, f.Name)
	}
	return out
}

func TestRotationAndAge(t *testing.T) {
	s := newShelf(t, warc.Config{Keep: 48 * time.Hour, MaxFile: 1500})
	place(t, s, 0)
	for n := range 4 {
		place(t, s, n)
	}
	if got := names(t, s.dir); len(got) < 2 || len(got) > 5 {
		t.Fatalf("five pages and at most 1500 bytes a file: %q", got)
	}
	for _, name := range names(t, s.dir) {
		info, err := os.Stat(filepath.Join(s.dir, name))
		if err != nil || info.Size() > 1500 {
			t.Errorf("%s: %v, %v", name, info.Size(), err)
		}
	}
	stranger := filepath.Join(s.dir, "notes.txt")
	if err := os.WriteFile(stranger, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	old := names(t, s.dir)
	s.now = noon.Add(25 * time.Hour) // a day: another file, whatever its size
	file, _ := place(t, s, 5)
	if got := names(t, s.dir); len(got) != len(old)+1 || filepath.Base(file) != got[len(old)] {
		t.Errorf("after a day there are %q", got)
	}
	s.now = noon.Add(71 * time.Hour) // the newest page of the old files may be 47 hours old
	place(t, s, 6)
	if got := names(t, s.dir); !strings.Contains(strings.Join(got, " "), old[0]) {
		t.Errorf("pages that are not two days old went: %q", got)
	}
	s.now = noon.Add(73 * time.Hour)
	place(t, s, 7)
	if got := strings.Join(names(t, s.dir), " "); strings.Contains(got, old[0]) || !strings.Contains(got, filepath.Base(file)) {
		t.Errorf("after their time there are %q", got)
	}
	if _, err := os.Stat(stranger); err != nil || !strings.Contains(s.log.String(), "deleted by their age") {
		t.Errorf("%v; the log is %s", err, s.log.String())
	}
	none := newShelf(t, warc.Config{Dir: s.dir, Keep: -1})
	none.Expire()
	if got := none.Put(page(1)); got != "" || len(names(t, s.dir)) != 0 {
		t.Errorf("where none is kept, a page has the place %q, and there are %q", got, names(t, s.dir))
	}
}

// TestFault: a page that cannot be written is said, nothing is tried for a minute, and
// then it goes on, in a new file.
func TestFault(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pages")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := newShelf(t, warc.Config{Dir: dir})
	if got := s.Put(page(0)); got != "" {
		t.Fatalf("in a folder that is none, a page has the place %q", got)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	s.now = s.now.Add(30 * time.Second)
	if got := s.Put(page(1)); got != "" {
		t.Errorf("within the minute a page has the place %q", got)
	}
	s.now = s.now.Add(time.Minute)
	place(t, s, 2)
	for _, want := range []string{"could not be kept", "https://paper.example/story/0", "kept again", "not_kept=2"} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, s.log.String())
		}
	}
}

// TestOtherPrograms: what others write is read: not compressed or as a whole, chunked,
// with a body that is compressed itself, and with records of other kinds.
func TestOtherPrograms(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte("<p>zipped</p>"))
	_ = w.Close()
	record := func(kind, extra, block string) string {
		return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Date: 2025-01-02T03:04:05Z\r\n%sContent-Length: %d\r\n\r\n%s\r\n\r\n", kind, extra, len(block), block)
	}
	file := record("warcinfo", "", "software: other\r\n") +
		record("request", "WARC-Target-URI: https://a.example/1\r\n", "GET /1 HTTP/1.1\r\nHost: a.example\r\n\r\n") +
		record("response", "WARC-Target-URI: <https://a.example/1>\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<p>chu\r\n8\r\nnked</p>\r\n0\r\n\r\n") +
		record("response", "WARC-Target-URI: https://a.example/2\r\n", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"+zipped.String())
	var whole bytes.Buffer
	w = gzip.NewWriter(&whole)
	_, _ = w.Write([]byte(file))
	_ = w.Close()
	for name, data := range map[string]string{"not compressed": file, "compressed as a whole": whole.String()} {
		path := filepath.Join(t.TempDir(), "other.warc")
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		pages, err := readAll(t, path, 0)
		if !errors.Is(err, io.EOF) || len(pages) != 2 {
			t.Fatalf("%s: %d pages, %v", name, len(pages), err)
		}
		for i, want := range []string{"<p>chunked</p>", "<p>zipped</p>"} {
			if got := pages[i].Page; string(got.Body) != want || got.Address != fmt.Sprintf("https://a.example/%d", i+1) || got.Status != 200 {
				t.Errorf("%s: page %d is %+v", name, i, got)
			}
		}
	}
}

// reader is how the documentation reads the files, with nothing but Python's standard
// library.
const reader = `
import base64, gzip, hashlib, sys
def records(path):
    with gzip.open(path) as f:
        while line := f.readline():
            assert line == b"WARC/1.1\r\n", line
            head = {}
            while (line := f.readline()) != b"\r\n":
                name, value = line.decode().split(":", 1)
                head[name] = value.strip()
            yield head, f.read(int(head["Content-Length"]))
            assert f.read(4) == b"\r\n\r\n"
for head, block in records(sys.argv[1]):
    if head["WARC-Type"] == "response":
        body = block.split(b"\r\n\r\n", 1)[1]
        assert head["WARC-Payload-Digest"] == "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()
        print(head["WARC-Target-URI"], head["WARC-Date"], head["Edict-Source"], block.split()[1].decode(), body.decode("gb18030")[-13:])
    else:
        print(head["WARC-Type"], head["WARC-Record-ID"][:10])
with open(sys.argv[1], "rb") as f:
    f.seek(int(sys.argv[2]))
    print(gzip.GzipFile(fileobj=f).readline().decode().strip())
`

func TestPythonReadsIt(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	s := newShelf(t, warc.Config{})
	place(t, s, 0)
	file, at := place(t, s, 1)
	out, err := exec.CommandContext(t.Context(), python, "-c", reader, file, strconv.FormatInt(at, 10)).CombinedOutput()
	want := "warcinfo <urn:uuid:\n" +
		"https://paper.example/story/0 2026-11-28T12:00:00.123456Z paper 200 page 0</html>\n" +
		"https://paper.example/story/1 2026-11-28T12:00:01.123456Z paper 200 page 1</html>\n" +
		"WARC/1.1\n"
	if err != nil || string(out) != want {
		t.Errorf("Python says\n%s(%v)\nwant\n%s", out, err, want)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2025-01-02T03:04:05Z\r\nContent-Length: 40\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx\r\n\r\n"), true)
	f.Add([]byte("WARC/1.0\r\nContent-Length: -1\r\n\r\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, compress bool) {
		if compress {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			_, _ = w.Write(data)
			_ = w.Close()
			data = b.Bytes()
		}
		r := warc.NewReader(bytes.NewReader(data))
		for range len(data) + 2 {
			rec, err := r.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) && !errors.Is(err, warc.ErrTorn) {
					t.Fatalf("the error %v", err)
				}
				return
			}
			if c, err := rec.Capture(); err != nil && !errors.Is(err, news.ErrInvalid) || err == nil && c.Page.Address != strings.TrimSpace(c.Page.Address) {
				t.Fatalf("%+v, %v", c, err)
			}
		}
		t.Fatal("more records than bytes")
	})
}
