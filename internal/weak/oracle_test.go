package weak

import "slices"

// The oracle decides a level straight from its definition: it computes which
// versions must come before which, and looks through all orders for one that
// does it. For tiny histories.

type pair struct{ a, b int32 }

type oracle struct {
	h      *History
	n      int32
	so, wr [][]bool
	hb     [][]bool

	orderable func(n int32, pairs []pair) bool
	view      func(level Level, tip int32) bool
}

func newOracle(h *History, sessions bool) *oracle {
	n := int32(len(h.Off) - 1)
	o := &oracle{h: h, n: n, so: square(n), wr: square(n), hb: square(n), orderable: orderable}
	o.view = o.tryViews
	for a := range n {
		for b := a + 1; b < n; b++ {
			last := h.Last != nil && h.Last[a]
			o.so[a][b] = sessions && h.Session[a] >= 0 && h.Session[a] == h.Session[b] && !last
		}
	}
	for t := range n {
		for _, r := range o.reads(t) {
			if f := h.From[r]; f >= 0 {
				o.wr[f][t] = true
			}
		}
	}
	for a := range n {
		for b := range n {
			o.hb[a][b] = o.so[a][b] || o.wr[a][b]
		}
	}
	closure(o.hb)
	return o
}

// closure makes a relation transitive (Floyd and Warshall).
func closure(m [][]bool) {
	for k := range m {
		for a := range m {
			for b := range m {
				m[a][b] = m[a][b] || m[a][k] && m[k][b]
			}
		}
	}
}

func (o *oracle) all() (txns []int32) {
	for t := range o.n {
		txns = append(txns, t)
	}
	return txns
}

func square(n int32) [][]bool {
	m := make([][]bool, n)
	for i := range m {
		m[i] = make([]bool, n)
	}
	return m
}

// reads lists the reads of t that count.
func (o *oracle) reads(t int32) (ops []int32) {
	wrote := map[int32]bool{}
	for op := o.h.Off[t]; op < o.h.Off[t+1]; op++ {
		f, k := o.h.From[op], o.h.Key[op]
		if f == Write {
			wrote[k] = true
		} else if f >= Initial && f != t && !wrote[k] {
			ops = append(ops, op)
		}
	}
	return ops
}

func (o *oracle) writes(t, key int32) bool {
	for op := o.h.Off[t]; op < o.h.Off[t+1]; op++ {
		if o.h.From[op] == Write && o.h.Key[op] == key {
			return true
		}
	}
	return false
}

// readsBefore reports whether t reads key from u, before op end.
func (o *oracle) readsBefore(t, key, u, end int32) bool {
	for _, op := range o.reads(t) {
		if op < end && o.h.Key[op] == key && o.h.From[op] == u {
			return true
		}
	}
	return false
}

// sources lists the transactions that t reads from, before op end.
func (o *oracle) sources(t, end int32) (out []int32) {
	for _, op := range o.reads(t) {
		if op < end && o.h.From[op] >= 0 {
			out = append(out, o.h.From[op])
		}
	}
	return out
}

// writesAfter reports whether t writes something after it read key from u.
func (o *oracle) writesAfter(t, key, u int32) bool {
	for op := o.h.Off[t]; op < o.h.Off[t+1]; op++ {
		if o.h.From[op] == Write && o.readsBefore(t, key, u, op) {
			return true
		}
	}
	return false
}

