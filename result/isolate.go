package result

import (
	"fmt"
	"runtime/debug"

	"github.com/seed-c33ae711/jcheck/internal/par"
)

// Isolate runs a check and turns its failure into a result, so the results of others
// stand. A failure is an error, a panic, or a fault on a mapped file that shrank.
func Isolate(check func() (Result, error)) (r Result) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }:
			r = NewFailed(&par.FaultError{Addr: v.Addr()})
		default:
			r = NewFailed(&PanicError{Value: v, Stack: string(debug.Stack())})
		}
	}()
	r, err := check()
	if err != nil {
		return NewFailed(err)
	}
	return r
}

// A PanicError is an error of a checker itself.
type PanicError struct {
	Value any
	Stack string
}

func (e *PanicError) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// Errors returns the errors of checks, in a result and its parts, in order.
func Errors(r Result) (errs []error) {
	switch r := r.(type) {
	case *Failed:
		errs = append(errs, r.Err)
	case *Group:
		for _, m := range r.Members {
			errs = append(errs, Errors(m.Result)...)
		}
	case *Keyed:
		for _, k := range r.Keys {
			errs = append(errs, Errors(k.Result)...)
		}
	}
	return errs
}
