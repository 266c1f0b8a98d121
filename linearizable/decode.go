package linearizable

import (
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A call is an operation: when it ran, and what it did.
type call struct {
	op       int32 // its completion, or its invocation if it never completed
	inv, ret int32 // positions in the history; ret is never if it is pending
	t        int32 // its transition
}

// object is the history of one object.
type object struct {
	key   edn.Value // if the history has several
	calls []call
	ts    []transition
	v     *vocabulary
	init  int32
	bag   bool // it keeps no order

	differs int // completions with another value than the invocation, which counts
	unseen  int // reads of nil after a write, which say nothing
}

// decoder turns the ops of one object into calls.
type decoder struct {
	h   *history.History
	m   *Model
	v   *vocabulary
	ts  []transition
	ids []int32    // the transitions by their hashes, from 1: open addressing
	key *edn.Value // of the object, nil if there is one only
	op  int        // the op being decoded, for errors

	differs int   // completions with another value than the invocation
	unseen  int   // completed reads of nil of a register that a write had set before
	settled int32 // the first completion of a write of a register; 0 before it
	added   int64 // the sum of what a counter's adds change, whichever way

	isPlain bool // the op has no key though others have

	scan  edn.Scanner
	list  []int32
	items []edn.Value

	processes map[history.Process]int32 // ids of those that own locks
}

func newDecoder(h *history.History, m *Model, key *edn.Value) *decoder {
	return &decoder{h: h, m: m, key: key, v: &vocabulary{}}
}

// operation is an invocation and its completion, -1 if there is none.
type operation struct{ inv, done int32 }

// object decodes operations.
func (d *decoder) object(ops []operation) (*object, error) {
	init, err := d.v.id(d.m.init)
	if err != nil {
		return nil, err
	}
	if n, ok := d.m.init.Int(); ok && d.m.kind.name == "counter" && len(ops) > 0 {
		if err := d.addUp(n); err != nil {
			return nil, err
		}
	}
	o := &object{v: d.v, init: init, bag: d.m.kind.name == "unordered-queue", calls: make([]call, 0, len(ops))}
	if d.key != nil {
		o.key = *d.key
	}
	for _, op := range ops {
		c, keep, err := d.call(op)
		if err != nil {
			return nil, err
		}
		if keep {
			o.calls = append(o.calls, c)
		}
	}
	o.ts, o.differs, o.unseen = d.ts, d.differs, d.unseen
	return o, nil
}

func (d *decoder) call(op operation) (c call, keep bool, err error) {
	h := d.h
	c = call{op: op.done, inv: op.inv, ret: never}
	in, f := d.invoked(h.Value(int(op.inv))), h.F(int(op.inv))
	out, known := edn.Value{}, false
	d.op = int(op.inv)
	if op.done < 0 {
		c.op = op.inv
	} else {
		switch d.op = int(op.done); h.Type(int(op.done)) {
		case history.OK:
			if out, err = d.completed(f, h.Value(int(op.done))); err != nil {
				return c, false, err
			}
			c.ret, known = op.done, true
		case history.Fail:
			if d.m.kind.name != "etcd" || f != "cas" {
				return c, false, nil // it did not happen
			}
			t := transition{f: opNotCAS}
			t.a, _, err = d.pair(in)
			c.ret, c.t = op.done, d.id(t)
			return c, true, err
		}
	}
	if op.done >= 0 && h.F(int(op.done)) != f {
		return c, false, h.Errorf(int(op.done), "op %d completes %s as %s: expected the same :f", h.Index(int(op.done)), f, h.F(int(op.done)))
	}
	if !slices.Contains(d.m.kind.fs, f) {
		return c, false, h.Errorf(int(op.inv), "op %d is %q, which a %s does not have: expected one of %s", h.Index(int(op.inv)), f, d.m.kind.name, strings.Join(d.m.kind.fs, ", "))
	}
	t, err := d.m.kind.call(d, f, in, out, known)
	switch {
	case err != nil:
		return c, false, err
	case t.f == opReadAny: // a read that says nothing is in nobody's way
		if strings.HasSuffix(d.m.kind.name, "register") && known && out.IsNil() && d.settled > 0 && d.settled < c.inv {
			d.unseen++
		}
		return c, false, nil
	case t.f == opWrite && known && (d.settled == 0 || op.done < d.settled):
		d.settled = op.done
	}
	c.t = d.id(t)
	return c, true, nil
}

// id numbers a transition, equal ones alike.
func (d *decoder) id(t transition) int32 {
	if 2*len(d.ts) >= len(d.ids) {
		d.ids = make([]int32, max(32, 2*len(d.ids)))
		for id := range d.ts {
			d.ids[d.place(&d.ts[id])] = int32(id) + 1
		}
	}
	at := d.place(&t)
	if d.ids[at] == 0 {
		d.ts = append(d.ts, t)
		d.ids[at] = int32(len(d.ts))
	}
	return d.ids[at] - 1
}

// place returns where in ids a transition is, or belongs.
func (d *decoder) place(t *transition) int {
	h := mix(mix(uint64(t.f), uint64(t.n)), uint64(uint32(t.a))<<32|uint64(uint32(t.b)))
	if t.list != "" {
		h = mix(h, maphash.String(listSeed, t.list))
	}
	mask := uint64(len(d.ids) - 1)
	for at := h >> 32 & mask; ; at = (at + 1) & mask {
		if id := d.ids[at]; id == 0 || d.ts[id-1] == *t {
			return int(at)
		}
	}
}

var listSeed = maphash.MakeSeed()

func (d *decoder) errorf(format string, args ...any) error {
	return d.h.Errorf(d.op, "op %d: %s", d.h.Index(d.op), fmt.Sprintf(format, args...))
}

// pair returns the two values of a vector.
func (d *decoder) pair(v edn.Value) (a, b int32, err error) {
	parts, err := v.Items(d.items[:0])
	d.items = parts
	if err != nil || len(parts) != 2 || v.Kind() != edn.Vector && v.Kind() != edn.List {
		return 0, 0, d.errorf("expected the value of a cas, [old new], found %s", v)
	}
	if a, err = d.v.id(parts[0]); err != nil {
		return 0, 0, err
	}
	b, err = d.v.id(parts[1])
	return a, b, err
}

// same returns what the operation was invoked with. A completion that says something
// else is a server's reply, or a mistake of the recorder's: see Result.Warnings.
func (d *decoder) same(in, out edn.Value, known bool) edn.Value {
	switch {
	case !known || out.IsNil() || edn.Equal(in, out):
	case in.IsNil():
		return out
	default:
		d.differs++
	}
	return in
}

func registerCall(d *decoder, f string, in, out edn.Value, known bool) (t transition, err error) {
	switch f {
	case "read":
		if !known || out.IsNil() { // nil says that the result is not known, as in Knossos
			return transition{f: opReadAny}, nil
		}
		t.f = opRead
		t.a, err = d.v.id(out)
	case "write":
		t.f = opWrite
		if d.m.knossos && known && !out.IsNil() {
			in = out
		}
		t.a, err = d.v.id(d.same(in, out, known))
	default:
		t.f = opCAS
		t.a, t.b, err = d.pair(d.same(in, out, known))
	}
	return t, err
}

// etcdCall is registerCall where nil is a value like any other.
func etcdCall(d *decoder, f string, in, out edn.Value, known bool) (transition, error) {
	if f == "read" && known && out.IsNil() {
		return transition{f: opRead}, nil
	}
	return registerCall(d, f, in, out, known)
}

func mutexCall(_ *decoder, f string, _, _ edn.Value, _ bool) (transition, error) {
	if f == "acquire" {
		return transition{f: opAcquire}, nil
	}
	return transition{f: opRelease}, nil
}

func setCall(d *decoder, f string, in, out edn.Value, known bool) (t transition, err error) {
	if f == "add" {
		t.f = opAdd
		t.a, err = d.v.id(d.same(in, out, known))
		return t, err
	}
	if !known {
		return transition{f: opReadAny}, nil
	}
	ids, err := d.elements(out)
	return transition{f: opReadSet, list: idText(ids...)}, err
}

// elements numbers the elements of a collection.
func (d *decoder) elements(v edn.Value) ([]int32, error) {
	d.scan = v.Elements().Scanner()
	s := &d.scan
	if k := s.Next(); k != edn.Set && k != edn.Vector && k != edn.List {
		return nil, d.errorf("expected the elements that were read, found %s", v)
	}
	d.list = d.list[:0]
	for {
		var id int32
		switch s.Datum() {
		case edn.Close:
			return d.list, nil
		case edn.EOF, edn.Invalid:
			return nil, s.Err()
		case edn.Int:
			id = d.v.integer(s.Int, s.Value())
		default:
			var err error
			if id, err = d.v.id(s.Value()); err != nil {
				return nil, err
			}
		}
		d.list = append(d.list, id)
	}
}

func queueCall(d *decoder, f string, in, out edn.Value, known bool) (transition, error) {
	return d.putOrTake(f, "enqueue", opEnqueue, opDequeue, in, out, known)
}

func stackCall(d *decoder, f string, in, out edn.Value, known bool) (transition, error) {
	return d.putOrTake(f, "push", opPush, opPop, in, out, known)
}

// putOrTake decodes an operation that puts a value in, or takes one out. One that took
// an unknown value may have taken anything; one that is known to have taken nil found
// nothing there.
func (d *decoder) putOrTake(f, put string, putOp, takeOp opcode, in, out edn.Value, known bool) (t transition, err error) {
	if f == put {
		t.f = putOp
		t.a, err = d.v.id(d.same(in, out, known))
		return t, err
	}
	t.f = takeOp
	switch {
	case !known:
		t.a = anyValue
	case out.IsNil() && !(d.m.knossos && f == "dequeue"):
		t.a = emptyValue
	default:
		t.a, err = d.v.id(out)
	}
	return t, err
}

func counterCall(d *decoder, f string, in, out edn.Value, known bool) (t transition, err error) {
	v := in
	if t.f = opInc; f == "read" {
		if t.f, v = opCount, out; !known || out.IsNil() {
			return transition{f: opReadAny}, nil
		}
	} else {
		v = d.same(in, out, known)
	}
	var ok bool
	if t.n, ok = v.Int(); !ok {
		return t, d.errorf("expected an integer, found %s", v)
	}
	if t.f == opInc {
		err = d.addUp(t.n)
	}
	return t, err
}

// mostCounted is how far from 0 a counter may be in any order of its adds: beyond, sums
// could wrap.
const mostCounted = 1 << 61

// addUp notes that a counter may change by n.
func (d *decoder) addUp(n int64) error {
	if n == math.MinInt64 {
		n++
	}
	if d.added += min(max(n, -n), mostCounted); d.added >= mostCounted {
		return d.errorf("the sums of the counter could wrap: expected changes that add up to less than 2^61")
	}
	return nil
}

func textCall(d *decoder, f string, in, out edn.Value, known bool) (t transition, err error) {
	switch f {
	case "get":
		if !known {
			return transition{f: opReadAny}, nil
		}
		t.f = opGet
		in = out
	case "put":
		t.f = opPut
		in = d.same(in, out, known)
	default:
		t.f = opAppend
		in = d.same(in, out, known)
	}
	if in.Kind() != edn.String && !in.IsNil() {
		return t, d.errorf("expected a string, found %s", in)
	}
	t.a, err = d.v.id(in)
	return t, err
}

// multiCall decodes a transaction on registers; reads of nil say nothing.
func multiCall(d *decoder, f string, in, out edn.Value, known bool) (t transition, err error) {
	v := in
	if known && !out.IsNil() {
		v = out
	}
	mops, err := v.Items(nil)
	if err != nil {
		return t, d.errorf("expected a transaction such as [[:read 1 nil] [:write 2 3]], found %s", v)
	}
	var list []int32
	for _, m := range mops {
		parts, err := m.Items(nil)
		if err != nil || len(parts) < 2 || len(parts) > 3 {
			return t, d.errorf("expected a micro-op such as [:read 1 nil], found %s", m)
		}
		key, err := d.v.keys.id(parts[1])
		if err != nil {
			return t, err
		}
		val := int32(anyValue)
		if len(parts) == 3 && !parts[2].IsNil() {
			if val, err = d.v.id(parts[2]); err != nil {
				return t, err
			}
		}
		switch name, _ := parts[0].Name(); name {
		case "read", "r":
			if !known {
				val = anyValue
			}
			list = append(list, key<<1, val)
		case "write", "w":
			list = append(list, key<<1|1, max(val, 0))
		default:
			return t, d.errorf("expected :read or :write, found %s", parts[0])
		}
	}
	return transition{f: opTxn, list: idText(list...)}, nil
}

// operations pairs the clients' ops of h, in the order of invocations.
func operations(h *history.History) ([]operation, error) {
	ops := make([]operation, 0, h.Len()/2+1)
	for i := range h.Len() {
		if !h.Process(i).IsClient() {
			continue
		}
		if h.Type(i) == history.Invoke {
			ops = append(ops, operation{int32(i), int32(h.Pair(i))})
		} else if h.Pair(i) < 0 {
			return nil, h.Errorf(i, "op %d completes an operation that was not invoked: linearizability depends on when each operation began", h.Index(i))
		}
	}
	return ops, nil
}
