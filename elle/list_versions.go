package elle

import (
	"bytes"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// versions is what is known of one key: its elements, who appended them, and
// the order of its versions. The longest list that anyone read is the version
// order; almost every other read is a prefix of it, and is then no more than a
// length. The memory is reused from key to key.
type versions struct {
	x    *txns
	keys *keyed
	src  *edn.Source
	key  int32
	mops []mop

	elems intern.Table
	spans []span  // per element: where it first stands
	wrote []int32 // per element: the append, as an index into mops, nobodys or severals

	elem    []int32 // per micro-op: the element appended; of a read 1 more than its place in odd, 0 if a prefix
	final   []bool  // per micro-op: no later append of the transaction to the key
	longest int     // the longest read of a possible transaction, as an index into mops, -1 if none
	list    []int32 // the elements of the longest read
	at      []int32 // per element: where it first stands in list, -1 if nowhere
	order   []int32 // list without repetitions: the version order
	pos     []int32 // per element: its place in order, -1 if none
	odd     [][]int32
	arena   []int32 // holds odd
	again   []int32 // the elements that several transactions may have appended

	scan edn.Scanner
	buf  []byte
	err  error // the first element that is malformed
}

// What an element has instead of an append.
const (
	nobodys  = -1
	severals = -2 // indeterminate transactions and others appended it, and it was read
)

// load analyses a key. It fails if two transactions that committed appended the same
// element, because it is then unknown which append a read saw.
func (v *versions) load(key int32) error {
	v.key, v.mops = key, v.keys.gather(key, v.mops[:0])
	mops := v.mops
	v.elems.Reset()
	v.spans, v.wrote = v.spans[:0], v.wrote[:0]
	v.elem = resize(v.elem, len(mops))
	v.final = resize(v.final, len(mops))
	v.list, v.order, v.odd, v.arena, v.again = v.list[:0], v.order[:0], v.odd[:0], v.arena[:0], v.again[:0]
	v.longest = -1
	for i := range mops {
		m := &mops[i]
		if m.kind() == appendMop {
			if err := v.loadAppend(i); err != nil {
				return err
			}
		} else if v.x.status[m.txn].possible() && m.n > 0 && (v.longest < 0 || m.n > mops[v.longest].n) {
			v.longest = i
		}
	}
	last := int32(-1) // the transaction whose final append was found
	for i := len(mops) - 1; i >= 0; i-- {
		v.final[i] = mops[i].kind() == appendMop && mops[i].txn != last
		if v.final[i] {
			last = mops[i].txn
		}
	}
	if v.longest >= 0 {
		v.list = v.elements(&mops[v.longest], v.list)
	}
	for i := range mops {
		if m := &mops[i]; m.isRead() && m.n > 0 && !v.isPrefix(i) {
			from := len(v.arena)
			v.arena = v.elements(m, v.arena)
			ids := v.arena[from:len(v.arena):len(v.arena)]
			if !hasPrefix(v.list, ids) {
				v.odd = append(v.odd, ids)
				v.elem[i] = int32(len(v.odd))
			}
		}
	}
	v.loadOrder()
	for _, e := range v.again {
		if v.isRead(e) {
			v.wrote[e] = severals
		}
	}
	return v.err
}

// isRead reports whether some read has an element, be it one that contradicts the
// longest.
func (v *versions) isRead(e int32) bool {
	return v.pos[e] >= 0 || slices.ContainsFunc(v.odd, func(ids []int32) bool { return slices.Contains(ids, e) })
}

// loadAppend numbers the element of append i. What failed may be tried again: the
// element is then the later append's. If that is not known to have happened, or the
// one before it is not, the element may be of either.
func (v *versions) loadAppend(i int) error {
	m := &v.mops[i]
	id := v.id(m.lo, int(m.len))
	v.elem[i] = id
	w := v.wrote[id]
	if w < 0 || !v.x.status[v.mops[w].txn].possible() {
		v.wrote[id] = int32(i)
		return nil
	}
	switch a, b := v.x.status[v.mops[w].txn], v.x.status[m.txn]; {
	case b == aborted:
	case a == committed && b == committed:
		first := &v.mops[w]
		h := v.x.h
		return v.src.Errorf(m.lo, "expected every append to a key to add a different element, but op %d and op %d (line %d) both append %s to key %s",
			h.Index(int(v.x.op[m.txn])), h.Index(int(v.x.op[first.txn])), h.Line(int(v.x.op[first.txn])), v.element(id), v.keyValue())
	default:
		v.again = append(v.again, id)
		if b == committed { // so that a further one is an error
			v.wrote[id] = int32(i)
		}
	}
	return nil
}

// loadOrder derives the version order from the longest read.
func (v *versions) loadOrder() {
	n := v.elems.Len()
	v.at, v.pos = resize(v.at, n), resize(v.pos, n)
	for e := range n {
		v.at[e], v.pos[e] = -1, -1
	}
	for i, e := range v.list {
		if v.at[e] < 0 {
			v.at[e], v.pos[e] = int32(i), int32(len(v.order))
			v.order = append(v.order, e)
		}
	}
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		s = make([]T, n, n+n/2)
	}
	s = s[:n]
	clear(s)
	return s
}

