package states

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/perf"
)

// describe writes charts, a series to a line.
func describe(t *testing.T, h *history.History, opt perf.Options) string {
	t.Helper()
	charts, err := Charts(context.Background(), h, opt)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range charts {
		for _, s := range c.Series {
			line := c.Name + " " + s.Name + ":"
			for _, p := range s.Points {
				if line += fmt.Sprintf(" %d:%v", p.Time/1e6, p.Low); s.Kind == perf.Band {
					line += fmt.Sprintf("-%v", p.High)
				}
			}
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// chartTests are histories by name, with the series that are drawn of them.
var chartTests = map[string]struct{ ops, want string }{
	"bank": {`
i 0 transfer {:from 0 :to 1 :amount 3} @1
o 0 transfer {:from 0 :to 1 :amount 3} @2
i 0 read nil @3
o 0 read {0 7, 1 3} @4
i 1 read nil @5
o 1 read {0 7, 1 4, 2 nil} @6
i 2 read nil @7
o 2 read {0 10} @8`, `bank n1: 4:10 8:10
bank n2:
bank another total: 6:11`},
	"counter": {`
i 0 add 3 @1
i 1 read nil @2
o 1 read 3 @3
o 0 add 3 @4
i 1 read nil @5
o 1 read 2 @6`, `counter least to most: 3:0-3 6:3-3
counter reads: 3:3
counter wrong reads: 6:2`},
	"set": {`
i 0 add 1 @1
o 0 add 1 @2
i 1 add 2 @3
i 2 read nil @5
o 2 read #{1} @6
i 2 read nil @7
o 2 read #{2} @8`, `set least to most: 1:0-1 2:1-1 3:1-2
set reads: 6:1 8:1
set lost, when known: 2:1
set-elements seen: 2:0
set-elements stale:
set-elements not known yet: 1:0 3:1
set-elements lost: 5:0`},
	"queue": {`
i 0 enqueue 1 @1
o 0 enqueue 1 @2
i 1 enqueue 2 @3
x 1 enqueue 2 @4
i 0 enqueue 3 @5
n 0 enqueue 3 @6
i 2 dequeue nil @7
o 2 dequeue 1 @8
i 2 drain nil @9
o 2 drain [3] @10`, `queue least to most: 1:0-1 2:1-1 3:1-2 4:1-1 5:1-2 8:0-1 10:0-0`},
	"log": {`
i 0 send [[:send 0 7]] @1
o 0 send [[:send 0 [3 7]]] @2
i 1 txn [[:send 1 8] [:send 0 9]] @3
o 1 txn [[:send 1 [0 8]] [:send 0 [5 9]]] @4
i 2 poll [[:poll]] @5
o 2 poll [[:poll {0 [[3 7]], 1 [[0 8]]}]] @6
i 2 poll [[:poll]] @7
o 2 poll [[:poll {0 [[3 7] [5 9]]}]] @8`, `unseen key 0: 2:0-1 4:0-2 6:0-1 8:0-0
unseen key 1: 2:1-1 4:2-3 6:1-1 8:0-0
realtime-lag-thread thread 1: 3:0
realtime-lag-thread thread 2: 5:0.001 7:0
realtime-lag-key key 0: 3:0 5:0.001 7:0
realtime-lag-key key 1: 3:0 5:0 7:0
realtime-lag-thread-key thread 1 key 0: 3:0
realtime-lag-thread-key thread 1 key 1: 3:0
realtime-lag-thread-key thread 2 key 0: 5:0.001 7:0
realtime-lag-thread-key thread 2 key 1: 5:0 7:0`},
	"register": {`
i 0 write 1 @1
o 0 write 1 @2
i 1 read nil @3
o 1 read 1 @4`, ``},
	"no counter": {`
i 0 add 1 @1
o 0 add 1 @2
i 1 read nil @3
o 1 read "x" @4`, ``},
}

func TestCharts(t *testing.T) {
	for name, c := range chartTests {
		if got := describe(t, histtest.Parse(t, c.ops), perf.Options{Nodes: []string{"n1", "n2"}}); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

// TestThin: however many points there are, few are kept, and the extremes of each part of the time.
func TestThin(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 4000, 5000, 100_000} {
		s := perf.Series{Kind: perf.Dots}
		lo, hi := 2.0, -1.0
		for i := range n {
			v := r.Float64()
			lo, hi = min(lo, v), max(hi, v)
			s.Add(perf.Point{Time: int64(i) * 1000, Low: v, High: v, Op: i})
		}
		s.Done()
		gotLo, gotHi := 2.0, -1.0
		for _, p := range s.Points {
			gotLo, gotHi = min(gotLo, p.Low), max(gotHi, p.High)
		}
		if len(s.Points) > 5000 || gotLo != lo || gotHi != hi || s.Count != n || s.Points[len(s.Points)-1].Op != n-1 {
			t.Errorf("of %d points, %d: %v to %v, want %v to %v", n, len(s.Points), gotLo, gotHi, lo, hi)
		}
	}
}
