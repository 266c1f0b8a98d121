package perf

import (
	"math/bits"

	"github.com/seed-c33ae711/jcheck/history"
)

// A tally is what a worker counts.
type tally struct {
	m        *measure
	rows     []Row
	nodes    []Row
	rates    *Rates
	jepsen   *Rates
	busy     *busy
	grid     gridTable
	sketch   *sketch // nil if quantiles are exact
	sketch30 *sketch // of Jepsen's windows
	backward int
	instant  int
	hint     int // where in met

	points []point // of the piece
	open   []Open
}

func newTally(m *measure) *tally {
	s := m.s
	t := &tally{m: m, rows: make([]Row, len(s.Fs)), hint: -1}
	if n := len(m.opt.Nodes); n > 0 && n <= maxNodes {
		t.nodes = m.smallRows(n)
	}
	for i := range t.rows {
		t.rows[i].Inside = make([][outcomes]int, len(s.Lanes))
	}
	if s.Rates != nil {
		t.rates, t.busy = newRates(m.rates, len(s.Fs)), newBusy(m.rates)
	}
	if s.JepsenRates != nil {
		t.jepsen = newRates(m.jepsen, len(s.Fs))
	}
	if s.Quantiles == nil {
		return t
	}
	t.grid = newGridTable(s.From, s.To, m.opt.MaxCells)
	if m.pairs >= m.opt.exactBelow {
		t.sketch = newSketch(&s.Quantiles.Windows, len(s.Fs))
		if q := s.JepsenQuantiles; q != nil {
			t.sketch30 = newSketch(&q.Windows, len(s.Fs))
		}
	}
	return t
}

// piece counts the operations that begin in a piece of the history.
func (t *tally) piece(from, to int) {
	h := t.m.h
	for i := from; i < to; i++ {
		p := h.Process(i)
		if !p.IsClient() {
			continue
		}
		switch pair := h.Pair(i); {
		case h.Type(i) == history.Invoke:
			t.operation(i, pair, p)
		case pair < 0:
			t.completion(i, p)
		}
	}
}

// completion counts a completion whose invocation was not recorded.
func (t *tally) completion(i int, p history.Process) {
	f, o := t.m.id[t.m.h.Symbol(i)], outcomeOf(t.m.h.Type(i))
	at := timeOf(t.m.h, i)
	for _, r := range t.rowsOf(f, p) {
		if r != nil {
			r.Done[o]++
			t.meet(r, at, at, o)
		}
	}
	t.done(f, o, at)
}

// rowsOf returns the rows that an operation belongs to: that of its f and, if known, that of its node.
func (t *tally) rowsOf(f uint8, p history.Process) [2]*Row {
	rows := [2]*Row{&t.rows[f]}
	if n := len(t.nodes); n > 0 && !t.m.h.IsNamed(p) {
		rows[1] = &t.nodes[int(p.Number()%int64(n))]
	}
	return rows
}

// done counts a completion in the windows.
func (t *tally) done(f uint8, o Outcome, at int64) {
	if at == noTime {
		return
	}
	t.rates.Done[f][o][t.rates.at(at)]++
	if t.jepsen != nil {
		t.jepsen.Done[f][o][t.jepsen.at(at)]++
	}
}

// meet counts an operation for the lanes that had a fault meanwhile.
func (t *tally) meet(r *Row, from, to int64, o Outcome) {
	if from == noTime || to == noTime {
		return
	}
	r.timed[o]++
	if r.Small != nil {
		w := &r.Small[t.m.s.Small.at(to)]
		w.Done[o]++
		if o == OK {
			w.Max = max(w.Max, to-from)
		}
	}
	for mask := t.m.met.between(from, max(from, to), &t.hint); mask != 0; mask &= mask - 1 {
		r.Inside[bits.TrailingZeros64(mask)][o]++
	}
}

// operation counts the operation that op i invokes.
func (t *tally) operation(i, pair int, p history.Process) {
	h, f := t.m.h, t.m.id[t.m.h.Symbol(i)]
	rows := t.rowsOf(f, p)
	begun := timeOf(h, i)
	if begun != noTime {
		t.rates.Invoked[f][t.rates.at(begun)]++
		if t.jepsen != nil {
			t.jepsen.Invoked[f][t.jepsen.at(begun)]++
		}
	}
	if pair < 0 {
		t.opened(i, f, begun, rows)
		return
	}
	o, ended := outcomeOf(h.Type(pair)), timeOf(h, pair)
	for _, r := range rows {
		if r != nil {
			r.Invoked++
			r.Done[o]++
			t.meet(r, begun, ended, o)
		}
	}
	t.done(f, o, ended)
	if begun == noTime || ended == noTime {
		return
	}
	t.busy.add(begun, max(begun, ended))
	t.took(i, f, o, begun, ended-begun, rows[1])
}

