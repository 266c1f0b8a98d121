package oracle

import "slices"

// Status is the outcome of a transaction.
type Status uint8

const (
	OK   Status = iota // it happened
	Fail               // it did not
	Info               // it may have
)

// A Mop is a micro-op: an append of Elem to the list Key, or a read of it.
type Mop struct {
	Append bool
	Key    int
	Elem   int   // what is appended
	List   []int // what was read; nil means empty in an ok transaction and unknown in others
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

// unknown reports whether the result of the read m is not known.
func (t *Txn) unknown(m *Mop) bool { return m.List == nil && t.status() != OK }

func (t *Txn) appendsTo(key int) bool {
	return slices.ContainsFunc(t.Ops, func(m Mop) bool { return m.Append && m.Key == key })
}

// own returns what the first n micro-ops append to key.
func (t *Txn) own(key, n int) (list []int) {
	for _, m := range t.Ops[:n] {
		if m.Append && m.Key == key {
			list = append(list, m.Elem)
		}
	}
	return list
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
