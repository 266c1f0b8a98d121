//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package store

import (
	"context"
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// lock keeps other writers from a file: where blocks go is where it ends, so two
// of them would write over each other.
func lock(f *os.File) (unlock func(), err error) {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, err
	}
	return func() { _ = unix.Flock(int(f.Fd()), unix.LOCK_UN) }, nil
}

// lockDir waits until nobody else has locked a directory. It reports whether it can be locked, which
// some file systems refuse.
func lockDir(ctx context.Context, dir string) (unlock func(), locked bool, err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, false, err
	}
	for {
		unlock, err := lock(d)
		if err == nil {
			return func() { unlock(); d.Close() }, true, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			d.Close()
			return func() {}, false, nil
		}
		select {
		case <-ctx.Done():
			d.Close()
			return nil, false, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
