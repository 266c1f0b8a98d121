package set

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Options describe the promises of a set.
type Options struct {
	Linearizable bool // a read must show every element that is known when it begins
}

// CheckFull follows every element through every ok read. Ops are those of clients with
// :f :add, whose value is an element, and :read, whose value is a collection, nil if
// empty; others are ignored with a warning. The element is that of the invocation. It
// returns an error if a read is not a collection.
func CheckFull(ctx context.Context, h *history.History, opt Options) (*FullResult, error) {
	c := &full{h: h, opt: opt}
	if err := c.gather(); err != nil {
		return nil, err
	}
	if err := c.follow(ctx); err != nil {
		if ctx.Err() == nil {
			return nil, err
		}
		r := &FullResult{}
		r.History = h
		r.Unknown("interrupted")
		return r, nil
	}
	c.overlapping()
	return c.result(), nil
}

// element is what is known of one element. Positions of ops are -1 for none, and
// ranks count the ok reads in the order of their invocations, from 0.
type element struct {
	added   int32 // the last invocation of its add: from here on it is followed
	suffix  int32 // the first read that began after that
	known   int32 // the first op that showed that it was there
	present int32 // the last read that has it, by rank
	absent  int32 // the last read that lacks it
	seen    int32 // one more than the last read in which it was met
	run     int32 // the last read at or behind suffix that has it, or suffix-1
	dups    int32 // most copies of it in one read, if there is more than one
}

// read is an ok read.
type read struct{ inv, done int32 }

type full struct {
	h       *history.History
	opt     Options
	elems   values.Table
	es      []element
	reads   []read // by invocation
	other   int    // client ops that are neither add nor read
	adds    int
	differs int             // adds that completed with another value
	early   []pair          // elements in reads that overlap with the invocation of their add
	dupRead map[int32]int32 // element -> a read with most copies
}

// pair is an element in a read.
type pair struct{ elem, rank int32 }

// gather finds the elements and the reads.
func (c *full) gather() error {
	h := c.h
	add, _ := h.SymbolOf("add")
	rd, _ := h.SymbolOf("read")
	for i := range h.Len() {
		if !h.Process(i).IsClient() {
			continue
		}
		switch f := h.Symbol(i); {
		case f != 0 && f == add:
			if err := c.add(i); err != nil {
				return err
			}
		case f != 0 && f == rd:
			if h.Type(i) == history.OK {
				inv := h.Pair(i)
				if inv < 0 {
					inv = i
				}
				c.reads = append(c.reads, read{int32(inv), int32(i)})
			}
		default:
			c.other++
		}
	}
	slices.SortFunc(c.reads, func(a, b read) int { return cmp.Compare(a.inv, b.inv) })
	k := 0
	order := make([]int32, len(c.es)) // elements by their last add
	for id := range order {
		order[id] = int32(id)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(c.es[a].added, c.es[b].added) })
	for _, id := range order {
		e := &c.es[id]
		for k < len(c.reads) && c.reads[k].inv < e.added {
			k++
		}
		e.suffix, e.run = int32(k), int32(k)-1
	}
	return nil
}

// add handles an op of an add. An element that is added again is followed from
// anew.
func (c *full) add(i int) error {
	h := c.h
	id, err := c.elems.ID(h.Value(h.Invoked(i)))
	if err != nil {
		return h.Errorf(i, "op %d: %v", h.Index(i), err)
	}
	fresh := int(id) == len(c.es)
	if h.Begins(i) {
		c.adds++
		e := element{added: int32(i), known: -1, present: -1, absent: -1}
		if fresh {
			c.es = append(c.es, e)
		} else {
			c.es[id] = e
		}
	} else if fresh {
		return h.Errorf(i, "op %d completes the add of %s: expected an invocation with that element", h.Index(i), h.Value(i))
	}
	if h.Type(i) == history.OK {
		if e := &c.es[id]; e.known < 0 {
			e.known = int32(i)
		}
		if h.Differs(i) {
			c.differs++
		}
	}
	return nil
}

