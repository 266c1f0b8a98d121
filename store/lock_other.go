//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package store

import (
	"context"
	"os"
)

// lock has nothing to lock with here.
func lock(*os.File) (unlock func(), err error) { return func() {}, nil }

// lockDir does nothing: a directory cannot be locked here.
func lockDir(context.Context, string) (unlock func(), locked bool, err error) {
	return func() {}, false, nil
}
