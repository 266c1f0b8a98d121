// Package longfork looks for long forks, as Jepsen's long-fork workload does: two reads
// of the same keys, each of which sees a write that the other misses. Parallel snapshot
// isolation allows them; snapshot isolation does not.
//
// Each key is written once, by a transaction that writes nothing else. Keys are read
// in groups of a fixed size, always the same keys together. A read is then the
// set of keys that it saw written, and the reads of a group must form a chain. It
// sees forks within a group only. Deciding whether there are any costs the
// size of the input; listing them costs the number of pairs.
package longfork

import (
	"cmp"
	"context"
	"fmt"
	"math/bits"
	"slices"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/intern"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Options say how the keys are grouped.
type Options struct {
	Group int // keys that are read together, at most 64; 0 for as many as the first read reads
}

// A Result lists the forks.
type Result struct {
	result.Common
	Reads, Early, Late int // all reads, those that saw nothing written, and those that saw all written
	Forks              [][2]int
	ForkCount          int // all of them; at most 10,000 are listed

	multiple edn.Value // a key that was written twice
}

const (
	mostForks = 10_000
	mostKeys  = 64 // of a group: a bit each
)

// mop is a micro-op.
type mop struct {
	write    bool
	key, val int32 // val is -1 for nil
}

// view is what a read saw of its group: a bit for each key that was written.
type view struct {
	op   int32
	mask uint64
}

type decoder struct {
	h          *history.History
	keys, vals values.Table
	mops       []mop
}

// txn decodes the micro-ops of an op, and reports whether its value is a list of
// [:r k v] and [:w k v]; nil is an empty one.
func (d *decoder) txn(op int) (ok bool, err error) {
	d.mops = d.mops[:0]
	s := d.h.Value(op).Scanner()
	switch s.Next() {
	case edn.Nil:
		return true, nil
	case edn.Vector, edn.List:
	default:
		return false, nil
	}
	for {
		k := s.Datum()
		if k == edn.Close {
			return true, nil
		}
		if k != edn.Vector && k != edn.List {
			return false, s.Err()
		}
		m := s.Value().Scanner()
		m.Next()
		if k := m.Next(); k != edn.Keyword && k != edn.String {
			return false, nil
		}
		name := string(m.Name())
		if name != "r" && name != "w" {
			return false, nil
		}
		x := mop{write: name == "w", val: -1}
		if k := m.Datum(); k == edn.Close || k == edn.Invalid || k == edn.EOF {
			return false, m.Err()
		}
		if x.key, err = d.keys.At(&m); err != nil {
			return false, err
		}
		switch m.Datum() {
		case edn.Close, edn.Invalid, edn.EOF:
			return false, m.Err()
		case edn.Nil:
		default:
			if x.val, err = d.vals.At(&m); err != nil {
				return false, err
			}
		}
		d.mops = append(d.mops, x)
	}
}

func (d *decoder) isWrite() bool { return len(d.mops) == 1 && d.mops[0].write }

func (d *decoder) isRead() bool {
	return !slices.ContainsFunc(d.mops, func(m mop) bool { return m.write })
}

// Check looks at the invocations that write and the ok ops that read, whatever
// their :f. What does not fit the workload makes the verdict unknown, as in
// Jepsen, and so does a history without reads.
func Check(ctx context.Context, h *history.History, opt Options) (*Result, error) {
	r := &Result{}
	r.History = h
	if opt.Group < 0 || opt.Group > mostKeys {
		return nil, fmt.Errorf("%s: expected groups of 1 to %d keys, found %d", h.Source().Name, mostKeys, opt.Group)
	}
	d := &decoder{h: h}
	g := &groups{d: d, n: opt.Group}
	written := map[int32]bool{}
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		begins, ok := h.Begins(i), h.Type(i) == history.OK
		if !begins && (!ok || h.Value(i).IsNil()) { // without a value it shows nothing
			continue
		}
		is, err := d.txn(i)
		if err != nil {
			return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
		}
		if begins && is && d.isWrite() && r.multiple.IsZero() {
			key := d.mops[0].key
			if written[key] {
				r.multiple = d.keys.Value(key)
			}
			written[key] = true
		}
		if ok && is && d.isRead() && len(d.mops) > 0 {
			r.Reads++
			g.add(i, r)
		}
	}
	r.Summary = result.Count(r.Reads, "read") + ", " + result.Count(len(written), "key")
	switch {
	case !r.multiple.IsZero():
		r.Unknown("key " + r.multiple.String() + " is written more than once")
	case g.illegal != "":
		r.Unknown(g.illegal)
	case r.Reads == 0:
		r.Nothing("no read succeeded")
	case g.n == 1:
		r.Nothing("each read covers one key, so no two writes can be compared")
	default:
		r.Valid = verdict.Valid
		for _, views := range g.views {
			r.forks(views)
		}
		if r.ForkCount > 0 {
			r.Valid = verdict.Invalid
		}
	}
	return r, nil
}

