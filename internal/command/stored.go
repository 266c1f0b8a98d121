package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/store"
)

// isStored reports whether a path means a run: the directory of one, also by a link such as
// store/latest, or the file in it that holds it.
func isStored(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if info.IsDir() {
		return store.Holds(path)
	}
	if strings.HasSuffix(path, ".jepsen") || filepath.Base(path) == "test.fressian" {
		return true
	}
	if !info.Mode().IsRegular() {
		return false // to look into a pipe is to take from it
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, 6)
	n, _ := f.Read(magic)
	return bytes.Equal(magic[:n], []byte("JEPSEN"))
}

// storedFile returns the path of the .jepsen file, or the test.fressian, that an argument means.
func (a *app) storedFile(arg string) (string, error) {
	path, err := a.resolve(arg)
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		for _, name := range []string{"test.jepsen", "test.fressian"} {
			file := filepath.Join(path, name)
			if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
				return file, nil
			}
		}
		return "", usagef("%s: expected test.jepsen or test.fressian in the directory of a run, found neither", path)
	}
	return path, nil
}

// openRun opens the run that an argument means, and warns of what cannot be read of it, since
// what is shown then may be older than what was lost.
func (a *app) openRun(arg string) (*store.Stored, error) {
	path, err := a.resolve(arg)
	if err != nil {
		return nil, err
	}
	run, err := store.OpenRun(path)
	if err != nil {
		return nil, err
	}
	for _, l := range run.Losses() {
		a.complain(fmt.Errorf("%s: lost: %s", run.Path(), l))
	}
	return run, nil
}

// readStored reads the history of a run, and notes whether its values are tuples
// [key value], and what its test promises.
func readStored(ctx context.Context, path string, opt store.Options, f *inputFlags, bar *progress) (*history.History, error) {
	run, err := store.OpenRun(path)
	if err != nil {
		return nil, err
	}
	defer run.Close()
	opt.Progress = func(done, total int64) { bar.share("reading "+run.Path(), done, total) }
	p, _ := run.Promises() // of a test that cannot be read, the history may be read
	f.promised, f.plot = promised(p), perf.Options{Nodes: p.Nodes, Nemeses: perf.ParseNemeses(p.Plot)}
	if p.Workload == "broadcast" && opt.Map == nil { // which Maelstrom's checks call an add, too
		if opt.Map, err = format.ParseMapping("f=broadcast:add"); err != nil {
			return nil, err
		}
	}
	stored, err := run.History(ctx, opt)
	if err != nil {
		return nil, err
	}
	f.tuples = stored.Tuples
	return stored.History, nil
}

// promised is what the checks want to know of what a test promises.
func promised(p store.Promises) checker.Promised {
	c := checker.Promised{Workload: p.Workload, Models: p.Models, Anomalies: p.Anomalies, Accounts: p.Accounts, Init: p.Init}
	if total, ok := p.Total.Int(); ok {
		c.Total = &total
	}
	return c
}
