package store

import (
	"errors"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
)

// Runs of Jepsen before 0.3.0 have test.fressian, which is not a sequence of blocks but a single
// map: the test, with its history and its results in it. It has no checksums and no
// index, and whatever it has behind a place where it is damaged or cut off is lost.

// singleMap is the code that such a file begins with.
const singleMap = 0xc0

// A single is everything in such a file but the history.
type single struct {
	results edn.Value
}

// openSingle reads the file once, since what is behind the history has no other address, but
// keeps nothing of its ops.
func (f *File) openSingle() error {
	d := fressian.NewDecoder(f.data, 0)
	if !d.EnterMap() {
		return &BlockError{File: f.path, Msg: "expected a .jepsen file, or a test.fressian with the map of a test"}
	}
	f.single = &single{}
	var test mapWriter
	met := false
	err := eachEntry(d, func(name string, key edn.Value) (err error) {
		if name == "history" && !met {
			met = true
			return f.findSingleHistory(d)
		}
		text, err := d.Append(nil)
		if err != nil {
			return err
		}
		v := edn.NewSource(f.path, text, edn.EDN).Value(0, len(text))
		if name == "results" {
			f.single.results = v
			return nil
		}
		return test.add(key, v)
	})
	f.test = test.value(f.path)
	left := int64(len(f.data) - d.Pos())
	switch {
	case err != nil:
		fault := f.faulty(err, int64(d.Pos()), valueBlock).(*BlockError)
		f.losses = append(f.losses, Loss{Offset: fault.Offset, Type: "test", Reason: fault.Msg})
		if !met { // else it is complete, or its chunk says that it ends there
			f.chunks = append(f.chunks, lostHistory(fault.Offset, fault.Msg))
		}
	case left > 0: // the number of something in it was wrong
		f.chunks = append(f.chunks, lostHistory(int64(d.Pos()), fmt.Sprintf("expected the end of the file, found %d bytes more", left)))
	}
	return nil
}

func lostHistory(off int64, why string) chunk {
	return chunk{off: off, n: -1, lost: &Loss{Offset: off, Type: "history", Ops: -1, Reason: why}}
}

// eachEntry calls visit at the value of each key of the map that was entered.
func eachEntry(d *fressian.Decoder, visit func(name string, key edn.Value) error) error {
	for d.More() {
		text, err := d.Append(nil)
		if err != nil {
			return err
		}
		key := edn.NewSource("", text, edn.EDN).Value(0, len(text))
		if !d.More() {
			return fmt.Errorf("expected a value for every key of a map, found %s alone", key)
		}
		name, _ := key.Name()
		if err := visit(name, key); err != nil {
			return err
		}
	}
	d.Leave()
	return nil
}

// findSingleHistory passes over the history.
func (f *File) findSingleHistory(d *fressian.Decoder) (err error) {
	at := d.Pos()
	if !d.Enter() {
		text, err := d.Append(nil)
		if err != nil || string(text) != "nil" {
			f.chunks = append(f.chunks, lostHistory(int64(at), "expected a list of ops"))
		}
		return err
	}
	n, text := 0, []byte(nil)
	for err == nil && d.More() {
		if text, err = d.Append(text[:0]); err == nil {
			n++
		}
	}
	if err == nil {
		d.Leave()
	}
	f.chunks = append(f.chunks, chunk{length: int64(len(f.data)), typ: singleList, n: n})
	return err
}

// enterSingle sets a decoder on the history, behind what it must have read before to know what is
// cached.
func (f *File) enterSingle(d *fressian.Decoder) bool {
	d.Reset(f.data, 0)
	found := false
	var text []byte
	return d.EnterMap() && eachEntry(d, func(name string, _ edn.Value) (err error) {
		if name == "history" {
			found = d.Enter()
			return errFound
		}
		text, err = d.Append(text[:0])
		return err
	}) == errFound && found
}

var errFound = errors.New("found")
