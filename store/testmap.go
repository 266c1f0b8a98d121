package store

import (
	"encoding/binary"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/fressian"
	"github.com/seed-c33ae711/jcheck/verdict"
)

const refTag = "jepsen/block-ref"

// lossesKey is where a repaired file keeps, in its test map, which ops it lacks.
const lossesKey = "jcheck/losses"

// readTest reads the root's map. If it cannot be read, an older or newer one
// elsewhere in the file stands in for it.
func (f *File) readTest() {
	if f.root != 0 {
		data, off, err := f.expect(f.root, valueBlock)
		if err == nil {
			f.test, err = f.decode(data, off)
		}
		if err == nil && f.test.Kind() == edn.Map {
			return
		}
		if err == nil {
			err = &BlockError{File: f.path, Offset: off, ID: f.root, Type: valueBlock.String(), Msg: "expected the map of a test"}
		}
		f.test, f.testErr = edn.Value{}, err
		f.losses = append(f.losses, Loss{Offset: f.blocks[f.root], ID: f.root, Type: "test", Reason: reason(err)})
	}
	if f.root == 0 && f.scanned == nil {
		return
	}
	f.lookEverywhere()
	for _, b := range slices.Backward(f.scanned.blocks) {
		if b.typ != valueBlock {
			continue
		}
		if v, err := f.decode(f.data[b.off+blockHeader:b.off+b.length], b.off); err == nil && v.Kind() == edn.Map {
			if _, named := v.Get("name"); named {
				f.test, f.testErr = v, nil
				return
			}
		}
	}
}

// ref returns the id that the test refers to under a name.
func (f *File) ref(name string) (uint32, bool) {
	v, ok := f.test.Get(name)
	if !ok {
		return 0, false
	}
	return refID(v)
}

func refID(v edn.Value) (uint32, bool) {
	s := v.Scanner()
	if s.Next() != edn.Tag || string(s.Text()) != "#"+refTag || s.Next() != edn.Int || s.Int < 1 || s.Int > 1<<31-1 {
		return 0, false
	}
	return uint32(s.Int), true
}

// Test returns the map of the test: its name, its options, what it ran on. The
// history and the results are not in it, nor are passwords. It is absent if the
// file holds no test.
func (f *File) Test() (edn.Value, error) {
	if f.testErr != nil || f.test.IsZero() {
		return edn.Value{}, f.testErr
	}
	return plainTest(f.test)
}

// plainTest returns a test's map without what is not to be seen.
func plainTest(test edn.Value) (edn.Value, error) {
	var w mapWriter
	err := entries(test, func(key, v edn.Value) error {
		name, _ := key.Name()
		_, isRef := refID(v)
		switch {
		case (name == "history" || name == "results") && isRef, name == lossesKey:
			return nil
		case name == "ssh" && v.Kind() == edn.Map:
			return w.addRedacted(key, v)
		}
		return w.add(key, v)
	})
	return w.value(test.Source().Name), err
}

// entries calls f with each key and value of a map.
func entries(m edn.Value, f func(key, v edn.Value) error) error {
	s := m.Scanner()
	if s.Next() != edn.Map {
		return s.Errorf(s.Start, "expected a map, found %s", s.Kind)
	}
	for s.Datum() != edn.Close {
		if s.Kind == edn.Invalid {
			return s.Err()
		}
		key := s.Value()
		if k := s.Datum(); k == edn.Invalid || k == edn.Close {
			return s.Errorf(s.Start, "expected a value for every key of a map")
		}
		if err := f(key, s.Value()); err != nil {
			return err
		}
	}
	return nil
}

// A mapWriter writes a map entry by entry.
type mapWriter struct {
	text []byte
	n    int
}

func (w *mapWriter) add(key, v edn.Value) (err error) {
	if w.n++; w.n > 1 {
		w.text = append(w.text, ", "...)
	}
	if w.text, err = edn.AppendEDN(w.text, key); err == nil {
		w.text, err = edn.AppendEDN(append(w.text, ' '), v)
	}
	return err
}

