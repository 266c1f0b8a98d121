package history

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// An Order says where the order of events comes from.
type Order uint8

const (
	AutoOrder  Order = iota // the order of the text, or of the indices if the text contradicts them and they make sense
	FileOrder               // the order of the text
	IndexOrder              // the indices
	TimeOrder               // the times
)

// SetOrder says where the order of events comes from. It is called before ops are
// added.
func (b *Builder) SetOrder(o Order) {
	b.order = o
	b.later = o == IndexOrder || o == TimeOrder
}

// mayReorder reports whether the ops may turn out to have another order than that of the
// text.
func (b *Builder) mayReorder() bool {
	return len(b.gaps) == 0 && (b.order > FileOrder || b.order == AutoOrder && b.h.index != nil)
}

// arrange puts the ops in the order of events.
func (b *Builder) arrange() error {
	if err := b.unshareIndices(); err != nil {
		return err
	}
	switch b.order {
	case TimeOrder:
		return b.sortByTime()
	case IndexOrder:
		return b.sortBy(b.byIndex())
	case AutoOrder:
		return b.trustIndices()
	}
	return nil
}

// byIndex returns the ops in the order of their indices.
func (b *Builder) byIndex() []int32 {
	order := b.inOrder()
	if index := b.h.index; index != nil {
		slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(index[x], index[y]) })
	}
	return order
}

func (b *Builder) inOrder() []int32 {
	order := make([]int32, b.h.Len())
	for i := range order {
		order[i] = int32(i)
	}
	return order
}

// unshareIndices checks that an index means one op. Some recorders give one to an operation, or
// number the ops of each process by itself: then the ops are numbered anew.
func (b *Builder) unshareIndices() error {
	h := b.h
	if rises(h.index) {
		return nil
	}
	order := b.byIndex()
	for k := 1; k < len(order); k++ {
		x, y := order[k-1], order[k]
		if h.index[x] != h.index[y] {
			continue
		}
		if !b.sharesIndices() {
			return h.src.Errorf(h.start[y], "expected a unique :index, but %d is also that of the op on line %d", h.index[y], h.Line(int(x)))
		}
		restarted := b.restarts()
		h.index = nil
		h.warn("index-shared", h.Len(), "several ops have the same :index, because it counts operations or restarts in each process; the ops were numbered from 0 in the order of the file")
		if restarted && b.order == AutoOrder {
			h.warn(Concatenated, 0, "the ops are grouped by process, and the :index starts over in each group: these look like the logs of several clients, one after another, so the order of events is unknown; --order time sorts by :time, --order file keeps the order of the file")
		}
		return nil
	}
	return nil
}

func rises(index []int64) bool {
	for i := 1; i < len(index); i++ {
		if index[i-1] >= index[i] {
			return false
		}
	}
	return true
}

// sharesIndices reports whether the indices of each process rise, but for an invocation and its
// completion, which may have the same one.
func (b *Builder) sharesIndices() bool {
	h := b.h
	last := map[Process]int32{}
	for i, p := range h.process {
		j, ok := last[p]
		if ok && h.index[j] >= h.index[i] && !(h.index[j] == h.index[i] && h.typ[j] == Invoke && h.typ[i] != Invoke) {
			return false
		}
		last[p] = int32(i)
	}
	return true
}

// restarts reports whether the ops of each process follow each other, the indices of each
// begin anew, and the times, if there are any, run back as well.
func (b *Builder) restarts() bool {
	h := b.h
	timed := b.seen.time > 0
	if timed && b.descents(nil) == 0 {
		return false
	}
	ended := map[Process]bool{}
	long := 0 // processes with more than one operation
	from := 0
	for i, p := range h.process {
		if i > 0 && p == h.process[i-1] {
			continue
		}
		if i > 0 && (ended[p] || h.index[i] > h.index[i-1]) {
			return false
		}
		if ended[p] = true; i-from > 2 {
			long++
		}
		from = i
	}
	if h.Len()-from > 2 {
		long++
	}
	return long > 1 || timed && long > 0
}

// trustIndices goes by the indices where they do not rise in the order of the file, if the ops
// make sense in their order: as several logs in one file do.
func (b *Builder) trustIndices() error {
	h := b.h
	if rises(h.index) {
		return nil
	}
	order := b.byIndex()
	if len(b.gaps) == 0 && b.seen.process > 0 && b.pairsUp(order) && b.descents(order) <= b.descents(nil) {
		h.warn("index-sorted", 0, "the :index does not increase through the file, so the ops were sorted by it; --order file keeps the order of the file")
		return b.sortBy(order)
	}
	h.warn(OddOrder, 0, "the :index does not increase through the file, and the ops make no sense when sorted by it, so the order of events is unknown; --order file keeps the order of the file")
	return nil
}

