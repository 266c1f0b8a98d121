//go:build unix

package linearizable_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"golang.org/x/sys/unix"

	"github.com/seed-c33ae711/jcheck/history"
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

// BenchmarkMatrix is both checkers on each cell of the matrix, from the history in memory to
// the verdict: Porcupine's operations are made of it, as ours are. It tells the CPU time of
// each, whatever the core, the garbage collector's with it; of cells that take less than a
// moment, the least of many runs. Where Porcupine has no answer in matrixTime, there is no
// ratio. The last line is the whole matrix:
//
//	go test -run '^$' -bench Matrix -benchtime 1x -timeout 0 ./linearizable
func BenchmarkMatrix(b *testing.B) {
	var sum tally
	for _, c := range matrix() {
		b.Run(c.String(), func(b *testing.B) {
			h := object(b, c.object())
			m := must[linearizable.Model](b)(linearizable.ByName(c.kind.String(), ""))
			ours := leastCPU(b, func() bool { return decides(b, h, m) })
			theirs := leastCPU(b, func() bool {
				return porcupine.CheckOperationsTimeout(casModel, casOps(b, h, false), matrixTime) != porcupine.Unknown
			})
			sum.add(c, ours, theirs)
			b.ReportMetric(0, "ns/op")
			if ours >= 0 {
				b.ReportMetric(ours.Seconds()*1e3, "jcheck-ms")
			}
			if theirs >= 0 {
				b.ReportMetric(theirs.Seconds()*1e3, "porcupine-ms")
			}
			if ours >= 0 && theirs >= 0 {
				b.ReportMetric(ours.Seconds()/theirs.Seconds(), "ratio")
			}
			if ours < 0 {
				b.Errorf("no answer in %s", matrixTime)
			}
		})
	}
	b.Log(sum)
}

// decides reports whether a check ends with a verdict in time.
func decides(b *testing.B, h *history.History, m linearizable.Model) bool {
	ctx, cancel := context.WithTimeout(context.Background(), matrixTime)
	defer cancel()
	res, err := linearizable.Check(ctx, h, m, linearizable.Options{})
	if err != nil {
		b.Fatal(err)
	}
	return res.Valid != verdict.Unknown
}

// leastCPU returns the least CPU time that f takes, of as many runs as a moment has room
// for, or -1 if it reports no success.
func leastCPU(b *testing.B, f func() bool) time.Duration {
	const moment = 200 * time.Millisecond
	runtime.GC()
	least := time.Duration(-1)
	for begin := time.Now(); least < 0 || time.Since(begin) < moment; {
		before := cpuTime(b)
		if !f() {
			return -1
		}
		if took := cpuTime(b) - before; least < 0 || took < least {
			least = took
		}
	}
	return least
}

// cpuTime is what the process took so far.
func cpuTime(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A tally is what the cells of a matrix come to.
type tally struct {
	cells, decided, answered, slower int
	ours, theirs                     time.Duration // of cells that Porcupine answers
	rest                             time.Duration // ours of the others
	worst                            float64
	worstCell                        cell
}

func (t *tally) add(c cell, ours, theirs time.Duration) {
	t.cells++
	if ours >= 0 {
		t.decided++
	}
	if theirs < 0 {
		t.rest += max(ours, 0)
		return
	}
	t.answered++
	t.ours, t.theirs = t.ours+ours, t.theirs+theirs
	ratio := ours.Seconds() / theirs.Seconds()
	if ratio > 1 {
		t.slower++
	}
	if ratio > t.worst {
		t.worst, t.worstCell = ratio, c
	}
}

func (t tally) String() string {
	return fmt.Sprintf("of %d cells, jcheck decides %d; Porcupine answers %d, in %s CPU time where jcheck takes %s; jcheck is slower on %d, at most %.2f times (%s); the other cells take jcheck %s",
		t.cells, t.decided, t.answered, t.theirs, t.ours, t.slower, t.worst, t.worstCell, t.rest)
}
