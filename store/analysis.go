package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
)

// An Analysis holds the results of another analysis of a run. Parts that are absent are
// removed from the run's directory, because they came from an older one.
type Analysis struct {
	Results edn.Value              // a map
	JSON    []byte                 // the same as results.json; nil for none
	Explain func(dir string) error // writes the explanations into a directory; nil for none
}

// What an analysis leaves in the directory of a run.
const (
	resultsFile  = "results.edn"
	jsonFile     = "results.json"
	originalFile = "results.original.edn"
	explanations = "explanations"
	analysisWork = ".analysis-" // begins the name of what it works in
)

// SaveAnalysis saves the results of another analysis of a run: it appends them to the
// .jepsen file of the run's directory, and writes results.edn and results.json beside
// it and the explanations into the directory explanations. The history does not change.
// Results that SaveAnalysis did not write are kept as results.original.edn. Everything
// is written before anything old is replaced, and analyses that save at the same time
// wait for each other. A directory that is not named like a run's gets no explanations:
// see [Explains].
//
// A .jepsen file of version 0, or one that is known to be damaged without reading its
// ops, does not change, because appending to it might lose data. Then only results.edn
// has the results, and the error is an [AppendError]. Any other error, such as
// [ErrBusy], means that the old results still count.
func SaveAnalysis(ctx context.Context, dir string, a Analysis) error {
	if k := a.Results.Kind(); k != edn.Map {
		return fmt.Errorf("%s: expected a map of results, found %s", dir, k)
	}
	unlock, died, err := begin(ctx, dir)
	if err != nil {
		return err
	}
	defer unlock()
	work, err := os.MkdirTemp(dir, analysisWork+"*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if !Explains(dir) {
		a.Explain = nil
	}
	if err := a.write(work); err != nil {
		return err
	}
	if err := keepOriginal(dir, work, died); err != nil {
		return err
	}
	path := filepath.Join(dir, "test.jepsen")
	appended := appendResults(path, a.Results)
	refused := new(AppendError)
	if appended != nil && !errors.As(appended, &refused) {
		return appended
	}
	for _, name := range []string{resultsFile, jsonFile, explanations} {
		if name == explanations && !Explains(dir) {
			continue
		}
		if err := replace(filepath.Join(dir, name), filepath.Join(work, name), filepath.Join(work, "old "+name)); err != nil {
			return err
		}
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	return appended
}

// Explains reports whether an analysis of the run in a directory may keep its
// explanations there. A .jepsen file may be in any directory. In the directory of a
// store or of a test, Jepsen takes every directory for a test or a run, and would then
// fail to list them.
func Explains(dir string) bool {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	_, err := time.Parse(timeLayout, filepath.Base(dir))
	return err == nil
}

// SaveResults saves results alone, as [SaveAnalysis] does.
func SaveResults(dir string, results edn.Value) error {
	return SaveAnalysis(context.Background(), dir, Analysis{Results: results})
}

// begin waits until no other analysis is being saved. It removes what those left that died, and returns the
// results that they were about to save.
func begin(ctx context.Context, dir string) (unlock func(), died [][]byte, err error) {
	unlock, locked, err := lockDir(ctx, dir)
	if err != nil || !locked { // or else they may be alive
		return unlock, nil, err
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		unlock()
		return nil, nil, err
	}
	for _, e := range left {
		if !strings.HasPrefix(e.Name(), analysisWork) || !e.IsDir() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if text, err := os.ReadFile(filepath.Join(path, resultsFile)); err == nil {
			died = append(died, text)
		}
		_ = os.RemoveAll(path) // unless another user's, who can
	}
	return unlock, died, nil
}

// write writes everything into a directory.
func (a *Analysis) write(dir string) error {
	if err := writeResults(dir, a.Results); err != nil {
		return err
	}
	if a.JSON != nil {
		err := WriteFile(filepath.Join(dir, jsonFile), func(w io.Writer) error {
			_, err := w.Write(a.JSON)
			return err
		})
		if err != nil {
			return err
		}
	}
	if a.Explain == nil {
		return nil
	}
	why := filepath.Join(dir, explanations)
	if err := os.Mkdir(why, 0o777); err != nil {
		return err
	}
	return a.Explain(why)
}

// keepOriginal keeps the results that no analysis saved, when they are about to be replaced for the
// first time.
func keepOriginal(dir, work string, died [][]byte) error {
	original := filepath.Join(dir, originalFile)
	for _, path := range []string{original, filepath.Join(dir, jsonFile)} { // only an analysis writes that one
		if _, err := os.Lstat(path); err == nil {
			return nil
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, resultsFile))
	if errors.Is(err, fs.ErrNotExist) {
		if text = resultsText(dir); text == nil {
			return nil
		}
	} else if err != nil {
		return err
	}
	for _, d := range died {
		if bytes.Equal(d, text) { // an analysis died before it was done
			return nil
		}
	}
	kept := filepath.Join(work, originalFile)
	err = writeFile(kept, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	return os.Rename(kept, original)
}

// resultsText is what results.edn would be of a run that has none; nil if it was not
// judged, or that cannot be determined.
func resultsText(dir string) []byte {
	run, err := OpenRun(dir)
	if err != nil {
		return nil // nothing of it will be replaced
	}
	defer run.Close()
	results, err := run.Results()
	if err != nil || results.IsZero() {
		return nil
	}
	text, err := appendResultsText(nil, results)
	if err != nil {
		return nil
	}
	return text
}

// replace gives something the place of what is older, which goes elsewhere; if it does not exist, its
// place stays empty.
func replace(path, next, old string) error {
	info, err := os.Lstat(next)
	if err == nil && info.Mode().IsRegular() {
		return os.Rename(next, path) // at once
	}
	gone := os.Rename(path, old)
	if gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		return gone
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return os.Rename(next, path)
}
