package monitor

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// lists has every list of the elements 0 to 3, each at most once, and a few with one
// twice, as texts of the letters a to d; their numbers are by text.
func lists() (s Sets, texts []string, number map[string]int32) {
	number = map[string]int32{}
	add := func(text string) {
		number[text] = int32(len(texts))
		texts = append(texts, text)
		s.Off = append(s.Off, len(s.Elements))
		for _, c := range []byte(text) {
			s.Elements = append(s.Elements, int32(c-'a'))
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
	s.Off = append(s.Off, len(s.Elements))
	return s, texts, number
}

func TestList(t *testing.T) {
	all, texts, number := lists()
	r := rungTest[string]{
		kinds: []Op{
			{F: Append, A: 0}, {F: Append, A: 1},
			{F: ReadList, A: number[""]}, {F: ReadList, A: number["a"]}, {F: ReadList, A: number["b"]},
			{F: ReadList, A: number["ab"]}, {F: ReadList, A: number["ba"]}, {F: ReadList, A: number["aa"]},
		},
		step: func(s string, op Op) (string, bool) {
			if op.F == Append {
				return s + string(rune('a'+op.A)), true
			}
			return s, op.pending() || s == texts[op.A]
		},
		run: func(ops []Op) Answer { return List(ops, all) },
		must: func(ops []Op) bool {
			for i, op := range ops {
				for _, other := range ops[:i] {
					if op.F == Append && other.F == Append && op.A == other.A {
						return false
					}
				}
			}
			return true
		},
		needs: func(_ []Op, op, other Op) bool { return op.F == Append && other.F == Append && other.A == op.A },
		project: func(all, some []Op) []Op {
			appended := func(ops []Op, c rune) bool {
				return slices.ContainsFunc(ops, func(op Op) bool { return op.F == Append && op.A == c-'a' })
			}
			some = slices.Clone(some)
			for i, op := range some {
				if op.F == ReadList {
					some[i].A = number[strings.Map(func(c rune) rune {
						if appended(all, c) && !appended(some, c) {
							return -1
						}
						return c
					}, texts[op.A])]
				}
			}
			return some
		},
	}
	// Lists that grow: the ops are on a real list, for the most part.
	r.setup = func(rng *rand.Rand, ops []Op) {
		free := rng.Perm(4)
		for i := range ops {
			ops[i].F, ops[i].A = ReadList, 0
			if len(free) > 0 && rng.IntN(2) == 0 {
				ops[i].F, ops[i].A = Append, int32(free[0])
				free = free[1:]
			}
		}
		turn := rng.Perm(len(ops))
		at := func(op Op) float64 {
			return float64(op.Inv) + rng.Float64()*float64(min(op.Ret, int32(2*len(ops)))-op.Inv)
		}
		points := make([]float64, len(ops))
		for i, op := range ops {
			points[i] = at(op)
		}
		slices.SortFunc(turn, func(i, j int) int {
			if points[i] < points[j] {
				return -1
			}
			return 1
		})
		s := ""
		for _, i := range turn {
			switch op := &ops[i]; {
			case op.F == Append && !(op.pending() && rng.IntN(2) == 0):
				s += string(rune('a' + op.A))
			case op.F == ReadList:
				op.A = number[s]
				if rng.IntN(12) == 0 {
					op.A = int32(rng.IntN(len(texts)))
				}
			}
		}
	}
	testRung(t, r)
}
