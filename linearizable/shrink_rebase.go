package linearizable

import (
	"cmp"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
)

// rebaseTries bounds how many moments rebase lets a history begin at, so that a long
// history is not checked once for each of its operations.
const rebaseTries = 256

// rebase lets the history begin with a write, as late as what is left is still
// invalid: it makes the object what it is, whatever came before. It stays, so that
// one sees why nothing earlier matters. rebase reports whether anything was left out.
//
// Let the last to complete of what changes the object by some moment be an operation
// that leaves v in it, whatever it was before or because of it. Then the history may
// begin with a write of v: with this operation, if it is a write, else with an
// earlier write of v. That leaves a linearization if there was one:
//
//   - All that completed before the operation began comes before it there, and goes.
//   - What is pending may have come before it as well, and then need not happen. It goes,
//     too, if it must have come before.
//   - So may what was written beside it. That has room before the first write, if it is
//     the operation itself; else it is not allowed.
//   - Reads beside it go.
//   - What ran beside it and needed the object to be something, such as a compare-and-set,
//     is left without its completion, and need not happen either.
func (s *shrinker) rebase() bool {
	var bases []call
	for _, c := range s.o.calls {
		if _, ok := s.leaves(c); ok && c.ret != never {
			bases = append(bases, c)
		}
	}
	slices.SortFunc(bases, func(a, b call) int { return cmp.Compare(b.inv, a.inv) })
	step := 1
	for i, tries := 0, 0; i < len(bases) && s.ctx.Err() == nil; i += step {
		if tries++; tries > rebaseTries {
			step *= 2
		}
		if s.rebaseOn(bases[i]) {
			return true
		}
	}
	return false
}

// rebaseOn lets the history begin with what an operation leaves, if the rest is still
// invalid.
func (s *shrinker) rebaseOn(last call) bool {
	first, ok := s.first(last)
	if !ok {
		return false
	}
	calls := []call{first}
	for _, c := range s.o.calls {
		switch f := s.o.ts[c.t].f; {
		case c.inv == first.inv || c.ret != never && c.ret < last.inv || c.inv == last.inv:
			continue
		case c.ret != never && c.inv < last.ret && observes(f):
			continue
		case c.ret != never && c.inv < last.ret && first.inv != last.inv && determines(f):
			return false
		case c.ret != never && c.inv < last.ret && !determines(f):
			if s.goesOn(c) {
				return false
			}
			c.op, c.ret = c.inv, never
		}
		calls = append(calls, c)
	}
	if len(calls) == len(s.o.calls) {
		return false
	}
	var spent []int32
	if !s.try(s.o, calls) {
		if calls, spent = s.spend(calls, last.inv); len(spent) == 0 || !s.sourced(calls, first.inv) || !s.try(s.o, calls) {
			return false
		}
	}
	s.o.calls, s.base = calls, first.inv
	s.spent = append(s.spent, spent...)
	return true
}

// first is the write that a history begins with of which an operation leaves the
// object as it is: that operation, or the last earlier write of the same.
func (s *shrinker) first(last call) (first call, ok bool) {
	v, _ := s.leaves(last)
	if determines(s.o.ts[last.t].f) {
		return last, true
	}
	for _, c := range s.o.calls {
		if t := s.o.ts[c.t]; determines(t.f) && t.a == v && c.ret < last.inv && (!ok || c.inv > first.inv) {
			first, ok = c, true
		}
	}
	return first, ok
}

// recall puts back the last write of each value that something left found and nothing
// left wrote, if it had completed before the write that the history begins with: so one
// sees where the value comes from. A plain write has room there in any linearization.
func (s *shrinker) recall() {
	if s.base < 0 {
		return
	}
	for _, c := range slices.Clone(s.o.calls) {
		if t := s.o.ts[c.t]; (t.f == opRead || t.f == opCAS) && t.a != s.o.init {
			s.recallValue(t.a)
		}
	}
}

func (s *shrinker) recallValue(v int32) {
	writes := func(c call) bool { left, ok := s.brings(c); return ok && left == v }
	if slices.ContainsFunc(s.o.calls, writes) {
		return
	}
	last := call{inv: -1}
	for _, c := range s.all {
		if determines(s.o.ts[c.t].f) && writes(c) && c.ret < s.base && c.inv > last.inv {
			last = c
		}
	}
	if calls := append([]call{last}, s.o.calls...); last.inv >= 0 && s.try(s.o, calls) {
		s.o.calls = calls
	}
}

// goesOn reports whether the process of an operation has others after it, so that the
// history needs its completion.
func (s *shrinker) goesOn(of call) bool {
	if s.c.h == nil {
		return false
	}
	p := s.c.h.Process(int(of.inv))
	return p == history.NoProcess || slices.ContainsFunc(s.o.calls, func(c call) bool { return c.inv > of.inv && s.c.h.Process(int(c.inv)) == p })
}

// leaves returns what a register or a text is after an operation that completed, if
// that is known.
func (s *shrinker) leaves(c call) (v int32, ok bool) {
	switch t := s.o.ts[c.t]; t.f {
	case opWrite, opPut:
		return t.a, true
	case opCAS:
		return t.b, true
	}
	return 0, false
}

// brings is leaves for an operation that may change what the object is.
func (s *shrinker) brings(c call) (v int32, ok bool) {
	if t := s.o.ts[c.t]; t.f == opCAS && t.a == t.b {
		return 0, false
	}
	return s.leaves(c)
}

// determines reports whether an operation makes an object what it is, whatever it was.
func determines(f opcode) bool { return f == opWrite || f == opPut }

// observes reports whether an operation changes nothing.
func observes(f opcode) bool {
	return slices.Contains([]opcode{opRead, opReadAny, opNotCAS, opGet}, f)
}
