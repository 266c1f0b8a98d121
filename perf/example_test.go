package perf_test

import (
	"context"
	"fmt"

	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/perf"
)

func ExampleMeasure() {
	const ms = 1_000_000
	b := history.NewBuilder(nil)
	for _, e := range []history.Entry{
		{Type: history.Invoke, Process: 0, F: "read", Time: 0},
		{Type: history.OK, Process: 0, F: "read", Time: 3 * ms},
		{Type: history.Info, Nemesis: true, F: "kill", Time: 4 * ms},
		{Type: history.Invoke, Process: 0, F: "read", Time: 5 * ms},
		{Type: history.Info, Process: 0, F: "read", Time: 500 * ms},
		{Type: history.Info, Nemesis: true, F: "start", Time: 600 * ms},
	} {
		if err := b.Append(e); err != nil {
			fmt.Println(err)
		}
	}
	h, err := b.History()
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := perf.Measure(context.Background(), h, perf.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	read := s.ByF[0]
	fmt.Println(read.Name, "ok", read.Done[perf.OK], "info", read.Done[perf.Info], "p50", read.Latency.OK.P50/ms, "ms")
	for _, l := range s.Lanes {
		for _, v := range l.Intervals {
			fmt.Println(l.Name, "from", v.From/ms, "to", v.To/ms, "ms")
		}
	}
	// Output:
	// read ok 1 info 1 p50 3 ms
	// kill from 4 to 600 ms
}
