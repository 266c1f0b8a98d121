package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/seed-c33ae711/jcheck/render"
)

// writeFiles writes files into a directory, which is made if it is not there. It
// follows no link that leads out of the directory: somebody else may have laid it there.
func writeFiles(dir string, files []render.File) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
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
