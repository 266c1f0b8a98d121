package simulate

import "math/bits"

// A Workload is what transactions do with keys: lists or registers.
type Workload uint8

const (
	ListAppend Workload = iota // append to lists, and read them whole
	RWRegister                 // write registers blindly, and read them
)

var workloadNames = [...]string{ListAppend: "list-append", RWRegister: "rw-register"}

func (w Workload) String() string { return workloadNames[w] }

// Workloads returns the workloads.
func Workloads() []Workload { return []Workload{ListAppend, RWRegister} }

// pool holds the active keys, the more popular the higher the slot.
type pool struct {
	slots []*key
	next  int64 // the next fresh key
}

func (s *sim) freshKey() *key {
	k := &key{id: s.pool.next, register: s.Workload == RWRegister}
	s.pool.next++
	return k
}

// pick draws an active key. In Elle's exponential distribution with base 2 each
// slot is twice as likely as the one before it.
func (s *sim) pick() (slot int) {
	n := len(s.pool.slots)
	if s.KeyDist == "uniform" {
		return s.rng.IntN(n)
	}
	for {
		if back := bits.TrailingZeros64(s.rng.Uint64()); back < n {
			return n - 1 - back
		}
	}
}

// generate draws a transaction.
func (s *sim) generate() *txn {
	n := s.MinOps + s.rng.IntN(s.MaxOps-s.MinOps+1)
	t := s.newTxn(n)
	for i := range n {
		slot := s.pick()
		k := s.pool.slots[slot]
		m := Mop{Key: k.id, Write: s.rng.Float64() >= s.ReadRatio}
		if m.Write {
			k.issued++
			m.Value = int64(k.issued)
			if k.issued == s.MaxWritesPerKey {
				k.retired = true
				s.pool.slots[slot] = s.freshKey()
			}
		}
		t.add(i, k, m)
	}
	t.unlucky = s.chance(s.FailRate) || s.db.leak && s.chance(leakRate)
	t.crash = s.chance(s.CrashRate)
	return t
}

// leakRate is how often a database that leaks refuses a transaction of its own
// accord.
const leakRate = 1.0 / 16

// finalRead makes a transaction that reads k.
func (s *sim) finalRead(k *key) *txn {
	t := s.newTxn(1)
	t.add(0, k, Mop{Key: k.id})
	t.final = true
	return t
}

// newTxn returns a transaction with room for n micro-ops. The memory of those
// that are over is used again, but not what their ops hold.
func (s *sim) newTxn(n int) *txn {
	t := &txn{}
	if last := len(s.free) - 1; last >= 0 {
		t, s.free = s.free[last], s.free[:last]
		*t = txn{keys: t.keys[:0], saw: t.saw[:0]}
	}
	t.invoked = make([]Mop, n)
	return t
}

func (t *txn) add(i int, k *key, m Mop) {
	k.users++
	t.invoked[i] = m
	t.keys = append(t.keys, k)
	t.saw = append(t.saw, 0)
}
