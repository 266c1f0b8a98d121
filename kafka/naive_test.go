package kafka_test

import (
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
)

// This file says again, slowly and with maps, what each error type is, so that the
// checker can be held against it.

type kv struct{ k, v int }

// naive is the slow checker.
type naive struct {
	ops    []op
	pair   map[int]int // completion -> invocation
	nodes  []int       // completions and open invocations of sends, polls, txns, in order
	open   map[int]bool
	out    map[string][]string
	log    map[int]map[int][]int // key -> offset -> values
	ranks  map[int][]int         // key -> offsets in order
	first  map[kv]int
	last   map[kv]int
	writer map[kv]int
	ww     bool
}

func isMove(f string) bool { return f == "send" || f == "poll" || f == "txn" }

func (n *naive) status(i int) history.Type {
	if n.open[i] {
		return history.Info
	}
	return n.ops[i].typ
}

func (n *naive) sends(i int) (out []kv) {
	for _, m := range n.ops[i].mops {
		if m.send {
			out = append(out, kv{m.k, m.sent.v})
		}
	}
	return out
}

func (n *naive) reads(i int) (out []kv) {
	if n.open[i] {
		return nil
	}
	for _, m := range n.ops[i].mops {
		for _, b := range m.polls {
			for _, a := range b.msgs {
				out = append(out, kv{b.k, a.v})
			}
		}
	}
	return out
}

func (n *naive) okReads(m kv) bool {
	for _, i := range n.nodes {
		if n.status(i) == history.OK && slices.Contains(n.reads(i), m) {
			return true
		}
	}
	return false
}

func (n *naive) must(i int) bool {
	switch n.status(i) {
	case history.OK:
		return true
	case history.Info:
		return slices.ContainsFunc(n.sends(i), n.okReads)
	}
	return false
}

func (n *naive) add(typ, format string, args ...any) {
	n.out[typ] = append(n.out[typ], fmt.Sprintf(format, args...))
}

func check0(ops []op, ww bool) *naive {
	n := &naive{
		ops: ops, pair: map[int]int{}, open: map[int]bool{}, out: map[string][]string{}, ww: ww,
		log: map[int]map[int][]int{}, ranks: map[int][]int{}, first: map[kv]int{}, last: map[kv]int{}, writer: map[kv]int{},
	}
	running := map[int]int{}
	for i, o := range ops {
		if o.typ == history.Invoke {
			running[o.process] = i
		} else {
			n.pair[i] = running[o.process]
			delete(running, o.process)
		}
	}
	for i, o := range ops {
		if j, ok := running[o.process]; ok && i == j {
			n.open[i] = true
		}
		if isMove(o.f) && (o.typ != history.Invoke || n.open[i]) {
			n.nodes = append(n.nodes, i)
		}
	}
	n.writers()
	n.versions()
	n.offsets()
	n.lost()
	n.unseen()
	n.aborted()
	n.internal()
	n.external()
	n.cycles()
	return n
}

// writers picks for each message the surest op that sent it, the last of equals.
func (n *naive) writers() {
	sure := func(i int) int {
		switch {
		case n.status(i) == history.Fail:
			return 0
		case n.status(i) == history.OK:
			return 3
		case n.must(i):
			return 2
		}
		return 1
	}
	for _, i := range n.nodes {
		for _, m := range n.sends(i) {
			if w, ok := n.writer[m]; !ok || sure(i) >= sure(w) {
				n.writer[m] = i
			}
		}
	}
}

func (n *naive) see(k int, a at) {
	if a.offset < 0 {
		return
	}
	if n.log[k] == nil {
		n.log[k] = map[int][]int{}
	}
	if vs := n.log[k][a.offset]; !slices.Contains(vs, a.v) {
		vs = append(vs, a.v)
		slices.Sort(vs)
		n.log[k][a.offset] = vs
	}
}

