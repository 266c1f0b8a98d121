package kafka

import (
	"cmp"
	"context"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A jump is two messages that somebody met one after the other, though they are not
// neighbours in their log.
type jump struct {
	prev, t  int32 // the events; prev is -1 if it happened within t
	from, to int32 // the messages
	delta    int32
}

// inner is what single events show, in order.
type inner struct {
	polls, sends []jump
	g1a          []aborting
	precommitted []sightedOwn
	edges        bool // somebody polled what somebody else sent
}

// aborting is that event t polled a message whose sender aborted.
type aborting struct{ t, msg int32 }

// sightedOwn is that event t polled a message that it sent itself.
type sightedOwn struct{ t, msg int32 }

// within looks at each event alone.
func within(ctx context.Context, f *facts) (*inner, error) {
	const size = 1 << 14
	parts := make([]inner, (f.len()+size-1)/size)
	err := par.Workers(ctx, len(parts), func(int) func(int) error {
		w := newWithin(f)
		return func(i int) error {
			w.out = &parts[i]
			for t := i * size; t < min((i+1)*size, f.len()); t++ {
				if f.kind[t].moves() {
					w.event(int32(t))
				}
			}
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	all := &inner{}
	for i := range parts {
		p := &parts[i]
		all.polls = append(all.polls, p.polls...)
		all.sends = append(all.sends, p.sends...)
		all.g1a = append(all.g1a, p.g1a...)
		all.precommitted = append(all.precommitted, p.precommitted...)
		all.edges = all.edges || p.edges
	}
	return all, nil
}

// withinScan is the state of a worker.
type withinScan struct {
	*facts
	polls, sends lastOfKey
	own          []int32 // per message: the last event that sent it, of those that are looked at
	out          *inner
	keys         *keyTable
}

// lastOfKey is the last message that an event met of each key.
type lastOfKey struct {
	event []int32 // whose it is
	msg   []int32
}

func newWithin(f *facts) *withinScan {
	n := f.keys.len()
	w := &withinScan{facts: f, keys: f.keys.reader()}
	w.polls = lastOfKey{filled(n), make([]int32, n)}
	w.sends = lastOfKey{filled(n), make([]int32, n)}
	return w
}

func (w *withinScan) event(t int32) {
	sends, reads := w.facts.sends.of(t), w.facts.reads.of(t)
	w.out.sends = w.jumps(w.out.sends, &w.sends, t, sends)
	before := len(w.out.polls)
	w.out.polls = w.jumps(w.out.polls, &w.polls, t, reads)
	if len(w.out.polls) > before {
		w.forgive(t, before)
	}
	if w.kind[t] == txnF && len(sends) > 0 && len(reads) > 0 {
		w.ownRead(t, sends, reads)
	}
	for _, m := range reads {
		if from := w.source(m); from >= 0 && from != t {
			w.out.edges = true
		}
		if w.status[t] == committed && w.writer[m] >= 0 && w.bits[m]&possibleBit == 0 {
			w.out.g1a = append(w.out.g1a, aborting{t, m})
		}
	}
}

// jumps finds the neighbours in a list of messages that are none in their log.
func (w *withinScan) jumps(out []jump, last *lastOfKey, t int32, msgs []int32) []jump {
	for _, m := range msgs {
		k := w.key[m]
		if last.event[k] == t {
			from := last.msg[k]
			if d := w.delta(from, m); d != 1 {
				out = append(out, jump{-1, t, from, m, d})
			}
		}
		last.event[k], last.msg[k] = t, m
	}
	return out
}

// forgive drops the jumps in polls of keys that t names in its :rebalance-log: its
// consumer was given them anew meanwhile.
func (w *withinScan) forgive(t int32, before int) {
	log, ok := w.h.Text(int(w.op[t])).Get("rebalance-log")
	if !ok {
		return
	}
	moved := w.rebalanced(log)
	kept := w.out.polls[:before]
	for _, j := range w.out.polls[before:] {
		if !slices.Contains(moved, w.key[j.to]) {
			kept = append(kept, j)
		}
	}
	w.out.polls = kept
}

// rebalanced returns the keys in a list of maps with :keys. What has another shape
// names none.
func (w *withinScan) rebalanced(log edn.Value) (keys []int32) {
	items, _ := log.Items(nil)
	for _, item := range items {
		if item.Kind() != edn.Map {
			continue
		}
		list, ok := item.Get("keys")
		if !ok {
			continue
		}
		s := list.Scanner()
		switch s.Next() {
		case edn.Vector, edn.List, edn.Set:
			for k := s.Datum(); k != edn.Close && k != edn.EOF && k != edn.Invalid; k = s.Datum() {
				keys = append(keys, w.keys.lookup(&s))
			}
		}
	}
	return keys
}

// ownRead notes the first message that t both sent and polled.
func (w *withinScan) ownRead(t int32, sends, reads []int32) {
	if w.own == nil {
		w.own = filled(len(w.key))
	}
	for _, m := range sends {
		w.own[m] = t
	}
	for _, m := range reads {
		if w.own[m] == t {
			w.out.precommitted = append(w.out.precommitted, sightedOwn{t, m})
			return
		}
	}
}

// between finds the jumps of each process from one event to the next.
func between(ctx context.Context, f *facts, procs *processes) (polls, sends []jump, err error) {
	type found struct{ polls, sends []jump }
	parts := make([]*found, par.MaxWorkers())
	err = par.Workers(ctx, procs.len(), func(worker int) func(int) error {
		out := &found{}
		parts[worker] = out
		var read, sent positions
		read.init(f)
		sent.init(f)
		return func(p int) error {
			for _, t := range procs.of(p) {
				if !f.kind[t].moves() {
					keys := f.keyList[f.keyOff[t]:f.keyOff[t+1]]
					read.keep(keys)
					sent.keep(keys)
					continue
				}
				out.polls = read.meet(out.polls, t, f.reads.of(t), f.status[t] == committed)
				if f.status[t] != aborted {
					out.sends = sent.meet(out.sends, t, f.sends.of(t), true)
				}
			}
			read.keep(nil)
			sent.keep(nil)
			return nil
		}
	})
	for _, p := range parts {
		if p != nil {
			polls, sends = append(polls, p.polls...), append(sends, p.sends...)
		}
	}
	// Of one event all jumps are from one worker, in order.
	byEvent := func(a, b jump) int { return cmp.Compare(a.t, b.t) }
	slices.SortStableFunc(polls, byEvent)
	slices.SortStableFunc(sends, byEvent)
	return polls, sends, err
}

// positions are where a process is in each log.
type positions struct {
	f    *facts
	last []int32 // per key: the event that moved it, -1 if the process is nowhere
	msg  []int32 // the message that it met last
	keys []int32 // those where it is somewhere

	seen    []int32 // per key: the last event that met it
	wanted  []int32 // per key: the last call of keep that names it
	keeping int32
}

func (p *positions) init(f *facts) {
	n := f.keys.len()
	p.f = f
	p.last, p.seen, p.wanted = filled(n), filled(n), filled(n)
	p.msg = make([]int32, n)
}

// keep forgets where the process is in all logs but those of the keys: it was given
// these. Who is given a key that it has goes on where it was.
func (p *positions) keep(keys []int32) {
	p.keeping++
	for _, k := range keys {
		p.wanted[k] = p.keeping
	}
	n := 0
	for _, k := range p.keys {
		if p.wanted[k] == p.keeping {
			p.keys[n] = k
			n++
		} else {
			p.last[k] = -1
		}
	}
	p.keys = p.keys[:n]
}

// meet compares the first message that event t meets of each key with the last one
// that the process met before, and if it counts moves on. A poll that did not
// commit does not count: the consumer has to go back.
func (p *positions) meet(out []jump, t int32, msgs []int32, counts bool) []jump {
	for _, m := range msgs {
		k := p.f.key[m]
		if p.seen[k] == t {
			continue
		}
		p.seen[k] = t
		if p.last[k] >= 0 {
			if d := p.f.delta(p.msg[k], m); d != 1 {
				out = append(out, jump{p.last[k], t, p.msg[k], m, d})
			}
		}
	}
	if !counts {
		return out
	}
	for _, m := range msgs {
		k := p.f.key[m]
		if p.last[k] < 0 {
			p.keys = append(p.keys, k)
		}
		p.last[k], p.msg[k] = t, m
	}
	return out
}

// processes are the events of each process, in order.
type processes struct {
	off    []int
	events []int32
}

func (p *processes) len() int { return len(p.off) - 1 }

func (p *processes) of(i int) []int32 { return p.events[p.off[i]:p.off[i+1]] }

// byProcess sorts events by process; processes are in the order of their first
// events.
func byProcess(x *events) *processes {
	ids := map[history.Process]int32{}
	of := make([]int32, x.len())
	p := &processes{off: []int{0}, events: make([]int32, x.len())}
	for t := range of {
		proc := x.h.Process(int(x.op[t]))
		id, ok := ids[proc]
		if !ok {
			id = int32(len(ids))
			ids[proc] = id
			p.off = append(p.off, 0)
		}
		of[t] = id
		p.off[id+1]++
	}
	for i := range p.len() {
		p.off[i+1] += p.off[i]
	}
	next := slices.Clone(p.off)
	for t, id := range of {
		p.events[next[id]] = int32(t)
		next[id]++
	}
	return p
}
