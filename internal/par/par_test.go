package par

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// everywhere runs a test on one core and on several.
func everywhere(t *testing.T, f func(t *testing.T)) {
	for _, n := range []int{1, 4} {
		t.Run(fmt.Sprint("procs=", n), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
			f(t)
		})
	}
}

func TestDo(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		for _, n := range []int{-1, 0, 1, 2, 1000} {
			calls := make([]atomic.Int32, max(n, 0))
			if err := Do(t.Context(), n, func(i int) error { calls[i].Add(1); return nil }); err != nil {
				t.Fatal(err)
			}
			for i := range calls {
				if c := calls[i].Load(); c != 1 {
					t.Errorf("n=%d: %d was called %d times", n, i, c)
				}
			}
		}
	})
}

// A later piece of work fails first, an earlier one fails nevertheless.
func TestSmallestErrorWins(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		for range 50 {
			late := make(chan struct{})
			err := Do(t.Context(), 100, func(i int) error {
				switch {
				case i == 2 && MaxWorkers() > 1:
					<-late
				case i == 3:
					close(late)
				case i < 2:
					return nil
				}
				return fmt.Errorf("error of %d", i)
			})
			if err == nil || err.Error() != "error of 2" {
				t.Fatalf("got %v", err)
			}
		}
	})
}

func TestErrorStops(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		var calls atomic.Int64
		boom := errors.New("boom")
		err := Do(t.Context(), 1_000_000, func(i int) error {
			calls.Add(1)
			return boom
		})
		if !errors.Is(err, boom) || calls.Load() > int64(MaxWorkers()) {
			t.Errorf("%v after %d calls", err, calls.Load())
		}
	})
}

func TestPanic(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		for _, where := range []string{"work", "start", "nested"} {
			t.Run(where, func(t *testing.T) {
				defer func() {
					v := fmt.Sprint(recover())
					if !strings.HasPrefix(v, "broken invariant") || !strings.Contains(v, "par_test.go") {
						t.Errorf("recovered %q", v)
					}
				}()
				_ = Workers(t.Context(), 10, func(int) func(int) error {
					if where == "start" {
						panic("broken invariant")
					}
					return func(i int) error {
						if where == "nested" {
							return Guard(func() error { panic("broken invariant") })
						}
						switch {
						case i < 5:
							return nil
						case i == 5:
							panic("broken invariant")
						}
						return errors.New("an error of less weight")
					}
				})
				t.Error("no panic")
			})
		}
	})
}

func TestCancel(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var calls atomic.Int64
		err := Do(ctx, 1_000_000, func(i int) error {
			if i == 100 {
				cancel()
			}
			calls.Add(1)
			return nil
		})
		if !errors.Is(err, context.Canceled) || calls.Load() > 101+10*int64(MaxWorkers()) {
			t.Errorf("%v after %d calls", err, calls.Load())
		}
		if err := Do(ctx, 10, func(int) error { t.Error("called"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if err := Do(ctx, 0, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("no work: got %v", err)
		}
	})
}

func TestDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	err := Do(ctx, 1<<30, func(int) error { time.Sleep(100 * time.Microsecond); return nil })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// Each worker has its own scratch space and a number of its own.
func TestWorkers(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		started := make([]atomic.Int32, MaxWorkers())
		var sum atomic.Int64
		err := Workers(t.Context(), 1000, func(worker int) func(int) error {
			started[worker].Add(1)
			scratch := 0 // the race detector would see it shared
			return func(i int) error {
				scratch += i
				sum.Add(int64(i))
				return nil
			}
		})
		if err != nil || sum.Load() != 1000*999/2 {
			t.Errorf("sum is %d, %v", sum.Load(), err)
		}
		for w := range started {
			if started[w].Load() > 1 {
				t.Errorf("worker %d was started %d times", w, started[w].Load())
			}
		}
	})
}

func TestGuard(t *testing.T) {
	boom := errors.New("boom")
	if err := Guard(func() error { return boom }); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	if err := Guard(func() error { return nil }); err != nil {
		t.Errorf("got %v", err)
	}
	defer func() {
		if v := fmt.Sprint(recover()); !strings.Contains(v, "nil pointer") {
			t.Errorf("recovered %q: a nil pointer is not a fault of a file", v)
		}
	}()
	var p *int
	_ = Guard(func() error { *p = 1; return nil })
}
