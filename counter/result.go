package counter

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Read has what a read returned, and the bounds of what it could return.
type Read struct{ Lower, Value, Upper int64 }

// A Result lists the reads.
type Result struct {
	result.Common
	Reads      []Read // in the order in which they returned
	Errors     []int  // those out of bounds, as places in Reads
	Impossible []int  // those within bounds that no choice of adds adds up to, likewise

	judged int     // reads that were compared with the adds
	ops    []int32 // the completions of the reads
	sure   []int64 // the sums of what was acknowledged before they were invoked
}

// ReadOp returns the position, in the history, of the completion of Reads[k].
func (r *Result) ReadOp(k int) int { return int(r.ops[k]) }

// conclude makes a verdict of what was found.
func (c *check) conclude() {
	r := c.r
	r.Summary = result.Count(c.adds, "add") + ", " + result.Count(len(r.Reads), "read")
	warn := func(code string, n int, format string) {
		if n > 0 {
			r.Warnings = append(r.Warnings, verdict.Warning{Code: code, Count: n, Msg: fmt.Sprintf(format, n)})
		}
	}
	warn("silent-reads", c.silent, "%d ok reads have no value and were ignored")
	warn("completion-differs", c.other, "%d adds completed with a different number than they were invoked with; the invocation's counts")
	warn("bounds-only", c.open.undecided, "%d reads overlap with too many adds to say which sums are possible, so only their bounds were checked")
	if c.final != nil {
		warn("final-reads", len(r.Reads)-r.judged, "%d reads are not marked :final? and were not judged: the counter may not have converged yet")
	}
	switch {
	case len(r.Errors)+len(r.Impossible) > 0:
		r.Valid = verdict.Invalid
		r.RestsOnOrder()
	case r.judged > 0:
		r.Valid = verdict.Valid
	case c.final != nil:
		r.Nothing("no read marked :final? succeeded")
	case c.silent > 0:
		r.Nothing("no read has a value")
	default:
		r.Nothing("no read succeeded")
	}
}

// Fields has Jepsen's keys, and one more if some reads within bounds are impossible.
func (r *Result) Fields() result.Fields {
	triples := func(n int, read func(i int) int) []any {
		out := make([]any, n)
		for i := range out {
			rd := r.Reads[read(i)]
			out[i] = []any{rd.Lower, rd.Value, rd.Upper}
		}
		return out
	}
	fields := result.Fields{
		{"reads", triples(len(r.Reads), func(i int) int { return i })},
		{"errors", triples(len(r.Errors), func(i int) int { return r.Errors[i] })},
	}
	if len(r.Impossible) > 0 {
		fields = append(fields, [2]any{"impossible", triples(len(r.Impossible), func(i int) int { return r.Impossible[i] })})
	}
	return fields
}

// Findings shows the read that is furthest out of bounds, and the first that no adds
// explain.
func (r *Result) Findings() (found []result.Finding) {
	if len(r.Errors) > 0 {
		worst := r.Errors[0]
		for _, k := range r.Errors {
			if r.Reads[k].off() > r.Reads[worst].off() {
				worst = k
			}
		}
		rd := r.Reads[worst]
		msg := rd.outside(r.sure[worst])
		if len(r.Errors) > 1 {
			msg += "; the read furthest out of bounds is shown"
		}
		found = append(found, result.Finding{Type: "out-of-bounds", Count: len(r.Errors), Msg: msg, Ops: []int{int(r.ops[worst])}})
	}
	if len(r.Impossible) > 0 {
		k := r.Impossible[0]
		rd := r.Reads[k]
		found = append(found, result.Finding{
			Type: "impossible-sum", Count: len(r.Impossible), Ops: []int{int(r.ops[k])},
			Msg: fmt.Sprintf("a read returned %d, which is between the least and the greatest possible sum, %d and %d, but no choice of the adds that it may have seen adds up to it", rd.Value, rd.Lower, rd.Upper),
		})
	}
	return found
}

// outside says why a read is out of bounds. Sure is the sum of what it must have seen.
func (rd Read) outside(sure int64) string {
	bound, limit, way := "more", rd.Upper, "raise"
	if rd.Value < rd.Lower {
		bound, limit, way = "less", rd.Lower, "lower"
	}
	msg := fmt.Sprintf("a read returned %d, but can return no %s than %d: the adds acknowledged before it was invoked sum to %d", rd.Value, bound, limit, sure)
	by := max(limit-sure, sure-limit)
	if by == 0 {
		return msg + ", and no other that may have happened before it returned can " + way + " that"
	}
	return msg + fmt.Sprintf(", and others that may have happened before it returned can %s that by at most %d", way, by)
}

// off is how far a read is out of bounds.
func (rd Read) off() int64 { return max(rd.Lower-rd.Value, rd.Value-rd.Upper) }
