//go:build unix

package par

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// shrunk maps a file that has lost its pages.
func shrunk(t *testing.T) []byte {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, make([]byte, 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := unix.Mmap(int(f.Fd()), 0, 1<<16, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Munmap(text) })
	if err := f.Truncate(0); err != nil {
		t.Fatal(err)
	}
	return text
}

var sink byte

func TestFault(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		text := shrunk(t)
		touch := func(int) error { sink = text[len(text)/2]; return nil }
		var fault *FaultError
		if err := Guard(func() error { return touch(0) }); !errors.As(err, &fault) || fault.Addr == 0 {
			t.Errorf("Guard: got %v", err)
		}
		fault = nil
		err := Do(context.Background(), 100, func(i int) error {
			if i < 40 {
				return nil
			}
			return touch(i)
		})
		if !errors.As(err, &fault) {
			t.Errorf("Do: got %v", err)
		}
		err = Workers(context.Background(), 3, func(int) func(int) error {
			_ = touch(0)
			return touch
		})
		if !errors.As(err, &fault) {
			t.Errorf("Workers: got %v", err)
		}
	})
}
