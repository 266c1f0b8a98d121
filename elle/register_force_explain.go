package elle

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// show shows why a step was forced: by what is reached through steps that were
// known before.
func (f *forcer) show(s step, st *Step) bool {
	why, ok := f.reasons[forcedStep(s)]
	if !ok {
		return false
	}
	r := f.r
	st.Key = r.keyValue(why.key)
	st.Next, st.ToMop = r.lastWritten(s.to, why.key)
	st.Value, st.FromMop = r.lastWritten(s.from, why.key)
	switch why.kind {
	case reachesReader:
		st.Rel, st.Reader = "visible", int(r.x.op[why.via])
		return st.FromMop >= 0 && f.readsFrom(why.via, s.to, why.key) && f.follow(s.from, why.via, &why, st)
	case readEarlier:
		st.Rel, st.FromMop = "rw", r.readFrom(s.from, why.key, why.via)
		if st.FromMop < 0 {
			return false
		}
		st.Value = r.value(s.from, st.FromMop)
		return st.ToMop >= 0 && f.follow(why.via, s.to, &why, st)
	}
	st.Rel, st.Reader = "update", -1
	if why.via >= 0 {
		st.Reader = int(r.x.op[why.via])
	}
	return st.FromMop >= 0 && st.ToMop >= 0 && f.readsFrom(s.from, why.via, why.key) &&
		(why.via < 0 || f.follow(why.via, s.to, &why, st))
}

// follow fills in the path from one transaction to another.
func (f *forcer) follow(from, to int32, why *forcedReason, st *Step) bool {
	st.Path = f.path(from, to, why)
	return st.Path != nil
}

// readsFrom reports whether transaction t read the version of a key that w wrote,
// the initial version if w is negative.
func (f *forcer) readsFrom(t, w, key int32) bool {
	return slices.ContainsFunc(f.r.touchesOf(t), func(k keyTouch) bool {
		return k.key == key && (k.read == 0 && w < 0 || k.read > 0 && f.r.wrote(key, k.read) == w)
	})
}

// path finds the shortest way between two transactions by steps that were known
// when a step was forced, and shows each of them.
func (f *forcer) path(from, to int32, why *forcedReason) []Step {
	via := map[int32]step{}
	for queue := []int32{from}; len(queue) > 0; queue = queue[1:] {
		u := queue[0]
		dst, rel := f.g.Out(u)
		for i, v := range dst {
			label := f.usable(u, v, rel[i], why)
			if label == 0 && rel[i] != graph.Via {
				continue
			}
			if _, seen := via[v]; seen || v == from {
				continue
			}
			via[v] = step{u, v, label}
			if v == to {
				return f.steps(from, to, via)
			}
			queue = append(queue, v)
		}
	}
	return nil
}

// usable returns the first relation of an edge that may be used to explain a
// forced step, 0 if there is none.
func (f *forcer) usable(u, v int32, rel graph.Rel, why *forcedReason) graph.Rel {
	for rel &= why.mask; rel != 0; rel &= rel - 1 {
		bit := rel & -rel
		if r, ok := f.reasons[forcedStep{u, v, bit}]; !ok || r.place < why.place {
			return bit
		}
	}
	return 0
}

// steps shows the steps from one transaction to another, over barriers.
func (f *forcer) steps(from, to int32, via map[int32]step) (out []Step) {
	e := explainer{x: f.r.x, w: f.r, known: f.known}
	end, label := to, graph.Rel(0)
	for v := to; v != from; v = via[v].from {
		s := via[v]
		if s.rel != graph.Via {
			label = s.rel
		}
		if s.from >= f.ops {
			continue
		}
		st, ok := e.step(step{s.from, end, label})
		if !ok {
			return nil
		}
		out = append(out, st)
		end = s.from
	}
	slices.Reverse(out)
	return out
}
