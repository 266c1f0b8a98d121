package elle

import (
	"fmt"
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// An explainer finds out again why one transaction precedes another, from the
// transactions' values and the version orders of their keys. What it cannot
// show is not reported.
type explainer struct {
	x     *txns
	keys  *keyed
	known map[int32]*versions // keys that were analysed
	ofTxn map[int32][]touched
}

// touched is a micro-op of a transaction, found in its key's group.
type touched struct {
	key int32
	i   int // its index in the key's micro-ops
}

func newExplainer(x *txns, keys *keyed) *explainer {
	return &explainer{x: x, keys: keys, known: map[int32]*versions{}, ofTxn: map[int32][]touched{}}
}

// touched returns the micro-ops of a transaction, in its order.
func (e *explainer) touched(t int32) []touched {
	if list, ok := e.ofTxn[t]; ok {
		return list
	}
	var list []touched
	e.keys.ofTxn(t, func(key int32, m *mop) {
		v := e.versions(key)
		i := sort.Search(len(v.mops), func(i int) bool {
			n := &v.mops[i]
			return n.txn > t || n.txn == t && n.at >= m.at
		})
		list = append(list, touched{key, i})
	})
	e.ofTxn[t] = list
	return list
}

func (e *explainer) versions(key int32) *versions {
	if v := e.known[key]; v != nil {
		return v
	}
	v := &versions{x: e.x, keys: e.keys, src: e.x.h.Source()}
	if err := v.load(key); err != nil {
		panic(err) // it was loaded before
	}
	e.known[key] = v
	return v
}

// explain turns a cycle into a case. It fails if a step cannot be shown, which
// would be an error of this package.
func (e *explainer) explain(c cycle) (Case, error) {
	out := Case{Type: c.name, Op: int(e.x.op[c.steps[0].from])}
	for i, s := range c.steps {
		if s.to != c.steps[(i+1)%len(c.steps)].from {
			return out, fmt.Errorf("elle: internal error: a %s cycle does not hang together at step %d", c.name, i)
		}
		st, ok := e.step(s)
		if !ok {
			return out, fmt.Errorf("elle: internal error: cannot show that op %d precedes op %d by %s",
				e.x.op[s.from], e.x.op[s.to], relName(s.rel))
		}
		out.Steps = append(out.Steps, st)
	}
	return out, nil
}

func relName(r graph.Rel) string {
	switch r {
	case graph.WW:
		return "ww"
	case graph.WR:
		return "wr"
	case graph.RW:
		return "rw"
	case graph.Process:
		return "process"
	case graph.Realtime:
		return "realtime"
	}
	return "?"
}

// step shows one step.
func (e *explainer) step(s step) (Step, bool) {
	st := Step{Rel: relName(s.rel), From: int(e.x.op[s.from]), To: int(e.x.op[s.to]), FromMop: -1, ToMop: -1}
	switch s.rel {
	case graph.Process:
		h := e.x.h
		return st, s.from < s.to && h.Process(st.From) == h.Process(st.To) && e.x.status[s.from] == committed
	case graph.Realtime:
		return st, e.x.precedes(s.from, s.to) && e.completedBefore(st.From, st.To)
	case graph.WR:
		return st, e.readFrom(s, &st)
	}
	return st, e.overwrote(s, &st)
}

// completedBefore reports whether op a completed before op b was invoked.
func (e *explainer) completedBefore(a, b int) bool {
	if inv := e.x.h.Pair(b); inv >= 0 {
		b = min(b, inv)
	}
	return a < b
}

// readFrom shows that a read of s.to ends with an element that s.from appended.
func (e *explainer) readFrom(s step, st *Step) bool {
	for _, r := range e.touched(s.to) {
		v := e.versions(r.key)
		m := &v.mops[r.i]
		if !m.isRead() || m.n == 0 {
			continue
		}
		seen := v.read(r.i)
		last := seen[len(seen)-1]
		if w := v.wrote[last]; w >= 0 && v.mops[w].txn == s.from {
			st.Key, st.Value = v.keyValue(), v.element(last)
			st.FromMop, st.ToMop = v.mops[w].index(), m.index()
			return true
		}
	}
	return false
}

// overwrote shows that s.to appended right behind the element that s.from
// appended (ww) or saw last (rw).
func (e *explainer) overwrote(s step, st *Step) bool {
	for _, a := range e.touched(s.to) {
		v := e.versions(a.key)
		if v.mops[a.i].kind() != appendMop {
			continue
		}
		next := v.elem[a.i]
		before := v.before(next)
		from := -1
		if s.rel == graph.WW {
			if before >= 0 && v.wrote[before] >= 0 && v.mops[v.wrote[before]].txn == s.from {
				from = int(v.wrote[before])
			}
		} else {
			from = e.sawLast(v, s.from, before)
		}
		if from < 0 {
			continue
		}
		st.Key, st.Next, st.Unread = v.keyValue(), v.element(next), v.pos[next] < 0
		if before >= 0 {
			st.Value = v.element(before)
		}
		st.FromMop, st.ToMop = v.mops[from].index(), v.mops[a.i].index()
		return true
	}
	return false
}

// sawLast returns the read by t whose last element is e, or which was empty if e
// is -1; or -1.
func (e *explainer) sawLast(v *versions, t, elem int32) int {
	for _, r := range e.touched(t) {
		if r.key != v.key {
			continue
		}
		m := &v.mops[r.i]
		switch {
		case !m.isRead() || m.kind() == readNil && e.x.status[t] != committed:
		case m.n == 0:
			if elem < 0 {
				return r.i
			}
		default:
			if seen := v.read(r.i); seen[len(seen)-1] == elem {
				return r.i
			}
		}
	}
	return -1
}

// before returns the element that e was appended to: its predecessor in the
// version order, or the last version if nobody read e; -1 for the empty list.
func (v *versions) before(e int32) int32 {
	switch p := v.pos[e]; {
	case p > 0:
		return v.order[p-1]
	case p == 0 || len(v.order) == 0:
		return -1
	}
	return v.order[len(v.order)-1]
}
