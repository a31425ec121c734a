//go:build unix

package app

import (
	"fmt"
	"syscall"
)

// freeShare is the share of the disk under dir that is free, 0 to 1.
func freeShare(dir string) (float64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("look at the disk under %s: %w", dir, err)
	}
	return float64(st.Bavail) / float64(max(st.Blocks, 1)), nil
}
