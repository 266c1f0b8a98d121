package history

import (
	"errors"
	"math"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/internal/huge"
)

// A Builder makes a history from columns that readers decoded from a text, or from
// entries that a program appends, which it writes as EDN into its own text. It pairs
// invocations with completions and checks the rules for processes; an error names the
// op that broke them. Use either Add or Append, not both.
//
// A Builder is NOT safe for concurrent use: clients that record at the same time need a
// lock around Append, which also fixes the order of events. elle/txntest and
// linearizable/lintest have recorders that any number of goroutines may use.
type Builder struct {
	h       *History
	seen    tally
	seconds []int32 // the ops whose time was given in seconds
	order   Order
	pairer
	gaps []int // where ops are missing
	lost int   // how many, -1 if that is not known
	err  error
	text []byte   // the arena of appended entries
	cols Columns  // an appended entry; its names are those of the history
	fmap []Symbol // scratch
}

// NewBuilder returns a builder for a history that is a view of src. Src is nil for
// histories that a program appends.
func NewBuilder(src *edn.Source) *Builder {
	b := &Builder{pairer: pairer{orphan: -1}}
	if src == nil {
		src = edn.NewSource("history", nil, edn.EDN)
	}
	b.h = &History{src: src, words: &words{}}
	return b
}

// Warn adds a reader's warning to the history.
func (b *Builder) Warn(code string, n int, msg string) { b.h.warn(code, n, msg) }

// Keyed declares that the values of the clients' ops are tuples [key value].
func (b *Builder) Keyed() { b.h.keyed = true }

// Grow makes room for a total of n ops.
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
	b.seen.date += c.seen.date
	for _, i := range c.seconds {
		b.seconds = append(b.seconds, int32(from)+i)
	}
	known := len(h.typ)
	if c != &b.cols {
		known = b.renumber(c, from)
	}
	if err := b.pairAround(b.lostMarks(c, from, known), from, known); err != nil {
		return b.fail(err)
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

// errDone keeps a history immutable.
var errDone = errors.New("the builder has already made its history")

// History makes the checks that need all ops, and returns the history. The builder
// cannot be used afterwards.
func (b *Builder) History() (*History, error) {
	if b.err != nil {
		return nil, b.err
	}
	b.err = errDone
	h := b.h
	h.fs, h.procs = b.cols.fs.list, b.cols.procs.list
	if err := b.scaleTimes(); err != nil {
		return nil, err
	}
	b.nameClients()
	if err := b.arrange(); err != nil {
		return nil, err
	}
	if b.seen.process == 0 && h.Len() > 0 {
		b.pairByAdjacency()
	} else if err := b.finishPairs(); err != nil {
		return nil, err
	}
	h.completionsOnly = b.began == 0 && (b.orphan >= 0 || b.lone > 0)
	b.note()
	return h, nil
}
