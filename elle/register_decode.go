package elle

import (
	"bytes"
	"context"
	"math"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// registerMops are the micro-ops of all transactions as columns, see registers.
// A value is a code: of an integer the integer itself.
type registerMops struct {
	off   []int32
	key   []int32
	write []bool
	val   []int64
	keys  []span
	texts []span // by number
}

// The codes of values that are not integers of at most 62 bits.
const (
	codeNil     = math.MinInt64
	codeUnknown = codeNil + 1 // a read of a transaction that did not commit
	codeText    = codeNil + 2 // plus the number of the value's canonical text
	codeLimit   = -1 << 62    // codes below it are not integers
)

// registerChunk is some consecutive transactions. Keys and texts are numbered
// within the chunk.
type registerChunk struct {
	lo, hi int32
	base   int // where its micro-ops begin
	n      int // how many they are
	keys   []span
	texts  []span
}

// decodeRegisters reads the micro-ops of all transactions in parallel. The
// result does not depend on the chunks.
func decodeRegisters(ctx context.Context, x *txns) (*registerMops, error) {
	size := chunkSize(x.len())
	chunks := make([]registerChunk, (x.len()+size-1)/size)
	err := par.Do(ctx, len(chunks), func(i int) error {
		lo := i * size
		c := registerChunk{lo: int32(lo), hi: int32(min(lo+size, x.len()))}
		c.n = mostMops(x, c.lo, c.hi)
		chunks[i] = c
		return nil
	})
	if err != nil {
		return nil, err
	}
	total := 0
	for i := range chunks {
		chunks[i].base = total
		total += chunks[i].n
	}
	if total > math.MaxInt32 {
		return nil, x.h.Errorf(0, "expected at most %d micro-ops, found up to %d", math.MaxInt32, total)
	}
	d := &registerMops{off: huge.Make[int32](x.len() + 1)[:x.len()+1], key: huge.Make[int32](total)[:total], write: huge.Make[bool](total)[:total], val: huge.Make[int64](total)[:total]}
	err = par.Workers(ctx, len(chunks), func(int) func(int) error {
		r := newRegisterReader(x, d)
		return func(i int) error {
			c := chunks[i] // worked on apart, since chunks are neighbours in memory
			if err := r.chunk(&c); err != nil {
				return err
			}
			chunks[i] = c
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	d.closeGaps(chunks)
	return d, d.number(ctx, x.h.Source(), chunks)
}

// mostMops returns how many micro-ops the transactions have at most: each has a
// bracket of its own.
func mostMops(x *txns, lo, hi int32) (n int) {
	text, isEDN := x.h.Source().Text, x.h.Source().Syntax == edn.EDN
	for t := lo; t < hi; t++ {
		from, to := x.value(t)
		brackets := bytes.Count(text[from:to], []byte{'['})
		if isEDN {
			brackets += bytes.Count(text[from:to], []byte{'('})
		}
		n += max(brackets-1, 0)
	}
	return n
}

// closeGaps moves chunks together that have fewer micro-ops than there was room
// for, which happens if keys or values have brackets.
func (d *registerMops) closeGaps(chunks []registerChunk) {
	at := 0
	for i := range chunks {
		c := &chunks[i]
		if gap := c.base - at; gap > 0 {
			copy(d.key[at:], d.key[c.base:c.base+c.n])
			copy(d.write[at:], d.write[c.base:c.base+c.n])
			copy(d.val[at:], d.val[c.base:c.base+c.n])
			for t := c.lo; t < c.hi; t++ {
				d.off[t] -= int32(gap)
			}
			c.base = at
		}
		at += c.n
	}
	d.off[len(d.off)-1] = int32(at)
	d.key, d.write, d.val = d.key[:at], d.write[:at], d.val[:at]
}

// number gives keys and texts their final numbers, in the order of chunks.
func (d *registerMops) number(ctx context.Context, src *edn.Source, chunks []registerChunk) error {
	var keys, texts numberer
	keyOf, textOf := make([][]int32, len(chunks)), make([][]int32, len(chunks))
	for i := range chunks {
		var err error
		if keyOf[i], err = keys.add(src, chunks[i].keys); err != nil {
			return err
		}
		if textOf[i], err = texts.add(src, chunks[i].texts); err != nil {
			return err
		}
	}
	d.keys, d.texts = keys.spans, texts.spans
	if err := sameKinds(src, d.keys); err != nil {
		return err
	}
	return par.Do(ctx, len(chunks), func(i int) error {
		c := &chunks[i]
		for j := c.base; j < c.base+c.n; j++ {
			d.key[j] = keyOf[i][d.key[j]]
			if v := d.val[j]; v < codeLimit && v >= codeText {
				d.val[j] = codeText + int64(textOf[i][v-codeText])
			}
		}
		return nil
	})
}

// codeOf returns the code of a value, that of nil if it is the zero Value. One that
// nobody wrote or read has a code that no micro-op has.
func (d *registerMops) codeOf(src *edn.Source, v edn.Value) (int64, error) {
	if v.IsNil() {
		return codeNil, nil
	}
	if n, ok := v.Int(); ok && n > codeLimit {
		return n, nil
	}
	want, err := edn.AppendCanonical(nil, v)
	var buf []byte
	for i, sp := range d.texts {
		if err != nil {
			break
		}
		if buf, err = edn.AppendCanonical(buf[:0], src.Value(sp.lo, sp.lo+int(sp.len))); bytes.Equal(buf, want) {
			return codeText + int64(i), err
		}
	}
	return codeText + int64(len(d.texts)), err
}

// A numberer numbers values, equal ones alike.
type numberer struct {
	table intern.Table
	buf   []byte
	spans []span // where each first stands
}

func (n *numberer) add(src *edn.Source, spans []span) (ids []int32, err error) {
	ids = make([]int32, len(spans))
	for i, sp := range spans {
		v := src.Value(sp.lo, sp.lo+int(sp.len))
		var fresh bool
		if k, ok := v.Int(); ok {
			ids[i], fresh = n.table.Int(k)
		} else {
			if n.buf, err = edn.AppendCanonical(n.buf[:0], v); err != nil {
				return nil, err
			}
			ids[i], fresh = n.table.Text(n.buf)
		}
		if fresh {
			n.spans = append(n.spans, sp)
		}
	}
	return ids, nil
}

// sameKinds demands that all keys are of one kind: 1 and "1" are different keys, but
// the author of the history meant one.
func sameKinds(src *edn.Source, keys []span) error {
	for i, sp := range keys {
		v := src.Value(sp.lo, sp.lo+int(sp.len))
		first := src.Value(keys[0].lo, keys[0].lo+int(keys[0].len))
		if i > 0 && sortOf(v) != sortOf(first) {
			line, _ := src.Position(keys[0].lo)
			return src.Errorf(sp.lo, "expected all keys to be of one kind, but this one is %s, and that of line %d is %s", v.Kind(), line, first.Kind())
		}
	}
	return nil
}

// sortOf returns the kind of a key. Integers are of one kind, however large: keys may be hashes
// of 64 bits.
func sortOf(v edn.Value) edn.Kind {
	if k := v.Kind(); k != edn.BigInt {
		return k
	}
	return edn.Int
}

// registerReader decodes transactions of register micro-ops.
type registerReader struct {
	x     *txns
	d     *registerMops
	src   *edn.Source
	s     edn.Scanner
	keys  intern.Table
	texts intern.Table
	buf   []byte
	sep   byte // what separates values in plain text of the source's syntax
	c     *registerChunk
	n     int     // the micro-ops of the chunk so far
	key   []int32 // the chunk's part of the columns
	write []bool
	val   []int64
	read  bool // reads of the transaction count, since it committed
}

func newRegisterReader(x *txns, d *registerMops) *registerReader {
	r := &registerReader{x: x, d: d, src: x.h.Source(), sep: ' '}
	if r.src.Syntax == edn.JSON {
		r.sep = ','
	}
	return r
}

func (r *registerReader) chunk(c *registerChunk) error {
	end := c.base + c.n
	r.c, r.n = c, 0
	r.key, r.write, r.val = r.d.key[c.base:end], r.d.write[c.base:end], r.d.val[c.base:end]
	r.keys.Reset()
	r.texts.Reset()
	for t := c.lo; t < c.hi; t++ {
		r.d.off[t] = int32(c.base + r.n)
		if err := r.txn(t); err != nil {
			return err
		}
	}
	c.n = r.n
	return nil
}

// add notes a micro-op. There is room, see mostMops.
func (r *registerReader) add(key int32, write bool, code int64) {
	at := r.n
	r.n++
	r.key[at], r.write[at], r.val[at] = key, write, code
}

// txn decodes one transaction: a vector of micro-ops, or nil for none.
func (r *registerReader) txn(t int32) error {
	lo, hi := r.x.value(t)
	r.read = r.x.readsCount(t)
	asked := r.x.asked(t)
	if lo == hi || asked == nil && r.fastTxn(lo, hi) {
		return nil
	}
	s := &r.s
	s.Reset(r.src, lo, hi)
	switch s.Next() {
	case edn.Nil:
		return nil
	case edn.Vector, edn.List:
	default:
		return unexpected(s, "a transaction, a vector of micro-ops such as [:w 5 1] or [:r 5 nil]")
	}
	for i := 0; ; i++ {
		switch s.Next() {
		case edn.Close:
			return nil
		case edn.Vector, edn.List:
		default:
			return unexpected(s, "a micro-op such as [:w 5 1] or [:r 5 nil]")
		}
		if err := r.mop(); err != nil {
			return err
		}
		if v, ok := writtenValue(asked, i); ok && r.write[r.n-1] {
			own := v.Scanner()
			code, err := r.value(&own, true)
			if err != nil {
				return err
			}
			r.val[r.n-1] = code
		}
	}
}

// mop decodes what follows a micro-op's opening bracket.
func (r *registerReader) mop() error {
	s := &r.s
	if k := s.Next(); k != edn.Keyword && k != edn.String && k != edn.Symbol {
		return unexpected(s, "a micro-op that begins with :w or :r")
	}
	write := false
	switch name := s.Name(); mopName(name) {
	case "r":
	case "w":
		write = true
	case "append":
		return s.Errorf(s.Start, "expected :w or :r, found %s: this looks like a list-append history, or one of mixed workloads", s.Text())
	default:
		return s.Errorf(s.Start, "expected :w or :r, found %s", s.Text())
	}
	key, err := r.readKey()
	if err != nil {
		return err
	}
	code, err := r.value(s, write)
	if err != nil {
		return err
	}
	if s.Kind != edn.Close && s.Next() != edn.Close {
		return unexpected(s, "the end of the micro-op")
	}
	r.add(key, write, code)
	return nil
}

// readKey returns the number of the key within the chunk.
func (r *registerReader) readKey() (int32, error) {
	s := &r.s
	var id int32
	var fresh bool
	switch s.Datum() {
	case edn.Close, edn.EOF, edn.Invalid:
		return 0, unexpected(s, "a key")
	case edn.Int:
		id, fresh = r.keys.Int(s.Int)
	default:
		var err error
		if r.buf, err = edn.AppendCanonical(r.buf[:0], s.Value()); err != nil {
			return 0, err
		}
		id, fresh = r.keys.Text(r.buf)
	}
	if fresh {
		r.c.keys = append(r.c.keys, span{s.Start, uint32(s.End - s.Start)})
	}
	return id, nil
}

// value returns the code of the value that was read or written, which comes next.
// A read without one read nil.
func (r *registerReader) value(s *edn.Scanner, write bool) (int64, error) {
	k := s.Datum()
	switch {
	case write && (k == edn.Nil || k == edn.Close):
		return 0, unexpected(s, "a value to write other than nil, which registers hold initially")
	case k == edn.EOF || k == edn.Invalid:
		return 0, unexpected(s, "a value")
	case !write && !r.read:
		return codeUnknown, nil
	case k == edn.Nil || k == edn.Close:
		return codeNil, nil
	case k == edn.Int && s.Int > codeLimit:
		return s.Int, nil
	}
	start, end := s.Start, s.End
	var err error
	if r.buf, err = edn.AppendCanonical(r.buf[:0], s.Value()); err != nil {
		return 0, err
	}
	id, fresh := r.texts.Text(r.buf)
	if fresh {
		r.c.texts = append(r.c.texts, span{start, uint32(end - start)})
	}
	return codeText + int64(id), nil
}
