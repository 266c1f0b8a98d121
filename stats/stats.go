// Package stats counts how operations ended, as Jepsen's checkers stats and
// unhandled-exceptions do.
//
// [Check] is invalid if an operation was tried but never succeeded: a test in
// which no read ever returned proves little about reads. [Exceptions] groups the
// exceptions of clients, and is always valid. Both cost the size of the input.
package stats

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Counts say how operations ended.
type Counts struct{ OK, Fail, Info int }

// Total is how many completed.
func (c Counts) Total() int { return c.OK + c.Fail + c.Info }

// A Result counts all operations and those of each name.
type Result struct {
	result.Common
	All Counts
	ByF []OfF // sorted by name

	spared []string
}

// OfF counts the operations of one name.
type OfF struct {
	F string
	Counts
	firstFailed int
}

// Check counts the completions of clients. Operations that never completed do not
// count. Those of spared names need not succeed. The verdict is unknown if no
// operation completed.
func Check(_ context.Context, h *history.History, spared ...string) (*Result, error) {
	r := &Result{spared: spared}
	r.History = h
	byF := make([]OfF, len(h.Fs())+1)
	for i := range h.Len() {
		if !h.Process(i).IsClient() || h.Type(i) == history.Invoke {
			continue
		}
		f := &byF[h.Symbol(i)]
		if f.Total() == 0 {
			f.firstFailed = i
		}
		for _, c := range []*Counts{&r.All, &f.Counts} {
			switch h.Type(i) {
			case history.OK:
				c.OK++
			case history.Fail:
				c.Fail++
			default:
				c.Info++
			}
		}
	}
	r.Valid = verdict.Valid
	for s, f := range byF {
		if f.Total() == 0 {
			continue
		}
		f.F = h.SymbolName(history.Symbol(s))
		r.ByF = append(r.ByF, f)
		if f.OK == 0 && !slices.Contains(spared, f.F) {
			r.Valid = verdict.Invalid
		}
	}
	if r.All.Total() == 0 {
		r.Nothing("no operation completed")
	}
	slices.SortFunc(r.ByF, func(a, b OfF) int { return cmp.Compare(a.F, b.F) })
	r.Summary = fmt.Sprintf("%s: %d ok, %d failed, %d indeterminate", result.Count(r.All.Total(), "completion"), r.All.OK, r.All.Fail, r.All.Info)
	return r, nil
}

func (c Counts) fields() result.Fields {
	return result.Fields{{"count", c.Total()}, {"ok-count", c.OK}, {"fail-count", c.Fail}, {"info-count", c.Info}}
}

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	byF := result.Fields{}
	for _, f := range r.ByF {
		var name any = f.F
		if f.F == "" {
			name = edn.Value{}
		}
		byF = append(byF, [2]any{name, append(result.Fields{{"valid?", f.OK > 0}}, f.fields()...)})
	}
	return append(r.All.fields(), [2]any{"by-f", byF})
}

// Findings names the operations that never succeeded.
func (r *Result) Findings() (found []result.Finding) {
	for _, f := range r.ByF {
		if f.OK == 0 && !slices.Contains(r.spared, f.F) {
			found = append(found, result.Finding{
				Type: "never-ok", Count: f.Total(), Ops: []int{f.firstFailed},
				Msg: fmt.Sprintf("%s never succeeded: %d failed, %d indeterminate; the first is shown", cmp.Or(f.F, "an operation without a name"), f.Fail, f.Info),
			})
		}
	}
	return found
}

// An ExceptionsResult groups the exceptions of indeterminate ops by class, the
// most frequent first.
type ExceptionsResult struct {
	result.Common
	Exceptions []Exception
}

// An Exception is a class, with the first op that met it.
type Exception struct {
	Class   edn.Value
	Count   int
	Example int
}

// Exceptions groups the info ops, the nemesis' too, that have an :exception, by
// the :type of its first :via.
func Exceptions(_ context.Context, h *history.History) (*ExceptionsResult, error) {
	r := &ExceptionsResult{}
	r.History, r.Valid = h, verdict.Valid
	at := map[string]int{}
	for i := range h.Len() {
		if h.Type(i) != history.Info {
			continue
		}
		ex, ok := h.Text(i).Get("exception")
		if !ok || ex.IsNil() {
			continue
		}
		class := classOf(ex)
		text, err := edn.AppendCanonical(nil, class)
		if err != nil {
			return nil, h.Errorf(i, "op %d: %v", h.Index(i), err)
		}
		k, ok := at[string(text)]
		if !ok {
			k = len(r.Exceptions)
			at[string(text)] = k
			r.Exceptions = append(r.Exceptions, Exception{Class: class, Example: i})
		}
		r.Exceptions[k].Count++
	}
	slices.Reverse(r.Exceptions) // as in Jepsen, those met last come first among equals
	slices.SortStableFunc(r.Exceptions, func(a, b Exception) int { return cmp.Compare(b.Count, a.Count) })
	r.Summary = "no exceptions"
	if len(r.Exceptions) > 0 {
		var parts []string
		for _, e := range r.Exceptions {
			parts = append(parts, fmt.Sprintf("%s %d", e.Class, e.Count))
		}
		r.Summary = strings.Join(parts, ", ")
	}
	return r, nil
}

// classOf returns the class of a thrown exception, nil if it does not tell.
func classOf(ex edn.Value) edn.Value {
	via, _ := ex.Get("via")
	s := via.Scanner()
	if k := s.Next(); k != edn.Vector && k != edn.List {
		return edn.Value{}
	}
	if s.Datum() != edn.Map {
		return edn.Value{}
	}
	class, _ := s.Value().Get("type")
	return class
}

// Fields has Jepsen's keys.
func (r *ExceptionsResult) Fields() result.Fields {
	if len(r.Exceptions) == 0 {
		return nil
	}
	list := []any{}
	for _, e := range r.Exceptions {
		list = append(list, result.Fields{{"count", e.Count}, {"class", e.Class}, {"example", result.Op{History: r.History, Pos: e.Example}}})
	}
	return result.Fields{{"exceptions", list}}
}

// Findings are none: exceptions are not a fault.
func (r *ExceptionsResult) Findings() []result.Finding { return nil }
