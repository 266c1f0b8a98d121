package runnertest_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/seed-c33ae711/jcheck/runner"
	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/runner/runnertest"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// register is a database in memory. One that forgets answers some reads with an old value.
type register struct {
	mu      sync.Mutex
	values  []any
	forgets bool
}

func (r *register) invoke(_ context.Context, op gen.Op) (gen.Op, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if op.F == "write" {
		r.values = append(r.values, op.Value)
		return op.As(gen.OK), nil
	}
	n := len(r.values) - 1
	if r.forgets && n%10 == 9 {
		n -= 5
	}
	if n < 0 {
		return op.As(gen.OK).With(nil), nil
	}
	return op.As(gen.OK).With(r.values[n]), nil
}

func test(forgets bool) *runner.Test {
	r := &register{forgets: forgets}
	return &runner.Test{
		Nodes: []string{"n1"}, Concurrency: 5, Client: runner.ClientFunc(r.invoke),
		Generator: gen.Clients(gen.Limit(1000, gen.Mix(gen.Repeat(gen.Call("read", nil)), gen.Count(func(i int) gen.Op { return gen.Op{F: "write", Value: i} })))),
	}
}

func TestRun(t *testing.T) {
	res := runnertest.Run(t, test(false))
	if !res.Complete || res.Stats.OK != 1000 {
		t.Errorf("%+v", res)
	}
}

func TestJudge(t *testing.T) {
	_, v, said := runnertest.Judge(t, test(true))
	if v != verdict.Invalid || !strings.Contains(said, "no order of the operations explains") {
		t.Errorf("%v: %s", v, said)
	}
}
