package causal

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/values"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A ReverseResult lists the reads that see a write but miss an earlier one.
type ReverseResult struct {
	result.Common
	Writes, Reads int
	Errors        []Reversal
}

// A Reversal is a read that misses writes.
type Reversal struct {
	Read     int
	Missing  []edn.Value // in the order in which their writes completed
	Expected int         // how many values had to be visible
	missing  int         // the write of the first missing value
	seen     int         // the write that was seen, and began after that
}

// reverse is the state of CheckReverse.
type reverse struct {
	r           *ReverseResult
	h           *history.History
	write, read history.Symbol
	vals        values.Table
	writes      []write // by value
	done        []int32 // the values whose writes completed, in order
	reads       []int32
	silent      int  // ok reads without a value
	saw         bool // a read shows a value that was written
}

// write is what is known of a value. It must not be seen without the first so many
// values of those whose writes completed.
type write struct {
	before int32
	began  int32 // its first invocation, -1 if there is none
	doneAt int32 // its first acknowledgement, -1 if there is none
	stamp  int32 // the last read that shows it, counted from 1
}

// CheckReverse looks at ops with :f :write, whose value is written once, and the ok
// completions of :read, whose value is a collection of the visible values. If a value
// is written again, the first write counts. It returns an error if a read is not a
// collection. The verdict is unknown if nothing was read.
func CheckReverse(ctx context.Context, h *history.History) (*ReverseResult, error) {
	c := &reverse{r: &ReverseResult{}, h: h}
	r := c.r
	r.History = h
	c.write, _ = h.SymbolOf("write")
	c.read, _ = h.SymbolOf("read")
	// A read may show a write that was invoked only after it returned, so all writes
	// come first.
	for i := range h.Len() {
		if i&0xffff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		if err := c.gather(i); err != nil {
			return nil, err
		}
	}
	for k, i := range c.reads {
		if k&0xfff == 0 && ctx.Err() != nil {
			r.Unknown("interrupted")
			return r, nil
		}
		if err := c.judge(int(i), int32(k+1)); err != nil {
			return nil, err
		}
	}
	r.Reads = len(c.reads)
	r.Summary = result.Count(r.Writes, "write") + ", " + result.Count(r.Reads, "read")
	switch {
	case len(r.Errors) > 0:
		r.Valid = verdict.Invalid
		r.RestsOnOrder()
	case r.Reads == 0 && c.silent > 0:
		r.Nothing("no read has a value")
	case r.Reads == 0:
		r.Nothing("no read succeeded")
	case !c.saw:
		r.Nothing("no read shows a value that was written")
	default:
		r.Valid = verdict.Valid
	}
	return r, nil
}

// gather takes in an op.
func (c *reverse) gather(i int) error {
	h, f, ok := c.h, c.h.Symbol(i), c.h.Type(i) == history.OK
	switch {
	case f == 0:
	case f == c.write && (h.Begins(i) || ok):
		id, err := c.vals.ID(h.Value(h.Invoked(i)))
		if err != nil {
			return h.Errorf(i, "op %d: %v", h.Index(i), err)
		}
		w := c.at(id)
		if h.Begins(i) {
			c.r.Writes++
			if w.began < 0 {
				w.before, w.began = int32(len(c.done)), int32(i)
			}
		}
		if ok && w.doneAt < 0 {
			w.doneAt = int32(i)
			c.done = append(c.done, id)
		}
	case f == c.read && ok && h.Value(i).IsNil():
		c.silent++
	case f == c.read && ok:
		c.reads = append(c.reads, int32(i))
	}
	return nil
}

func (c *reverse) at(id int32) *write {
	for int(id) >= len(c.writes) {
		c.writes = append(c.writes, write{began: -1, doneAt: -1})
	}
	return &c.writes[id]
}

// judge compares what the k-th read shows with what it must.
func (c *reverse) judge(i int, k int32) error {
	h := c.h
	prefix, last := int32(0), int32(-1)
	ok, err := c.vals.Each(h.Value(i), true, func(id int32) {
		w := c.at(id)
		c.saw = c.saw || w.began >= 0
		if w.stamp = k; w.before > prefix {
			prefix, last = w.before, w.began
		}
	})
	if err == nil && !ok {
		err = h.Errorf(i, "op %d reads %s: expected a collection of values", h.Index(i), h.Value(i))
	}
	if err != nil {
		return err
	}
	e := Reversal{Read: i, Expected: int(prefix), missing: -1, seen: int(last)}
	for _, id := range c.done[:prefix] {
		if w := &c.writes[id]; w.stamp != k {
			if e.missing < 0 {
				e.missing = int(w.doneAt)
			}
			e.Missing = append(e.Missing, c.vals.Value(id))
		}
	}
	if len(e.Missing) > 0 {
		c.r.Errors = append(c.r.Errors, e)
	}
	return nil
}

// Fields has Jepsen's keys.
func (r *ReverseResult) Fields() result.Fields {
	errs := []any{}
	for i := range r.Errors {
		errs = append(errs, r.tree(&r.Errors[i]))
	}
	return result.Fields{{"errors", errs}}
}

// tree is the op that read, without its value, and with what it misses.
func (r *ReverseResult) tree(e *Reversal) result.Fields {
	out := result.Fields{}
	s := r.History.Text(e.Read).Scanner()
	s.Next()
	for s.Datum() != edn.Close {
		name := string(s.Name())
		s.Datum()
		v := s.Value()
		switch name {
		case "value":
			continue
		case "type", "f", "process":
			if text, ok := v.Name(); ok {
				out = append(out, [2]any{name, edn.Kw(text)})
				continue
			}
		}
		out = append(out, [2]any{name, v})
	}
	missing := edn.Bag{}
	for _, v := range e.Missing {
		missing = append(missing, v)
	}
	return append(out, [2]any{"missing", missing}, [2]any{"expected-count", e.Expected})
}

// Findings shows the first read that misses something.
func (r *ReverseResult) Findings() []result.Finding {
	if len(r.Errors) == 0 {
		return nil
	}
	e := r.Errors[0]
	return []result.Finding{{
		Type: "reversed", Count: len(r.Errors), Ops: []int{e.missing, e.seen, e.Read},
		Msg: fmt.Sprintf("a read shows %s, but lacks values whose writes had completed before %[1]s was written: %s", r.History.Value(e.seen), result.List(len(e.Missing), func(i int) string { return e.Missing[i].String() })),
	}}
}

// Definite reports whether an invalid verdict stands even if ops are missing from
// the history: it does, since a read and two writes are enough.
func (r *ReverseResult) Definite() bool { return r.Valid == verdict.Invalid }
