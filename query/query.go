// Package query selects ops of a history by process, operation, time and key, or by an
// expression. It also counts them.
package query

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
)

// A Filter selects the ops that pass all fields that are set. The zero Filter selects
// all.
type Filter struct {
	Fs        []string       // names of operations
	Types     []history.Type // what kind of event
	Processes []string       // numbers or names of processes
	Keys      []edn.Value    // any of these keys, see Touches
	Values    []edn.Value    // any of these values, see HasValue
	Index     *Range         // the :index
	Time      *Range         // nanoseconds
	Around    *int64         // this :index, with Near ops before and after it
	Near      int
	Where     *Expr // an additional condition
}

// A Range is from Lo to Hi, both included.
type Range struct{ Lo, Hi int64 }

func (r *Range) has(n int64) bool { return r == nil || r.Lo <= n && n <= r.Hi }

// chunk is how many ops a worker looks at at a time.
const chunk = 4096

// Ops returns the positions of the ops that pass, in order.
func (f *Filter) Ops(ctx context.Context, h *history.History) ([]int, error) {
	lo, hi := 0, h.Len()
	if f.Around != nil {
		at := -1
		for i := range h.Len() {
			if h.Index(i) == *f.Around {
				at = i
				break
			}
		}
		if at < 0 {
			return nil, fmt.Errorf("%s: expected an op with :index %d, found none", h.Source().Name, *f.Around)
		}
		lo, hi = max(0, at-f.Near), min(hi, at+f.Near+1)
	}
	found := make([][]int, (hi-lo+chunk-1)/chunk)
	var windows []window
	if f.Where != nil {
		windows = windowsFor(h, f.Where.parts)
	}
	err := par.Workers(ctx, len(found), func(int) func(int) error {
		ev := newEvaluator(ctx, h, windows)
		return func(c int) error {
			for i := lo + c*chunk; i < min(lo+(c+1)*chunk, hi); i++ {
				ok, err := f.pass(ev, i)
				if err != nil {
					return errorAt(h, i, err)
				}
				if ok {
					found[c] = append(found[c], i)
				}
			}
			return nil
		}
	})
	if err != nil {
		return nil, err
	}
	return slices.Concat(found...), nil
}

// errorAt says which op an error is about.
func errorAt(h *history.History, i int, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return h.Errorf(i, "op %d: %v", h.Index(i), err)
}

func (f *Filter) pass(ev *evaluator, i int) (bool, error) {
	h := ev.h
	switch {
	case !f.Index.has(h.Index(i)), !f.Time.has(h.Time(i)),
		len(f.Types) > 0 && !slices.Contains(f.Types, h.Type(i)),
		len(f.Fs) > 0 && !slices.Contains(f.Fs, h.F(i)),
		len(f.Processes) > 0 && !slices.Contains(f.Processes, h.ProcessName(h.Process(i))):
		return false, nil
	}
	if len(f.Keys) > 0 {
		if ok, err := anyOf(h.Value(i), f.Keys, Touches); !ok || err != nil {
			return false, err
		}
	}
	if len(f.Values) > 0 {
		if ok, err := anyOf(h.Value(i), f.Values, HasValue); !ok || err != nil {
			return false, err
		}
	}
	if f.Where == nil {
		return true, nil
	}
	return ev.holds(f.Where, i)
}

// anyOf reports whether a value is about any of what was asked for.
func anyOf(value edn.Value, asked []edn.Value, about func(value, asked edn.Value) (bool, error)) (bool, error) {
	for _, x := range asked {
		if ok, err := about(value, x); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// ParseRange reads a range of integers: 5, 5..9, 5.. or ..9.
func ParseRange(text string) (*Range, error) {
	lo, hi, is := strings.Cut(text, "..")
	if !is {
		hi = lo
	}
	r := &Range{-1 << 63, 1<<63 - 1}
	for _, end := range []struct {
		text string
		n    *int64
	}{{lo, &r.Lo}, {hi, &r.Hi}} {
		if end.text == "" && is {
			continue
		}
		n, err := strconv.ParseInt(end.text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("expected a range such as 5, 5..9, 5.. or ..9, found %q", text)
		}
		*end.n = n
	}
	if r.Lo > r.Hi {
		return nil, fmt.Errorf("expected a range whose end is not before its beginning, found %q", text)
	}
	return r, nil
}

// WithPairs adds to some ops the invocations and completions that belong to them,
// in order.
func WithPairs(h *history.History, ops []int) []int {
	out := slices.Clone(ops)
	for _, i := range ops {
		if p := h.Pair(i); p >= 0 {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
