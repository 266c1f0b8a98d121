package format

import (
	"cmp"
	"container/heap"

	"github.com/seed-c33ae711/jcheck/history"
)

// assign gives every request a process that has nothing to do when it is called:
// the client's own at first, or else one of its further ones.
func (r *robustnessReader) assign() {
	idle := map[int64]*workers{} // of each client
	next := int64(0)
	for _, q := range r.requests {
		next = max(next, q.client+1)
	}
	for i := range r.requests {
		q := &r.requests[i]
		mine := idle[q.client]
		w := worker{process: q.client}
		switch {
		case mine == nil:
			mine = &workers{}
			idle[q.client] = mine
		case mine.Len() > 0 && (*mine)[0].free < q.call:
			w = heap.Pop(mine).(worker)
		default:
			w.process = next
			next++
		}
		q.process = history.Process(w.process)
		if w.free = q.ret; !q.late { // else it is never free again
			heap.Push(mine, w)
		}
	}
}

// A worker is a process of a client.
type worker struct {
	process int64
	free    int64 // from when on, once that is past
}

// workers are a heap: the one that is free first comes first.
type workers []worker

func (w workers) Len() int { return len(w) }

func (w workers) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(w[i].free, w[j].free), cmp.Compare(w[i].process, w[j].process)) < 0
}

func (w workers) Swap(i, j int) { w[i], w[j] = w[j], w[i] }

func (w *workers) Push(x any) { *w = append(*w, x.(worker)) }

func (w *workers) Pop() any {
	last := len(*w) - 1
	x := (*w)[last]
	*w = (*w)[:last]
	return x
}
