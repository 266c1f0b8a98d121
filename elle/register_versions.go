package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// findVersions numbers the versions of every key, finds who wrote them, and
// looks for what shows in a key alone.
func (r *registers) findVersions(ctx context.Context, val []int64, init int64) error {
	r.ver = huge.Make[int32](len(r.key))[:len(r.key)]
	r.writer = huge.Make[int32](len(r.recs) + len(r.keys))[:len(r.recs)+len(r.keys)]
	r.observed = make([]bool, r.x.len())
	type result struct {
		observed []int32
		twice    int
	}
	results := make([]result, len(r.batches())-1)
	found := make([]*finds, par.MaxWorkers())
	_, err := r.eachKey(ctx, func(worker int) (func(int32) error, func(int)) {
		v := &registerVersions{r: r, val: val, init: init}
		s := &registerScanner{registerVersions: v, found: newFinds(r.kept)}
		found[worker] = s.found
		key := func(k int32) error {
			v.load(k)
			if err := v.findWriters(); err != nil {
				return err
			}
			s.scan()
			return nil
		}
		return key, func(batch int) {
			results[batch] = result{v.observed, v.twice}
			v.observed, v.twice = nil, 0
		}
	})
	r.found = newFinds(r.kept)
	for _, f := range found {
		if f != nil {
			r.found.addAll(f)
		}
	}
	for _, res := range results {
		r.info.WrittenTwice += res.twice
		for _, t := range res.observed {
			r.observed[t] = true
		}
	}
	return err
}

// registerVersions is what is known of one key. The memory is reused from key to
// key.
type registerVersions struct {
	r    *registers
	val  []int64
	init int64 // the code of the initial version
	k    int32
	recs []rec
	ver  []int32 // per rec: its value, numbered; that of the initial version is 0
	n    int32   // how many values there are

	again int32 // the value that the key held at first, if somebody wrote it, else 0

	table  intern.Table
	final  []int32 // per value: the last write of a transaction that may have taken effect, as an index into recs, -1 if none
	second []int32 // per value: that of a further such transaction
	failed []int32 // per value: a write of a transaction that failed
	inter  []int32 // per value: a write that its transaction replaced itself

	observed []int32 // indeterminate transactions whose writes were read
	twice    int     // values that several transactions wrote
}

// load numbers the values, and takes each for a version.
func (v *registerVersions) load(k int32) {
	r := v.r
	v.k, v.recs = k, r.recsOf(k)
	v.ver = resize(v.ver, len(v.recs))
	v.table.Reset()
	v.n, v.again = 1, 0
	again := v.init != codeNil && v.isWritten(v.init)
	for i, rc := range v.recs {
		at := r.off[rc.txn] + int32(rc.index())
		id := int32(0)
		switch code := v.val[at]; {
		case code == codeUnknown:
			id = unknownVersion
		case code != v.init || again:
			id, _ = v.table.Int(code)
			id++
			v.n = max(v.n, id+1)
			if code == v.init {
				v.again = id
			}
		}
		v.ver[i] = id
		r.ver[at] = id
	}
}

// isWritten reports whether somebody wrote a value.
func (v *registerVersions) isWritten(code int64) bool {
	for _, rc := range v.recs {
		if rc.isWrite() && v.val[v.r.off[rc.txn]+int32(rc.index())] == code {
			return true
		}
	}
	return false
}

// runs calls f with each stretch of micro-ops of one transaction.
func runs(recs []rec, f func(lo, hi int)) {
	for lo := 0; lo < len(recs); {
		hi := lo + 1
		for hi < len(recs) && recs[hi].txn == recs[lo].txn {
			hi++
		}
		f(lo, hi)
		lo = hi
	}
}

// lastWrite returns the last write among recs[lo:hi], -1 if there is none.
func lastWrite(recs []rec, lo, hi int) int {
	for i := hi - 1; i >= lo; i-- {
		if recs[i].isWrite() {
			return i
		}
	}
	return -1
}

