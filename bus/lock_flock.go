//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package bus

import (
	"errors"
	"os"
	"syscall"
)

// acquire opens path, locked for this process; nil if another holds it.
func acquire(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return f, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return nil, f.Close()
		default:
			_ = f.Close()
			return nil, err
		}
	}
}