// visible reports whether t2's write of a key is visible to read r of t3.
func (o *oracle) visible(level Level, t2, t3, r int32) bool {
	key := o.h.Key[r]
	switch level {
	case MonotonicAtomicView:
		return slices.Contains(o.sources(t3, r), t2)
	case ReadAtomic:
		return o.so[t2][t3] || o.wr[t2][t3]
	case CausalConvergence, CausalPlus, WeakCausal:
		return o.hb[t2][t3]
	case ReadYourWrites:
		return o.so[t2][t3]
	case MonotonicReads:
		for t4 := range o.n {
			if o.so[t4][t3] && o.readsBefore(t4, key, t2, o.h.Off[t4+1]) {
				return true
			}
		}
		return o.readsBefore(t3, key, t2, r)
	case MonotonicWrites:
		for _, t5 := range o.sources(t3, r) {
			if o.so[t2][t5] {
				return true
			}
		}
	case WritesFollowReads:
		for _, t5 := range o.sources(t3, r) {
			for t4 := range o.n {
				if o.so[t4][t5] && o.readsBefore(t4, key, t2, o.h.Off[t4+1]) {
					return true
				}
			}
			if o.writesAfter(t5, key, t2) {
				return true
			}
		}
	case PRAMPlus:
		if o.so[t2][t3] {
			return true
		}
		for t4 := range o.n {
			if t4 != t3 && !o.so[t4][t3] {
				continue
			}
			for _, t5 := range o.sources(t4, o.h.Off[t4+1]) {
				if t2 == t5 || o.so[t2][t5] {
					return true
				}
			}
		}
	}
	return false
}

// before reports whether t2's version of key precedes t5's because both wrote it.
func (o *oracle) before(level Level, key, t2, t5 int32) bool {
	switch level {
	case CausalPlus:
		return o.hb[t2][t5]
	case PRAMPlus, MonotonicWrites:
		return o.so[t2][t5]
	case WritesFollowReads:
		for t4 := range o.n {
			if (t4 == t5 || o.so[t4][t5]) && o.readsBefore(t4, key, t2, o.h.Off[t4+1]) {
				return true
			}
		}
	}
	return false
}

// forced lists the versions that must precede others, of each key. It reports
// false if one must precede the initial version.
func (o *oracle) forced(level Level) (out map[int32][]pair, ok bool) {
	out, ok = map[int32][]pair{}, true
	for t3 := range o.n {
		for _, r := range o.reads(t3) {
			key, t1 := o.h.Key[r], o.h.From[r]
			for t2 := range o.n {
				if t2 == t1 || t2 == t3 || !o.writes(t2, key) || !o.visible(level, t2, t3, r) {
					continue
				}
				if t1 == Initial {
					ok = false
				} else {
					out[key] = append(out[key], pair{t2, t1})
				}
			}
		}
	}
	for key := range int32(o.h.Keys) {
		for t2 := range o.n {
			for t5 := range o.n {
				if t2 != t5 && o.writes(t2, key) && o.writes(t5, key) && o.before(level, key, t2, t5) {
					out[key] = append(out[key], pair{t2, t5})
				}
			}
		}
	}
	return out, ok
}

func (o *oracle) holds(level Level) bool {
	if level.needsBase() {
		for t := range o.n {
			if o.hb[t][t] {
				return false
			}
		}
	}
	if level == WeakCausal {
		return o.weakCausal()
	}
	if level.views() {
		for tip := range o.n {
			if !o.view(level, tip) {
				return false
			}
		}
		return true
	}
	forced, ok := o.forced(level)
	if !ok {
		return false
	}
	for _, b := range o.h.Order {
		forced[b.Key] = append(forced[b.Key], pair{b.A, b.B})
	}
	if !level.global() {
		for _, pairs := range forced {
			if !o.orderable(o.n, pairs) {
				return false
			}
		}
		return true
	}
	var all []pair
	for _, pairs := range forced {
		all = append(all, pairs...)
	}
	for a := range o.n {
		for b := range o.n {
			if o.so[a][b] || o.wr[a][b] {
				all = append(all, pair{a, b})
			}
		}
	}
	return o.orderable(o.n, all)
}

func (o *oracle) own(t, tip int32) bool { return t == tip || o.so[t][tip] }

// must is what an order for the session that ends with tip has in it: session order, and
// reads, at PRAM those of the session alone. Known orders count as far as the session
// read: those that lead to a version that it read, or on from one.
func (o *oracle) must(level Level, tip int32) [][]bool {
	own := func(t int32) bool { return o.own(t, tip) }
	before := square(o.n)
	for a := range o.n {
		for b := range o.n {
			before[a][b] = o.so[a][b] || o.wr[a][b] && (level == Causal || own(b))
		}
	}
	for key := range int32(o.h.Keys) {
		known := square(o.n)
		for _, b := range o.h.Order {
			known[b.A][b.B] = known[b.A][b.B] || b.Key == key
		}
		closure(known)
		for t := range o.n {
			if !slices.ContainsFunc(o.all(), func(r int32) bool { return own(r) && o.readsBefore(r, key, t, o.h.Off[r+1]) }) {
				continue
			}
			for a := range o.n {
				before[t][a] = before[t][a] || known[t][a]
				for b := range o.n {
					// Of what leads to t, each edge.
					edge := slices.Contains(o.h.Order, Before{key, a, b})
					before[a][b] = before[a][b] || edge && (b == t || known[b][t])
				}
			}
		}
	}
	return before
}

