package lint

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// act is what a touch does to its key.
type act uint8

const (
	actWrite  act = iota // writes a value, which has to be unique
	actAppend            // appends an element, which has to be unique
	actSend              // sends a message, which has to be unique
	actPlain             // writes a value
	actAdd               // adds an element, or a number
	actPut               // puts in an element
	actChange            // writes what its value does not tell
	actRead              // reads a value or a collection; of length 0 if it is nil
	actPoll              // reads a list of [offset value]
	actTake              // takes an element, of length 0 if there was none
	actDrain             // takes all elements of a collection
)

func (a act) isWrite() bool { return a < actRead }

// A touch is what an op did to a key: 24 bytes, of which there are millions. Its
// value stays text. A write is of an invocation, all else of a completion.
type touch struct {
	lo  int
	len uint32
	op  int32
	key int32
	act act
}

// A span is a piece of the source.
type span struct {
	lo  int
	len uint32
}

// noKey is the key of the only object of a history. No text of a value is equal.
var noKey = []byte{0}

// chunk is the touches of some consecutive ops, with keys numbered within it.
type chunk struct {
	touches []touch
	keys    []span // of length 0 for noKey
	others  int    // operations and micro-ops that succeeded and whose effects are unknown
	bare    int    // reads that touched no key: polls that returned nothing, and predicates
	unclear int    // of these, predicates
	concat  bool   // there is an append that is not a micro-op: what is read is made of several values
	differs sample // completions with another value than their invocations
	status  sample // completions that have a status as value
}

