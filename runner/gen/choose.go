package gen

import "slices"

// Any emits whatever is due first of its generators. All of them are told of events.
func Any(gens ...Gen) Gen { return anyOf{gens: gens} }

// ShortestAny is Any that ends as soon as one of its generators does.
func ShortestAny(gens ...Gen) Gen { return anyOf{gens: gens, shortest: true} }

type anyOf struct {
	gens     []Gen
	shortest bool
	rnd      state
}

func (g anyOf) Seed(seed uint64) Gen {
	return anyOf{seeded(seed, g.gens), g.shortest, state(child(seed, len(g.gens)))}
}

func (g anyOf) Next(c *Ctx) (Op, Kind, Gen) {
	s := soonest{rnd: g.rnd}
	for i, x := range g.gens {
		op, k, next := Next(x, c)
		if k == Done && g.shortest {
			return Op{}, Done, nil
		}
		s.offer(op, k, next, i, 1)
	}
	if s.kind != Ready {
		return Op{}, s.kind, nil
	}
	g.gens = with(g.gens, s.i, s.next)
	if g.rnd = s.rnd; !g.shortest {
		g.gens = slices.DeleteFunc(g.gens, func(x Gen) bool { return x == nil })
	}
	return s.op, Ready, g
}

func (g anyOf) Update(c *Ctx, ev *Op) Gen {
	g.gens = updated(g.gens, c, ev)
	for _, x := range g.gens {
		if x == nil && g.shortest {
			return nil
		}
	}
	return g
}

// with is a copy of gens in which one is another.
func with(gens []Gen, i int, g Gen) []Gen {
	out := slices.Clone(gens)
	out[i] = g
	return out
}

// updated tells all generators of an event.
func updated(gens []Gen, c *Ctx, ev *Op) []Gen {
	out := make([]Gen, len(gens))
	for i, g := range gens {
		out[i] = Update(g, c, ev)
	}
	return out
}

// A soonest collects answers and keeps what is due first. Of several that are due at one time it
// keeps each with a probability in proportion to its weight.
type soonest struct {
	rnd    state
	op     Op
	next   Gen
	i      int // of whom it is
	weight int // of all that are due at this time
	kind   Kind
	begun  bool
}

// offer adds an answer.
func (s *soonest) offer(op Op, k Kind, next Gen, i, weight int) {
	switch {
	case !s.begun:
		s.begun, s.kind = true, Done
		s.offer(op, k, next, i, weight)
		return
	case k == Done:
		return
	case k == Pending:
		if s.kind == Done {
			s.kind = Pending
		}
		return
	case s.kind != Ready || op.Time < s.op.Time:
		s.op, s.next, s.i, s.weight, s.kind = op, next, i, weight, Ready
		return
	case op.Time > s.op.Time:
		return
	}
	s.weight += weight
	var x int
	if x, s.rnd = s.rnd.below(s.weight); x < weight {
		s.op, s.next, s.i = op, next, i
	}
}

// Mix emits each op from one of its generators, chosen at random among those that have one. It
// does not tell them of events, so that there may be hundreds.
func Mix(gens ...Gen) Gen { return mix{gens: gens} }

type mix struct {
	gens []Gen
	rnd  state
}

func (g mix) Seed(seed uint64) Gen {
	return mix{seeded(seed, g.gens), state(child(seed, len(g.gens)))}
}

func (g mix) Next(c *Ctx) (Op, Kind, Gen) {
	if len(g.gens) == 0 {
		return Op{}, Done, nil
	}
	from, after := g.rnd.below(len(g.gens))
	kind := Done
	var ended []int
	for j := range g.gens {
		i := (from + j) % len(g.gens)
		op, k, next := Next(g.gens[i], c)
		switch k {
		case Pending:
			kind = Pending
		case Done:
			ended = append(ended, i)
		case Ready:
			gens := with(g.gens, i, next)
			for _, e := range ended {
				gens[e] = nil
			}
			if next == nil || len(ended) > 0 {
				gens = slices.DeleteFunc(gens, func(x Gen) bool { return x == nil })
			}
			return op, Ready, mix{gens, after}
		}
	}
	return Op{}, kind, nil
}

func (g mix) Update(*Ctx, *Op) Gen { return g }

// FlipFlop emits an op of a, one of b, one of a and so on. It ends when the one whose turn it
// is has ended, and tells neither of events.
func FlipFlop(a, b Gen) Gen { return flipFlop{[2]Gen{a, b}, 0} }

type flipFlop struct {
	gens [2]Gen
	turn int
}

func (g flipFlop) Seed(seed uint64) Gen {
	return flipFlop{[2]Gen{Seed(child(seed, 0), g.gens[0]), Seed(child(seed, 1), g.gens[1])}, g.turn}
}

func (g flipFlop) Next(c *Ctx) (Op, Kind, Gen) {
	op, k, next := Next(g.gens[g.turn], c)
	g.gens[g.turn] = next
	g.turn = 1 - g.turn
	return op, k, g
}

func (g flipFlop) Update(*Ctx, *Op) Gen { return g }
