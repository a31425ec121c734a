package rules

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"edict/classifier/match"
	"edict/classifier/places"
	"edict/news"
)

//go:embed defaults/*.yaml
var embedded embed.FS

// Default loads the embedded rules.
func Default(g *places.Gazetteer) (*Set, error) { return Load(g) }

// LoadDirs loads the embedded rules with the rule files of directories laid over
// them, the last directory on top.
func LoadDirs(g *places.Gazetteer, dirs ...string) (*Set, error) {
	files, err := ReadDirs(dirs...)
	if err != nil {
		return nil, err
	}
	return Compile(g, files)
}

// ReadDirs returns the files that LoadDirs would compile, by name.
func ReadDirs(dirs ...string) (map[string][]byte, error) {
	layers := make([]fs.FS, 0, len(dirs))
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("open rules: %w", err)
		} else if !info.IsDir() {
			return nil, fmt.Errorf("open rules: %s is not a directory: %w", dir, news.ErrInvalid)
		}
		layers = append(layers, os.DirFS(dir))
	}
	return read(layers...)
}

// Load loads the embedded rules with the *.yaml files of layers laid over them: a
// file takes the place of an earlier one of the same name, any other is added. A
// fault is a *FileError.
func Load(g *places.Gazetteer, layers ...fs.FS) (*Set, error) {
	files, err := read(layers...)
	if err != nil {
		return nil, err
	}
	return Compile(g, files)
}

func read(layers ...fs.FS) (map[string][]byte, error) {
	base, err := fs.Sub(embedded, "defaults")
	if err != nil {
		return nil, fmt.Errorf("open embedded rules: %w", err)
	}
	contents := map[string][]byte{}
	for _, layer := range append([]fs.FS{base}, layers...) {
		names, err := fs.Glob(layer, "*.yaml")
		if err != nil {
			return nil, fmt.Errorf("list rule files: %w", err)
		}
		for _, name := range names {
			content, err := fs.ReadFile(layer, name)
			if err != nil {
				return nil, fmt.Errorf("read rule file %s: %w", name, err)
			}
			contents[path.Base(name)] = content
		}
	}
	return contents, nil
}

// Compile makes a set of the rule files in contents, by name, alone.
func Compile(g *places.Gazetteer, contents map[string][]byte) (*Set, error) {
	c := newCompiler(g)
	names := slices.Sorted(maps.Keys(contents))
	hash := sha256.New()
	for _, name := range names {
		f, err := decode(name, contents[name])
		if err != nil {
			return nil, err
		}
		if err := c.add(name, f); err != nil {
			return nil, err
		}
		fmt.Fprintf(hash, "%d:%s%d:", len(name), name, len(contents[name]))
		hash.Write(contents[name])
	}
	if err := c.finish(); err != nil {
		return nil, err
	}
	c.set.hash = hex.EncodeToString(hash.Sum(nil)[:16])
	return c.set, nil
}

// A Set is a compiled set of rules. It does not change, and may be used by many
// goroutines.
type Set struct {
	hash      string
	version   string
	gazetteer *places.Gazetteer
	matcher   *match.Matcher
	places    int        // phrases below it are the gazetteer's
	roles     []role     // what phrases stand for
	roleOf    []uint32   // by number over places, the index of a phrase's role
	names     []string   // of symbols
	above     [][]symbol // by set, the sets that hold it, directly or not
	subject   []bool     // by set, whether it holds only who acts
	labels    []*labelRules
	tests     []selfTest
	pool      sync.Pool // *document

	// What a place stands for: any, one that acts, a body; and what one may before
	// it is known which.
	ofPlace, ofSubject, ofAgency, ofAnyPlace []symbol
}

// Hash is the hash of the content of the rule files.
func (s *Set) Hash() string { return s.hash }

// Version is the newest version that a rule file gives itself.
func (s *Set) Version() string { return s.version }

// Labels are the labels that the rules know, in order of name.
func (s *Set) Labels() []news.Label {
	out := make([]news.Label, 0, len(s.labels))
	for _, l := range s.labels {
		out = append(out, l.label)
	}
	return out
}

// Phrases is the number of phrases that are looked for, without the gazetteer's.
func (s *Set) Phrases() int { return len(s.roleOf) }

func newer(a, b string) string {
	if strings.Compare(a, b) < 0 {
		return b
	}
	return a
}

// Auto is the score from which label is sure.
func (s *Set) Auto(label news.Label) float64 { return s.threshold(label).Auto }

// Scan appends to dst the hits in text of all phrases that are looked for, those of
// the gazetteer first: all that Judge knows of the text.
func (s *Set) Scan(dst []match.Hit, text string) []match.Hit { return s.matcher.Append(dst, text) }
