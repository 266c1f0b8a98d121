package elle

import (
	"context"
	"math"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// predicateReader decodes transactions and inits.
type predicateReader struct {
	p         *predicates
	s         edn.Scanner
	keys      intern.Table
	vals      intern.Table
	preds     map[predicate]int32
	fromMop   []bool          // per key: it stands in a micro-op, not only in maps
	spelled   map[int32]int64 // the keys that only stand in maps, as strings that spell integers
	integers  bool            // a key in a micro-op is an integer
	inMap     []int           // per key: the last map that has it
	maps      int
	buf       []byte
	committed bool // reads of the transaction count, since it committed
}

// decode reads all transactions, one after the other: a universe that can be
// searched by predicate is small.
func (p *predicates) decode(ctx context.Context) error {
	if err := p.checkNames(); err != nil {
		return err
	}
	n := p.x.len()
	p.off, p.init = make([]int32, n+1), make([]bool, n)
	p.vals, p.ints, p.isInt = make([]span, 1), make([]int64, 1), make([]bool, 1) // valueDead
	r := &predicateReader{p: p, preds: map[predicate]int32{}, spelled: map[int32]int64{}}
	for t := range int32(n) {
		if t%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := r.txn(t); err != nil {
			return err
		}
		if len(p.mops) > math.MaxInt32 || len(p.returned) > math.MaxInt32 {
			return p.x.h.Errorf(int(p.x.op[t]), "expected at most %d micro-ops and returned items", math.MaxInt32)
		}
		p.off[t+1] = int32(len(p.mops))
	}
	if r.integers {
		p.names = map[int32]edn.Value{}
		for k, n := range r.spelled {
			p.names[k] = edn.MustParse(strconv.FormatInt(n, 10))
		}
	}
	return nil
}

// checkNames demands that every op of a client is an :init or a :txn.
func (p *predicates) checkNames() error {
	h := p.x.h
	known := map[history.Symbol]bool{}
	for i := range h.Len() {
		if !h.Process(i).IsClient() || known[h.Symbol(i)] {
			continue
		}
		switch name := h.F(i); name {
		case "init", "txn":
			known[h.Symbol(i)] = true
		case "":
			return h.Errorf(i, "expected an op whose :f is :init or :txn, found one without")
		default:
			return h.Errorf(i, "expected an op whose :f is :init or :txn, found %s", name)
		}
	}
	return nil
}

// txn decodes one transaction: a vector of micro-ops, or of an :init the map of
// items.
func (r *predicateReader) txn(t int32) error {
	p, s := r.p, &r.s
	p.init[t] = p.x.h.F(int(p.x.op[t])) == "init"
	r.committed = p.x.readsCount(t)
	lo, hi := p.x.value(t)
	if lo == hi {
		return nil
	}
	s.Reset(p.src, lo, hi)
	kind := s.Next()
	switch {
	case kind == edn.Nil:
		return nil
	case p.init[t]:
		return r.items(kind, "the items of an :init, a map such as {:x 1, :y 2}", func(it returnedItem) {
			p.mops = append(p.mops, predicateMop{kind: itemWrite, last: true, key: it.key, val: it.val})
		})
	case kind != edn.Vector && kind != edn.List:
		return unexpected(s, "a transaction, a vector of micro-ops such as [:insert :x 1] or [:rp [:= 1] {:x 1}]")
	}
	asked := p.x.asked(t)
	for i := 0; ; i++ {
		switch s.Next() {
		case edn.Close:
			r.markLast(t)
			return nil
		case edn.Vector, edn.List:
		default:
			return unexpected(s, "a micro-op such as [:insert :x 1] or [:rp [:= 1] {:x 1}]")
		}
		if err := r.mop(); err != nil {
			return err
		}
		if v, ok := writtenValue(asked, i); ok {
			if err := r.replace(v); err != nil {
				return err
			}
		}
	}
}

// replace makes the last micro-op, if it is a write, one of another value.
func (r *predicateReader) replace(v edn.Value) error {
	m := &r.p.mops[len(r.p.mops)-1]
	if m.kind != itemWrite || m.val == valueDead {
		return nil
	}
	rest := r.s
	r.s = v.Scanner()
	r.s.Datum()
	val, err := r.value("a value to write")
	m.val, r.s = val, rest
	return err
}

// markLast finds the last write of each key.
func (r *predicateReader) markLast(t int32) {
	p := r.p
	r.maps++
	for i := len(p.mops) - 1; i >= int(p.off[t]); i-- {
		if m := &p.mops[i]; m.kind == itemWrite && r.inMap[m.key] != r.maps {
			m.last, r.inMap[m.key] = true, r.maps
		}
	}
}

// mop decodes what follows a micro-op's opening bracket.
func (r *predicateReader) mop() error {
	s := &r.s
	if k := s.Next(); k != edn.Keyword && k != edn.String && k != edn.Symbol {
		return unexpected(s, "a micro-op that begins with :insert, :w, :delete, :r or :rp")
	}
	var m predicateMop
	var err error
	closed := false // the micro-op's end was read already
	switch name := mopName(s.Name()); name {
	case "insert", "w":
		m.kind = itemWrite
		if m.key, err = r.key(); err == nil {
			s.Datum()
			m.val, err = r.value("a value to write")
		}
	case "delete":
		m.kind, m.val = itemWrite, valueDead
		m.key, err = r.key()
	case "r":
		if m.key, err = r.key(); err == nil {
			m.val, err = r.readValue()
			closed = s.Kind == edn.Close
		}
	case "rp":
		m.kind = predicateRead
		if m.key, err = r.predicate(); err == nil {
			m.val, m.end, err = r.result()
		}
	case "append":
		return s.Errorf(s.Start, "expected :insert, :w, :delete, :r or :rp, found %s: this looks like a list-append history, or one of mixed workloads", s.Text())
	default:
		return s.Errorf(s.Start, "expected :insert, :w, :delete, :r or :rp, found %s", s.Text())
	}
	if err != nil {
		return err
	}
	if !closed && s.Next() != edn.Close {
		return unexpected(s, "the end of the micro-op")
	}
	r.p.mops = append(r.p.mops, m)
	return nil
}

// key returns the number of the key that comes next.
func (r *predicateReader) key() (int32, error) {
	switch r.s.Datum() {
	case edn.Close, edn.EOF, edn.Invalid:
		return 0, unexpected(&r.s, "a key")
	}
	return r.keyHere(true)
}

// keyHere returns the number of the key that the scanner is at. In JSON's
// objects keys are always strings, so a string that spells an integer is that
// integer, here and elsewhere.
func (r *predicateReader) keyHere(mop bool) (int32, error) {
	s := &r.s
	var id int32
	var fresh bool
	n, isInt := keyInt(s)
	if isInt {
		id, fresh = r.keys.Int(n)
	} else {
		var err error
		if r.buf, err = edn.AppendCanonical(r.buf[:0], s.Value()); err != nil {
			return 0, err
		}
		id, fresh = r.keys.Text(r.buf)
	}
	at := span{s.Start, uint32(s.End - s.Start)}
	switch {
	case fresh:
		r.p.keys, r.fromMop, r.inMap = append(r.p.keys, at), append(r.fromMop, mop), append(r.inMap, 0)
		if !mop && isInt && s.Kind == edn.String {
			r.spelled[id] = n
		}
	case mop && !r.fromMop[id]:
		r.p.keys[id], r.fromMop[id] = at, true
		delete(r.spelled, id)
	}
	r.integers = r.integers || mop && s.Kind == edn.Int
	return id, nil
}

// keyInt returns the integer that a key is, or spells as an integer is printed.
func keyInt(s *edn.Scanner) (int64, bool) {
	if s.Kind != edn.String {
		return s.Int, s.Kind == edn.Int
	}
	text := string(s.Text()[1 : s.End-s.Start-1])
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == text
}

// value returns the number of the value that the scanner is at.
func (r *predicateReader) value(want string) (int32, error) {
	s, p := &r.s, r.p
	var id int32
	var fresh bool
	switch s.Kind {
	case edn.Nil:
		return 0, unexpected(s, want+" other than nil, which stands for a missing item")
	case edn.Close, edn.EOF, edn.Invalid:
		return 0, unexpected(s, want)
	case edn.Int:
		id, fresh = r.vals.Int(s.Int)
	default:
		var err error
		if r.buf, err = edn.AppendCanonical(r.buf[:0], s.Value()); err != nil {
			return 0, err
		}
		id, fresh = r.vals.Text(r.buf)
	}
	if fresh {
		p.vals = append(p.vals, span{s.Start, uint32(s.End - s.Start)})
		p.ints, p.isInt = append(p.ints, s.Int), append(p.isInt, s.Kind == edn.Int)
		if s.Kind == edn.BigInt {
			p.addBig(id+1, s.Value())
		}
	}
	return id + 1, nil // valueDead is the first
}

// readValue returns what a read answered. One without an answer read nil.
func (r *predicateReader) readValue() (int32, error) {
	s := &r.s
	if k := s.Datum(); k == edn.Nil || k == edn.Close || !r.committed && k != edn.EOF && k != edn.Invalid {
		return valueNil, nil
	}
	return r.value("a value")
}

// result decodes what a read by predicate returned. It counts only if the
// transaction committed, and then there must be one: no answer is not an empty
// answer.
func (r *predicateReader) result() (begin, end int32, err error) {
	s, p := &r.s, r.p
	begin = int32(len(p.returned))
	if !r.committed {
		if k := s.Datum(); k == edn.EOF || k == edn.Invalid {
			return 0, 0, unexpected(s, "a map of items")
		}
		return begin, begin, nil
	}
	err = r.items(s.Next(), "the items that the predicate matched, a map such as {:x 1}", func(it returnedItem) {
		p.returned = append(p.returned, it)
	})
	return begin, int32(len(p.returned)), err
}

// items decodes a map from keys to values, which begins with the current token.
func (r *predicateReader) items(begin edn.Kind, want string, add func(returnedItem)) error {
	s := &r.s
	if begin != edn.Map {
		return unexpected(s, want)
	}
	r.maps++
	this := r.maps
	for {
		switch s.Datum() {
		case edn.Close:
			return nil
		case edn.EOF, edn.Invalid:
			return unexpected(s, "a key")
		}
		key, err := r.keyHere(false)
		if err != nil {
			return err
		}
		if r.inMap[key] == this {
			return s.Errorf(s.Start, "expected each key once, found %s again", s.Text())
		}
		r.inMap[key] = this
		s.Datum()
		val, err := r.value("the value of an item")
		if err != nil {
			return err
		}
		add(returnedItem{key, val})
	}
}
