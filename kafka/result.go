package kafka

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
)

// A Result lists what is wrong with the logs of a history, under Jepsen's names. Ops
// are named by their positions, -1 for none. Lists have only the worst cases, unless
// Options.AllErrors is set.
type Result struct {
	result.Common
	ErrorTypes    []string    // what was found, in order
	BadErrorTypes []string    // those of them that make the history invalid
	WorstLag      Lag         // of the poll that was behind the most
	InfoCauses    []edn.Value // the different :error values of indeterminate sends, polls and txns

	InconsistentOffsets Errors[InconsistentOffset] // several messages at an offset
	Duplicates          Errors[Duplicate]          // a message at several offsets
	LostWrites          Errors[LostWrite]
	G1a                 Errors[AbortedRead]
	PrecommittedReads   Errors[PrecommittedRead]
	GarbageReads        Errors[GarbageRead] // polled messages that nobody sent; Jepsen's checker cannot report these

	IntPollSkips         Errors[Jump] // within an op
	IntNonmonotonicPolls Errors[Jump]
	IntSendSkips         Errors[Jump]
	IntNonmonotonicSends Errors[Jump]
	PollSkips            Errors[Jump] // from one op of a process to the next
	NonmonotonicPolls    Errors[Jump]
	NonmonotonicSends    Errors[Jump]

	Unseen     *Unseen         // nil if every acknowledged message was polled
	Cycles     []Errors[Cycle] // by type
	EmptyGraph bool            // no op depends on another, or precedes one

	allErrors bool
}

// Errors are the cases of one type.
type Errors[T any] struct {
	Count int // how many there are
	Errs  []T // some of them, the worst first
}

// A Message is a value that is sent to a key.
type Message struct{ Key, Value edn.Value }

// An InconsistentOffset holds several messages.
type InconsistentOffset struct {
	Key    edn.Value
	Offset int64
	Index  int         // of the offset, among those of the key with messages
	Values []edn.Value // in order
	ops    []int
}

// A Duplicate is a message with several offsets.
type Duplicate struct {
	Message
	Offsets []int64 // in order
	ops     []int
}

// A LostWrite is a message that must be in the log, before others that were polled,
// but was not polled itself.
type LostWrite struct {
	Message
	Index        int // of the message in its log
	MaxReadIndex int // of the last message that was polled
	Writer       int // the op that sent it
	MaxRead      int // an op that polled the last message, -1 if it is not known
}

// An AbortedRead is a poll of a message whose sender aborted.
type AbortedRead struct {
	Message
	Writer, Reader int
}

// A PrecommittedRead is a txn that polled what it sent itself.
type PrecommittedRead struct {
	Message
	Op int
}

// A GarbageRead is a poll of a message that nobody sent.
type GarbageRead struct {
	Message
	Reader int // the first op that polled it
}

// A Jump is two messages that were polled or sent one after the other although they are
// not neighbors in their log.
type Jump struct {
	Key      edn.Value
	From, To edn.Value
	Delta    int         // how many positions To is after From; not 1
	Skipped  []edn.Value // what is between them, if Delta is greater
	Ops      []int       // the op, or the two ops of a process
}

// Unseen are messages that were acknowledged but never polled.
type Unseen struct {
	Time int64 // of the last ok op, in nanoseconds
	Keys []UnseenOfKey
	last int // that op
	sent int // the op that sent the first message
}

// UnseenOfKey are those of a key, in order.
type UnseenOfKey struct {
	Key      edn.Value
	Count    int
	Messages []edn.Value // some of them
}

// A Lag is how long a poll was behind its log: when the poll was invoked, at Time, a
// message that its process did not know yet had been there for that long. Both are in
// nanoseconds.
type Lag struct {
	Lag, Time int64
	Process   history.Process
	Key       edn.Value
	None      bool // no poll was measured
}

// Definite reports whether an invalid verdict stands even if ops are missing from the
// history: it does if some error shows in ops that were read. Messages that seem
// unsent, lost or unseen may be in the missing ops, and so may the explanation of a
// jump from one op to the next.
func (r *Result) Definite() bool {
	return slices.ContainsFunc(r.BadErrorTypes, func(name string) bool {
		switch name {
		case "garbage-read", "lost-write", "unseen", "poll-skip", "nonmonotonic-poll", "nonmonotonic-send", "empty-transaction-graph":
			return false
		}
		return true
	})
}
