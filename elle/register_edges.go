package elle

import (
	"context"
	"slices"
)

// keyResult is what the keys of a batch yield.
type keyResult struct {
	edges     []edge
	hubs      []hub
	found     []finding
	used      [numSources]sourceUse
	implied   [numSources]int
	pairs     int64
	unordered int64
	uncounted int
	cut       int
}

// analyse infers the dependencies from the versions of each key.
func (r *registers) analyse(ctx context.Context) (*inferred, error) {
	results := make([]keyResult, len(r.batches())-1)
	_, err := r.eachKey(ctx, func(int) (func(int32) error, func(int)) {
		o := &registerOrder{r: r}
		g := &registerEdges{registerOrder: o}
		var found []finding
		key := func(k int32) error {
			o.load(k)
			found = append(found, o.findings()...)
			g.add()
			return nil
		}
		return key, func(batch int) {
			results[batch] = keyResult{slices.Clone(g.edges), g.hubs, found, o.used, o.implied, g.pairs, g.unordered, g.uncounted, o.cut}
			g.edges, g.hubs, found, g.pairs, g.unordered, g.uncounted = g.edges[:0], nil, nil, 0, 0, 0
			o.cut = 0
			o.used, o.implied = [numSources]sourceUse{}, [numSources]int{}
		}
	})
	if err != nil {
		return nil, err
	}
	return r.combine(results), nil
}

// combine adds up the results of the batches, in their order.
func (r *registers) combine(results []keyResult) *inferred {
	out := &inferred{found: newFinds(r.kept), nodes: r.x.len()}
	out.found.addAll(r.found)
	var hubs []hub
	var used [numSources]sourceUse
	var implied [numSources]int
	for i := range results {
		res := &results[i]
		out.edges = append(out.edges, res.edges)
		for _, f := range res.found {
			out.found.add(f)
		}
		hubs = append(hubs, res.hubs...)
		r.info.Pairs += res.pairs
		r.info.Unordered += res.unordered
		r.info.Uncounted += res.uncounted
		r.info.NotInTime += res.cut
		for src := range used {
			used[src].orders += res.used[src].orders
			used[src].dropped += res.used[src].dropped
			implied[src] += res.implied[src]
		}
	}
	for _, src := range r.opt.sources() {
		r.info.Sources = append(r.info.Sources, SourceUse{sourceNames[src], used[src].orders, used[src].dropped})
	}
	for _, src := range r.implied {
		if implied[src] == 0 && slices.Contains(r.opt.sources(), src) {
			continue // it was assumed already
		}
		r.info.Sources = append(r.info.Sources, SourceUse{Name: impliedNames[src], Orders: implied[src]})
	}
	out.addHubs(hubs)
	return out
}

// findings reports the versions that are older than each other.
func (o *registerOrder) findings() (out []finding) {
	for _, c := range o.cyclic {
		cs := Case{Type: CyclicVersions, Key: o.r.keyValue(o.k)}
		for _, v := range c.versions {
			cs.Values = append(cs.Values, o.versionValue(v))
		}
		for _, src := range o.r.opt.sources() {
			if src <= c.source && !(src < c.source && o.dropped(src)) {
				cs.Sources = append(cs.Sources, sourceNames[src])
			}
		}
		cs.Order = o.versionSteps(c.edges)
		first := o.touches[0].txn
		for _, e := range c.edges {
			if e.b >= 0 {
				first = e.b
			}
		}
		cs.Op = int(o.r.x.op[first])
		out = append(out, finding{what: CyclicVersions, txn: first, key: o.k, c: cs})
	}
	return out
}

// dropped reports whether a source was no use for this key.
func (o *registerOrder) dropped(src source) bool {
	return slices.ContainsFunc(o.cyclic, func(c versionCycle) bool { return c.source == src })
}

// registerEdges turns the order of a key's versions into dependencies between
// transactions.
type registerEdges struct {
	*registerOrder
	edges []edge
	hubs  []hub

	pairs, unordered int64 // of versions, see Inference
	uncounted        int

	// For countPairs.
	latest               []int32 // the versions, none before one that follows it
	reach, bit           []uint64
	waits, inOff, before []int32

	off     []int32 // the readers of version v are readers[off[v]:off[v+1]]
	readers []int32
	out     []int32 // the edges of version v lead to next[out[v]:out[v+1]]
	next    []int32
	bases   []basis // of each of these edges
	seen    []int32 // per version: the last version from which it was reached, plus 1
	by      []basis // per version: the least basis on which it was reached
	todo    [inTime + 1][]int32
	succ    []int32 // the versions that follow one, of those that have a writer
	later   []bool  // per version: it follows one that has a writer, for all that is assumed
	writers [inTime + 1][]int32
}

// What edges are packed as by the basis that they rest on.
var (
	packedWW = [...]int{packWW, packForcedWW, packTimedWW}
	packedRW = [...]int{packRW, packForcedRW, packTimedRW}
)

