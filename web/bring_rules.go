package web

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"edict/news"
)

// The bounds of rules that are brought.
const (
	maxUpload    = 4 << 20 // bytes of a form with files
	maxRuleFile  = 1 << 20 // bytes of one rule file
	maxRuleFiles = 64
)

var ruleFileName = regexp.MustCompile(`^[0-9A-Za-z_][0-9A-Za-z_.-]{0,63}\.yaml$`)

// broughtFiles are rule files as a form brought them.
type broughtFiles struct {
	files map[string][]byte
	whole int // bytes
	from  []string
	dir   string
}

// readBrought reads the form: rule files, zip archives of them, or the name of a
// directory. What it does not take is ErrInvalid.
func readBrought(w http.ResponseWriter, r *http.Request) (b broughtFiles, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	b.files = map[string][]byte{}
	form, err := r.MultipartReader()
	if err != nil {
		return b, fault{"fault.norules", nil, news.ErrInvalid}
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = b.take(part)
		}
		var tooLong *http.MaxBytesError
		switch {
		case errors.As(err, &tooLong):
			return b, fault{"fault.toolarge", []any{"limit", inBytes(maxUpload)}, news.ErrInvalid}
		case errors.Is(err, news.ErrInvalid):
			return b, err
		case err != nil:
			return b, fault{"fault.form", nil, news.ErrInvalid}
		}
	}
	if len(b.files) == 0 && b.dir == "" {
		return b, fault{"fault.norules", nil, news.ErrInvalid}
	}
	if len(b.files) > 0 && b.dir != "" {
		return b, fault{"fault.rulesboth", nil, news.ErrInvalid}
	}
	return b, nil
}

func (b *broughtFiles) take(part *multipart.Part) error {
	switch part.FormName() {
	case "dir", "path":
		name, err := io.ReadAll(io.LimitReader(part, 4097))
		if err != nil {
			return err
		}
		text := strings.TrimSpace(string(name))
		if len(text) > 4096 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == utf8.RuneError }) {
			return fault{"fault.dirname", nil, news.ErrInvalid}
		}
		if text != "" {
			b.dir = text
		}
		return nil
	case "files":
	default:
		return fault{"fault.field", []any{"name", cut(part.FormName(), 40)}, news.ErrInvalid}
	}
	name := path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
	content, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	switch {
	case part.FileName() == "" && len(content) == 0:
		return nil // nothing was chosen
	case strings.HasSuffix(strings.ToLower(name), ".zip"):
		b.from = append(b.from, name)
		return b.unpack(name, content)
	}
	b.from = append(b.from, name)
	return b.add(name, name, content)
}

// unpack takes all files of a zip archive: rule files, at its top or in one folder.
func (b *broughtFiles) unpack(archive string, content []byte) error {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fault{"fault.zip", []any{"name", cut(archive, 80)}, news.ErrInvalid}
	}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		where := cut(archive, 80) + ": " + cut(f.Name, 120)
		if f.UncompressedSize64 > maxRuleFile {
			return fault{"fault.rulefile.large", []any{"name", cut(where, 200), "limit", inBytes(maxRuleFile)}, news.ErrInvalid}
		}
		in, err := f.Open()
		if err != nil {
			return fault{"fault.rulefile.read", []any{"name", cut(where, 200)}, news.ErrInvalid}
		}
		text, err := io.ReadAll(io.LimitReader(in, maxRuleFile+1)) // a head may say less than there is
		_ = in.Close()
		if err != nil {
			return fault{"fault.rulefile.read", []any{"name", cut(where, 200)}, news.ErrInvalid}
		}
		if err := b.add(where, path.Base(f.Name), text); err != nil {
			return err
		}
	}
	return nil
}

// add takes one file, which errors call where.
func (b *broughtFiles) add(where, name string, content []byte) error {
	b.whole += len(content)
	_, twice := b.files[name]
	switch {
	case !ruleFileName.MatchString(name):
		return fault{"fault.rulefile.name", []any{"name", cut(where, 200)}, news.ErrInvalid}
	case len(content) > maxRuleFile:
		return fault{"fault.rulefile.large", []any{"name", cut(where, 200), "limit", inBytes(maxRuleFile)}, news.ErrInvalid}
	case b.whole > maxUpload:
		return fault{"fault.rulefiles.large", []any{"limit", inBytes(maxUpload)}, news.ErrInvalid}
	case twice:
		return fault{"fault.rulefile.twice", []any{"name", cut(where, 200)}, news.ErrInvalid}
	case len(b.files) == maxRuleFiles:
		return fault{"fault.rulefiles.many", []any{"most", maxRuleFiles}, news.ErrInvalid}
	case !utf8.Valid(content):
		return fault{"fault.rulefile.utf8", []any{"name", cut(where, 200), "line", lineOfFault(content)}, news.ErrInvalid}
	}
	b.files[name] = content
	return nil
}

// lineOfFault is the line of the first byte that is not UTF-8.
func lineOfFault(content []byte) int {
	at := 0
	for at < len(content) {
		r, size := utf8.DecodeRune(content[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return 1 + bytes.Count(content[:at], []byte("\n"))
}
