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

// A Result tells what is left in the queue, or what could not come out.
type Result struct {
	result.Common
	Model   string      // unordered-queue or fifo-queue
	Pending []edn.Value // what is in the queue in the end, in the order in which it went in
	Culprit int         // the dequeue that the model does not allow, -1 if there is none
	Error   string      // what Knossos says of it
}

// Check runs a model over a history. Ops are those with :f :enqueue, whose value
// is an element, and :dequeue.
func Check(ctx context.Context, h *history.History, opt Options) (*Result, error) {
	r := &Result{Model: "unordered-queue", Culprit: -1}
	r.History = h
	if opt.FIFO {
		r.Model = "fifo-queue"
	}
	var elems values.Table
	var held []int32 // how often an element is in the queue
	var line []int32 // elements in the order in which they went in
	head, out := 0, 0
	enqueue, _ := h.SymbolOf("enqueue")
	dequeue, _ := h.SymbolOf("dequeue")
	for i := 0; i < h.Len() && r.Culprit < 0; i++ {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		f := h.Symbol(i)
		enters := f == enqueue && h.Begins(i)
		if f == 0 || !enters && (f != dequeue || h.Type(i) != history.OK) {
			continue
		}
		id, err := elems.ID(h.Value(i))
		if err != nil {
			return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
		}
		if int(id) == len(held) {
			held = append(held, 0)
		}
		switch {
		case enters:
			held[id]++
			line = append(line, id)
		case opt.FIFO && head < len(line) && line[head] == id:
			head, out = head+1, out+1
		case !opt.FIFO && held[id] > 0:
			held[id]--
			out++
		default:
			r.Culprit, r.Error = i, "can't dequeue "+h.Value(i).String()
			if opt.FIFO && head == len(line) {
				r.Error += " from empty queue"
			}
		}
	}
	r.Summary = result.Count(len(line), "enqueue") + ", " + result.Count(out, "dequeue")
	r.Valid = verdict.Valid
	if r.Culprit >= 0 {
		r.Valid = verdict.Invalid
		r.RestsOnOrder()
		return r, nil
	}
	for k := len(line) - 1; k >= head; k-- { // the newest of equal elements stay
		if id := line[k]; opt.FIFO || held[id] > 0 {
			held[id]--
			r.Pending = append(r.Pending, elems.Value(id))
		}
	}
	slices.Reverse(r.Pending)
	return r, nil
}

// Fields has Jepsen's keys, and the state under the name of Knossos' record; nil
// if nothing ever happened.
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

// Findings tells of the first dequeue that cannot be.
func (r *Result) Findings() []result.Finding {
	if r.Valid != verdict.Invalid {
		return nil
	}
	msg := fmt.Sprintf("%s came out, but nobody had asked for it to go in, or it had come out already", r.History.Value(r.Culprit))
	if r.Model == "fifo-queue" {
		msg = fmt.Sprintf("%s came out, but was not at the head of the queue", r.History.Value(r.Culprit))
	}
	return []result.Finding{{Type: "bad-dequeue", Count: 1, Msg: msg, Ops: []int{r.Culprit}}}
}
