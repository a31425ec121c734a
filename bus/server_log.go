package bus

import (
	"fmt"
	"log/slog"
	"sync/atomic"
)

// serverLog passes the NATS server's log on to ours, and counts what is wrong:
// some damage to its files shows nowhere else.
type serverLog struct {
	log              *slog.Logger
	warnings, errors atomic.Uint64
	fatal            atomic.Pointer[string] // why the server gave up, if it did
}

// Noticef logs what the server says about itself, of which there is much.
func (l *serverLog) Noticef(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }

// Warnf counts and logs a warning.
func (l *serverLog) Warnf(format string, v ...any) {
	l.warnings.Add(1)
	l.log.Warn(fmt.Sprintf(format, v...))
}

// Errorf counts and logs an error.
func (l *serverLog) Errorf(format string, v ...any) {
	l.errors.Add(1)
	l.log.Error(fmt.Sprintf(format, v...))
}

// Fatalf counts and keeps an error that stops the server. It does not end the
// process: start returns it.
func (l *serverLog) Fatalf(format string, v ...any) {
	l.errors.Add(1)
	text := fmt.Sprintf(format, v...)
	l.fatal.Store(&text)
}

// Debugf is not called: the server's debug log is off.
func (l *serverLog) Debugf(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }

// Tracef is not called: the server's trace is off.
func (l *serverLog) Tracef(format string, v ...any) { l.log.Debug(fmt.Sprintf(format, v...)) }
