package weak

import "slices"

// path returns how the writer of a forced edge became visible to its reader, or
// came before the other writer if that is the reader: the fewest hops.
func (c *checker) path(e Forced) []Hop {
	direct := e.Reader == e.To
	switch c.level {
	case CausalConvergence, CausalPlus, WeakCausal:
		return c.causalPath(e.From, e.Reader)
	case MonotonicAtomicView:
		return []Hop{c.wr(e.From, e.Reader)}
	case ReadAtomic:
		if _, ok := c.readsFrom(e.Reader, e.From); ok {
			return []Hop{c.wr(e.From, e.Reader)}
		}
		return []Hop{session(e.From, e.Reader)}
	case MonotonicReads:
		return c.readBefore(e, e.Reader, c.lastRead(e))
	case WritesFollowReads:
		if direct {
			return c.readBefore(e, e.To, c.h.Off[e.To+1])
		}
		return c.writesFollowPath(e)
	case MonotonicWrites:
		if !direct {
			return c.shortSight(e, c.lastRead(e), false)
		}
	case PRAMPlus:
		if !direct && !c.so(e.From, e.Reader) {
			return c.shortSight(e, c.h.Off[e.Reader+1], true)
		}
	}
	return []Hop{session(e.From, e.Reader)}
}

func session(from, to int32) Hop { return Hop{Session, from, to, -1} }

// wr returns the hop of the first read of t from u.
func (x *index) wr(u, t int32) Hop {
	key, _ := x.readsFrom(t, u)
	return Hop{WR, u, t, key}
}

// lastRead returns the last op by which the edge's reader read the edge's
// version.
func (x *index) lastRead(e Forced) int32 {
	for o := x.h.Off[e.Reader+1] - 1; o >= x.h.Off[e.Reader]; o-- {
		if x.h.Key[o] == e.Key && x.from[o] == e.To {
			return o
		}
	}
	return x.h.Off[e.Reader]
}

// reads returns the first op before op end by which t read u's version of the
// key, or -1.
func (x *index) reads(t, u, key, end int32) int32 {
	for o := x.h.Off[t]; o < end; o++ {
		if x.h.Key[o] == key && x.from[o] == u {
			return o
		}
	}
	return -1
}

// readBefore returns the path by which t, before op end, or its session had read
// the version of the edge's writer.
func (x *index) readBefore(e Forced, t, end int32) []Hop {
	if x.reads(t, e.From, e.Key, end) >= 0 {
		return []Hop{{WR, e.From, t, e.Key}}
	}
	for u := x.prev[t]; u >= 0; u = x.prev[u] {
		if x.reads(u, e.From, e.Key, x.h.Off[u+1]) >= 0 {
			return []Hop{{WR, e.From, u, e.Key}, session(u, t)}
		}
	}
	return nil
}

// writesFollowPath returns the path by which the reader had read from a
// transaction that wrote after the version of the edge's writer was read.
func (x *index) writesFollowPath(e Forced) (best []Hop) {
	end := x.lastRead(e)
	for o := x.h.Off[e.Reader]; o < end; o++ {
		f := x.from[o]
		if f < 0 {
			continue
		}
		p := x.readBefore(e, f, x.lastWrite(f))
		if p != nil && (best == nil || len(p)+1 < len(best)) {
			best = append(p, Hop{WR, f, e.Reader, x.h.Key[o]})
		}
	}
	return best
}

// lastWrite returns the last op of t that is a write.
func (x *index) lastWrite(t int32) int32 {
	o := x.h.Off[t+1] - 1
	for o > x.h.Off[t] && x.from[o] != Write {
		o--
	}
	return o
}

// shortSight returns the path by which the reader, before op end, or, if that
// counts, its session had read from the edge's writer or one that comes after it
// in session order. At monotonic writes only the latter counts.
func (x *index) shortSight(e Forced, end int32, whole bool) (best []Hop) {
	for t := e.Reader; t >= 0; t = x.prev[t] {
		if t != e.Reader {
			end = x.h.Off[t+1]
		}
		for o := x.h.Off[t]; o < end; o++ {
			f := x.from[o]
			var p []Hop
			switch {
			case f < 0:
				continue
			case x.so(e.From, f):
				p = []Hop{session(e.From, f)}
			case !whole || f != e.From:
				continue
			}
			p = append(p, Hop{WR, f, t, x.h.Key[o]})
			if t != e.Reader {
				p = append(p, session(t, e.Reader))
			}
			if best == nil || len(p) < len(best) {
				best = p
			}
		}
		if !whole || best != nil && len(best) <= 2 && t != e.Reader {
			break
		}
	}
	return best
}

// causalPath returns a shortest path of session order and reads between two
// transactions, where any stretch of session order is one hop: breadth first,
// backward, as far as the place of the first.
func (x *index) causalPath(from, to int32) []Hop {
	limit := x.at(from)
	next := map[int32]Hop{} // per transaction that was reached: the hop from it
	ridden := map[int32]bool{}
	queue := []int32{to}
	reach := func(h Hop) {
		if _, ok := next[h.From]; !ok && h.From != to && x.at(h.From) >= limit {
			next[h.From] = h
			queue = append(queue, h.From)
		}
	}
	for i := 0; i < len(queue); i++ {
		t := queue[i]
		if _, ok := next[from]; ok {
			break
		}
		for o := x.h.Off[t]; o < x.h.Off[t+1]; o++ {
			if f := x.from[o]; f >= 0 {
				reach(Hop{WR, f, t, x.h.Key[o]})
			}
		}
		for u := x.prev[t]; u >= 0 && x.at(u) >= limit && !ridden[u]; u = x.prev[u] {
			ridden[u] = true
			reach(session(u, t))
		}
	}
	var path []Hop
	for t := from; t != to; t = next[t].To {
		h, ok := next[t]
		if !ok {
			return nil
		}
		path = append(path, h)
	}
	return slices.Clip(path)
}
