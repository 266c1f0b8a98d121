package elle

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/intern"
)

// A source is a reason to believe that one version of a register is older than
// another. They are tried in this order.
type source uint8

const (
	initialState     source = iota // nil is the oldest version
	transactionOrder               // the caller gave the order of the transactions
	wfrKeys                        // a transaction that reads and then writes a key orders what it read before what it wrote
	sequentialKeys                 // each key keeps the order of each process
	linearizableKeys               // each key keeps realtime order
	numSources
)

var sourceNames = [numSources]string{"initial-state", "transaction-order-keys", "wfr-keys", "sequential-keys", "linearizable-keys"}

// What the sources are called where they are no assumption, but follow from the
// models that are checked.
var impliedNames = [numSources]string{wfrKeys: "wfr", sequentialKeys: "process", linearizableKeys: "realtime"}

// sources are the sources that the options ask for.
func (o *Options) sources() (out []source) {
	out = append(out, initialState)
	if o.TransactionOrder != nil {
		out = append(out, transactionOrder)
	}
	if o.WFRKeys {
		out = append(out, wfrKeys)
	}
	if o.SequentialKeys {
		out = append(out, sequentialKeys)
	}
	if o.LinearizableKeys {
		out = append(out, linearizableKeys)
	}
	return out
}

// rankTxns looks up the places that were given to transactions.
func (r *registers) rankTxns() error {
	if r.opt.TransactionOrder == nil {
		return nil
	}
	h := r.x.h
	r.rank = map[int32]int64{}
	for t, op := range r.x.op {
		if rank, ok := r.opt.TransactionOrder[h.Index(int(op))]; ok {
			r.rank[int32(t)] = rank
		}
	}
	if len(r.rank) < len(r.opt.TransactionOrder) {
		for _, index := range sortedKeys(r.opt.TransactionOrder) {
			if !slices.ContainsFunc(r.x.op, func(op int32) bool { return h.Index(int(op)) == index }) {
				return &OptionError{fmt.Sprintf("the transaction order names op %d, which completes no transaction", index)}
			}
		}
	}
	return nil
}

