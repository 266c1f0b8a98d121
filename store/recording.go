package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// A Recording is a run in progress: its directory, the .jepsen file in it, and the
// links to it. Saved data survives if the machine stops at any time; an incomplete file
// is then readable up to its end. It is safe for concurrent use.
type Recording struct {
	Run
	root  string
	w     *Writer
	mu    sync.Mutex
	ended bool
	links *LinkError
}

// Record begins the record of a run: it makes the directory <root>/<name>/<time>, which
// must not exist, and saves the test. Both names are the test's: its :name, which must
// be there, and its :start-time, which is now if it has none. Characters of a name that
// a path cannot contain become a percent sign and two digits.
func Record(root string, test edn.Value, opt WriterOptions) (*Recording, error) {
	name, _ := test.Get("name")
	text, ok := name.Name()
	if !ok || text == "" {
		return nil, fmt.Errorf("expected the name of the test, a string under :name, found %s", orNothing(name))
	}
	start, err := startTime(test)
	if err != nil {
		return nil, err
	}
	stamp := start.Format(timeLayout)
	r := &Recording{root: root, Run: Run{Name: text, Time: start, Dir: filepath.Join(root, pathName(text), stamp)}}
	if err := os.MkdirAll(filepath.Dir(r.Dir), 0o777); err != nil {
		return nil, err
	}
	if err := os.Mkdir(r.Dir, 0o777); err != nil {
		return nil, err
	}
	if err := r.begin(test, opt); err != nil { // nothing is recorded yet, so nothing is left behind
		_ = os.Remove(r.File())
		_ = os.Remove(r.Dir)
		_ = os.Remove(filepath.Dir(r.Dir))
		return nil, err
	}
	return r, nil
}

func (r *Recording) begin(test edn.Value, opt WriterOptions) (err error) {
	if r.w, err = Create(r.File(), opt); err != nil {
		return err
	}
	if err = r.SaveTest(test); err == nil {
		err = errors.Join(syncDir(r.Dir), syncDir(filepath.Dir(r.Dir)), syncDir(r.root))
	}
	if err != nil {
		return errors.Join(err, r.w.Close())
	}
	r.link("current")
	return nil
}

// orNothing is the text of a value, if there is one.
func orNothing(v edn.Value) string {
	if v.IsZero() {
		return "nothing"
	}
	return fmt.Sprintf("%.40s", v)
}

// startTime returns when a test began: a date-time, an instant, or the name of a run's
// directory.
func startTime(test edn.Value) (time.Time, error) {
	v, ok := test.Get("start-time")
	if !ok || v.IsNil() {
		return time.Now().Truncate(time.Millisecond), nil
	}
	s := v.Scanner()
	k := s.Next()
	for k == edn.Tag {
		k = s.Next()
	}
	if k == edn.String {
		for _, layout := range []string{timeLayout, time.RFC3339Nano} {
			// A run that the name of a directory does not identify would not be found
			// again.
			if t, err := time.Parse(layout, string(s.Name())); err == nil && t.Year() >= 0 && t.Year() <= 9999 {
				return t, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("expected a time such as \"20210102T030405.006Z\" under :start-time, found %s", orNothing(v))
}

// SaveTest saves the test again, because its state may have changed.
func (r *Recording) SaveTest(test edn.Value) error {
	if v, ok := test.Get("start-time"); ok && !v.IsNil() {
		return r.w.SaveTest(test)
	}
	var m mapWriter
	err := entries(test, func(key, v edn.Value) error {
		if name, _ := key.Name(); name == "start-time" {
			return nil
		}
		return m.add(key, v)
	})
	if err == nil {
		err = m.add(startKey, edn.MustParse(r.Time.Format(`#clj-time/date-time "`+startLayout+`"`)))
	}
	if err != nil {
		return err
	}
	return r.w.SaveTest(m.value(r.File()))
}

// startLayout is how Jepsen prints a :start-time.
const startLayout = "2006-01-02T15:04:05.000Z07:00"

var startKey = edn.MustParse(":start-time")

// Add adds an op to the history, as [Writer.Add] does.
func (r *Recording) Add(op edn.Value) error { return r.w.Add(op) }

// Flush writes the ops added so far to the file.
func (r *Recording) Flush() error { return r.w.Flush() }

// EndHistory marks the history as complete, and writes it as text: history.edn and
// history.txt. If only that fails, the history is safe, and EndHistory may be called
// again.
func (r *Recording) EndHistory() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		if err := r.w.EndHistory(); err != nil {
			return err
		}
		r.ended = true
	}
	if err := r.writeTexts(); err != nil {
		return err
	}
	r.linkAll()
	return nil
}

// SaveResults saves the results of the analysis of the complete history, in the .jepsen
// file and as results.edn.
func (r *Recording) SaveResults(results edn.Value) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.w.SaveResults(results); err != nil {
		return err
	}
	if err := writeResults(r.Dir, results); err != nil {
		return err
	}
	r.linkAll()
	return nil
}

