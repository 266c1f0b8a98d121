package oracle

import (
	"encoding/binary"
	"slices"
)

// state is what the keys hold after some commits.
type state map[int][]int

// order is a commit order in the making. states[s] is the state after the first
// s transactions.
type order struct {
	txns    []*Txn
	states  []state
	mustSee func(t, u *Txn) bool // t comes before u, and u sees it
}

// explains reports whether t can have read everything from state s.
func (o *order) explains(t *Txn, s int) bool {
	for i := range t.Ops {
		if !o.states[s].explains(t, i) {
			return false
		}
	}
	return true
}

// keepsPromises reports whether those reads of t that follow its own appends
// to the key hold if t commits next. Those of registers promise nothing: whoever
// wrote a register knows what it holds, whatever was there before.
func (o *order) keepsPromises(t *Txn) bool {
	now := o.states[len(o.states)-1]
	for i, m := range t.Ops {
		if !m.Append && t.appends(m.Key, i) && !now.explains(t, i) {
			return false
		}
	}
	return true
}

// explains reports whether t's micro-op i is an append or can be a read of s.
func (s state) explains(t *Txn, i int) bool {
	m := &t.Ops[i]
	if m.Append || t.unknown(m) {
		return true
	}
	return slices.Equal(m.List, t.leave(s[m.Key], m.Key, i))
}

// after returns the state that t's commit leaves.
func (s state) after(t *Txn) state {
	next := make(state, len(s)+1)
	for key, content := range s {
		next[key] = content
	}
	for i := range t.Ops {
		if m := &t.Ops[i]; m.Append {
			next[m.Key] = m.apply(next[m.Key])
		}
	}
	return next
}

// search looks for a commit order that holds every ok transaction.
type search struct {
	order
	all     []*Txn // that can be in it
	fits    rule
	placed  []bool
	missing int // ok transactions not placed yet
	dead    map[string]bool
}

// exists reports whether there is a commit order that keeps mustSee and in
// which every transaction fits.
func exists(ts Txns, mustSee func(t, u *Txn) bool, fits rule) bool {
	s := search{order: order{states: []state{{}}, mustSee: mustSee}, fits: fits, dead: map[string]bool{}}
	for i := range ts {
		if t := &ts[i]; t.status() != Fail {
			s.all = append(s.all, t)
			if t.status() == OK {
				s.missing++
			}
		}
	}
	s.placed = make([]bool, len(s.all))
	return s.extend()
}

// extend reports whether the order so far can be completed.
func (s *search) extend() bool {
	if s.missing == 0 {
		return true
	}
	name := s.name()
	if s.dead[name] {
		return false
	}
	for i, t := range s.all {
		if s.placed[i] || !s.ready(t) || !s.fits(&s.order, t) {
			continue
		}
		s.push(i, t)
		if s.extend() {
			return true
		}
		s.pop(i, t)
	}
	s.dead[name] = true
	return false
}

// ready reports whether all that must come before t is there.
func (s *search) ready(t *Txn) bool {
	for i, u := range s.all {
		if u != t && !s.placed[i] && s.mustSee(u, t) {
			return false
		}
	}
	return true
}

func (s *search) push(i int, t *Txn) {
	s.placed[i] = true
	s.states = append(s.states, s.states[len(s.txns)].after(t))
	s.txns = append(s.txns, t)
	if t.status() == OK {
		s.missing--
	}
}

func (s *search) pop(i int, t *Txn) {
	s.placed[i] = false
	s.states = s.states[:len(s.txns)]
	s.txns = s.txns[:len(s.txns)-1]
	if t.status() == OK {
		s.missing++
	}
}

// name identifies what the rest of the search depends on. For all models it is
// enough to know the order of the transactions that append, and between which
// of them each other one stands: two that only read may change places.
func (s *search) name() string {
	var name []byte
	group := []int{}
	flush := func() {
		slices.Sort(group)
		for _, g := range group {
			name = binary.AppendUvarint(name, uint64(g))
		}
		group = group[:0]
	}
	for _, t := range s.txns {
		id := slices.Index(s.all, t) + 1
		if slices.ContainsFunc(t.Ops, func(m Mop) bool { return m.Append }) {
			flush()
			name = append(binary.AppendUvarint(name, uint64(id)), 0)
			continue
		}
		group = append(group, id)
	}
	flush()
	return string(name)
}
