//go:build unix

package store

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A file that shrinks while it is in use is an error, whatever is asked of it: not a crash, and
// not zeros where ops were, as which the rest of its last page reads.
func TestShrinksInUse(t *testing.T) {
	data, _ := chunkedFile(t, 20_000, 1000)
	for _, size := range []int64{0, fileHeader, int64(len(data)) / 2, int64(len(data)) - 1} {
		for name, ask := range map[string]func(f *File) error{
			"History": func(f *File) error { _, err := f.History(context.Background(), Options{}); return err },
			"Ops":     func(f *File) error { _, err := f.Ops(19_000, 20_000); return err },
			"Len":     func(f *File) error { _, err := f.Len(); return err },
			"Results": func(f *File) error { _, err := f.Results(); return err },
			"Verdict": func(f *File) error { _, _, err := f.Verdict(); return err },
		} {
			f := openBytes(t, data)
			if err := ask(f); err != nil {
				t.Fatal(err)
			}
			f.cache.kept = nil
			if err := os.Truncate(f.path, size); err != nil {
				t.Fatal(err)
			}
			var fault *par.FaultError
			if err := ask(f); !errors.As(err, &fault) {
				t.Errorf("%s of %d bytes: got %v", name, size, err)
			}
			f.Close()
		}
	}
}

// So is one that shrinks while it is read, on one core and on several.
func TestShrinksWhileRead(t *testing.T) {
	data, _ := chunkedFile(t, 20_000, 1000)
	for _, procs := range []int{1, 4} {
		for _, size := range []int64{0, int64(len(data)) - 1} {
			func() {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
				f := openBytes(t, data)
				h, err := f.History(context.Background(), Options{Progress: func(done, total int64) {
					if err := os.Truncate(f.path, size); err != nil {
						t.Error(err)
					}
				}})
				var fault *par.FaultError
				if !errors.As(err, &fault) || h != nil {
					t.Errorf("%d cores, %d bytes: got %v, %v", procs, size, h, err)
				}
			}()
		}
	}
}
