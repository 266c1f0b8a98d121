package elle_test

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/oracle"
)

// weakJudge tries the sets of transactions that may have taken effect, and of
// each all orders.
type weakJudge struct {
	level
	ts    oracle.Txns
	took  []int     // the transactions that took effect
	reads []source  // what they read from others
	order []int     // a prefix of an order of all
	hb    [][]bool  // what happened before what
	so    [][]bool  // session order
	lists []*listAt // reads of lists
}

// A source is where read at of a transaction has its value from: another
// transaction, or -1 for the initial state.
type source struct{ reader, at, key, from int }

type listAt struct{ txn, at int }

const nobody = -1

// holds reports whether some of the indeterminate transactions took effect such
// that all reads of the committed ones can be explained.
func (l level) holds(ts oracle.Txns) bool {
	var maybe, sure []int
	for i := range ts {
		switch {
		case ts[i].Complete < 0 || ts[i].Status == oracle.Info:
			maybe = append(maybe, i)
		case ts[i].Status == oracle.OK:
			sure = append(sure, i)
		}
	}
	for set := range 1 << len(maybe) {
		j := &weakJudge{level: l, ts: ts, took: slices.Clone(sure)}
		for i, t := range maybe {
			if set>>i&1 != 0 {
				j.took = append(j.took, t)
			}
		}
		if j.load() && j.place() {
			return true
		}
	}
	return false
}

func (j *weakJudge) certain(t int) bool {
	return j.ts[t].Status == oracle.OK && j.ts[t].Complete >= 0
}

// load finds where reads are from. It reports false if there is no such place.
func (j *weakJudge) load() bool {
	n := len(j.ts)
	j.hb, j.so = grid(n), grid(n)
	for _, a := range j.took {
		for _, b := range j.took {
			after := j.ts[a].Complete < j.ts[b].Invoke || j.ts[b].Invoke < 0 && j.ts[a].Complete < j.ts[b].Complete
			j.so[a][b] = j.sessions && j.certain(a) && j.ts[a].Process == j.ts[b].Process && after
			j.hb[a][b] = j.so[a][b]
		}
	}
	for _, t := range j.took {
		if !j.certain(t) {
			continue // what it read does not count
		}
		if j.internal && !j.agrees(t) {
			return false
		}
		for at := range j.ts[t].Ops {
			if !j.ts[t].Ops[at].Append && !j.read(t, at) {
				return false
			}
		}
	}
	for _, r := range j.reads {
		if r.from != nobody {
			j.hb[r.from][r.reader] = true
		}
	}
	for _, via := range j.took { // Warshall 1962
		for _, a := range j.took {
			for _, b := range j.took {
				j.hb[a][b] = j.hb[a][b] || j.hb[a][via] && j.hb[via][b]
			}
		}
	}
	return true
}

func grid(n int) [][]bool {
	g := make([][]bool, n)
	for i := range g {
		g[i] = make([]bool, n)
	}
	return g
}

// read finds where a read is from: the last element of a list, the value of a
// register.
func (j *weakJudge) read(t, at int) bool {
	ops := j.ts[t].Ops
	m := &ops[at]
	if !m.Register {
		j.lists = append(j.lists, &listAt{t, at})
	}
	own := func(n int, last int) int {
		return slices.IndexFunc(ops[:n], func(w oracle.Mop) bool { return w.Append && w.Key == m.Key && w.Elem == last })
	}
	wrote := slices.ContainsFunc(ops[:at], func(w oracle.Mop) bool { return w.Append && w.Key == m.Key })
	from := nobody
	for i, e := range m.List {
		if own(at, e) >= 0 {
			from = t
			continue
		}
		if from = j.writer(t, m.Key, e, i == len(m.List)-1); from == nobody {
			return false // from the future, aborted, intermediate, or never written
		}
	}
	if from != t && !wrote {
		j.reads = append(j.reads, source{t, at, m.Key, from})
	}
	if before, ok := beforeOwn(ops, at); ok && len(before) == 0 {
		j.reads = append(j.reads, source{t, at, m.Key, nobody})
	} else if ok {
		if from := j.writer(t, m.Key, before[len(before)-1], true); from != nobody {
			j.reads = append(j.reads, source{t, at, m.Key, from})
		}
	}
	return true
}

