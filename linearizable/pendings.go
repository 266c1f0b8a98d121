package linearizable

// pendings are the pending operations of a search. Those with one transition are
// interchangeable: a search that needs one takes the earliest invoked that is left, so
// that it is enough to count.
type pendings struct {
	first    int32 // the op that is the first of them
	choices  []choice
	supplies int32
	rank     []supplied // per op
	every    []int32    // choice
	resets   []int32    // choices that overwrite
	offers   [][]int32  // per state: the choices that may be possible; nil if that is not known
	bags
}

// A choice is a transition that pending ops offer.
type choice struct {
	t      int32
	supply int32   // what it takes one of
	ops    []int32 // by invocation
}

// supplied says where an op comes in its supply.
type supplied struct{ supply, rank int32 }

// layOut sorts ops, of which the first has the number n, by transition. Ops with one
// id are alternatives, of which one takes effect at most. Whatever took nobody
// knows what may have taken the same as another, so their choices share a supply.
func (p *pendings) layOut(ops []searchOp, n int32, traits []trait) {
	p.first = n
	p.rank = make([]supplied, len(ops))
	byT := make([]int32, len(traits)) // choices, from 1
	byID := map[int32]int32{}         // supplies
	for j, op := range ops {
		if traits[op.t]&isPure != 0 {
			p.rank[j] = supplied{-1, 0}
			continue
		}
		c := byT[op.t] - 1
		if c < 0 {
			c = int32(len(p.choices))
			byT[op.t] = c + 1
			supply, shared := byID[op.id]
			if !shared {
				supply = p.supplies
				p.supplies++
			}
			p.choices = append(p.choices, choice{t: op.t, supply: supply})
			p.every = append(p.every, c)
			if traits[op.t]&overwrites != 0 {
				p.resets = append(p.resets, c)
			}
		}
		ch := &p.choices[c]
		byID[op.id] = ch.supply
		p.rank[j] = supplied{ch.supply, int32(len(ch.ops))}
		ch.ops = append(ch.ops, n+int32(j))
	}
	p.bags = newBags(p.supplies)
}

// use returns the multiset with one more of a choice.
func (p *pendings) use(used, choice int32) int32 {
	return p.add(used, p.depth, p.choices[choice].supply)
}

// op returns the op that is used next by a choice, -1 if there is none left.
func (p *pendings) op(used, choice int32) int32 {
	c := &p.choices[choice]
	if u := p.countOf(used, c.supply); int(u) < len(c.ops) {
		return c.ops[u]
	}
	return -1
}

// offered returns the choices that may be possible in a state.
func (p *pendings) offered(state int32) []int32 {
	if p.offers == nil {
		return p.every
	}
	return p.offers[state]
}

// isUsed reports whether a multiset has the jth pending op.
func (p *pendings) isUsed(used, j int32) bool {
	r := p.rank[j]
	return r.supply >= 0 && p.countOf(used, r.supply) > r.rank
}

// bags are multisets of small numbers. They are trees of four branches, of which
// equal parts are one, so that one more element takes a few numbers, however many
// there are. The counts are in the leaves. Bag 0 is empty.
type bags struct {
	depth int
	all   [][4]int32
	table []int32 // open addressing
}

func newBags(elements int32) bags {
	b := bags{all: make([][4]int32, 1)}
	for most := int32(4); most < elements; most *= 4 {
		b.depth++
	}
	return b
}

func (b *bags) bytes() int64 { return int64(16*cap(b.all) + 4*cap(b.table)) }

func (b *bags) add(id int32, depth int, element int32) int32 {
	q := b.all[id]
	at := element >> (2 * depth) & 3
	if depth == 0 {
		q[at]++
	} else {
		q[at] = b.add(q[at], depth-1, element)
	}
	return b.intern(q)
}

func (b *bags) countOf(id, element int32) int32 {
	for depth := b.depth; depth >= 0 && id != 0; depth-- {
		id = b.all[id][element>>(2*depth)&3]
	}
	return id
}

// within reports whether bag x has of everything as much as y at most.
func (b *bags) within(x, y int32) bool { return b.subset(x, y, b.depth) }

func (b *bags) subset(x, y int32, depth int) bool {
	if x == y || x == 0 {
		return true
	}
	if y == 0 {
		return false
	}
	for i := range 4 {
		p, q := b.all[x][i], b.all[y][i]
		if depth == 0 && p > q || depth > 0 && !b.subset(p, q, depth-1) {
			return false
		}
	}
	return true
}

func (b *bags) intern(q [4]int32) int32 {
	if 2*len(b.all) >= len(b.table) {
		b.table = make([]int32, max(64, 2*len(b.table)))
		for id := 1; id < len(b.all); id++ {
			b.table[b.find(b.all[id])] = int32(id)
		}
	}
	at := b.find(q)
	if b.table[at] == 0 {
		b.table[at] = int32(len(b.all))
		b.all = append(b.all, q)
	}
	return b.table[at]
}

func (b *bags) find(q [4]int32) int {
	h := mix(mix(0, uint64(uint32(q[0]))<<32|uint64(uint32(q[1]))), uint64(uint32(q[2]))<<32|uint64(uint32(q[3])))
	mask := uint64(len(b.table) - 1)
	for at := h >> 32 & mask; ; at = (at + 1) & mask {
		if id := b.table[at]; id == 0 || b.all[id] == q {
			return int(at)
		}
	}
}
