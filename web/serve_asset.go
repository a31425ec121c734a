package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"time"
)

//go:embed static
var staticFiles embed.FS

//go:embed templates
var templateFiles embed.FS

// assets are the files that pages load. They stand under a folder named by the
// hash of all of them, so that a browser may keep them for ever, and a script may
// import another by its plain name.
type assets struct {
	hash  string
	files map[string][]byte
}

func loadAssets() (assets, error) {
	a, sum := assets{files: map[string][]byte{}}, sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		sum.Write([]byte(name + "\x00"))
		sum.Write(data)
		a.files[path.Base(name)] = data
		return nil
	})
	a.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return a, err
}

// address is where a page finds the file with name.
func (a assets) address(name string) string { return "/static/" + a.hash + "/" + name }

// types are the content types of what is embedded: a machine's own table of types
// must not decide them.
var types = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

func (s *Server) serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	data, ok := s.assets.files[name]
	if !ok || r.PathValue("hash") != s.assets.hash {
		s.page(s.showNothing)(w, r)
		return
	}
	kind, ok := types[path.Ext(name)]
	if !ok {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}
