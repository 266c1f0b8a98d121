package nemesis

import (
	"math/rand/v2"
	"slices"
)

// A Grudge says which nodes each node drops the packets of.
type Grudge map[string][]string

// Majority is the least number of n nodes that is more than half of them.
func Majority(n int) int { return n/2 + 1 }

// Minority is the greatest number of n nodes that is less than half of them.
func Minority(n int) int { return max((n+1)/2-1, 0) }

// Bisect cuts nodes into halves, the smaller one first.
func Bisect(nodes []string) [][]string {
	return [][]string{nodes[:len(nodes)/2], nodes[len(nodes)/2:]}
}

// Complete lets nodes talk within their component alone.
func Complete(components ...[]string) Grudge {
	g := Grudge{}
	for i, c := range components {
		for _, node := range c {
			for j, other := range components {
				if i != j {
					g[node] = append(g[node], other...)
				}
			}
		}
	}
	return g
}

// Bridge cuts nodes into halves that one node, the first of the second half, still talks to.
func Bridge(nodes []string) Grudge {
	halves := Bisect(nodes)
	if len(halves[1]) == 0 {
		return Grudge{}
	}
	return Complete(halves[0], halves[1][1:])
}

// MajoritiesRing lets each node see a majority, no two of them the same one: nodes stand in a ring,
// and each talks to its neighbors. Grudges are mutual, so for three nodes it is a bridge.
func MajoritiesRing(nodes []string, r *rand.Rand) Grudge {
	ring := slices.Clone(nodes)
	r.Shuffle(len(ring), func(i, j int) { ring[i], ring[j] = ring[j], ring[i] })
	n := len(ring)
	if n < 4 {
		return Bridge(ring)
	}
	reach := Majority(n) / 2 // neighbors on either side
	g := Grudge{}
	for i := range ring {
		for d := reach + 1; d < n-reach; d++ {
			g[ring[i]] = append(g[ring[i]], ring[(i+d)%n])
		}
	}
	return g
}

// RandomHalves cuts nodes into halves at random.
func RandomHalves(nodes []string, r *rand.Rand) Grudge {
	return Complete(Bisect(shuffled(nodes, r))...)
}

// RandomNode isolates one node.
func RandomNode(nodes []string, r *rand.Rand) Grudge {
	if len(nodes) == 0 {
		return Grudge{}
	}
	s := shuffled(nodes, r)
	return Complete(s[:1], s[1:])
}

func shuffled(nodes []string, r *rand.Rand) []string {
	out := slices.Clone(nodes)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
