package linearizable

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// latestLast tries every order of the calls that were ok before a culprit, with any of
// the others in between, and returns the latest that comes last of them.
func latestLast(m machine, calls []searchOp, culprit int32) int32 {
	best := int32(-1)
	var try func(done uint64, state, last int32)
	try = func(done uint64, state, last int32) {
		first, complete := int32(never), true // the earliest return of what has not taken effect
		for i, c := range calls {
			if done>>i&1 == 0 && c.ret < culprit {
				complete = false
				first = min(first, c.ret)
			}
		}
		if complete {
			best = max(best, last)
			return
		}
		for i, c := range calls {
			if done>>i&1 == 0 && c.inv < first && c.inv < culprit {
				if next := m.step(state, c.t); next != illegal {
					at := last
					if c.ret < culprit {
						at = c.ret
					}
					try(done|1<<i, next, at)
				}
			}
		}
	}
	try(0, m.initial(), -1)
	return best
}

// TestLastOp compares with every order which operation can have taken effect last
// before a failure.
func TestLastOp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	ts := []transition{{f: opRead}, {f: opRead, a: 1}, {f: opRead, a: 2}, {f: opWrite, a: 1}, {f: opWrite, a: 2}, {f: opCAS, a: 1, b: 2}}
	m := Model{kind: kinds[1]}
	failed, earlier := 0, 0
	for range 20_000 {
		ops := randomOps(r, 2+r.IntN(7), 1+r.IntN(4), len(ts), 0.2)
		o := &object{v: &vocabulary{}, ts: ts}
		var parts []operation
		for i := range ops {
			op := &ops[i]
			if op.id = op.ret; op.ret == never {
				op.id = op.inv
			}
			o.calls = append(o.calls, call{op: op.id, inv: op.inv, ret: op.ret, t: op.t})
			parts = append(parts, operation{op.inv, op.ret})
		}
		j := newJob(&check{m: &m}, o)
		if j.open() {
			j.run(context.Background(), 1<<20, 1<<28)
		}
		if j.part.Valid != verdict.Invalid {
			continue
		}
		if err := j.explain(context.Background()); err != nil {
			t.Fatal(err)
		}
		culprit := int32(j.part.Culprit)
		var before []operation
		for _, p := range parts {
			if p.done < culprit {
				before = append(before, p)
			}
		}
		if len(before) == 0 {
			continue
		}
		slices.SortFunc(before, func(a, b operation) int { return cmp.Compare(b.done, a.done) })
		got, want := j.lastOp(context.Background(), before), latestLast(j.machine(), ops, culprit)
		if int32(got) != want {
			t.Fatalf("%v: culprit %d, last %d, want %d", ops, culprit, got, want)
		}
		if failed++; want < before[0].done {
			earlier++
		}
	}
	t.Log(failed, earlier)
	if failed < 1000 || earlier < 100 {
		t.Errorf("%d failures, in %d of which the latest cannot be the last", failed, earlier)
	}
}

// TestAsKnossos: what means something else to Knossos.
func TestAsKnossos(t *testing.T) {
	op := func(process, typ, f, value string) string {
		return "{:process " + process + ", :type :" + typ + ", :f :" + f + ", :value " + value + "}\n"
	}
	ok := func(process, f, in, out string) string {
		return op(process, "invoke", f, in) + op(process, "ok", f, out)
	}
	for _, c := range []struct {
		name, model, text string
		keyed             Keying
		plain, knossos    verdict.Verdict
		previous          int // of the last part, with Knossos
	}{
		{"dequeue of nothing", "fifo-queue", ok("0", "dequeue", "nil", "nil") + ok("0", "enqueue", "1", "1"), Detected, verdict.Valid, verdict.Invalid, -1},
		{"dequeue of nil", "fifo-queue", ok("0", "enqueue", "nil", "nil") + ok("0", "dequeue", "nil", "nil"), Detected, verdict.Invalid, verdict.Valid, 0},
		{"pop of nothing", "stack", ok("0", "pop", "nil", "nil") + ok("0", "push", "1", "1"), Detected, verdict.Valid, verdict.Valid, 0},
		{"read of nil before", "register", ok("0", "write", "1", "1") + ok("0", "read", "nil", "nil") + ok("0", "read", "nil", "2"), Detected, verdict.Invalid, verdict.Invalid, 3},
		{"a value without a key", "register", ok("0", "write", "[1 5]", "[1 5]") + ok("0", "write", "6", "6") + ok("1", "read", "[1 nil]", "[1 5]"), Keyed, verdict.Unknown, verdict.Invalid, 3},
		{"on every key", "register", ok("0", "write", "6", "6") + ok("1", "read", "[1 nil]", "[1 6]") + ok("1", "read", "[2 nil]", "[2 6]"), Keyed, verdict.Unknown, verdict.Valid, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := format.ReadBytes(context.Background(), "h", []byte(c.text), format.Options{})
			if err != nil {
				t.Fatal(err)
			}
			m, err := ByName(c.model, "")
			if err != nil {
				t.Fatal(err)
			}
			if res, err := Check(context.Background(), h, m, Options{Keyed: c.keyed}); err != nil != (c.plain == verdict.Unknown) || err == nil && res.Valid != c.plain {
				t.Errorf("%v, %v, want %v", res, err, c.plain)
			}
			res, err := Check(context.Background(), h, m, Options{Keyed: c.keyed, Knossos: true})
			if err != nil {
				t.Fatal(err)
			}
			if res.Valid != c.knossos {
				t.Errorf("as Knossos: %v, want %v", res.Valid, c.knossos)
			}
			if p := res.Parts[len(res.Parts)-1]; res.Valid == verdict.Invalid {
				if p.PreviousOK != c.previous || p.LastOp != c.previous {
					t.Errorf("previous %d, last %d, want %d", p.PreviousOK, p.LastOp, c.previous)
				}
				if kept, _, err := Shrink(context.Background(), res, m, &p, Options{}); err != nil || len(kept) == 0 {
					t.Errorf("%v, %v", kept, err)
				}
			}
		})
	}
}