func (n *naive) versions() {
	for _, i := range n.nodes {
		for _, m := range n.ops[i].mops {
			if m.send && n.must(i) {
				n.see(m.k, m.sent)
			}
			for _, b := range m.polls {
				for _, a := range b.msgs {
					n.see(b.k, a)
				}
			}
		}
	}
	for k, log := range n.log {
		for offset := range log {
			n.ranks[k] = append(n.ranks[k], offset)
		}
		slices.Sort(n.ranks[k])
		for index, offset := range n.ranks[k] {
			for _, v := range log[offset] {
				m := kv{k, v}
				if _, ok := n.first[m]; !ok {
					n.first[m] = index
				}
				n.last[m] = index
			}
		}
	}
}

// byIndex is the message that stands for an index.
func (n *naive) byIndex(k, index int) kv { return kv{k, n.log[k][n.ranks[k][index]][0]} }

func (n *naive) offsets() {
	offsetsOf := map[kv][]int{}
	for k, log := range n.log {
		for index, offset := range n.ranks[k] {
			if vs := log[offset]; len(vs) > 1 {
				n.add("inconsistent-offsets", "%d %d %d %v", k, offset, index, vs)
			}
			for _, v := range log[offset] {
				offsetsOf[kv{k, v}] = append(offsetsOf[kv{k, v}], offset)
			}
		}
	}
	for m, offsets := range offsetsOf {
		if len(offsets) > 1 {
			n.add("duplicate", "%v %v", m, offsets)
		}
	}
}

func (n *naive) lost() {
	bound := map[int]int{}
	for m, f := range n.first {
		if n.okReads(m) {
			bound[m.k] = max(bound[m.k], f+1)
		}
	}
	for m, f := range n.first {
		b := bound[m.k] - 1
		if n.last[m] > b || n.okReads(m) {
			continue
		}
		must := false // somebody must have sent it
		for _, i := range n.nodes {
			must = must || n.must(i) && slices.Contains(n.sends(i), m)
		}
		if must {
			n.add("lost-write", "%v %d %d by %d before %d", m, f, b, n.writer[m], n.maxRead(m.k, b))
		}
	}
}

// maxRead is the first op that polled the least message of those that stand at an
// index last and were polled, -1 if there is none.
func (n *naive) maxRead(k, index int) int {
	for _, v := range n.log[k][n.ranks[k][index]] {
		m := kv{k, v}
		for _, i := range n.nodes {
			if n.last[m] == index && slices.Contains(n.reads(i), m) {
				return i
			}
		}
	}
	return -1
}

func (n *naive) unseen() {
	seen := map[kv]bool{}
	for _, i := range n.nodes {
		if n.status(i) == history.OK {
			for _, m := range n.sends(i) {
				if !n.okReads(m) && !seen[m] {
					seen[m] = true
					n.add("unseen", "%v", m)
				}
			}
		}
	}
}

func (n *naive) aborted() {
	garbage := map[kv]bool{}
	for _, i := range n.nodes {
		own := false
		for _, m := range n.reads(i) {
			w, ok := n.writer[m]
			switch {
			case !ok && !garbage[m]:
				garbage[m] = true
				n.add("garbage-read", "%v by %d", m, i)
			case ok && n.status(w) == history.Fail && n.status(i) == history.OK:
				n.add("G1a", "%v by %d", m, i)
			}
			if n.ops[i].f == "txn" && !own && slices.Contains(n.sends(i), m) {
				own = true
				n.add("precommitted-read", "%v in %d", m, i)
			}
		}
	}
}

func (n *naive) delta(a, b kv) int {
	i, ok1 := n.last[a]
	j, ok2 := n.last[b]
	if !ok1 || !ok2 {
		return 1
	}
	return j - i
}

func (n *naive) jump(skip, back string, a, b kv, ops ...int) {
	switch d := n.delta(a, b); {
	case d > 1 && skip != "":
		var skipped []int
		for i := n.last[a] + 1; i < n.last[b]; i++ {
			skipped = append(skipped, n.byIndex(a.k, i).v)
		}
		n.add(skip, "%v %v %d %v in %v", a, b, d, skipped, ops)
	case d < 1:
		n.add(back, "%v %v %d in %v", a, b, d, ops)
	}
}

