package oracle

import "slices"

// Deps is a set of reasons why one transaction comes before another.
type Deps uint8

// The reasons.
const (
	WW       Deps = 1 << iota // it left an older version of a register
	WR                        // it left what the other read
	RW                        // it read an older version than the other left
	Process                   // it was over before the other began, in the same process
	Realtime                  // it was over before the other began
)

// A Graph says for pairs of transactions, by their positions in the history, why the
// first comes before the second.
type Graph map[[2]int]Deps

func (g Graph) add(from, to int, d Deps) {
	if from != to {
		g[[2]int{from, to}] |= d
	}
}

// Dependencies returns the dependencies that follow from the order of the
// versions of each key, and the orders of time that are asked for.
func Dependencies(ts Txns, orders map[int]Relation, time Deps) Graph {
	g := Graph{}
	for key, older := range orders {
		for i := range ts {
			for j := range ts {
				g.depend(ts, key, older, i, j)
			}
		}
	}
	for i := range ts {
		for j := range ts {
			if time&Process != 0 && ts[i].sameSession(&ts[j]) {
				g.add(i, j, Process)
			}
			if time&Realtime != 0 && ts[i].before(&ts[j]) {
				g.add(i, j, Realtime)
			}
		}
	}
	return g
}

// depend adds how j depends on i by a key.
func (g Graph) depend(ts Txns, key int, older Relation, i, j int) {
	left, hasLeft := ts.Written(i, key)
	leaves, willLeave := ts.Written(j, key)
	if hasLeft && willLeave && older[Pair{left, leaves}] {
		g.add(i, j, WW)
	}
	if hasLeft && slices.Contains(ts.seen(j, key), left) {
		g.add(i, j, WR)
	}
	for _, saw := range ts.seen(i, key) {
		if willLeave && older[Pair{saw, leaves}] {
			g.add(i, j, RW)
		}
	}
}
