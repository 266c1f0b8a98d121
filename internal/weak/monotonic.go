package weak

import "context"

// monotonicReads returns the forced edges of monotonic reads. The versions that
// a session reads of a key are in its order, so an edge from each to the next
// different one is enough. O(ops).
func (c *checker) monotonicReads(ctx context.Context) ([]Forced, error) {
	return c.eachSession(ctx, func() func([]int32) []Forced {
		p := &monotonicPass{checker: c, keys: make([]lastRead, c.h.Keys)}
		return p.session
	})
}

// lastRead is what a session read last of a key, by the versions' writers; each
// is Initial if there is none.
type lastRead struct {
	stamp       int32
	last, prior int32 // the last one, the last other one

	// A transaction does not have to see its own version. If a session had read
	// it last and then the transaction itself read another, that is no edge, but
	// others who read on will be after it.
	own int32
}

type monotonicPass struct {
	*checker
	stamp int32
	keys  []lastRead
	undo  []undo
	out   []Forced
}

type undo struct {
	key int32
	was lastRead
}

func (p *monotonicPass) session(txns []int32) []Forced {
	p.out = nil
	p.stamp++
	for _, t := range txns {
		p.undo = p.undo[:0]
		for o := p.h.Off[t]; o < p.h.Off[t+1]; o++ {
			if f := p.from[o]; f >= Initial {
				p.read(t, p.h.Key[o], f)
			}
		}
		if p.leaf(t) { // nothing in the session comes after what it read
			for i := len(p.undo) - 1; i >= 0; i-- {
				p.keys[p.undo[i].key] = p.undo[i].was
			}
		}
	}
	return p.out
}

// read notes that t read f's version of the key.
func (p *monotonicPass) read(t, key, f int32) {
	e := &p.keys[key]
	if p.leaf(t) {
		p.undo = append(p.undo, undo{key, *e})
	}
	if e.stamp != p.stamp {
		*e = lastRead{p.stamp, Initial, Initial, Initial}
	}
	before := e.last
	if before == t {
		before = e.prior
	}
	p.edge(t, key, before, f)
	p.edge(t, key, e.own, f)
	if f == Initial {
		return
	}
	switch {
	case e.last == t && f != t:
		e.own = t
	case e.own != t:
		e.own = Initial
	}
	if f != e.last {
		e.last, e.prior = f, e.last
	}
}

// edge adds an edge from a version that t had to see, if there is one.
func (p *monotonicPass) edge(t, key, from, to int32) {
	if from >= 0 && from != t && from != to && p.wantsVersion(key, from, to) {
		p.out = append(p.out, Forced{key, from, to, t})
	}
}

// wantsVersion is wants, also for blocks of versions.
func (p *monotonicPass) wantsVersion(key, from, to int32) bool {
	if p.scope.want != wantBlock {
		return p.wants(from, to)
	}
	if from == Initial || to == Initial || !p.scope.keys[key] {
		return false
	}
	a, b := p.w.slot(p.index, key, from), p.w.slot(p.index, key, to)
	return a >= 0 && b >= 0 && p.scope.slotBlock[a] >= 0 && p.scope.slotBlock[a] == p.scope.slotBlock[b]
}
