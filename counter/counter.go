// Package counter checks a number that clients add to and read, as Jepsen's
// checker counter does.
//
// A read must lie between bounds: the sum of what was acknowledged before the
// read was invoked, with everything else that is negative and was invoked before
// it returned, and the same with everything else that is positive. What failed
// was not added. The bounds are exact for one read and whatever runs beside it
// if any subset of the concurrent adds may show. It is sound: a read outside
// cannot be explained. It is not complete, since reads are not compared with each
// other; package linearizable does that. Jepsen's bounds are for numbers that are
// not negative only, where ours are the same.
//
// It costs the size of the input.
package counter

import (
	"context"
	"fmt"
	"math/bits"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Read is what a read returned, and what it could have.
type Read struct{ Lower, Value, Upper int64 }

// A Result lists the reads.
type Result struct {
	result.Common
	Reads  []Read // in the order in which they returned
	Errors []int  // those out of bounds, as places in Reads

	ops []int32 // the completions of the reads
}

// sums are those of the adds up to a moment.
type sums struct {
	acked, ackedNeg int64 // of all acknowledged, and of those the negative ones
	pos, neg        int64 // of all that may have happened, by sign
}

// Check compares every ok read with its bounds. Ops are those with :f :add, whose
// value is an integer, and :read. It returns an error if a number is missing, is
// none, or if sums leave 64 bits. A read of nil says nothing and is passed over
// with a warning.
func Check(ctx context.Context, h *history.History) (*Result, error) {
	r := &Result{}
	r.History = h
	add, _ := h.SymbolOf("add")
	read, _ := h.SymbolOf("read")
	var now sums
	open := map[int32]sums{} // by a read's completion: as it was invoked
	adds, silent := 0, 0
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		f, done := h.Symbol(i), i
		if f == 0 || f != add && f != read {
			continue
		}
		if h.Begins(i) && h.Type(i) == history.Invoke {
			done = h.Pair(i)
		}
		happens := done < 0 || h.Type(done) != history.Fail
		if f == add {
			if h.Begins(i) {
				adds++
			}
			if err := now.add(h, i, h.Begins(i) && happens); err != nil {
				return nil, err
			}
			continue
		}
		if h.Begins(i) && done >= 0 && h.Type(done) == history.OK {
			open[int32(done)] = now
		}
		if h.Type(i) != history.OK {
			continue
		}
		began := open[int32(i)]
		delete(open, int32(i))
		v := h.Value(i)
		n, ok := v.Int()
		if !ok {
			if v.IsNil() {
				silent++
				continue
			}
			return nil, h.Errorf(i, "op %d reads %s: expected an integer", h.Index(i), v)
		}
		ackedPos := began.acked - began.ackedNeg
		rd := Read{began.acked + now.neg - began.ackedNeg, n, began.acked + now.pos - ackedPos}
		if n < rd.Lower || n > rd.Upper {
			r.Errors = append(r.Errors, len(r.Reads))
		}
		r.Reads = append(r.Reads, rd)
		r.ops = append(r.ops, int32(i))
	}
	r.Summary = result.Count(adds, "add") + ", " + result.Count(len(r.Reads), "read")
	r.Valid = verdict.Valid
	if len(r.Errors) > 0 {
		r.Valid = verdict.Invalid
		r.RestsOnOrder()
	}
	if silent > 0 {
		r.Warnings = append(r.Warnings, verdict.Warning{Code: "silent-reads", Count: silent, Msg: fmt.Sprintf("%d ok reads have no value and say nothing", silent)})
		if len(r.Reads) == 0 {
			r.Unknown("no read has a value")
		}
	}
	return r, nil
}

// add takes in an op of an add: its invocation if it may happen, and its
// acknowledgement.
func (s *sums) add(h *history.History, i int, may bool) error {
	v := h.Value(i)
	n, ok := v.Int()
	acked := h.Type(i) == history.OK
	if !ok {
		if !may && !acked {
			return nil
		}
		return h.Errorf(i, "op %d adds %s: expected an integer", h.Index(i), v)
	}
	fits := true
	plus := func(sum *int64) {
		hi := *sum + n
		fits = fits && (hi > *sum) == (n > 0)
		*sum = hi
		fits = fits && bits.Len64(uint64(max(hi, -hi))) < 62 // so that bounds fit, too
	}
	if may && n > 0 {
		plus(&s.pos)
	}
	if may && n < 0 {
		plus(&s.neg)
	}
	if acked && n != 0 {
		plus(&s.acked)
		if n < 0 {
			plus(&s.ackedNeg)
		}
	}
	if !fits {
		return h.Errorf(i, "op %d adds %d: expected sums of less than 2^61", h.Index(i), n)
	}
	return nil
}

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	reads, errs := make([]any, len(r.Reads)), make([]any, len(r.Errors))
	for i, rd := range r.Reads {
		reads[i] = []any{rd.Lower, rd.Value, rd.Upper}
	}
	for i, k := range r.Errors {
		errs[i] = reads[k]
	}
	return result.Fields{{"reads", reads}, {"errors", errs}}
}

// Findings tells of the read that is furthest out of bounds.
func (r *Result) Findings() []result.Finding {
	if len(r.Errors) == 0 {
		return nil
	}
	off := func(k int) int64 { return max(r.Reads[k].Lower-r.Reads[k].Value, r.Reads[k].Value-r.Reads[k].Upper) }
	worst := r.Errors[0]
	for _, k := range r.Errors {
		if off(k) > off(worst) {
			worst = k
		}
	}
	rd := r.Reads[worst]
	msg := fmt.Sprintf("a read of %d, which can be at most %d, even if all that was invoked before it returned had been added", rd.Value, rd.Upper)
	if rd.Value < rd.Lower {
		msg = fmt.Sprintf("a read of %d, which can be at least %d, the sum of what was acknowledged before it was invoked", rd.Value, rd.Lower)
	}
	return []result.Finding{{Type: "out-of-bounds", Count: len(r.Errors), Msg: msg + "; the furthest is shown", Ops: []int{int(r.ops[worst])}}}
}
