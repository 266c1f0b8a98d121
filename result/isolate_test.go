package result_test

import (
	"errors"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/par"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

type fault struct{ error }

func (fault) Addr() uintptr { return 7 }

// Whatever goes wrong with a check, its result is unknown and says why.
func TestIsolate(t *testing.T) {
	plain := errors.New("plain")
	for name, check := range map[string]func() (result.Result, error){
		"error": func() (result.Result, error) { return nil, plain },
		"panic": func() (result.Result, error) { panic("oh") },
		"fault": func() (result.Result, error) { panic(fault{}) },
	} {
		r := result.Isolate(check)
		errs := result.Errors(&result.Group{Members: []result.Member{{Name: name, Result: &result.Keyed{Keys: []result.Key{{Result: r}}}}}})
		if r.Verdict() != verdict.Unknown || len(errs) != 1 {
			t.Fatalf("%s: %s, %v", name, r.Verdict(), errs)
		}
		panicked, faulted := new(result.PanicError), new(par.FaultError)
		if got := map[string]bool{"error": errors.Is(errs[0], plain), "panic": errors.As(errs[0], &panicked), "fault": errors.As(errs[0], &faulted)}; !got[name] {
			t.Errorf("%s: %v", name, errs[0])
		}
	}
	good := &result.Keyed{}
	if r := result.Isolate(func() (result.Result, error) { return good, nil }); r != result.Result(good) {
		t.Errorf("a result becomes %v", r)
	}
}

func TestGroup(t *testing.T) {
	valid := &result.Keyed{}
	valid.Valid = verdict.Valid
	g := &result.Group{Members: []result.Member{{Name: "a", Result: valid}}}
	if v := g.Verdict(); v != verdict.Valid {
		t.Error(v)
	}
	if g.Reason = "nothing"; g.Verdict() != verdict.Unknown {
		t.Error(g.Verdict())
	}
	invalid := &result.Keyed{}
	invalid.Valid = verdict.Invalid
	if g.Members = append(g.Members, result.Member{Name: "b", Result: invalid}); g.Verdict() != verdict.Invalid {
		t.Error(g.Verdict())
	}
}
