package kafka

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// decode reads what clients did. It fails at the first op whose value is not what
// its :f says.
func decode(ctx context.Context, h *history.History) (*events, error) {
	x := &events{h: h}
	d := decoder{x: x, src: h.Source()}
	var kinds []kind                   // of symbols
	atInvoke := make([]int32, h.Len()) // per invocation: how many events there were
	ordered := !h.CompletionsOnly() && !h.Unordered()
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if i == sample {
			x.grow(float64(h.Len()) / sample * 1.05)
		}
		if !h.Process(i).IsClient() {
			continue
		}
		x.clients++
		sym := h.Symbol(i)
		for int(sym) >= len(kinds) {
			kinds = append(kinds, kindOf(h.SymbolName(history.Symbol(len(kinds)))))
		}
		kind := kinds[sym]
		typ, pair := h.Type(i), h.Pair(i)
		status, before := statusOf(typ), int32(0)
		switch {
		case kind == unknownF:
			x.ignored++
			continue
		case typ == history.Invoke:
			if atInvoke[i] = int32(x.len()); pair >= 0 || !kind.moves() {
				continue
			}
			before = atInvoke[i]
		case kind == ignoredF || !kind.moves() && status == aborted:
			continue
		case pair >= 0:
			before = atInvoke[pair]
		}
		if !ordered || !kind.moves() {
			before = 0
		}
		if kind == subscribeF {
			x.subscribes++
		}
		x.add(int32(i), kind, status, before)
		if err := d.event(i, kind); err != nil {
			return nil, err
		}
	}
	x.add(-1, ignoredF, aborted, 0) // closes the columns
	n := len(x.op) - 1
	x.op, x.kind, x.status, x.before = x.op[:n], x.kind[:n], x.status[:n], x.before[:n]
	return x, nil
}

// sample is after how many ops the size of all columns is guessed: growing them bit
// by bit takes twice the memory.
const sample = 1 << 14

func (x *events) grow(times float64) {
	x.op = grown(x.op, times)
	x.kind = grown(x.kind, times)
	x.status = grown(x.status, times)
	x.before = grown(x.before, times)
	x.keyOff = grown(x.keyOff, times)
	for _, m := range []*moves{&x.sends, &x.reads} {
		m.off = grown(m.off, times)
		m.msg = grown(m.msg, times)
		m.offset = grown(m.offset, times)
		m.mop = grown(m.mop, times)
	}
}

func grown[T any](s []T, times float64) []T {
	return slices.Grow(s, int(float64(len(s))*(times-1)))
}

func (x *events) add(op int32, kind kind, status status, before int32) {
	x.op = append(x.op, op)
	x.kind = append(x.kind, kind)
	x.status = append(x.status, status)
	x.before = append(x.before, before)
	x.sends.off = append(x.sends.off, len(x.sends.msg))
	x.reads.off = append(x.reads.off, len(x.reads.msg))
	x.keyOff = append(x.keyOff, len(x.keyList))
}

type decoder struct {
	x   *events
	src *edn.Source
	s   edn.Scanner
	in  edn.Scanner // inside a datum that s has read
	op  int
	mop int32

	invoked bool // the value is an invocation's, so it shows no poll's outcome
}

// event decodes the value of op i. A completion without a value is about what its
// invocation said.
func (d *decoder) event(i int, kind kind) error {
	h := d.x.h
	d.op, d.mop, d.invoked = i, 0, h.Type(i) == history.Invoke
	lo, hi := h.ValueSpan(i)
	if lo == hi || h.Value(i).IsNil() {
		j := h.Pair(i)
		if h.Type(i) == history.Invoke || j < 0 {
			return nil
		}
		if lo, hi = h.ValueSpan(j); lo == hi || h.Value(j).IsNil() {
			return nil
		}
		d.invoked = true
	}
	s := &d.s
	s.Reset(d.src, lo, hi)
	if !kind.moves() {
		return d.assigned()
	}
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return d.wrong("a list of micro-ops")
	}
	for ; ; d.mop++ {
		switch s.Next() {
		case edn.Close:
			return nil
		case edn.Vector, edn.List:
		default:
			return d.wrong("a micro-op")
		}
		if k := s.Next(); k != edn.Keyword && k != edn.String && k != edn.Symbol {
			return d.wrong("send or poll")
		}
		var err error
		switch string(s.Name()) {
		case "send":
			err = d.send()
		case "poll":
			err = d.poll()
		default:
			err = d.wrong("send or poll")
		}
		if err != nil {
			return err
		}
	}
}

