package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/internal/huge"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// findVersions numbers the versions of every key, finds who wrote them, and
// looks for what shows in a key alone.
func (r *registers) findVersions(ctx context.Context, val []int64) error {
	r.ver = huge.Make[int32](len(r.key))[:len(r.key)]
	r.writer = huge.Make[int32](len(r.recs) + len(r.keys))[:len(r.recs)+len(r.keys)]
	r.observed = make([]bool, r.x.len())
	type result struct {
		found    []finding
		observed []int32
		twice    int
	}
	results := make([]result, len(r.batches())-1)
	_, err := r.eachKey(ctx, func() (func(int32) error, func(int)) {
		v := &registerVersions{r: r, val: val}
		s := &registerScanner{registerVersions: v}
		key := func(k int32) error {
			v.load(k)
			if err := v.findWriters(); err != nil {
				return err
			}
			s.scan()
			return nil
		}
		return key, func(batch int) {
			results[batch] = result{s.found, v.observed, v.twice}
			s.found, v.observed, v.twice = nil, nil, 0
		}
	})
	for _, res := range results {
		r.found = append(r.found, res.found...)
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
	k    int32
	recs []rec
	ver  []int32 // per rec
	n    int32   // how many versions there are, the initial one among them

	table  intern.Table
	final  []int32 // per version: the last write of a transaction that may have taken effect, as an index into recs, -1 if none
	second []int32 // per version: the last write of a further one
	failed []int32 // per version: a write of a transaction that failed
	inter  []int32 // per version: a write that its transaction replaced itself

	observed []int32 // indeterminate transactions whose writes were read
	twice    int     // versions that several transactions wrote
}

// load numbers the versions.
func (v *registerVersions) load(k int32) {
	r := v.r
	v.k, v.recs = k, r.recsOf(k)
	v.ver = resize(v.ver, len(v.recs))
	v.table.Reset()
	v.n = 1
	for i, rc := range v.recs {
		at := r.off[rc.txn] + int32(rc.index())
		id := int32(0)
		switch code := v.val[at]; code {
		case codeNil:
		case codeUnknown:
			id = unknownVersion
		default:
			id, _ = v.table.Int(code)
			id++
			v.n = max(v.n, id+1)
		}
		v.ver[i] = id
		r.ver[at] = id
	}
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

// findWriters finds who wrote each version.
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
	base := v.r.base(v.k)
	for id := range v.n {
		w := int32(noWriter)
		if f := v.final[id]; f >= 0 {
			w = v.recs[f].txn
		}
		if v.second[id] >= 0 {
			w = manyWriters
			v.twice++
			if err := v.readTwice(id); err != nil {
				return err
			}
		}
		v.r.writer[base+id] = w
	}
	return nil
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

// readTwice returns an error if somebody read a version that two committed
// transactions wrote: nobody can tell which of them it read from.
func (v *registerVersions) readTwice(id int32) error {
	x := v.r.x
	a, b := v.recs[v.final[id]], v.recs[v.second[id]]
	if x.status[a.txn] != committed || x.status[b.txn] != committed {
		return nil
	}
	for i, rc := range v.recs {
		if v.ver[i] == id && !rc.isWrite() && v.external(i) {
			at, _ := v.value(int(v.second[id])).Span()
			return v.r.src.Errorf(at, "expected every value to be written to a key once, but op %d (line %d) and op %d both write %s to key %s, and op %d read it",
				x.h.Index(int(x.op[a.txn])), x.h.Line(int(x.op[a.txn])), x.h.Index(int(x.op[b.txn])), v.value(int(v.final[id])), v.r.keyValue(v.k), x.h.Index(int(x.op[rc.txn])))
		}
	}
	return nil
}

// external reports whether rec i is the first micro-op of its transaction on
// the key.
func (v *registerVersions) external(i int) bool { return i == 0 || v.recs[i-1].txn != v.recs[i].txn }
