package history

// A pairer pairs invocations with completions, op after op.
type pairer struct {
	open   openOps
	later  bool  // pairs wait until the order of the ops is known
	fault  error // of the order of the file, which may not be the order of events
	orphan int   // the first ok or fail without an invocation, -1 if none
	lone   int   // infos without an invocation
	began  int   // client invocations
	astray int   // completions behind a gap whose invocation is missing
}

// pairFrom pairs ops as they come. What breaks the discipline of a process is an error, unless
// the ops may turn out to have another order.
func (b *Builder) pairFrom(from, to int) error {
	h := b.h
	h.pair = h.pair[:from]
	for i := from; i < to; i++ {
		h.pair = append(h.pair, -1)
	}
	for i := from; i < to && !b.later; i++ {
		if err := b.pairOp(i); err != nil {
			if !b.mayReorder() {
				return err
			}
			b.later, b.fault = true, err
		}
	}
	return nil
}

// pairAll pairs all ops anew, in the order that they have now.
func (b *Builder) pairAll() error {
	b.pairer = pairer{orphan: -1, astray: b.astray}
	from := 0
	for _, gap := range append(b.gaps, b.h.Len()) {
		if err := b.pairFrom(from, gap); err != nil {
			return err
		}
		b.open = openOps{}
		from = gap
	}
	return nil
}

// pairOp pairs op i with the open invocation of its process.
func (b *Builder) pairOp(i int) error {
	h := b.h
	p := h.process[i]
	if !p.IsClient() {
		return nil
	}
	slot := b.open.slot(p)
	if h.typ[i] == Invoke {
		b.began++
		if *slot > 0 && !b.open.take(b, p, slot) {
			j := int(*slot - 1)
			return h.src.Errorf(h.start[i], "process %s invoked twice: expected a completion of its op %d (line %d) before op %d", h.ProcessName(p), h.Index(j), h.Line(j), h.Index(i))
		}
		*slot = int32(i + 1)
		return nil
	}
	if *slot == 0 {
		b.noInvocation(i)
		return nil
	}
	j := *slot - 1
	if h.typ[i] == Info && h.f[i] != h.f[j] && h.f[i] != 0 { // a remark, it seems
		b.open.remark(p, int32(i))
		b.lone++
		return nil
	}
	h.pair[i], h.pair[j] = j, int32(i)
	*slot = 0
	return nil
}

// noInvocation notes a completion without an invocation.
func (b *Builder) noInvocation(i int) {
	switch {
	case len(b.gaps) > 0 && i >= b.gaps[0]:
		b.h.process[i] = NoProcess
		b.astray++
	case b.h.typ[i] == Info:
		b.lone++
	case b.orphan < 0:
		b.orphan = i
	}
}

// openOps maps a process to one more than its open invocation, 0 if none.
type openOps struct {
	small   []int32
	large   map[Process]*int32
	remarks map[Process]int32 // the last info of another operation while one is open
}

func (o *openOps) slot(p Process) *int32 {
	if p >= 0 && p < 1<<22 {
		if int(p) >= len(o.small) {
			o.small = append(o.small, make([]int32, int(p)+1-len(o.small))...)
		}
		return &o.small[p]
	}
	if o.large == nil {
		o.large = map[Process]*int32{}
	}
	if o.large[p] == nil {
		o.large[p] = new(int32)
	}
	return o.large[p]
}

// remark notes an info of another operation than the open one.
func (o *openOps) remark(p Process, i int32) {
	if o.remarks == nil {
		o.remarks = map[Process]int32{}
	}
	o.remarks[p] = i
}

// take makes a remark the completion of the open invocation after all, if there is one.
func (o *openOps) take(b *Builder, p Process, slot *int32) bool {
	i, ok := o.remarks[p]
	j := *slot - 1
	if ok = ok && i > j; ok {
		b.h.pair[i], b.h.pair[j] = j, i
		b.lone--
	}
	return ok
}

// finishPairs makes the checks that need all ops, and drops the infos that belong to no
// operation.
func (b *Builder) finishPairs() error {
	h := b.h
	switch {
	case b.fault != nil:
		return b.fault
	case b.began == 0:
		return nil
	case b.orphan >= 0:
		i := b.orphan
		return h.src.Errorf(h.start[i], "op %d completes nothing: expected an invocation of process %s before it", h.Index(i), h.ProcessName(h.process[i]))
	}
	if b.lone > 0 {
		b.leaveOutLone()
	}
	return nil
}

// leaveOutLone leaves out infos without an invocation. Those of operations that clients also
// invoke may be the end of one whose beginning is missing.
func (b *Builder) leaveOutLone() {
	h := b.h
	invoked := make([]bool, len(h.fs)+1)
	for i, t := range h.typ {
		if t == Invoke && h.process[i].IsClient() {
			invoked[h.f[i]] = true
		}
	}
	remarks, ends := 0, 0
	for i, t := range h.typ {
		if t != Info || h.pair[i] >= 0 || !h.process[i].IsClient() {
			continue
		}
		h.process[i] = NoProcess
		if remarks++; invoked[h.f[i]] {
			ends++
		}
	}
	if ends > 0 {
		h.warn(NoInvocation, ends, count(ends, h.Len(), "is an info that completes nothing and was left out: an invocation may be missing", "are infos that complete nothing and were left out: invocations may be missing"))
	}
	if remarks > ends {
		n := remarks - ends
		h.warn("lone-info", n, count(n, h.Len(), "is an info of an operation that no client invoked and was left out", "are infos of operations that no client invoked and were left out"))
	}
}

// pairByAdjacency gives every operation of a history without processes a
// process of its own, and pairs an invocation with the completion right behind
// it. Nothing is then known of who waited for whom, so no order follows from it.
func (b *Builder) pairByAdjacency() {
	h := b.h
	h.unordered = true
	for i := range h.typ {
		h.process[i] = Process(i)
		if h.typ[i] != Invoke && i > 0 && h.typ[i-1] == Invoke {
			h.process[i] = Process(i - 1)
			h.pair[i], h.pair[i-1] = int32(i-1), int32(i)
		}
	}
}

// Gap declares that ops are missing after those added so far: their number, or -1 if it
// is unknown. An operation that is open here may have completed in the gap, so it stays
// without a completion. A later completion whose invocation may have been in the gap
// belongs to no process and is dropped. A history with a gap has the warning
// "lost-ops": what a checker finds in it may be due to the missing ops.
func (b *Builder) Gap(ops int) { b.gapAt(b.Len(), ops) }

func (b *Builder) gapAt(at, ops int) {
	if b.gaps = append(b.gaps, at); len(b.gaps) == 1 {
		b.h.whole = at
	}
	if ops < 0 || b.lost < 0 {
		b.lost = -1
	} else {
		b.lost += ops
	}
	b.open = openOps{}
}