func (w *mapWriter) value(name string) edn.Value {
	text := append(append([]byte{'{'}, w.text...), '}')
	return edn.NewSource(name, text, edn.EDN).Value(0, len(text))
}

// secret is what stands where a secret stood.
var secret = edn.MustParse(":redacted")

// addRedacted adds the options of a shell without what logs in.
func (w *mapWriter) addRedacted(key, ssh edn.Value) error {
	var inner mapWriter
	err := entries(ssh, func(key, v edn.Value) error {
		switch name, _ := key.Name(); name {
		case "password", "sudo-password", "passphrase":
			if !v.IsNil() {
				v = secret
			}
		}
		return inner.add(key, v)
	})
	if err != nil {
		return err
	}
	return w.add(key, inner.value(""))
}

// maxParts is how long a chain of partial maps may be.
const maxParts = 1000

// parts calls visit with each map of the results' chain, head first, until it
// answers false.
func (f *File) parts(id uint32, visit func(part edn.Value) bool) error {
	seen := map[uint32]bool{}
	for id != 0 {
		if seen[id] || len(seen) == maxParts {
			return &BlockError{File: f.path, Offset: f.blocks[id], ID: id, Type: partialBlock.String(), Msg: "expected a chain of partial maps that ends, found a cycle"}
		}
		seen[id] = true
		data, off, err := f.expect(id, partialBlock)
		if err == nil && len(data) < 4 {
			err = &BlockError{File: f.path, Offset: off, ID: id, Type: partialBlock.String(), Msg: "expected the id of the rest of a map"}
		}
		if err != nil {
			return err
		}
		d := fressian.NewDecoder(data[4:], off+blockHeader+4)
		text, err := d.Append(nil)
		if err != nil {
			return f.faulty(err, off, partialBlock)
		}
		v := edn.NewSource(f.path, text, edn.EDN).Value(0, len(text))
		if v.Kind() != edn.Map {
			return &BlockError{File: f.path, Offset: off, ID: id, Type: partialBlock.String(), Msg: "expected a map"}
		}
		if !visit(v) {
			return nil
		}
		id = binary.BigEndian.Uint32(data)
	}
	return nil
}

// Results returns the results of the analysis, as a map; it is absent if none were
// saved.
func (f *File) Results() (results edn.Value, err error) {
	if f.single != nil {
		return f.single.results, nil
	}
	id, ok := f.ref("results")
	if !ok {
		return edn.Value{}, nil
	}
	var w mapWriter
	var inner error
	seen := map[string]bool{}
	err = f.guard(func() error {
		return f.parts(id, func(part edn.Value) bool {
			inner = entries(part, func(key, v edn.Value) error {
				name, err := edn.AppendCanonical(nil, key)
				if err != nil || seen[string(name)] { // the first part that has a key counts
					return err
				}
				seen[string(name)] = true
				return w.add(key, v)
			})
			return inner == nil
		})
	})
	if err == nil {
		err = inner
	}
	if err != nil {
		return edn.Value{}, err
	}
	return w.value(f.path), nil
}

// Verdict returns the verdict that was saved, and whether there is one. It reads only
// the first part of the results, and not the history.
func (f *File) Verdict() (v verdict.Verdict, saved bool, err error) {
	if f.single != nil {
		valid, saved := f.single.results.Get("valid?")
		return verdictOf(valid), saved, nil
	}
	id, ok := f.ref("results")
	if !ok {
		return verdict.Unknown, false, nil
	}
	err = f.guard(func() error {
		return f.parts(id, func(part edn.Value) bool {
			var valid edn.Value
			if valid, saved = part.Get("valid?"); saved {
				v = verdictOf(valid)
			}
			return !saved
		})
	})
	return v, saved, err
}

// verdictOf returns the verdict that a :valid? stands for: whatever is neither
// true nor false is unknown.
func verdictOf(valid edn.Value) verdict.Verdict {
	switch valid.String() {
	case "true":
		return verdict.Valid
	case "false":
		return verdict.Invalid
	}
	return verdict.Unknown
}
