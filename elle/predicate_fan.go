package elle

// A fan is dependencies between transactions and ranges of a list of members,
// where their product would be too many edges: reads by predicate, and the
// writers of the items that they left out.
type fan struct {
	members []int32
	into    bool // from members to transactions, and not from transactions to members
	rel     int
	uses    []fanUse
}

// A fanUse says that a transaction is related to members[lo:hi].
type fanUse struct{ txn, lo, hi int32 }

// fanEdges is the maximum number of members of a use whose edges are added one by one.
// Tests change it.
var fanEdges = int32(8)

// add relates t to members[lo:hi], among which it is not. It appends to edges, or
// remembers the use.
func (f *fan) add(edges []edge, t, lo, hi int32) []edge {
	if hi-lo > fanEdges {
		f.uses = append(f.uses, fanUse{t, lo, hi})
		return edges
	}
	for i := lo; i < hi; i++ {
		if i == lo || f.members[i] != f.members[i-1] {
			edges = append(edges, f.edge(t, f.members[i]))
		}
	}
	return edges
}

func (f *fan) edge(t, member int32) edge {
	if f.into {
		return packEdge(member, t, f.rel)
	}
	return packEdge(t, member, f.rel)
}

// addFan expands a fan into barriers: the inner nodes of a binary tree whose
// leaves are the members, so that a range is O(log n) nodes. Node i has the
// children 2i and 2i+1, and from n on they are the leaves; of barriers that
// would wrap around the end of the list, no range is made.
func (in *inferred) addFan(f *fan) {
	n := int32(len(f.members))
	base := int32(in.nodes)
	var edges []edge
	barrier := func(i int32) int32 {
		if f.into {
			return base + n - 1 - i // children before their parents: edges that lead back cost the search
		}
		return base + i - 1
	}
	for i := int32(1); i < n; i++ {
		for _, child := range []int32{2 * i, 2*i + 1} {
			switch {
			case child < n && f.into:
				edges = append(edges, packEdge(barrier(child), barrier(i), packVia))
			case child < n:
				edges = append(edges, packEdge(barrier(i), barrier(child), packVia))
			case f.into:
				edges = append(edges, packEdge(f.members[child-n], barrier(i), f.rel))
			default:
				edges = append(edges, packEdge(barrier(i), f.members[child-n], packVia))
			}
		}
	}
	for _, u := range f.uses {
		use := func(i int32) {
			switch {
			case i >= n:
				edges = append(edges, f.edge(u.txn, f.members[i-n]))
			case f.into:
				edges = append(edges, packEdge(barrier(i), u.txn, packVia))
			default:
				edges = append(edges, packEdge(u.txn, barrier(i), f.rel))
			}
		}
		for lo, hi := u.lo+n, u.hi+n; lo < hi; lo, hi = lo/2, hi/2 {
			if lo%2 == 1 {
				use(lo)
				lo++
			}
			if hi%2 == 1 {
				hi--
				use(hi)
			}
		}
	}
	in.edges = append(in.edges, edges)
	in.nodes = int(base + max(n-1, 0))
}
