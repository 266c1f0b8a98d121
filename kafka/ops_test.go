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

// draw makes a random history: three processes at a time, few keys, messages and
// offsets, so that everything goes wrong. Mostly a message stands at the offset that
// is its value.
func draw(pick func(lo, hi int) int) []op {
	n := pick(0, 30)
	chance := func(percent int) bool { return pick(0, 99) >= 100-percent }
	faults := []int{0, 3, 20}[pick(0, 2)]
	next := [keysTested]int{}
	message := func() (int, at) {
		k := pick(0, keysTested-1)
		v := next[k]
		if chance(faults) {
			v = pick(0, 5)
		} else {
			next[k]++
		}
		return k, at{-1, v}
	}
	acked := func(a at) at {
		switch {
		case chance(10):
			a.offset = -1
		case chance(faults):
			a.offset = pick(0, 6)
		default:
			a.offset = a.v
		}
		return a
	}
	poll := func() (out []batch) {
		for k := range keysTested {
			if chance(40) {
				continue
			}
			b := batch{k: k}
			lo := pick(0, 4)
			for v := lo; v < lo+pick(0, 3) && (v < next[k] || chance(faults)); v++ {
				a := at{v, v}
				if chance(faults) {
					a.v = pick(0, 5)
				}
				if chance(faults) {
					a.offset = pick(-1, 6)
				}
				if a.offset >= 0 {
					b.msgs = append(b.msgs, a)
				}
			}
			out = append(out, b)
		}
		return out
	}
	fs := []string{"send", "send", "send", "poll", "poll", "poll", "txn", "txn", "assign", "subscribe"}
	var ops []op
	process := [3]int{0, 1, 2}
	open := [3]*op{}
	time := int64(0)
	for range n {
		slot := pick(0, 2)
		time += int64(pick(1, 9))
		if o := open[slot]; o != nil {
			open[slot] = nil
			done := *o
			done.time = time
			done.typ = []history.Type{history.OK, history.OK, history.OK, history.OK, history.Fail, history.Info}[pick(0, 5)]
			done.mops = slices.Clone(o.mops)
			for i := range done.mops {
				m := &done.mops[i]
				switch {
				case m.send && (done.typ == history.OK || chance(20)):
					m.sent = acked(m.sent)
				case !m.send && (done.typ == history.OK || chance(20)):
					m.known, m.polls = true, poll()
				}
			}
			if chance(10) {
				done.rebalanced = []int{pick(0, keysTested-1)}
			}
			if done.typ == history.Info {
				process[slot] += 3
				done.cause = []string{"timeout", "lost"}[pick(0, 1)]
			}
			ops = append(ops, done)
			continue
		}
		o := op{typ: history.Invoke, process: process[slot], time: time}
		if o.f = fs[pick(0, len(fs)-1)]; isMove(o.f) {
			for range pick(1, 3) {
				m := mop{send: o.f == "send" || o.f == "txn" && chance(50)}
				if m.send {
					m.k, m.sent = message()
				}
				o.mops = append(o.mops, m)
			}
		} else {
			o.keys = []int{}
			for k := range keysTested {
				if chance(60) {
					o.keys = append(o.keys, k)
				}
			}
		}
		ops = append(ops, o)
		open[slot] = &o
	}
	return ops
}
