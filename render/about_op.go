package render

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/elle"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/result"
)

// mostAbout is how many cases of a type are told of an op.
const mostAbout = 3

// AboutOp tells what a result says of one op, by its position: what it did, when, and
// which faults it plays a part in.
func AboutOp(r result.Result, h *history.History, op int, opt ProseOptions) string {
	p := &reportProse{prose: prose{opt: opt, h: h}}
	begin, end := op, op
	if pair := h.Pair(op); pair >= 0 {
		begin, end = min(op, pair), max(op, pair)
	}
	p.f("%s\n", p.opLine(h, end))
	switch {
	case begin < end:
		p.f("  invoked on %s, ended on %s\n", p.moment(begin), p.moment(end))
	case h.Type(op) == history.Invoke:
		p.f("  invoked on %s, and never ended\n", p.moment(begin))
	default:
		p.f("  on %s\n", p.moment(end))
	}
	if tell(r).about(p, end) == 0 {
		p.f("  no fault that was found rests on it\n")
	}
	return p.b.String()
}

func (t groupTeller) about(p *reportProse, op int) (n int) {
	for _, m := range t.r.Members {
		n += tell(m.Result).about(p, op)
	}
	return n
}

func (t keyedTeller) about(p *reportProse, op int) (n int) {
	for _, k := range t.r.Failures() {
		// The history of a key has its own positions.
		if at, err := OpAt(k.Result.About().History, p.h.Index(op)); err == nil {
			n += tell(k.Result).about(p, at)
		}
	}
	return n
}

func (t reportTeller) about(p *reportProse, op int) (n int) {
	for _, f := range t.r.Findings() {
		if slices.Contains(f.Ops, op) {
			n++
			p.f("\n%s  %d\n  %s\n", p.color(bold, f.Type), f.Count, f.Msg)
			for _, op := range f.Ops {
				p.f("    %s\n", p.opLine(t.r.About().History, op))
			}
		}
	}
	return n
}

func (t elleTeller) about(p *reportProse, op int) (n int) {
	e := newProse(t.r, p.opt)
	for _, a := range elle.WorstFirst(t.r.Anomalies) {
		of := 0
		for i := range a.Cases {
			if !slices.Contains(a.Cases[i].Witnesses(), op) {
				continue
			}
			if of++; of <= mostAbout {
				e.oneCase(a, i)
			}
		}
		if of > mostAbout {
			e.f("\n  and %s more of %s\n", thousands(of-mostAbout), a.Type)
		}
		n += of
	}
	p.b.WriteString(e.b.String())
	return n
}

func (t linTeller) about(p *reportProse, op int) (n int) {
	l := newLinProse(t.r, p.opt)
	for _, part := range byKey(t.r.Failures()) {
		if !slices.Contains(partOps(part), op) {
			continue
		}
		if n++; n <= mostAbout {
			l.failure(part)
		}
	}
	p.b.WriteString(l.b.String())
	return n
}

// partOps are the ops that the explanation of an object names.
func partOps(part *linearizable.Part) []int {
	ops := slices.Concat([]int{part.Culprit}, part.Conflict, part.Beside)
	if law := part.Law; law != nil {
		ops = append(append(ops, law.Other, law.Op), append(law.Writers, law.Takers...)...)
	}
	for i := range part.Final {
		for _, s := range part.Final[i].Tail {
			ops = append(ops, s.Op)
		}
	}
	return ops
}

// OpAt returns the position of the op with an index, as files and results number ops.
func OpAt(h *history.History, index int64) (op int, err error) {
	for i := range h.Len() {
		if h.Index(i) == index {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s has no op %d", h.Source().Name, index)
}
