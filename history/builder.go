package history

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// A Builder makes a history: of columns that readers decoded from a text, or
// of entries that a program appends, which it writes as EDN into a text of its
// own. It pairs invocations and completions and checks process discipline; an
// error names the op that broke it. Use either Add or Append, not both.
type Builder struct {
	h      *History
	seen   tally
	open   openOps
	orphan int // the first completion without invocation, -1 if none
	began  int // client invocations
	gaps   int // how often ops were said to be missing
	lost   int // how many, -1 if that is not known
	astray int // completions behind a gap whose invocation is missing
	err    error
	text   []byte   // the arena of appended entries
	cols   Columns  // an appended entry; its names are those of the history
	fmap   []Symbol // scratch
}

// NewBuilder returns a builder for a history that is a view of src. A nil src
// is for histories that a program appends.
func NewBuilder(src *edn.Source) *Builder {
	b := &Builder{orphan: -1}
	if src == nil {
		src = edn.NewSource("history", nil, edn.EDN)
	}
	b.h = &History{src: src, words: &words{}}
	return b
}

// Grow makes room for n ops in all.
func (b *Builder) Grow(n int) {
	h := b.h
	h.typ = grow(h.typ, n)
	h.process = grow(h.process, n)
	h.time = grow(h.time, n)
	h.f = grow(h.f, n)
	h.start = grow(h.start, n)
	h.vrel = grow(h.vrel, n)
	h.vlen = grow(h.vlen, n)
	h.pair = grow(h.pair, n)
}

// grow makes room for n elements in all. Unlike slices.Grow it does not clear
// the room, which of a large history would touch every page at once.
func grow[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s
	}
	return append(huge.Make[T](n), s...)
}

// Len returns the number of ops so far.
func (b *Builder) Len() int { return len(b.h.typ) }

// Add appends the ops of c, which it copies.
func (b *Builder) Add(c *Columns) error {
	if b.err != nil {
		return b.err
	}
	h, from := b.h, len(b.h.typ)
	if from+c.Len() > math.MaxInt32 { // a pair would not fit its column
		return b.fail(h.src.Errorf(c.start[0], "expected at most %d ops", math.MaxInt32))
	}
	if err := b.addIndex(c, from); err != nil {
		return b.fail(err)
	}
	h.typ = append(h.typ, c.typ...)
	h.process = append(h.process, c.process...)
	h.time = append(h.time, c.time...)
	h.f = append(h.f, c.f...)
	h.start = append(h.start, c.start...)
	h.vrel = append(h.vrel, c.vrel...)
	h.vlen = append(h.vlen, c.vlen...)
	b.seen.index += c.seen.index
	b.seen.time += c.seen.time
	b.seen.process += c.seen.process
	known := len(h.typ)
	if c != &b.cols {
		known = b.renumber(c, from)
	}
	for i := from; i < known; i++ {
		if err := b.pairOp(i); err != nil {
			return b.fail(err)
		}
	}
	if known < len(h.typ) {
		return b.fail(errManyF(h.src, h.start[known]))
	}
	return nil
}

func (b *Builder) fail(err error) error {
	b.err = err
	return err
}

// addIndex keeps the recorded indices if they are not just 0, 1, 2, ... The
// first op decides whether there are any.
func (b *Builder) addIndex(c *Columns, from int) error {
	if c.Len() == 0 {
		return nil
	}
	if has := c.seen.index > 0; from > 0 && has != (b.seen.index > 0) {
		return errMixed(b.h.src, c.start[0], has)
	}
	if len(c.index) == 0 {
		return nil
	}
	if b.h.index == nil {
		for i, x := range c.index {
			if x != int64(from+i) {
				b.h.index = make([]int64, from, from+len(c.index))
				for j := range b.h.index {
					b.h.index[j] = int64(j)
				}
				break
			}
		}
	}
	if b.h.index != nil {
		b.h.index = append(b.h.index, c.index...)
	}
	return nil
}

// renumber translates the symbols of c into those of the history. It returns
// the first op whose symbol is one too many, or the number of ops.
func (b *Builder) renumber(c *Columns, from int) (known int) {
	f, fs := b.h.f, &b.cols.fs
	b.fmap = append(b.fmap[:0], 0)
	same, full := true, len(c.fs.list)+1
	for i, name := range c.fs.list {
		id := fs.id([]byte(name))
		if id >= math.MaxUint16 {
			full = min(full, i+1)
		}
		b.fmap = append(b.fmap, Symbol(id+1))
		same = same && id == i
	}
	known = len(f)
	if full <= min(len(c.fs.list), math.MaxUint16) {
		known = from + slices.Index(f[from:], Symbol(full))
	}
	if !same {
		for i := from; i < known; i++ {
			f[i] = b.fmap[f[i]]
		}
	}
	b.renumberProcesses(c, from)
	return known
}

func (b *Builder) renumberProcesses(c *Columns, from int) {
	if len(c.procs.list) == 0 {
		return
	}
	pmap := make([]Process, len(c.procs.list))
	for i, name := range c.procs.list {
		pmap[i] = named(b.cols.procs.id([]byte(name)))
	}
	for i := from; i < len(b.h.process); i++ {
		if p := b.h.process[i]; p != NoProcess && !p.IsClient() {
			b.h.process[i] = pmap[p-named(0)]
		}
	}
}

