package elle

import (
	"math/bits"
	"slices"
)

// bitPasses is how many passes over the order of a key's versions counting its
// pairs may take, each of which follows 64 versions. A variable for tests.
var bitPasses = 16

// maxChains is into how many chains the versions of a key with more than that are
// sorted.
const maxChains = 16

// countPairs counts the pairs of versions that have writers, and those of which the
// order is unknown. Of a key with very many versions, of which many are written at a
// time, neither is counted.
func (g *registerEdges) countPairs() {
	m := int64(0)
	for v := int32(1); v < g.n; v++ {
		if g.r.wrote(g.k, v) >= 0 {
			m++
		}
	}
	ordered, counted := g.ordered(m)
	if !counted {
		g.uncounted++
		return
	}
	pairs := m * (m - 1) / 2
	g.pairs += pairs
	g.unordered += pairs - ordered
}

// ordered counts the pairs of m versions that are ordered, directly or through
// others.
func (g *registerEdges) ordered(m int64) (n int64, counted bool) {
	if len(g.next) == 0 || m < 2 {
		return 0, true
	}
	g.sortLatest()
	if m <= 64*int64(bitPasses) {
		return g.orderedByBits(), true
	}
	return g.orderedByChains()
}

// orderedByBits follows 64 later versions at a time, from the latest version to
// the earliest.
func (g *registerEdges) orderedByBits() (n int64) {
	g.reach = resize(g.reach, int(g.n))
	reach := g.reach
	for lo := int32(1); lo < g.n; {
		first, count := lo, 0
		for ; lo < g.n && count < 64; lo++ {
			if g.r.wrote(g.k, lo) >= 0 {
				count++
			}
		}
		g.bit = resize(g.bit, int(lo-first))
		count = 0
		for v := first; v < lo; v++ {
			if g.r.wrote(g.k, v) >= 0 {
				g.bit[v-first] = 1 << count
				count++
			}
		}
		for _, v := range g.latest {
			r := uint64(0)
			for _, to := range g.next[g.out[v]:g.out[v+1]] {
				r |= reach[to]
				if to >= first && to < lo {
					r |= g.bit[to-first]
				}
			}
			reach[v] = r
			if r != 0 && g.r.wrote(g.k, v) >= 0 {
				n += int64(bits.OnesCount64(r))
			}
		}
	}
	return n
}

// orderedByChains goes from the earliest version to the latest, and finds how many
// versions of each chain come before it. A chain is in order: each version is added
// to one whose last version comes before it, of several to the one that ends last. As
// many as can be written at a time, so many chains are needed.
func (g *registerEdges) orderedByChains() (n int64, counted bool) {
	before := make([][maxChains]int32, g.n)
	var length, end [maxChains]int32
	used := 0
	for i, v := range slices.Backward(g.latest) {
		b := before[v]
		if g.r.wrote(g.k, v) >= 0 {
			best := -1
			for c := range used {
				n += int64(b[c])
				if b[c] == length[c] && (best < 0 || end[c] < end[best]) {
					best = c
				}
			}
			if best < 0 {
				if used == maxChains {
					return 0, false
				}
				best = used
				used++
			}
			length[best]++
			b[best], end[best] = length[best], int32(i)
		}
		for _, to := range g.next[g.out[v]:g.out[v+1]] {
			for c := range b {
				before[to][c] = max(before[to][c], b[c])
			}
		}
	}
	return n, true
}

// sortLatest sets latest: the versions but the initial one such that none comes
// before one that follows it. Those that are older than themselves, and what
// precedes them, are left out.
func (g *registerEdges) sortLatest() {
	g.latest = g.latest[:0]
	if forward(g.registerOrder.edges) {
		for v := g.n - 1; v > 0; v-- {
			g.latest = append(g.latest, v)
		}
		return
	}
	g.waits = resize(g.waits, int(g.n)) // how many that follow are not listed yet
	g.inOff = resize(g.inOff, int(g.n)+2)
	for _, e := range g.registerOrder.edges {
		g.waits[e.from]++
		g.inOff[e.to+2]++
	}
	for v := int32(2); v < g.n+2; v++ {
		g.inOff[v] += g.inOff[v-1]
	}
	g.before = resize(g.before, len(g.registerOrder.edges)) // v's are before[inOff[v]:inOff[v+1]]
	for _, e := range g.registerOrder.edges {
		g.before[g.inOff[e.to+1]] = e.from
		g.inOff[e.to+1]++
	}
	for v := int32(1); v < g.n; v++ {
		if g.waits[v] == 0 {
			g.latest = append(g.latest, v)
		}
	}
	for i := 0; i < len(g.latest); i++ {
		v := g.latest[i]
		for _, u := range g.before[g.inOff[v]:g.inOff[v+1]] {
			if g.waits[u]--; g.waits[u] == 0 {
				g.latest = append(g.latest, u)
			}
		}
	}
}
