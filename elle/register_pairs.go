package elle

import "math/bits"

// pairsBudget is how much work counting the ordered pairs of one key may take,
// in edges looked at.
const pairsBudget = 1 << 28

// countPairs counts the pairs of versions that have writers, and those of which
// nobody knows which is older.
func (g *registerEdges) countPairs() {
	m := int64(0)
	for v := int32(1); v < g.n; v++ {
		if g.r.wrote(g.k, v) >= 0 {
			m++
		}
	}
	pairs := m * (m - 1) / 2
	g.pairs += pairs
	g.unordered += pairs - g.ordered(m)
}

// ordered counts the pairs of versions that are ordered, directly or through
// others: 64 later versions at a time, from the latest version to the earliest.
// Of a key too large for that, only the pairs that are ordered directly count.
func (g *registerEdges) ordered(m int64) (n int64) {
	if len(g.next) == 0 {
		return 0
	}
	if (m/64+1)*int64(int(g.n)+len(g.next)) > pairsBudget {
		return int64(len(g.next))
	}
	order := g.latestFirst()
	reach := make([]uint64, g.n)
	for lo := int32(1); lo < g.n; {
		bit := map[int32]uint64{}
		for ; lo < g.n && len(bit) < 64; lo++ {
			if g.r.wrote(g.k, lo) >= 0 {
				bit[lo] = 1 << len(bit)
			}
		}
		for _, v := range order {
			reach[v] = 0
			for _, to := range g.next[g.out[v]:g.out[v+1]] {
				reach[v] |= reach[to] | bit[to]
			}
			if g.r.wrote(g.k, v) >= 0 {
				n += int64(bits.OnesCount64(reach[v]))
			}
		}
	}
	return n
}

// latestFirst lists the versions but the initial one such that none comes before
// one that follows it.
func (g *registerEdges) latestFirst() []int32 {
	waits := make([]int32, g.n) // how many that follow are not listed yet
	before := make([][]int32, g.n)
	for v := int32(1); v < g.n; v++ {
		for _, to := range g.next[g.out[v]:g.out[v+1]] {
			waits[v]++
			before[to] = append(before[to], v)
		}
	}
	var order []int32
	for v := int32(1); v < g.n; v++ {
		if waits[v] == 0 {
			order = append(order, v)
		}
	}
	for i := 0; i < len(order); i++ {
		for _, v := range before[order[i]] {
			if waits[v]--; waits[v] == 0 {
				order = append(order, v)
			}
		}
	}
	return order
}