func sortedKeys(m map[int64]int64) []int64 {
	keys := make([]int64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// A touch is what a transaction has to do with a key from outside: a version that
// it read before it wrote any, and if that was the last, the one that it left
// behind. A transaction may have read several versions, under weak models; then it
// has as many touches of the key, in its own order.
type touch struct {
	txn         int32
	read, write int32 // versions, unknownVersion if there is none or it is unknown
}

// first and last are the versions that the transaction met and left.
func (t touch) first() int32 {
	if t.read >= 0 {
		return t.read
	}
	return t.write
}

func (t touch) last() int32 {
	if t.write >= 0 {
		return t.write
	}
	return t.read
}

// A versionEdge says that version from of a key is older than version to.
type versionEdge struct {
	from, to int32
	src      source
	basis    basis
	a, b     int32 // the transactions that show it
}

// A basis is why an order of versions is believed.
type basis uint8

const (
	assumed basis = iota // the options say so
	plain                // the opposite would be a cycle that the models forbid, with at most one rw
	inTime               // the same, but the cycle would have process or realtime edges
)

func (e versionEdge) name() string {
	if e.basis == assumed {
		return sourceNames[e.src]
	}
	return impliedNames[e.src]
}

// registerOrder finds the order of the versions of one key. The memory is reused
// from key to key.
type registerOrder struct {
	r       *registers
	k       int32
	n       int32 // versions
	touches []touch
	edges   []versionEdge // accepted orders; the initial version also comes before all others
	cyclic  []versionCycle
	used    [numSources]sourceUse
	implied [numSources]int // how many orders follow from the models

	fresh []versionEdge // of the source being tried
	last  []touch       // per process: its last touch
	procs intern.Table
	ranks []touch
	ok    []touch // of committed transactions
	upTo  []int32 // per ok touch: how many of them had completed before it was invoked
	most  []int32 // per ok touch: the most that upTo comes to before it
	cut   int     // keys that realtime was not used for, since too many transactions are concurrent on them
	work  graph.Workspace
	buf   []graph.Edge
	first []int32 // per version: its first micro-op of the key; made when needed
}

type sourceUse struct{ orders, dropped int }

// A versionCycle is a set of versions of which each is older than each other.
type versionCycle struct {
	versions []int32
	source   source
	edges    []versionEdge // a shortest cycle
}

// load finds the order of key k's versions.
func (o *registerOrder) load(k int32) {
	o.loadTouches(k)
	o.edges, o.cyclic, o.first = o.edges[:0], nil, o.first[:0]
	believed := [numSources]bool{}
	for _, src := range o.r.opt.sources() {
		o.find(src)
		if src >= sequentialKeys {
			o.addMet(src)
		}
		believed[src] = o.try(src)
	}
	for _, src := range o.r.implied {
		if believed[src] {
			continue
		}
		// A contradiction is no reason to doubt these: it shows as a cycle of transactions.
		o.find(src)
		for _, e := range o.fresh {
			if e.basis = inTime; src == wfrKeys {
				e.basis = plain
			}
			o.edges = append(o.edges, e)
		}
		o.implied[src] += len(o.fresh)
	}
}

// find sets o.fresh to the orders that a source gives.
func (o *registerOrder) find(src source) {
	o.fresh = o.fresh[:0]
	switch src {
	case transactionOrder:
		o.addRanked()
	case wfrKeys:
		o.addWithin(wfrKeys)
	case sequentialKeys:
		o.addWithin(sequentialKeys)
		o.addSequential()
	case linearizableKeys:
		o.addWithin(linearizableKeys)
		o.addLinearizable()
	}
}

func (o *registerOrder) loadTouches(k int32) {
	r := o.r
	recs := r.recsOf(k)
	o.k, o.n, o.touches = k, 1, o.touches[:0]
	for _, rc := range recs {
		o.n = max(o.n, r.version(rc)+1)
	}
	runs(recs, func(lo, hi int) { o.touches = r.addTouches(o.touches, k, recs[lo:hi]) })
}

// version returns the version that rec rc read or wrote.
func (r *registers) version(rc rec) int32 { return r.ver[r.off[rc.txn]+int32(rc.index())] }

// addTouches appends what the micro-ops of one transaction on key k had to do with
// it from outside, if that counts.
func (r *registers) addTouches(dst []touch, k int32, recs []rec) []touch {
	txn := recs[0].txn
	readsCount := r.x.status[txn] == committed
	if !readsCount && (r.x.status[txn] == aborted || !r.observed[txn]) {
		return dst
	}
	last := lastWrite(recs, 0, len(recs))
	none := touch{txn, unknownVersion, unknownVersion}
	t := none
	for _, rc := range recs {
		v := r.version(rc)
		switch {
		case rc.isWrite():
			readsCount = false // of its own write, or a contradiction within it
		case !readsCount || v == unknownVersion || v == t.read || r.writer[r.base(k)+v] == txn:
		case t.read >= 0:
			dst = append(dst, t)
			fallthrough
		default:
			t.read = v
		}
	}
	if last >= 0 {
		t.write = r.version(recs[last])
	}
	if t != none {
		dst = append(dst, t)
	}
	return dst
}

func (o *registerOrder) add(from, to int32, src source, a, b int32) {
	if from >= 0 && to >= 0 && from != to && from != 0 { // that nil comes first is known
		o.fresh = append(o.fresh, versionEdge{from, to, src, assumed, a, b})
	}
}

// addRanked orders what was written by transactions whose order was given.
func (o *registerOrder) addRanked() {
	o.ranks = o.ranks[:0]
	for _, t := range o.touches {
		if _, ok := o.r.rank[t.txn]; ok && t.write >= 0 {
			o.ranks = append(o.ranks, t)
		}
	}
	rank := func(t touch) int64 { return o.r.rank[t.txn] }
	slices.SortStableFunc(o.ranks, func(a, b touch) int { return cmp.Compare(rank(a), rank(b)) })
	before, lo := o.ranks[:0], 0 // the transactions of the next smaller rank
	for lo < len(o.ranks) {
		hi := lo + 1
		for hi < len(o.ranks) && rank(o.ranks[hi]) == rank(o.ranks[lo]) {
			hi++
		}
		for _, b := range o.ranks[lo:hi] {
			for _, a := range before {
				o.add(a.write, b.write, transactionOrder, a.txn, b.txn)
			}
		}
		before, lo = o.ranks[lo:hi], hi
	}
}

// addWithin orders what a transaction read before what it then wrote.
func (o *registerOrder) addWithin(src source) {
	for i, t := range o.touches {
		for j := i; j >= 0 && t.write >= 0 && o.touches[j].txn == t.txn; j-- {
			o.add(o.touches[j].read, t.write, src, t.txn, t.txn)
		}
	}
}

// addMet orders what a transaction read before what it read next.
func (o *registerOrder) addMet(src source) {
	for i := range o.touches {
		if o.again(i) {
			o.add(o.touches[i-1].read, o.touches[i].read, src, o.touches[i].txn, o.touches[i].txn)
		}
	}
}

// addSequential orders what a process left behind before what it met next.
func (o *registerOrder) addSequential() {
	h := o.r.x.h
	if h.Unordered() {
		return
	}
	o.procs.Reset()
	o.last = o.last[:0]
	for i, b := range o.touches {
		id, fresh := o.procs.Int(int64(processOf(h, o.r.x.op[b.txn])))
		if fresh {
			o.last = append(o.last, touch{txn: -1})
		}
		if a := o.last[id]; a.txn >= 0 && !o.again(i) {
			o.add(a.last(), b.first(), sequentialKeys, a.txn, b.txn)
		}
		if o.r.x.status[b.txn] == committed {
			o.last[id] = b
		}
	}
}

func processOf(h *history.History, op int32) history.Process { return h.Process(int(op)) }

// realtimeOrders is how many orders of versions of a key realtime may tell, which
// each take about 100 bytes. A variable for tests.
var realtimeOrders = 1 << 24

// addLinearizable orders what a transaction left behind before what one met that
// was invoked after it had completed. Of those who had completed by then, only
// the ones count that had not completed before another of them was invoked; in
// the order of completions, these are neighbours. So the cost is the number of
// touches times how many are concurrent on this key. If that is more than
// realtimeOrders, realtime orders nothing, and the key is counted in cut.
func (o *registerOrder) addLinearizable() {
	x := o.r.x
	o.ok, o.upTo, o.most = o.ok[:0], o.upTo[:0], o.most[:0]
	for i, t := range o.touches {
		if x.status[t.txn] == committed && !o.again(i+1) {
			o.ok = append(o.ok, t)
		}
	}
	completed := func(b int32) int { // how many of o.ok had completed before b was invoked
		return sort.Search(len(o.ok), func(i int) bool { return o.ok[i].txn >= x.before[b] })
	}
	most := int32(0)
	for _, t := range o.ok {
		o.most = append(o.most, most)
		o.upTo = append(o.upTo, int32(completed(t.txn)))
		most = max(most, o.upTo[len(o.upTo)-1])
	}
	o.most = append(o.most, most)
	cost := 0
	for i, b := range o.touches {
		if hi := completed(b.txn); !o.again(i) {
			cost += hi - int(o.most[hi])
		}
	}
	if cost > realtimeOrders {
		o.cut++
		return
	}
	for i, b := range o.touches {
		if o.again(i) {
			continue
		}
		hi := completed(b.txn)
		last := int32(unknownVersion)
		for _, a := range o.ok[o.most[hi]:hi] {
			if v := a.last(); v != last {
				o.add(v, b.first(), linearizableKeys, a.txn, b.txn)
				last = v
			}
		}
	}
}

// again reports whether touch i is not the first of its transaction.
func (o *registerOrder) again(i int) bool {
	return i > 0 && i < len(o.touches) && o.touches[i].txn == o.touches[i-1].txn
}

// try believes the fresh edges, unless they contradict each other or what was
// believed before: then the source is no use for this key.
func (o *registerOrder) try(src source) bool {
	if cycles := o.contradictions(src); len(cycles) > 0 {
		o.cyclic = append(o.cyclic, cycles...)
		o.used[src].dropped++
		return false
	}
	o.edges = append(o.edges, o.fresh...)
	o.used[src].orders += len(o.fresh)
	return true
}

// contradictions looks for versions that are older than each other.
func (o *registerOrder) contradictions(src source) (out []versionCycle) {
	if forward(o.edges) && forward(o.fresh) { // numbers follow the order of first appearances
		return nil
	}
	all := slices.Concat(o.edges, o.fresh)
	o.buf = o.buf[:0]
	toInitial := false
	for _, e := range all {
		o.buf = append(o.buf, graph.Edge{From: e.from, To: e.to, Rel: graph.WW})
		toInitial = toInitial || e.to == 0
	}
	if toInitial {
		for v := int32(1); v < o.n; v++ {
			o.buf = append(o.buf, graph.Edge{From: 0, To: v, Rel: graph.WW})
		}
	}
	g := o.work.Build(int(o.n), int(o.n), o.buf)
	for _, versions := range o.work.Cyclic(graph.AllRels) {
		out = append(out, versionCycle{versions, src, o.shortest(g, versions, all)})
	}
	return out
}

func forward(edges []versionEdge) bool {
	for _, e := range edges {
		if e.from > e.to {
			return false
		}
	}
	return true
}

// shortest finds a short cycle among versions that form a component of g: the
// shortest through the first of them.
func (o *registerOrder) shortest(g *graph.Graph, versions []int32, edges []versionEdge) []versionEdge {
	root := versions[0]
	via := map[int32]versionEdge{}
	for queue := []int32{root}; len(queue) > 0; queue = queue[1:] {
		dst, _ := g.Out(queue[0])
		for _, to := range dst {
			if _, seen := via[to]; seen || !inSorted(versions, to) {
				continue
			}
			via[to] = showing(edges, queue[0], to)
			if to == root {
				var path []versionEdge
				for v := root; len(path) == 0 || v != root; v = via[v].from {
					path = append(path, via[v])
				}
				slices.Reverse(path)
				return path
			}
			queue = append(queue, to)
		}
	}
	return nil
}

func inSorted(list []int32, v int32) bool {
	_, ok := slices.BinarySearch(list, v)
	return ok
}

// showing returns the first edge between two versions; what comes after the
// initial version needs none.
func showing(edges []versionEdge, from, to int32) versionEdge {
	for _, e := range edges {
		if e.from == from && e.to == to {
			return e
		}
	}
	return versionEdge{from, to, initialState, assumed, -1, -1}
}
