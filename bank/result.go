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
		msg := ""
		switch e := &f.Worst; f.Type {
		case UnexpectedKey:
			msg = "a read has unknown accounts: " + result.List(len(e.Unexpected), func(i int) string { return e.Unexpected[i].String() })
		case NilBalance:
			msg = "a read has accounts without a balance: " + result.List(len(e.Nils), func(i int) string { return fmt.Sprint(e.Nils[i][0]) })
		case WrongTotal:
			msg = fmt.Sprintf("the balances add up to %d, expected %d", e.Total, r.Total)
			if f.Count > 1 {
				msg += fmt.Sprintf("; totals range from %d to %d; the one furthest off is shown", f.Lowest.Total, f.Highest.Total)
			}
		case NegativeValue:
			msg = "a read has negative balances: " + result.List(len(e.Negative), func(i int) string { return fmt.Sprint(e.Negative[i]) })
		}
		found = append(found, result.Finding{Type: f.Type, Count: f.Count, Msg: msg, Ops: []int{f.Worst.Op}})
	}
	return found
}

// Definite reports whether an invalid verdict stands even if ops are missing from
// the history: it does if the total was given, since one read is enough then.
func (r *Result) Definite() bool { return r.given && len(r.Errors) > 0 }
