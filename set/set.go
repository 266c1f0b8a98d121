package set

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Result says what became of the elements by the last read. Elements are listed in
// order.
type Result struct {
	result.Common
	Attempts     int // different elements that somebody tried to add
	Acknowledged int // and that were added
	FinalRead    int // the last ok read that was judged, -1 if there is none
	OK           []edn.Value
	Lost         []edn.Value // acknowledged before the read began, but not in it
	Unexpected   []edn.Value // in the read, but nobody tried to add them
	Recovered    []edn.Value // in the read, though nobody acknowledged them
	Late         int         // acknowledged after the read began, and not in it

	final        int    // reads marked :final? that were judged; 0 if it is the last read
	lostAt       [2]int // the op that acknowledged the first lost element, and a read that lacks it
	unexpectedIn int    // a read that has the first unexpected element
}

// member is what is known of an element.
type member struct {
	attempted bool
	acked     int32 // the op that acknowledged it, -1 if none did
	lacking   int32 // a judged read that lacks it and began after acked, -1 if there is none
	in        int32 // the first judged read that has it
	mark      int32 // the last judged read that has it, counted from 1
}

// gathering is the state of Check.
type gathering struct {
	r       *Result
	h       *history.History
	elems   values.Table
	es      []member
	differs int
}

// Check compares the last ok read with the elements that were added. If reads are
// marked with :final? true, as those of an eventually consistent set at the end, it
// compares each of these that is ok. Ops are those with :f :add, whose value is an
// element, and :read, whose value is a collection. It returns an error if a read that
// counts is not a collection. The verdict is unknown if there is no such read.
func Check(ctx context.Context, h *history.History) (*Result, error) {
	g := &gathering{r: &Result{FinalRead: -1}, h: h}
	r := g.r
	r.History = h
	reads, err := g.gather(ctx)
	if err != nil || ctx.Err() != nil {
		r.Unknown("interrupted")
		return r, err
	}
	for k, i := range reads {
		if err := g.read(i, int32(k+1)); err != nil {
			return nil, err
		}
		r.FinalRead = i
	}
	if r.FinalRead >= 0 {
		g.judge()
	}
	return r, nil
}

// gather takes in the adds, and returns the reads to judge.
func (g *gathering) gather(ctx context.Context) (judged []int, err error) {
	h, r := g.h, g.r
	add, _ := h.SymbolOf("add")
	read, _ := h.SymbolOf("read")
	marked := h.Marked("final?")
	adds, reads, last, final := 0, 0, -1, false
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			return nil, nil
		}
		switch f := h.Symbol(i); {
		case f == 0:
		case f == add && (h.Begins(i) || h.Type(i) == history.OK):
			if h.Begins(i) {
				adds++
			}
			if err := g.add(i); err != nil {
				return nil, err
			}
		case f == read:
			isFinal := marked != nil && marked(i)
			final = final || isFinal
			if h.Type(i) != history.OK {
				continue
			}
			reads++
			last = i
			if isFinal && !h.Value(i).IsNil() {
				judged = append(judged, i)
			}
		}
	}
	r.Summary = result.Count(adds, "add") + ", " + result.Count(reads, "read")
	switch {
	case final && len(judged) == 0:
		r.Nothing("no read marked :final? succeeded")
	case !final && (last < 0 || h.Value(last).IsNil()):
		r.Nothing("Set was never read") // Jepsen's words
	case !final:
		judged = []int{last}
	default:
		r.final = len(judged)
	}
	return judged, nil
}

// add takes in an invocation or an acknowledgement. The element is that of the
// invocation.
func (g *gathering) add(i int) error {
	h := g.h
	id, err := g.elems.ID(h.Value(h.Invoked(i)))
	if err != nil {
		return h.Errorf(i, "op %d: %v", h.Index(i), err)
	}
	e := g.element(id)
	if h.Begins(i) && !e.attempted {
		e.attempted = true
		g.r.Attempts++
	}
	if h.Type(i) == history.OK {
		if e.acked < 0 {
			e.acked = int32(i)
			g.r.Acknowledged++
		}
		if h.Differs(i) {
			g.differs++
		}
	}
	return nil
}

func (g *gathering) element(id int32) *member {
	for int(id) >= len(g.es) {
		g.es = append(g.es, member{acked: -1, lacking: -1, in: -1})
	}
	return &g.es[id]
}

