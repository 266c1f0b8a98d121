package weak

import "math/rand/v2"

// sim describes a simulated database: transactions run one after the other on
// snapshots, which may be old, and are recorded in about that order.
type sim struct {
	txns, sessions, keys int
	ops                  int // per txn, 10 if zero
	lag                  int // how many txns ago the versions that are read were the last
	stale                int // of a thousand reads, how many see an old version
	shuffle              int // how many places a record may be away from where it belongs
	alone                int // of a hundred txns, how many are sessions of their own
	seed                 uint64
}

// order returns the record of each transaction, of those that run one after the other.
func (s sim) order(rng *rand.Rand) []int32 {
	number := make([]int32, s.txns)
	for i := range number {
		number[i] = int32(i)
	}
	if s.shuffle > 0 {
		for i := 0; i+s.shuffle <= s.txns; i += s.shuffle {
			rng.Shuffle(s.shuffle, func(a, b int) { number[i+a], number[i+b] = number[i+b], number[i+a] })
		}
	}
	return number
}

// sessionsOf returns the session of each record. Those of a session have to be recorded
// in order.
func (s sim) sessionsOf(rng *rand.Rand, number []int32) []int32 {
	sessions := make([]int32, s.txns)
	used := make([]int, s.sessions) // by which group of records that are out of order each was used last
	for i := range number {
		group := i/max(1, s.shuffle) + 1
		p := rng.IntN(s.sessions)
		sessions[number[i]] = int32(p)
		if used[p] == group && s.shuffle > 0 || rng.IntN(100) < s.alone {
			sessions[number[i]] = -1
		}
		used[p] = group
	}
	return sessions
}

// simulated returns a history of s.txns transactions, half of whose ops are
// reads. Without stale reads it satisfies every level.
func simulated(s sim) *History {
	rng := rand.New(rand.NewPCG(s.seed, 1))
	if s.ops == 0 {
		s.ops = 10
	}
	n := s.txns
	h := &History{Sessions: s.sessions, Keys: s.keys, Off: make([]int32, n+1)}
	for i := range n {
		h.Off[i+1] = int32((i + 1) * s.ops)
	}
	number := s.order(rng)
	h.Session = s.sessionsOf(rng, number)
	h.Key, h.From = make([]int32, n*s.ops), make([]int32, n*s.ops)
	last, prior := minusOnes(s.keys), minusOnes(s.keys)
	shown := minusOnes(s.keys) // what was last, some time ago
	for i := range number {
		if old := i - s.lag; s.lag > 0 && old >= 0 {
			for o := int(number[old]) * s.ops; o < (int(number[old])+1)*s.ops; o++ {
				if h.From[o] == Write {
					shown[h.Key[o]] = number[old]
				}
			}
		}
		t := number[i]
		for o := int(t) * s.ops; o < (int(t)+1)*s.ops; o++ {
			k := int32(rng.IntN(s.keys))
			h.Key[o] = k
			switch {
			case rng.IntN(2) == 0:
				h.From[o] = Write
			case rng.IntN(1000) < s.stale:
				h.From[o] = prior[k]
			case s.lag > 0:
				h.From[o] = shown[k]
			default:
				h.From[o] = last[k]
			}
		}
		for o := int(t) * s.ops; o < (int(t)+1)*s.ops; o++ {
			if k := h.Key[o]; h.From[o] == Write && last[k] != t {
				last[k], prior[k] = t, last[k]
			}
		}
	}
	return h
}
