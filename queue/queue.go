package queue

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Options choose the model.
type Options struct {
	FIFO bool // elements come out in the order in which they went in
}

// A Result has the final queue, or the dequeue that was impossible.
type Result struct {
	result.Common
	Model   string      // unordered-queue or fifo-queue
	Pending []edn.Value // what is in the queue in the end, in the order in which it went in
	Culprit int         // the first dequeue that the model does not allow, -1 if there is none
	Error   string      // what Knossos says about it
	Bad     int         // how many dequeues the model does not allow; at most 1 for a FIFO queue

	drained   int  // drains that returned elements, which this check ignores
	head      int  // the enqueue of the head of a FIFO queue, where the culprit took another; else -1
	entered   int  // and that of what it took
	before    int  // the dequeue that had taken the culprit's element, -1 if there is none
	byOrder   bool // the culprit is only not at the head: it is in the queue
	overlapOf int  // the first op that began while another ran, -1 if there is none
}

// line is a queue.
type line struct {
	fifo    bool
	elems   values.Table
	held    []int32 // how often an element is in the queue
	taken   []int32 // the last dequeue of an element, -1 if there is none
	waiting []int32 // elements in the order in which they went in
	entered []int   // the ops with which they did
	head    int
}

// at returns the id of an element.
func (l *line) at(h *history.History, i int) (int32, error) {
	id, err := l.elems.ID(h.Value(i))
	if err != nil {
		return 0, h.Errorf(i, "op %d: %v", h.Index(i), err)
	}
	if int(id) == len(l.held) {
		l.held, l.taken = append(l.held, 0), append(l.taken, -1)
	}
	return id, nil
}

// take reports whether an element can come out, and takes it out if so.
func (l *line) take(id int32) bool {
	switch {
	case l.fifo:
		if l.head == len(l.waiting) || l.waiting[l.head] != id {
			return false
		}
		l.head++
	case l.held[id] == 0:
		return false
	}
	l.held[id]--
	return true
}

// Check runs a model over a history. Ops are those with :f :enqueue, whose value
// is an element, and :dequeue, whose ok value is one. A dequeue of nil found
// nothing, unless nil is in the queue. Drains are ignored, as in Jepsen, and the summary says
// so. The verdict is unknown if nothing came out.
func Check(ctx context.Context, h *history.History, opt Options) (*Result, error) {
	r := &Result{Model: "unordered-queue", Culprit: -1, head: -1, before: -1, overlapOf: firstOverlap(h)}
	r.History = h
	if opt.FIFO {
		r.Model = "fifo-queue"
	}
	l := &line{fifo: opt.FIFO}
	enqueue, _ := h.SymbolOf("enqueue")
	dequeue, _ := h.SymbolOf("dequeue")
	drain, _ := h.SymbolOf("drain")
	out := 0
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		f := h.Symbol(i)
		enters := f == enqueue && h.Begins(i)
		if f != 0 && f == drain && h.Type(i) == history.OK {
			r.drained++
		}
		if f == 0 || !enters && (f != dequeue || h.Type(i) != history.OK) {
			continue
		}
		id, err := l.at(h, i)
		switch {
		case err != nil:
			return nil, err
		case enters:
			l.held[id]++
			l.waiting, l.entered = append(l.waiting, id), append(l.entered, i)
			continue
		case l.held[id] == 0 && h.Value(i).IsNil():
			continue // it found nothing
		}
		out++
		if !l.take(id) {
			r.blame(i, l, id)
		}
		l.taken[id] = int32(i)
	}
	r.summarize(len(l.waiting), out)
	r.judge(l, out)
	return r, nil
}

// summarize says what was looked at, and what was not.
func (r *Result) summarize(in, out int) {
	r.Summary = result.Count(in, "enqueue") + ", " + result.Count(out, "dequeue")
	if r.drained > 0 {
		r.Summary += ", " + result.Count(r.drained, "drain") + " not judged"
	}
	if r.Model == "unordered-queue" {
		r.Summary += "; order not checked (jcheck linearizable --model fifo-queue does)"
	}
}

