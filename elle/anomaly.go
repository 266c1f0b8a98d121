package elle

import (
	"strings"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// An Anomaly is a kind of behaviour that some consistency models forbid, under
// Adya's and Elle's names. The cycles also come with the suffixes -process and
// -realtime.
type Anomaly string

const (
	G0                Anomaly = "G0"                 // write cycle: ww edges only
	G1a               Anomaly = "G1a"                // aborted read
	G1b               Anomaly = "G1b"                // intermediate read
	G1c               Anomaly = "G1c"                // circular information flow: ww and wr edges
	GSingle           Anomaly = "G-single-item"      // exactly one rw edge: read skew
	GNonadjacent      Anomaly = "G-nonadjacent-item" // rw edges, no two of them adjacent: long fork
	G2                Anomaly = "G2-item"            // rw edges, two of them adjacent: write skew
	Internal          Anomaly = "internal"           // a transaction contradicts itself
	FutureRead        Anomaly = "future-read"        // a read of the transaction's own later append
	DuplicateElements Anomaly = "duplicate-elements"
	IncompatibleOrder Anomaly = "incompatible-order" // two reads, neither a prefix of the other
	DirtyUpdate       Anomaly = "dirty-update"       // committed state on top of aborted state
	LostUpdate        Anomaly = "lost-update"        // two updates of the same version
	GarbageRead       Anomaly = "garbage-read"       // a read of what nobody wrote
	EmptyGraph        Anomaly = "empty-transaction-graph"
)

// process and realtime return the variants of a cycle that need such an edge.
func (a Anomaly) process() Anomaly  { return a + "-process" }
func (a Anomaly) realtime() Anomaly { return a + "-realtime" }

// IsCycle reports whether a is a cycle in the dependency graph.
func (a Anomaly) IsCycle() bool {
	base := strings.TrimSuffix(strings.TrimSuffix(string(a), "-process"), "-realtime")
	switch Anomaly(strings.TrimSuffix(base, "-item")) {
	case "G0", "G1c", "G-single", "G-nonadjacent", "G2":
		return true
	}
	return false
}

// A cycleSpec defines a cycle anomaly, after Adya (1999) and Elle: the cycle
// rides on edges of some relations, and makes rw steps of a certain number and
// spacing.
type cycleSpec struct {
	name Anomaly
	ride graph.Rel
	rw   rwRule
}

type rwRule uint8

const (
	noRW     rwRule = iota
	oneRW           // exactly one
	spacedRW        // at least two, no two adjacent
	anyRW           // at least two
)

// cycleChains are the cycles that list-append can show, in two chains, worst
// first: each is implied by the one before it, and a component that shows one
// is not searched for those that it implies.
var cycleChains = [][]cycleSpec{
	{
		{G0, graph.WW, noRW},
		{G1c, graph.WW | graph.WR, noRW},
	},
	{
		{GSingle, graph.WW | graph.WR, oneRW},
		{GNonadjacent, graph.WW | graph.WR, spacedRW},
		{G2, graph.WW | graph.WR | graph.RW, anyRW},
	},
}

// classify names the cycle whose steps have these relations, one bit each.
func classify(steps []graph.Rel) Anomaly {
	rws, adjacent, wr := 0, false, false
	suffix := Anomaly("")
	for i, r := range steps {
		switch r {
		case graph.RW:
			rws++
			adjacent = adjacent || steps[(i+1)%len(steps)] == graph.RW
		case graph.WR:
			wr = true
		case graph.Realtime:
			suffix = "-realtime"
		case graph.Process:
			if suffix == "" {
				suffix = "-process"
			}
		}
	}
	switch {
	case rws == 1:
		return GSingle + suffix
	case rws > 1 && adjacent:
		return G2 + suffix
	case rws > 1:
		return GNonadjacent + suffix
	case wr:
		return G1c + suffix
	}
	return G0 + suffix
}
