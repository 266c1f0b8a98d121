package elle

import (
	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// An ordering adds the order of transactions in time to a stretch of the
// dependency graph. Both orders lead from a transaction to later ones only.
type ordering struct {
	x    *txns
	rel  graph.Rel // Process, Realtime, or 0 for no order
	prev []int32   // with Process: per transaction the committed one of its process before it, -1 if none
}

// processOrder links each committed transaction to the next one of the same
// process, and to those in between that are indeterminate.
func processOrder(x *txns) *ordering {
	o := &ordering{x: x, rel: graph.Process, prev: make([]int32, x.len())}
	var ids intern.Table
	var last []int32 // per process: its last committed transaction, -1 if none
	for t := range int32(x.len()) {
		o.prev[t] = -1
		if x.status[t] == aborted {
			continue
		}
		p, fresh := ids.Int(int64(x.h.Process(int(x.op[t]))))
		if fresh {
			last = append(last, -1)
		}
		o.prev[t] = last[p]
		if x.status[t] == committed {
			last[p] = t
		}
	}
	return o
}

// empty reports whether no transaction precedes another. That a process went on to
// one which may not have happened says nothing.
func (o *ordering) empty(tookEffect func(t int32) bool) bool {
	if o.rel == graph.Process {
		for t, before := range o.prev {
			if before >= 0 && tookEffect(int32(t)) {
				return false
			}
		}
		return true
	}
	first := int32(0) // the first committed transaction
	for int(first) < o.x.len() && o.x.status[first] != committed {
		first++
	}
	for _, b := range o.x.before {
		if first < b {
			return false
		}
	}
	return true
}

// add emits the order among the transactions lo to hi as edges, numbered from
// lo; barriers are numbered from node. It returns the next free node.
func (o *ordering) add(lo, hi, node int32, emit func(graph.Edge)) int32 {
	switch o.rel {
	case graph.Process:
		for t := lo; t < hi; t++ {
			if p := o.prev[t]; p >= lo {
				emit(graph.Edge{From: p - lo, To: t - lo, Rel: graph.Process})
			}
		}
	case graph.Realtime:
		return graph.AddRealtime(lo, hi, node, o.x.before, func(t int32) bool { return o.x.status[t] == committed }, emit)
	}
	return node
}
