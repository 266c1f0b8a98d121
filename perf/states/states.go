package states

import (
	"context"

	"github.com/seed-c33ae711/jcheck/counter"
	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/perf"
	"github.com/seed-c33ae711/jcheck/set"
)

// bankTotals sums up the balances of each read, as Jepsen's bank plotter does: those that are nil are left out.
func bankTotals(ctx context.Context, h *history.History, opt perf.Options) (*perf.Chart, error) {
	if !has(h, "transfer") || firstRead(h).Kind() != edn.Map {
		return nil, nil
	}
	read, _ := h.SymbolOf("read")
	var points []perf.Point
	count := map[int64]int{}
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !h.Process(i).IsClient() || h.Symbol(i) != read || h.Type(i) != history.OK || h.Time(i) == history.NoTime {
			continue
		}
		if total, ok := sumOf(h.Value(i)); ok {
			points = append(points, perf.Point{Time: h.Time(i), Low: float64(total), High: float64(total), Op: i})
			count[total]++
		}
	}
	usual, most := 0.0, 0
	for total, n := range count {
		if n > most || n == most && float64(total) < usual {
			usual, most = float64(total), n
		}
	}
	c := &perf.Chart{Name: "bank", Title: "total of all accounts", Y: "total"}
	nodes := opt.Nodes
	if len(nodes) == 0 || len(nodes) > 16 {
		nodes = []string{"reads"}
	}
	wrong := perf.Series{Name: "another total", Kind: perf.Dots, Wrong: true}
	c.Series = make([]perf.Series, len(nodes), len(nodes)+1)
	for n, name := range nodes {
		c.Series[n] = perf.Series{Name: name, Kind: perf.Dots}
	}
	for _, p := range points {
		if p.Low != usual {
			wrong.Add(p)
			continue
		}
		n := 0
		if process := h.Process(p.Op); !h.IsNamed(process) {
			n = int(process.Number() % int64(len(nodes)))
		}
		c.Series[n].Add(p)
	}
	c.Series = append(c.Series, wrong)
	return c, nil
}

// sumOf adds up the values of a map.
func sumOf(v edn.Value) (total int64, ok bool) {
	if v.Kind() != edn.Map {
		return 0, false
	}
	s := v.Scanner()
	for s.Next(); ; {
		if k := s.Datum(); k == edn.Close || k == edn.EOF {
			return total, true
		} else if k == edn.Invalid {
			return 0, false
		}
		switch s.Datum() {
		case edn.Int:
			total += s.Int
		case edn.Nil:
		default:
			return 0, false
		}
	}
}

// counterBounds draws what each read of a counter could be, and what it was.
func counterBounds(ctx context.Context, h *history.History, _ perf.Options) (*perf.Chart, error) {
	if _, isInt := firstRead(h).Int(); !isInt || !has(h, "add", "increment") || has(h, "write") {
		return nil, nil
	}
	r, err := counter.Check(ctx, h)
	if err != nil || ctx.Err() != nil || len(r.Reads) == 0 {
		return nil, ctx.Err() // it is no counter
	}
	band := perf.Series{Name: "least to most", Kind: perf.Band}
	good := perf.Series{Name: "reads", Kind: perf.Dots}
	bad := perf.Series{Name: "wrong reads", Kind: perf.Dots, Wrong: true}
	wrong := make([]bool, len(r.Reads))
	for _, list := range [][]int{r.Errors, r.Impossible} {
		for _, k := range list {
			wrong[k] = true
		}
	}
	for k := range r.Reads {
		x, op := &r.Reads[k], r.ReadOp(k)
		p := perf.Point{Time: h.Time(op), Low: float64(x.Lower), High: float64(x.Upper), Op: op}
		if p.Time == history.NoTime {
			continue
		}
		band.Add(p)
		p.Low, p.High = float64(x.Value), float64(x.Value)
		if wrong[k] {
			bad.Add(p)
		} else {
			good.Add(p)
		}
	}
	return &perf.Chart{Name: "counter", Title: "counter", Y: "value", Series: []perf.Series{band, good, bad}}, nil
}

