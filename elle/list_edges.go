package elle

import "slices"

// edgeMaker infers the dependencies between the transactions of one key.
type edgeMaker struct {
	v       *versions
	edges   []edge
	hubs    []hub
	off     []int32 // the reads of version i (0 is the empty list) are readers[off[i]:off[i+1]]
	readers []int32
	unread  []int32
}

// add infers the edges of the key that v holds: ww from the writer of each
// version to the writer of the next, wr from a version's writer to its readers,
// rw from its readers to the writer of the next. What was appended but never
// read comes after the last version that was, in no known order. A version that
// an aborted transaction wrote has no writer, which cuts the chain.
func (g *edgeMaker) add() {
	v := g.v
	g.bucketReads()
	for i, e := range v.order {
		if w := v.writer(e); w >= 0 {
			if i > 0 {
				g.ww(v.writer(v.order[i-1]), w)
			}
			for _, r := range g.readers[g.off[i]:g.off[i+1]] {
				g.rw(r, w)
			}
		}
	}
	g.addOfSeveral()
	g.addUnread()
}

// addOfSeveral orders the reads of the empty list before the appends for which it is
// impossible to show where their elements are: whichever transaction appended, the list
// was empty before.
func (g *edgeMaker) addOfSeveral() {
	v := g.v
	for i := range v.mops {
		m := &v.mops[i]
		if m.kind() != appendMop || v.wrote[v.elem[i]] != severals || v.x.status[m.txn] != committed {
			continue
		}
		for _, r := range g.readers[:g.off[1]] {
			g.rw(r, m.txn)
		}
	}
}

// bucketReads sorts the reads by the version that they saw, and adds their wr
// edges. A read whose last element is not in the version order saw no version
// that has a successor.
func (g *edgeMaker) bucketReads() {
	v := g.v
	g.off = resize(g.off, len(v.order)+2)
	n := 0
	for i := range v.mops {
		if b := g.bucket(i); b >= 0 {
			g.off[b+1]++
			n++
		}
	}
	for i := 1; i < len(g.off); i++ {
		g.off[i] += g.off[i-1]
	}
	g.readers = resize(g.readers, n)
	for i := range v.mops {
		m := &v.mops[i]
		if b := g.bucket(i); b >= 0 {
			g.readers[g.off[b]] = m.txn
			g.off[b]++
		}
		if m.n > 0 && m.isRead() && v.x.status[m.txn].possible() {
			seen := v.read(i)
			if w := v.writer(seen[len(seen)-1]); w >= 0 && w != m.txn {
				g.edges = append(g.edges, packEdge(w, m.txn, packWR))
			}
		}
	}
	copy(g.off[1:], g.off) // filling has moved each start to its end
	g.off[0] = 0
}

// bucket returns which version micro-op i read, -1 if it is not a read of one.
func (g *edgeMaker) bucket(i int) int32 {
	v, m := g.v, &g.v.mops[i]
	switch st := v.x.status[m.txn]; {
	case !m.isRead() || !st.possible():
		return -1
	case m.kind() == readUnknown:
		return -1
	case m.n == 0:
		return 0
	}
	seen := v.read(i)
	if p := v.pos[seen[len(seen)-1]]; p >= 0 {
		return p + 1
	}
	return -1
}

func (g *edgeMaker) ww(from, to int32) {
	if from >= 0 && from != to {
		g.edges = append(g.edges, packEdge(from, to, packWW))
	}
}

func (g *edgeMaker) rw(from, to int32) {
	if from != to {
		g.edges = append(g.edges, packEdge(from, to, packRW))
	}
}

// addUnread orders the appends that nobody read after the last version.
func (g *edgeMaker) addUnread() {
	v := g.v
	g.unread = g.unread[:0]
	for i := range v.mops {
		m := &v.mops[i]
		if m.kind() != appendMop || !v.x.status[m.txn].possible() || v.pos[v.elem[i]] >= 0 {
			continue
		}
		if k := len(g.unread); k == 0 || g.unread[k-1] != m.txn {
			g.unread = append(g.unread, m.txn)
		}
	}
	if len(g.unread) == 0 {
		return
	}
	last, w := len(v.order), int32(-1)
	if last > 0 {
		w = v.writer(v.order[last-1])
		for _, t := range g.unread {
			g.ww(w, t)
		}
	}
	readers := g.readers[g.off[last]:g.off[last+1]]
	if len(readers)*len(g.unread) >= hubEdges && len(g.unread) > 2 {
		h := hub{writers: slices.Clone(g.unread), rel: packRW}
		for _, r := range readers {
			if r != w { // w's edges are ww as well
				h.readers = append(h.readers, r)
			}
		}
		g.hubs = append(g.hubs, h)
		return
	}
	for _, t := range g.unread {
		for _, r := range readers {
			g.rw(r, t)
		}
	}
}