// batch is how many bytes of reads are decoded at a time.
const batch = 16 << 20

// follow takes every element through every read. A read lacks most easily what
// it does not mention, so an element keeps where the last unbroken run of reads
// that have it began: whatever came before that lacked it.
func (c *full) follow(ctx context.Context) error {
	c.dupRead = map[int32]int32{}
	var sets [][]int32
	table := c.elems.Reader()
	for lo := 0; lo < len(c.reads); {
		hi, size := lo, 0
		for hi < len(c.reads) && (hi == lo || size < batch) {
			a, b := c.h.ValueSpan(int(c.reads[hi].done))
			size += b - a
			hi++
		}
		for len(sets) < hi-lo {
			sets = append(sets, nil)
		}
		err := par.Workers(ctx, hi-lo, func(int) func(int) error {
			rd := table.Clone()
			return func(i int) (err error) {
				op := int(c.reads[lo+i].done)
				ok := false
				if sets[i], ok, err = rd.Elements(sets[i][:0], c.h.Value(op)); err == nil && !ok {
					err = c.h.Errorf(op, "op %d reads %s: expected a collection of elements", c.h.Index(op), c.h.Value(op))
				}
				return err
			}
		})
		if err != nil {
			return err
		}
		for i := range hi - lo {
			c.read(int32(lo+i), sets[i])
		}
		lo = hi
	}
	for id := range c.es {
		if e := &c.es[id]; e.run < int32(len(c.reads))-1 {
			e.absent = int32(len(c.reads)) - 1
		}
	}
	return nil
}

// read takes in the elements of one read. Ranks come in order.
func (c *full) read(rank int32, ids []int32) {
	rd := c.reads[rank]
	var copies map[int32]int32
	for _, id := range ids {
		if id < 0 {
			continue // nobody added it
		}
		e := &c.es[id]
		if e.seen == rank+1 {
			if copies == nil {
				copies = map[int32]int32{}
			}
			copies[id] = max(copies[id], 1) + 1
			continue
		}
		e.seen = rank + 1
		if rd.done < e.added {
			continue // it had not been asked for yet
		}
		if e.known < 0 || rd.done < e.known {
			e.known = rd.done
		}
		e.present = rank
		if rank < e.suffix {
			c.early = append(c.early, pair{id, rank})
			continue
		}
		if e.run < rank-1 {
			e.absent = rank - 1
		}
		e.run = rank
	}
	for id, n := range copies {
		if n > c.es[id].dups {
			c.es[id].dups, c.dupRead[id] = n, rank
		}
	}
}

// overlapping looks, for elements that every later read has, at the reads that
// ran when they were added: these could have shown them, too.
func (c *full) overlapping() {
	has := make(map[pair]bool, len(c.early))
	for _, p := range c.early {
		has[p] = true
	}
	byAdd := make([]int32, 0, len(c.es))
	for id := range c.es {
		if c.es[id].absent < 0 {
			byAdd = append(byAdd, int32(id))
		}
	}
	slices.SortFunc(byAdd, func(a, b int32) int { return cmp.Compare(c.es[a].added, c.es[b].added) })
	var open []int32 // ranks, rising
	next := 0
	for _, id := range byAdd {
		e := &c.es[id]
		for next < len(c.reads) && c.reads[next].inv < e.added {
			open = append(open, int32(next))
			next++
		}
		open = slices.DeleteFunc(open, func(k int32) bool { return c.reads[k].done < e.added })
		for _, k := range slices.Backward(open) {
			if !has[pair{id, k}] {
				e.absent = k
				break
			}
		}
	}
}

// outcome is what became of an element.
type outcome uint8

const (
	neverRead outcome = iota
	stable
	lost
)

func (o outcome) String() string { return [...]string{"never-read", "stable", "lost"}[o] }