// setSizes draws how many elements each read of a set had, between those that were acknowledged when it began and those that were
// attempted when it returned; and when each lost element was first known.
func setSizes(ctx context.Context, h *history.History, _ perf.Options) (*perf.Chart, error) {
	switch firstRead(h).Elements().Kind() {
	case edn.Set, edn.Vector, edn.List:
	default:
		return nil, nil
	}
	if !has(h, "add") {
		return nil, nil
	}
	r, err := set.CheckFull(ctx, h, set.Options{})
	if err != nil || ctx.Err() != nil {
		return nil, ctx.Err() // it is not a set
	}
	add, _ := h.SymbolOf("add")
	read, _ := h.SymbolOf("read")
	band := perf.Series{Name: "least to most", Kind: perf.Band}
	reads := perf.Series{Name: "reads", Kind: perf.Dots}
	lost := perf.Series{Name: "lost, when known", Kind: perf.Dots, Wrong: true}
	isLost := map[int]bool{}
	for _, e := range r.Lost {
		isLost[e.Known] = true
	}
	attempted, acknowledged := 0, 0
	var items []edn.Value
	for i := range h.Len() {
		if !h.Process(i).IsClient() {
			continue
		}
		p := perf.Point{Time: h.Time(i), Op: i}
		switch f, typ := h.Symbol(i), h.Type(i); {
		case f == add && typ == history.Invoke:
			attempted++
		case f == add && typ == history.OK:
			acknowledged++
		case f == read && typ == history.OK:
			items, err = h.Value(i).Elements().Items(items[:0])
			if n := float64(len(items)); err == nil && p.Time != history.NoTime {
				reads.Add(perf.Point{Time: p.Time, Low: n, High: n, Op: i})
			}
			if !isLost[i] {
				continue
			}
		default:
			continue
		}
		if p.Time == history.NoTime {
			continue
		}
		p.Low, p.High = float64(acknowledged), float64(attempted)
		band.Add(p)
		if isLost[i] {
			lost.Add(perf.Point{Time: p.Time, Low: p.Low, High: p.Low, Op: i})
		}
	}
	return &perf.Chart{Name: "set", Title: "size of the set", Y: "elements", Series: []perf.Series{band, reads, lost}}, nil
}

// queueDepth draws how many elements a queue has at most and at least: those that were enqueued, for certain or perhaps, without
// those that were dequeued.
func queueDepth(_ context.Context, h *history.History, _ perf.Options) (*perf.Chart, error) {
	enqueue, ok := h.SymbolOf("enqueue")
	if !ok || !has(h, "dequeue", "drain") {
		return nil, nil
	}
	dequeue, _ := h.SymbolOf("dequeue")
	drain, _ := h.SymbolOf("drain")
	band := perf.Series{Name: "least to most", Kind: perf.Band}
	must, may := 0, 0
	for i := range h.Len() {
		if !h.Process(i).IsClient() {
			continue
		}
		typ := h.Type(i)
		switch f := h.Symbol(i); {
		case f == enqueue && typ == history.Invoke:
			may++
		case f == enqueue && typ == history.OK:
			must++
		case f == enqueue && typ == history.Fail:
			may--
		case f == dequeue && f != 0 && typ == history.OK && !h.Value(i).IsNil():
			must, may = must-1, may-1
		case f == drain && f != 0 && typ == history.OK:
			items, err := h.Value(i).Items(nil)
			if err != nil {
				continue
			}
			must, may = must-len(items), may-len(items)
		default:
			continue
		}
		if t := h.Time(i); t != history.NoTime {
			band.Add(perf.Point{Time: t, Low: float64(max(must, 0)), High: float64(max(may, must, 0)), Op: i})
		}
	}
	if len(band.Points) == 0 {
		return nil, nil
	}
	return &perf.Chart{Name: "queue", Title: "depth of the queue", Y: "elements", Series: []perf.Series{band}}, nil
}
