package format

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A report of etcd's robustness tests has a directory for each client,
// client-<id>, with operations.json, and watch.json, which is not read.

const robustnessFile = "operations.json"

// robustnessFiles lists the operations.json of a report's clients, in the order
// of their numbers.
func robustnessFiles(path string, want Format) []string {
	if want != Auto && want != Robustness {
		return nil
	}
	entries, err := os.ReadDir(path) // in the order of names
	if err != nil {
		return nil
	}
	type client struct {
		id   int
		file string
	}
	var clients []client
	for _, e := range entries {
		id, ok := strings.CutPrefix(e.Name(), "client-")
		if file := fileIn(filepath.Join(path, e.Name()), robustnessFile); ok && file != "" {
			n, _ := strconv.Atoi(id) // 0 if it is not a number
			clients = append(clients, client{n, file})
		}
	}
	slices.SortStableFunc(clients, func(a, b client) int { return cmp.Compare(a.id, b.id) })
	var files []string
	for _, c := range clients {
		files = append(files, c.file)
	}
	return files
}

// readRobustnessDir reads the history that the files of a report make together.
func readRobustnessDir(ctx context.Context, path string, files []string, opt Options) (*history.History, error) {
	l := newOpLog(job{ctx: ctx, src: edn.NewSource(path, nil, edn.EDN), opt: opt})
	for _, file := range files {
		if info, err := os.Stat(file); err == nil {
			l.total += info.Size()
		}
	}
	r := robustnessReader{opLog: l, volatile: map[string]bool{}}
	for _, file := range files {
		in, err := openText(ctx, file, opt)
		if err != nil {
			return nil, err
		}
		err = par.Guard(func() error { return r.read(edn.NewSource(file, in.Text, edn.EDN)) })
		l.before += int64(len(in.Text))
		in.close()
		if err != nil {
			return nil, located(file, err)
		}
	}
	if len(r.requests) == 0 {
		return nil, &edn.SyntaxError{File: path, Msg: fmt.Sprintf("expected operations, found none in %d files", len(files))}
	}
	if err := r.write(); err != nil {
		return nil, err
	}
	return l.history()
}

// alone refuses a file that is known to be a part of a history only, unless
// somebody asks for its format.
func alone(path string, opt Options) error {
	if opt.Format != Auto || unpackedName(filepath.Base(path)) != robustnessFile {
		return nil
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	dir := filepath.Dir(filepath.Dir(full))
	if files := robustnessFiles(dir, Auto); len(files) > 1 && slices.Contains(files, full) {
		return &edn.SyntaxError{File: path, Msg: fmt.Sprintf("the operations of one of %d clients are a part of a history: read the directory %s", len(files), dir)}
	}
	return nil
}
