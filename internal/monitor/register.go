package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// Register decides a history of Read, Write and CAS ops on a register that holds
// init at first, or None if it may hold anything that is not read.
//
// It decides if no value that an op was seen to find is written by two ops, or
// by one op and also init: then it is known which op each read is to follow. A
// CAS from a value to itself is a Read.
//
// # Passes
//
// What must take effect: the ops that returned; of pending ones, those that wrote
// what one of these found (need). A linearization without the others is one, too.
//
// A block is a writer and the reads of what it wrote, in any order; init has one
// without a writer. A CAS must come right after the block whose value it expects,
// so the blocks form chains, each from a Write or from init on (block, chain).
// Chains are clusters, see zone. Within a chain, an op must not return before an
// op in an earlier block begins.
//
// Gibbons & Korach: Testing Shared Memories, SIAM Journal on Computing 26(4), 1997,
// for reads and writes.
func Register(ops []Op, init int32) Answer {
	return inOrder(ops, func(ops []Op) Answer {
		r := register{ops: ops, init: init}
		for _, pass := range []func() (Answer, bool){r.writers, r.need, r.group, r.link, r.chain} {
			if a, done := pass(); done {
				return a
			}
		}
		return r.solve()
	})
}

type register struct {
	ops  []Op
	init int32

	writer []int32 // of a value: the op, none, many, or initially
	seen   []bool  // whether a value must have been there
	block  []int32 // of an op: its block, or none if it takes no effect

	// By block; block 0 is that of init.
	source []int32 // the op that writes
	size   []int32 // how many ops
	next   []int32 // the block that must be next, or none
	span   []zone

	heads []int32 // first blocks of chains
	zones []zone  // by chain
}

// initially is the writer of the value init.
const initially = -3

// finds returns the value that op expects or returns.
func finds(op *Op) (v int32, ok bool) { return op.A, op.F != Write }

// sets returns the value that op writes.
func sets(op *Op) (v int32, ok bool) {
	if op.F == CAS {
		return op.B, op.A != op.B
	}
	return op.A, op.F == Write
}

func (r *register) writers() (Answer, bool) {
	top := r.init
	for i := range r.ops {
		op := &r.ops[i]
		switch op.F {
		case Read:
			if op.pending() {
				continue
			}
		case CAS:
			top = max(top, op.B)
		case Write:
		default:
			return undecided(), true
		}
		top = max(top, op.A)
	}
	r.writer = column(int(top)+1, none)
	if r.init >= 0 {
		r.writer[r.init] = initially
	}
	for i := range r.ops {
		if v, ok := sets(&r.ops[i]); ok {
			if r.writer[v] == none {
				r.writer[v] = int32(i)
			} else {
				r.writer[v] = many
			}
		}
	}
	return Answer{}, false
}

// need finds the ops that take effect, and marks them in block.
func (r *register) need() (Answer, bool) {
	r.seen = make([]bool, len(r.writer))
	r.block = column(len(r.ops), none)
	for i := range r.ops {
		if r.ops[i].pending() {
			continue
		}
		r.block[i] = 0
		for v, ok := finds(&r.ops[i]); ok && !r.seen[v]; {
			r.seen[v] = true
			w := r.writer[v]
			switch w {
			case many:
				return undecided(), true
			case none:
				return illegal(r.explain(int32(i))...), true
			case initially:
				ok = false
				continue
			}
			if !r.ops[w].pending() {
				break // has its turn, or had it
			}
			r.block[w] = 0
			v, ok = finds(&r.ops[w])
		}
	}
	return Answer{}, false
}

// group puts the ops that take effect into blocks.
func (r *register) group() (Answer, bool) {
	blocks := 1
	for i := range r.ops {
		if _, ok := sets(&r.ops[i]); ok && r.block[i] != none {
			blocks++
		}
	}
	r.source = append(huge.Make[int32](blocks), none)
	r.span = append(huge.Make[zone](blocks), zone{-1, -1}) // init was written before all
	r.size = column(blocks, 0)
	for i := range r.ops {
		if _, ok := sets(&r.ops[i]); ok && r.block[i] != none {
			r.block[i] = int32(len(r.source))
			r.size[r.block[i]] = 1
			r.source = append(r.source, int32(i))
			r.span = append(r.span, zone{r.ops[i].Ret, r.ops[i].Inv})
		}
	}
	for i := range r.ops {
		op := &r.ops[i]
		if _, ok := sets(op); ok || r.block[i] == none {
			continue
		}
		b := r.found(op)
		r.block[i] = b
		r.size[b]++
		z := &r.span[b]
		if b > 0 && op.Ret < r.ops[r.source[b]].Inv {
			return illegal(r.explain(int32(i))...), true
		}
		z.first = min(z.first, op.Ret)
		z.last = max(z.last, op.Inv)
	}
	return Answer{}, false
}

// found returns the block with the value that op found.
func (r *register) found(op *Op) int32 {
	if w := r.writer[op.A]; w != initially {
		return r.block[w]
	}
	return 0
}

// link finds which block must follow which.
func (r *register) link() (Answer, bool) {
	r.next = column(len(r.source), none)
	r.heads = huge.Make[int32](len(r.source))
	for b, w := range r.source {
		if w == none || r.ops[w].F != CAS {
			r.heads = append(r.heads, int32(b))
			continue
		}
		before := &r.next[r.found(&r.ops[w])]
		if *before != none {
			return illegal(r.explain(w, r.source[*before])...), true
		}
		*before = int32(b)
	}
	return Answer{}, false
}

// chain joins the zones of the blocks of each chain.
func (r *register) chain() (Answer, bool) {
	blocks := 0
	r.zones = huge.Make[zone](len(r.heads))
	for _, head := range r.heads {
		z := zone{Never, -1}
		for b := head; b != none; b = r.next[b] {
			blocks++
			if r.span[b].first < z.last {
				return illegal(r.explainOrder(head, b)...), true
			}
			z.first = min(z.first, r.span[b].first)
			z.last = max(z.last, r.span[b].last)
		}
		r.zones = append(r.zones, z)
	}
	if blocks < len(r.source) { // some CAS ops expect each other's values
		return illegal(r.explainCycle()...), true
	}
	return Answer{}, false
}

// solve puts the chains in order.
func (r *register) solve() Answer {
	keys, c, d := arrange(r.zones)
	if c != none {
		return illegal(r.explainChains(r.heads[c], r.heads[d])...)
	}
	at := r.size // from here on: where the next op of a block goes
	sum := int32(0)
	for _, k := range keys {
		for b := r.heads[id(k)]; b != none; b = r.next[b] {
			at[b], sum = sum, sum+r.size[b]
		}
	}
	order := column(int(sum), 0)
	for b, w := range r.source {
		if w != none {
			order[at[b]] = w
			at[b]++
		}
	}
	for i, b := range r.block {
		if b != none && r.source[b] != int32(i) {
			order[at[b]] = int32(i)
			at[b]++
		}
	}
	return linearizable(order)
}
