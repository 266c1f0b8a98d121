package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/seed-c33ae711/jcheck/edn"
)

// An AppendError says that results could not be added to a run's .jepsen file, which is
// unchanged. They are in results.edn beside it.
type AppendError struct {
	Path string // of the .jepsen file
	Err  error  // why: fs.ErrNotExist if there is none
}

func (e *AppendError) Error() string {
	return fmt.Sprintf("the results are in results.edn only: %v", e.Err)
}

func (e *AppendError) Unwrap() error { return e.Err }

// ErrBusy means that another program is writing to a run.
var ErrBusy = errors.New("another program writes to it")

// appendResults appends results to a .jepsen file. Of one that cannot take them it says so by an
// AppendError.
func appendResults(path string, results edn.Value) error {
	w, err := Append(path)
	if err != nil {
		var block *BlockError
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errUnsound) || errors.As(err, &block) {
			return &AppendError{path, err}
		}
		return err
	}
	err = w.SaveResults(results)
	if closing := w.Close(); err == nil {
		err = closing
	}
	return err
}

// writeResults writes results.edn into a directory.
func writeResults(dir string, results edn.Value) error {
	return WriteFile(filepath.Join(dir, resultsFile), func(w io.Writer) error {
		text, err := appendResultsText(nil, results)
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	})
}

// resultsWidth is how long lines of results may be: an op fits where it stands deep inside, or
// else most of the file would be spaces.
const resultsWidth = 200

// appendResultsText writes results as Jepsen prints them.
func appendResultsText(dst []byte, results edn.Value) ([]byte, error) {
	dst, err := edn.AppendPretty(dst, results, resultsWidth)
	return append(dst, '\n'), err
}
