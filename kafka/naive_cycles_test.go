package kafka_test

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
)

// source is who sent m, if only one op that was not aborted did.
func (n *naive) source(m kv) int {
	w, ok := n.writer[m]
	if !ok {
		return -1
	}
	senders := 0
	for _, i := range n.nodes {
		if n.status(i) != history.Fail && slices.Contains(n.sends(i), m) {
			senders++
		}
	}
	if senders > 1 {
		return -1
	}
	return w
}

type relations struct{ ww, wr, rt [][]bool }

func (n *naive) relations() (r relations) {
	size := len(n.nodes)
	matrix := func() [][]bool {
		m := make([][]bool, size)
		for i := range m {
			m[i] = make([]bool, size)
		}
		return m
	}
	r = relations{matrix(), matrix(), matrix()}
	for b, j := range n.nodes {
		for a, i := range n.nodes {
			inv := j
			if !n.open[j] {
				inv = n.pair[j]
			}
			r.rt[a][b] = n.status(i) == history.OK && i < inv
			for _, m := range n.reads(j) {
				r.wr[a][b] = r.wr[a][b] || a != b && n.source(m) == i
			}
		}
	}
	for k, ranks := range n.ranks {
		for index := 1; n.ww && index < len(ranks); index++ {
			x, y := n.byIndex(k, index-1), n.byIndex(k, index)
			if n.last[y] != index {
				continue // it stands further behind, too
			}
			a, b := slices.Index(n.nodes, n.source(x)), slices.Index(n.nodes, n.source(y))
			if a >= 0 && b >= 0 && a != b {
				r.ww[a][b] = true
			}
		}
	}
	return r
}

// reach is who reaches whom by some relations, among some nodes.
func reach(within []bool, rels ...[][]bool) [][]bool {
	size := len(within)
	out := make([][]bool, size)
	for i := range out {
		out[i] = make([]bool, size)
		for j := range out[i] {
			for _, r := range rels {
				out[i][j] = out[i][j] || r[i][j] && within[i] && within[j]
			}
		}
	}
	for k := range size {
		for i := range size {
			for j := range size {
				out[i][j] = out[i][j] || out[i][k] && out[k][j]
			}
		}
	}
	return out
}

// shortest is how many steps the shortest cycle within part has, 0 if there is none.
func shortest(part []bool, rels ...[][]bool) int {
	best := 0
	for i := range part {
		dist := map[int]int{}
		for next := []int{i}; len(next) > 0; next = next[1:] {
			a := next[0]
			for b := range part {
				_, seen := dist[b]
				if !seen && part[a] && part[b] && slices.ContainsFunc(rels, func(r [][]bool) bool { return r[a][b] }) {
					dist[b] = 1
					if a != i {
						dist[b] = dist[a] + 1
					}
					next = append(next, b)
				}
			}
		}
		if d := dist[i]; d > 0 && (best == 0 || d < best) {
			best = d
		}
	}
	return best
}

// smallest is how many nodes the smallest component with a cycle has.
func smallest(part []bool, rels ...[][]bool) int {
	m := reach(part, rels...)
	best := 0
	for i := range m {
		size := 0
		for j := range m {
			if m[i][j] && m[j][i] {
				size++
			}
		}
		if size > 0 && (best == 0 || size < best) {
			best = size
		}
	}
	return best
}

func (n *naive) cycles() {
	r := n.relations()
	size := len(n.nodes)
	all := make([]bool, size)
	for i := range all {
		all[i] = true
	}
	any := reach(all, r.ww, r.wr, r.rt)
	edges := false
	done := make([]bool, size)
	for i := range size {
		edges = edges || slices.Contains(any[i], true)
		if done[i] || !any[i][i] {
			continue
		}
		part := make([]bool, size)
		for j := range size {
			part[j] = any[i][j] && any[j][i]
			done[j] = done[j] || part[j]
		}
		find := func(typ, exists string, rels ...[][]bool) bool {
			steps := shortest(part, rels...)
			if steps > 0 {
				n.add(typ, "%d", steps)
				n.add(exists, "%d", smallest(part, rels...))
			}
			return steps > 0
		}
		if find("G0", "PL-1-cycle-exists", r.ww) {
			continue
		}
		g1c := find("G1c", "PL-2-cycle-exists", r.ww, r.wr)
		g0rt := find("G0-realtime", "strong-PL-1-cycle-exists", r.ww, r.rt)
		if !g1c && !g0rt {
			find("G1c-realtime", "strong-PL-2-cycle-exists", r.ww, r.wr, r.rt)
		}
	}
	if !edges {
		n.add("empty-transaction-graph", "")
	}
}
