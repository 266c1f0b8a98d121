package perf

import (
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// Measure measures a history. It fails only if ctx ends, or if the file below the history shrinks.
func Measure(ctx context.Context, h *history.History, opt Options) (*Summary, error) {
	if opt.TopKeys <= 0 {
		opt.TopKeys = 12
	}
	if opt.MaxCells <= 0 {
		opt.MaxCells = defaultCells
	}
	if opt.exactBelow == 0 {
		opt.exactBelow = maxExact
	}
	s := &Summary{Ops: h.Len()}
	m := &measure{h: h, opt: opt, s: s}
	err := par.Guard(func() error {
		m.survey()
		s.Lanes = lanesOf(h, m.others, opt.Nemeses, s.To)
		s.Clocks = clocksOf(h, m.others)
		return nil
	})
	if err != nil {
		return nil, err
	}
	m.prepare()
	if err := m.count(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// measure is the work on a summary.
type measure struct {
	h      *history.History
	opt    Options
	s      *Summary
	id     []uint8 // of symbols, in s.Fs
	others []int32 // ops of nemeses
	pairs  int     // client operations whose invocation and completion are known, with times
	rates  Windows
	jepsen Windows
	met    *met
	keys   *keys
}

// timeOf returns the time of op i, or noTime if it has none that can be one.
func timeOf(h *history.History, i int) int64 {
	if t := h.Time(i); t < maxTime && t > -maxTime {
		return t
	}
	return noTime
}

// survey passes over the history for what has to be known before anything is counted.
func (m *measure) survey() {
	h, s := m.h, m.s
	count := make([]int, len(h.Fs())+1)
	busy := 0
	for i := range h.Len() {
		t := timeOf(h, i)
		switch {
		case t == noTime:
			s.Untimed++
		case !s.Timed:
			s.From, s.To, s.Timed = t, t, true
		default:
			s.From, s.To = min(s.From, t), max(s.To, t)
		}
		p := h.Process(i)
		if !p.IsClient() {
			if p != history.NoProcess && isNemesis(h.ProcessName(p)) {
				m.others = append(m.others, int32(i))
			}
			continue
		}
		pair := h.Pair(i)
		if h.Type(i) == history.Invoke {
			s.Invoked = true
			count[h.Symbol(i)]++
			busy++
			s.Clients = max(s.Clients, busy)
			if pair >= 0 && t != noTime && timeOf(h, pair) != noTime {
				m.pairs++
			}
		} else if pair >= 0 {
			busy--
		} else {
			count[h.Symbol(i)]++
		}
	}
	m.id = s.finishFs(h, count)
}

// isNemesis recognizes a nemesis by its name, as package history does.
func isNemesis(name string) bool {
	return len(name) >= 7 && (name[:7] == "nemesis" || name[:7] == "Nemesis")
}

// prepare decides on windows.
func (m *measure) prepare() {
	s := m.s
	m.met = metOf(s.Lanes)
	m.keys = keysOf(m.h, m.opt.Tuples)
	s.ByF = make([]Row, len(s.Fs))
	for f, name := range s.Fs {
		s.ByF[f].Name = name
	}
	s.Total.Name = "all"
	if !s.Timed {
		return
	}
	m.rates = windowsOf(s.From, s.To, autoWidth(s.From, s.To, min(max(s.Ops/10, 50), 200)))
	s.Rates = newRates(m.rates, len(s.Fs))
	s.Busy = &Busy{Windows: m.rates}
	small := windowsOf(s.From, s.To, autoWidth(s.From, s.To, mostSmall))
	s.Small = &small
	if m.jepsen = windowsOf(s.From, s.To, 10e9); m.jepsen.N <= maxJepsen {
		s.JepsenRates = newRates(m.jepsen, len(s.Fs))
	}
	if !s.Invoked {
		return
	}
	w := windowsOf(s.From, s.To, autoWidth(s.From, s.To, min(max(m.pairs/20, 12), 200)))
	s.Quantiles = &Quantiles{Windows: w, ByF: make([][]Latency, len(s.Fs))}
	if w := windowsOf(s.From, s.To, 30e9); w.N <= maxJepsen/10 {
		s.JepsenQuantiles = &Quantiles{Windows: w, ByF: make([][]Latency, len(s.Fs))}
	}
}

// count passes over the history in pieces, with a tally for each worker. Everything in a tally is a sum, a least or
// a greatest, so it does not matter who counted what.
func (m *measure) count(ctx context.Context) error {
	pieces := (m.h.Len() + chunk - 1) / chunk
	tallies := make([]*tally, par.MaxWorkers())
	points, open := make([][]point, pieces), make([][]Open, pieces)
	err := par.Workers(ctx, pieces, func(worker int) func(i int) error {
		t := newTally(m)
		tallies[worker] = t
		return func(i int) error {
			t.points, t.open = nil, nil
			t.piece(i*chunk, min((i+1)*chunk, m.h.Len()))
			points[i], open[i] = t.points, t.open
			return nil
		}
	})
	if err != nil {
		return err
	}
	all := newTally(m)
	for _, t := range tallies {
		if t != nil {
			all.merge(t)
		}
	}
	for _, o := range open {
		m.s.Open = append(m.s.Open, o[:min(len(o), maxOpen-len(m.s.Open))]...)
	}
	if err := m.finish(ctx, all, slices.Concat(points...)); err != nil {
		return err
	}
	return m.byKey(ctx)
}

// finish makes the summary of what was counted.
func (m *measure) finish(ctx context.Context, t *tally, points []point) error {
	s := m.s
	seconds := float64(s.To-s.From) / 1e9
	for f := range t.rows {
		t.rows[f].Name = s.Fs[f]
		s.ByF[f] = t.rows[f]
		s.Total.add(&t.rows[f])
	}
	for n := range t.nodes {
		t.nodes[n].Name = m.opt.Nodes[n]
		t.nodes[n].Latency = latency(&t.nodes[n].hist[0], &t.nodes[n].hist[1])
	}
	s.ByNode = t.nodes
	for _, r := range s.rows() {
		if seconds > 0 {
			r.OKRate = float64(r.Done[OK]) / seconds
		}
	}
	s.OpenCount = s.Total.Open
	s.Backward, s.Instant = t.backward, t.instant
	if !s.Timed {
		return nil
	}
	s.Rates, s.JepsenRates = t.rates, t.jepsen
	if s.JepsenRates != nil { // a window counts if at least half of it is there
		s.JepsenRates.cut()
	}
	s.Busy.Mean = t.busy.mean(m.rates)
	s.Busy.stretches(s.Clients, s.Rates)
	if !s.Invoked {
		return nil
	}
	s.Grid = t.grid.grid(s.To)
	if t.sketch == nil {
		return exact(ctx, s, points)
	}
	t.sketch.fill(s.Quantiles, s)
	if t.sketch30 != nil {
		t.sketch30.fill(s.JepsenQuantiles, s)
	}
	return nil
}

// rows returns all rows but those of keys.
func (s *Summary) rows() []*Row {
	out := []*Row{&s.Total}
	for i := range s.ByF {
		out = append(out, &s.ByF[i])
	}
	for i := range s.ByNode {
		out = append(out, &s.ByNode[i])
	}
	return out
}

// cut leaves out windows whose middle is behind the last op, as Jepsen does.
func (r *Rates) cut() {
	for r.N > 0 && r.Mid(r.N-1) > r.to {
		r.N--
	}
	for f := range r.Invoked {
		r.Invoked[f] = r.Invoked[f][:r.N]
		for o := range r.Done[f] {
			r.Done[f][o] = r.Done[f][o][:r.N]
		}
	}
}

// add adds the counts of another row.
func (r *Row) add(o *Row) {
	r.Invoked += o.Invoked
	r.Open += o.Open
	for i := range r.Done {
		r.Done[i] += o.Done[i]
		r.timed[i] += o.timed[i]
	}
	for len(r.Inside) < len(o.Inside) {
		r.Inside = append(r.Inside, [outcomes]int{})
	}
	for l := range o.Inside {
		for i, n := range o.Inside[l] {
			r.Inside[l][i] += n
		}
	}
	for c := range r.hist {
		r.hist[c].merge(&o.hist[c])
	}
	for i := range r.Small {
		for k, n := range o.Small[i].Done {
			r.Small[i].Done[k] += n
		}
		r.Small[i].Max = max(r.Small[i].Max, o.Small[i].Max)
	}
}

// smallRows makes n rows that are followed over time.
func (m *measure) smallRows(n int) []Row {
	rows := make([]Row, n)
	for i := range rows {
		rows[i].Inside = make([][outcomes]int, len(m.s.Lanes))
		if m.s.Small != nil {
			rows[i].Small = make([]Small, m.s.Small.N)
		}
	}
	return rows
}
