package linearizable

import (
	"cmp"
	"slices"
	"sort"
)

// layOut gives what runs together different bits, and finds what runs at each
// level.
func (s *search) layOut() {
	s.slot = make([]int32, s.n)
	s.twin = make([]int32, s.n)
	last := make([]int32, len(s.traits))
	for i := range last {
		last[i] = -1
	}
	for i := range s.n {
		t := s.ops[i].t
		s.twin[i], last[t] = last[t], i
	}
	w := &s.win
	w.level = -1
	var free []int32
	slots := int32(0)
	for k := range s.n {
		for _, i := range w.forward(s) {
			if len(free) > 0 {
				s.slot[i] = free[len(free)-1]
				free = free[:len(free)-1]
			} else {
				s.slot[i] = slots
				slots++
			}
		}
		free = append(free, s.slot[k])
		w.note()
	}
	s.words = int(slots+63) / 64
	s.tmp = make([]uint64, s.words)
}

// arrange sorts ops, the completed ones by return and then the pending ones by invocation,
// and the completed ones by invocation besides. They mostly come in this order, so that
// next to nothing is left to sort.
func (s *search) arrange(ops []searchOp) {
	list := byReturn(ops)
	s.n = int32(len(list))
	s.ops = make([]searchOp, 0, len(ops))
	rank := make([]int32, len(ops))
	for k, i := range list {
		s.ops = append(s.ops, ops[i])
		rank[i] = int32(k)
	}
	s.win.byInv = list[:0]
	for i, op := range ops {
		if op.ret == never {
			s.ops = append(s.ops, op)
		} else {
			s.win.byInv = append(s.win.byInv, rank[i])
		}
	}
	if byInv := func(a, b searchOp) int { return cmp.Compare(a.inv, b.inv) }; !slices.IsSortedFunc(ops, byInv) {
		slices.SortStableFunc(s.ops[s.n:], byInv)
		slices.SortFunc(s.win.byInv, func(a, b int32) int { return byInv(s.ops[a], s.ops[b]) })
	}
}

// byReturn lists the completed ops by return.
func byReturn(ops []searchOp) (list []int32) {
	n, top := 0, int32(0)
	for _, op := range ops {
		if op.ret != never {
			n, top = n+1, max(top, op.ret)
		}
	}
	list = make([]int32, 0, n)
	if int(top) > 8*n+1024 {
		for i, op := range ops {
			if op.ret != never {
				list = append(list, int32(i))
			}
		}
		slices.SortFunc(list, func(a, b int32) int { return cmp.Compare(ops[a].ret, ops[b].ret) })
		return list
	}
	at := make([]int32, top+1) // from 1
	for i, op := range ops {
		if op.ret != never {
			at[op.ret] = int32(i) + 1
		}
	}
	for _, i := range at {
		if i > 0 {
			list = append(list, i-1)
		}
	}
	return list
}

// A window is the ops that run at a level, by return. It moves up op by op, and
// begins anywhere at the mark below: who runs at every level would be too much to
// store if many do.
type window struct {
	byInv []int32 // the completed ops, by invocation
	level int32
	open  []int32 // a part of buf
	buf   []int32
	at    int32 // byInv[at:] are invoked after level

	marks []mark
	held  []int32 // open at the marks
}

type mark struct {
	level, at int32
	off       int // of held, which ends at the next mark's
}

// markGap is how many levels are between marks at least.
const markGap = 32

// forward goes up a level and returns the ops that were invoked there.
func (w *window) forward(s *search) (fresh []int32) {
	if w.level++; w.level > 0 {
		w.open = w.open[1:] // the first to return
	}
	ret, from := s.ops[w.level].ret, w.at
	for int(w.at) < len(w.byInv) && s.ops[w.byInv[w.at]].inv < ret {
		w.insert(w.byInv[w.at])
		w.at++
	}
	return w.byInv[from:w.at]
}

// few is how many ops may be gone through one by one.
const few = 32

// insert adds an op to open, whose order is that of the numbers.
func (w *window) insert(i int32) {
	w.reserve(len(w.open) + 1)
	if len(w.open) > few {
		j, _ := slices.BinarySearch(w.open, i)
		w.open = slices.Insert(w.open, j, i)
		return
	}
	j := len(w.open)
	w.open = w.open[:j+1]
	for ; j > 0 && w.open[j-1] > i; j-- {
		w.open[j] = w.open[j-1]
	}
	w.open[j] = i
}

// reserve makes room for n ops in open. As it loses those in front, it wanders through
// its buffer.
func (w *window) reserve(n int) {
	if n <= cap(w.open) {
		return
	}
	if 2*n > len(w.buf) {
		w.buf = make([]int32, max(2*few, 4*n))
	}
	w.open = w.buf[:copy(w.buf, w.open)]
}

// note leaves a mark here if the last one is far. There are no more marks than
// that each op could be held once.
func (w *window) note() {
	if len(w.marks) > 0 && int(w.level-w.marks[len(w.marks)-1].level) < max(markGap, len(w.open)) {
		return
	}
	w.marks = append(w.marks, mark{w.level, w.at, len(w.held)})
	w.held = append(w.held, w.open...)
}

// seek moves to a level.
func (w *window) seek(s *search, level int32) {
	if level == w.level {
		return
	}
	if level < w.level || level > w.level+markGap {
		i := sort.Search(len(w.marks), func(i int) bool { return w.marks[i].level > level }) - 1
		if m := w.marks[i]; level < w.level || m.level > w.level {
			end := len(w.held)
			if i+1 < len(w.marks) {
				end = w.marks[i+1].off
			}
			w.level, w.at = m.level, m.at
			w.open = w.open[:0]
			w.reserve(end - m.off)
			w.open = append(w.open, w.held[m.off:end]...)
		}
	}
	for w.level < level {
		w.forward(s)
	}
}

func (w *window) bytes() int64 {
	return int64(4*(cap(w.byInv)+cap(w.buf)+cap(w.held)) + 16*cap(w.marks))
}

// openAt returns the ops that run at a level, by return.
func (s *search) openAt(level int32) []int32 {
	s.win.seek(s, level)
	return slices.Clone(s.win.open)
}

// pendingAt returns the pending ops that were invoked by a level.
func (s *search) pendingAt(level int32) (ops []int32) {
	for y := s.n; int(y) < len(s.ops) && s.ops[y].inv < s.ops[level].ret; y++ {
		ops = append(ops, y)
	}
	return ops
}
