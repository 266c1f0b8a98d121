package oracle

import "slices"

// Status is the outcome of a transaction.
type Status uint8

const (
	OK   Status = iota // it happened
	Fail               // it did not
	Info               // it may have
)

// A Mop is a micro-op: an append of Elem to the list Key, or a read of it. A
// register is a list of at most one element, and to append to it is to replace
// what it holds.
type Mop struct {
	Register bool // and not a list
	Append   bool // a register is written
	Key      int
	Elem     int   // what is appended
	List     []int // what was read; nil means empty in an ok transaction and unknown in others
}

// apply returns what the append m leaves of a key that held content.
func (m *Mop) apply(content []int) []int {
	if m.Register {
		return []int{m.Elem}
	}
	return append(slices.Clip(content), m.Elem)
}

// A Txn is a transaction. Invoke and Complete are positions in the history. A
// negative Invoke says that it is not known when the transaction began, a
// negative Complete that it never completed: then its Status counts as Info.
type Txn struct {
	Ops      []Mop
	Invoke   int
	Complete int
	Process  int
	Status   Status
}

// Txns is a history: its transactions, in any order.
type Txns []Txn

// status is the status with what never completed as Info.
func (t *Txn) status() Status {
	if t.Complete < 0 {
		return Info
	}
	return t.Status
}

// unknown reports whether the result of the read m is not known. Of registers
// the reads of a transaction count only once it is ok: what one that is not
// reports, it may have been told before the database gave up on it.
func (t *Txn) unknown(m *Mop) bool { return t.status() != OK && (m.List == nil || m.Register) }

// appends reports whether one of the first n micro-ops appends to key.
func (t *Txn) appends(key, n int) bool {
	return slices.ContainsFunc(t.Ops[:n], func(m Mop) bool { return m.Append && m.Key == key })
}

// leave returns what the first n micro-ops leave of key, which held content
// before them.
func (t *Txn) leave(content []int, key, n int) []int {
	for i := range n {
		if m := &t.Ops[i]; m.Append && m.Key == key {
			content = m.apply(content)
		}
	}
	return content
}

// before reports whether t was over before u began.
func (t *Txn) before(u *Txn) bool {
	return t.status() == OK && t.Complete < u.Invoke
}

// sameSession reports whether t was over before u began, in the same process.
// Without invocations the completions tell.
func (t *Txn) sameSession(u *Txn) bool {
	if t.Process != u.Process {
		return false
	}
	return t.before(u) || t.status() == OK && u.Invoke < 0 && t.Complete < u.Complete
}