// saturate is tryViews for more than a few transactions: it adds what must come before
// something until nothing changes (Bouajjani et al. 2017, 5.3).
func (o *oracle) saturate(level Level, tip int32) bool {
	m := o.must(level, tip)
	closure(m)
	for changed := true; changed; {
		changed = false
		for t3 := range o.n {
			for _, r := range o.reads(t3) {
				key, t1 := o.h.Key[r], o.h.From[r]
				for t2 := range o.n {
					if !o.own(t3, tip) || t2 == t1 || t2 == t3 || !m[t2][t3] || !o.writes(t2, key) {
						continue
					}
					if t1 == Initial {
						return false
					}
					changed = changed || !m[t2][t1]
					m[t2][t1] = true
				}
			}
		}
		closure(m)
	}
	for t := range m {
		if m[t][t] {
			return false
		}
	}
	return true
}

// tryViews tries all orders of all transactions for one in which each read of the
// session that ends with tip is of the last version before it.
func (o *oracle) tryViews(level Level, tip int32) bool {
	own := func(t int32) bool { return o.own(t, tip) }
	before := o.must(level, tip)
	placed := make([]bool, o.n)
	last := make([]int32, o.h.Keys)
	for k := range last {
		last[k] = Initial
	}
	var try func(left int32) bool
	try = func(left int32) bool {
		if left == 0 {
			return true
		}
	next:
		for t := range o.n {
			if placed[t] {
				continue
			}
			for a := range o.n {
				if before[a][t] && (a == t || !placed[a]) {
					continue next
				}
			}
			if own(t) {
				for _, r := range o.reads(t) {
					if last[o.h.Key[r]] != o.h.From[r] {
						continue next
					}
				}
			}
			kept := slices.Clone(last)
			for k := range last {
				if o.writes(t, int32(k)) {
					last[k] = t
				}
			}
			placed[t] = true
			if try(left - 1) {
				return true
			}
			placed[t] = false
			copy(last, kept)
		}
		return false
	}
	return try(o.n)
}

func (o *oracle) weakCausal() bool {
	for t3 := range o.n {
		for _, r := range o.reads(t3) {
			key, t1 := o.h.Key[r], o.h.From[r]
			for t2 := range o.n {
				if t2 != t1 && t2 != t3 && o.writes(t2, key) && o.hb[t2][t3] && (t1 == Initial || o.hb[t1][t2]) {
					return false
				}
			}
		}
	}
	return true
}

// orderable tries all orders of n things for one with all pairs in order.
func orderable(n int32, pairs []pair) bool {
	at := make([]int32, n)
	used := make([]bool, n)
	var try func(p int32) bool
	try = func(p int32) bool {
		if p == n {
			for _, e := range pairs {
				if at[e.a] > at[e.b] {
					return false
				}
			}
			return true
		}
		for t := range n {
			if used[t] {
				continue
			}
			used[t], at[t] = true, p
			if try(p + 1) {
				return true
			}
			used[t] = false
		}
		return false
	}
	return try(0)
}

// acyclic is orderable for more than a few things.
func acyclic(n int32, pairs []pair) bool {
	left := make([]bool, n)
	for range n {
		blocked := make([]bool, n)
		for _, e := range pairs {
			blocked[e.b] = blocked[e.b] || !left[e.a]
		}
		gone := int32(-1)
		for t := range n {
			if !left[t] && !blocked[t] {
				gone = t
			}
		}
		if gone < 0 {
			return false
		}
		left[gone] = true
	}
	return true
}
