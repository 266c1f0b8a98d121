package store

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// A LinkError says which link to a run could not be made. The run itself is fine.
type LinkError struct {
	Path string // of the link
	Err  error
}

func (e *LinkError) Error() string { return fmt.Sprintf("link %s: %v", e.Path, e.Err) }

func (e *LinkError) Unwrap() error { return e.Err }

// linkAll moves all links to the run.
func (r *Recording) linkAll() {
	r.link("current")
	r.link("latest")
	r.link(filepath.Join(filepath.Base(filepath.Dir(r.Dir)), "latest"))
}

// link moves a link in the store to the run, if the run is still there. The first that fails
// is kept for Close.
func (r *Recording) link(name string) {
	path := filepath.Join(r.root, name)
	err := error(nil)
	if _, err = os.Stat(r.Dir); err == nil {
		var target string
		if target, err = filepath.Rel(filepath.Dir(path), r.Dir); err == nil {
			err = moveLink(path, target)
		}
	}
	if err != nil && r.links == nil {
		r.links = &LinkError{path, err}
	}
}

// moveLink makes a link beside the one that has its name already, and renames it, so that
// there is always one of them. What is not a link stays.
func moveLink(path, target string) error {
	info, err := os.Lstat(path)
	old := err == nil
	if old && info.Mode()&fs.ModeSymlink == 0 {
		return fmt.Errorf("expected a link or nothing, found another file: %w", fs.ErrExist)
	}
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s-%016x", filepath.Base(path), rand.Uint64()))
	if err := os.Symlink(target, temp); err != nil {
		return err
	}
	err = os.Rename(temp, path)
	if err != nil && old { // some systems do not rename over what leads to a directory
		if err = os.Remove(path); err == nil {
			err = os.Rename(temp, path)
		}
	}
	if err != nil {
		_ = os.Remove(temp)
	}
	return err
}

// mostLink is how many bytes a file has at most that stands for a link.
const mostLink = 4096

// Follow returns the directory of the run that a link such as latest leads to, if it is a file: a system or an
// archive that has no links makes it one that holds the path.
func Follow(path string) (dir string, ok bool) {
	if name := filepath.Base(path); name != "latest" && name != "current" {
		return "", false
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostLink {
		return "", false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", false
	}
	to := filepath.FromSlash(strings.TrimSpace(string(text)))
	if !filepath.IsLocal(to) || strings.ContainsAny(to, "\x00\n") {
		return "", false
	}
	dir = filepath.Join(filepath.Dir(path), to)
	return dir, Holds(dir)
}
