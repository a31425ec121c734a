//go:build !unix

package app

import "errors"

// freeShare is not known on this system; the doctor leaves it out.
func freeShare(string) (float64, error) { return 0, errors.ErrUnsupported }
