package store

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/seed-c33ae711/jcheck/edn"
)

// An AppendError says that results could not become part of a run's .jepsen file, which is as
// it was. They are in results.edn beside it.
type AppendError struct {
	Path string // of the .jepsen file
	Err  error  // why: fs.ErrNotExist if there is none
}

func (e *AppendError) Error() string {
	return fmt.Sprintf("the results are in results.edn only: %v", e.Err)
}

func (e *AppendError) Unwrap() error { return e.Err }

// SaveResults saves what another analysis of a run found: in the .jepsen file of the run's directory, to
// which it is appended, and as results.edn beside it. Neither touches the history, and the old
// results can be read until the new ones are complete.
//
// A .jepsen file that is damaged, or of version 0, or that another program writes to, stays as it
// is, since to append to it might cost some of it. Then the results are in results.edn alone, and
// the error is an [AppendError].
func SaveResults(dir string, results edn.Value) error {
	if k := results.Kind(); k != edn.Map {
		return fmt.Errorf("%s: expected a map of results, found %s", dir, k)
	}
	path := filepath.Join(dir, "test.jepsen")
	err := appendResults(path, results)
	if saved := writeResults(dir, results); saved != nil {
		return errors.Join(err, saved)
	}
	if err != nil {
		return &AppendError{path, err}
	}
	return nil
}

func appendResults(path string, results edn.Value) error {
	w, err := Append(path)
	if err != nil {
		return err
	}
	err = w.SaveResults(results)
	if closing := w.Close(); err == nil {
		err = closing
	}
	return err
}
