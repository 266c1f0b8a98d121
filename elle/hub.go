package elle

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// A hub stands for the anti-dependencies of every reader on every writer except
// itself, where their product would be too many edges: what happens when a busy
// key's last version was read often and then appended to by many whose appends
// nobody read.
type hub struct {
	readers []int32 // ascending
	writers []int32 // ascending
	rel     int     // what the readers' edges are, packed
}

// hubEdges is from how many edges on a hub replaces them. Tests change it.
var hubEdges = 256

// within returns the part of h between the transactions of the block [lo, hi),
// numbered from lo.
func (h *hub) within(lo, hi int32) hub {
	cut := func(ts []int32) []int32 {
		var out []int32
		from, _ := slices.BinarySearch(ts, lo)
		for ; from < len(ts) && ts[from] < hi; from++ {
			out = append(out, ts[from]-lo)
		}
		return out
	}
	return hub{cut(h.readers), cut(h.writers), h.rel}
}

// expand turns a hub into edges: of each reader to each writer, or if these are
// many through barriers, which are numbered from node: one for each beginning of
// the list of writers, and one for each end of it, so that a reader who is also a
// writer reaches all the others. It returns the next free node.
func (h *hub) expand(node int32, emit func(graph.Edge)) int32 {
	rel := packedRel[h.rel]
	if len(h.readers)*len(h.writers) < hubEdges || len(h.writers) < 3 {
		for _, r := range h.readers {
			for _, w := range h.writers {
				if r != w {
					emit(graph.Edge{From: r, To: w, Rel: rel})
				}
			}
		}
		return node
	}
	u := int32(len(h.writers))
	first := func(n int32) int32 { return node + n - 1 }    // the first n writers, 1 <= n <= u
	from := func(i int32) int32 { return node + u - 1 + i } // the writers from i on, 1 <= i < u
	via := func(a, b int32) { emit(graph.Edge{From: a, To: b, Rel: graph.Via}) }
	for i, t := range h.writers {
		i := int32(i)
		via(first(i+1), t)
		if i > 0 {
			via(first(i+1), first(i))
			via(from(i), t)
		}
		if i > 0 && i+1 < u {
			via(from(i), from(i+1))
		}
	}
	for _, r := range h.readers {
		at, writes := slices.BinarySearch(h.writers, r)
		i := int32(at)
		if !writes {
			emit(graph.Edge{From: r, To: first(u), Rel: rel})
			continue
		}
		if i > 0 {
			emit(graph.Edge{From: r, To: first(i), Rel: rel})
		}
		if i+1 < u {
			emit(graph.Edge{From: r, To: from(i + 1), Rel: rel})
		}
	}
	return node + 2*u - 1
}

// crossed calls back with the stretch of the order of completions that the hub's
// edges lead back over, if any does.
func (h *hub) crossed(back func(lo, hi int32)) {
	if len(h.readers) == 0 {
		return
	}
	if lo, hi := h.writers[0], h.readers[len(h.readers)-1]; lo < hi {
		back(lo, hi)
	}
}
