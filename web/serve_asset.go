package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"edict/catalogue"
)

//go:embed static
var staticFiles embed.FS

//go:embed templates
var templateFiles embed.FS

// styleSheet is the one sheet that pages load: the files of static/css, one after the
// other in the order of their names, since a later rule wins over an earlier one.
const styleSheet = "app.css"

// assets are the files that pages load. They stand under a folder named by the
// hash of all of them, so that a browser may keep them for ever, and a script may
// import another by its plain name.
type assets struct {
	hash  string
	files map[string][]byte
}

func loadAssets() (assets, error) {
	a := assets{files: map[string][]byte{}}
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		if path.Ext(name) == ".css" {
			a.files[styleSheet] = append(a.files[styleSheet], data...)
			return nil
		}
		a.files[path.Base(name)] = data
		return nil
	})
	return a, err
}

// addWords adds what the script says in each language, and then names the folder.
func (a *assets) addWords(speech map[string]*catalogue.Catalogue) {
	for code, words := range speech {
		a.files["words."+code+".js"] = scriptWords(words)
	}
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(a.files)) {
		fmt.Fprintf(sum, "%s %d\x00%s", name, len(a.files[name]), a.files[name])
	}
	a.hash = hex.EncodeToString(sum.Sum(nil))[:12]
}

// scriptWords is a module with the texts that scripts say.
func scriptWords(c *catalogue.Catalogue) []byte {
	var b bytes.Buffer
	b.WriteString("export default {\n")
	line := func(key, text string) {
		quoted, _ := json.Marshal(text) // a string always can be
		fmt.Fprintf(&b, "%q: %s,\n", key, quoted)
	}
	for _, key := range c.Keys() {
		if strings.HasPrefix(key, "live.") || strings.HasPrefix(key, "time.") {
			many, one := c.Pieces(key, 2), c.Pieces(key, 1)
			line(key, plainText(many))
			if !slices.Equal(many, one) {
				line(key+"[one]", plainText(one))
			}
		}
	}
	b.WriteString("};\n")
	return b.Bytes()
}

func plainText(pieces []catalogue.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Words)
		if p.Name != "" {
			b.WriteString("{" + p.Name + "}")
		}
	}
	return b.String()
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
		s.page((*Server).showNothing)(w, r)
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
