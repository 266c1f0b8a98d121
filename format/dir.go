package format

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// Some formats take a directory for a history: one of logs, one of clients, or
// one that has a file of a certain name somewhere.

// readDir reads the history that a directory holds.
func readDir(ctx context.Context, path string, opt Options) (*history.History, error) {
	for _, kind := range []*logKind{cobraDir, viperDir} {
		for _, dir := range []string{path, filepath.Join(path, "json")} {
			if logs := kind.logs(dir, opt.Format); len(logs) > 0 {
				return kind.readLogs(ctx, dir, logs, opt)
			}
		}
	}
	if files := robustnessFiles(path, opt.Format); len(files) > 0 {
		return readRobustnessDir(ctx, path, files, opt)
	}
	file, err := bincodeIn(path, opt.Format)
	switch {
	case err != nil:
		return nil, err
	case file != "":
		return ReadFile(ctx, file, opt)
	}
	return nil, &edn.SyntaxError{File: path, Msg: "expected a history file, found a directory" + hint(path)}
}

// bincodeIn returns the history.bincode of a directory, also if it is in one
// below, such as hist-00000; empty if there is none.
func bincodeIn(path string, want Format) (string, error) {
	const name = "history.bincode"
	if want != Auto && want != DBCop {
		return "", nil
	}
	if file := filepath.Join(path, name); isRegular(file) {
		return file, nil
	}
	var files []string
	entries, _ := os.ReadDir(path)
	for _, e := range entries {
		if ok, _ := filepath.Match("hist-*", e.Name()); ok && isRegular(filepath.Join(path, e.Name(), name)) {
			files = append(files, filepath.Join(path, e.Name(), name))
		}
	}
	switch len(files) {
	case 0:
		return "", nil
	case 1:
		return files[0], nil
	}
	return "", &edn.SyntaxError{File: path, Msg: fmt.Sprintf("expected one history, found %d in it: name one, such as %s", len(files), filepath.Dir(files[0]))}
}

func isRegular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
