package oracle

import "slices"

// A Model is a consistency model.
type Model struct {
	Name  string // as Elle calls it
	Holds func(Txns) bool
}

// Models returns the models that the oracle knows, none before one that it
// implies.
func Models() []Model {
	return []Model{
		{"read-committed", ReadCommitted},
		{"strong-read-committed", StrongReadCommitted},
		{"prefix", Prefix},
		{"snapshot-isolation", SnapshotIsolation},
		{"strong-session-snapshot-isolation", StrongSessionSnapshotIsolation},
		{"strong-snapshot-isolation", StrongSnapshotIsolation},
		{"serializable", Serializable},
		{"strong-session-serializable", SessionSerializable},
		{"strict-serializable", StrictSerializable},
	}
}

// Serializable reports whether some serial order explains every read.
func Serializable(ts Txns) bool { return exists(ts, none, serial) }

// SessionSerializable is Serializable by an order that keeps each process's.
func SessionSerializable(ts Txns) bool { return exists(ts, (*Txn).sameSession, serial) }

// StrictSerializable is Serializable by an order that keeps that of real time.
func StrictSerializable(ts Txns) bool { return exists(ts, (*Txn).before, serial) }

// SnapshotIsolation reports whether every transaction can have read from a
// snapshot, with no lost updates.
func SnapshotIsolation(ts Txns) bool { return exists(ts, none, snapshot) }

// StrongSessionSnapshotIsolation is SnapshotIsolation with snapshots that
// include what the process has completed.
func StrongSessionSnapshotIsolation(ts Txns) bool { return exists(ts, (*Txn).sameSession, snapshot) }

// StrongSnapshotIsolation is SnapshotIsolation with snapshots that include all
// that is complete.
func StrongSnapshotIsolation(ts Txns) bool { return exists(ts, (*Txn).before, snapshot) }

// Prefix reports whether every transaction can have read from a snapshot.
func Prefix(ts Txns) bool { return exists(ts, none, prefix) }

// ReadCommitted reports whether every read can have seen committed state, and
// transactions took effect at once.
func ReadCommitted(ts Txns) bool { return exists(ts, none, committed) }

// StrongReadCommitted is ReadCommitted with commits in the order of real time.
// Reads may be stale.
func StrongReadCommitted(ts Txns) bool { return exists(ts, (*Txn).before, committed) }

// KeysInSession is m by an order that keeps, of transactions that touch the same
// key, that of each process.
func KeysInSession(m func(ts Txns, before func(t, u *Txn) bool) bool) func(Txns) bool {
	return func(ts Txns) bool { return m(ts, sharing((*Txn).sameSession)) }
}

// KeysInTime is m by an order that keeps, of transactions that touch the same
// key, that of real time.
func KeysInTime(m func(ts Txns, before func(t, u *Txn) bool) bool) func(Txns) bool {
	return func(ts Txns) bool { return m(ts, sharing((*Txn).before)) }
}

// SerializableIn is Serializable by an order that keeps some order.
func SerializableIn(ts Txns, before func(t, u *Txn) bool) bool { return exists(ts, before, serial) }

// SnapshotIsolationIn is SnapshotIsolation with snapshots that include what comes
// before in some order.
func SnapshotIsolationIn(ts Txns, before func(t, u *Txn) bool) bool {
	return exists(ts, before, snapshot)
}

// sharing restricts an order to transactions that touch a key in common.
func sharing(before func(t, u *Txn) bool) func(t, u *Txn) bool {
	return func(t, u *Txn) bool {
		return before(t, u) && slices.ContainsFunc(t.Ops, func(m Mop) bool {
			return slices.ContainsFunc(u.Ops, func(o Mop) bool { return o.Key == m.Key })
		})
	}
}

func none(_, _ *Txn) bool { return false }

// A rule reports whether t can have read what it did if it commits next.
type rule func(o *order, t *Txn) bool

func serial(o *order, t *Txn) bool { return o.explains(t, len(o.txns)) }

func snapshot(o *order, t *Txn) bool {
	for s := len(o.txns); s >= 0; s-- {
		if o.explains(t, s) {
			return true
		}
		if s > 0 && (o.mustSee(o.txns[s-1], t) || conflict(o.txns[s-1], t)) {
			return false
		}
	}
	return false
}

func prefix(o *order, t *Txn) bool {
	for s := len(o.txns); s >= 0; s-- {
		if o.explains(t, s) && o.keepsPromises(t) {
			return true
		}
	}
	return false
}

func committed(o *order, t *Txn) bool {
	for i := range t.Ops {
		seen := slices.ContainsFunc(o.states, func(s state) bool { return s.explains(t, i) })
		if !seen {
			return false
		}
	}
	return o.keepsPromises(t)
}

// conflict reports whether t and u append to the same key.
func conflict(t, u *Txn) bool {
	return slices.ContainsFunc(t.Ops, func(m Mop) bool { return m.Append && u.appends(m.Key, len(u.Ops)) })
}
