package oracle

import (
	"maps"
	"slices"
)

// CycleKinds returns the kinds of cycles that there are in a graph, in Elle's
// spelling, sorted. It walks along every simple cycle, and at each step takes
// every dependency in turn. A step that writes and reads explain (ww, wr) is
// never an anti-dependency: that would be a milder name for the same cycle.
func CycleKinds(g Graph) []string {
	w := walk{g: g, nodes: g.nodes(), kinds: map[string]bool{}}
	for _, start := range w.nodes {
		w.path = []int{start}
		w.extend()
	}
	return slices.Sorted(maps.Keys(w.kinds))
}

func (g Graph) nodes() []int {
	set := map[int]bool{}
	for e := range g {
		set[e[0]], set[e[1]] = true, true
	}
	return slices.Sorted(maps.Keys(set))
}

// walk is a path of distinct transactions and the dependency taken at each step.
type walk struct {
	g     Graph
	nodes []int
	path  []int
	steps []Deps
	kinds map[string]bool
}

// extend takes every next step. A cycle is found from its least transaction.
func (w *walk) extend() {
	here := w.path[len(w.path)-1]
	for _, next := range w.nodes {
		closed := next == w.path[0]
		if next < w.path[0] || !closed && slices.Contains(w.path, next) {
			continue
		}
		for _, d := range w.g[[2]int{here, next}].choices() {
			w.steps = append(w.steps, d)
			if closed {
				w.kinds[kind(w.steps)] = true
			} else {
				w.path = append(w.path, next)
				w.extend()
				w.path = w.path[:len(w.path)-1]
			}
			w.steps = w.steps[:len(w.steps)-1]
		}
	}
}

// choices returns each dependency by itself.
func (d Deps) choices() (one []Deps) {
	if d&(WW|WR) != 0 {
		d &^= RW
	}
	for _, x := range []Deps{WW, WR, RW, Process, Realtime} {
		if d&x != 0 {
			one = append(one, x)
		}
	}
	return one
}

// kind names a cycle by its steps (Adya 1999; Kingsbury and Alvaro 2020). There
// is none of time alone, so what has no rw and no wr step has a ww step.
func kind(steps []Deps) string {
	count := map[Deps]int{}
	adjacent := false
	for i, d := range steps {
		count[d]++
		adjacent = adjacent || d == RW && steps[(i+1)%len(steps)] == RW
	}
	name := "G0"
	switch {
	case count[RW] == 1:
		name = "G-single-item"
	case adjacent:
		name = "G2-item"
	case count[RW] > 1:
		name = "G-nonadjacent-item"
	case count[WR] > 0:
		name = "G1c"
	}
	switch {
	case count[Realtime] > 0:
		return name + "-realtime"
	case count[Process] > 0:
		return name + "-process"
	}
	return name
}
