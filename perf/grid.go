package perf

import (
	"cmp"
	"math/bits"
	"slices"
)

// A Grid counts operations by when they were invoked and how long they took. Only
// nonempty cells are kept. Plots of any size and section are drawn from it:
// [Grid.Coarser] merges bins of time.
//
// It has 8,192 bins of time or fewer, and bins of latency whose bounds are an eighth of
// a power of two apart, some 9 %: see [LatencyBin]. If there are more cells than
// Options.MaxCells, bins of time are merged in pairs until there are not.
type Grid struct {
	Start int64  // where bin 0 begins, ns
	Width int64  // of a bin of time, ns
	Bins  int    // of time
	Cells []Cell // sorted by Time, Latency, F and Outcome
}

// A Cell is the operations of one kind in one place of the grid.
type Cell struct {
	Time     uint16  // bin of time
	Latency  uint16  // bin of latency
	F        uint8   // in Summary.Fs
	Outcome  Outcome // how they ended
	Count    uint32
	Example  int32 // position, in the history, of the invocation of the first of them
	Min, Max int64 // latencies, ns
}

func (c *Cell) key() uint64 {
	return uint64(c.Time)<<32 | uint64(c.Latency)<<16 | uint64(c.F)<<8 | uint64(c.Outcome)
}

// join adds the operations of another cell to c.
func (c *Cell) join(o *Cell) {
	c.Count += o.Count
	c.Example = min(c.Example, o.Example)
	c.Min, c.Max = min(c.Min, o.Min), max(c.Max, o.Max)
}

// Coarser returns the grid with 2^by bins of time merged into one each.
func (g *Grid) Coarser(by int) *Grid {
	out := &Grid{Start: g.Start, Width: g.Width << by, Bins: (g.Bins-1)>>by + 1, Cells: slices.Clone(g.Cells)}
	for i := range out.Cells {
		out.Cells[i].Time >>= by
	}
	slices.SortFunc(out.Cells, func(a, b Cell) int { return cmp.Compare(a.key(), b.key()) })
	n := 0
	for i := range out.Cells {
		if n > 0 && out.Cells[n-1].key() == out.Cells[i].key() {
			out.Cells[n-1].join(&out.Cells[i])
			continue
		}
		out.Cells[n] = out.Cells[i]
		n++
	}
	out.Cells = out.Cells[:n:n]
	return out
}

// Columns returns the grid, coarse enough to have no more than n bins of time.
func (g *Grid) Columns(n int) *Grid {
	by := 0
	for g.Bins > 1 && (g.Bins-1)>>by+1 > max(n, 1) {
		by++
	}
	return g.Coarser(by)
}

// Time returns where a bin of time begins and ends, ns.
func (g *Grid) Time(bin uint16) (from, to int64) {
	from = g.Start + int64(bin)*g.Width
	return from, from + g.Width
}

// subBins are where bins of latency begin within a power of two, in parts of 256: 2^(k/8), rounded up, so
// that integers tell the bin.
var subBins = [9]uint64{256, 280, 305, 332, 363, 395, 431, 470, 512}

var subBinOf = func() (t [256]uint8) {
	for i := range t {
		for k := range 8 {
			if uint64(256+i) >= subBins[k] {
				t[i] = uint8(k)
			}
		}
	}
	return t
}()

// LatencyBin returns the bin of a latency in nanoseconds: 0 if it is 0 or negative, else 1 + 8k + i, where 2^k is the
// power of two below it, and i says which eighth.
func LatencyBin(ns int64) uint16 {
	if ns <= 0 {
		return 0
	}
	k := bits.Len64(uint64(ns)) - 1
	m := uint64(ns)
	if k >= 8 {
		m >>= k - 8
	} else {
		m <<= 8 - k
	}
	return uint16(1 + 8*k + int(subBinOf[m-256]))
}

// LatencyBounds returns the bounds of a bin of latency, in nanoseconds. A bin below 256
// ns may hold no whole number. Bin 0 is from 0 to 1.
func LatencyBounds(bin uint16) (from, to float64) {
	if bin == 0 {
		return 0, 1
	}
	k, i := (int(bin)-1)/8, (int(bin)-1)%8
	unit := float64(uint64(1)<<k) / 256
	return float64(subBins[i]) * unit, float64(subBins[i+1]) * unit
}

// A gridTable collects cells: a hash table with open addressing.
type gridTable struct {
	start, width int64
	level        int // bins of time were merged by two so often
	limit        int
	slots        []Cell // Count is 0 in an empty one
	n            int
}

func newGridTable(from, to int64, limit int) gridTable {
	return gridTable{start: from, width: (to-from)/gridBins + 1, limit: limit, slots: make([]Cell, 1<<10)}
}

func (t *gridTable) add(time, latency int64, f uint8, o Outcome, op int32) {
	c := Cell{Time: uint16((time - t.start) / t.width >> t.level), Latency: LatencyBin(latency), F: f, Outcome: o, Count: 1, Example: op, Min: latency, Max: latency}
	t.put(&c)
}

func (t *gridTable) put(c *Cell) {
	key := c.key()
	mask := uint64(len(t.slots) - 1)
	i := key * 0x9E3779B97F4A7C15 >> 20 & mask
	for t.slots[i].Count != 0 {
		if t.slots[i].key() == key {
			t.slots[i].join(c)
			return
		}
		i = (i + 1) & mask
	}
	t.slots[i] = *c
	if t.n++; t.n > t.limit && t.bins() > 1 {
		t.coarsen(t.level + 1)
	} else if 4*t.n > 3*len(t.slots) {
		t.rebuild(2*len(t.slots), t.level)
	}
}

func (t *gridTable) bins() int { return gridBins >> t.level }

// coarsen merges bins of time, so that a table that has too many cells has fewer. Which level is the last
// depends on all the operations alone: a part of them never needs more than the whole.
func (t *gridTable) coarsen(level int) {
	from := t.level
	t.level = level
	t.rebuild(len(t.slots), from)
}

// rebuild moves the cells, which are of a level, to a new table. That may have to be coarsened meanwhile.
func (t *gridTable) rebuild(size, level int) {
	old := t.slots
	t.slots, t.n = make([]Cell, size), 0
	for i := range old {
		if c := &old[i]; c.Count != 0 {
			c.Time >>= t.level - level
			t.put(c)
		}
	}
}

// merge adds the cells of another table.
func (t *gridTable) merge(o *gridTable) {
	if o.level > t.level {
		t.coarsen(o.level)
	}
	for i := range o.slots {
		if c := o.slots[i]; c.Count != 0 {
			c.Time >>= t.level - o.level
			t.put(&c)
		}
	}
}

// grid returns the cells in order.
func (t *gridTable) grid(to int64) *Grid {
	g := &Grid{Start: t.start, Width: t.width << t.level, Cells: make([]Cell, 0, t.n)}
	g.Bins = int((to-t.start)/g.Width) + 1
	for i := range t.slots {
		if t.slots[i].Count != 0 {
			g.Cells = append(g.Cells, t.slots[i])
		}
	}
	slices.SortFunc(g.Cells, func(a, b Cell) int { return cmp.Compare(a.key(), b.key()) })
	return g
}
