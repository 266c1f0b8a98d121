package store

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Stored is a run in a store, whatever files it is kept in: test.jepsen, or test.fressian, which
// runs of Jepsen before 0.3.0 have, or texts alone: history.edn, or else history.txt or jepsen.log, and
// results.edn. It is safe for concurrent use.
type Stored struct {
	dir    string
	file   *File  // nil if there are texts only
	text   string // one of textNames, if there are
	beside string // results.edn, empty if only the file counts
	losses []Loss
}

// OpenRun opens the run in a directory, or the run of a single .jepsen file or
// test.fressian. Losses lists its unreadable parts; OpenRun fails if nothing is
// readable. If there is no run in the directory, the error is fs.ErrNotExist.
func OpenRun(path string) (*Stored, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		f, err := OpenFile(path)
		if err != nil {
			return nil, err
		}
		return &Stored{dir: filepath.Dir(path), file: f}, nil
	}
	s := &Stored{dir: path, beside: filepath.Join(path, "results.edn")}
	if err := s.find(); err != nil {
		return nil, err
	}
	return s, nil
}

// Holds reports whether a directory has the files of a run.
func Holds(dir string) bool {
	return slices.ContainsFunc(slices.Concat(fileNames, textNames, []string{"results.edn"}), func(name string) bool {
		return isFile(filepath.Join(dir, name))
	})
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// find opens the best of the files in the directory. If that is none that could hold a
// run, the next best stands in for it.
func (s *Stored) find() error {
	var damaged error
	for _, name := range fileNames {
		f, err := OpenFile(filepath.Join(s.dir, name))
		var block *BlockError
		switch {
		case err == nil:
			s.file = f
			return nil
		case errors.As(err, &block):
			s.losses = append(s.losses, Loss{Offset: block.Offset, Type: name, Reason: block.Msg})
			damaged = err
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	s.text = filepath.Join(s.dir, textNames[0])
	for _, name := range slices.Backward(textNames) {
		if text := filepath.Join(s.dir, name); isFile(text) {
			s.text = text
		}
	}
	if isFile(s.text) || damaged == nil && isFile(s.beside) {
		return nil
	}
	if damaged == nil {
		damaged = fmt.Errorf("%s: expected test.jepsen, test.fressian, history.edn, history.txt or jepsen.log in the directory of a run: %w", s.dir, fs.ErrNotExist)
	}
	return damaged
}

// Close closes the run's file. Data already read remains valid.
func (s *Stored) Close() error {
	if s.file != nil {
		return s.file.Close()
	}
	return nil
}

// Path returns the path of the file that the history is in.
func (s *Stored) Path() string {
	if s.file != nil {
		return s.file.path
	}
	return s.text
}

// File returns the run's .jepsen file or test.fressian, nil if it has texts only.
func (s *Stored) File() *File { return s.file }

// Losses returns the parts of the run that could not be read when it was opened, as
// [File.Losses] does.
func (s *Stored) Losses() []Loss {
	if s.file == nil {
		return s.losses
	}
	return slices.Concat(s.losses, s.file.losses)
}

// Test returns the map of the test, as [File.Test] does. If the run has only texts, it
// follows from the names of its directories.
func (s *Stored) Test() (edn.Value, error) {
	if s.file != nil {
		return s.file.Test()
	}
	dir, err := filepath.Abs(s.dir)
	if err != nil {
		return edn.Value{}, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return edn.Value{}, err
	}
	start, err := time.Parse(timeLayout, filepath.Base(dir))
	if err != nil {
		return edn.Value{}, nil
	}
	text := fmt.Appendf(nil, `{:name %s, :start-time #clj-time/date-time %q}`, edn.AppendString(nil, filepath.Base(filepath.Dir(dir))), start.Format(startLayout))
	return edn.NewSource(s.dir, text, edn.EDN).Value(0, len(text)), nil
}

// resultsBeside returns the results in results.edn, absent if they do not count or are not
// there.
func (s *Stored) resultsBeside() (edn.Value, error) {
	if s.beside == "" {
		return edn.Value{}, nil
	}
	text, err := os.ReadFile(s.beside)
	if errors.Is(err, fs.ErrNotExist) {
		return edn.Value{}, nil
	}
	if err != nil {
		return edn.Value{}, err
	}
	v, err := edn.Parse(string(text), edn.EDN)
	var fault *edn.SyntaxError
	if errors.As(err, &fault) {
		fault.File = s.beside
		return edn.Value{}, fault
	}
	if err == nil && v.Kind() != edn.Map {
		return edn.Value{}, &edn.SyntaxError{File: s.beside, Line: 1, Col: 1, Msg: fmt.Sprintf("expected a map of results, found %s", v.Kind())}
	}
	return v, err
}

// besideFirst reports whether results.edn is newer than what the file has, if they differ:
// another analysis could not add its results to such a file.
func (s *Stored) besideFirst() bool { return s.file == nil || !s.file.takesResults() }

// Results returns the results of the analysis, as a map; it is absent if none were
// saved. They come from the file or, if it has none or could not take those of another
// analysis, from results.edn.
func (s *Stored) Results() (edn.Value, error) {
	first, second := s.resultsBeside, s.resultsBeside
	if s.besideFirst() {
		if s.file == nil {
			return first()
		}
		second = s.file.Results
	} else {
		first = s.file.Results
	}
	v, err := first()
	if err == nil && !v.IsZero() {
		return v, nil
	}
	other, otherErr := second()
	if otherErr != nil || other.IsZero() {
		return v, cmp.Or(err, otherErr)
	}
	return other, nil
}

// Verdict returns the verdict that was saved, and whether there is one. From an
// undamaged .jepsen file, it reads as little as [File.Verdict] does.
func (s *Stored) Verdict() (v verdict.Verdict, saved bool, err error) {
	if !s.besideFirst() {
		if v, saved, err := s.file.Verdict(); err == nil && saved {
			return v, true, nil
		}
	}
	results, err := s.Results()
	if err != nil {
		return verdict.Unknown, false, err
	}
	valid, saved := results.Get("valid?")
	return verdictOf(valid), saved, nil
}
