package lint

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// Options say how to examine a history.
type Options struct {
	// Keyed says whether the values of operations that are not transactions are tuples
	// of a key and a value. The zero Keying detects it from the values.
	Keyed Keying
}

// Keying says whether a history is of several independent objects.
type Keying uint8

const (
	Detected Keying = iota
	Keyed
	OneObject
)

// A Result is the problems of a history, the worst first: in the order of
// [Rules].
type Result struct {
	result.Common
	Problems []Problem
}

// Check looks for problems. It reads h only, is safe for concurrent use, and
// gives the same result whatever the number of cores. The error is an
// *edn.SyntaxError, which names the place, if a value is malformed. If ctx ends
// the check, the verdict is Unknown.
func Check(ctx context.Context, h *history.History, opt Options) (*Result, error) {
	r := &Result{Common: result.Common{History: h}}
	var p problems
	err := par.Guard(func() error {
		c := scanColumns(h)
		c.report(&p)
		r.Summary = c.summary()
		v, err := readValues(ctx, h, opt, c)
		if err == nil {
			v.report(&p)
		}
		return err
	})
	if ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())) {
		r.Unknown("the check stopped early")
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	r.conclude(p.list())
	return r, nil
}

// conclude decides the verdict.
func (r *Result) conclude(list []Problem) {
	r.Problems = list
	r.Valid = verdict.Valid
	for _, w := range r.History.Warnings() {
		if _, ok := named(w.Code); !ok {
			r.Warnings = append(r.Warnings, w)
		}
	}
	for _, p := range list {
		c, _ := named(p.Code)
		if rules[c].Vacuous && r.Valid == verdict.Valid {
			r.Unknown("the history proves nothing: " + p.Msg)
		}
		if p.Severity == Warning {
			r.Warnings = append(r.Warnings, p.warning())
		}
	}
	if len(list) > 0 && list[0].Severity == Error { // errors come first
		r.Valid, r.Reason = verdict.Invalid, ""
	}
}

func (p *Problem) warning() verdict.Warning {
	return verdict.Warning{Code: p.Code, Count: p.Count, Msg: p.Msg}
}

// Fields has the problems, and how many there are of each severity.
func (r *Result) Fields() result.Fields {
	var n [Error + 1]int
	list := make([]any, len(r.Problems))
	for i, p := range r.Problems {
		n[p.Severity]++
		list[i] = result.Fields{
			{"code", p.Code}, {"severity", p.Severity.String()}, {"count", p.Count}, {"msg", p.Msg},
			{"why", p.Why}, {"fix", p.Fix}, {"ops", result.Ops(r.History, p.Ops)},
		}
	}
	return result.Fields{{"error-count", n[Error]}, {"warning-count", n[Warning]}, {"note-count", n[Note]}, {"problems", list}}
}

// Findings are the problems of severity error. The other ones are in Problems;
// those of severity warning are warnings of the result, too.
func (r *Result) Findings() (list []result.Finding) {
	for _, p := range r.Problems {
		if p.Severity == Error {
			list = append(list, result.Finding{Type: p.Code, Count: p.Count, Msg: p.Msg, Ops: p.Ops})
		}
	}
	return list
}

// Quick looks for problems that the columns of a history show, and examines no values
// except the errors of failed operations. It reports problems of severity warning or
// error that the history's own warnings do not include. Every check uses it for its
// warnings.
func Quick(h *history.History) []verdict.Warning {
	var p problems
	if err := par.Guard(func() error { scanColumns(h).report(&p); return nil }); err != nil {
		return nil // what cannot be read the check itself will tell
	}
	for _, w := range h.Warnings() {
		if c, ok := named(w.Code); ok {
			p[c] = nil
		}
	}
	var out []verdict.Warning
	for _, x := range p.list() {
		if x.Severity >= Warning {
			out = append(out, x.warning())
		}
	}
	return out
}

// count spells a number of things with what they do: "1 op has", "2 ops have".
func count(n int, what, one, many string) string {
	if n == 1 {
		return "1 " + what + " " + one
	}
	return fmt.Sprintf("%d %ss %s", n, what, many)
}
