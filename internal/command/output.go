package command

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-c33ae711/jcheck/format"
)

// An output is where a command writes what it makes: standard output, or a file
// or a directory that appears when it is complete.
type output struct {
	path  string // empty or - for standard output
	force bool   // whether a file that is there may be replaced
}

func (o output) isStdout() bool { return o.path == "" || o.path == "-" }

// formatOr is the format that the name of the file stands for, such as jsonl of history.jsonl, or
// another if it stands for none.
func (o output) formatOr(other string) string {
	switch ext := strings.TrimPrefix(filepath.Ext(o.path), "."); ext {
	case "edn", "json", "jsonl":
		return ext
	case "ndjson":
		return "jsonl"
	}
	return other
}

// check finds out before anything is read what would be in the way.
func (o output) check(dir bool, what string) error {
	if o.isStdout() {
		if dir || what == jepsenFormat {
			return usagef("%s is not written to standard output: expected -o", what)
		}
		return nil
	}
	info, err := os.Stat(o.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case dir:
		return usagef("%s exists: expected the name of a directory that does not", o.path)
	case info.IsDir():
		return usagef("%s is a directory: expected the name of a file", o.path)
	case !info.Mode().IsRegular():
		if what == jepsenFormat {
			return usagef("%s is no regular file: expected the name of one", o.path)
		}
	case !o.force:
		return usagef("%s exists: --force overwrites it", o.path)
	}
	return nil
}

// write writes files to where they belong.
func (o output) write(stdout io.Writer, x *format.Output) error {
	if o.isStdout() {
		return x.Files[0].Write(stdout)
	}
	if info, err := os.Stat(o.path); err == nil && !info.Mode().IsRegular() && !x.Dir { // a device or a pipe
		f, err := os.OpenFile(o.path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return closing(f, x.Files[0].Write(f))
	}
	return o.replace(func(temp string) error {
		if !x.Dir {
			return createFile(temp, x.Files[0].Write)
		}
		if err := os.Mkdir(temp, 0o777); err != nil {
			return err
		}
		for _, file := range x.Files {
			path := filepath.Join(temp, file.Name)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				return err
			}
			if err := createFile(path, file.Write); err != nil {
				return err
			}
		}
		return nil
	})
}

// save writes a file that was asked for beside a result, in place of what an earlier
// run wrote there; - is standard output.
func (a *app) save(path string, data []byte) error {
	return output{path: path, force: true}.write(a.data, oneFile(func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}))
}

func oneFile(write func(w io.Writer) error) *format.Output {
	return &format.Output{Files: []format.OutputFile{{Write: write}}}
}

// replace lets make write something that does not exist, in a directory beside its
// place, and then moves it there. A file that is to be replaced keeps what links to
// it.
func (o output) replace(make func(temp string) error) error {
	path := o.path
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".jcheck-*")
	if err != nil {
		return &fs.PathError{Op: "write", Path: path, Err: errors.Unwrap(err)}
	}
	defer os.RemoveAll(dir)
	temp := filepath.Join(dir, filepath.Base(path))
	if err := make(temp); err != nil {
		return err
	}
	info, err := os.Stat(temp)
	if err != nil {
		return err
	}
	if !o.force && !info.IsDir() {
		// Unlike a rename, a link does not replace what somebody else wrote meanwhile.
		if err := os.Link(temp, path); err == nil {
			return nil
		} else if errors.Is(err, fs.ErrExist) {
			return usagef("%s exists: --force overwrites it", path)
		}
	}
	if err := os.Rename(temp, path); errors.Is(err, fs.ErrExist) {
		return usagef("%s exists: expected the name of a directory that does not", path)
	} else if err != nil {
		return &fs.PathError{Op: "write", Path: path, Err: errors.Unwrap(err)}
	}
	return nil
}

// createFile makes a file, and sees that it is on the disk.
func createFile(path string, write func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	return closing(f, err)
}

func closing(f *os.File, err error) error {
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
