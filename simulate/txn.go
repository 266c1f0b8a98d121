package simulate

import "slices"

// stage is how far a transaction has got.
type stage uint8

const (
	waiting    stage = iota // it has been invoked
	reading                 // it has its snapshot
	installing              // its commit is decided and becomes visible
	over                    // it has committed, or not
)

// txn is a transaction under way.
type txn struct {
	invoked []Mop
	result  []Mop
	keys    []*key  // of each micro-op
	saw     []int64 // the commit whose version each micro-op read
	snap    int64   // the last commit in its snapshot
	stage   stage
	next    int // the micro-op to run or to install
	refused bool
	reason  string // why it was refused

	unlucky bool // it will be refused for no reason
	crash   bool // its client will not learn the outcome
	final   bool // it is a final read, which nothing may go wrong with
}

func (t *txn) readOnly() bool {
	return !slices.ContainsFunc(t.invoked, func(m Mop) bool { return m.Write })
}

// firstWrite reports whether micro-op i is the first write to its key.
func (t *txn) firstWrite(i int) bool { return t.invoked[i].Write && !t.wroteBefore(i) }

// wroteBefore reports whether micro-op i follows a write to its key.
func (t *txn) wroteBefore(i int) bool {
	for j := range i {
		if t.keys[j] == t.keys[i] && t.invoked[j].Write {
			return true
		}
	}
	return false
}

// withOwn returns what the first n micro-ops leave of k, which held content
// before them.
func (t *txn) withOwn(content []int64, k *key, n int) []int64 {
	for j := range n {
		if t.keys[j] != k || !t.invoked[j].Write {
			continue
		}
		if k.register {
			content = nil
		}
		content = append(content, t.invoked[j].Value)
	}
	return content
}

// changed reports whether a key has a version that is newer than the snapshot,
// or is about to get one, of those micro-ops that count.
func (t *txn) changed(counts func(i int) bool) bool {
	for i, k := range t.keys {
		if counts(i) && (k.at(newest).commit > t.snap || k.owner != nil) {
			return true
		}
	}
	return false
}

func (t *txn) writesChanged() bool {
	return t.changed(func(i int) bool { return t.invoked[i].Write })
}

// ownReadsChanged reports whether a read of the transaction's own append would
// turn out wrong: it told the client where in the list the element stands, and
// someone else has come between. Databases prevent that by locking the key. What
// a register held before it was written, its writer cannot tell.
func (t *txn) ownReadsChanged() bool {
	for i, k := range t.keys {
		if !k.register && !t.invoked[i].Write && t.wroteBefore(i) && k.at(newest).commit != t.saw[i] {
			return true
		}
	}
	return false
}
