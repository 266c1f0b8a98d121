package format

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	if file := fileIn(path, name); file != "" {
		return file, nil
	}
	var files []string
	entries, _ := os.ReadDir(path)
	for _, e := range entries {
		ok, _ := filepath.Match("hist-*", e.Name())
		if file := fileIn(filepath.Join(path, e.Name()), name); ok && file != "" {
			files = append(files, file)
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

// packedEndings are what the names of compressed files end in.
var packedEndings = []string{".gz", ".zst", ".s2", ".sz", ".xz", ".bz2"}

// unpackedName returns the name that a file had before it was compressed.
func unpackedName(name string) string {
	if ext := filepath.Ext(name); slices.Contains(packedEndings, ext) {
		return strings.TrimSuffix(name, ext)
	}
	return name
}

// fileIn returns the file of that name in a directory, perhaps compressed; empty if
// there is none.
func fileIn(dir, name string) string {
	for _, ending := range append([]string{""}, packedEndings...) {
		if file := filepath.Join(dir, name+ending); isRegular(file) {
			return file
		}
	}
	return ""
}

func isRegular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
