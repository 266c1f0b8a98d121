package kafka

import (
	"cmp"
	"slices"

	"github.com/seed-c33ae711/jcheck/internal/graph"
)

// inconsistent lists offsets with several messages, those with the fewest first.
func (c *collector) inconsistent() (out Errors[InconsistentOffset]) {
	out.Count = len(c.conflicts)
	for _, x := range kept(c, slices.Clone(c.conflicts), mostOffsets, func(a, b conflict) int {
		return cmp.Or(cmp.Compare(len(a.msgs), len(b.msgs)), cmp.Compare(c.rank[a.key], c.rank[b.key]), cmp.Compare(a.index, b.index))
	}) {
		e := InconsistentOffset{Key: c.keyValue(x.key), Offset: x.offset, Index: int(x.index), Values: c.values(x.msgs)}
		if len(out.Errs) == 0 { // it is the one that is reported
			e.ops = c.showing(c.showing(nil, x.msgs[0], x.offset), x.msgs[1], x.offset)
		}
		out.Errs = append(out.Errs, e)
	}
	return out
}

// duplicated lists messages at several offsets, those at the fewest first.
func (c *collector) duplicated() (out Errors[Duplicate]) {
	out.Count = len(c.duplicates)
	for _, d := range kept(c, c.duplicates, mostDuplicates, func(a, b duplicate) int {
		return cmp.Or(cmp.Compare(len(a.offsets), len(b.offsets)), c.byPlace(a.msg, b.msg))
	}) {
		e := Duplicate{Message: c.public(d.msg), Offsets: d.offsets}
		if len(out.Errs) == 0 { // it is the one that is reported
			e.ops = c.showing(c.showing(nil, d.msg, d.offsets[0]), d.msg, d.offsets[1])
		}
		out.Errs = append(out.Errs, e)
	}
	return out
}

// showing appends the first op that shows message m at an offset.
func (c *collector) showing(ops []int, m int32, offset int64) []int {
	at := func(x *moves, t int32) bool {
		for i := x.off[t]; i < x.off[t+1]; i++ {
			if x.msg[i] == m && x.offset[i] == offset {
				return true
			}
		}
		return false
	}
	for t := range int32(c.len()) {
		if at(&c.reads, t) || c.kind[t].moves() && at(&c.sends, t) && c.must(t) {
			if op := c.opOf(t); !slices.Contains(ops, op) {
				ops = append(ops, op)
			}
			return ops
		}
	}
	return ops
}

// lost lists what must be in a log before the last message that was polled, but was
// not polled. A message at several offsets could hide at the last of them.
func (c *collector) lost() (out Errors[LostWrite]) {
	bound := filled(c.keys.len())
	for m, b := range c.bits {
		if k := c.key[m]; b&readBit != 0 {
			bound[k] = max(bound[k], c.first[m])
		}
	}
	var lost []int32
	for m, b := range c.bits {
		if b&(readBit|mustBit) == mustBit && c.first[m] >= 0 && c.last[m] <= bound[c.key[m]] {
			lost = append(lost, int32(m))
		}
	}
	slices.SortFunc(lost, c.byPlace)
	out.Count = len(lost)
	for _, m := range lost {
		k := c.key[m]
		out.Errs = append(out.Errs, LostWrite{
			Message: c.public(m), Index: int(c.first[m]), MaxReadIndex: int(bound[k]),
			Writer: c.opOf(c.writer[m]), MaxRead: c.opOf(c.maxRead(k, bound[k])),
		})
	}
	return out
}

// maxRead returns the first event that polled a message whose last index in k's log
// is bound.
func (c *collector) maxRead(k, bound int32) int32 {
	at := c.start[k] + int(bound)
	msgs := []int32{c.message[at]}
	i, found := slices.BinarySearchFunc(c.conflicts, conflict{key: k, index: bound}, func(a, b conflict) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.index, b.index))
	})
	if found {
		msgs = c.conflicts[i].msgs
	}
	for _, m := range msgs {
		if c.last[m] == bound && c.firstReader[m] >= 0 {
			return c.firstReader[m]
		}
	}
	return -1
}

