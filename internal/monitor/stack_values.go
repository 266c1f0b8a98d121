package monitor

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// StackOfValues decides what Stack does, of values that are pushed more than once, and
// with any pending ops, by a search.
//
// # A stack that is shared
//
// The search puts ops in order one by one, each such that none that is left returned
// before it began. Where it stands is which ops were taken, its control, and the stack.
// That is a pushdown automaton, whose controls have no cycle. What can happen until an
// element is popped does not depend on what is below it. So elements are cells: those
// with one value that were pushed on the way to one control are one cell, with all that
// may lie below it (Tomita 1986 shares stacks so). A place is a control and the cell on
// top; each is looked at once, however many stacks it stands for. A pop leads to all
// cells below, and to those that are found later.
//
// # What need not be looked at
//
// Of ops that push, or pop, the same value, the first to return is the one to take: in
// an order that has another here and this one later, exchange them. Of pending ops this
// is the first to begin, and they come after all that returned. A pop that found the
// stack empty is taken where that is possible: it changes nothing, and it binds nothing
// that is left.
//
// The Search is nil if ops are not those of a stack.
func StackOfValues(ops []Op) Search {
	byInv, were := arranged(ops)
	s := &sharedStack{ops: byInv, were: were, jumps: newJumps(), ids: map[string]int32{}, cellIDs: map[uint64]int32{}, placeIDs: map[uint64]int32{}}
	if !s.layOut() {
		return nil
	}
	return s
}

// sharedStack is the search of StackOfValues.
type sharedStack struct {
	ops  []Op
	were []int32

	all      []int32   // ops that returned, by Inv
	until    []int32   // per place in all: the first Ret from there on
	lostPush [][]int32 // by value: pending ops, by Inv
	lost     []int32   // the values of these
	lostPop  []int32

	controls []control
	ids      map[string]int32
	text     []byte
	held     int64 // bytes of controls
	cells    []cell
	cellIDs  map[uint64]int32 // by control and value
	places   []place
	placeIDs map[uint64]int32 // by control and cell
	open     []int32          // places, the last to be looked at first
	aside    []int32
	jumps    jumps
	steps    int64
	deep     int

	best map[int32]int32 // scratch
}

// A control is which ops were taken: of those that returned, all up to the last, but
// for some; of those that are pending, so many.
type control struct {
	last    int32
	left    []int32 // places in all, below last
	pushes  []int32 // the value of each pending push, ascending
	pops    int32
	taken   int32
	choices []choice // nil until they are known
	known   bool
}

// A choice is an op that may be next.
type choice struct {
	op   int32 // -1 less the number of a pending one, whose value is v
	f    F
	v    int32 // None if empty was found, any for a pending pop
	next int32 // the control after it, none until it is known
}

// anything is the value of a pending pop.
const anything = -3

// A cell is an element on the stack. Cell 0 is the bottom.
type cell struct {
	value int32
	below []pushed
	pops  []popped
}

// pushed is that the element was pushed at a place by an op.
type pushed struct{ from, op int32 }

// popped is that the element was popped at a place, which led to a control.
type popped struct{ from, control, op int32 }

var nowhere = pushed{none, none}

// A place is where the search stands: how it came there says what happened since its
// cell was pushed. If pushed is not nowhere, that was an element, pushed there, and popped
// at from by op; if only from is not none, op was a step there; else nothing.
type place struct {
	control, cell int32
	pushed        pushed
	from, op      int32
	cursor        int32
}

func (s *sharedStack) layOut() bool {
	top := int32(none)
	for i := range s.ops {
		switch op := &s.ops[i]; {
		case op.F != Push && op.F != Pop:
			return false
		case op.F == Push || !op.pending():
			top = max(top, op.A)
		}
	}
	s.lostPush = make([][]int32, top+1)
	for i := range s.ops {
		switch op := &s.ops[i]; {
		case !op.pending():
			s.all = append(s.all, int32(i))
		case op.F == Pop:
			s.lostPop = append(s.lostPop, int32(i))
		default:
			if s.lostPush[op.A] == nil {
				s.lost = append(s.lost, op.A)
			}
			s.lostPush[op.A] = append(s.lostPush[op.A], int32(i))
		}
	}
	s.until = column(len(s.all)+1, Never)
	for p := len(s.all) - 1; p >= 0; p-- {
		s.until[p] = min(s.until[p+1], s.ops[s.all[p]].Ret)
	}
	s.best = map[int32]int32{}
	s.cells = []cell{{value: none}}
	s.enter(place{control: s.intern(control{last: none}), pushed: nowhere, from: none})
	return true
}

func (s *sharedStack) Steps() int64 { return s.steps }

func (s *sharedStack) Deep() int { return s.deep }

func (s *sharedStack) bytes() int64 {
	const each = 80 // of a place or a cell, with its entry in a map
	return s.held + each*int64(cap(s.places)+2*cap(s.cells))
}

