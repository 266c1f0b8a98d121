package elle

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// show shows a step between two transactions again, from what they read and
// wrote and from the order of the versions of one key.
func (r *registers) show(s step, st *Step) bool {
	if s.rel&forced != 0 && r.forced != nil && r.forced.show(s, st) {
		return true
	}
	for _, to := range r.touchesOf(s.to) {
		if s.rel == graph.WR {
			if to.t.read > 0 && r.wrote(to.key, to.t.read) == s.from {
				st.Key = r.keyValue(to.key)
				st.FromMop, st.ToMop = r.lastWriteOf(s.from, to.key), r.firstTouch(s.to, to.key)
				st.Value = r.value(s.to, st.ToMop)
				return true
			}
			continue
		}
		if to.t.write < 0 || r.wrote(to.key, to.t.write) != s.to {
			continue
		}
		for _, from := range r.touchesOf(s.from) {
			if from.key == to.key && r.showOrder(s, from.t, to.t, from.key, st) {
				return true
			}
		}
	}
	return false
}

// showOrder shows that b overwrote what a wrote (ww) or read (rw).
func (r *registers) showOrder(s step, a, b touch, key int32, st *Step) bool {
	v, mop := a.read, r.firstTouch(s.from, key)
	if s.rel&(graph.WW|forcedWW) != 0 {
		v, mop = a.write, r.lastWriteOf(s.from, key)
		if v < 0 || r.wrote(key, v) != s.from {
			return false
		}
	}
	if v < 0 || v == b.write {
		return false
	}
	if v == 0 && s.rel != graph.RW {
		return false
	}
	if v > 0 {
		o := &registerOrder{r: r}
		o.load(key)
		path := o.path(v, b.write, basisOf(s.rel))
		if path == nil || slices.ContainsFunc(path, func(e versionEdge) bool { return !o.shows(e) }) {
			return false
		}
		st.Order = o.versionSteps(path)
		st.Value = r.value(s.from, mop)
	}
	st.Key = r.keyValue(key)
	st.FromMop, st.ToMop = mop, r.lastWriteOf(s.to, key)
	st.Next = r.value(s.to, st.ToMop)
	return true
}

type keyTouch struct {
	key int32
	t   touch
}

// touchesOf returns what a transaction has to do with each key from outside, in
// the order in which it first has.
func (r *registers) touchesOf(t int32) (out []keyTouch) {
	for i := r.off[t]; i < r.off[t+1]; i++ {
		key, write := r.key[i], r.write[i]
		at := slices.IndexFunc(out, func(k keyTouch) bool { return k.key == key })
		if at < 0 {
			at = len(out)
			out = append(out, keyTouch{key, touch{t, unknownVersion, unknownVersion}})
			if !write && r.x.status[t] == committed {
				out[at].t.read = r.ver[i]
			}
		}
		if write {
			out[at].t.write = r.ver[i]
		}
	}
	return out
}

func (r *registers) lastWritten(t, key int32) (edn.Value, int) {
	at := r.lastWriteOf(t, key)
	if at < 0 {
		return edn.Value{}, at
	}
	return r.value(t, at), at
}

func (r *registers) firstTouch(t, key int32) int {
	return slices.Index(r.key[r.off[t]:r.off[t+1]], key)
}

// lastWriteOf returns the place of a transaction's last write of a key.
func (r *registers) lastWriteOf(t, key int32) int {
	for i := r.off[t+1] - 1; i >= r.off[t]; i-- {
		if r.key[i] == key && r.write[i] {
			return int(i - r.off[t])
		}
	}
	return -1
}

// basisOf returns what a step with a relation may rest on.
func basisOf(rel graph.Rel) basis {
	switch {
	case rel&timed != 0:
		return inTime
	case rel&forced != 0:
		return plain
	}
	return assumed
}

// path finds the shortest way from one version to a later one, through versions
// whose writers are not known to have taken effect.
func (o *registerOrder) path(from, to int32, most basis) []versionEdge {
	via := map[int32]versionEdge{}
	for queue := []int32{from}; len(queue) > 0; queue = queue[1:] {
		for _, e := range o.edges {
			if e.from != queue[0] || e.basis > most {
				continue
			}
			if _, seen := via[e.to]; seen {
				continue
			}
			via[e.to] = e
			if e.to == to {
				var path []versionEdge
				for v := to; v != from; v = via[v].from {
					path = append(path, via[v])
				}
				slices.Reverse(path)
				return path
			}
			if o.r.wrote(o.k, e.to) < 0 {
				queue = append(queue, e.to)
			}
		}
	}
	return nil
}

// shows shows again that a version is older than another, from the transactions
// that the edge rests on.
func (o *registerOrder) shows(e versionEdge) bool {
	r := o.r
	a, okA := o.touchOf(e.a)
	b, okB := o.touchOf(e.b)
	if !okA || !okB {
		return false
	}
	within := e.a == e.b && a.read == e.from && a.write == e.to
	met := a.last() == e.from && b.first() == e.to
	switch e.src {
	case transactionOrder:
		return a.write == e.from && b.write == e.to && r.rank[e.a] < r.rank[e.b]
	case wfrKeys:
		return within
	case sequentialKeys:
		h := r.x.h
		return within || met && e.a < e.b && r.x.status[e.a] == committed && processOf(h, r.x.op[e.a]) == processOf(h, r.x.op[e.b])
	case linearizableKeys:
		return within || met && r.x.precedes(e.a, e.b)
	}
	return false
}

func (o *registerOrder) touchOf(t int32) (touch, bool) {
	for _, k := range o.r.touchesOf(t) {
		if k.key == o.k {
			return k.t, true
		}
	}
	return touch{}, false
}

// versionSteps tells why each version is older than the next.
func (o *registerOrder) versionSteps(edges []versionEdge) (out []VersionStep) {
	for _, e := range edges {
		s := VersionStep{Source: e.name(), Value: o.versionValue(e.from), Next: o.versionValue(e.to), From: -1, To: -1}
		if e.a >= 0 {
			s.From, s.To = int(o.r.x.op[e.a]), int(o.r.x.op[e.b])
		}
		out = append(out, s)
	}
	return out
}

// versionValue returns the value of a version, nothing for the initial one.
func (o *registerOrder) versionValue(v int32) edn.Value {
	r := o.r
	if v == 0 {
		return edn.Value{}
	}
	for _, rc := range r.recsOf(o.k) {
		if r.ver[r.off[rc.txn]+int32(rc.index())] == v {
			return r.value(rc.txn, rc.index())
		}
	}
	return edn.Value{}
}
