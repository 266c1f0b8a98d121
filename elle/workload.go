package elle

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/graph"
	"github.com/seed-c33ae711/jcheck/internal/weak"
)

// A Workload is a kind of transactions.
type Workload string

const (
	Detect     Workload = ""            // detected from the micro-ops
	ListAppend Workload = "list-append" // append to lists, and read them whole
	RWRegister Workload = "rw-register" // write registers blindly, and read them

	ClosedPredicate Workload = "closed-predicate" // insert, write and delete items, and read them by key or by predicate
)

// Workloads lists the workloads that can be chosen.
func Workloads() []Workload { return []Workload{ListAppend, RWRegister, ClosedPredicate} }

// WorkloadNames lists their names for use in a sentence.
func WorkloadNames() string {
	var names []string
	for _, w := range Workloads() {
		names = append(names, string(w))
	}
	return strings.Join(names, ", ")
}

// A workload knows what micro-ops mean: it infers from them who depended on
// whom.
type workload interface {
	// analyse looks for anomalies that show without a graph, and for dependencies.
	analyse(ctx context.Context) (*inferred, error)
	// show shows again, from the values, that a step by ww, wr or rw is there, and
	// fills in why.
	show(s step, st *Step) bool
	size() (keys, mops int)
	// anyRead reports whether a committed transaction recorded what it read.
	anyRead() bool
	// tookEffect reports whether a transaction is known to have happened; if it is
	// indeterminate, since something that it wrote was read. As far as analysed.
	tookEffect(t int32) bool
	// under returns the workload for when other models are checked, which imply
	// something else of the order of versions.
	under(implied []source) workload

	// columns returns who wrote and read what, for the checks of weak models: all
	// but sessions. Transactions that did not take effect have no micro-ops.
	columns(ctx context.Context) (*weak.History, error)
	// keyValue is a key as it was written.
	keyValue(key int32) edn.Value
	// lastWritten is what a transaction wrote last to a key, and the place of the
	// micro-op; readFrom is the place of its first read of what from wrote to the key.
	lastWritten(t, key int32) (edn.Value, int)
	readFrom(t, key, from int32) int
}

// inferred is what a workload found.
type inferred struct {
	found *finds
	edges [][]edge
	hubs  []hub
	nodes int // of the dependency graph: the transactions, then barriers
}

func (in *inferred) addHubs(hubs []hub) { in.hubs = append(in.hubs, hubs...) }

// empty reports whether no transaction depends on another.
func (in *inferred) empty() bool {
	for _, part := range in.edges {
		if len(part) > 0 {
			return false
		}
	}
	return len(in.hubs) == 0
}

// graph returns all dependencies, hubs expanded, and how many nodes they have.
func (in *inferred) graph() (edges []graph.Edge, nodes int32) {
	for _, part := range in.edges {
		for _, e := range part {
			edges = append(edges, graph.Edge{From: e.from(), To: e.to(), Rel: e.rel()})
		}
	}
	nodes = int32(in.nodes)
	for i := range in.hubs {
		nodes = in.hubs[i].expand(nodes, func(e graph.Edge) { edges = append(edges, e) })
	}
	return edges, nodes
}

// newWorkload decodes the transactions as those of a workload.
func (c *check) newWorkload(ctx context.Context) (workload, error) {
	w := c.opt.Workload
	if w == Detect {
		w = detect(c.x)
	}
	c.res.Workload = w
	if err := c.checkFlags(w); err != nil {
		return nil, err
	}
	switch w {
	case ListAppend:
		l, err := newLists(ctx, c.x, c.kept)
		if err != nil {
			return nil, err
		}
		l.order = c.keyOrder()
		for _, rel := range []graph.Rel{graph.Process, graph.Realtime} {
			if l.order&rel != 0 {
				c.res.Keys = append(c.res.Keys, keyOrderNames[rel])
			}
		}
		return l, nil
	case RWRegister:
		return newRegisters(ctx, c.x, &c.opt, c.implied(), c.kept)
	case ClosedPredicate:
		return newPredicates(ctx, c.x, c.kept)
	}
	panic(fmt.Sprintf("unknown workload %q", w))
}

// detect finds the workload from the first micro-op that only one has: an append, a
// write, or a read of a value that cannot be a list's.
func detect(x *txns) Workload {
	if hasPredicates(x) {
		return ClosedPredicate
	}
	src := x.h.Source()
	var mops, parts []edn.Value
	for t := range int32(x.len()) {
		lo, hi := x.value(t)
		if lo == hi {
			continue
		}
		mops = elements(src.Value(lo, hi), mops[:0])
		for _, m := range mops {
			if parts = elements(m, parts[:0]); len(parts) == 0 {
				continue
			}
			name, _ := parts[0].Name()
			switch name = mopName(name); {
			case name == "append":
				return ListAppend
			case name == "w":
				return RWRegister
			case name != "r" || len(parts) < 3 || parts[2].IsNil():
			case parts[2].Kind() == edn.Vector || parts[2].Kind() == edn.List:
				return ListAppend
			default:
				return RWRegister
			}
		}
	}
	return ListAppend
}

// elements appends the elements of a vector or list to dst. What is malformed, the
// decoder reports; an error here would cost finding its line, for every op.
func elements(v edn.Value, dst []edn.Value) []edn.Value {
	if k := v.Kind(); k == edn.Vector || k == edn.List {
		dst, _ = v.Items(dst)
	}
	return dst
}