// decode reads the values of clients' ops in parallel. Nothing depends on where
// chunks begin.
func decode(ctx context.Context, h *history.History, byF []uses, tuples bool) (*keyed, error) {
	const size = 1 << 13
	chunks := make([]chunk, (h.Len()+size-1)/size)
	err := par.Workers(ctx, len(chunks), func(int) func(int) error {
		d := &decoder{h: h, src: h.Source(), byF: byF, tuples: tuples, sep: ' '}
		if d.src.Syntax == edn.JSON {
			d.sep = ','
		}
		return func(k int) error {
			d.keys.Reset()
			d.out = chunk{}
			for i := k * size; i < min(h.Len(), (k+1)*size); i++ {
				if !h.Process(i).IsClient() {
					continue
				}
				if err := d.op(i); err != nil {
					return err
				}
				if err := d.compare(i); err != nil {
					return err
				}
			}
			chunks[k] = d.out
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	return group(h.Source(), chunks)
}

type decoder struct {
	h      *history.History
	src    *edn.Source
	byF    []uses
	tuples bool
	sep    byte
	s      edn.Scanner
	in     edn.Scanner // for a piece, while s is in the middle of something
	keys   intern.Table
	buf    []byte
	out    chunk
}

// op decodes what an op shows: an invocation what it writes, a completion that is ok
// what it read, and one without an invocation both.
func (d *decoder) op(i int) error {
	typ, orphan := d.h.Type(i), d.h.Pair(i) < 0
	role := d.byF[d.h.Symbol(i)].role
	writing := typ == history.Invoke || orphan
	reading := typ == history.OK
	if !writing && !reading && !(typ == history.Fail && role == takes) {
		return nil
	}
	lo, hi := d.h.ValueSpan(i)
	if d.plainTxn(i, lo, hi, writing, reading) {
		return nil
	}
	if opensTxn(d.src, &d.s, lo, hi) {
		return d.txn(i, lo, hi, writing, reading)
	}
	return d.object(i, role, lo, hi, writing, reading)
}

func (d *decoder) touch(i int, key int32, a act, lo, hi int) {
	d.out.touches = append(d.out.touches, touch{lo: lo, len: uint32(hi - lo), op: int32(i), key: key, act: a})
}

// key returns the number of a key within the chunk.
func (d *decoder) key(lo, hi int) (int32, error) {
	v := span{lo, uint32(hi - lo)}
	id, fresh, err := intText(&d.keys, &d.in, &d.buf, d.src, v)
	if fresh {
		d.out.keys = append(d.out.keys, v)
	}
	return id, err
}

// logKey is key for the key of a log. In JSON the keys of what was polled are texts,
// so there "3" is 3, as for the checker of logs.
func (d *decoder) logKey(lo, hi int) (int32, error) {
	if text := d.src.Text[lo:hi]; d.src.Syntax == edn.JSON && len(text) > 2 && text[0] == '"' {
		if _, ok := digits(text[1 : len(text)-1]); ok {
			return d.key(lo+1, hi-1)
		}
	}
	return d.key(lo, hi)
}

var mopActs = [...]act{writeMop: actWrite, appendMop: actAppend, plainMop: actPlain, sendMop: actSend, deleteMop: actChange}

// txn decodes a transaction. Unexpected parts are skipped: to refuse it is for the
// checkers.
func (d *decoder) txn(i, lo, hi int, writing, reading bool) error {
	s := &d.s
	s.Reset(d.src, lo, hi)
	s.Next()
	for {
		switch k := s.Next(); k {
		case edn.Vector, edn.List:
		case edn.Close:
			return nil
		default:
			return s.Err()
		}
		depth := s.Depth()
		m := otherMop
		if k := s.Next(); k == edn.Keyword || k == edn.String || k == edn.Symbol {
			m = mopNamed(s.Name())
		}
		if err := d.mop(i, m, writing, reading); err != nil {
			return err
		}
		for s.Depth() >= depth {
			if s.Err() != nil || !s.SkipToClose() {
				return s.Err()
			}
		}
	}
}

// mop decodes what follows the name of a micro-op.
func (d *decoder) mop(i int, m mop, writing, reading bool) error {
	s := &d.s
	switch {
	case m == pollMop && reading:
		return d.poll(i)
	case m == otherMop && reading:
		d.out.others++
		return nil
	case m == predicateMop && reading:
		d.out.bare++
		d.out.unclear++
		return nil
	case m == pollMop || m == otherMop || m == predicateMop || m == readMop && !reading || m != readMop && !writing:
		return nil
	case s.Kind == edn.Close:
		return nil
	}
	if k := s.Datum(); k == edn.Close || k == edn.Invalid || k == edn.EOF {
		return s.Err()
	}
	key, err := int32(0), error(nil)
	if m == sendMop {
		key, err = d.logKey(s.Start, s.End)
	} else {
		key, err = d.key(s.Start, s.End)
	}
	if err != nil {
		return err
	}
	a := actRead
	if m != readMop {
		a = mopActs[m]
	}
	k := s.Datum()
	switch {
	case k == edn.Invalid || k == edn.EOF:
		return s.Err()
	case m == sendMop && (k == edn.Vector || k == edn.List):
		lo, hi, err := second(d.src, s.Start, s.End)
		if err == nil {
			d.touch(i, key, a, lo, hi)
		}
		return err
	case k == edn.Close || k == edn.Nil:
		if m != readMop {
			a = actChange
		}
		d.touch(i, key, a, s.Start, s.Start)
	default:
		d.touch(i, key, a, s.Start, s.End)
	}
	return nil
}

// second returns where the second element of a vector stands, or the whole if
// there is none.
func second(src *edn.Source, lo, hi int) (from, to int, err error) {
	s := edn.NewScanner(src, lo, hi)
	s.Next()
	if s.Datum() == edn.Close {
		return lo, hi, nil
	}
	switch s.Datum() {
	case edn.Close:
		return lo, hi, nil
	case edn.Invalid, edn.EOF:
		return lo, hi, s.Err()
	}
	return s.Start, s.End, nil
}

// poll decodes what was polled: a map of keys and lists of [offset value].
func (d *decoder) poll(i int) error {
	s := &d.s
	if s.Next() != edn.Map {
		d.out.bare++
		return s.Err()
	}
	for n := 0; ; n++ {
		switch s.Datum() {
		case edn.Close:
			if n == 0 {
				d.out.bare++
			}
			return nil
		case edn.Invalid, edn.EOF:
			return s.Err()
		}
		key, err := d.logKey(s.Start, s.End)
		if err != nil {
			return err
		}
		switch k := s.Datum(); k {
		case edn.Close, edn.Invalid, edn.EOF:
			return s.Err()
		case edn.Vector, edn.List:
			d.touch(i, key, actPoll, s.Start, s.End)
		}
	}
}

// object decodes an operation on a single object.
func (d *decoder) object(i int, r role, lo, hi int, writing, reading bool) error {
	switch r {
	case admin:
		return nil
	case unknownRole:
		if reading && !d.isEmpty(lo, hi) {
			d.out.others++
		}
		return nil
	case inits:
		return d.init(i, lo, hi, writing)
	}
	key, err := int32(0), error(nil)
	if d.tuples {
		if key, lo, hi, err = d.tuple(lo, hi); err != nil || key < 0 {
			return err
		}
	} else if key, err = d.key(0, 0); err != nil {
		return err
	}
	kind := d.kind(lo, hi)
	if kind == edn.Nil {
		hi = lo
	}
	d.out.concat = d.out.concat || r == changes && d.h.F(i) == "append"
	switch r {
	case reads, drains:
		a := actRead
		if r == drains {
			a = actDrain
		}
		if reading {
			d.touch(i, key, a, lo, hi)
		}
	case takes:
		if reading {
			d.touch(i, key, actTake, lo, hi)
		} else if d.h.Type(i) == history.Fail {
			d.touch(i, key, actTake, lo, lo)
		}
	case swaps:
		if writing {
			return d.swap(i, key, kind, lo, hi)
		}
	default:
		if writing {
			a := objectActs[r]
			if lo == hi {
				a = actChange
			}
			d.touch(i, key, a, lo, hi)
		}
	}
	return nil
}

// swap decodes a compare-and-set: it writes the second of its two values.
func (d *decoder) swap(i int, key int32, kind edn.Kind, lo, hi int) (err error) {
	a := actChange
	if kind == edn.Vector || kind == edn.List {
		if lo, hi, err = second(d.src, lo, hi); err != nil {
			return err
		}
		if d.kind(lo, hi) != edn.Nil {
			a = actPlain
		}
	}
	d.touch(i, key, a, lo, hi)
	return nil
}

var objectActs = [...]act{writes: actPlain, adds: actAdd, puts: actPut, changes: actChange}

func (d *decoder) kind(lo, hi int) edn.Kind {
	if lo == hi {
		return edn.Nil
	}
	d.s.Reset(d.src, lo, hi)
	return d.s.Next()
}

// isEmpty reports whether a value is an empty sequence: perhaps a transaction
// without micro-ops.
func (d *decoder) isEmpty(lo, hi int) bool {
	k := d.kind(lo, hi)
	return (k == edn.Vector || k == edn.List) && d.s.Next() == edn.Close
}

// tuple splits a value [key value]; the key is -1 if it is none.
func (d *decoder) tuple(lo, hi int) (key int32, from, to int, err error) {
	if hi-lo < 4 || d.src.Text[lo] != '[' {
		return -1, 0, 0, nil
	}
	s := &d.s
	s.Reset(d.src, lo, hi)
	s.Next()
	if k := s.Datum(); k == edn.Close || k == edn.Invalid {
		return -1, 0, 0, s.Err()
	}
	klo, khi := s.Start, s.End
	if k := s.Datum(); k == edn.Close || k == edn.Invalid {
		return -1, 0, 0, s.Err()
	}
	from, to = s.Start, s.End
	key, err = d.key(klo, khi)
	return key, from, to, err
}

// init decodes a map of keys and the values that they begin with.
func (d *decoder) init(i, lo, hi int, writing bool) error {
	if !writing || d.kind(lo, hi) != edn.Map {
		return nil
	}
	s := &d.s
	for {
		if k := s.Datum(); k == edn.Close || k == edn.Invalid || k == edn.EOF {
			return s.Err()
		}
		key, err := d.key(s.Start, s.End)
		if err != nil {
			return err
		}
		switch s.Datum() {
		case edn.Close, edn.Invalid, edn.EOF:
			return s.Err()
		}
		d.touch(i, key, actPlain, s.Start, s.End)
	}
}
