package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/store"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// storedFile returns the .jepsen file that a path means: the file itself, or that
// of a run's directory, also by a link such as store/latest.
func storedFile(path string) (file string, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return "", false
	}
	if info.IsDir() {
		file = filepath.Join(path, "test.jepsen")
		_, err := os.Stat(file)
		return file, err == nil
	}
	if strings.HasSuffix(path, ".jepsen") {
		return path, true
	}
	if !info.Mode().IsRegular() {
		return "", false // to look into a pipe is to take from it
	}
	f, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer f.Close()
	magic := make([]byte, 6)
	n, _ := f.Read(magic)
	return path, bytes.Equal(magic[:n], []byte("JEPSEN"))
}

// storedPath returns the path of the .jepsen file that an argument means.
func (a *app) storedPath(arg string) (string, error) {
	path, err := a.resolve(arg)
	if err != nil {
		return "", err
	}
	if file, ok := storedFile(path); ok {
		return file, nil
	}
	return path, nil
}

// readStored reads the history of a .jepsen file, and tells whether its values
// are tuples [key value].
func readStored(ctx context.Context, file string, p *progress) (h *history.History, tuples bool, err error) {
	f, err := store.OpenFile(file)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	p.say("reading "+file, -1)
	stored, err := f.History(ctx, store.Options{})
	if err != nil {
		return nil, false, err
	}
	return stored.History, stored.Tuples, nil
}

// lostOps explains why a damaged history proves nothing.
const lostOps = "ops of this history are lost, which could change the verdict; see the warning"

// distrust makes the verdict on a history unknown if some of its ops are lost:
// what is missing may be what is wrong, or what would explain it.
func distrust(h *history.History, r result.Result) {
	for _, w := range h.Warnings() {
		if w.Code == history.LostOps {
			distrustAll(r, w)
			return
		}
	}
}

func distrustAll(r result.Result, w verdict.Warning) {
	switch r := r.(type) {
	case *result.Group:
		for _, m := range r.Members {
			distrustAll(m.Result, w)
		}
	case *result.Keyed:
		for _, k := range r.Keys {
			distrustAll(k.Result, w)
		}
		r.Unknown(lostOps)
		r.Warnings = append(r.Warnings, w)
	case *elle.Result:
		r.Valid, r.Reason = verdict.Unknown, lostOps
	case *linearizable.Result:
		r.Valid, r.Reason = verdict.Unknown, lostOps
	case result.Report:
		c := r.About()
		c.Unknown(lostOps)
		c.Warnings = append(c.Warnings, w)
	}
}
