package elle

import (
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// txns are the transactions of a history: one for each completion of a client,
// in the order of the completions, then one for each invocation that never
// completed. Their positions here are the nodes of the dependency graph.
type txns struct {
	h      *history.History
	op     []int32 // the completion, or the invocation that has none
	status []status
	told   []told  // which of the two shows what it did
	others []int32 // those that completed with other micro-ops than were asked for, and are ok
	// before[t] says that exactly the transactions below it completed before t was
	// invoked: so a precedes t in realtime if a < before[t] and a is ok.
	before []int32
}

type status uint8

const (
	committed     status = iota // ok
	aborted                     // fail
	indeterminate               // info, or never completed
)

// possible reports whether the transaction may have taken effect.
func (s status) possible() bool { return s != aborted }

// collect finds the transactions of h.
func collect(h *history.History) *txns {
	x := &txns{h: h}
	n, open := 0, 0
	for i := range h.Len() {
		switch {
		case !h.Process(i).IsClient():
		case h.Type(i) != history.Invoke:
			n++
		case h.Pair(i) < 0:
			open++
		}
	}
	x.op = huge.Make[int32](n + open)
	x.status = huge.Make[status](n + open)
	x.before = huge.Make[int32](n + open)[:n+open]
	ordered := !h.CompletionsOnly() && !h.Unordered()
	atInvoke := huge.Make[int32](h.Len())[:h.Len()] // per invocation: how many transactions had completed
	for i := range h.Len() {
		if !h.Process(i).IsClient() {
			continue
		}
		if h.Type(i) == history.Invoke {
			atInvoke[i] = int32(len(x.op))
			continue
		}
		if j := h.Pair(i); j >= 0 && ordered {
			x.before[len(x.op)] = atInvoke[j]
		}
		x.op = append(x.op, int32(i))
		x.status = append(x.status, statusOf(h.Type(i)))
	}
	for i := range h.Len() {
		if h.Type(i) == history.Invoke && h.Process(i).IsClient() && h.Pair(i) < 0 {
			if ordered {
				x.before[len(x.op)] = atInvoke[i]
			}
			x.op = append(x.op, int32(i))
			x.status = append(x.status, indeterminate)
		}
	}
	x.told = make([]told, len(x.op))
	return x
}

func statusOf(t history.Type) status {
	switch t {
	case history.OK:
		return committed
	case history.Fail:
		return aborted
	}
	return indeterminate
}

func (x *txns) len() int { return len(x.op) }

// precedes reports whether a had completed before b was invoked.
func (x *txns) precedes(a, b int32) bool {
	return x.status[a] == committed && a < x.before[b]
}
