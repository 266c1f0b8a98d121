package weak

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// atomicEdges returns the forced edges of monotonic atomic view or read atomic.
//
// Of transactions that session order makes visible only the last writer of the
// key matters: the others precede it anyway. Of those that were read from, each
// counts; who wrote what is asked by pairs of reads in small transactions, and
// from the shorter side in large ones, which makes O(ops^1.5) at the worst
// (Møldrup & Pavlogiannis 2025).
func (c *checker) atomicEdges(ctx context.Context) ([]Forced, error) {
	w, err := newWritten(ctx, c.index)
	if err != nil {
		return nil, err
	}
	start := func() func([]int32) []Forced {
		p := &atomicPass{checker: c, w: w, blocks: c.scope.blockOf}
		if c.level == ReadAtomic {
			p.last = huge.Make[lastWriter](c.h.Keys)[:c.h.Keys]
		}
		return p.session
	}
	if c.level == ReadAtomic && c.sessions {
		return c.eachSession(ctx, start) // so that the last writer of each key is at hand
	}
	return c.eachChunk(ctx, start)
}

// atomicPass is the scratch space of a worker.
type atomicPass struct {
	*checker
	w      *written
	blocks []int32      // of the scope: reads from elsewhere do not matter
	stamp  int32        // of the session
	last   []lastWriter // per key, at read atomic
	key    []int32      // the ops of some transactions
	ops    []int32      // their from
	reads  []read
	large  largeTxn
	out    []Forced
}

// lastWriter is the last transaction of a session that wrote a key.
type lastWriter struct{ stamp, txn int32 }

// A read of a transaction, with what is asked of it in pairs.
type read struct {
	key, from int32
	at        int32  // the writer's place
	bits      uint64 // of the key
	sig       uint64 // of the keys that the writer writes
}

// gathered is how many transactions are copied to one place before they are
// looked at. Those of a session lie far apart: waiting for each in turn took
// three times as long as copying, which waits for many at once.
const gathered = 64

func (p *atomicPass) session(txns []int32) []Forced {
	p.out = nil
	p.stamp++
	for batch := range slices.Chunk(txns, gathered) {
		p.key, p.ops = p.key[:0], p.ops[:0]
		for _, t := range batch {
			lo, hi := p.h.Off[t], p.h.Off[t+1]
			p.key = append(p.key, p.h.Key[lo:hi]...)
			p.ops = append(p.ops, p.from[lo:hi]...)
		}
		at := int32(0)
		for _, t := range batch {
			n := p.h.Off[t+1] - p.h.Off[t]
			p.txn(t, p.key[at:at+n], p.ops[at:at+n])
			at += n
		}
	}
	return p.out
}

func (p *atomicPass) txn(t int32, key, from []int32) {
	p.reads = p.reads[:0]
	for o, f := range from {
		if f >= Initial && (p.blocks == nil || f >= 0 && p.blocks[f] >= 0) {
			r := read{key: key[o], from: f, at: p.at(f), bits: bits2(key[o])}
			if f >= 0 {
				r.sig = p.w.sig[f]
			}
			p.reads = append(p.reads, r)
		}
	}
	if p.last != nil && p.sess[t] >= 0 {
		p.inSession(t, key, from)
	}
	if len(p.reads) > heavy/2 {
		p.heavyTxn(t)
	} else {
		p.pairs(t)
	}
}

// pairs adds the edges that are due to reads. The loop runs a hundred million
// times for some histories, and its condition is true for one pair in a hundred.
func (p *atomicPass) pairs(t int32) {
	either := uint64(0) // all ones if edges that lead forward count, too
	if p.scope.want != wantBack {
		either = ^either
	}
	for i := range p.reads {
		r, others := &p.reads[i], p.reads
		if p.level == MonotonicAtomicView {
			others = p.reads[:i]
		}
		for j := range others {
			e := &others[j]
			backward := uint64(int64(r.at-e.at) >> 63) // all ones or zero
			if e.sig&(backward|either)&r.bits == r.bits && e.from != r.from && p.wants(e.from, r.from) && p.w.search(e.from, r.key) {
				p.out = append(p.out, Forced{r.key, e.from, r.from, t})
			}
		}
	}
}

// inSession adds the edges that are due to session order, and keeps last.
func (p *atomicPass) inSession(t int32, key, from []int32) {
	for _, r := range p.reads {
		if u := p.last[r.key]; u.stamp == p.stamp && u.txn != r.from && p.wants(u.txn, r.from) {
			p.out = append(p.out, Forced{r.key, u.txn, r.from, t})
		}
	}
	if p.leaf(t) {
		return
	}
	for o, f := range from {
		if f == Write {
			p.last[key[o]] = lastWriter{p.stamp, t}
		}
	}
}
