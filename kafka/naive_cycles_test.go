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

func cyclic(m [][]bool) bool {
	for i := range m {
		if m[i][i] {
			return true
		}
	}
	return false
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
		g0, g1c := cyclic(reach(part, r.ww)), cyclic(reach(part, r.ww, r.wr))
		g0rt := cyclic(reach(part, r.ww, r.rt))
		switch {
		case g0:
			n.add("G0", "")
			n.add("PL-1-cycle-exists", "")
		default:
			if g1c {
				n.add("G1c", "")
				n.add("PL-2-cycle-exists", "")
			}
			if g0rt {
				n.add("G0-realtime", "")
				n.add("strong-PL-1-cycle-exists", "")
			}
			if !g1c && !g0rt {
				n.add("G1c-realtime", "")
				n.add("strong-PL-2-cycle-exists", "")
			}
		}
	}
	if !edges {
		n.add("empty-transaction-graph", "")
	}
}
