package monitor

import "github.com/seed-c33ae711/jcheck/internal/huge"

// Sets are sets or lists of elements: number s is Elements[Off[s]:Off[s+1]]. A set
// has them in any order, each once.
type Sets struct {
	Off      []int
	Elements []int32
}

func (s *Sets) at(n int32) []int32 { return s.Elements[s.Off[n]:s.Off[n+1]] }

// Set decides a history of Add ops, and ReadSet ops that return all that was
// added, on a set that is empty at first. An element may be added several times.
//
// It decides if no set that was read has an element twice.
//
// # Stages
//
// Sets that were read must grow: each has those smaller than itself in it. So it is
// known in which order reads took effect, and between which two of them each
// element was first added: there are alternating stages of Add ops and of equal
// reads (set.stages). Of the Add ops of one element, that which began first may
// as well be the first that takes effect, since no order needs one that began
// later. It belongs to its stage; other ones only must not come before it. What
// nobody read is in the last stage. A pending Add takes effect only if it is the
// one that was read.
//
// Each op takes effect as early as possible, after its Inv and those of ops of
// earlier stages; it must not have returned by then (set.points).
func Set(ops []Op, sets Sets) Answer {
	return inOrder(ops, func(ops []Op) Answer {
		s := set{ops: ops, sets: sets}
		if a, done := s.adds(); done {
			return a
		}
		if a, done := s.stages(); done {
			return a
		}
		return s.points()
	})
}

type set struct {
	ops  []Op
	sets Sets

	reads []int32 // the ReadSet ops that returned, by size
	first []int32 // by element: the Add that began first, or none
	stage []int32 // by element: that of its Add ops, or none if nobody read it
	of    []int32 // by op: its stage, for reads
	count int32   // of stages
}

// adds finds the first Add of each element.
func (s *set) adds() (Answer, bool) {
	top := int32(none)
	for _, e := range s.sets.Elements {
		top = max(top, e)
	}
	for i := range s.ops {
		switch s.ops[i].F {
		case Add:
			top = max(top, s.ops[i].A)
		case ReadSet:
		default:
			return undecided(), true
		}
	}
	s.first = column(int(top)+1, none)
	keys := huge.Make[uint64](len(s.ops))
	for i := range s.ops {
		op := &s.ops[i]
		if op.F == Add && s.first[op.A] == none {
			s.first[op.A] = int32(i)
		} else if op.F == ReadSet && !op.pending() {
			keys = append(keys, key(int32(len(s.sets.at(op.A))), int32(i)))
		}
	}
	s.reads = ids(sorted(keys))
	return Answer{}, false
}

// stages finds the stage of each element that was read and of each read. Those of
// Add ops have even numbers.
func (s *set) stages() (Answer, bool) {
	s.stage = column(len(s.first), none)
	s.of = column(len(s.ops), none)
	seen := column(len(s.first), none) // by element: in which of the reads last
	size, stage := 0, int32(0)
	var wrong Answer
	for n, r := range s.reads {
		elements := s.sets.at(s.ops[r].A)
		if len(elements) > size {
			stage += 2
		}
		known := 0
		for _, e := range elements {
			switch {
			case seen[e] == int32(n):
				return undecided(), true
			case s.first[e] == none:
				wrong = illegal(r)
			case seen[e] != none:
				known++
			default:
				s.stage[e] = stage
			}
			seen[e] = int32(n)
		}
		if known < size && !wrong.Decided {
			wrong = illegal(s.apart(s.reads[n-1], r)...)
		}
		s.of[r] = stage + 1
		size = len(elements)
	}
	s.count = stage + 3
	return wrong, wrong.Decided
}

// points places the ops and puts them in order.
func (s *set) points() Answer {
	n := len(s.ops)
	begin := column(int(s.count)+1, none) // by stage: the greatest Inv of earlier ones
	start := column(int(s.count)+1, 0)    // by stage: how many ops earlier ones have
	for i := range s.ops {
		stage, fixed := s.place(int32(i))
		if stage == none {
			continue
		}
		start[stage+1]++
		if fixed {
			begin[stage+1] = max(begin[stage+1], s.ops[i].Inv)
		}
	}
	for g := range s.count {
		start[g+1] += start[g]
		begin[g+1] = max(begin[g+1], begin[g])
	}
	keys := huge.Make[uint64](n)[:start[s.count]]
	for i := range s.ops {
		stage, _ := s.place(int32(i))
		if stage == none {
			continue
		}
		if s.ops[i].Ret < begin[stage] {
			return illegal(s.explain(int32(i), stage, begin[stage])...)
		}
		keys[start[stage]] = key(max(s.ops[i].Inv, begin[stage]), int32(i))
		start[stage]++
	}
	return linearizable(ids(sorted(keys)))
}

// place returns the stage of op i, or none if it takes no effect, and whether it
// must be in that stage, not later.
func (s *set) place(i int32) (stage int32, fixed bool) {
	op := &s.ops[i]
	if op.F == ReadSet {
		return s.of[i], true
	}
	stage, fixed = s.stage[op.A], s.first[op.A] == i
	switch {
	case op.pending() && !(fixed && stage != none):
		return none, false
	case stage == none:
		return s.count - 1, false
	}
	return stage, fixed
}

// apart explains why neither of two reads can be before the other: each has an
// element that the other has not.
func (s *set) apart(a, b int32) []int32 {
	return append(append([]int32{a, b}, s.addsOf(s.extra(a, b))...), s.addsOf(s.extra(b, a))...)
}

// extra returns an element that read a has and read b has not.
func (s *set) extra(a, b int32) int32 {
	has := make(map[int32]bool)
	for _, e := range s.sets.at(s.ops[b].A) {
		has[e] = true
	}
	for _, e := range s.sets.at(s.ops[a].A) {
		if !has[e] {
			return e
		}
	}
	return none
}

// addsOf returns the ops that add element e.
func (s *set) addsOf(e int32) []int32 {
	var adds []int32
	for i := range s.ops {
		if s.ops[i].F == Add && s.ops[i].A == e {
			adds = append(adds, int32(i))
		}
	}
	return adds
}

// explain explains why op x cannot be in its stage: it returned before an op y,
// with the given Inv, of an earlier stage began.
func (s *set) explain(x, stage, inv int32) []int32 {
	y := int32(none)
	for i := range s.ops {
		if s.ops[i].Inv == inv {
			y = int32(i)
		}
	}
	conflict := []int32{x, y}
	for _, i := range []int32{x, y} {
		if s.ops[i].F == Add {
			conflict = append(conflict, s.addsOf(s.ops[i].A)...)
		}
	}
	early, _ := s.place(y)
	switch {
	case s.ops[x].F == ReadSet && s.ops[y].F == ReadSet:
		conflict = append(conflict, s.addsOf(s.extra(x, y))...)
	case s.ops[x].F == Add && s.ops[y].F == Add:
		// A read in between saw the one and not the other.
		for _, r := range s.reads {
			if s.of[r] == early+1 {
				return append(conflict, r)
			}
		}
	}
	return conflict
}
