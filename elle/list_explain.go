package elle

import (
	"sort"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// listExplainer finds out again why one transaction precedes another, from the
// transactions' values and the version orders of their keys.
type listExplainer struct {
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

// explainedKeys is how many keys, and micro-ops of how many transactions, the
// explainer remembers: a cycle may lead through a million.
const explainedKeys = 1 << 10

func newListExplainer(x *txns, keys *keyed) *listExplainer {
	return &listExplainer{x: x, keys: keys, known: map[int32]*versions{}, ofTxn: map[int32][]touched{}}
}

// touched returns the micro-ops of a transaction, in its order.
func (e *listExplainer) touched(t int32) []touched {
	if list, ok := e.ofTxn[t]; ok {
		return list
	}
	if len(e.ofTxn) == explainedKeys {
		clear(e.ofTxn)
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

func (e *listExplainer) versions(key int32) *versions {
	if v := e.known[key]; v != nil {
		return v
	}
	v := &versions{x: e.x, keys: e.keys, src: e.x.h.Source()}
	if err := v.load(key); err != nil {
		panic(err) // it was loaded before
	}
	if len(e.known) == explainedKeys {
		clear(e.known)
	}
	e.known[key] = v
	return v
}

// show shows one step.
func (e *listExplainer) show(s step, st *Step) bool {
	switch s.rel {
	case graph.WR:
		return e.readFrom(s, st)
	case graph.WW, graph.RW:
		return e.overwrote(s, st)
	}
	return false
}

// readFrom shows that a read of s.to ends with an element that s.from appended.
func (e *listExplainer) readFrom(s step, st *Step) bool {
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

// overwrote shows that s.to appended right after the element that s.from
// appended (ww) or saw last (rw).
func (e *listExplainer) overwrote(s step, st *Step) bool {
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
			if from = e.sawLast(v, s.from, before); from < 0 && v.wrote[next] == severals {
				before = -1
				from = e.sawLast(v, s.from, before)
			}
		}
		if from < 0 {
			continue
		}
		st.Key, st.Next, st.Unread = v.keyValue(), v.element(next), v.pos[next] < 0
		st.Disputed = st.Unread && v.isRead(next)
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
func (e *listExplainer) sawLast(v *versions, t, elem int32) int {
	for _, r := range e.touched(t) {
		if r.key != v.key {
			continue
		}
		m := &v.mops[r.i]
		switch {
		case !m.isRead() || m.kind() == readUnknown:
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
