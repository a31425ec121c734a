// Package sources is the embedded list of real sites that `edict run` watches when
// its configuration names none: crypto press in English and Chinese, and public
// authorities. It only holds and checks the list. It fetches nothing, and it does
// not say whether an address still answers: that is found out by watching it, and
// `edict sources check` tells.
package sources

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/goccy/go-yaml"

	"edict/news"
)

//go:embed sources.yaml
var file []byte

// An entry is a source as the file has it. The language is for whoever reads or
// extends the list; an article's own language is found from its text.
type entry struct {
	news.Source `yaml:",inline"`
	Language    string `yaml:"language"` // BCP 47
}

// Embedded returns the list in the order of the file, each source marked as
// FromEmbedded. An error, news.ErrInvalid, means that the file in the program is
// wrong; a test keeps that from being built.
func Embedded() ([]news.Source, error) {
	entries, err := parse(file)
	if err != nil {
		return nil, err
	}
	list := make([]news.Source, len(entries))
	for i, e := range entries {
		list[i] = e.Source
	}
	return list, nil
}

// parse reads a list of entries strictly: an unknown key, a missing field or a slug
// that stands twice is an error that names its place.
func parse(data []byte) ([]entry, error) {
	var entries []entry
	err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&entries)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("embedded sources: %w: %w", err, news.ErrInvalid)
	}
	if len(entries) == 0 {
		return nil, fmt.Errorf("embedded sources: the list is empty: %w", news.ErrInvalid)
	}
	seen := map[string]string{}
	for i := range entries {
		e := &entries[i]
		e.Origin = news.FromEmbedded
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("embedded source %d: %w", i+1, err)
		}
		if other, ok := seen[e.Slug]; ok {
			return nil, fmt.Errorf("embedded source %d: slug %q is %s's: %w", i+1, e.Slug, other, news.ErrInvalid)
		}
		seen[e.Slug] = e.Name
	}
	return entries, nil
}

// check adds to what every source must be what an embedded one must be: addresses
// over https, and where and when somebody read them.
func (e *entry) check() error {
	if err := e.Validate(); err != nil {
		return err
	}
	for _, a := range append(e.Addresses(), e.Documented) {
		if u, err := url.Parse(a); err != nil || u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("source %q: address %q is not https: %w", e.Name, a, news.ErrInvalid)
		}
	}
	if _, err := time.Parse(time.DateOnly, e.Looked); err != nil {
		return fmt.Errorf("source %q: looked %q is not a day: %w", e.Name, e.Looked, news.ErrInvalid)
	}
	if e.Language == "" {
		return fmt.Errorf("source %q: it needs a language: %w", e.Name, news.ErrInvalid)
	}
	return nil
}
