package store

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// timeLayout is how the directory of a run is named, in the zone of the machine
// that ran it.
const timeLayout = "20060102T150405.000Z0700"

// A Run is a directory of a recorded test: <store>/<name>/<time>.
type Run struct {
	Name string // of the test
	Time time.Time
	Dir  string
}

// File is the path of the run's .jepsen file, which need not exist.
func (r Run) File() string { return filepath.Join(r.Dir, "test.jepsen") }

// Runs lists the runs in a store's directory, the oldest first. Links are ignored,
// because runs would count twice, and so are directories that are not named like a run.
// If the directory of a test cannot be read, the error says so, and the runs are those
// of all others.
func Runs(root string) ([]Run, error) {
	names, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &fs.PathError{Op: "find the store", Path: root, Err: fmt.Errorf("%w; --store names another one, and jcheck demo makes one", fs.ErrNotExist)}
	}
	if err != nil {
		return nil, err
	}
	var runs []Run
	var unread error
	for _, name := range names {
		if !name.IsDir() {
			continue
		}
		times, err := os.ReadDir(filepath.Join(root, name.Name()))
		if err != nil && !errors.Is(err, fs.ErrNotExist) && unread == nil { // it may have gone meanwhile
			unread = err
		}
		for _, t := range times {
			at, err := time.Parse(timeLayout, t.Name())
			if err != nil || !t.IsDir() {
				continue
			}
			runs = append(runs, Run{name.Name(), at, filepath.Join(root, name.Name(), t.Name())})
		}
	}
	slices.SortFunc(runs, func(a, b Run) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Dir, b.Dir))
	})
	return runs, unread
}

// Find returns the directory of a run in a store: -1 is the newest, -2 the one before,
// 0 the oldest; or a name, for its newest run; or name/time; or a link such as latest.
func Find(root, address string) (string, error) {
	runs, err := Runs(root)
	if n, numbered := strconv.Atoi(address); numbered == nil {
		if err != nil { // or else another run may be meant
			return "", err
		}
		at := n
		if n < 0 {
			at += len(runs)
		}
		if at < 0 || at >= len(runs) {
			return "", fmt.Errorf("%s: expected a run from %d to %d, found %d", root, -len(runs), len(runs)-1, n)
		}
		return runs[at].Dir, nil
	}
	for _, r := range slices.Backward(runs) {
		if r.Name == address || r.Name == pathName(address) {
			return r.Dir, nil
		}
	}
	if err != nil {
		return "", err
	}
	if !filepath.IsLocal(address) {
		return "", fmt.Errorf("%s: expected a run inside of the store, found %q", root, address)
	}
	dir := filepath.Join(root, address)
	if run, ok := Follow(dir); ok {
		return run, nil
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", fmt.Errorf("%s: expected the number, the name or the directory of a run, found %q; there are %s", root, address, newestNames(runs))
	}
	return dir, nil
}

// mostNames is how many names an error lists.
const mostNames = 12

// newestNames are the names of tests, those that ran last first.
func newestNames(runs []Run) string {
	var names []string
	for _, r := range slices.Backward(runs) {
		switch {
		case slices.Contains(names, r.Name):
		case len(names) == mostNames:
			return strings.Join(names, ", ") + " and others"
		default:
			names = append(names, r.Name)
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ", ")
}
