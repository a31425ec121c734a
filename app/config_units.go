package app

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// A Duration is a time as the file gives it: 30s, 5m, 48h, 30d, or several of them
// one after the other.
type Duration time.Duration

// ParseDuration reads s, m, h and d (24 h) besides what time.ParseDuration reads.
func ParseDuration(s string) (Duration, error) {
	days, rest, found := strings.Cut(s, "d")
	if !found {
		days, rest = "", s
	}
	var total time.Duration
	if days != "" {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || n < 0 || n > 36500 {
			return 0, fmt.Errorf("%q is not a time such as 30s, 5m, 48h or 30d", s)
		}
		total = time.Duration(n * 24 * float64(time.Hour))
	}
	if rest != "" {
		d, err := time.ParseDuration(rest)
		if err != nil {
			return 0, fmt.Errorf("%q is not a time such as 30s, 5m, 48h or 30d", s)
		}
		total += d
	} else if days == "" {
		return 0, fmt.Errorf("%q is not a time such as 30s, 5m, 48h or 30d", s)
	}
	return Duration(total), nil
}

// UnmarshalText reads a time.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDuration(string(text))
	return err
}

// UnmarshalYAML reads a time, and says on which line a bad one stands.
func (d *Duration) UnmarshalYAML(node ast.Node) error { return scalar(node, d.UnmarshalText) }

func (d Duration) String() string { return time.Duration(d).String() }

// Every is how often a source is polled; 0 is "auto".
type Every time.Duration

// UnmarshalText reads a time or "auto".
func (e *Every) UnmarshalText(text []byte) error {
	if string(text) == "auto" {
		*e = 0
		return nil
	}
	d, err := ParseDuration(string(text))
	*e = Every(d)
	return err
}

// UnmarshalYAML reads a time or "auto", and says on which line a bad one stands.
func (e *Every) UnmarshalYAML(node ast.Node) error { return scalar(node, e.UnmarshalText) }

// scalar hands the text of node to read, since the YAML library does not say where
// the text stood that an UnmarshalText refused.
func scalar(node ast.Node, read func([]byte) error) error {
	token := node.GetToken()
	if err := read([]byte(token.Value)); err != nil {
		return fmt.Errorf("line %d: %w", token.Position.Line, err)
	}
	return nil
}

// A Size is a number of bytes: 512MiB, 2GiB, 1500000.
type Size int64

var sizes = []struct {
	unit  string
	bytes int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	raw, factor := string(text), int64(1)
	for _, u := range sizes {
		if number, ok := strings.CutSuffix(raw, u.unit); ok {
			raw, factor = strings.TrimSpace(number), u.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(raw, 64)
	if err != nil || n < 0 || n*float64(factor) > 1<<60 {
		return fmt.Errorf("%q is not a size such as 512MiB or 2GiB", text)
	}
	*s = Size(n * float64(factor))
	return nil
}

// UnmarshalYAML reads a size, and says on which line a bad one stands.
func (s *Size) UnmarshalYAML(node ast.Node) error { return scalar(node, s.UnmarshalText) }

func (s Size) String() string {
	for _, u := range []struct {
		unit  string
		bytes int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if int64(s) >= u.bytes {
			return strconv.FormatFloat(float64(s)/float64(u.bytes), 'g', 4, 64) + u.unit
		}
	}
	return strconv.FormatInt(int64(s), 10) + "B"
}
