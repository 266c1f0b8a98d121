package elle_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/internal/oracle"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// viewed reports whether some of the indeterminate transactions took effect such that
// for each process there is an order of all that did in which its reads are of what is
// there, and which keeps each process' order and, for causal memory, what follows from
// that and from reads; for PRAM, reads of that process alone. sound is false if some read
// is of what cannot have been there at all.
func viewed(ts oracle.Txns, causal bool) (holds, sound bool) {
	var maybe, sure []int
	for i := range ts {
		switch {
		case ts[i].Complete < 0 || ts[i].Status == oracle.Info:
			maybe = append(maybe, i)
		case ts[i].Status == oracle.OK:
			sure = append(sure, i)
		}
	}
	for set := range 1 << len(maybe) {
		j := &weakJudge{level: level{sessions: true}, ts: ts, took: slices.Clone(sure)}
		for i, t := range maybe {
			if set>>i&1 != 0 {
				j.took = append(j.took, t)
			}
		}
		if !j.load() {
			continue
		}
		sound = true
		if !slices.ContainsFunc(sure, func(t int) bool { return !j.viewedBy(ts[t].Process, causal) }) {
			return true, true
		}
	}
	return false, sound
}

func (j *weakJudge) viewedBy(process int, causal bool) bool {
	before := j.hb
	if !causal {
		before = grid(len(j.ts))
		for a := range before {
			copy(before[a], j.so[a])
		}
		for _, r := range j.reads {
			if j.ts[r.reader].Process == process && r.from != nobody {
				before[r.from][r.reader] = true
			}
		}
	}
	content := map[int][]int{}
	var order []int
	var try func() bool
	try = func() bool {
		if len(order) == len(j.took) {
			return true
		}
		for _, t := range j.took {
			early := func(u int) bool { return before[u][t] && (u == t || !slices.Contains(order, u)) }
			if slices.Contains(order, t) || slices.ContainsFunc(j.took, early) || j.ts[t].Process == process && j.certain(t) && !j.sees(t, content) {
				continue
			}
			kept := map[int][]int{}
			for _, m := range j.ts[t].Ops {
				if _, ok := kept[m.Key]; m.Append && !ok {
					kept[m.Key] = content[m.Key]
				}
			}
			for _, m := range j.ts[t].Ops {
				switch {
				case m.Append && m.Register:
					content[m.Key] = []int{m.Elem}
				case m.Append:
					content[m.Key] = append(slices.Clip(content[m.Key]), m.Elem)
				}
			}
			order = append(order, t)
			if try() {
				return true
			}
			order = order[:len(order)-1]
			for k, c := range kept {
				content[k] = c
			}
		}
		return false
	}
	return try()
}

// sees reports whether what a transaction reads before it writes the key is there.
func (j *weakJudge) sees(t int, content map[int][]int) bool {
	ops := j.ts[t].Ops
	for i, m := range ops {
		wrote := slices.ContainsFunc(ops[:i], func(w oracle.Mop) bool { return w.Append && w.Key == m.Key })
		if !m.Append && !wrote && !slices.Equal(m.List, content[m.Key]) {
			return false
		}
		if before, ok := beforeOwn(ops, i); ok && !slices.Equal(before, content[m.Key]) {
			return false
		}
	}
	return true
}

// contradict reports whether of two reads of a list neither continues the other, or one
// has an element twice.
func contradict(ts oracle.Txns) bool {
	longest := map[int][]int{}
	for range 2 { // the second time against the longest
		for _, t := range ts {
			for _, m := range t.Ops {
				if m.Append {
					continue
				}
				if sorted := slices.Sorted(slices.Values(m.List)); len(slices.Compact(sorted)) < len(m.List) {
					return true
				}
				if l := longest[m.Key]; !slices.Equal(m.List, l[:min(len(l), len(m.List))]) && len(m.List) <= len(l) {
					return true
				} else if len(m.List) > len(l) {
					if !slices.Equal(l, m.List[:len(l)]) {
						return true
					}
					longest[m.Key] = m.List
				}
			}
		}
	}
	return false
}

func appendsTwice(ts oracle.Txns) bool {
	return slices.ContainsFunc(ts, func(t oracle.Txn) bool {
		for i, m := range t.Ops {
			if m.Append && slices.ContainsFunc(t.Ops[:i], func(w oracle.Mop) bool { return w.Append && w.Key == m.Key }) {
				return true
			}
		}
		return false
	})
}

// TestViewOracle: causal memory and PRAM are decided exactly, of registers and lists.
func TestViewOracle(t *testing.T) {
	t.Parallel()
	holds, breaks := map[string]int{}, map[string]int{}
	tinyTxns(t, 6, 12_000, func(ts oracle.Txns, registers bool) {
		// Where lists contradict each other, the order of their elements is not known, and
		// of several that a transaction appended, the place of the last counts.
		if registers && ts.Doubtful() || !registers && (disagrees(ts) || contradict(ts) || appendsTwice(ts)) {
			return
		}
		for _, model := range []string{"causal", "PRAM"} {
			want, sound := viewed(ts, model == "causal")
			if !sound {
				continue
			}
			switch got := verdictOf(t, ts, registers, model); {
			case want && got == verdict.Invalid:
				t.Fatalf("false alarm: %v\nis %s", ts, model)
			case !want && got != verdict.Invalid:
				t.Fatalf("missed: %v\nis not %s, but %s", ts, model, got)
			case want:
				holds[model]++
			default:
				breaks[model]++
			}
		}
	})
	t.Logf("holds %v, breaks %v", holds, breaks)
	for _, model := range []string{"causal", "PRAM"} {
		if holds[model] < 20 || breaks[model] < 20 {
			t.Errorf("%s: %d histories keep it, %d break it", model, holds[model], breaks[model])
		}
	}
}

// TestPOPL holds the figures 3a to 3e of Bouajjani et al. 2017: which of causal memory
// (causal), causal convergence and causal consistency (transactional-causal) they keep.
func TestPOPL(t *testing.T) {
	models := []string{"transactional-causal", "causal", "causal-convergence", "strong-session-serializable"}
	for _, c := range []struct{ name, history, keeps string }{
		{"3a", "P0{x:=1} ; P1{x:=2} ; P0{x=2} ; P1{x=1}", "transactional-causal causal"},
		{"3b", "P0{z:=1} ; P0{x:=1} ; P0{y:=1} ; P1{x:=2} ; P1{z=_} ; P1{y=1} ; P1{x=2}", "transactional-causal causal-convergence"},
		{"3c", "P0{x:=1} ; P1{x:=2} ; P1{x=1} ; P1{x=2}", "transactional-causal"},
		{"3d", "P0{x:=1} ; P0{y=_} ; P0{y:=1} ; P0{x=1} ; P1{x:=2} ; P1{y=_} ; P1{y:=2} ; P1{x=2}", "transactional-causal causal causal-convergence"},
		{"3e", "P0{x:=1} ; P0{y:=1} ; P1{y=1} ; P1{x:=2} ; P2{x=2} ; P2{x=1}", ""},
	} {
		var keeps []string
		for _, model := range models {
			if verdictOf(t, oracle.MustParse(c.history), true, model) == verdict.Valid {
				keeps = append(keeps, model)
			}
		}
		if got := strings.Join(keeps, " "); got != c.keeps {
			t.Errorf("figure %s keeps %s, want %s", c.name, got, c.keeps)
		}
	}
}
