// Package query picks ops of a history: by who, what, when, and which key.
package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

// A Filter says which ops are wanted: those that pass all that is set. The zero
// Filter wants all.
type Filter struct {
	Fs        []string       // names of operations
	Types     []history.Type // what kind of event
	Processes []string       // numbers or names of processes
	Keys      []edn.Value    // any of these keys, see Touches
	Index     *Range         // the :index
	Time      *Range         // nanoseconds
	Around    *int64         // this :index, with Near ops before and behind it
	Near      int
}

// A Range is from Lo to Hi, both included.
type Range struct{ Lo, Hi int64 }

func (r *Range) has(n int64) bool { return r == nil || r.Lo <= n && n <= r.Hi }

// Ops returns the positions of the ops that pass, in order.
func (f *Filter) Ops(h *history.History) ([]int, error) {
	lo, hi := 0, h.Len()-1
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
		lo, hi = max(0, at-f.Near), min(hi, at+f.Near)
	}
	var out []int
	for i := lo; i <= hi; i++ {
		if ok, err := f.pass(h, i); err != nil {
			return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
		} else if ok {
			out = append(out, i)
		}
	}
	return out, nil
}

func (f *Filter) pass(h *history.History, i int) (bool, error) {
	switch {
	case !f.Index.has(h.Index(i)), !f.Time.has(h.Time(i)),
		len(f.Types) > 0 && !slices.Contains(f.Types, h.Type(i)),
		len(f.Fs) > 0 && !slices.Contains(f.Fs, h.F(i)),
		len(f.Processes) > 0 && !slices.Contains(f.Processes, h.ProcessName(h.Process(i))):
		return false, nil
	case len(f.Keys) == 0:
		return true, nil
	}
	for _, k := range f.Keys {
		if ok, err := Touches(h.Value(i), k); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// Touches reports whether an op's value is about a key: it is a tuple [key value],
// a transaction with a micro-op [f key ...], or a map with that key.
func Touches(value, key edn.Value) (bool, error) {
	s := value.Scanner()
	switch s.Next() {
	case edn.Map:
		return inMap(&s, key)
	case edn.Vector, edn.List:
	default:
		return false, nil
	}
	for n := 0; ; n++ {
		switch s.Datum() {
		case edn.Close:
			return false, nil
		case edn.Invalid, edn.EOF:
			return false, s.Err()
		case edn.Vector, edn.List:
			if ok, err := mopTouches(s.Value(), key); ok || err != nil {
				return ok, err
			}
		}
		if n == 0 && same(s.Value(), key) {
			rest := s
			if k := rest.Datum(); k != edn.Close && k != edn.Invalid && k != edn.EOF && rest.Datum() == edn.Close {
				return true, nil
			}
		}
	}
}

// same reports whether a value is the key that was asked for: equal, or of that
// name, so that x finds :x and "x", and 0 a JSON object's "0".
func same(v, key edn.Value) bool {
	if edn.Equal(v, key) {
		return true
	}
	name, ok := v.Name()
	if !ok {
		return false
	}
	asked, ok := key.Name()
	if !ok {
		asked = key.String()
	}
	return name == asked
}

// mopTouches looks at one micro-op: its key, or the keys of the map that it has in
// its place, such as a poll's.
func mopTouches(mop, key edn.Value) (bool, error) {
	s := mop.Scanner()
	s.Next()
	if k := s.Datum(); k != edn.Keyword && k != edn.String {
		return false, s.Err()
	}
	switch s.Datum() {
	case edn.Close:
		return false, nil
	case edn.Invalid, edn.EOF:
		return false, s.Err()
	case edn.Map:
		m := s.Value().Scanner()
		m.Next()
		return inMap(&m, key)
	}
	return same(s.Value(), key), nil
}

func inMap(s *edn.Scanner, key edn.Value) (bool, error) {
	for {
		switch s.Datum() {
		case edn.Close:
			return false, nil
		case edn.Invalid, edn.EOF:
			return false, s.Err()
		}
		if same(s.Value(), key) {
			return true, nil
		}
		if k := s.Datum(); k == edn.Invalid || k == edn.EOF || k == edn.Close {
			return false, s.Err()
		}
	}
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