func ofKey(list []kv, k int) (out []kv) {
	for _, m := range list {
		if m.k == k {
			out = append(out, m)
		}
	}
	return out
}

const keysTested = 3

func (n *naive) internal() {
	for _, i := range n.nodes {
		for k := range keysTested {
			sends, reads := ofKey(n.sends(i), k), ofKey(n.reads(i), k)
			for j := 1; j < len(sends); j++ {
				n.jump("int-send-skip", "int-nonmonotonic-send", sends[j-1], sends[j], i)
			}
			for j := 1; j < len(reads) && !slices.Contains(n.ops[i].rebalanced, k); j++ {
				n.jump("int-poll-skip", "int-nonmonotonic-poll", reads[j-1], reads[j], i)
			}
		}
	}
}

func (n *naive) external() {
	type pk struct{ p, k int }
	reads, sends := map[pk]int{}, map[pk]int{}
	for i, o := range n.ops {
		if !slices.Contains(n.nodes, i) {
			if !isMove(o.f) && (o.typ == history.OK || o.typ == history.Info) {
				for k := range keysTested {
					if !slices.Contains(o.keys, k) {
						delete(reads, pk{o.process, k})
						delete(sends, pk{o.process, k})
					}
				}
			}
			continue
		}
		for k := range keysTested {
			at := pk{o.process, k}
			if now := ofKey(n.reads(i), k); len(now) > 0 {
				if prev, ok := reads[at]; ok {
					before := ofKey(n.reads(prev), k)
					n.jump("poll-skip", "nonmonotonic-poll", before[len(before)-1], now[0], prev, i)
				}
				if n.status(i) == history.OK {
					reads[at] = i
				}
			}
			if now := ofKey(n.sends(i), k); len(now) > 0 && n.status(i) != history.Fail {
				if prev, ok := sends[at]; ok {
					before := ofKey(n.sends(prev), k)
					n.jump("", "nonmonotonic-send", before[len(before)-1], now[0], prev, i)
				}
				sends[at] = i
			}
		}
	}
}

// A naiveLag is how far a poll was behind a key.
type naiveLag struct {
	op, k int
	lag   int64
}

// placed are the offsets at which op i sent or polled messages, by key.
func (n *naive) placed(i int) (out []batch) {
	for _, m := range n.ops[i].mops {
		if m.send && m.sent.offset >= 0 {
			out = append(out, batch{m.k, []at{m.sent}})
		}
		if !n.open[i] {
			out = append(out, m.polls...)
		}
	}
	return out
}

// expired returns when it was first known that key k has a message at the offset, or
// behind it.
func (n *naive) expired(k, offset int) int64 {
	for _, i := range n.nodes {
		if n.status(i) == history.Fail || n.open[i] {
			continue
		}
		for _, b := range n.placed(i) {
			for _, a := range b.msgs {
				if b.k == k && a.offset >= offset {
					return n.ops[i].time
				}
			}
		}
	}
	return 1 << 60
}

// lags returns every lag of every poll.
func (n *naive) lags() (lags []naiveLag) {
	have := map[int]map[int]int{}
	for i, o := range n.ops {
		if o.typ != history.OK {
			continue
		}
		if have[o.process] == nil {
			have[o.process] = map[int]int{}
		}
		at := have[o.process]
		switch o.f {
		case "subscribe":
			clear(at)
		case "assign":
			for k := range keysTested {
				if !slices.Contains(o.keys, k) {
					delete(at, k)
				} else if _, ok := at[k]; !ok {
					at[k] = -1
				}
			}
		case "poll", "txn":
			for _, b := range n.placed(i) {
				for _, a := range b.msgs {
					if _, ok := at[b.k]; !ok {
						at[b.k] = a.offset
					}
					at[b.k] = max(at[b.k], a.offset)
				}
			}
			for k, offset := range at {
				lags = append(lags, naiveLag{i, k, max(0, n.ops[n.pair[i]].time-n.expired(k, offset+1))})
			}
		}
	}
	return lags
}