// unseen lists what was acknowledged and never polled.
func (c *collector) unseen() *Unseen {
	var msgs []int32
	for m, b := range c.bits {
		if b&(ackedBit|readBit) == ackedBit {
			msgs = append(msgs, int32(m))
		}
	}
	if len(msgs) == 0 {
		return nil
	}
	slices.SortFunc(msgs, func(a, b int32) int {
		return cmp.Or(cmp.Compare(c.rank[c.key[a]], c.rank[c.key[b]]), c.compareValues(a, b))
	})
	u := &Unseen{last: -1, sent: c.opOf(c.writer[msgs[0]])}
	for t := range c.len() {
		if c.kind[t].moves() && c.status[t] == committed {
			u.last = int(c.op[t])
			u.Time = c.h.Time(u.last)
		}
	}
	for i := 0; i < len(msgs); {
		k := UnseenOfKey{Key: c.messageKey(msgs[i])}
		lo := i
		for i < len(msgs) && c.key[msgs[i]] == c.key[msgs[lo]] {
			i++
		}
		k.Count = i - lo
		k.Messages = c.values(kept(c, msgs[lo:i], mostUnseen, nil))
		u.Keys = append(u.Keys, k)
	}
	return u
}

// garbage lists what was polled though nobody sent it.
func (c *collector) garbage() (out Errors[GarbageRead]) {
	for m, t := range c.firstReader {
		if t >= 0 && c.writer[m] < 0 {
			out.Errs = append(out.Errs, GarbageRead{c.public(int32(m)), c.opOf(t)})
		}
	}
	out.Count = len(out.Errs)
	return out
}

func (c *collector) g1a(found []aborting) (out Errors[AbortedRead]) {
	out.Count = len(found)
	for _, a := range found {
		out.Errs = append(out.Errs, AbortedRead{c.public(a.msg), c.opOf(c.writer[a.msg]), c.opOf(a.t)})
	}
	return out
}

func (c *collector) precommitted(found []sightedOwn) (out Errors[PrecommittedRead]) {
	out.Count = len(found)
	for _, p := range found {
		out.Errs = append(out.Errs, PrecommittedRead{c.public(p.msg), c.opOf(p.t)})
	}
	return out
}

// skips are the jumps forward, the longest first.
func (c *collector) skips(jumps []jump) Errors[Jump] {
	return c.jumps(jumps, func(j jump) bool { return j.delta > 1 }, func(a, b jump) int { return cmp.Compare(b.delta, a.delta) })
}

// regressions are those that stay or lead back, the longest first.
func (c *collector) regressions(jumps []jump) Errors[Jump] {
	return c.jumps(jumps, func(j jump) bool { return j.delta < 1 }, func(a, b jump) int { return cmp.Compare(a.delta, b.delta) })
}

func (c *collector) jumps(jumps []jump, want func(jump) bool, order func(a, b jump) int) (out Errors[Jump]) {
	var some []jump
	for _, j := range jumps {
		if want(j) {
			some = append(some, j)
		}
	}
	out.Count = len(some)
	for _, j := range kept(c, some, mostJumps, order) {
		e := Jump{Key: c.messageKey(j.to), From: c.messageValue(j.from), To: c.messageValue(j.to), Delta: int(j.delta), Ops: []int{c.opOf(j.t)}}
		if j.prev >= 0 {
			e.Ops = []int{c.opOf(j.prev), c.opOf(j.t)}
		}
		if j.delta > 1 {
			lo := c.start[c.key[j.to]] + int(c.last[j.from]) + 1
			e.Skipped = c.values(c.message[lo : lo+int(j.delta)-1])
		}
		out.Errs = append(out.Errs, e)
	}
	return out
}

// cycles groups cycles by type, the shortest first.
func (c *collector) cycles(found []Cycle) (out []Errors[Cycle]) {
	slices.SortStableFunc(found, func(a, b Cycle) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(len(a.Steps), len(b.Steps)))
	})
	for i := 0; i < len(found); {
		lo := i
		for i < len(found) && found[i].Type == found[lo].Type {
			i++
		}
		of := Errors[Cycle]{Count: i - lo, Errs: found[lo:i]}
		if found[lo].Steps != nil {
			of.Errs = kept(c, of.Errs, mostCycles, nil)
		}
		out = append(out, of)
	}
	return out
}

// anyWW reports whether there is any edge from one sender to the next.
func (c *collector) anyWW() (any bool) {
	dependencies(c.facts, true, 0, int32(c.len()), func(_, _ int32, rel graph.Rel) { any = any || rel == graph.WW })
	return any
}
