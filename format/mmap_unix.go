//go:build unix

package format

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps the first size bytes of f, which must not be 0.
func mapFile(f *os.File, size int64) (*input, error) {
	text, err := unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	return &input{Text: text, unmap: func() { _ = unix.Munmap(text) }}, nil
}
