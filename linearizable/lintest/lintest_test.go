package lintest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/seed-c33ae711/jcheck/linearizable"
	"github.com/seed-c33ae711/jcheck/linearizable/lintest"
)

// counter adds 1 and says what it was before, as the object should.
var counter = linearizable.Object[int, string, int]{
	Step: func(n int, in string, out int) (int, bool) {
		if in == "add" {
			return n + 1, out == n
		}
		return n, out == n
	},
	Pending: func(n int, in string) (int, bool) {
		if in == "add" {
			n++
		}
		return n, true
	},
	ReadOnly: func(in string) bool { return in == "get" },
	Describe: func(in string, out int, pending bool) string {
		if pending {
			return in
		}
		return fmt.Sprintf("%s, and got %d", in, out)
	},
}

// good counts well.
type good struct{ n atomic.Int64 }

func (c *good) add() int { return int(c.n.Add(1)) - 1 }
func (c *good) get() int { return int(c.n.Load()) }

// broken reads, lets others run, and writes: it loses what they added.
type broken struct{ n atomic.Int64 }

func (c *broken) add() int {
	n := c.n.Load()
	runtime.Gosched()
	c.n.Store(n + 1)
	return int(n)
}
func (c *broken) get() int { return int(c.n.Load()) }

// use runs clients on a counter. One in a hundred does not wait for its answer.
func use(rec *lintest.Recorder[int, string, int], clients, times int, add, get func() int) {
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for i := range times {
				in, do := "add", add
				if i%3 == 0 {
					in, do = "get", get
				}
				call := rec.Call(client, in)
				out := do()
				if i%100 == 99 {
					call.Unknown()
					return
				}
				call.Return(out)
			}
		})
	}
	wg.Wait()
}

// fake is a test that fails without its failing this one.
type fake struct {
	testing.TB
	dir      string
	failures []string
}

func (f *fake) Errorf(format string, args ...any) {
	f.failures = append(f.failures, fmt.Sprintf(format, args...))
}
func (f *fake) ArtifactDir() string { return f.dir }

func TestGood(t *testing.T) {
	c := &good{}
	rec := lintest.New(counter)
	use(rec, 8, 2000, c.add, c.get)
	rec.Check(t)
}

// TestCleanup: a check may come when the test's context has ended.
func TestCleanup(t *testing.T) {
	c := &good{}
	rec := lintest.New(counter)
	t.Cleanup(func() { rec.Check(t) })
	use(rec, 2, 10, c.add, c.get)
}

func TestBroken(t *testing.T) {
	c := &broken{}
	rec := lintest.New(counter)
	use(rec, 8, 2000, c.add, c.get)
	f := &fake{TB: t, dir: t.TempDir()}
	rec.Check(f)
	if len(f.failures) != 1 || !strings.HasPrefix(f.failures[0], "not linearizable\n") {
		t.Fatalf("%q", f.failures)
	}
	t.Log(f.failures[0])
	lines, err := os.ReadFile(filepath.Join(f.dir, "operations.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var row struct{ Op, Client, Call int }
	n := 0
	for line := range bytes.Lines(lines) {
		if err := json.Unmarshal(line, &row); err != nil || row.Op != n {
			t.Fatalf("%s: %v", line, err)
		}
		n++
	}
	if n != len(rec.Operations()) {
		t.Errorf("%d lines, %d operations", n, len(rec.Operations()))
	}
	for _, name := range []string{"explanation.txt", "porcupine.html"} {
		if info, err := os.Stat(filepath.Join(f.dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNothing(t *testing.T) {
	f := &fake{TB: t, dir: t.TempDir()}
	lintest.New(counter).Check(f)
	if len(f.failures) != 1 || !strings.Contains(f.failures[0], "there is no operation to judge") {
		t.Errorf("%q", f.failures)
	}
}

// TestMisuse: one client that does two things at a time, and a call that returns
// twice.
func TestMisuse(t *testing.T) {
	rec := lintest.New(counter)
	a, b := rec.Call(1, "add"), rec.Call(1, "add")
	a.Return(0)
	b.Return(1)
	f := &fake{TB: t, dir: t.TempDir()}
	rec.Check(f)
	want := (&linearizable.OperationError{Op: 1, Msg: "client 1 calls at 2 while its operation 0 runs, from 1 to 3"}).Error()
	if len(f.failures) != 1 || f.failures[0] != "lintest: "+want {
		t.Errorf("%q, want %q", f.failures, want)
	}
	defer func() {
		if recover() == nil {
			t.Error("a call returns twice")
		}
	}()
	a.Return(2)
}

// TestKeys: of several objects, the picture is of the one that failed.
func TestKeys(t *testing.T) {
	o := linearizable.Object[int, [2]string, int]{
		Step: func(n int, in [2]string, out int) (int, bool) { return counter.Step(n, in[1], out) },
		Key:  func(in [2]string) any { return in[0] },
	}
	rec := lintest.New(o)
	for i := range 1000 {
		rec.Call(0, [2]string{"x", "add"}).Return(i)
		rec.Call(1, [2]string{"y", "add"}).Return(i)
	}
	rec.Call(1, [2]string{"y", "get"}).Return(999)
	f := &fake{TB: t, dir: t.TempDir()}
	rec.Check(f)
	if len(f.failures) != 1 || !strings.Contains(f.failures[0], "of object y") {
		t.Errorf("%q", f.failures)
	}
	html, err := os.ReadFile(filepath.Join(f.dir, "porcupine.html"))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(html, []byte("[y add]")); n != 200 || bytes.Contains(html, []byte("[x add]")) {
		t.Errorf("%d operations are drawn", n)
	}
}

// What Check reports for a counter from which two clients got the same value.
func ExampleRecorder() {
	counter := linearizable.Object[int, int, int]{
		Step: func(state, in, out int) (int, bool) { return state + in, out == state+in },
	}
	rec := lintest.New(counter)
	a := rec.Call(0, 1)
	b := rec.Call(1, 1)
	a.Return(1)
	b.Return(1)

	ops := rec.Operations() // a test calls rec.Check(t)
	out, err := counter.Check(context.Background(), ops, rec.Options)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(counter.Explain(ops, out))
	// Output:
	// not linearizable
	// no order of the operations explains how this one ended:
	//   operation 1, client 1, 2 to 4: 1 -> 1
	// when it returned, these ran too:
	//   none
	// just before, the object may have been:
	//   1, after operation 0, client 0, 1 to 3: 1 -> 1
}

// BenchmarkCall is what recording costs.
func BenchmarkCall(b *testing.B) {
	rec := lintest.New(counter)
	var client atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		me := int(client.Add(1))
		for pb.Next() {
			rec.Call(me, "add").Return(1)
		}
	})
}
