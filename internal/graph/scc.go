package graph

// Components numbers the strongly connected components of the subgraph of the
// edges that have a relation in mask (and of barriers' edges): comp[v] is the
// number of v's component, counted so that an edge between components leads to
// a smaller number. size[c] is how many nodes component c has.
//
// The algorithm is Tarjan's (1972), with a stack of its own, since a recursion
// would be as deep as the graph is long. O(nodes + edges).
func (g *Graph) Components(mask Rel) (comp, size []int32) {
	var t tarjan
	t.run(g, mask)
	return t.comp, t.size
}

// run finds the components of g in the memory of the run before.
func (t *tarjan) run(g *Graph, mask Rel) {
	n := g.Len()
	t.g, t.mask, t.order = g, mask, 0
	t.comp, t.low, t.next = resize(t.comp, n), resize(t.low, n), resize(t.next, n)
	t.size = t.size[:0]
	for v := range int32(n) {
		if t.low[v] == 0 {
			t.visit(v)
		}
	}
}

type tarjan struct {
	g     *Graph
	mask  Rel
	comp  []int32
	size  []int32
	low   []int32 // the smallest order number known to be reachable, 0 before a visit
	next  []int32 // the edge of v to look at next, counted from its first
	order int32
	path  []int32 // the nodes being visited, each a successor of the one before
	stack []int32 // visited nodes whose component is not complete
}

// done marks the low of nodes whose component is complete, so that no minimum
// takes notice of it.
const done = int32(1<<31 - 1)

func (t *tarjan) visit(root int32) {
	t.enter(root)
	for len(t.path) > 0 {
		v := t.path[len(t.path)-1]
		if w, ok := t.successor(v); ok {
			if t.low[w] == 0 {
				t.enter(w)
			} else {
				t.low[v] = min(t.low[v], t.low[w])
			}
			continue
		}
		t.leave(v)
	}
}

func (t *tarjan) enter(v int32) {
	t.order++
	t.low[v] = t.order
	t.comp[v] = t.order // holds v's own number until its component is known
	t.path = append(t.path, v)
	t.stack = append(t.stack, v)
}

func (t *tarjan) successor(v int32) (int32, bool) {
	for e := t.g.off[v] + t.next[v]; e < t.g.off[v+1]; e++ {
		t.next[v]++
		if r := t.g.rel[e]; r&t.mask != 0 || r == Via {
			return t.g.dst[e], true
		}
	}
	return 0, false
}

func (t *tarjan) leave(v int32) {
	t.path = t.path[:len(t.path)-1]
	low := t.low[v]
	if len(t.path) > 0 {
		p := t.path[len(t.path)-1]
		t.low[p] = min(t.low[p], low)
	}
	if low != t.comp[v] {
		return
	}
	c, at := int32(len(t.size)), len(t.stack)
	for {
		at--
		w := t.stack[at]
		t.comp[w], t.low[w] = c, done
		if w == v {
			break
		}
	}
	t.size = append(t.size, int32(len(t.stack)-at))
	t.stack = t.stack[:at]
}

// Cyclic returns the components of the masked subgraph that have at least two
// ops, each in ascending order, ordered by their first node. An op never has a
// loop, so these are the components with cycles.
func (g *Graph) Cyclic(mask Rel) [][]int32 {
	var w Workspace
	w.g = *g
	return w.Cyclic(mask)
}

// A Workspace makes one graph after another in the same memory, for work that
// looks at very many small graphs of which few are of interest. The zero
// Workspace is ready.
type Workspace struct {
	g   Graph
	t   tarjan
	ops []int32 // per component: its ops
}

// Build is New. The graph is valid until the next Build.
func (w *Workspace) Build(ops, nodes int, edges []Edge) *Graph {
	w.g.build(ops, nodes, edges)
	return &w.g
}

// Cyclic is Graph.Cyclic of the graph built last.
func (w *Workspace) Cyclic(mask Rel) [][]int32 {
	g := &w.g
	w.t.run(g, mask)
	comp, size := w.t.comp, w.t.size
	w.ops = resize(w.ops, len(size))
	ops, cyclic := w.ops, false
	for v := range g.ops {
		ops[comp[v]]++
		cyclic = cyclic || ops[comp[v]] > 1
	}
	if !cyclic {
		return nil
	}
	slot := make([]int32, len(size))
	var out [][]int32
	for v := range int32(g.Len()) { // in ascending order, as are the components then
		c := comp[v]
		if ops[c] < 2 {
			continue
		}
		if slot[c] == 0 {
			out = append(out, make([]int32, 0, size[c]))
			slot[c] = int32(len(out))
		}
		out[slot[c]-1] = append(out[slot[c]-1], v)
	}
	return out
}