// pairsUp reports whether each process completes what it invoked in some order; if nothing was
// invoked, any order will do.
func (b *Builder) pairsUp(order []int32) bool {
	var open openOps
	h := b.h
	if !slices.Contains(h.typ, Invoke) {
		return true
	}
	for _, i := range order {
		p := h.process[i]
		if !p.IsClient() {
			continue
		}
		slot := open.slot(p)
		invokes := h.typ[i] == Invoke
		_, remarked := open.remarks[p]
		switch j := *slot - 1; {
		case h.typ[i] == Info && j < 0:
			continue
		case h.typ[i] == Info && h.f[i] != h.f[j] && h.f[i] != 0: // as pairOp has it
			open.remark(p, i)
			continue
		case invokes && j >= 0 && !remarked, !invokes && j < 0:
			return false
		}
		if remarked {
			delete(open.remarks, p)
		}
		if *slot = 0; invokes {
			*slot = i + 1
		}
	}
	return true
}

// descents counts how often time runs backwards in some order, or that of the file.
func (b *Builder) descents(order []int32) (n int) {
	last := int64(math.MinInt64)
	for k := range b.h.time {
		if order != nil {
			k = int(order[k])
		}
		if t := b.h.time[k]; t != NoTime {
			if t < last {
				n++
			}
			last = t
		}
	}
	return n
}

// sortByTime puts the ops in the order of their times. At the same time operations of different
// processes overlap.
func (b *Builder) sortByTime() error {
	h := b.h
	for i, t := range h.time {
		if t == NoTime {
			return h.src.Errorf(h.start[i], "expected a :time in every op to sort by it, found none in op %d", h.Index(i))
		}
	}
	order := b.inOrder()
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(h.time[x], h.time[y]) })
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && h.time[order[hi]] == h.time[order[lo]] {
			hi++
		}
		b.overlap(order[lo:hi])
		lo = hi
	}
	if h.index != nil && !slices.IsSorted(order) {
		h.index = nil // or else they would tell another order
	}
	return b.sortBy(order)
}

// overlap orders ops of one time: each process' in their order, invocations as early and
// completions as late as that allows. A completion is early only if its process goes on at
// the same time.
func (b *Builder) overlap(ops []int32) {
	if len(ops) == 1 {
		return
	}
	h := b.h
	rank := map[int32]int{}
	next, last := map[Process]int{}, map[Process]int32{}
	for _, i := range ops {
		p := h.process[i]
		if invokes := h.typ[i] == Invoke; invokes != (next[p]%2 == 0) { // it completes what began before
			next[p]++
		}
		rank[i] = next[p]
		next[p]++
		last[p] = i
	}
	for p, i := range last {
		if p.IsClient() && h.typ[i] != Invoke {
			rank[i] = math.MaxInt
		}
	}
	slices.SortStableFunc(ops, func(x, y int32) int { return cmp.Compare(rank[x], rank[y]) })
}

// sortBy puts the ops in an order, and pairs them.
func (b *Builder) sortBy(order []int32) error {
	h := b.h
	if !slices.IsSorted(order) {
		permute(h.typ, order)
		permute(h.process, order)
		permute(h.time, order)
		permute(h.f, order)
		permute(h.start, order)
		permute(h.vrel, order)
		permute(h.vlen, order)
		if h.index != nil {
			permute(h.index, order)
		}
	}
	b.order = FileOrder // it is settled
	return b.pairAll()
}

func permute[T any](s []T, order []int32) {
	old := slices.Clone(s)
	for k, i := range order {
		s[k] = old[i]
	}
}

// noteTimes warns if the times contradict the order of the ops.
func (b *Builder) noteTimes() {
	if h := b.h; b.order == AutoOrder && b.seen.time > 0 && !h.unordered && !h.completionsOnly {
		if early, overlap, n := h.contradictions(); early*100 > n || overlap > 0 {
			h.warn("time-order", max(early, overlap), fmt.Sprintf("the order of the ops contradicts their :time: by time, %d of %d operations overlap or precede others that end before them; --order time sorts by :time, --order file keeps the order of the file", max(early, overlap), n))
		}
	}
}

// contradictions compares the order of n operations with their times. It counts those that began, by
// their time, before another began that had ended by the order; and, if no two operations
// overlap by the order, those that do by their times.
func (h *History) contradictions() (early, overlap, n int) {
	began, ended := int64(math.MinInt64), int64(math.MinInt64) // the latest of what had ended
	open, alone := 0, true
	for i, t := range h.typ {
		if !h.process[i].IsClient() {
			continue
		}
		at := h.time[i]
		if t == Invoke {
			n++
			if open++; open > 1 {
				alone = false
			}
			if at != NoTime && at < began {
				early++
			}
			if at != NoTime && at < ended {
				overlap++
			}
			continue
		}
		open--
		if j := h.pair[i]; j >= 0 && t != Info {
			if h.time[j] != NoTime {
				began = max(began, h.time[j])
			}
			if at != NoTime {
				ended = max(ended, at)
			}
		}
	}
	if !alone {
		overlap = 0
	}
	return early, overlap, n
}
