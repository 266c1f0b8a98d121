package oracle

import (
	"math/rand/v2"
	"slices"
)

// Params says how large and how strange a random history is. The zero Params is
// up to 5 ok transactions of up to 3 micro-ops on 2 keys by 3 processes, each
// read true to some serial order.
type Params struct {
	Txns      int     // at most; 0 means 5
	Ops       int     // micro-ops of a transaction at most; 0 means 3
	Keys      int     // 0 means 2
	Processes int     // 0 means 3
	Mutate    float64 // share of reads that are changed into something else
	Fail      float64 // share of transactions that fail
	Info      float64 // share that are indeterminate, half of them without a completion
	InfoReads bool    // info transactions may know what they read
	Registers bool    // registers instead of lists
	Disorder  bool    // the serial order need not be that of real time
	Repeat    float64 // share of writes of a value that was written to the key before
}

func (p Params) withDefaults() Params {
	for _, d := range []struct {
		n *int
		v int
	}{{&p.Txns, 5}, {&p.Ops, 3}, {&p.Keys, 2}, {&p.Processes, 3}} {
		if *d.n == 0 {
			*d.n = d.v
		}
	}
	return p
}

// Random returns a random history. It runs the transactions one by one, each at
// some moment while it is open, and then changes some of the reads into lists
// that are wrong in a plausible way. So the history may satisfy any model, or
// none.
func Random(rng *rand.Rand, p Params) Txns {
	p = p.withDefaults()
	ts := randomTxns(rng, p)
	points := schedule(rng, p, ts)
	if p.Disorder {
		rng.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
	}
	keys := state{}
	for _, i := range points {
		t := &ts[i]
		for j := range t.Ops {
			if m := &t.Ops[j]; !m.Append {
				m.List = slices.Clone(t.leave(keys[m.Key], m.Key, j))
				if m.List == nil && !m.Register {
					m.List = []int{}
				}
			}
		}
		if t.Status == OK || t.Status == Info && rng.IntN(2) == 0 {
			keys = keys.after(t)
		}
	}
	for i := range ts {
		for j := range ts[i].Ops {
			spoil(rng, p, ts, i, j)
		}
	}
	return ts
}

// randomTxns returns transactions without reads' results or positions.
func randomTxns(rng *rand.Rand, p Params) Txns {
	ts := make(Txns, 1+rng.IntN(p.Txns))
	next := make([]int, p.Keys)
	for i := range ts {
		t := &ts[i]
		for range 1 + rng.IntN(p.Ops) {
			m := Mop{Register: p.Registers, Key: rng.IntN(p.Keys), Append: rng.IntN(2) == 0}
			if m.Append {
				next[m.Key]++
				m.Elem = next[m.Key]
				if p.Repeat > 0 && rng.Float64() < p.Repeat {
					m.Elem = 1 + rng.IntN(m.Elem)
				}
			}
			t.Ops = append(t.Ops, m)
		}
		switch x := rng.Float64(); {
		case x < p.Fail:
			t.Status = Fail
		case x < p.Fail+p.Info:
			t.Status = Info
		}
	}
	return ts
}

// schedule gives the transactions their processes and positions, and returns
// the order in which they run. A process ends with an info transaction, and a
// fresh one takes over.
func schedule(rng *rand.Rand, p Params, ts Txns) (points []int) {
	free := make([]int, p.Processes)
	for i := range free {
		free[i] = i
	}
	started, at, fresh := 0, 0, p.Processes
	var open []int // invoked
	ran := make([]bool, len(ts))
	for started < len(ts) || len(open) > 0 {
		switch x := rng.IntN(3); {
		case x == 0 && started < len(ts) && len(free) > 0:
			j := rng.IntN(len(free))
			ts[started].Process, ts[started].Invoke = free[j], at
			free = slices.Delete(free, j, j+1)
			open = append(open, started)
			started++
			at++
		case x == 1 && len(open) > 0:
			if i := open[rng.IntN(len(open))]; !ran[i] {
				ran[i] = true
				points = append(points, i)
			}
		case x == 2 && len(open) > 0:
			j := rng.IntN(len(open))
			t := &ts[open[j]]
			if !ran[open[j]] {
				continue
			}
			open = slices.Delete(open, j, j+1)
			t.Complete = at
			at++
			if t.Status != Info {
				free = append(free, t.Process)
				continue
			}
			free = append(free, fresh)
			fresh++
			if rng.IntN(2) == 0 {
				t.Complete = -1
			}
		}
	}
	return points
}

// spoil changes the result of micro-op j of transaction i, or not.
func spoil(rng *rand.Rand, p Params, ts Txns, i, j int) {
	t := &ts[i]
	m := &t.Ops[j]
	if m.Append {
		return
	}
	if t.Status == Fail || t.Complete < 0 || t.Status == Info && !(p.InfoReads && rng.IntN(2) == 0) {
		m.List = nil
		return
	}
	if rng.Float64() >= p.Mutate {
		return
	}
	all := appended(ts, m.Key)
	if m.Register {
		if i := rng.IntN(len(all) + 1); i < len(all) {
			m.List = []int{all[i]} // stale, too early, intermediate or aborted
		} else {
			m.List = nil
		}
		return
	}
	n := len(m.List)
	switch x := rng.IntN(6); {
	case x == 0:
		m.List = m.List[:rng.IntN(n+1)] // stale
	case x == 1 && n > 0:
		k := rng.IntN(n)
		m.List = slices.Delete(m.List, k, k+1) // an element is lost
	case x == 2 && n > 1:
		k := 1 + rng.IntN(n-1)
		m.List[k-1], m.List[k] = m.List[k], m.List[k-1]
	case x == 3 && len(all) > 0:
		m.List = append(m.List, all[rng.IntN(len(all))]) // too early, aborted or twice
	case x == 4 && n == 0:
		m.List = nil
	case x == 5:
		rng.Shuffle(len(all), func(a, b int) { all[a], all[b] = all[b], all[a] })
		m.List = all[:rng.IntN(len(all)+1)]
	}
}

// appended returns the elements that any transaction appends to key.
func appended(ts Txns, key int) []int {
	list := []int{}
	for _, t := range ts {
		for _, m := range t.Ops {
			if m.Append && m.Key == key {
				list = append(list, m.Elem)
			}
		}
	}
	return list
}
