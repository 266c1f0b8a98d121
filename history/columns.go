package history

import (
	"math"

	"github.com/seed-c33ae711/jcheck/edn"
)

// A Row is an op as a reader found it in the text: spans, and fields that could be
// decoded at once. Offsets are bytes in the source.
type Row struct {
	Start            int // where the op's map begins
	ValueLo, ValueHi int // the span of :value, empty if there is none
	Index            int64
	Time             int64
	Process          Process // a number; NoProcess if the process has a name, or is unknown
	ProcessName      []byte  // of a process that is not a client
	F                []byte  // the operation's name, empty if there is none
	Type             Type
	HasIndex         bool
	HasTime          bool
	InSeconds        bool // Time was given in seconds
	IsDate           bool // Time is since 1970
	HasProcess       bool
}

// Columns are consecutive ops of a history, column by column. A reader fills one for
// each piece of its input, in any order; a [Builder] takes them in the order of the
// text.
type Columns struct {
	typ     []Type
	process []Process
	time    []int64
	f       []Symbol
	start   []int
	vrel    []uint32 // the value's offset behind start
	vlen    []uint32 // its length, 0 if there is no value
	index   []int64
	seconds []int32 // the ops whose time was given in seconds
	seen    tally
	fs      names
	procs   names
}

// tally counts which optional fields were there.
type tally struct{ index, time, process, date int }

// Len returns the number of ops.
func (c *Columns) Len() int { return len(c.typ) }

// Reset empties the columns and keeps their memory.
func (c *Columns) Reset() {
	c.clearOps()
	c.fs.reset()
	c.procs.reset()
}

// Shift moves the positions of the ops forward by a number of bytes, for readers that
// decode pieces before they know their final offset.
func (c *Columns) Shift(by int) {
	for i := range c.start {
		c.start[i] += by
	}
}

// clearOps empties the columns and keeps what symbols stand for.
func (c *Columns) clearOps() {
	c.typ, c.process, c.time, c.f = c.typ[:0], c.process[:0], c.time[:0], c.f[:0]
	c.start, c.vrel, c.vlen, c.index = c.start[:0], c.vrel[:0], c.vlen[:0], c.index[:0]
	c.seconds = c.seconds[:0]
	c.seen = tally{}
}

// Append adds an op. It returns an error if the op is too large for a column, or if
// some ops have an index and others do not.
func (c *Columns) Append(src *edn.Source, r *Row) error {
	if int64(r.ValueHi-r.Start) > math.MaxUint32 {
		return src.Errorf(r.Start, "expected an op of less than 4 GiB")
	}
	if n := c.Len(); n > 0 && r.HasIndex != (c.seen.index > 0) {
		return errMixed(src, r.Start, r.HasIndex)
	}
	p, t := r.Process, r.Time
	if p == NoProcess && len(r.ProcessName) > 0 {
		p = named(c.procs.id(r.ProcessName))
	}
	if !r.HasTime {
		t = NoTime
	}
	f := 0
	if len(r.F) > 0 {
		if f = c.fs.id(r.F) + 1; f > math.MaxUint16 {
			return errManyF(src, r.Start)
		}
	}
	vrel, vlen := uint32(0), uint32(0)
	if r.ValueHi > r.ValueLo {
		vrel, vlen = uint32(r.ValueLo-r.Start), uint32(r.ValueHi-r.ValueLo)
	}
	c.typ = append(c.typ, r.Type)
	c.process = append(c.process, p)
	c.time = append(c.time, t)
	c.f = append(c.f, Symbol(f))
	c.start = append(c.start, r.Start)
	c.vrel = append(c.vrel, vrel)
	c.vlen = append(c.vlen, vlen)
	c.seen.add(r)
	if r.HasTime && r.InSeconds {
		c.seconds = append(c.seconds, int32(c.Len()-1))
	}
	if r.HasIndex {
		c.index = append(c.index, r.Index)
	}
	return nil
}

func errMixed(src *edn.Source, at int, has bool) error {
	if has {
		return src.Errorf(at, "expected an :index in every op or in none, found one after ops without")
	}
	return src.Errorf(at, "expected an :index in every op or in none, found none after ops with one")
}

func errManyF(src *edn.Source, at int) error {
	return src.Errorf(at, "expected at most %d different :f", math.MaxUint16)
}

func (t *tally) add(r *Row) {
	if r.HasIndex {
		t.index++
	}
	if r.HasTime {
		t.time++
		if r.IsDate {
			t.date++
		}
	}
	if r.HasProcess {
		t.process++
	}
}

// names interns byte strings in order of appearance.
type names struct {
	ids  map[string]int
	list []string
	last int // what was asked for last, and mostly is again
}

func (n *names) id(b []byte) int {
	if n.last < len(n.list) && n.list[n.last] == string(b) {
		return n.last
	}
	if i, ok := n.ids[string(b)]; ok {
		n.last = i
		return i
	}
	if n.ids == nil {
		n.ids = map[string]int{}
	}
	i := len(n.list)
	n.list = append(n.list, string(b))
	n.ids[n.list[i]] = i
	return i
}

func (n *names) reset() {
	clear(n.ids)
	n.list = n.list[:0]
}
