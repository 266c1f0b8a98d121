package simulate

import (
	"fmt"
	"iter"

	"github.com/seed-c33ae711/jcheck/history"
)

// A Log describes a history of Kafka-like logs to make: clients send messages to keys,
// each with a log of its own, and poll those of the keys that they were assigned. The
// zero Log is 1000 operations of five clients on four keys.
//
// Every op takes effect at one moment between its invocation and its completion, or
// at any later time or never if its client crashes, and so do all its micro-ops at
// once. At the end a fresh consumer polls every log from its beginning. So without
// BugRate nothing is wrong with a history.
type Log struct {
	Operations int // how many operations to invoke, final polls not counted; 0 means 1000, negative none
	Clients    int // how many clients run at once; 0 means 5
	Seed       uint64

	Keys     int // 0 means 4
	MaxTxn   int // greatest number of micro-ops of an operation; 0 means 4, and with 1 there are no txns
	MaxBatch int // most messages of a key that a poll returns; 0 means 32

	FailRate  float64 // share of operations that abort
	CrashRate float64 // share whose outcome the client never learns: info, at once or at the end
	BugRate   float64 // share that goes wrong
	Bug       string  // how: the name of a row of LogBugs; empty means any way
}

// A LogBug is a way for a log to go wrong.
type LogBug struct{ Name, Doc string }

// LogBugs returns the ways for a log to go wrong.
func LogBugs() []LogBug {
	return []LogBug{
		{"lost", "a message that was acknowledged is dropped"},
		{"duplicate", "a message is appended twice"},
		{"skip", "a poll leaves out messages"},
		{"rewind", "a poll begins with messages that its consumer has had"},
		{"reorder", "a poll returns two messages in the wrong order"},
		{"aborted", "an op aborts, but its messages stay"},
	}
}

// A LogMop is a micro-op on logs: it sends Value to Key, or it polls.
type LogMop struct {
	Send       bool
	Key, Value int64
	Offset     int64 // of what was sent, negative if it is not known
	Known      bool  // a poll's outcome is known
	Polled     []LogBatch
}

// A LogBatch is what a poll returned of a key.
type LogBatch struct {
	Key      int64
	Messages []LogMessage
}

// A LogMessage is a message at its offset.
type LogMessage struct{ Offset, Value int64 }

func (l Log) withDefaults() (Log, error) {
	l.Operations = max(or(l.Operations, 1000), 0)
	l.Clients = or(l.Clients, 5)
	l.Keys = or(l.Keys, 4)
	l.MaxTxn = or(l.MaxTxn, 4)
	l.MaxBatch = or(l.MaxBatch, 32)
	known := l.Bug == ""
	for _, b := range LogBugs() {
		known = known || b.Name == l.Bug
	}
	switch {
	case l.Clients < 0 || l.Keys < 0 || l.MaxTxn < 0 || l.MaxBatch < 0:
		return l, fmt.Errorf("expected clients, keys, micro-ops and batches not to be negative")
	case !isRate(l.FailRate) || !isRate(l.CrashRate) || !isRate(l.BugRate):
		return l, fmt.Errorf("expected rates between 0 and 1, found fail %g, crash %g, bug %g", l.FailRate, l.CrashRate, l.BugRate)
	case !known:
		return l, fmt.Errorf("unknown bug %q of a log", l.Bug)
	}
	return l, nil
}

// Ops returns the ops of the history, in order, as they happen. Ranging over it
// again makes the same history again.
func (l Log) Ops() (iter.Seq[Op], error) {
	l, err := l.withDefaults()
	if err != nil {
		return nil, err
	}
	return func(yield func(Op) bool) {
		s := logSim{Log: l, world: newWorld(l.Seed, yield)}
		s.run()
	}, nil
}

// History returns the whole history, in memory.
func (l Log) History() (*history.History, error) { return inMemory(l.Ops()) }
