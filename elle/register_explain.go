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
			if to.read > 0 && r.wrote(to.key, to.read) == s.from {
				st.Key = r.keyValue(to.key)
				st.FromMop, st.ToMop = r.lastWriteOf(s.from, to.key), r.readOf(s.to, to.key, to.read)
				st.Value = r.value(s.to, st.ToMop)
				return true
			}
			continue
		}
		if to.write < 0 || r.wrote(to.key, to.write) != s.to {
			continue
		}
		for _, from := range r.touchesOf(s.from) {
			if from.key == to.key && r.showOrder(s, from.touch, to.touch, from.key, st) {
				return true
			}
		}
	}
	return false
}

// showOrder shows that b overwrote what a wrote (ww) or read (rw).
func (r *registers) showOrder(s step, a, b touch, key int32, st *Step) bool {
	v, mop := a.read, r.readOf(s.from, key, a.read)
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
		o := r.orderOf(key)
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

// orderOf returns the order of a key's versions. Steps of a cycle are often about
// the same key, so the last one is remembered.
func (r *registers) orderOf(key int32) *shownOrder {
	if r.shown == nil || r.shown.k != key {
		r.shown = newShownOrder(r, key)
	}
	return r.shown
}

// shownOrder is the order of a key's versions, to be explained.
type shownOrder struct {
	registerOrder
	off []int32 // the edges out of version v are out[off[v]:off[v+1]], in the order of edges
	out []versionEdge
}

func newShownOrder(r *registers, key int32) *shownOrder {
	o := &shownOrder{registerOrder: registerOrder{r: r}}
	o.load(key)
	o.off, o.out = make([]int32, o.n+1), make([]versionEdge, len(o.edges))
	for _, e := range o.edges {
		o.off[e.from+1]++
	}
	for v := range o.n {
		o.off[v+1] += o.off[v]
	}
	next := slices.Clone(o.off)
	for _, e := range o.edges {
		o.out[next[e.from]] = e
		next[e.from]++
	}
	return o
}

type keyTouch struct {
	key int32
	touch
}

// touchesOf returns what a transaction has to do with each key from outside, by
// the order in which it first has to do with the keys.
func (r *registers) touchesOf(t int32) (out []keyTouch) {
	for i := r.off[t]; i < r.off[t+1]; i++ {
		if key := r.key[i]; int32(slices.Index(r.key[r.off[t]:], key)) == i-r.off[t] {
			for _, touch := range r.addTouches(nil, key, r.recsIn(t, key)) {
				out = append(out, keyTouch{key, touch})
			}
		}
	}
	return out
}

// recsIn returns the micro-ops of a transaction on a key.
func (r *registers) recsIn(t, key int32) (recs []rec) {
	for i := r.off[t]; i < r.off[t+1]; i++ {
		if r.key[i] == key {
			recs = append(recs, makeRec(t, i-r.off[t], r.write[i]))
		}
	}
	return recs
}

func (r *registers) lastWritten(t, key int32) (edn.Value, int) {
	at := r.lastWriteOf(t, key)
	if at < 0 {
		return edn.Value{}, at
	}
	return r.value(t, at), at
}

func (r *registers) readFrom(t, key, from int32) int {
	for _, to := range r.touchesOf(t) {
		if to.key == key && to.read > 0 && r.wrote(key, to.read) == from {
			return r.readOf(t, key, to.read)
		}
	}
	return -1
}

// readOf returns the place of a transaction's first read of a version, -1 if it
// made none.
func (r *registers) readOf(t, key, ver int32) int {
	for i := r.off[t]; i < r.off[t+1]; i++ {
		if r.key[i] == key && !r.write[i] && r.ver[i] == ver {
			return int(i - r.off[t])
		}
	}
	return -1
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
func (o *shownOrder) path(from, to int32, most basis) []versionEdge {
	via := map[int32]versionEdge{}
	for queue := []int32{from}; len(queue) > 0; queue = queue[1:] {
		for _, e := range o.out[o.off[queue[0]]:o.off[queue[0]+1]] {
			if e.basis > most {
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
	if e.a < 0 || e.b < 0 {
		return false
	}
	a, b := r.addTouches(nil, o.k, r.recsIn(e.a, o.k)), r.addTouches(nil, o.k, r.recsIn(e.b, o.k))
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	left, met := a[len(a)-1], b[0]
	switch e.src {
	case transactionOrder:
		return wrote(a, e.from) && wrote(b, e.to) && r.rank[e.a] < r.rank[e.b]
	case wfrKeys:
		return readThenWrote(a, b, e)
	case sequentialKeys:
		h := r.x.h
		return readThenWrote(a, b, e) || metNext(a, e) || left.last() == e.from && met.first() == e.to &&
			e.a < e.b && r.x.status[e.a] == committed && processOf(h, r.x.op[e.a]) == processOf(h, r.x.op[e.b])
	case linearizableKeys:
		return readThenWrote(a, b, e) || metNext(a, e) || left.last() == e.from && met.first() == e.to && r.x.precedes(e.a, e.b)
	}
	return false
}

func wrote(touches []touch, v int32) bool {
	return slices.ContainsFunc(touches, func(t touch) bool { return t.write == v })
}

// readThenWrote reports whether the one transaction that an edge rests on read the
// older version and then wrote the later one.
func readThenWrote(a, b []touch, e versionEdge) bool {
	read := slices.IndexFunc(a, func(t touch) bool { return t.read == e.from })
	return e.a == e.b && read >= 0 && wrote(b[read:], e.to)
}

// metNext reports whether it read the later version right after the older one.
func metNext(a []touch, e versionEdge) bool {
	for i := 1; i < len(a); i++ {
		if e.a == e.b && a[i-1].read == e.from && a[i].read == e.to {
			return true
		}
	}
	return false
}

// versionSteps says why each version is older than the next.
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
	recs := o.r.recsOf(o.k)
	if len(o.first) == 0 {
		o.first = resize(o.first, int(o.n))
		for i, rc := range slices.Backward(recs) {
			if v := o.r.version(rc); v >= 0 {
				o.first[v] = int32(i)
			}
		}
	}
	if v == 0 {
		return o.r.opt.Init
	}
	rc := recs[o.first[v]]
	return o.r.value(rc.txn, rc.index())
}
