package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// textLog writes log lines for a person: time, level where it matters, the message,
// then the attributes.
type textLog struct {
	mu    *sync.Mutex
	w     io.Writer
	level slog.Level
	color bool
	attrs []slog.Attr
	group string
}

func newTextLog(w io.Writer, level slog.Level, color bool) *textLog {
	return &textLog{mu: new(sync.Mutex), w: w, level: level, color: color}
}

// Enabled reports whether a line of this level is shown.
func (h *textLog) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle writes one line.
func (h *textLog) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(r.Time.Format("15:04:05"))
	part, rest := "", strings.Builder{}
	each := func(a slog.Attr) bool {
		if a.Key == "part" {
			part = a.Value.String()
			return true
		}
		fmt.Fprintf(&rest, "  %s=%s", h.group+a.Key, quoteIfNeeded(visible(a.Value.Resolve().String())))
		return true
	}
	for _, a := range h.attrs {
		each(a)
	}
	r.Attrs(each)
	switch {
	case r.Level >= slog.LevelError:
		b.WriteString(h.paint("31;1", " ERROR"))
	case r.Level >= slog.LevelWarn:
		b.WriteString(h.paint("33", " warn "))
	case r.Level < slog.LevelInfo:
		b.WriteString(h.paint("2", " debug"))
	default:
		b.WriteString("      ")
	}
	fmt.Fprintf(&b, " %-10s %s%s\n", part, visible(r.Message), h.paint("2", rest.String()))
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := io.WriteString(h.w, b.String())
	return err
}

// WithAttrs returns a handler that adds attrs to every line.
func (h *textLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	n := *h
	n.attrs = append(append([]slog.Attr{}, h.attrs...), attrs...)
	return &n
}

// WithGroup returns a handler that puts name before the keys.
func (h *textLog) WithGroup(name string) slog.Handler {
	n := *h
	n.group += name + "."
	return &n
}

func (h *textLog) paint(code, s string) string {
	if s == "" || !h.color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func quoteIfNeeded(s string) string {
	if s == "" || strings.ContainsAny(s, " \n\t\"=") {
		return fmt.Sprintf("%q", s)
	}
	return s
}
