package demo

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"time"
)

// robots is the same for all outlets, since they share a host.
const robots = `User-agent: *
Disallow: /search
Disallow: /members/
`

// The sheet and the one picture of all outlets.
var (
	//go:embed templates/site.css
	sheet []byte
	//go:embed templates/lead.svg
	picture []byte
)

// A document is an answer, whole.
type document struct {
	contentType string
	body        []byte
	modified    time.Time // zero: not said
}

// ServeHTTP answers one request. A story that is not out yet is not there.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	doc, ok, err := s.find(r.URL.Path, s.now())
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case !ok:
		http.NotFound(w, r)
	default:
		sum := sha256.Sum256(doc.body)
		w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
		w.Header().Set("Content-Type", doc.contentType)
		// ServeContent compares the validators of a conditional request.
		http.ServeContent(w, r, "", doc.modified, bytes.NewReader(doc.body))
	}
}

// find returns what stands at path at time t.
func (s *Site) find(path string, t time.Time) (document, bool, error) {
	if p, ok := s.pages[path]; ok {
		return p.document, !t.Before(p.out), nil
	}
	switch path {
	case "/robots.txt":
		return document{contentType: "text/plain; charset=utf-8", body: []byte(robots)}, true, nil
	case "/site.css":
		return document{contentType: "text/css; charset=utf-8", body: sheet}, true, nil
	case "/lead.svg":
		return document{contentType: "image/svg+xml", body: picture}, true, nil
	case "/":
		doc, err := s.home()
		return doc, true, err
	}
	for _, o := range outlets() {
		stories := s.newest(o.slug, t)
		var doc document
		var err error
		switch path {
		case o.feed:
			doc, err = s.writeFeed(o, stories)
		case o.sitemap:
			doc, err = s.writeSitemap(o, stories)
		case o.home():
			doc, err = s.writeFront(o, stories)
		default:
			continue
		}
		if len(stories) > 0 {
			doc.modified = stories[0].Out
		}
		return doc, true, err
	}
	return document{}, false, nil
}