// send decodes the rest of [:send k v] or [:send k [offset v]].
func (d *decoder) send() error {
	const shape = "[:send key value] or [:send key [offset value]]"
	s := &d.s
	key, err := d.key(shape)
	if err != nil {
		return err
	}
	offset := int64(noOffset)
	at := s
	switch k := s.Datum(); k {
	case edn.Close, edn.EOF, edn.Invalid:
		return d.wrong(shape)
	case edn.Vector:
		at = &d.in
		at.Reset(d.src, s.Start, s.End)
		at.Inside(s.Depth())
		at.Next()
		if offset, err = d.offset(at, shape); err != nil {
			return err
		}
		if k := at.Datum(); k == edn.Close || k == edn.EOF || k == edn.Invalid {
			return d.wrong(shape)
		}
	}
	m, err := d.message(key, at)
	if err != nil {
		return err
	}
	if at != s && at.Next() != edn.Close || s.Next() != edn.Close {
		return d.wrong(shape)
	}
	d.x.sends.add(m, offset, d.mop)
	return nil
}

// poll decodes the rest of [:poll] or [:poll {key [[offset value] ...] ...}].
func (d *decoder) poll() error {
	const shape = "[:poll] or [:poll {key [[offset value] ...]}]"
	s := &d.s
	switch s.Next() {
	case edn.Close:
		return nil
	case edn.Nil:
	case edn.Map:
		if err := d.polled(shape); err != nil {
			return err
		}
	default:
		return d.wrong(shape)
	}
	if s.Next() != edn.Close {
		return d.wrong(shape)
	}
	return nil
}

func (d *decoder) polled(shape string) error {
	s := &d.s
	for {
		if s.Datum() == edn.Close {
			return nil
		}
		key, err := d.keyHere(shape)
		if err != nil {
			return err
		}
		switch s.Next() {
		case edn.Nil:
			continue
		case edn.Vector, edn.List:
		default:
			return d.wrong(shape)
		}
		for s.Next() != edn.Close {
			if s.Kind != edn.Vector && s.Kind != edn.List {
				return d.wrong(shape)
			}
			offset, err := d.offset(s, shape)
			if err != nil {
				return err
			}
			if k := s.Datum(); k == edn.Close || k == edn.EOF || k == edn.Invalid {
				return d.wrong(shape)
			}
			m, err := d.message(key, s)
			if err != nil {
				return err
			}
			if s.Next() != edn.Close {
				return d.wrong(shape)
			}
			if !d.invoked {
				d.x.reads.add(m, offset, d.mop)
			}
		}
	}
}

// assigned decodes the keys of an assign or a subscribe.
func (d *decoder) assigned() error {
	const shape = "a list of keys"
	s := &d.s
	switch s.Next() {
	case edn.Vector, edn.List, edn.Set:
	default:
		return d.wrong(shape)
	}
	for s.Datum() != edn.Close {
		k, err := d.keyHere(shape)
		if err != nil {
			return err
		}
		d.x.keyList = append(d.x.keyList, k)
	}
	return nil
}

// key reads a key.
func (d *decoder) key(shape string) (int32, error) {
	d.s.Datum()
	return d.keyHere(shape)
}

// keyHere returns the key that was just read.
func (d *decoder) keyHere(shape string) (int32, error) {
	switch d.s.Kind {
	case edn.Close, edn.EOF, edn.Invalid:
		return -1, d.wrong(shape)
	}
	k, err := d.x.keys.at(&d.s)
	if err != nil {
		return -1, d.x.h.Errorf(d.op, "op %d: %v", d.x.h.Index(d.op), err)
	}
	return k, nil
}

// offset reads an offset.
func (d *decoder) offset(s *edn.Scanner, shape string) (int64, error) {
	switch s.Next() {
	case edn.Nil:
		return noOffset, nil
	case edn.Int:
		if s.Int != noOffset {
			return s.Int, nil
		}
	}
	return 0, d.wrong(shape)
}

// message returns the number of the message to key whose value s has just read.
func (d *decoder) message(key int32, s *edn.Scanner) (int32, error) {
	x := d.x
	v, err := x.values.At(s)
	if err != nil {
		return -1, x.h.Errorf(d.op, "op %d: %v", x.h.Index(d.op), err)
	}
	m, fresh := x.messages.Int(int64(key)<<32 | int64(v))
	if fresh {
		x.key = append(x.key, key)
		x.value = append(x.value, v)
	}
	return m, nil
}

// wrong says that the op is not what was expected.
func (d *decoder) wrong(expected string) error {
	h := d.x.h
	for _, s := range []*edn.Scanner{&d.s, &d.in} {
		if err := s.Err(); err != nil {
			return err
		}
	}
	text := []rune(h.Value(d.op).String())
	if len(text) > 80 {
		text = append(text[:77], []rune("...")...)
	}
	return h.Errorf(d.op, "op %d: expected %s in the value of a %s, found %s", h.Index(d.op), expected, h.F(d.op), string(text))
}
