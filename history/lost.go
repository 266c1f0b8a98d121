package history

import "slices"

// The process and the operation of a mark for missing ops: a converted history has it
// where the damaged one had a gap. Its value is the number of missing ops, or nil if it
// is unknown.
const (
	LostProcess = "jcheck"
	LostF       = LostOps
)

// lostMarks returns which of the ops from lo to hi are such marks.
func (b *Builder) lostMarks(c *Columns, lo, hi int) (marks []int) {
	if c == &b.cols { // a program calls Gap
		return nil
	}
	p, f := slices.Index(b.cols.procs.list, LostProcess), slices.Index(b.cols.fs.list, LostF)
	if p < 0 || f < 0 {
		return nil
	}
	for i := lo; i < hi; i++ {
		if b.h.process[i] == named(p) && b.h.f[i] == Symbol(f+1) && b.h.typ[i] == Info {
			marks = append(marks, i)
		}
	}
	return marks
}

// pairAround pairs the ops from lo to hi, with a gap before each mark.
func (b *Builder) pairAround(marks []int, lo, hi int) error {
	for _, i := range marks {
		if err := b.pairFrom(lo, i); err != nil {
			return err
		}
		b.gapAt(i, b.lostAt(i))
		lo = i
	}
	return b.pairFrom(lo, hi)
}

// lostAt returns how many ops are missing where op i is, or -1.
func (b *Builder) lostAt(i int) int {
	if n, ok := b.h.Value(i).Int(); ok && n >= 0 && n < 1<<31 {
		return int(n)
	}
	return -1
}

// Lost returns how many ops are missing, or -1 if unknown, and whether any are.
func (h *History) Lost() (n int, lost bool) {
	for _, w := range h.warnings {
		if w.Code == LostOps {
			return w.Count, true
		}
	}
	return 0, false
}

// IsLostMark reports whether op i says that ops are missing before it.
func (h *History) IsLostMark(i int) bool {
	return h.typ[i] == Info && h.F(i) == LostF && h.ProcessName(h.process[i]) == LostProcess
}
