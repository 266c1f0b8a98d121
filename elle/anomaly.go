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
	GSinglePred       Anomaly = "G-single"           // the same three with rw edges of which some are through a predicate
	GNonadjacentPred  Anomaly = "G-nonadjacent"
	G2Pred            Anomaly = "G2"          // phantoms
	Internal          Anomaly = "internal"    // a transaction contradicts itself
	FutureRead        Anomaly = "future-read" // a read of the transaction's own later append
	DuplicateElements Anomaly = "duplicate-elements"
	IncompatibleOrder Anomaly = "incompatible-order"  // two reads, neither a prefix of the other
	DirtyUpdate       Anomaly = "dirty-update"        // committed state on top of aborted state
	LostUpdate        Anomaly = "lost-update"         // two updates of the same version
	CyclicVersions    Anomaly = "cyclic-versions"     // versions of a register, each of which is older than every other
	GarbageRead       Anomaly = "garbage-read"        // a read of a value that nobody wrote
	PredicateReadMiss Anomaly = "predicate-read-miss" // a read by predicate left out an item that must have matched, or a read by key did not find an item that was there
	EmptyGraph        Anomaly = "empty-transaction-graph"
)

// process and realtime return the variants of a cycle that need such an edge.
func (a Anomaly) process() Anomaly  { return a + "-process" }
func (a Anomaly) realtime() Anomaly { return a + "-realtime" }

// timed reports whether a needs an edge of an order in time.
func (a Anomaly) timed() bool {
	return strings.HasSuffix(string(a), "-process") || strings.HasSuffix(string(a), "-realtime")
}

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
// rides on edges of some relations, and makes rw steps, jumps, of a certain
// number and spacing. The worst of a chain has rank 0.
type cycleSpec struct {
	rank int
	ride graph.Rel
	jump graph.Rel
	rw   rwRule
}

type rwRule uint8

const (
	noRW     rwRule = iota
	oneRW           // exactly one
	spacedRW        // at least two, no two adjacent
	anyRW           // at least two
)

const (
	writes = graph.WW | graph.WWP
	reads  = writes | graph.WR | graph.WRP
	antis  = graph.RW | graph.RWP

	// What is forced, as ww, as rw, or as either of them in a cycle of any kind.
	forcedWW  = graph.ForcedWW | graph.TimedWW
	forcedRW  = graph.ForcedRW | graph.TimedRW
	forcedAny = graph.Forced | graph.Timed
	timed     = graph.TimedWW | graph.TimedRW | graph.Timed
	forced    = forcedWW | forcedRW | forcedAny
)

// The cycles come in three chains, worst first: each is implied by the one
// before it, and a component that shows one is not searched for those that it
// implies. The cycles of the last chain are implied by those of the second, too.
var (
	writeCycles = []cycleSpec{
		{0, writes, 0, noRW}, // G0
		{1, reads, 0, noRW},  // G1c
	}
	itemCycles = []cycleSpec{
		{0, reads, graph.RW, oneRW},            // GSingle
		{1, reads, graph.RW, spacedRW},         // GNonadjacent
		{2, reads | graph.RW, graph.RW, anyRW}, // G2
	}
	predicateCycles = []cycleSpec{
		{0, reads, antis, oneRW},         // GSinglePred
		{1, reads, antis, spacedRW},      // GNonadjacentPred
		{2, reads | antis, antis, anyRW}, // G2Pred
	}
)

// classify names the cycle whose steps have these relations, one bit each, in a
// graph with an order. What is forced may rest on a cycle with one rw, or with
// many, and on that order.
func classify(steps []graph.Rel, order graph.Rel) Anomaly {
	rws, adjacent, wr, predicate := 0, false, false, false
	union := graph.Rel(0)
	anti := func(i int) bool { return steps[i%len(steps)]&(antis|forcedRW) != 0 }
	for i, r := range steps {
		union |= r
		if anti(i) {
			rws++
			adjacent = adjacent || anti(i+1)
		}
		wr = wr || r&(graph.WR|graph.WRP) != 0
		predicate = predicate || r == graph.RWP
	}
	suffix := Anomaly("")
	switch {
	case union&graph.Realtime != 0 || union&timed != 0 && order == graph.Realtime:
		suffix = "-realtime"
	case union&graph.Process != 0 || union&timed != 0 && order == graph.Process:
		suffix = "-process"
	}
	item := func(a Anomaly) Anomaly {
		if predicate {
			a = Anomaly(strings.TrimSuffix(string(a), "-item"))
		}
		return a + suffix
	}
	switch {
	case rws > 1 && adjacent || union&forcedAny != 0:
		return item(G2)
	case rws > 1:
		return item(GNonadjacent)
	case rws == 1 || union&forcedWW != 0:
		return item(GSingle)
	case wr:
		return G1c + suffix
	}
	return G0 + suffix
}
