package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/render"
)

// manifest lists the files that writeFiles wrote into a directory.
const manifest = ".jcheck-files"

// writeFiles writes files into a directory, which is made if it is not there, and takes
// away those of an earlier run. It follows no link that leads out of the directory:
// somebody else may have laid it there.
func writeFiles(dir string, files []render.File) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := clearFiles(root); err != nil {
		return fmt.Errorf("removing earlier explanations: %w", err)
	}
	var names strings.Builder
	for _, f := range files {
		fmt.Fprintln(&names, strconv.Quote(f.Name))
	}
	if err := root.WriteFile(manifest, []byte(names.String()), 0o666); err != nil {
		return fmt.Errorf("writing explanations: %w", err)
	}
	for _, f := range files {
		text := f.Data
		if path.Ext(f.Name) == ".txt" {
			text = appendPrintable(nil, text, false)
		}
		if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(f.Name)), 0o777); err != nil {
			return fmt.Errorf("writing explanations: %w", err)
		}
		if err := root.WriteFile(filepath.FromSlash(f.Name), text, 0o666); err != nil {
			return fmt.Errorf("writing explanations: %w", err)
		}
	}
	return nil
}

// clearFiles removes what the manifest lists, and directories that nothing is left in.
func clearFiles(root *os.Root) error {
	text, err := root.ReadFile(manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		name, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil || !filepath.IsLocal(filepath.FromSlash(name)) {
			continue // somebody else wrote it
		}
		if err := root.Remove(filepath.FromSlash(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if root.Remove(filepath.FromSlash(dir)) != nil {
				break // others have something in it
			}
		}
	}
	return nil
}
