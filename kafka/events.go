package kafka

import (
	"math"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/values"
)

// A kind is what an op does.
type kind uint8

const (
	unknownF kind = iota
	ignoredF      // it shows nothing: crash, debug-topic-partitions
	sendF
	pollF
	txnF
	assignF
	subscribeF
)

func kindOf(f string) kind {
	switch f {
	case "send":
		return sendF
	case "poll":
		return pollF
	case "txn":
		return txnF
	case "assign":
		return assignF
	case "subscribe":
		return subscribeF
	case "crash", "debug-topic-partitions":
		return ignoredF
	}
	return unknownF
}

// moves reports whether the op sends or polls.
func (k kind) moves() bool { return k >= sendF && k <= txnF }

type status uint8

const (
	aborted       status = iota // fail
	indeterminate               // info, or never completed
	committed                   // ok
)

func statusOf(t history.Type) status {
	switch t {
	case history.OK:
		return committed
	case history.Fail:
		return aborted
	}
	return indeterminate
}

// noOffset is the offset of a message where it is not known.
const noOffset = math.MinInt64

// events are what clients did, in the order of completions: one for each completion
// of a send, poll or txn, and for each invocation of one that never completed, which
// stands where it was invoked; also the assigns and subscribes that may have
// happened. Their numbers are the nodes of the dependency graph.
type events struct {
	h      *history.History
	op     []int32 // the completion, or the invocation that has none
	kind   []kind
	status []status
	// before[t] says that exactly the events below it had completed before t was
	// invoked: so a precedes t in realtime if a < before[t] and a is ok. It is 0 of an
	// assign or subscribe, which nothing precedes.
	before []int32

	sends, reads moves
	keyOff       []int   // event t is about the keys keyList[keyOff[t]:keyOff[t+1]], if it is an assign or subscribe
	keyList      []int32 //

	keys     keyTable
	values   values.Table
	messages intern.Table // of keys and values
	key      []int32      // of each message
	value    []int32

	subscribes int // ops
	ignored    int // ops of clients whose :f is not known
	clients    int // ops of clients
}

// moves are the messages that the events sent or polled, in order: those of event t
// from off[t] to off[t+1].
type moves struct {
	off    []int
	msg    []int32
	offset []int64
	mop    []int32 // the place of the micro-op in its op
}

func (m *moves) add(msg int32, offset int64, mop int32) {
	m.msg = append(m.msg, msg)
	m.offset = append(m.offset, offset)
	m.mop = append(m.mop, mop)
}

// of returns the messages of event t.
func (m *moves) of(t int32) []int32 { return m.msg[m.off[t]:m.off[t+1]] }

func (x *events) len() int { return len(x.op) }

func (x *events) keyValue(k int32) edn.Value { return x.keys.first[k] }

func (x *events) messageKey(m int32) edn.Value { return x.keys.first[x.key[m]] }

func (x *events) messageValue(m int32) edn.Value { return x.values.Value(x.value[m]) }