// id returns the number of the element whose text is at lo.
func (v *versions) id(lo, length int) int32 {
	text := v.src.Text[lo : lo+length]
	var id int32
	var fresh bool
	if n, ok := plainInt(text); ok {
		id, fresh = v.elems.Int(n)
	} else {
		id, fresh = v.general(lo, length)
	}
	if fresh {
		v.spans = append(v.spans, span{lo, uint32(length)})
		v.wrote = append(v.wrote, nobodys)
	}
	return id
}

// general numbers an element that is not spelled as a plain integer.
func (v *versions) general(lo, length int) (int32, bool) {
	val := v.src.Value(lo, lo+length)
	if n, ok := val.Int(); ok {
		return v.elems.Int(n)
	}
	var err error
	if v.buf, err = edn.AppendCanonical(v.buf[:0], val); err != nil && v.err == nil {
		v.err = err // decoding matched its brackets, and looked at nothing inside
	}
	return v.elems.Text(v.buf)
}

// plainInt reads an optional minus and 1 to 18 digits without leading zeros.
func plainInt(b []byte) (n int64, ok bool) {
	digits := b
	if len(b) > 0 && b[0] == '-' {
		digits = b[1:]
	}
	if len(digits) == 0 || len(digits) > 18 || (digits[0] == '0' && len(digits) > 1) {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	if len(digits) < len(b) {
		n = -n
	}
	return n, true
}

// elements appends the elements of a read to dst.
func (v *versions) elements(m *mop, dst []int32) []int32 {
	lo, hi := m.lo, m.lo+int(m.len)
	if m.kind() == readInts {
		text := v.src.Text
		for i := lo + 1; i < hi; {
			if c := text[i]; c != '-' && (c < '0' || c > '9') {
				i++
				continue
			}
			from := i
			for i++; text[i] >= '0' && text[i] <= '9'; i++ {
			}
			dst = append(dst, v.id(from, i-from))
		}
		return dst
	}
	s := &v.scan
	s.Reset(v.src, lo, hi)
	s.Next()
	for s.Datum() != edn.Close && s.Kind != edn.Invalid && s.Kind != edn.EOF {
		dst = append(dst, v.id(s.Start, s.End-s.Start))
	}
	return dst
}

// isPrefix reports whether the texts alone show that read i is a prefix of the
// longest one.
func (v *versions) isPrefix(i int) bool {
	if i == v.longest {
		return true
	}
	if v.longest < 0 {
		return false
	}
	a, b := &v.mops[i], &v.mops[v.longest]
	if a.kind() != readInts || b.kind() != readInts || a.len > b.len {
		return false
	}
	text := v.src.Text
	short, long := text[a.lo+1:a.lo+int(a.len)-1], text[b.lo+1:b.lo+int(b.len)-1]
	if !bytes.Equal(short, long[:len(short)]) {
		return false
	}
	return len(short) == len(long) || long[len(short)] == ' ' || long[len(short)] == ','
}

// read returns the elements that read i saw. They must not be changed.
func (v *versions) read(i int) []int32 {
	if o := v.elem[i]; o > 0 {
		return v.odd[o-1]
	}
	return v.list[:v.mops[i].n]
}

// saw reports whether read i contains element e.
func (v *versions) saw(i int, e int32) bool {
	if v.elem[i] == 0 {
		return v.at[e] >= 0 && v.at[e] < v.mops[i].n
	}
	for _, x := range v.read(i) {
		if x == e {
			return true
		}
	}
	return false
}

// writer returns the transaction that appended e, if it may have taken effect,
// else -1.
func (v *versions) writer(e int32) int32 {
	if w := v.wrote[e]; w >= 0 && v.x.status[v.mops[w].txn].possible() {
		return v.mops[w].txn
	}
	return -1
}

// observed appends the indeterminate transactions of which an element was read.
func (v *versions) observed(dst []int32) []int32 {
	saw := func(ids []int32) {
		for _, e := range ids {
			if w := v.wrote[e]; w >= 0 && v.x.status[v.mops[w].txn] == indeterminate {
				dst = append(dst, v.mops[w].txn)
			}
		}
	}
	saw(v.list)
	for i := range v.mops {
		if m := &v.mops[i]; m.isRead() && v.elem[i] > 0 && v.x.status[m.txn].possible() {
			saw(v.read(i))
		}
	}
	return dst
}

func hasPrefix(list, ids []int32) bool {
	if len(ids) > len(list) {
		return false
	}
	for i, e := range ids {
		if list[i] != e {
			return false
		}
	}
	return true
}

// keyValue returns the key.
func (v *versions) keyValue() edn.Value {
	sp := v.keys.keys[v.key]
	return v.src.Value(sp.lo, sp.lo+int(sp.len))
}

// element returns the value of an element.
func (v *versions) element(e int32) edn.Value {
	sp := v.spans[e]
	return v.src.Value(sp.lo, sp.lo+int(sp.len))
}

// listValue returns the value of read i.
func (v *versions) listValue(i int) edn.Value {
	m := &v.mops[i]
	if m.len == 0 {
		return edn.Value{}
	}
	return v.src.Value(m.lo, m.lo+int(m.len))
}
