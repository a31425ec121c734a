//go:build !unix

package pgtest

import "os/exec"

func other() (*identity, error) { return nil, nil }

func (i *identity) wear(*exec.Cmd) {}