// Close ends the recording. If the history is incomplete, the file has the ops added so
// far. If only a link could not be made, the error is a [LinkError], and the run is
// complete.
func (r *Recording) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.w.Close()
	if err == nil && r.links != nil {
		err = r.links
	}
	return err
}

// writeTexts writes the history of the file as texts.
func (r *Recording) writeTexts() error {
	f, err := OpenFile(r.File())
	if err != nil {
		return err
	}
	defer f.Close()
	return WriteFile(filepath.Join(r.Dir, "history.edn"), func(ednFile io.Writer) error {
		return WriteFile(filepath.Join(r.Dir, "history.txt"), func(txtFile io.Writer) error {
			return f.guard(func() error { return f.writeTexts(ednFile, txtFile) })
		})
	})
}

// writeTexts writes each op as a map, and as a line of a table.
func (f *File) writeTexts(ednFile, txtFile io.Writer) error {
	var line []byte
	var d fressian.Decoder
	src := edn.NewSource(f.path, nil, edn.EDN)
	for _, c := range f.chunks {
		loss := c.lost
		if loss == nil {
			_, loss = f.walk(&c, &d, func(text []byte) (err error) {
				src.Text = text
				if line, err = appendLine(line[:0], src.Value(0, len(text))); err != nil {
					return err
				}
				if _, err := txtFile.Write(line); err != nil {
					return err
				}
				if _, err := ednFile.Write(text); err != nil {
					return err
				}
				_, err = ednFile.Write(newline)
				return err
			})
		}
		if loss != nil {
			return fmt.Errorf("%s: %s", f.path, loss)
		}
	}
	return nil
}

var newline = []byte{'\n'}

// lineFields are the columns of history.txt. Behind them stands an error, if there is
// one, a string without its quotes.
var lineFields = [...]string{"process", "type", "f", "value", "error"}

func appendLine(dst []byte, op edn.Value) (_ []byte, err error) {
	columns := lineColumns(op)
	for i, field := range lineFields {
		v := columns[i]
		if field == "error" && v.IsNil() {
			break
		}
		if i > 0 {
			dst = append(dst, '\t')
		}
		if field == "error" && v.Kind() == edn.String {
			text := v.Bytes()
			dst = append(dst, text[1:len(text)-1]...)
			continue
		}
		if dst, err = edn.AppendEDN(dst, v); err != nil {
			return dst, err
		}
	}
	return append(dst, '\n'), nil
}

// lineColumns finds the columns of an op. Its keys are keywords as a rule, so one pass does.
func lineColumns(op edn.Value) (columns [len(lineFields)]edn.Value) {
	plain := true
	err := entries(op, func(key, v edn.Value) error {
		text := key.Bytes()
		plain = plain && key.Kind() == edn.Keyword
		if i := slices.Index(lineFields[:], string(text[min(1, len(text)):])); i >= 0 && columns[i].IsZero() {
			columns[i] = v
		}
		return nil
	})
	if err == nil && plain {
		return columns
	}
	for i, field := range lineFields {
		columns[i], _ = op.Get(field)
	}
	return columns
}

// WriteFile writes a file of a run, such as results.edn. It replaces an existing file
// only when the new one is complete and on disk.
func WriteFile(path string, write func(w io.Writer) error) error {
	return replaceFile(path, func(temp string) error { return writeFile(temp, write) })
}
