package gentest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/runner/gen"
	"github.com/seed-c33ae711/jcheck/runner/gen/gentest"
)

func ExampleSimulate() {
	g := gen.Clients(gen.UntilOK(gen.Repeat(gen.Call("read", nil))))
	history, err := gentest.Simulate(gen.NewCtx(1, nil), g, gentest.Imperfect())
	for _, op := range history {
		fmt.Println(op)
	}
	fmt.Println(err)
	// Output:
	// 0 invoke read <nil> at 0 ns
	// 0 fail read <nil> at 10 ns
	// 0 invoke read <nil> at 10 ns
	// 0 info read <nil> at 20 ns
	// 1 invoke read <nil> at 20 ns
	// 1 ok read <nil> at 30 ns
	// <nil>
}

// always emits one op, whoever is free.
type always struct{ op gen.Op }

func (g always) Next(*gen.Ctx) (gen.Op, gen.Kind, gen.Gen) { return g.op, gen.Ready, g }
func (g always) Update(*gen.Ctx, *gen.Op) gen.Gen          { return g }

func TestSimulateFaults(t *testing.T) {
	backwards := func(_ *gen.Ctx, op gen.Op) gen.Op {
		op.Time--
		return op.As(gen.OK)
	}
	for _, c := range []struct {
		name, want string
		g          gen.Gen
		complete   gentest.Completer
	}{
		{"stuck", gentest.ErrStuck.Error(), gen.NewPromise(), gentest.Perfect},
		{"busy", "process 0 is busy", always{gen.Op{Type: gen.Invoke}.On(0)}, gentest.Perfect},
		{"no thread", "no thread runs process 7", always{gen.Op{Type: gen.Invoke}.On(7)}, gentest.Perfect},
		{"no process", "expected an op with a process", always{gen.Op{Type: gen.Invoke}}, gentest.Perfect},
		{"a completion", "expected an op of type invoke, info, idle or message", always{gen.Op{Type: gen.OK}.On(0)}, gentest.Perfect},
		{"backwards", "expected a completion of", gen.Call("a", nil), backwards},
		{"endless", "has not ended", gen.Repeat(gen.Call("a", nil)), gentest.Quick},
	} {
		_, err := gentest.Simulate(gentest.Ctx(), c.g, c.complete)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.name == "stuck" && !errors.Is(err, gentest.ErrStuck) {
			t.Errorf("%v", err)
		}
	}
}
