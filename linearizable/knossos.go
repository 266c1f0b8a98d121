package linearizable

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// likeKnossos says of what is invalid which op was ok before the failure, and which
// took effect last, as Knossos does: it keeps reads that say nothing, and lets an
// operation take effect when it returns, with what must come before it.
func (c *check) likeKnossos(ctx context.Context, jobs []job, parts [][]operation) error {
	for i := range jobs {
		j := &jobs[i]
		if j.part.Valid != verdict.Invalid || j.part.Culprit < 0 {
			continue
		}
		var before []operation // that were ok before the culprit, the latest first
		for _, op := range parts[i] {
			if op.done >= 0 && int(op.done) < j.part.Culprit && c.h.Type(int(op.done)) == history.OK {
				before = append(before, op)
			}
		}
		slices.SortFunc(before, func(a, b operation) int { return cmp.Compare(b.done, a.done) })
		if len(before) == 0 {
			j.part.PreviousOK, j.part.LastOp = -1, -1
			continue
		}
		j.part.PreviousOK = int(before[0].done)
		j.part.LastOp = j.lastOp(ctx, before)
	}
	return ctx.Err()
}

// lastOp returns the latest of some operations, which were ok before the culprit, that
// may have taken effect after all others of them; the latest of all if that takes too
// many steps to tell.
func (j *job) lastOp(ctx context.Context, before []operation) int {
	for _, last := range before {
		if slices.ContainsFunc(before, func(op operation) bool { return op.inv > last.done }) {
			break // it was over before another began, and so were those before it
		}
		s := newSearch(j.machine(), lastOf(cut(j.calls, int32(j.part.Culprit)), last.done, int32(j.part.Culprit)), Budget{explainSteps, DefaultMemory})
		end := s.run(ctx)
		s.free()
		if end == found {
			return int(last.done)
		} else if end != exhausted {
			break
		}
	}
	return int(before[0].done)
}

// lastOf returns calls such that all that have returned take effect before the one
// that returns at a position, and the culprit need not.
func lastOf(calls []searchOp, last, culprit int32) []searchOp {
	type event struct{ at, after, call int32 } // after: how much later than at
	var events []event
	for i := range calls {
		c := &calls[i]
		if c.ret == culprit {
			c.ret = never
		}
		switch n := int32(i); {
		case c.ret == never:
			events = append(events, event{c.inv, 0, n})
		case c.ret == last:
			events = append(events, event{last, 1, n}, event{last, 2, n})
		default:
			events = append(events, event{c.inv, 0, n}, event{min(c.ret, last), 0, n})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.after, b.after)) })
	seen := make([]bool, len(calls))
	for at, e := range events {
		if seen[e.call] {
			calls[e.call].ret = int32(at)
		} else {
			calls[e.call].inv, seen[e.call] = int32(at), true
		}
	}
	return calls
}
