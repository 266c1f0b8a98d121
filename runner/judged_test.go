package runner_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/store"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A register is one value in memory. One that forgets has its first value again after a hundred writes.
type register struct {
	mu      sync.Mutex
	value   any
	writes  int
	forgets bool
}

func (r *register) invoke(_ context.Context, op gen.Op) (gen.Op, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if op.F == "read" && r.forgets && r.writes > 100 {
		return op.As(gen.OK).With(-1), nil
	}
	if op.F == "read" {
		return op.As(gen.OK).With(r.value), nil
	}
	r.writes++
	r.value = op.Value
	return op.As(gen.OK), nil
}

// What a run stores is judged by the checks as any history is.
func TestRunsAreJudged(t *testing.T) {
	for _, c := range []struct {
		name    string
		forgets bool
		want    verdict.Verdict
	}{{"register", false, verdict.Valid}, {"register that forgets", true, verdict.Invalid}} {
		t.Run(c.name, func(t *testing.T) {
			reg := &register{forgets: c.forgets}
			g := gen.Phases(
				gen.Clients(gen.Call("write", -1)), // reads find a value always
				gen.Clients(gen.Limit(500, gen.Mix(
					gen.Repeat(gen.Call("read", nil)),
					gen.Count(func(i int) gen.Op { return gen.Op{F: "write", Value: i} })))))
			test := newTest(t, 5, g, reg.invoke)
			var got verdict.Verdict
			test.Analyze = func(ctx context.Context, dir string) (err error) {
				got, err = judge(ctx, dir, "linearizable")
				return err
			}
			run(t, test)
			if got != c.want {
				t.Errorf("verdict %s, expected %s", got, c.want)
			}
		})
	}
}

// judge reads a run back and checks it.
func judge(ctx context.Context, dir, check string) (verdict.Verdict, error) {
	run, err := store.OpenRun(dir)
	if err != nil {
		return verdict.Unknown, err
	}
	defer run.Close()
	h, err := run.History(ctx, store.Options{})
	if err != nil {
		return verdict.Unknown, err
	}
	c, err := checker.Named(check)
	if err != nil {
		return verdict.Unknown, err
	}
	res, err := checker.Run(ctx, h.History, []*checker.Checker{c}, checker.Options{})
	if err != nil {
		return verdict.Unknown, err
	}
	return res.Verdict(), nil
}

// Registers by key are judged each by itself.
func TestKeysAreJudged(t *testing.T) {
	var mu sync.Mutex
	registers := map[any]*register{}
	g := gen.ConcurrentKeys(2, []any{"x", "y", "z"}, func(any) gen.Gen {
		return gen.Phases(gen.Call("write", -1), gen.Limit(50, gen.Mix(
			gen.Repeat(gen.Call("read", nil)),
			gen.Func(func(r *rand.Rand, _ *gen.Ctx) gen.Op { return gen.Op{F: "write", Value: r.IntN(5)} }))))
	})
	test := newTest(t, 4, g, func(ctx context.Context, op gen.Op) (gen.Op, error) {
		tuple := op.Value.(gen.Tuple)
		mu.Lock()
		reg := registers[tuple.Key]
		if reg == nil {
			reg = &register{}
			registers[tuple.Key] = reg
		}
		mu.Unlock()
		out, err := reg.invoke(ctx, op.With(tuple.Value))
		return out.With(gen.Tuple{Key: tuple.Key, Value: out.Value}), err
	})
	res, _ := run(t, test)
	if got, err := judge(t.Context(), res.Dir, "linearizable"); err != nil || got != verdict.Valid {
		t.Error(got, err)
	}
}