// opened counts an operation that never completed.
func (t *tally) opened(i int, f uint8, begun int64, rows [2]*Row) {
	for _, r := range rows {
		if r != nil {
			r.Invoked++
			r.Open++
		}
	}
	if begun != noTime {
		t.busy.add(begun, t.m.s.To+1)
	}
	if len(t.open) < maxOpen {
		t.open = append(t.open, Open{Op: i, Time: begun, F: int(f), Process: t.m.h.ProcessName(t.m.h.Process(i))})
	}
}

// took counts a latency.
func (t *tally) took(i int, f uint8, o Outcome, begun, latency int64, node *Row) {
	if latency < 0 { // it is no latency, so it is in none
		t.backward++
		return
	}
	if latency == 0 {
		t.instant++
	}
	class := min(int(o), 1)
	t.grid.add(begun, latency, f, o, int32(i))
	if node != nil {
		node.hist[class].add(latency)
	}
	if t.sketch == nil {
		p := point{latency: latency, window: uint16(t.m.s.Quantiles.at(begun)), f: f, notOK: class == 1}
		if q := t.m.s.JepsenQuantiles; q != nil {
			p.window30 = uint16(q.at(begun))
		}
		t.points = append(t.points, p)
		return
	}
	t.sketch.at(int(f), class, t.sketch.w.at(begun)).add(latency)
	if t.sketch30 != nil {
		t.sketch30.at(int(f), class, t.sketch30.w.at(begun)).add(latency)
	}
}

// merge adds what another worker counted.
func (t *tally) merge(o *tally) {
	for i := range t.rows {
		t.rows[i].add(&o.rows[i])
	}
	for i := range t.nodes {
		t.nodes[i].add(&o.nodes[i])
	}
	t.backward += o.backward
	t.instant += o.instant
	if t.rates != nil {
		t.rates.add(o.rates)
		t.busy.merge(o.busy)
	}
	if t.jepsen != nil {
		t.jepsen.add(o.jepsen)
	}
	if o.grid.slots != nil {
		t.grid.merge(&o.grid)
	}
	if t.sketch != nil {
		t.sketch.merge(o.sketch)
	}
	if t.sketch30 != nil {
		t.sketch30.merge(o.sketch30)
	}
}

// busy adds up how long operations went on, by window: those that begin or end in it, and how many more there
// are behind it than before.
type busy struct {
	w     Windows
	inner []int64 // ns
	step  []int64
}

func newBusy(w Windows) *busy {
	return &busy{w: w, inner: make([]int64, w.N), step: make([]int64, w.N+1)}
}

// add adds an operation that goes on from a to b, which may be behind the last window.
func (u *busy) add(a, b int64) {
	k := u.w.at(a)
	u.inner[k] += u.w.Start + int64(k+1)*u.w.Width - a
	u.step[k+1]++
	if j := u.w.at(b); j < u.w.N {
		u.inner[j] -= u.w.Start + int64(j+1)*u.w.Width - b
		u.step[j+1]--
	}
}

func (u *busy) merge(o *busy) {
	sum(u.inner, o.inner)
	sum(u.step, o.step)
}

// mean returns how many operations went on at a time. Of the last window, only what the test has of it counts.
func (u *busy) mean(w Windows) []float64 {
	out := make([]float64, w.N)
	before := int64(0)
	for k := range out {
		before += u.step[k]
		total := float64(u.inner[k]) + float64(before)*float64(w.Width)
		width := w.Width
		if k == w.N-1 {
			width = max(w.to-(w.Start+int64(k)*w.Width), 0)
			open := float64(before + u.step[k+1]) // at the end: these were counted beyond it
			total -= open * float64(w.Width-width)
		}
		if width > 0 {
			out[k] = total / float64(width)
		}
	}
	return out
}

// stretches finds where nine of ten clients waited, and little was completed: clients that never rest always
// wait.
func (b *Busy) stretches(clients int, r *Rates) {
	b.Tight = [][2]int{}
	done := make([]uint32, b.N)
	total := 0.0
	for _, o := range Outcomes {
		sum(done, r.All(o))
	}
	for _, n := range done {
		total += float64(n)
	}
	for k, x := range b.Mean {
		if clients < 2 || x < 0.9*float64(clients) || float64(done[k]) > 0.5*total/float64(b.N) {
			continue
		}
		if n := len(b.Tight); n > 0 && b.Tight[n-1][1] == k-1 {
			b.Tight[n-1][1] = k
		} else {
			b.Tight = append(b.Tight, [2]int{k, k})
		}
	}
}
