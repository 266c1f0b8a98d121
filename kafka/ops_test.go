package kafka_test

import (
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// This file makes random histories.

type at struct{ offset, v int } // offset -1 is unknown

type mop struct {
	send  bool
	k     int
	sent  at
	known bool // of a poll
	polls []batch
}

type batch struct {
	k    int
	msgs []at
}

// op is an event of a history that a test makes.
type op struct {
	typ        history.Type
	process    int
	time       int64
	f          string
	mops       []mop
	keys       []int // of assign, subscribe
	rebalanced []int
	cause      string
}

func (o *op) entry() history.Entry {
	e := history.Entry{Type: o.typ, Process: int64(o.process), Time: o.time, F: o.f}
	if o.f == "assign" || o.f == "subscribe" {
		e.Value = o.keys
	} else {
		list := []any{}
		for _, m := range o.mops {
			list = append(list, m.value())
		}
		e.Value = list
	}
	if o.rebalanced != nil {
		e.Extra = append(e.Extra, history.Field{Name: "rebalance-log", Value: []any{edn.Entries{{edn.Kw("keys"), o.rebalanced}}}})
	}
	if o.cause != "" {
		e.Extra = append(e.Extra, history.Field{Name: "error", Value: edn.Kw(o.cause)})
	}
	return e
}

func (m *mop) value() any {
	if m.send {
		if m.sent.offset < 0 {
			return []any{edn.Kw("send"), m.k, m.sent.v}
		}
		return []any{edn.Kw("send"), m.k, []any{m.sent.offset, m.sent.v}}
	}
	if !m.known {
		return []any{edn.Kw("poll")}
	}
	polled := edn.Entries{}
	for _, b := range m.polls {
		msgs := []any{}
		for _, a := range b.msgs {
			msgs = append(msgs, []any{a.offset, a.v})
		}
		polled = append(polled, [2]any{b.k, msgs})
	}
	return []any{edn.Kw("poll"), polled}
}

// build makes a history of ops.
func build(t interface{ Fatal(...any) }, ops []op) *history.History {
	b := history.NewBuilder(nil)
	for i := range ops {
		if err := b.Append(ops[i].entry()); err != nil {
			t.Fatal(err)
		}
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// drawer draws what clients do and what a faulty log answers.
type drawer struct {
	pick   func(lo, hi int) int
	faults int             // of a hundred answers
	next   [keysTested]int // the next value of each key
}

func (d *drawer) chance(percent int) bool { return d.pick(0, 99) >= 100-percent }

// message draws a message that is to be sent.
func (d *drawer) message() (k int, m at) {
	k = d.pick(0, keysTested-1)
	v := d.next[k]
	if d.chance(d.faults) {
		v = d.pick(0, 5)
	} else {
		d.next[k]++
	}
	return k, at{-1, v}
}

// acked draws where a message that was sent stands.
func (d *drawer) acked(a at) at {
	switch {
	case d.chance(10):
		a.offset = -1
	case d.chance(d.faults):
		a.offset = d.pick(0, 6)
	default:
		a.offset = a.v
	}
	return a
}

// poll draws what a poll returns.
func (d *drawer) poll() (out []batch) {
	for k := range keysTested {
		if d.chance(40) {
			continue
		}
		b := batch{k: k}
		lo := d.pick(0, 4)
		for v := lo; v < lo+d.pick(0, 3) && (v < d.next[k] || d.chance(d.faults)); v++ {
			a := at{v, v}
			if d.chance(d.faults) {
				a.v = d.pick(0, 5)
			}
			if d.chance(d.faults) {
				a.offset = d.pick(-1, 6)
			}
			if a.offset >= 0 {
				b.msgs = append(b.msgs, a)
			}
		}
		out = append(out, b)
	}
	return out
}

func (d *drawer) invocation(process int, time int64) op {
	fs := []string{"send", "send", "send", "poll", "poll", "poll", "txn", "txn", "assign", "subscribe"}
	o := op{typ: history.Invoke, process: process, time: time, f: fs[d.pick(0, len(fs)-1)]}
	if isMove(o.f) {
		for range d.pick(1, 3) {
			m := mop{send: o.f == "send" || o.f == "txn" && d.chance(50)}
			if m.send {
				m.k, m.sent = d.message()
			}
			o.mops = append(o.mops, m)
		}
		return o
	}
	o.keys = []int{}
	for k := range keysTested {
		if d.chance(60) {
			o.keys = append(o.keys, k)
		}
	}
	return o
}

func (d *drawer) completion(o op, time int64) op {
	o.time = time
	o.typ = []history.Type{history.OK, history.OK, history.OK, history.OK, history.Fail, history.Info}[d.pick(0, 5)]
	o.mops = slices.Clone(o.mops)
	for i := range o.mops {
		m := &o.mops[i]
		switch {
		case m.send && (o.typ == history.OK || d.chance(20)):
			m.sent = d.acked(m.sent)
		case !m.send && (o.typ == history.OK || d.chance(20)):
			m.known, m.polls = true, d.poll()
		}
	}
	if d.chance(10) {
		o.rebalanced = []int{d.pick(0, keysTested-1)}
	}
	if o.typ == history.Info {
		o.cause = []string{"timeout", "lost"}[d.pick(0, 1)]
	}
	return o
}

// draw makes a random history: three processes at a time, few keys, messages and
// offsets, so that everything goes wrong. Mostly a message stands at the offset that
// is its value.
func draw(pick func(lo, hi int) int) (ops []op) {
	n := pick(0, 30)
	d := drawer{pick: pick, faults: []int{0, 3, 20}[pick(0, 2)]}
	process := [3]int{0, 1, 2}
	open := [3]*op{}
	time := int64(0)
	for range n {
		slot := pick(0, 2)
		time += int64(pick(1, 9))
		if o := open[slot]; o != nil {
			open[slot] = nil
			done := d.completion(*o, time)
			if done.typ == history.Info {
				process[slot] += 3
			}
			ops = append(ops, done)
			continue
		}
		o := d.invocation(process[slot], time)
		ops = append(ops, o)
		open[slot] = &o
	}
	return ops
}
