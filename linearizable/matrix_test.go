package linearizable_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/simulate"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A cell is a register of the matrix.
type cell struct {
	kind            simulate.Kind
	values, clients int
	crash           float64
	ops             int
	bug             bool
}

func (c cell) String() string {
	return fmt.Sprintf("model=%s/values=%d/clients=%d/crash=%g/ops=%d/bug=%v", c.kind, c.values, c.clients, c.crash, c.ops, c.bug)
}

// object returns the history of a cell, with about two operations that go wrong if
// it has a bug.
func (c cell) object() simulate.Object {
	o := simulate.Object{Kind: c.kind, Operations: c.ops, Clients: c.clients, Values: c.values, CrashRate: c.crash, Seed: 1}
	if c.bug {
		o.BugRate = 2 / float64(c.ops)
	}
	return o
}

// matrix are registers with few values, which tests of databases mostly have.
func matrix() (cells []cell) {
	for _, kind := range []simulate.Kind{simulate.Register, simulate.CASRegister} {
		for _, values := range []int{2, 5, 20} {
			for _, clients := range []int{5, 20, 100} {
				for _, crash := range []float64{0, 0.01, 0.05} {
					for _, ops := range []int{1000, 10_000, 100_000} {
						for _, bug := range []bool{false, true} {
							cells = append(cells, cell{kind, values, clients, crash, ops, bug})
						}
					}
				}
			}
		}
	}
	return cells
}

// matrixTime is how long a checker may take for a cell.
const matrixTime = 10 * time.Second

// BenchmarkMatrix is both checkers on each cell of the matrix. Where Porcupine has no
// answer in matrixTime, it is skipped; where it has, ratio is our time by its. Once each
// is enough:
//
//	go test -run '^$' -bench Matrix -benchtime 1x -timeout 0 ./linearizable
func BenchmarkMatrix(b *testing.B) {
	for _, c := range matrix() {
		b.Run(c.String(), func(b *testing.B) {
			h := object(b, c.object())
			m := must[linearizable.Model](b)(linearizable.ByName(c.kind.String(), ""))
			var took time.Duration // an op of ours
			b.Run("checker=jcheck", func(b *testing.B) {
				for b.Loop() {
					ctx, cancel := context.WithTimeout(context.Background(), matrixTime)
					res, err := linearizable.Check(ctx, h, m, linearizable.Options{})
					cancel()
					if err != nil || res.Valid == verdict.Unknown {
						b.Fatal(err, res.Reason)
					}
				}
				took = b.Elapsed() / time.Duration(b.N)
			})
			list := casOps(b, h, false)
			b.Run("checker=porcupine", func(b *testing.B) {
				for b.Loop() {
					if porcupine.CheckOperationsTimeout(casModel, list, matrixTime) == porcupine.Unknown {
						b.Skip("no answer")
					}
				}
				if took > 0 {
					b.ReportMetric(float64(took)*float64(b.N)/float64(b.Elapsed()), "ratio")
				}
			})
		})
	}
}