// invoked returns where a read began, -1 if there is none.
func (c *full) invoked(rank int32) int32 {
	if rank < 0 {
		return -1
	}
	return c.reads[rank].inv
}

func (c *full) outcome(e *element) outcome {
	switch {
	case e.present > e.absent:
		return stable
	case e.known >= 0 && e.absent > e.present && e.known < c.invoked(e.absent):
		return lost
	}
	return neverRead
}

const ms = 1_000_000 // nanoseconds

// latency is how many whole milliseconds after it was known an element could
// still be missing, or seen for the last time: behind the given read, at 0 if
// there is none.
func (c *full) latency(e *element, rank int32) int64 {
	t, known := int64(0), c.h.Time(int(e.known))
	if rank >= 0 {
		t = c.h.Time(int(c.reads[rank].inv))
	}
	if t == history.NoTime || known == history.NoTime {
		return 0
	}
	if rank >= 0 {
		t++ // the read may have begun just after
	}
	return max(0, t-known) / ms
}

// staleByOrder reports whether a read that began after an element was known lacks it,
// where no times tell how long after.
func (c *full) staleByOrder(e *element) bool {
	read := c.invoked(e.absent)
	return read > e.known && (c.h.Time(int(read)) == history.NoTime || c.h.Time(int(e.known)) == history.NoTime)
}

// result sorts the elements out.
func (c *full) result() *FullResult {
	r := &FullResult{Attempts: len(c.es)}
	r.History = c.h
	r.Summary = result.Count(len(c.es), "element") + ", " + result.Count(len(c.reads), "read")
	ids := make([]int32, len(c.es))
	for i := range ids {
		ids[i] = int32(i)
	}
	c.elems.Sort(ids)
	for _, id := range ids {
		e := &c.es[id]
		el := Element{
			Value: c.elems.Value(id), Known: int(e.known), StableLatency: -1, LostLatency: -1,
			LastAbsent: int(c.invoked(e.absent)), LastPresent: int(c.invoked(e.present)), absentDone: -1,
		}
		if e.absent >= 0 {
			el.absentDone = int(c.reads[e.absent].done)
		}
		if e.dups > 0 {
			r.Duplicated = append(r.Duplicated, Duplicate{el.Value, int(e.dups), int(c.reads[c.dupRead[id]].done)})
		}
		switch c.outcome(e) {
		case stable:
			el.StableLatency = c.latency(e, e.absent)
			r.Stable++
			r.stableLatencies = append(r.stableLatencies, el.StableLatency)
			if el.StableLatency > 0 || c.opt.Linearizable && c.staleByOrder(e) {
				r.Stale = append(r.Stale, el)
			}
		case lost:
			el.LostLatency = c.latency(e, e.present)
			r.lostLatencies = append(r.lostLatencies, el.LostLatency)
			r.Lost = append(r.Lost, el)
		case neverRead:
			r.NeverRead = append(r.NeverRead, el.Value)
		}
	}
	if c.other > 0 {
		r.Warnings = append(r.Warnings, verdict.Warning{Code: "other-ops", Count: c.other, Msg: fmt.Sprintf("%d ops of clients are neither :add nor :read and were ignored", c.other)})
	}
	if c.differs > 0 {
		r.Warnings = append(r.Warnings, result.CompletionDiffers(c.differs, "add"))
	}
	r.judge(c.opt)
	return r
}

// worst lists up to eight stale elements, the stalest first, of equals the
// greater element.
func worst(stale []Element) []Element {
	w := slices.Clone(stale)
	slices.Reverse(w)
	slices.SortStableFunc(w, func(a, b Element) int { return cmp.Compare(b.StableLatency, a.StableLatency) })
	return w[:min(8, len(w))]
}

// valuesOf lists elements.
func valuesOf(es []Element) []any {
	out := make([]any, len(es))
	for i := range es {
		out[i] = es[i].Value
	}
	return out
}
