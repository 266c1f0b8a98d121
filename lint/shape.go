package lint

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A role is what an operation on a single object does.
type role uint8

const (
	unknownRole role = iota
	admin            // nothing with data
	reads
	writes
	swaps // writes the second of two values
	adds  // an element, or a number
	puts  // an element, which can be taken
	takes
	drains
	changes // writes something, but its value does not say what will be read
	inits   // writes a map of keys and values
)

// roleOf derives from an :f what an operation does, if it is not a transaction.
func roleOf(f string) role { return roles[f] }

var roles = map[string]role{
	"read": reads, "get": reads,
	"write": writes, "put": writes, "set": writes,
	"cas": swaps, "add": adds,
	"enqueue": puts, "push": puts, "offer": puts,
	"dequeue": takes, "pop": takes, "take": takes,
	"drain":    drains,
	"transfer": changes, "append": changes, "inc": changes, "increment": changes, "dec": changes, "decrement": changes,
	"init":   inits,
	"assign": admin, "subscribe": admin, "crash": admin, "debug-topic-partitions": admin,
}

// A mop is what a micro-op does.
type mop uint8

const (
	otherMop mop = iota
	readMop
	writeMop
	appendMop
	plainMop // a write of a value that need not be unique
	sendMop
	pollMop
	deleteMop    // a write that leaves nothing
	predicateMop // a read of whatever satisfies it
)

func mopNamed(name []byte) mop {
	switch string(name) {
	case "r", "read":
		return readMop
	case "w", "insert":
		return writeMop
	case "write":
		return plainMop
	case "append":
		return appendMop
	case "send":
		return sendMop
	case "poll":
		return pollMop
	case "delete":
		return deleteMop
	case "rp":
		return predicateMop
	}
	return otherMop
}

// opensTxn reports whether a text begins like a transaction that is not empty.
func opensTxn(src *edn.Source, s *edn.Scanner, lo, hi int) bool {
	if hi-lo < 4 {
		return false
	}
	if c := src.Text[lo]; !mayOpen(c) || c == '[' && !mayOpen(src.Text[lo+1]) {
		return false
	}
	s.Reset(src, lo, hi)
	for range 2 {
		if k := s.Next(); k != edn.Vector && k != edn.List {
			return false
		}
	}
	k := s.Next()
	return (k == edn.Keyword || k == edn.String || k == edn.Symbol) && mopNamed(s.Name()) != otherMop
}

// mayOpen reports whether a sequence could begin with c, perhaps behind what does
// not count.
func mayOpen(c byte) bool {
	switch c {
	case '[', '(', ' ', ',', '\t', '\r', '\n', '#', '^', ';':
		return true
	}
	return false
}

// mayWrite reports whether a failed operation could have written something. Of
// what is not known it is so.
func mayWrite(h *history.History, i, inv int) bool {
	if inv < 0 {
		inv = i
	}
	var s edn.Scanner
	lo, hi := h.ValueSpan(inv)
	if lo == hi || !opensTxn(h.Source(), &s, lo, hi) {
		return true
	}
	s.Reset(h.Source(), lo, hi)
	s.Next()
	for {
		if k := s.Next(); k != edn.Vector && k != edn.List {
			return false
		}
		s.Next()
		if m := mopNamed(s.Name()); m != readMop && m != pollMop && m != predicateMop {
			return true
		}
		if s.Kind != edn.Close && !s.SkipToClose() {
			return false
		}
	}
}

// isKeyed reports whether the values of all operations on objects are tuples of a
// key and a value. A cas has a pair of its own, which a tuple holds.
func isKeyed(ctx context.Context, h *history.History, byF []uses) (bool, error) {
	const size = 1 << 13
	chunks := (h.Len() + size - 1) / size
	verdicts := make([]int8, chunks) // 1 for tuples alone, -1 for something else
	err := par.Workers(ctx, chunks, func(int) func(int) error {
		var s edn.Scanner
		return func(k int) error {
			for i := k * size; i < min(h.Len(), (k+1)*size); i++ {
				if !h.Process(i).IsClient() || h.Type(i) != history.Invoke && h.Pair(i) >= 0 {
					continue
				}
				r := byF[h.Symbol(i)].role
				if r < reads || r == inits {
					continue
				}
				lo, hi := h.ValueSpan(i)
				if opensTxn(h.Source(), &s, lo, hi) {
					continue
				}
				if verdicts[k] = 1; !isTuple(h.Source(), &s, lo, hi, r) {
					verdicts[k] = -1
					return nil
				}
			}
			return nil
		}
	})
	keyed := false
	for _, v := range verdicts {
		if v < 0 {
			return false, err
		}
		keyed = keyed || v > 0
	}
	return keyed, err
}

func isTuple(src *edn.Source, s *edn.Scanner, lo, hi int, r role) bool {
	if hi-lo < 4 || src.Text[lo] != '[' {
		return false
	}
	s.Reset(src, lo, hi)
	s.Next()
	a := s.Datum()
	b := s.Datum()
	if a == edn.Close || a == edn.Invalid || b == edn.Close || b == edn.Invalid || s.Next() != edn.Close {
		return false
	}
	return r != swaps || b == edn.Vector || b == edn.List
}
