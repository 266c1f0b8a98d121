package elle

import (
	"context"

	"github.com/seed-c33ae711/jcheck/edn"
)

// registers is the workload of blind writes and reads of registers.
//
// A version of a register is what a transaction wrote to it last; it has a number
// of its own for each key, in the order in which values first appear, and the
// initial version, nil, is number 0. Where several transactions wrote a value, the
// version of each has its own number, and what reads of it saw is not known.
type registers struct {
	x    *txns
	src  *edn.Source
	opt  *Options
	rank map[int32]int64 // per transaction its place in the order that was given

	implied []source // what follows from the models that are checked

	// Micro-ops, in the order of transactions and then their own: those of
	// transaction t are off[t] to off[t+1].
	off   []int32
	key   []int32
	write []bool  // whether it is a write
	ver   []int32 // the version read or written, unknownVersion if it is not known

	keys []span // where key k first stands in the source
	recs []rec  // all micro-ops again, by key: those of key k are recs[first[k]:first[k+1]]
	// first also numbers versions: those of key k begin at first[k]+k.
	first []int32

	writer   []int32 // per version: who wrote it, noWriter if nobody who may have taken effect
	observed []bool  // per transaction: it is indeterminate, but what it wrote was read

	kept   func(Anomaly) int // how many findings of a type are kept
	found  *finds            // what shows in a key alone
	forced *forcer
	shown  *shownOrder // see orderOf
	info   Inference
}

const unknownVersion = -1

const noWriter = -1

// A rec is a micro-op of a key.
type rec struct {
	txn int32
	at  uint32 // its place in the transaction, and in the lowest bit whether it is a write
}

func makeRec(txn, index int32, write bool) rec {
	r := rec{txn, uint32(index) << 1}
	if write {
		r.at |= 1
	}
	return r
}

func (r rec) isWrite() bool { return r.at&1 != 0 }
func (r rec) index() int    { return int(r.at >> 1) }

func newRegisters(ctx context.Context, x *txns, opt *Options, implied []source, kept func(Anomaly) int) (*registers, error) {
	r := &registers{x: x, src: x.h.Source(), opt: opt, implied: implied, kept: kept}
	if err := r.rankTxns(); err != nil {
		return nil, err
	}
	d, err := decodeRegisters(ctx, x)
	if err != nil {
		return nil, err
	}
	r.off, r.key, r.write, r.keys = d.off, d.key, d.write, d.keys
	if err := r.groupByKey(ctx); err != nil {
		return nil, err
	}
	init, err := d.codeOf(r.src, opt.Init)
	if err != nil {
		return nil, err
	}
	return r, r.findVersions(ctx, d.val, init)
}

func (r *registers) size() (keys, mops int) { return len(r.keys), len(r.key) }

func (r *registers) anyRead() bool {
	for t := range int32(r.x.len()) {
		for i := r.off[t]; i < r.off[t+1] && r.x.readsCount(t); i++ {
			if !r.write[i] {
				return true
			}
		}
	}
	return false
}

func (r *registers) tookEffect(t int32) bool { return r.x.status[t] == committed || r.observed[t] }

func (r *registers) under(implied []source) workload {
	other := *r
	other.implied, other.forced, other.shown = implied, nil, nil
	other.info = Inference{WrittenTwice: r.info.WrittenTwice}
	return &other
}

// base is the number of key k's initial version among all versions.
func (r *registers) base(k int32) int32 { return r.first[k] + k }

// wrote returns who wrote version v of key k, if it took effect for all that is
// known: if it is indeterminate, somebody must have read what it wrote.
func (r *registers) wrote(k, v int32) int32 {
	if v == unknownVersion {
		return noWriter
	}
	t := r.writer[r.base(k)+v]
	if t >= 0 && !r.tookEffect(t) {
		return noWriter
	}
	return t
}

// keyValue returns a key as it was written.
func (r *registers) keyValue(k int32) edn.Value {
	sp := r.keys[k]
	return r.src.Value(sp.lo, sp.lo+int(sp.len))
}

// value returns the value of a micro-op, by its place in its transaction.
func (r *registers) value(t int32, at int) edn.Value {
	if v, ok := writtenValue(r.x.asked(t), at); ok && r.write[r.off[t]+int32(at)] {
		return v
	}
	lo, hi := r.x.value(t)
	if mops, err := r.src.Value(lo, hi).Items(nil); err == nil && at < len(mops) {
		if parts, err := mops[at].Items(nil); err == nil && len(parts) > 2 {
			return parts[2]
		}
	}
	return edn.Value{}
}
