package checker

import (
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/values"
)

// forkShape reports whether transactions are those of a long-fork test.
type forkShape struct {
	writes, reads bool
	group         int // keys of a read
	other         bool
}

func (f *forkShape) fits() bool { return f.writes && f.reads && f.group > 1 && !f.other }

// see takes in a transaction.
func (f *forkShape) see(txn edn.Value) {
	mops, err := txn.Items(nil)
	reads, writes := 0, 0
	for _, mop := range mops {
		switch nameOf(mop) {
		case "r":
			reads++
		case "w":
			writes++
		}
	}
	switch {
	case err != nil, reads+writes < len(mops):
		f.other = true
	case writes == 1 && reads == 0:
		f.writes = true
	case writes == 0 && (f.group == 0 || f.group == reads):
		f.reads, f.group = true, reads
	default:
		f.other = true
	}
}

// objectShape reports whether transactions are those of a test of several registers, as
// Knossos has it: [:read k v] and [:write k v], where values come again and again.
// Where every value is written once, elle says more of them.
type objectShape struct {
	long    bool // there is a [:read ...] or a [:write ...]
	other   bool // or something else
	again   bool // a value was written to a key twice
	table   values.Table
	written map[[2]int32]bool
}

func (o *objectShape) fits() bool { return o.long && o.again && !o.other }

// see takes in the invocation of a transaction.
func (o *objectShape) see(txn edn.Value) {
	if o.other || o.again {
		return
	}
	mops, err := txn.Items(nil)
	for _, mop := range mops {
		name := nameOf(mop)
		if name != "read" && name != "write" || err != nil {
			o.other = true
			return
		}
		o.long = true
		if parts, err := mop.Items(nil); name == "write" && err == nil && len(parts) == 3 {
			key, err1 := o.table.ID(parts[1])
			val, err2 := o.table.ID(parts[2])
			if o.written == nil {
				o.written = map[[2]int32]bool{}
			}
			o.again = o.again || o.written[[2]int32{key, val}]
			o.written[[2]int32{key, val}] = true
			o.other = o.other || err1 != nil || err2 != nil
		}
	}
}

// nameOf returns the name of a micro-op.
func nameOf(mop edn.Value) string {
	s := mop.Scanner()
	s.Next()
	s.Next()
	return string(s.Name())
}

// isTxn reports whether a value is a vector of vectors that begin with a name.
func isTxn(v edn.Value) bool {
	s := v.Scanner()
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return false
	}
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return false
	}
	k := s.Next()
	return k == edn.Keyword || k == edn.String
}

func isSequence(v edn.Value) bool {
	k := v.Kind()
	return k == edn.Vector || k == edn.List
}

// pair takes a vector or list of two items apart.
func pair(v edn.Value) (a, b edn.Value, ok bool) {
	s := v.Scanner()
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return a, b, false
	}
	for _, item := range []*edn.Value{&a, &b} {
		if k := s.Datum(); k == edn.Close || k == edn.EOF || k == edn.Invalid {
			return a, b, false
		}
		*item = s.Value()
	}
	return a, b, s.Datum() == edn.Close
}
