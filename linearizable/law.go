package linearizable

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A Rule is the kind of a Law.
type Rule string

// The rules. Op is the operation that breaks the law, by its completion, and Other is
// another operation that had its effect. "Before" and "after" compare when operations began
// and ended, so that each law can be verified by looking at the history.
const (
	// Op found Value in a register, by a read or a compare-and-set. Other wrote another value
	// and ended before Op began. Writers, all that wrote Value and began before Op ended, ended
	// before Other began.
	Overwritten Rule = "overwritten"
	// Op found, read or took Value, and nothing that puts it there began before Op ended.
	Absent Rule = "absent"
	// Op acquired a lock. Other acquired it, too, and ended before Op ended. Every release ended
	// before both began, or began after Op ended.
	Held Rule = "held"
	// Op released a lock. Other, if not -1, released it, too, and ended before Op ended. Every
	// acquire ended before both began, or began after Op ended.
	Free Rule = "free"
	// Op took Value. Writers, all that put Value there and began before Op ended, are no more
	// than Takers, which took it and ended before Op ended.
	TakenAgain Rule = "taken-again"
	// Op took Value from a queue. Other put OtherValue there, and ended before any of Writers
	// began, which are all that put Value there and began before Op ended. Nothing that may
	// have taken OtherValue began before Op ended.
	Overtaken Rule = "overtaken"
	// Op took Value from a stack. Other put OtherValue there after all of Writers had ended,
	// and ended before Op began. Nothing that may have taken OtherValue began before Op ended.
	Covered Rule = "covered"
	// Op took Value from a priority queue. Other put OtherValue there, which is less, and ended
	// before Op began. Nothing that may have taken OtherValue began before Op ended.
	Smaller Rule = "smaller"
	// Op found nothing to take. Other put OtherValue there and ended before Op began. Nothing
	// that may have taken OtherValue began before Op ended.
	NotEmpty Rule = "not-empty"
	// Op read a set or a list. Other put OtherValue there and ended before Op began, and the
	// read does not have it.
	Missing Rule = "missing"
	// Op read a counter as Count. What had been added before Op began, with what may have been
	// added before it ended, comes to at least Low and at most High.
	OutOfBounds Rule = "out-of-bounds"
)

// A Law says why no order of the operations explains one of them. The times at which a few
// operations began and ended are enough to verify it. Rule says what the fields mean.
type Law struct {
	Rule       Rule
	Op         int
	Value      edn.Value // what Op found, if it found a value
	Other      int       // an operation, -1 if the rule has none
	OtherValue edn.Value
	Writers    []int // operations by their completions, in the order of their invocations
	Takers     []int // the same
	Failed     []int // completions of failed operations that would explain Op if they had taken effect after all
	Initial    bool  // Overwritten: Value is the initial one, and there may be no Writers
	// Of OutOfBounds: what was read, and the bounds.
	Count, Low, High int64
}

// law finds a law that the culprit breaks, or else one of the operations that contradict
// each other; nil if none is as simple.
func (o *object) law(culprit int, conflict []int) *Law {
	const most = 32 // a conflict may be long, and each operation costs a pass
	for _, op := range append([]int{culprit}, conflict[:min(len(conflict), most)]...) {
		at := slices.IndexFunc(o.calls, func(c call) bool { return int(c.op) == op })
		if at < 0 || o.calls[at].ret == never {
			continue
		}
		if law := o.lawOf(at); law != nil {
			return law
		}
	}
	return nil
}

// lawOf finds a law that a completed call breaks.
func (o *object) lawOf(at int) *Law {
	switch o.ts[o.calls[at].t].f {
	case opRead, opCAS:
		return o.registerLaw(at)
	case opAcquire, opRelease:
		return o.lockLaw(at)
	case opDequeue, opPop, opLeast:
		return o.takeLaw(at)
	case opReadSet, opList:
		return o.readLaw(at)
	case opCount:
		return o.countLaw(at)
	}
	return nil
}

// registerLaw finds out whether a register cannot have held a value at any time while a call
// ran that found it.
func (o *object) registerLaw(at int) *Law {
	op := o.calls[at]
	t := o.ts[op.t]
	law := &Law{Rule: Overwritten, Op: int(op.op), Value: o.v.value(t.a), Other: -1, Initial: t.a == o.init}
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
		law.Rule = Absent
		return law
	}
	if over.op < 0 || slices.ContainsFunc(writers, func(c call) bool { return c.ret > over.inv }) {
		return nil
	}
	law.Other, law.Writers = int(over.op), opsOf(writers)
	return law
}

// opsOf are calls by their completions, in the order of their invocations.
func opsOf(calls []call) (ops []int) {
	slices.SortFunc(calls, func(a, b call) int { return int(a.inv - b.inv) })
	for _, c := range calls {
		ops = append(ops, int(c.op))
	}
	return ops
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