// findWriters finds who wrote each value.
func (v *registerVersions) findWriters() error {
	for _, s := range []*[]int32{&v.final, &v.second, &v.failed, &v.inter} {
		*s = resize(*s, int(v.n))
		for i := range *s {
			(*s)[i] = -1
		}
	}
	runs(v.recs, func(lo, hi int) {
		last := lastWrite(v.recs, lo, hi)
		for i := lo; i <= last; i++ {
			if v.recs[i].isWrite() {
				v.addWrite(i, last)
			}
		}
	})
	if id := v.again; id > 0 { // as if it had been written at first, too
		v.second[id] = max(v.final[id], v.failed[id], v.inter[id])
	}
	writer := v.r.writer[v.r.base(v.k):]
	twice := 0
	for id := range v.n {
		writer[id] = noWriter
		if f := v.final[id]; f >= 0 {
			writer[id] = v.recs[f].txn
		}
		if v.second[id] >= 0 {
			twice++
		}
	}
	if twice == 0 {
		return nil
	}
	v.twice += twice
	v.split(writer)
	return v.readTwice()
}

func (v *registerVersions) addWrite(i, last int) {
	id := v.ver[i]
	aborted := v.r.x.status[v.recs[i].txn] == aborted
	switch {
	case i != last && v.ver[last] != id:
		v.inter[id] = int32(i)
	case aborted || i != last:
	case v.final[id] < 0:
		v.final[id] = int32(i)
	default:
		v.second[id] = int32(i)
	}
	if aborted {
		v.failed[id] = int32(i)
	}
}

// split makes each write of a value that several transactions wrote a version of its
// own: where it stands is known as far as what its transaction did tells. Of it is
// unknown which of them a read saw.
func (v *registerVersions) split(writer []int32) {
	n := v.n
	runs(v.recs, func(lo, hi int) {
		txn := v.recs[lo].txn
		last := lastWrite(v.recs, lo, hi)
		for i := lo; i < hi; i++ {
			id := v.ver[i]
			if id <= 0 || v.second[id] < 0 {
				continue
			}
			at := v.r.off[txn] + int32(v.recs[i].index())
			if i != last || v.r.x.status[txn] == aborted {
				v.r.ver[at] = unknownVersion
				continue
			}
			if int32(i) != v.final[id] {
				id, n = n, n+1
				writer[id] = txn
			}
			v.r.ver[at] = id
		}
	})
}

// readTwice returns an error if somebody read a value that two committed transactions
// wrote, because it is unknown which of them it read from.
func (v *registerVersions) readTwice() (err error) {
	first := map[int32]int{} // per such value: the first committed write
	again := map[int32]int{} // the second
	runs(v.recs, func(lo, hi int) {
		last := lastWrite(v.recs, lo, hi)
		if last < 0 || v.second[v.ver[last]] < 0 || v.r.x.status[v.recs[lo].txn] != committed {
			return
		}
		id := v.ver[last]
		if _, ok := first[id]; !ok {
			first[id] = last
		} else if _, ok := again[id]; !ok {
			again[id] = last
		}
	})
	runs(v.recs, func(lo, hi int) {
		for i := lo; i < hi && err == nil; i++ {
			if id := v.ver[i]; id > 0 && !v.recs[i].isWrite() {
				if b, ok := again[id]; ok && !v.wroteBefore(id, lo, i) {
					err = v.ambiguous(first[id], b, i)
				}
			}
		}
	})
	return err
}

// wroteBefore reports whether one of recs[lo:i], of the same transaction, wrote
// a value.
func (v *registerVersions) wroteBefore(id int32, lo, i int) bool {
	for j := lo; j < i; j++ {
		if v.recs[j].isWrite() && v.ver[j] == id {
			return true
		}
	}
	return false
}

// ambiguous says that recs a and b wrote the same, and rec i read it.
func (v *registerVersions) ambiguous(a, b, i int) error {
	h := v.r.x.h
	at, _ := v.value(b).Span()
	return v.r.src.Errorf(at, "expected every value to be written to a key once, but op %d (line %d) and op %d both write %s to key %s, and op %d read it",
		h.Index(v.op(a)), h.Line(v.op(a)), h.Index(v.op(b)), v.value(a), v.r.keyValue(v.k), h.Index(v.op(i)))
}
