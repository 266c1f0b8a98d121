package elle

import (
	"context"
	"math"
	"sort"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// kind is what a micro-op is, and how much of it is known after decoding.
type kind uint8

const (
	appendMop   kind = iota
	readInts         // a read of a list of plain integers, or of an empty list
	readOther        // a read of any other list
	readNil          // a read of nil, the empty list
	readUnknown      // a read whose result is unknown
	kindBits    = 3
)

// mop is a micro-op: 24 bytes, of which there are millions. Its value stays
// text: of an append the element, of a read the list.
type mop struct {
	lo  int    // where the text begins in the source
	len uint32 // how long it is
	n   int32  // a read's number of elements
	txn int32
	at  uint32 // its place in the transaction, and its kind in the lowest bits
}

func (m *mop) kind() kind { return kind(m.at & (1<<kindBits - 1)) }

// index is the micro-op's place in its transaction.
func (m *mop) index() int { return int(m.at >> kindBits) }

func (m *mop) isRead() bool { return m.kind() != appendMop }

// keyed are the micro-ops of all transactions, and for each key which they are,
// in the order of transactions and then of micro-ops. Keys are numbered as they
// first appear.
type keyed struct {
	chunks []chunk
	size   int // the transactions of a chunk
	ref    []ref
	off    []int64 // the micro-ops of key k are ref[off[k]:off[k+1]]
	keys   []span  // where key k first stands in the source
}

// A ref is the place of a micro-op: its chunk, and its number there.
type ref uint64

func makeRef(c, i int) ref { return ref(c)<<32 | ref(i) }

func (k *keyed) at(r ref) *mop { return &k.chunks[r>>32].mops[uint32(r)] }

type span struct {
	lo  int
	len uint32
}

func (k *keyed) len() int { return len(k.keys) }

// gather appends the micro-ops of a key to dst.
func (k *keyed) gather(key int32, dst []mop) []mop {
	for _, r := range k.ref[k.off[key]:k.off[key+1]] {
		dst = append(dst, *k.at(r))
	}
	return dst
}

// ofTxn calls f with the key and the micro-op, for each of a transaction.
func (k *keyed) ofTxn(t int32, f func(key int32, m *mop)) {
	c := &k.chunks[int(t)/k.size]
	for i := sort.Search(len(c.mops), func(i int) bool { return c.mops[i].txn >= t }); i < len(c.mops) && c.mops[i].txn == t; i++ {
		f(c.key[i], &c.mops[i])
	}
}

// chunkSize is how many transactions a worker decodes at a time: few enough that
// all cores have some, and many in a large history, whose memory is then cheap.
func chunkSize(txns int) int { return max(1<<13, txns/8+1) }

// chunk is the micro-ops of some consecutive transactions, with keys numbered
// within the chunk until they are grouped.
type chunk struct {
	mops []mop
	key  []int32
	keys []span

	count []int32 // per key of the chunk: its micro-ops
	final []int32 // its number in the history
	at    []int64 // where its next micro-op belongs in keyed.ref
}

// decode reads the micro-ops of all transactions in parallel. The numbers of
// keys do not depend on the chunks.
func decode(ctx context.Context, x *txns) (*keyed, error) {
	size := chunkSize(x.len())
	chunks := make([]chunk, (x.len()+size-1)/size)
	err := par.Workers(ctx, len(chunks), func(int) func(int) error {
		d := &decoder{x: x, src: x.h.Source(), sep: ' '}
		if d.src.Syntax == edn.JSON {
			d.sep = ','
		}
		return func(i int) error {
			lo := i * size
			return d.chunk(&chunks[i], lo, min(lo+size, x.len()))
		}
	})
	if err != nil {
		return nil, err
	}
	return group(ctx, x.h.Source(), chunks, size)
}

type decoder struct {
	x    *txns
	src  *edn.Source
	s    edn.Scanner
	keys intern.Table
	buf  []byte
	sep  byte // what separates values in plain text of the source's syntax
	out  *chunk
	each float64 // micro-ops of a transaction, as far as was seen

	empty kind // what a read of nil is in the transaction: readNil if it committed
	lists bool // its other reads count
}

func (d *decoder) chunk(into *chunk, lo, hi int) error {
	out := &chunk{} // filled apart, since chunks are neighbours in memory
	d.out = out
	d.keys.Reset()
	d.each = max(d.each, 1)
	for t := lo; t < hi; t++ {
		if t-lo == 256 { // enough to guess how much room the chunk needs
			d.each = max(d.each, float64(len(out.mops))/256*1.02)
		}
		if n := int(float64(hi-lo) * d.each); t-lo == 256 && n > cap(out.mops) {
			out.mops = append(huge.Make[mop](n), out.mops...)
			out.key = append(huge.Make[int32](n), out.key...)
		}
		if err := d.txn(int32(t)); err != nil {
			return err
		}
	}
	out.count = make([]int32, len(out.keys))
	for _, key := range out.key {
		out.count[key]++
	}
	*into = *out
	return nil
}

// txn decodes one transaction: a vector of micro-ops, or nil for none.
func (d *decoder) txn(t int32) error {
	lo, hi := d.x.value(t)
	d.begin(t)
	asked := d.x.asked(t)
	if lo == hi || asked == nil && d.lists && d.fastTxn(t, lo, hi) {
		return nil
	}
	s := &d.s
	s.Reset(d.src, lo, hi)
	switch s.Next() {
	case edn.Nil:
		return nil
	case edn.Vector, edn.List:
	default:
		return unexpected(s, "a transaction, a vector of micro-ops such as [:append 5 1] or [:r 5 nil]")
	}
	for i := uint32(0); ; i++ {
		switch s.Next() {
		case edn.Close:
			return nil
		case edn.Vector, edn.List:
		default:
			return unexpected(s, "a micro-op such as [:append 5 1] or [:r 5 nil]")
		}
		if i >= 1<<(32-kindBits) {
			return s.Errorf(s.Start, "expected fewer micro-ops in a transaction")
		}
		m := mop{txn: t, at: i << kindBits}
		key, err := d.mop(&m)
		if err != nil {
			return err
		}
		if v, ok := writtenValue(asked, int(i)); ok && m.kind() == appendMop {
			lo, hi := v.Span()
			m.lo, m.len = lo, uint32(hi-lo)
		}
		d.out.mops = append(d.out.mops, m)
		d.out.key = append(d.out.key, key)
	}
}

// begin notes what a read without a list is in a transaction.
func (d *decoder) begin(t int32) {
	d.empty, d.lists = readUnknown, d.x.tellsReads(t)
	if d.x.readsCount(t) {
		d.empty = readNil
	}
}

// mop decodes what follows a micro-op's opening bracket.
func (d *decoder) mop(m *mop) (key int32, err error) {
	s := &d.s
	if k := s.Next(); k != edn.Keyword && k != edn.String && k != edn.Symbol {
		return 0, unexpected(s, "a micro-op that begins with :append or :r")
	}
	read := false
	switch name := s.Name(); mopName(name) {
	case "append":
	case "r":
		read = true
	case "w":
		return 0, s.Errorf(s.Start, "expected :append or :r, found %s: this looks like an rw-register history, or one of mixed workloads", s.Text())
	default:
		return 0, s.Errorf(s.Start, "expected :append or :r, found %s", s.Text())
	}
	if key, err = d.key(); err != nil {
		return 0, err
	}
	if read {
		err = d.list(m)
	} else {
		err = d.element(m)
	}
	if err == nil && s.Kind != edn.Close && s.Next() != edn.Close {
		err = unexpected(s, "the end of the micro-op")
	}
	return key, err
}

// key returns the number of the key within the chunk.
func (d *decoder) key() (int32, error) {
	s := &d.s
	var id int32
	var fresh bool
	switch s.Datum() {
	case edn.Close, edn.EOF, edn.Invalid:
		return 0, unexpected(s, "a key")
	case edn.Int:
		id, fresh = d.keys.Int(s.Int)
	default:
		var err error
		if d.buf, err = edn.AppendCanonical(d.buf[:0], s.Value()); err != nil {
			return 0, err
		}
		id, fresh = d.keys.Text(d.buf)
	}
	if fresh {
		d.out.keys = append(d.out.keys, span{s.Start, uint32(s.End - s.Start)})
	}
	return id, nil
}

// element reads the element of an append.
func (d *decoder) element(m *mop) error {
	s := &d.s
	switch s.Datum() {
	case edn.Close, edn.EOF, edn.Invalid:
		return unexpected(s, "an element to append")
	}
	return m.setText(s, s.Start, s.End)
}

// list reads the list of a read. A missing one is nil.
func (d *decoder) list(m *mop) error {
	s := &d.s
	k := s.Next()
	switch k {
	case edn.Close, edn.Nil:
		m.at |= uint32(d.empty)
		return nil
	case edn.Vector, edn.List:
	default:
		return unexpected(s, "the list that was read, or nil")
	}
	start := s.Start
	if n, _, ok := s.SkipInts(); ok && n <= math.MaxInt32 {
		m.n = int32(n)
		m.at |= uint32(readInts)
	} else {
		m.at |= uint32(readOther)
		for s.Datum() != edn.Close {
			if s.Kind == edn.Invalid || s.Kind == edn.EOF {
				return unexpected(s, "the end of the list that was read")
			}
			m.n++
		}
		if m.n == 0 {
			m.at = m.at&^(1<<kindBits-1) | uint32(readInts)
		}
	}
	s.Kind = edn.Vector // its closing bracket is not the micro-op's
	if !d.lists {
		m.n, m.at = 0, m.at&^(1<<kindBits-1)|uint32(readUnknown)
		return nil
	}
	return m.setText(s, start, s.End)
}

func (m *mop) setText(s *edn.Scanner, lo, hi int) error {
	if hi-lo > math.MaxUint32 {
		return s.Errorf(lo, "expected a value of less than 4 GiB")
	}
	m.lo, m.len = lo, uint32(hi-lo)
	return nil
}

// unexpected reports the scanner's current token where something else should
// be, or the scanner's own error.
func unexpected(s *edn.Scanner, want string) error {
	if err := s.Err(); err != nil {
		return err
	}
	return s.Errorf(s.Start, "expected %s, found %s", want, s.Kind)
}
