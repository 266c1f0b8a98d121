package elle

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
)

// glosses say in half a line what an anomaly means.
var glosses = map[Anomaly]string{
	G0:                "write cycle: transactions overwrote each other in contradictory orders",
	G1a:               "aborted read: a committed transaction saw what an aborted one wrote",
	G1b:               "intermediate read: a transaction saw a write that its writer overwrote",
	G1c:               "circular information flow: transactions saw or overwrote each other in a cycle",
	GSingle:           "read skew: a transaction saw some of another's effects and missed others",
	GNonadjacent:      "long fork: transactions disagree on the order in which others happened",
	G2:                "write skew: transactions each missed what another wrote",
	GSinglePred:       "read skew, through a predicate: a transaction saw some of another's effects and missed others",
	GNonadjacentPred:  "long fork, through a predicate: transactions disagree on the order in which others happened",
	G2Pred:            "phantoms: transactions each missed what another wrote, through a predicate",
	Internal:          "a transaction contradicts its own earlier reads and writes",
	FutureRead:        "a transaction read its own later write",
	DuplicateElements: "a list holds the same element more than once",
	IncompatibleOrder: "two reads of a list disagree: neither is a prefix of the other",
	DirtyUpdate:       "a committed write was built on an aborted one",
	LostUpdate:        "several transactions updated the same version: at most one update can survive",
	CyclicVersions:    "the versions of a register form a cycle, each older than the next",
	GarbageRead:       "a value was read that no transaction wrote",
	PredicateReadMiss: "a read by predicate left out an item that must have matched",
	OTV:               "observed transaction vanishes: a transaction saw some of another's effects, and later missed others",
	FracturedRead:     "a transaction saw some of another's effects and missed others",
	CausalCycle:       "no single order of the transactions keeps causes before effects",
	CausalityViolated: "no order of a key's versions keeps causes before effects",
	WriteCORead:       "a read of a version that its own causes had overwritten",
	CyclicHB:          "no order of what a process saw keeps causes before effects",
	PRAMViolation:     "a process saw writes in another order than their writers made them",
	PRAMPlusViolated:  "no order of each key's versions, shared by all processes, keeps each process's writes in order",
	NMR:               "non-monotonic reads: a process saw an older version after a newer one",
	NMW:               "non-monotonic writes: a process's later write was seen without its earlier one",
	MYR:               "missing your writes: a process did not see what it had written",
	MRWD:              "missing read-write dependency: a write was seen without what its process had read before",
	EmptyGraph:        "no transaction depends on another",
}

// Gloss explains an anomaly as its cases show it: a cycle with one anti-dependency is
// not a read skew if its transaction saw nothing of the other.
func (a *Anomalies) Gloss() string {
	if len(a.Cases) == 0 {
		return Gloss(a.Type)
	}
	gloss := a.Cases[0].Gloss()
	for i := range a.Cases {
		if a.Cases[i].Gloss() != gloss {
			return missed
		}
	}
	return gloss
}

// Gloss explains an anomaly as one case shows it.
func (c *Case) Gloss() string {
	base := Anomaly(strings.TrimSuffix(strings.TrimSuffix(string(c.Type), "-realtime"), "-process"))
	if base == G2 && oneKey(c.Steps) {
		return "transactions each missed what another wrote to the same key"
	}
	if base != GSingle {
		return Gloss(c.Type)
	}
	switch shapeOf(c) {
	case staleShape:
		return "stale read: a transaction missed what another had written and completed before it began"
	case sessionShape:
		return "stale read within a session: a transaction missed what an earlier one of the same process had written"
	case updateShape:
		return "lost update: a transaction overwrote a version later than the one that it had read"
	case missedShape:
		return missed
	}
	return Gloss(c.Type)
}

// A cycleShape says what a cycle with one anti-dependency means.
type cycleShape uint8

const (
	skewShape    cycleShape = iota
	staleShape              // only the order in time leads back
	sessionShape            // only the order of processes does
	updateShape             // the transaction that missed a version overwrote a later one of the same key
	missedShape             // the transaction that missed a version did not read what leads back to it
)

func shapeOf(c *Case) cycleShape {
	count := map[string]int{}
	for _, s := range c.Steps {
		count[s.Rel]++
	}
	anti := slices.IndexFunc(c.Steps, func(s Step) bool { return s.Rel == "rw" })
	n := len(c.Steps)
	switch {
	case anti < 0 || count["rw"] != 1:
		return missedShape
	case count["realtime"] > 0 && count["realtime"]+count["process"] == n-1:
		return staleShape
	case count["process"] == n-1:
		return sessionShape
	case n == 2 && count["ww"] == 1 && edn.Equal(c.Steps[anti].Key, c.Steps[1-anti].Key):
		return updateShape
	case !c.Steps[(anti+n-1)%n].reads():
		return missedShape
	}
	return skewShape
}

// reads reports whether a step says that its second transaction read something.
func (s *Step) reads() bool { return s.Rel == "wr" || s.Rel == "wrp" }

// oneKey reports whether a cycle is of anti-dependencies on one key alone.
func oneKey(steps []Step) bool {
	for _, s := range steps {
		if s.Rel != "rw" || !edn.Equal(s.Key, steps[0].Key) {
			return false
		}
	}
	return true
}

// missed is what all cycles with one anti-dependency have in common.
const missed = "one anti-dependency: transactions missed some effects of others that they must have seen"

// Gloss explains an anomaly, also the variants of cycles.
func Gloss(a Anomaly) string {
	base, real := strings.CutSuffix(string(a), "-realtime")
	base, proc := strings.CutSuffix(base, "-process")
	switch {
	case Anomaly(base) == GSingle && (real || proc):
		return missed
	case real:
		return glosses[Anomaly(base)] + ", given realtime order"
	case proc:
		return glosses[Anomaly(base)] + ", given the order of each process"
	case strings.HasSuffix(base, "-cycle-exists"):
		return "a cycle violates the model, but shows no other anomaly that was asked for"
	}
	return glosses[a]
}

// Explained lists the anomalies that have an explanation of their own, sorted.
func Explained() []Anomaly { return slices.Sorted(maps.Keys(glosses)) }
