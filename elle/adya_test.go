package elle_test

import (
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// TestRegisterLevels: models between read committed and serializable are decided
// as if all orders of the versions of all registers were tried.
func TestRegisterLevels(t *testing.T) {
	t.Parallel()
	holds, breaks := map[string]int{}, map[string]int{}
	compare := func(t *testing.T, ts oracle.Txns) {
		h := historyOf(t, ts)
		if forgets(ts) || refused(t, ts, h) {
			return
		}
		for _, m := range []oracle.Model{{Name: "repeatable-read", Holds: oracle.RepeatableRead}, {Name: "consistent-view", Holds: oracle.ConsistentView}} {
			res := checkWith(t, h, assume(oracle.KeyOptions{}, m.Name))
			switch want := m.Holds(ts); {
			case want && res.Valid == verdict.Invalid:
				t.Fatalf("false alarm: %v\nis %s, but %v", ts, m.Name, res.Types())
			case !want && res.Valid != verdict.Invalid:
				t.Fatalf("missed: %v\nis not %s", ts, m.Name)
			case want:
				holds[m.Name]++
			default:
				breaks[m.Name]++
			}
		}
	}
	tinyRegisters(t, 3000, compare)
	n := 0
	for ts := range oracle.ExhaustiveRegisters(2, 3, 2, false) {
		if n++; sample(n, 7) {
			compare(t, ts)
		}
	}
	t.Logf("holds %v, breaks %v", holds, breaks)
}

// forgets reports whether a committed transaction read a register other than it
// had written it, which these models allow.
func forgets(ts oracle.Txns) bool {
	for _, t := range ts {
		last := map[int]int{}
		for _, m := range t.Ops {
			v, wrote := last[m.Key]
			switch {
			case m.Append:
				last[m.Key] = m.Elem
			case wrote && t.Status == oracle.OK && (len(m.List) == 0 || m.List[0] != v):
				return true
			}
		}
	}
	return false
}