// beforeOwn returns what a transaction's first read of a list shows that it had appended
// to before, without its own elements; false if the op is another.
func beforeOwn(ops []oracle.Mop, at int) ([]int, bool) {
	m := &ops[at]
	if m.Append || m.Register {
		return nil, false
	}
	var own []int
	for _, w := range ops[:at] {
		switch {
		case w.Key != m.Key:
		case !w.Append:
			return nil, false
		default:
			own = append(own, w.Elem)
		}
	}
	n := len(m.List) - len(own)
	if len(own) == 0 || n < 0 || !slices.Equal(m.List[n:], own) {
		return nil, false
	}
	return m.List[:n], true
}

// writer returns who but the reader wrote an element, as its last write of the key
// if final.
func (j *weakJudge) writer(reader, key, elem int, final bool) int {
	for _, t := range j.took {
		if t == reader {
			continue
		}
		ops := j.ts[t].Ops
		for i := len(ops) - 1; i >= 0; i-- {
			if !ops[i].Append || ops[i].Key != key {
				continue
			}
			if ops[i].Elem == elem {
				return t
			}
			if final {
				break
			}
		}
	}
	return nobody
}

// agrees reports whether t's reads agree with what it read and wrote before.
func (j *weakJudge) agrees(t int) bool {
	ops := j.ts[t].Ops
	for at := range ops {
		if ops[at].Append {
			continue
		}
		var own []int // what t added since its last read of the key
		known, ok := []int(nil), false
		for _, m := range ops[:at] {
			switch {
			case m.Key != ops[at].Key:
			case !m.Append:
				known, ok, own = m.List, true, nil
			case m.Register:
				known, ok = []int{m.Elem}, true
			default:
				own = append(own, m.Elem)
			}
		}
		list := ops[at].List
		switch {
		case ok && !slices.Equal(list, append(slices.Clip(known), own...)):
			return false
		case len(list) < len(own) || !slices.Equal(list[len(list)-len(own):], own):
			return false
		}
	}
	return true
}

func (j *weakJudge) writes(t, key int) bool {
	return slices.ContainsFunc(j.ts[t].Ops, func(m oracle.Mop) bool { return m.Append && m.Key == key })
}

// seenBefore: the reader has read something of from's before.
func (j *weakJudge) seenBefore(from, reader, at int) bool {
	return slices.ContainsFunc(j.reads, func(r source) bool { return r.reader == reader && r.from == from && r.at < at })
}

// seen: the reader read something of from's, or comes after it in its session.
func (j *weakJudge) seen(from, reader, _ int) bool {
	return j.so[from][reader] || j.seenBefore(from, reader, len(j.ts[reader].Ops))
}

// caused: from happened before the reader.
func (j *weakJudge) caused(from, reader, _ int) bool { return j.hb[from][reader] }

// place tries the orders that begin with j.order.
func (j *weakJudge) place() bool {
	if len(j.order) == len(j.took) {
		return j.explained()
	}
	for _, t := range j.took {
		early := func(u int) bool { return u != t && j.hb[u][t] && !slices.Contains(j.order, u) }
		if slices.Contains(j.order, t) || j.hb[t][t] || slices.ContainsFunc(j.took, early) {
			continue
		}
		j.order = append(j.order, t)
		if j.place() {
			return true
		}
		j.order = j.order[:len(j.order)-1]
	}
	return false
}

// explained reports whether all reads are as the order has it.
func (j *weakJudge) explained() bool {
	for _, r := range j.reads {
		for _, t := range j.took {
			if t == r.from || t == r.reader || !j.writes(t, r.key) || !j.visible(j, t, r.reader, r.at) {
				continue
			}
			if r.from == nobody || slices.Index(j.order, t) > slices.Index(j.order, r.from) {
				return false
			}
		}
	}
	return !slices.ContainsFunc(j.lists, func(l *listAt) bool { return !j.listed(l) })
}

// listed reports whether a list has what its key had by some point of the order,
// and then what its reader had appended: if that is anything, the point is where
// the reader stands.
func (j *weakJudge) listed(l *listAt) bool {
	m := j.ts[l.txn].Ops[l.at]
	var own, all []int
	for _, w := range j.ts[l.txn].Ops[:l.at] {
		if w.Append && w.Key == m.Key {
			own = append(own, w.Elem)
		}
	}
	for _, t := range j.order {
		if slices.Equal(m.List, append(slices.Clip(all), own...)) && (own == nil || t == l.txn) {
			return true
		}
		for _, w := range j.ts[t].Ops {
			if w.Append && w.Key == m.Key {
				all = append(all, w.Elem)
			}
		}
	}
	return own == nil && slices.Equal(m.List, all)
}
