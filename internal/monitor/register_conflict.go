package monitor

// explain returns the given ops and all that shows that they take effect and what
// they find: the chains up to them and, after a pending op, up to one that
// returned. If that is long, it is cut off where it is too long for a conflict.
func (r *register) explain(ops ...int32) []int32 {
	var s []int32
	for _, i := range ops {
		if i < 0 {
			continue
		}
		if r.ops[i].pending() {
			s = append(s, r.observers(i)...)
		}
		// Steps are counted, as CAS ops may expect each other's values.
		for w, steps := i, 0; w >= 0 && steps <= maxConflict; steps++ {
			s = append(s, w)
			v, ok := finds(&r.ops[w])
			if !ok {
				break
			}
			w = r.writer[v]
		}
	}
	return s
}

// observers returns ops that found what the pending op w wrote, or what one of
// them wrote. The last of them returned.
func (r *register) observers(w int32) []int32 {
	var s []int32
	for len(s) < maxConflict && r.ops[w].pending() {
		w = r.finder(w)
		s = append(s, w)
	}
	return s
}

// finder returns an op that found what w wrote, one that returned if there is one.
func (r *register) finder(w int32) int32 {
	v, _ := sets(&r.ops[w])
	finder := int32(none)
	for i := range r.ops {
		if u, ok := finds(&r.ops[i]); !ok || u != v || r.block[i] == none {
			continue
		}
		if finder = int32(i); !r.ops[i].pending() {
			break
		}
	}
	return finder
}

// explainOrder explains why block b cannot be where it is in its chain.
func (r *register) explainOrder(head, b int32) []int32 {
	part := column(len(r.source), none)
	for a := head; a != b; a = r.next[a] {
		part[a] = 0
	}
	part[b] = 1
	ends := r.ends(part)
	return r.explain(ends[0].last, ends[1].first)
}

// explainChains explains why neither of two chains can be before the other.
func (r *register) explainChains(heads ...int32) []int32 {
	part := column(len(r.source), none)
	for i, head := range heads {
		for b := head; b != none; b = r.next[b] {
			part[b] = int32(i)
		}
	}
	ends := r.ends(part)
	if heads[0] == 0 || heads[1] == 0 { // what matters of init's chain is its end
		ends[0].first, ends[1].last = none, none
		if heads[1] == 0 {
			ends[0], ends[1] = ends[1], ends[0]
		}
	}
	return r.explain(ends[0].first, ends[0].last, ends[1].first, ends[1].last)
}

// explainCycle returns the blocks that no chain reaches, if they are few.
func (r *register) explainCycle() []int32 {
	reached := make([]bool, len(r.source))
	for _, head := range r.heads {
		for b := head; b != none; b = r.next[b] {
			reached[b] = true
		}
	}
	for b, w := range r.source {
		if !reached[b] {
			return r.explain(w)
		}
	}
	panic("monitor: no cycle of CAS ops")
}

// ends returns, for each of two parts of the blocks, the op with the least Ret and
// that with the greatest Inv.
func (r *register) ends(part []int32) (ends [2]struct{ first, last int32 }) {
	for p := range ends {
		ends[p].first, ends[p].last = none, none
	}
	for i, b := range r.block {
		if b == none || part[b] == none {
			continue
		}
		e := &ends[part[b]]
		if e.first == none || r.ops[i].Ret < r.ops[e.first].Ret {
			e.first = int32(i)
		}
		if e.last == none || r.ops[i].Inv > r.ops[e.last].Inv {
			e.last = int32(i)
		}
	}
	return ends
}