func (s *sharedStack) Run(limit Limit) Answer {
	for s.reopen() {
		p := s.open[len(s.open)-1]
		c := &s.controls[s.places[p].control]
		if s.deep = max(s.deep, int(c.taken)); int(c.taken) == len(s.all) {
			return named(linearizable(s.order(p)), s.were)
		}
		if limit.over(s.steps, s.bytes()) {
			return undecided()
		}
		s.steps++
		if n := s.jumps.due(int(c.taken)); n > 0 {
			s.goBack(n)
			continue
		}
		s.choose(s.places[p].control)
		c = &s.controls[s.places[p].control]
		pl := &s.places[p]
		if int(pl.cursor) == len(c.choices) {
			s.open = s.open[:len(s.open)-1]
			continue
		}
		ch := &c.choices[pl.cursor]
		if pl.cursor++; s.possible(ch, pl.cell) {
			if ch.f == Pop && ch.v == None {
				pl.cursor = int32(len(c.choices)) // nothing else is needed here
			}
			s.take(p, ch)
		}
	}
	return illegal()
}

// reopen reports whether there is a place to look at.
func (s *sharedStack) reopen() bool {
	if len(s.open) == 0 {
		s.open, s.aside = s.aside, s.open
	}
	return len(s.open) > 0
}

// goBack leaves aside the last places, where n ops fewer were not taken yet.
func (s *sharedStack) goBack(n int) {
	taken := func(p int32) int { return int(s.controls[s.places[p].control].taken) }
	most := taken(s.open[len(s.open)-1]) - n
	at := len(s.open)
	for at > 0 && taken(s.open[at-1]) > most {
		at--
	}
	s.aside = append(s.aside, s.open[at:]...)
	s.open = s.open[:at]
	if at == 0 {
		s.open, s.aside = s.aside, s.open
	}
}

func (s *sharedStack) possible(ch *choice, on int32) bool {
	switch {
	case ch.f == Push:
		return true
	case ch.v == None:
		return on == 0
	}
	return on != 0 && (ch.v == anything || ch.v == s.cells[on].value)
}

// take goes on from a place by a choice.
func (s *sharedStack) take(p int32, ch *choice) {
	if ch.next == none {
		next := s.after(s.places[p].control, ch)
		// intern may have moved controls, but not their choices.
		ch.next = next
	}
	on := s.places[p].cell
	switch {
	case ch.f == Push:
		key := uint64(ch.next)<<32 | uint64(uint32(ch.v))
		id, ok := s.cellIDs[key]
		if !ok {
			id = int32(len(s.cells))
			s.cellIDs[key] = id
			s.cells = append(s.cells, cell{value: ch.v})
		}
		below := pushed{p, s.opOf(ch)}
		s.cells[id].below = append(s.cells[id].below, below)
		s.held += 16
		for _, pop := range s.cells[id].pops {
			s.enter(place{control: pop.control, cell: on, pushed: below, from: pop.from, op: pop.op})
		}
		s.enter(place{control: ch.next, cell: id, pushed: nowhere, from: none})
	case ch.v == None:
		s.enter(place{control: ch.next, cell: on, pushed: nowhere, from: p, op: s.opOf(ch)})
	default:
		pop := popped{p, ch.next, s.opOf(ch)}
		s.cells[on].pops = append(s.cells[on].pops, pop)
		s.held += 16
		for _, below := range s.cells[on].below {
			s.enter(place{control: pop.control, cell: s.places[below.from].cell, pushed: below, from: p, op: pop.op})
		}
	}
}

// opOf returns the op that a choice takes.
func (s *sharedStack) opOf(ch *choice) int32 {
	if ch.op >= 0 {
		return s.all[ch.op]
	}
	if ch.f == Pop {
		return s.lostPop[-1-ch.op]
	}
	return s.lostPush[ch.v][-1-ch.op]
}

// enter notes a place, unless it is known.
func (s *sharedStack) enter(p place) {
	key := uint64(p.control)<<32 | uint64(uint32(p.cell))
	if _, ok := s.placeIDs[key]; ok {
		return
	}
	id := int32(len(s.places))
	s.placeIDs[key] = id
	s.places = append(s.places, p)
	s.open = append(s.open, id)
}

// intern returns the number of a control.
func (s *sharedStack) intern(c control) int32 {
	t := binary.LittleEndian.AppendUint32(s.text[:0], uint32(c.last))
	t = binary.LittleEndian.AppendUint32(t, uint32(c.pops))
	t = binary.LittleEndian.AppendUint32(t, uint32(len(c.left)))
	for _, list := range [][]int32{c.left, c.pushes} {
		for _, x := range list {
			t = binary.LittleEndian.AppendUint32(t, uint32(x))
		}
	}
	s.text = t
	id, ok := s.ids[string(t)]
	if !ok {
		id = int32(len(s.controls))
		s.ids[string(t)] = id
		s.controls = append(s.controls, c)
		s.held += 250 + int64(2*len(t))
	}
	return id
}

