package linearizable

import (
	"math"
	"strings"
)

// link says by what operations hang together: one with an effect may go only if no
// operation left wants it.
type link struct {
	wants, gives []int64
	not          bool  // it wants anything but what it expected
	group        int64 // what has to do with the same value
	together     bool  // it may go only with its group
}

// forever is an effect that is always wanted.
const forever = math.MinInt64

// link finds what each transition wants and gives.
func (s *shrinker) link() {
	s.links = make([]link, len(s.o.ts))
	for i := range s.o.ts {
		s.links[i] = linkOf(&s.o.ts[i])
	}
	s.linkTexts()
	s.count, s.nots = map[int64]int{forever: 1}, map[int32]int{}
	for _, c := range s.o.calls {
		s.want(c, 1)
	}
}

func linkOf(t *transition) link {
	l := link{group: int64(t.a)}
	one := []int64{int64(t.a)}
	switch t.f {
	case opRead:
		l.wants = one
	case opWrite, opAdd, opExtend:
		l.gives = one
	case opCAS:
		l.wants, l.group = one, int64(t.b)
		if t.a != t.b {
			l.gives = []int64{int64(t.b)}
		}
	case opNotCAS:
		l.not = true
	case opReadSet, opList:
		for _, id := range idsOf(t.list) {
			l.wants = append(l.wants, int64(id))
		}
	case opEnqueue, opDequeue, opPush, opPop, opInsert, opLeast:
		switch {
		case t.a == anyValue:
			l.gives = []int64{forever}
		case t.a != emptyValue:
			l.wants, l.gives, l.together = one, one, true
		}
	case opAcquire, opRelease, opInc, opLock, opFence, opUnlock, opTake, opGive:
		l.gives = []int64{forever}
	case opTxn:
		ids := idsOf(t.list)
		for i := 0; i < len(ids); i += 2 {
			what := int64(ids[i]>>1)<<32 | int64(uint32(ids[i+1]))
			if ids[i]&1 != 0 {
				l.gives = append(l.gives, what)
			} else if ids[i+1] != anyValue {
				l.wants = append(l.wants, what)
			}
		}
	}
	return l
}

// maxTexts bounds how many pairs of texts are compared.
const maxTexts = 1 << 22

// linkTexts links texts that are read with what they begin with or hold.
func (s *shrinker) linkTexts() {
	var gets, words []int
	for i := range s.o.ts {
		switch s.o.ts[i].f {
		case opGet:
			gets = append(gets, i)
		case opPut, opAppend:
			words = append(words, i)
		}
	}
	for _, w := range words {
		s.links[w].gives = []int64{int64(w)}
		if len(gets)*len(words) > maxTexts {
			s.links[w].gives = []int64{forever}
			continue
		}
		word := s.o.v.text(s.o.ts[w].a)
		for _, g := range gets {
			text := s.o.v.text(s.o.ts[g].a)
			if s.o.ts[w].f == opPut && strings.HasPrefix(text, word) || s.o.ts[w].f == opAppend && strings.Contains(text, word) {
				s.links[g].wants = append(s.links[g].wants, int64(w))
			}
		}
	}
}

// want counts what a call wants n times more.
func (s *shrinker) want(c call, n int) {
	l := &s.links[c.t]
	for _, w := range l.wants {
		s.count[w] += n
	}
	if l.not {
		s.nots[s.o.ts[c.t].a] += n
		s.allNot += n
	}
}

// wanted reports whether what is left wants an effect of c.
func (s *shrinker) wanted(c call) bool {
	for _, g := range s.links[c.t].gives {
		if s.count[g] > 0 || s.allNot > 0 && s.allNot > s.nots[int32(g)] {
			return true
		}
	}
	return false
}
