package elle

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// A Dependency is something that the caller knows about two transactions: one precedes
// the other by a relation, for instance because the database reported when each of them
// committed. From and To are positions of completions in the history.
type Dependency struct {
	From, To int
	Rel      string // ww, wr, rw, process or realtime
	Why      string // for the explanation
}

// knownRels are the relations that a caller may know of.
var knownRels = map[string]int{"ww": packWW, "wr": packWR, "rw": packRW, "process": packProcess, "realtime": packRealtime}

// addKnown adds to what was inferred what the caller knows.
func (c *check) addKnown(in *inferred) error {
	if len(c.opt.Additional) == 0 {
		return nil
	}
	txn := make(map[int]int32, c.x.len())
	for t, op := range c.x.op {
		txn[int(op)] = int32(t)
	}
	c.known = map[step]string{}
	edges := make([]edge, 0, len(c.opt.Additional))
	for _, d := range c.opt.Additional {
		from, okFrom := txn[d.From]
		to, okTo := txn[d.To]
		rel, okRel := knownRels[d.Rel]
		switch {
		case !okRel:
			return &OptionError{fmt.Sprintf("additional dependency of op %d on op %d: expected ww, wr, rw, process or realtime, found %q", d.To, d.From, d.Rel)}
		case !okFrom || !okTo:
			return &OptionError{fmt.Sprintf("additional dependency of op %d on op %d: expected the completions of two transactions", d.To, d.From)}
		case from == to:
			return &OptionError{fmt.Sprintf("additional dependency: op %d cannot precede itself", d.From)}
		}
		edges = append(edges, packEdge(from, to, rel))
		c.known[step{from, to, packedRel[rel]}] = d.Why
	}
	in.edges = append(in.edges, edges)
	return nil
}

// isKnown fills in the step if the caller said that it is there.
func (e *explainer) isKnown(s step, st *Step) bool {
	why, ok := e.known[s]
	st.Why = why
	return ok && s.rel != graph.Via
}