// groups are the reads by the keys that they read.
type groups struct {
	d       *decoder
	n       int
	ids     intern.Table
	views   [][]view
	vals    [][]int32 // of each group, the value of each key, -1 before it is known
	buf     []byte
	illegal string // the first read that does not fit
}

func (g *groups) add(op int, r *Result) {
	mops := g.d.mops
	nils := 0
	for _, m := range mops {
		if m.val < 0 {
			nils++
		}
	}
	if nils == len(mops) {
		r.Early++
	}
	if nils == 0 {
		r.Late++
	}
	slices.SortStableFunc(mops, func(a, b mop) int { return cmp.Compare(a.key, b.key) })
	distinct := 0
	g.buf = g.buf[:0]
	for i, m := range mops {
		if i == 0 || mops[i-1].key != m.key {
			distinct++
			g.buf = append(g.buf, byte(m.key), byte(m.key>>8), byte(m.key>>16), byte(m.key>>24))
		}
	}
	if g.n == 0 && distinct <= mostKeys {
		g.n = distinct
	}
	h := g.d.h
	if distinct == 0 || distinct != g.n || len(mops) != distinct {
		g.refuse("op %d reads %d keys, expected %d different ones: this is not a long-fork history, or --group is wrong", h.Index(op), len(mops), g.n)
		return
	}
	id, fresh := g.ids.Text(g.buf)
	if fresh {
		g.views = append(g.views, nil)
		vals := make([]int32, g.n)
		for i := range vals {
			vals[i] = -1
		}
		g.vals = append(g.vals, vals)
	}
	v := view{op: int32(op)}
	for i, m := range mops {
		if m.val < 0 {
			continue
		}
		v.mask |= 1 << i
		if old := g.vals[id][i]; old >= 0 && old != m.val {
			g.refuse("op %d reads another value of key %s than an earlier read: expected each key to be written once", h.Index(op), g.d.keys.Value(m.key))
		}
		g.vals[id][i] = m.val
	}
	g.views[id] = append(g.views[id], v)
}

func (g *groups) refuse(format string, args ...any) {
	if g.illegal == "" {
		g.illegal = fmt.Sprintf(format, args...)
	}
}

// forks finds the pairs of views of a group of which neither contains the other.
// Different views form a chain if each contains the next smaller one.
func (r *Result) forks(views []view) {
	byMask := map[uint64][]int32{}
	var masks []uint64
	for _, v := range views {
		if byMask[v.mask] == nil {
			masks = append(masks, v.mask)
		}
		byMask[v.mask] = append(byMask[v.mask], v.op)
	}
	slices.SortFunc(masks, func(a, b uint64) int {
		return cmp.Or(cmp.Compare(bits.OnesCount64(a), bits.OnesCount64(b)), cmp.Compare(a, b))
	})
	chain := true
	for i := 1; i < len(masks); i++ {
		chain = chain && masks[i-1]&^masks[i] == 0
	}
	if chain {
		return
	}
	for i, a := range masks {
		for _, b := range masks[:i] {
			if a&^b == 0 || b&^a == 0 {
				continue
			}
			r.ForkCount += len(byMask[a]) * len(byMask[b])
			for _, x := range byMask[a] {
				for _, y := range byMask[b] {
					if len(r.Forks) < mostForks {
						r.Forks = append(r.Forks, [2]int{int(min(x, y)), int(max(x, y))})
					}
				}
			}
		}
	}
}

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	out := result.Fields{{"reads-count", r.Reads}, {"early-read-count", r.Early}, {"late-read-count", r.Late}}
	switch {
	case !r.multiple.IsZero():
		return append(out, [2]any{"error", []any{edn.Kw("multiple-writes"), r.multiple}})
	case r.Valid == verdict.Unknown:
		return append(out, [2]any{"error", r.Reason})
	case r.Valid == verdict.Invalid:
		forks := []any{}
		for _, f := range r.Forks {
			forks = append(forks, result.Ops(r.History, f[:]))
		}
		return append(out, [2]any{"forks", forks})
	}
	return out
}

// Findings shows the first fork.
func (r *Result) Findings() []result.Finding {
	if r.ForkCount == 0 {
		return nil
	}
	return []result.Finding{{
		Type: "fork", Count: r.ForkCount, Ops: r.Forks[0][:],
		Msg: "two reads of the same keys each see a write that the other misses, so they disagree on which write came first",
	}}
}

// Definite reports whether an invalid verdict stands even if ops are missing from
// the history: it does, since two reads are enough.
func (r *Result) Definite() bool { return r.Valid == verdict.Invalid }
