package linearizable

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A Law is about an operation that found a value in a register, by a read or a
// compare-and-set. It says why the register cannot have held the value at any time
// while the operation ran, whatever the other operations did. The times at which
// operations began and ended are enough to verify it.
type Law struct {
	Op    int       // the operation, by its completion
	Value edn.Value // what it found
	// Writers are those that wrote the value and began before Op ended, by their
	// completions, in the order of their invocations. If there are none, nobody had
	// written the value that Op found, and Overwriter is -1.
	Writers []int
	// Overwriter wrote another value. It began after all of Writers had ended, and had
	// ended before Op began. It is the one that began last.
	Overwriter int
	// Initial says that the value is the initial one: then there is an Overwriter even
	// if there are no Writers.
	Initial bool
}

// law finds the law that an operation breaks, nil if it is not as simple.
func (o *object) law(culprit int) *Law {
	at := slices.IndexFunc(o.calls, func(c call) bool { return int(c.op) == culprit })
	if at < 0 {
		return nil
	}
	op := o.calls[at]
	t := o.ts[op.t]
	if t.f != opRead && t.f != opCAS || op.ret == never {
		return nil
	}
	law := &Law{Op: culprit, Value: o.v.values[t.a], Overwriter: -1, Initial: t.a == o.init}
	var writers []call
	over := call{op: -1, inv: -1}
	for i, c := range o.calls {
		v, writes := o.written(c)
		switch {
		case i == at || !writes:
		case v == t.a && c.inv < op.ret:
			writers = append(writers, c)
		case v != t.a && c.ret < op.inv && c.inv > over.inv:
			over = c
		}
	}
	if len(writers) == 0 && !law.Initial {
		return law
	}
	if over.op < 0 || slices.ContainsFunc(writers, func(c call) bool { return c.ret > over.inv }) {
		return nil
	}
	slices.SortFunc(writers, func(a, b call) int { return int(a.inv - b.inv) })
	for _, c := range writers {
		law.Writers = append(law.Writers, int(c.op))
	}
	law.Overwriter = int(over.op)
	return law
}

// written returns what a call wrote into a register if it took effect.
func (o *object) written(c call) (v int32, writes bool) {
	switch t := o.ts[c.t]; t.f {
	case opWrite:
		return t.a, true
	case opCAS:
		return t.b, true
	}
	return 0, false
}
