package render

import (
	"strings"

	"github.com/seed-c33ae711/jcheck/elle"
)

// glosses say in half a line what an anomaly means.
var glosses = map[elle.Anomaly]string{
	elle.G0:                "write cycle: transactions overwrote each other in orders that contradict",
	elle.G1a:               "aborted read: a committed transaction saw what an aborted one wrote",
	elle.G1b:               "intermediate read: a transaction saw another's write that was not its last",
	elle.G1c:               "circular information flow: transactions saw or overwrote each other in a circle",
	elle.GSingle:           "read skew: a transaction saw some of another's effects and missed others",
	elle.GNonadjacent:      "long fork: transactions disagree on the order in which others happened",
	elle.G2:                "write skew: transactions each missed what another wrote",
	elle.Internal:          "a transaction contradicts its own earlier reads and writes",
	elle.FutureRead:        "a transaction read what it wrote only later",
	elle.DuplicateElements: "a list holds the same element more than once",
	elle.IncompatibleOrder: "two reads of a list of which neither continues the other",
	elle.DirtyUpdate:       "a committed write was built on an aborted one",
	elle.LostUpdate:        "several transactions updated the same version: at most one update can last",
	elle.GarbageRead:       "an element was read that no transaction wrote",
	elle.EmptyGraph:        "no transaction depends on another",
}

// gloss explains an anomaly, also the variants of cycles.
func gloss(a elle.Anomaly) string {
	base, real := strings.CutSuffix(string(a), "-realtime")
	base, proc := strings.CutSuffix(base, "-process")
	switch {
	case real:
		return glosses[elle.Anomaly(base)] + ", counting who finished before whom began"
	case proc:
		return glosses[elle.Anomaly(base)] + ", counting the order within a process"
	case strings.HasSuffix(base, "-cycle-exists"):
		return "a cycle that violates the model exists, though no other anomaly asked for"
	}
	return glosses[a]
}
