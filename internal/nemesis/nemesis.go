// Package nemesis derives from the ops of a nemesis which faults were active when.
//
// A fault begins with one :f and ends with another. Ops of a nemesis come in pairs of
// the same :f, a beginning and an end; the first counts.
package nemesis

import (
	"slices"
	"strings"
)

// endings are which :f of the nemesis end the fault that another began. Besides,
// stop-x ends start-x, and x-stop ends x-start, for every x. A start ends a kill
// if there is one to end, as in Jepsen's databases; else it begins a fault, as
// in its partitions.
var endings = map[string][]string{
	"start":        {"stop"},
	"kill":         {"start", "restart"},
	"crash":        {"start", "restart"},
	"pause":        {"resume"},
	"partition":    {"heal"},
	"isolate":      {"heal", "rejoin"},
	"bump-clock":   {"reset-clock"},
	"strobe-clock": {"reset-clock"},
	"bump":         {"reset"},
	"strobe":       {"reset"},
}

// faultEnds returns what ends the fault that f begins, nil if it begins none.
func faultEnds(f string) []string {
	if x, ok := strings.CutPrefix(f, "start-"); ok {
		return []string{"stop-" + x}
	}
	if x, ok := strings.CutSuffix(f, "-start"); ok {
		return []string{x + "-stop"}
	}
	return endings[f]
}

// onlyEnds reports whether f can do no more than end a fault.
func onlyEnds(f string) bool {
	return strings.HasPrefix(f, "stop") || strings.HasSuffix(f, "-stop") || f == "heal" || f == "resume" || strings.HasPrefix(f, "reset")
}

// Name returns what the fault that f begins is called: partition for
// start-partition, kill for kill.
func Name(f string) string {
	if x, ok := strings.CutPrefix(f, "start-"); ok {
		return x
	}
	return strings.TrimSuffix(f, "-start")
}

// A Tracker follows what nemeses do. Faults are numbered from 0, in the order in
// which they begin. The zero Tracker is ready to use.
type Tracker struct {
	begun  int
	open   []fault
	acting []acting
}

type fault struct {
	n    int
	f    string
	ends []string
}

// acting is what a process is doing with one family of faults: one that works on several mixes their ops.
type acting struct {
	process int64
	family  string
	f       string
	busy    bool
}

// A Change is what an op of a nemesis does to the faults.
type Change struct {
	Begins  bool  // the next fault
	Ends    []int // faults
	Unknown bool  // it is not known to begin or end anything
}

// See takes an op of a process that is a nemesis. An op that has no other does not change what those of other :f mean,
// nor what comes after its fault has ended.
func (t *Tracker) See(process int64, f string) (c Change) {
	family := Family(f)
	at := slices.IndexFunc(t.acting, func(a acting) bool { return a.process == process && a.family == family })
	if at < 0 {
		at = len(t.acting)
		t.acting = append(t.acting, acting{process: process, family: family})
	}
	a := &t.acting[at]
	if a.busy && a.f == f {
		a.busy = false
		return c
	}
	a.f, a.busy = f, true
	return t.Act(f)
}

// Act takes a pair of ops as one.
func (t *Tracker) Act(f string) (c Change) {
	t.open = slices.DeleteFunc(t.open, func(x fault) bool {
		if !slices.Contains(x.ends, f) {
			return false
		}
		c.Ends = append(c.Ends, x.n)
		for i := range t.acting {
			if t.acting[i].f == x.f {
				t.acting[i].busy = false
			}
		}
		return true
	})
	if c.Ends != nil || slices.ContainsFunc(t.open, func(x fault) bool { return x.f == f }) {
		return c
	}
	if ends := faultEnds(f); ends != nil {
		t.open = append(t.open, fault{t.begun, f, ends})
		t.begun++
		c.Begins = true
	} else {
		c.Unknown = !onlyEnds(f)
	}
	return c
}

// Open returns the faults that have not ended.
func (t *Tracker) Open() (out []int) {
	for _, x := range t.open {
		out = append(out, x.n)
	}
	return out
}
