package monitor

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// listTable numbers lists, which are also texts of the letters a to d.
type listTable struct {
	sets   Sets
	texts  []string
	number map[string]int32
}

// lists has every list of the elements 0 to 3, each at most once, and a few with one
// twice.
func lists() *listTable {
	l := &listTable{number: map[string]int32{}}
	add := func(text string) {
		l.number[text] = int32(len(l.texts))
		l.texts = append(l.texts, text)
		l.sets.Off = append(l.sets.Off, len(l.sets.Elements))
		for _, c := range []byte(text) {
			l.sets.Elements = append(l.sets.Elements, int32(c-'a'))
		}
	}
	var extend func(text string)
	extend = func(text string) {
		add(text)
		for _, c := range "abcd" {
			if !strings.ContainsRune(text, c) {
				extend(text + string(c))
			}
		}
	}
	extend("")
	add("aa")
	add("bb")
	add("aba")
	add("bcb")
	l.sets.Off = append(l.sets.Off, len(l.sets.Elements))
	return l
}

// project leaves out of the lists what all ops append and some do not.
func (l *listTable) project(all, some []Op) []Op {
	appended := func(ops []Op, c rune) bool {
		return slices.ContainsFunc(ops, func(op Op) bool { return op.F == Append && op.A == c-'a' })
	}
	some = slices.Clone(some)
	for i, op := range some {
		if op.F == ReadList {
			some[i].A = l.number[strings.Map(func(c rune) rune {
				if appended(all, c) && !appended(some, c) {
					return -1
				}
				return c
			}, l.texts[op.A])]
		}
	}
	return some
}

// grow makes the ops those on a real list, for the most part.
func (l *listTable) grow(rng *rand.Rand, ops []Op) {
	free := rng.Perm(4)
	for i := range ops {
		ops[i].F, ops[i].A = ReadList, 0
		if len(free) > 0 && rng.IntN(2) == 0 {
			ops[i].F, ops[i].A = Append, int32(free[0])
			free = free[1:]
		}
	}
	turn := rng.Perm(len(ops))
	points := make([]float64, len(ops)) // when each op takes effect
	for i, op := range ops {
		points[i] = float64(op.Inv) + rng.Float64()*float64(min(op.Ret, int32(2*len(ops)))-op.Inv)
	}
	slices.SortFunc(turn, func(i, j int) int { return cmp.Compare(points[i], points[j]) })
	s := ""
	for _, i := range turn {
		switch op := &ops[i]; {
		case op.F == Append && !(op.pending() && rng.IntN(2) == 0):
			s += string(rune('a' + op.A))
		case op.F == ReadList:
			op.A = l.number[s]
			if rng.IntN(12) == 0 {
				op.A = int32(rng.IntN(len(l.texts)))
			}
		}
	}
}

func appendedTwice(ops []Op) bool {
	for i, op := range ops {
		for _, other := range ops[:i] {
			if op.F == Append && other.F == Append && op.A == other.A {
				return true
			}
		}
	}
	return false
}

func TestList(t *testing.T) {
	l := lists()
	testRung(t, rungTest[string]{
		kinds: []Op{
			{F: Append, A: 0}, {F: Append, A: 1},
			{F: ReadList, A: l.number[""]}, {F: ReadList, A: l.number["a"]}, {F: ReadList, A: l.number["b"]},
			{F: ReadList, A: l.number["ab"]}, {F: ReadList, A: l.number["ba"]}, {F: ReadList, A: l.number["aa"]},
		},
		step: func(s string, op Op) (string, bool) {
			if op.F == Append {
				return s + string(rune('a'+op.A)), true
			}
			return s, op.pending() || s == l.texts[op.A]
		},
		run:     func(ops []Op) Answer { return List(ops, l.sets) },
		must:    func(ops []Op) bool { return !appendedTwice(ops) },
		needs:   func(_ []Op, op, other Op) bool { return op.F == Append && other.F == Append && other.A == op.A },
		project: l.project,
		setup:   l.grow,
	})
}