// after returns the control after a choice.
func (s *sharedStack) after(id int32, ch *choice) int32 {
	c := s.controls[id]
	n := control{last: c.last, left: c.left, pushes: c.pushes, pops: c.pops, taken: c.taken}
	switch {
	case ch.op < 0 && ch.f == Pop:
		n.pops++
	case ch.op < 0:
		at, _ := slices.BinarySearch(c.pushes, ch.v)
		n.pushes = slices.Insert(slices.Clone(c.pushes), at, ch.v)
	default:
		n.taken++
		if at, ok := slices.BinarySearch(c.left, ch.op); ok {
			n.left = slices.Delete(slices.Clone(c.left), at, at+1)
			break
		}
		n.left = slices.Grow(slices.Clone(c.left), int(ch.op-c.last))
		for p := c.last + 1; p < ch.op; p++ {
			n.left = append(n.left, p)
		}
		n.last = ch.op
	}
	return s.intern(n)
}

// choose lists what may be next at a control.
func (s *sharedStack) choose(id int32) {
	c := &s.controls[id]
	if c.known {
		return
	}
	c.known = true
	until := s.until[c.last+1]
	for _, p := range c.left {
		until = min(until, s.ops[s.all[p]].Ret)
	}
	clear(s.best) // by twice the value, for pops and 1 for pushes: a place in choices
	add := func(p int32) {
		op := &s.ops[s.all[p]]
		kind := 2 * op.A
		if op.F == Push {
			kind++
		}
		if at, ok := s.best[kind]; ok {
			if old := &c.choices[at]; op.Ret < s.ops[s.all[old.op]].Ret {
				old.op = p
			}
			return
		}
		s.best[kind] = int32(len(c.choices))
		c.choices = append(c.choices, choice{p, op.F, op.A, none})
	}
	for _, p := range c.left {
		if s.ops[s.all[p]].Inv > until {
			break
		}
		add(p)
	}
	for p := c.last + 1; int(p) < len(s.all) && s.ops[s.all[p]].Inv < until; p++ {
		add(p)
	}
	s.sortChoices(c)
	for _, v := range s.lost {
		used := int32(0)
		for _, x := range c.pushes {
			if x == v {
				used++
			}
		}
		_, runs := s.best[2*v+1]
		if list := s.lostPush[v]; !runs && int(used) < len(list) && s.ops[list[used]].Inv < until {
			c.choices = append(c.choices, choice{-1 - used, Push, v, none})
		}
	}
	if int(c.pops) < len(s.lostPop) && s.ops[s.lostPop[c.pops]].Inv < until {
		c.choices = append(c.choices, choice{-1 - c.pops, Pop, anything, none})
	}
	s.held += int64(16 * cap(c.choices))
}

// sortChoices puts what found nothing first, then what returns first, then what it may
// need: a push of what it pops, then pops, then pushes.
func (s *sharedStack) sortChoices(c *control) {
	if len(c.choices) == 0 {
		return
	}
	ret := func(ch choice) int32 { return s.ops[s.all[ch.op]].Ret }
	first := slices.MinFunc(c.choices, func(a, b choice) int { return cmp.Compare(ret(a), ret(b)) })
	rank := func(ch choice) int {
		switch {
		case ch.f == Pop && ch.v == None:
			return 0
		case ch.op == first.op:
			return 1
		case ch.f == Push && first.f == Pop && ch.v == first.v:
			return 2
		case ch.f == Pop:
			return 3
		}
		return 4
	}
	slices.SortFunc(c.choices, func(a, b choice) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(ret(a), ret(b)))
	})
}

// order returns the ops that were taken on a way to a place.
func (s *sharedStack) order(p int32) []int32 {
	// From the last to the first. What is left to do is to undo what happened at a
	// place since its cell was pushed, or to note an op.
	var back []int32
	for at := p; ; {
		var todo []int32 // places, or -1 less an op
		for todo = append(todo, at); len(todo) > 0; {
			x := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if x < 0 {
				back = append(back, -1-x)
				continue
			}
			pl := &s.places[x]
			switch {
			case pl.pushed != nowhere:
				back = append(back, pl.op)
				todo = append(todo, pl.pushed.from, -1-pl.pushed.op, pl.from)
			case pl.from != none:
				back = append(back, pl.op)
				todo = append(todo, pl.from)
			}
		}
		on := s.places[at].cell
		if on == 0 {
			break
		}
		below := s.cells[on].below[0]
		back = append(back, below.op)
		at = below.from
	}
	slices.Reverse(back)
	return back
}
