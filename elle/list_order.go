package elle

import (
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// keyOrder finds the order in time of the transactions that touched a key, where
// each key is to keep that. What a transaction did to a key, it did before what one
// does to it that begins later; so these are edges like the others, but from a
// database that promises nothing of several keys.
type keyOrder struct {
	x    *txns
	rel  graph.Rel // Process, Realtime or both
	txns []int32   // those that touched the key, ascending

	ok    []int32 // of these, the committed ones
	most  []int32 // per one of ok: how many of ok had completed, at most, before one below it was invoked
	procs intern.Table
	last  []int32 // per process: its last committed transaction
}

// add calls emit with the edges of the key that v holds. From each transaction they
// lead to those next in time, and over these to all.
func (o *keyOrder) add(v *versions, emit func(edge)) {
	o.txns = o.txns[:0]
	for i := range v.mops {
		t := v.mops[i].txn
		if n := len(o.txns); o.x.status[t].possible() && (n == 0 || o.txns[n-1] != t) {
			o.txns = append(o.txns, t)
		}
	}
	if o.rel&graph.Process != 0 {
		o.addProcess(emit)
	}
	if o.rel&graph.Realtime != 0 {
		o.addRealtime(emit)
	}
}

func (o *keyOrder) addProcess(emit func(edge)) {
	o.procs.Reset()
	o.last = o.last[:0]
	for _, t := range o.txns {
		id, fresh := o.procs.Int(int64(processOf(o.x.h, o.x.op[t])))
		if fresh {
			o.last = append(o.last, -1)
		}
		if o.last[id] >= 0 {
			emit(packEdge(o.last[id], t, packProcess))
		}
		if o.x.status[t] == committed {
			o.last[id] = t
		}
	}
}

// addRealtime leads to each transaction from those that had completed before it was
// invoked, but for those that had before another of them was invoked. In the order
// of completions these are neighbours, and as many as are concurrent on the key.
func (o *keyOrder) addRealtime(emit func(edge)) {
	o.ok, o.most = o.ok[:0], o.most[:0]
	completed := func(t int32) int32 {
		return int32(sort.Search(len(o.ok), func(i int) bool { return o.ok[i] >= o.x.before[t] }))
	}
	for _, t := range o.txns {
		if o.x.status[t] == committed {
			o.ok = append(o.ok, t)
		}
	}
	most := int32(0)
	for _, t := range o.ok {
		o.most = append(o.most, most)
		most = max(most, completed(t))
	}
	o.most = append(o.most, most)
	for _, t := range o.txns {
		hi := completed(t)
		for _, before := range o.ok[o.most[hi]:hi] {
			emit(packEdge(before, t, packRealtime))
		}
	}
}

// shared returns the first key that both transactions touched.
func (l *lists) shared(a, b int32) (key int32, ok bool) {
	mine := map[int32]bool{}
	l.keys.ofTxn(a, func(k int32, _ *mop) { mine[k] = true })
	l.keys.ofTxn(b, func(k int32, _ *mop) {
		if mine[k] && !ok {
			key, ok = k, true
		}
	})
	return key, ok
}