// blame takes note of a dequeue that cannot be. What follows the first one in a FIFO
// queue says nothing, since its order is lost.
func (r *Result) blame(i int, l *line, id int32) {
	if r.Bad == 0 || !l.fifo {
		r.Bad++
	}
	if r.Culprit >= 0 {
		return
	}
	r.Culprit, r.Error = i, "can't dequeue "+r.History.Value(i).String()
	if l.held[id] == 0 {
		r.before = int(l.taken[id])
	} else {
		r.byOrder = l.fifo
		r.head = l.entered[l.head]
		r.entered = l.entered[l.head+slices.Index(l.waiting[l.head:], id)]
	}
	if l.fifo && l.head == len(l.waiting) {
		r.Error += " from empty queue"
	}
}

func (r *Result) judge(l *line, out int) {
	switch {
	case r.byOrder && r.overlapOf >= 0 && r.overlapOf < r.Culprit:
		r.Unknown(fmt.Sprintf("op %d did not take the head of the queue if elements go in as their enqueues begin, but operations overlapped: jcheck linearizable --model fifo-queue decides", r.History.Index(r.Culprit)))
		return
	case r.Bad > 0:
		r.Valid = verdict.Invalid
		r.RestsOnOrder()
		return
	case out == 0:
		r.Nothing("nothing came out of the queue")
	default:
		r.Valid = verdict.Valid
	}
	for k := len(l.waiting) - 1; k >= l.head; k-- { // the newest of equal elements stay
		if id := l.waiting[k]; l.fifo || l.held[id] > 0 {
			l.held[id]--
			r.Pending = append(r.Pending, l.elems.Value(id))
		}
	}
	slices.Reverse(r.Pending)
}

// firstOverlap returns the first client's op that began while another one's ran, -1 if
// there is none: then the order of the history is that in which things happened.
func firstOverlap(h *history.History) int {
	open := 0
	for i := range h.Len() {
		switch {
		case !h.Process(i).IsClient():
		case h.Type(i) != history.Invoke:
			if h.Pair(i) >= 0 && h.Type(i) != history.Info { // an indeterminate one may go on for ever
				open--
			}
		case open > 0:
			return i
		default:
			open++
		}
	}
	return -1
}

// Fields has Jepsen's keys, and the state under the name of Knossos' record.
func (r *Result) Fields() result.Fields {
	switch {
	case r.Valid == verdict.Invalid:
		return result.Fields{{"error", r.Error}}
	case r.Valid == verdict.Unknown:
		return result.Fields{{"error", r.Reason}}
	case r.Model == "fifo-queue":
		return result.Fields{{"final-queue", edn.Tagged{Tag: "knossos.model.FIFOQueue", Value: result.Fields{{"pending", list(r.Pending)}}}}}
	}
	return result.Fields{{"final-queue", edn.Tagged{Tag: "knossos.model.UnorderedQueue", Value: result.Fields{{"pending", edn.Bag(list(r.Pending))}}}}}
}

func list(vs []edn.Value) []any {
	out := make([]any, len(vs))
	for i, v := range vs {
		out[i] = v
	}
	return out
}

// Findings shows the first impossible dequeue, with the one that took its element
// before.
func (r *Result) Findings() []result.Finding {
	if r.Valid != verdict.Invalid {
		return nil
	}
	v := r.History.Value(r.Culprit)
	f := result.Finding{Type: "bad-dequeue", Count: r.Bad, Ops: []int{r.Culprit}}
	switch {
	case r.before >= 0:
		f.Msg = fmt.Sprintf("%s came out more often than anyone had tried to put it in by then", v)
		f.Ops = []int{r.before, r.Culprit}
	case r.byOrder:
		f.Msg = fmt.Sprintf("%s came out, but %s had gone in before it and was at the head of the queue", v, r.History.Value(r.head))
		f.Ops = []int{r.head, r.entered, r.Culprit}
	default:
		f.Msg = fmt.Sprintf("%s came out before anyone tried to put it in", v)
	}
	if r.Bad > 1 {
		f.Msg += "; the first is shown"
	}
	return []result.Finding{f}
}
