package perf

import "fmt"

// Doubts are clauses on what the times of a history do not tell: ops that are in no series,
// operations that are in no latency. There are none if every op has a usable time.
func (s *Summary) Doubts() (out []string) {
	switch {
	case !s.Timed && s.Ops > 0:
		out = append(out, "the ops have no usable times: nothing is known of latencies and rates")
	case s.Untimed == 1:
		out = append(out, "1 op has no usable time and is left out of latencies and rates")
	case s.Untimed > 1:
		out = append(out, fmt.Sprintf("%d ops have no usable time and are left out of latencies and rates", s.Untimed))
	}
	if !s.Invoked && s.Total.Operations() > 0 {
		out = append(out, "no invocations were recorded: nothing is known of latencies")
	}
	if n := s.Backward; n > 0 {
		operations := "operations"
		if n == 1 {
			operations = "operation"
		}
		out = append(out, fmt.Sprintf("%d %s ended before beginning, by their times, and so counted in no latency: do not trust the others, or the rates", n, operations))
	}
	return out
}
