package triage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/query"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/triage"
)

// found is a result with cases.
type found struct {
	result.Common
	cases []result.Occurrence
}

func (f *found) Occurrences() []result.Occurrence { return f.cases }
func (f *found) Cause(string) string              { return "" }

func read(t *testing.T, text string) *history.History {
	t.Helper()
	h, err := format.Read(context.Background(), "h", strings.NewReader(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func value(text string) edn.Value {
	v, err := edn.Parse(text, edn.EDN)
	if err != nil {
		panic(err)
	}
	return v
}

func TestGroups(t *testing.T) {
	const s = int64(time.Second)
	var b strings.Builder
	op := func(at int64, process, typ, f string) {
		fmt.Fprintf(&b, "{:type :%s, :process %s, :f :%s, :time %d}\n", typ, process, f, at)
	}
	op(0, "0", "invoke", "w")
	op(s, "0", "ok", "w") // 1: before the fault
	op(2*s, ":nemesis", "info", "start-partition")
	op(2*s, ":nemesis", "info", "start-partition")
	op(3*s, "0", "invoke", "w")
	op(4*s, "0", "ok", "w") // 5: during it
	op(5*s, ":nemesis", "info", "stop-partition")
	op(5*s, ":nemesis", "info", "stop-partition")
	op(7*s, "1", "invoke", "w")
	op(7*s, "1", "ok", "w") // 9: soon after
	op(9*s, "1", "invoke", "w")
	op(9*s, "1", "ok", "w") // 11: long after
	h := read(t, b.String())
	x, y := value(":x"), value(":y")
	got := triage.Groups(h, &found{cases: []result.Occurrence{
		{Type: "A", Shape: "rare", Ops: []int{1}, Keys: []edn.Value{x}},
		{Type: "A", Shape: "often", Ops: []int{9, 5}, Writers: []int{5}, Keys: []edn.Value{x, y}},
		{Type: "A", Shape: "often", Ops: []int{11}, Writers: []int{5}, Keys: []edn.Value{y}},
		{Type: "B"},
	}})
	type group struct {
		Name                        string
		Count, Example, First, Last int
		Keys, Processes, Writers    int
		Met                         int
	}
	var flat []group
	for _, g := range got {
		x := group{g.Type + " " + g.Shape, g.Count, g.Example, g.First, g.Last, len(g.Keys), len(g.Processes), len(g.Writers), -1}
		for _, m := range g.Faults {
			x.Met = m.Count
			if m.Fault != "partition" || m.Share != 0.5 {
				t.Errorf("%+v, want half of all operations to meet a partition", m)
			}
		}
		flat = append(flat, x)
	}
	want := []group{
		{"A often", 2, 1, 9, 11, 2, 2, 1, 1},
		{"A rare", 1, 0, 1, 1, 1, 1, 0, 0},
		{"B ", 1, 0, -1, -1, 0, 0, 0, 0},
	}
	if diff := cmp.Diff(want, flat); diff != "" {
		t.Error(diff)
	}
}

// An operation meets a fault if their intervals touch, the fault's with what follows it.
func TestMeetings(t *testing.T) {
	fs := []string{"start-partition", "stop-partition", "kill", "start", "pause", "resume"}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		var b strings.Builder
		at := int64(0)
		busy := map[int]bool{}
		for range 40 {
			at += r.Int64N(int64(2 * time.Second))
			if r.IntN(3) == 0 {
				fmt.Fprintf(&b, "{:type :info, :process :nemesis, :f :%s, :time %d}\n", fs[r.IntN(len(fs))], at)
				continue
			}
			p := r.IntN(3)
			typ := "invoke"
			if busy[p] {
				typ = []string{"ok", "fail"}[r.IntN(2)]
			}
			busy[p] = !busy[p]
			fmt.Fprintf(&b, "{:type :%s, :process %d, :f :w, :time %d}\n", typ, p, at)
		}
		h := read(t, b.String())
		var cases []result.Occurrence
		for i := range h.Len() {
			if h.Process(i).IsClient() && h.Type(i) != history.Invoke {
				cases = append(cases, result.Occurrence{Type: "all", Ops: []int{i}})
			}
		}
		if len(cases) == 0 {
			continue
		}
		naive := map[string]int{}
		for _, c := range cases {
			for _, name := range metNaively(h, c.Ops[0]) {
				naive[name]++
			}
		}
		got := map[string]int{}
		for _, m := range triage.Groups(h, &found{cases: cases})[0].Faults {
			if m.Count > 0 {
				got[m.Fault] = m.Count
			}
		}
		if diff := cmp.Diff(naive, got); diff != "" {
			t.Fatalf("seed %d: %s\n%s", seed, diff, b.String())
		}
	}
}

func metNaively(h *history.History, op int) (names []string) {
	from, to := h.Time(h.Pair(op)), h.Time(op)
	for _, f := range query.Faults(h) {
		begin, end := h.Time(f.Begin), h.Time(h.Len()-1)
		if f.End < h.Len() {
			end = h.Time(f.End) + int64(triage.Aftermath)
		}
		if from <= end && begin <= to && !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}