// read takes in what the k-th judged read has and lacks.
func (g *gathering) read(i int, k int32) error {
	h := g.h
	ok, err := g.elems.Each(h.Value(i), true, func(id int32) {
		e := g.element(id)
		if e.mark = k; e.in < 0 {
			e.in = int32(i)
		}
	})
	switch {
	case err != nil:
		return err
	case !ok:
		return h.Errorf(i, "op %d reads %s: expected a collection of elements", h.Index(i), h.Value(i))
	}
	began := int32(h.Invoked(i))
	for id := range g.es {
		if e := &g.es[id]; e.mark != k && e.acked >= 0 && e.acked < began && e.lacking < 0 {
			e.lacking = int32(i)
		}
	}
	return nil
}

// judge sorts the elements out.
func (g *gathering) judge() {
	r := g.r
	ids := make([]int32, len(g.es))
	for i := range ids {
		ids[i] = int32(i)
	}
	g.elems.Sort(ids)
	for _, id := range ids {
		e, v := &g.es[id], g.elems.Value(id)
		switch {
		case e.lacking >= 0:
			if r.Lost == nil {
				r.lostAt = [2]int{int(e.acked), int(e.lacking)}
			}
			r.Lost = append(r.Lost, v)
			continue
		case e.in < 0:
			if e.acked >= 0 {
				r.Late++
			}
			continue
		case !e.attempted:
			if r.Unexpected == nil {
				r.unexpectedIn = int(e.in)
			}
			r.Unexpected = append(r.Unexpected, v)
			continue
		case e.acked < 0:
			r.Recovered = append(r.Recovered, v)
		}
		r.OK = append(r.OK, v)
	}
	r.Valid = verdict.Valid
	if len(r.Lost)+len(r.Unexpected) > 0 {
		r.Valid = verdict.Invalid
	}
	if len(r.Unexpected) == 0 {
		r.RestsOnOrder()
	}
	if r.Late > 0 {
		r.Warnings = append(r.Warnings, verdict.Warning{Code: "late-adds", Count: r.Late, Msg: fmt.Sprintf("%s acknowledged after the last read began and missing from it, so it is unknown whether they are lost", count(r.Late, "element was", "elements were"))})
	}
	if g.differs > 0 {
		r.Warnings = append(r.Warnings, result.CompletionDiffers(g.differs, "add"))
	}
}

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	if r.Valid == verdict.Unknown {
		return result.Fields{{"error", r.Reason}}
	}
	return result.Fields{
		{"attempt-count", r.Attempts},
		{"acknowledged-count", r.Acknowledged},
		{"ok-count", len(r.OK)},
		{"lost-count", len(r.Lost)},
		{"recovered-count", len(r.Recovered)},
		{"unexpected-count", len(r.Unexpected)},
		{"ok", Intervals(r.OK)},
		{"lost", Intervals(r.Lost)},
		{"unexpected", Intervals(r.Unexpected)},
		{"recovered", Intervals(r.Recovered)},
	}
}

// Findings shows elements that are lost, and ones that nobody added.
func (r *Result) Findings() (found []result.Finding) {
	if r.Valid != verdict.Invalid {
		return nil
	}
	began := "it"
	if r.final > 1 {
		began = "they"
	}
	if len(r.Lost) > 0 {
		found = append(found, result.Finding{
			Type: "lost", Count: len(r.Lost), Ops: r.lostAt[:],
			Msg: r.judged("lacks", "lack") + count(len(r.Lost), "element that was", "elements that were") + " acknowledged before " + began + " began: " + list(r.Lost),
		})
	}
	if len(r.Unexpected) > 0 {
		found = append(found, result.Finding{
			Type: "unexpected", Count: len(r.Unexpected), Ops: []int{r.unexpectedIn},
			Msg: r.judged("has", "have") + result.Count(len(r.Unexpected), "element") + " that nobody tried to add: " + list(r.Unexpected),
		})
	}
	return found
}

// judged says which reads were judged, with the verb for one or several.
func (r *Result) judged(one, several string) string {
	switch r.final {
	case 0:
		return "the last read " + one + " "
	case 1:
		return "the read marked :final? " + one + " "
	}
	return "reads marked :final? " + several + " "
}

func list(vs []edn.Value) string {
	return result.List(len(vs), func(i int) string { return vs[i].String() })
}
