package bank

import (
	"fmt"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/result"
)

// Fields has Jepsen's keys.
func (r *Result) Fields() result.Fields {
	count := 0
	errs := result.Fields{}
	var first any
	firstAt := -1
	for i := range r.Errors {
		f := &r.Errors[i]
		count += f.Count
		if firstAt < 0 || f.First.Op < firstAt {
			first, firstAt = r.tree(f.Type, &f.First), f.First.Op
		}
		fields := result.Fields{
			{"count", f.Count}, {"first", r.tree(f.Type, &f.First)}, {"worst", r.tree(f.Type, &f.Worst)}, {"last", r.tree(f.Type, &f.Last)},
		}
		if f.Type == WrongTotal {
			fields = append(fields, [2]any{"lowest", r.tree(f.Type, &f.Lowest)}, [2]any{"highest", r.tree(f.Type, &f.Highest)})
		}
		errs = append(errs, [2]any{f.Type, fields})
	}
	return result.Fields{{"read-count", r.Reads}, {"error-count", count}, {"first-error", first}, {"errors", errs}}
}

func (r *Result) tree(typ string, e *Error) result.Fields {
	out := result.Fields{{"type", edn.Kw(typ)}}
	switch typ {
	case UnexpectedKey:
		keys := make([]any, len(e.Unexpected))
		for i, k := range e.Unexpected {
			keys[i] = k
		}
		out = append(out, [2]any{"unexpected", keys})
	case NilBalance:
		out = append(out, [2]any{"nils", e.Nils})
	case WrongTotal:
		out = append(out, [2]any{"total", e.Total})
	case NegativeValue:
		ns := make([]any, len(e.Negative))
		for i, n := range e.Negative {
			ns[i] = n
		}
		out = append(out, [2]any{"negative", ns})
	}
	return append(out, [2]any{"op", result.Op{History: r.History, Pos: e.Op}})
}

// Findings shows the worst read of each type.
func (r *Result) Findings() (found []result.Finding) {
	for i := range r.Errors {
		f := &r.Errors[i]
		msg, op := "", f.Worst.Op
		switch e := &f.Worst; f.Type {
		case UnexpectedKey:
			msg = "a read shows accounts that do not exist: " + result.List(len(e.Unexpected), func(i int) string { return e.Unexpected[i].String() })
		case NilBalance:
			msg = "a read shows accounts without a balance: " + result.List(len(e.Nils), func(i int) string { return fmt.Sprint(e.Nils[i][0]) })
		case WrongTotal:
			e = f.furthest(r.Total)
			op = e.Op
			msg = fmt.Sprintf("the balances add up to %d, expected %d", e.Total, r.Total)
			switch {
			case f.Count == 1:
			case f.Lowest.Total == f.Highest.Total:
				msg += fmt.Sprintf("; all %d wrong reads show that total", f.Count)
			default:
				msg += fmt.Sprintf("; wrong totals range from %d to %d; the one furthest off is shown", f.Lowest.Total, f.Highest.Total)
			}
		case NegativeValue:
			msg = "a read shows negative balances: " + result.List(len(e.Negative), func(i int) string { return fmt.Sprint(e.Negative[i]) })
		}
		found = append(found, result.Finding{Type: f.Type, Count: f.Count, Msg: msg, Ops: []int{op}})
	}
	return found
}

// furthest is the wrong total that is furthest off. Worst need not be: it is found with the
// precision of Jepsen's badness.
func (f *Errors) furthest(total int64) *Error {
	off := func(e *Error) uint64 { return uint64(max(e.Total, total)) - uint64(min(e.Total, total)) }
	worst := &f.Worst
	for _, e := range []*Error{&f.Lowest, &f.Highest} {
		if off(e) > off(worst) {
			worst = e
		}
	}
	return worst
}

// Definite reports whether an invalid verdict stands even if ops are missing from
// the history: it does if the total was given, since one read is enough then.
func (r *Result) Definite() bool { return r.given && len(r.Errors) > 0 }