// pairOp pairs op i with the open invocation of its process.
func (b *Builder) pairOp(i int) error {
	h := b.h
	h.pair = append(h.pair, -1)
	p := h.process[i]
	if !p.IsClient() {
		return nil
	}
	slot := b.open.slot(p)
	if h.typ[i] == Invoke {
		b.began++
		if *slot > 0 {
			j := int(*slot - 1)
			return h.src.Errorf(h.start[i], "process %d invoked twice: expected a completion of its op %d (line %d) before op %d", p, h.Index(j), h.Line(j), h.Index(i))
		}
		*slot = int32(i + 1)
		return nil
	}
	if *slot == 0 {
		if b.gaps > 0 {
			h.process[i] = NoProcess
			b.astray++
			return nil
		}
		if b.orphan < 0 {
			b.orphan = i
		}
		return nil
	}
	j := *slot - 1
	h.pair[i], h.pair[j] = j, int32(i)
	*slot = 0
	return nil
}

// Gap says that ops are missing behind those added so far: how many, or -1 if
// nobody knows. An operation that is open here may or may not have completed in
// the gap, so it stays without a completion; a completion further on whose
// invocation may have been in the gap belongs to no process, and is left out.
// A history with a gap has the warning "lost-ops": what a checker finds in it may be
// due to what is missing.
func (b *Builder) Gap(ops int) {
	if b.gaps++; b.gaps == 1 {
		b.h.whole = b.Len()
	}
	if ops < 0 || b.lost < 0 {
		b.lost = -1
	} else {
		b.lost += ops
	}
	b.open = openOps{}
}

// openOps maps a process to one more than its open invocation, 0 if none.
type openOps struct {
	small []int32
	large map[Process]*int32
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

// errDone keeps a history immutable.
var errDone = errors.New("the builder has made its history already")

// History checks what only the whole can tell, and returns the history. The
// builder cannot be used any more.
func (b *Builder) History() (*History, error) {
	if b.err != nil {
		return nil, b.err
	}
	b.err = errDone
	h := b.h
	h.fs, h.procs = b.cols.fs.list, b.cols.procs.list
	if b.seen.process == 0 && h.Len() > 0 {
		b.pairByAdjacency()
	} else if b.orphan >= 0 && b.began > 0 {
		i := b.orphan
		return nil, h.src.Errorf(h.start[i], "op %d completes nothing: expected an invocation of process %d before it", h.Index(i), h.process[i])
	}
	if err := b.checkIndices(); err != nil {
		return nil, err
	}
	h.completionsOnly = b.began == 0 && b.orphan >= 0
	b.note()
	return h, nil
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

func (b *Builder) checkIndices() error {
	h := b.h
	rising := true
	for i := 1; i < len(h.index) && rising; i++ {
		rising = h.index[i-1] < h.index[i]
	}
	if rising {
		return nil
	}
	byIndex := make([]int32, len(h.index))
	for i := range byIndex {
		byIndex[i] = int32(i)
	}
	slices.SortStableFunc(byIndex, func(x, y int32) int {
		return cmp.Compare(h.index[x], h.index[y])
	})
	for k := 1; k < len(byIndex); k++ {
		if x, y := byIndex[k-1], byIndex[k]; h.index[x] == h.index[y] {
			return h.src.Errorf(h.start[y], "expected a unique :index, but %d is also that of the op on line %d", h.index[y], h.Line(int(x)))
		}
	}
	h.warn("index-order", 0, "the :index of the ops does not rise in the order of the file, which is taken as the order of events")
	return nil
}

// note records what was assumed.
func (b *Builder) note() {
	h, n := b.h, b.h.Len()
	b.noteGaps()
	if n == 0 {
		return
	}
	if b.seen.index == 0 {
		h.warn("no-index", n, "no op has an :index; they were numbered from 0 in the order of the file")
	}
	if missing := n - b.seen.time; missing > 0 {
		h.warn("no-time", missing, fmt.Sprintf("%s no :time; times are for display only", count(missing, n, "has", "have")))
	}
	switch missing := n - b.seen.process; {
	case missing == n:
		h.warn("no-process", n, "no op has a :process; nothing is known of the order of operations in time, so process and realtime order were not used")
	case missing > 0:
		h.warn("no-process", missing, fmt.Sprintf("%s no :process and were left out", count(missing, n, "has", "have")))
	}
	if h.completionsOnly {
		h.warn("no-invocations", n, "no op is an invocation; realtime order is unknown and was not used")
	}
	unfinished := 0
	for i, t := range h.typ {
		if t == Invoke && h.pair[i] < 0 && h.process[i].IsClient() {
			unfinished++
		}
	}
	if unfinished > 0 {
		h.warn("unfinished", unfinished, count(unfinished, n, "never completed, and was taken as info: it may or may not have happened", "never completed, and were taken as info: they may or may not have happened"))
	}
}

// noteGaps says first what is missing.
func (b *Builder) noteGaps() {
	if b.gaps == 0 {
		return
	}
	n, msg := max(b.lost, 0), "ops are missing from the history, nobody knows how many; what happened to them may change the verdict"
	if b.lost >= 0 {
		msg = fmt.Sprintf("%d ops are missing from the history; what happened to them may change the verdict", b.lost)
	}
	if b.astray > 0 {
		msg += fmt.Sprintf("; %d completions whose invocation is missing were left out", b.astray)
	}
	b.h.warn(LostOps, n, msg)
}

// LostOps is the code of the warning that ops are missing from a history.
const LostOps = "lost-ops"

func count(k, n int, one, many string) string {
	if k == 1 {
		return "1 of " + strconv.Itoa(n) + " ops " + one
	}
	return strconv.Itoa(k) + " of " + strconv.Itoa(n) + " ops " + many
}