// add infers the edges of the key: wr from the writer of each version to its readers,
// ww from the writer of each version to those of the versions that follow, rw from its
// readers to these. A version whose writer is not known to have taken effect is
// skipped.
func (g *registerEdges) add() {
	g.bucketReaders()
	g.bucketEdges()
	g.seen, g.by = resize(g.seen, int(g.n)), resize(g.by, int(g.n))
	g.later = resize(g.later, int(g.n))
	g.countPairs()
	for v := int32(1); v < g.n; v++ {
		w := g.r.wrote(g.k, v)
		readers := g.readers[g.off[v]:g.off[v+1]]
		if w >= 0 {
			for _, t := range readers {
				if t != w {
					g.edges = append(g.edges, packEdge(w, t, packWR))
				}
			}
		}
		if w >= 0 || len(readers) > 0 {
			g.follow(v, w, readers)
		}
	}
	g.initial()
}

func (g *registerEdges) bucketReaders() {
	g.off = resize(g.off, int(g.n)+2)
	for _, t := range g.touches {
		if t.read >= 0 {
			g.off[t.read+2]++
		}
	}
	for v := int32(2); v < g.n+2; v++ {
		g.off[v] += g.off[v-1]
	}
	g.readers = resize(g.readers, int(g.off[g.n+1]))
	for _, t := range g.touches {
		if t.read >= 0 { // the start of the next is moved from the start of this to its end
			g.readers[g.off[t.read+1]] = t.txn
			g.off[t.read+1]++
		}
	}
}

func (g *registerEdges) bucketEdges() {
	g.out = resize(g.out, int(g.n)+2)
	for _, e := range g.registerOrder.edges {
		g.out[e.from+2]++
	}
	for v := int32(2); v < g.n+2; v++ {
		g.out[v] += g.out[v-1]
	}
	g.next = resize(g.next, len(g.registerOrder.edges))
	g.bases = resize(g.bases, len(g.registerOrder.edges))
	for _, e := range g.registerOrder.edges {
		at := &g.out[e.from+1]
		g.next[*at], g.bases[*at] = e.to, e.basis
		*at++
	}
}

// successors finds the versions that follow v, of those that have a writer, and
// the least basis on which each does.
func (g *registerEdges) successors(v int32) {
	g.succ = g.succ[:0]
	g.seen[v], g.by[v] = v+1, assumed
	g.todo[assumed] = append(g.todo[assumed], v)
	for b := assumed; b <= inTime; b++ {
		for len(g.todo[b]) > 0 {
			last := len(g.todo[b]) - 1
			u := g.todo[b][last]
			g.todo[b] = g.todo[b][:last]
			if g.by[u] == b {
				g.expand(v, u, b)
			}
		}
	}
}

// expand follows the edges out of version u, which was reached from v on a basis.
func (g *registerEdges) expand(v, u int32, b basis) {
	for i := g.out[u]; i < g.out[u+1]; i++ {
		to, b := g.next[i], max(b, g.bases[i])
		known := g.seen[to] == v+1
		if known && g.by[to] <= b {
			continue
		}
		g.seen[to], g.by[to] = v+1, b
		switch hasWriter := g.r.wrote(g.k, to) >= 0; {
		case !hasWriter:
			g.todo[b] = append(g.todo[b], to)
		case !known:
			g.succ = append(g.succ, to)
		}
	}
}

// follow adds the edges from a version's writer w, noWriter if there is none,
// and its readers to the writers of the versions that follow.
func (g *registerEdges) follow(v, w int32, readers []int32) {
	g.successors(v)
	for b := range g.writers {
		g.writers[b] = g.writers[b][:0]
	}
	for _, s := range g.succ {
		if s == v {
			continue // around a contradiction
		}
		t, b := g.r.wrote(g.k, s), g.by[s]
		g.later[s] = g.later[s] || w >= 0 && b == assumed
		if w >= 0 && t != w {
			g.edges = append(g.edges, packEdge(w, t, packedWW[b]))
		}
		g.writers[b] = append(g.writers[b], t)
	}
	for b := range g.writers {
		g.antiDepend(readers, w, basis(b))
	}
}

// antiDepend adds the rw edges from readers, except w, to g.writers of a basis.
func (g *registerEdges) antiDepend(readers []int32, w int32, b basis) {
	writers := g.writers[b]
	if len(readers)*len(writers) >= hubEdges && len(writers) > 2 {
		slices.Sort(writers)
		h := hub{writers: slices.Clone(writers), rel: packedRW[b]}
		for _, t := range readers {
			if t != w { // w's edges are ww as well
				h.readers = append(h.readers, t)
			}
		}
		g.hubs = append(g.hubs, h)
		return
	}
	for _, t := range readers {
		for _, to := range writers {
			if t != to && t != w {
				g.edges = append(g.edges, packEdge(t, to, packedRW[b]))
			}
		}
	}
}

// initial adds the edges from the readers of the initial version to the writers
// of those that may follow it directly.
func (g *registerEdges) initial() {
	readers := g.readers[g.off[0]:g.off[1]]
	if len(readers) == 0 {
		return
	}
	g.writers[assumed] = g.writers[assumed][:0]
	for v := int32(1); v < g.n; v++ {
		if t := g.r.wrote(g.k, v); t >= 0 && !g.later[v] {
			g.writers[assumed] = append(g.writers[assumed], t)
		}
	}
	g.antiDepend(readers, noWriter, assumed)
}
