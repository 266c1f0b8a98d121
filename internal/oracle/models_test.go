package oracle

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// classics are histories that tell models apart. Each breaks the models it
// names and all that imply one of them, and keeps the rest.
var classics = []struct{ name, history, breaks string }{
	{"serial", "P0{+x1} ; P1{?x[1] +x2} ; P0{?x[1 2]}", ""},
	{"own append", "P0{+x1 ?x[1] +x2 ?x[1 2]}", ""},
	{"nil is empty", "P0{?x_ +x1} ; P1{?x[1] ?y[]}", ""},
	{"write cycle", "P0{+x1 +y1} | P1{+x2 +y2} | P2{?x[1 2] ?y[2 1]}", "read-committed"},
	{"aborted read", "P0{+x1}! ; P1{?x[1]}", "read-committed"},
	{"failed and unseen", "P0{+x1}! ; P1{?x_}", ""},
	{"intermediate read", "P0{+x1 +x2} | P1{?x[1]}", "read-committed"},
	{"circular flow", "P0{+x1 ?y[1]} | P1{+x2 +y1} | P2{?x[1 2]}", "read-committed"},
	{"future read", "P0{?x[1] +x1}", "read-committed"},
	{"incompatible order", "P0{+x1} | P1{+x2} | P2{?x[1 2]} | P3{?x[2 1]}", "read-committed"},
	{"duplicate", "P0{+x1} ; P1{?x[1 1]}", "read-committed"},
	{"garbage", "P0{?x[9]}", "read-committed"},
	{"interrupted", "P0{+x1 ?x[1]} | P1{+x2 ?x[2]} | P2{?x[1 2]}", "read-committed"},
	{"internal", "P0{?x_ ?x[1]} | P1{+x1}", "prefix snapshot-isolation"},
	{"read skew", "P0{+x1 +y1} | P1{?x[1] ?y_}", "prefix snapshot-isolation"},
	{"lost update", "P0{+x1} ; (P1{?x[1] +x2} | P2{?x[1] +x3})", "snapshot-isolation"},
	{"write skew", "P0{?x_ +y1} | P1{?y_ +x1}", "serializable"},
	{"long fork", "P0{+x1} | P1{?x[1] ?y_} | P2{+y1} | P3{?y[1] ?x_}", "prefix snapshot-isolation"},
	{"read-only anomaly", "P0{?x_ ?y_ +x1} | P1{?y_ +y1} | P2{?x_ ?y[1]}", "serializable"},
	{"stale read", "P0{+x1} ; P1{?x_}", "strong-snapshot-isolation"},
	{"stale read, same process", "P0{+x1} ; P0{?x_}", "strong-session-snapshot-isolation"},
	{"time travel", "P0{?x[1]} ; P1{+x1}", "strong-read-committed"},
	{"appends against time", "P0{+x2} ; P1{+x1} ; P2{?x[1 2]}", "strong-read-committed"},
	{"appends against a session", "P0{+x2} ; P0{+x1} ; P1{?x[1 2]}", "strong-read-committed strong-session-snapshot-isolation"},
	{"late info", "P0{+x1}~ ; P1{?x_} ; P2{?x[1]}", ""},
	{"info before its invocation", "P0{?x[1]} ; P1{+x1}~", "strong-read-committed"},
	{"unfinished", "P0{+x1}? ; P1{?x_} ; P2{?x[1]}", ""},
	{"unfinished and undone", "P0{+x1}? ; P1{?x[1]} ; P2{?x_}", "strong-snapshot-isolation"},
	{"info reads bind if it happened", "P0{?y[7] +x1}~ ; P1{?x[1]}", "read-committed"},
	{"info reads do not bind if not", "P0{?y[7] +x1}~ ; P1{?x_}", ""},

	{"registers: serial", "P0{x:=1} ; P1{x=1 x:=2} ; P0{x=2}", ""},
	{"registers: own write", "P0{x:=1 x=1 x:=2 x=2} ; P1{x=2}", ""},
	{"registers: another's write between own write and read", "P0{x:=1 x=2} | P1{x:=2}", "read-committed"},
	{"registers: blind writes", "P0{x:=1} | P1{x:=2} | P2{x=1} | P3{x=2}", ""},
	{"registers: write cycle", "(P0{x:=1 y:=2} | P1{x:=2 y:=1}) ; (P2{x=2} | P3{y=2})", "strong-snapshot-isolation"},
	{"registers: aborted read", "P0{x:=1}! ; P1{x=1}", "read-committed"},
	{"registers: failed and unseen", "P0{x:=1}! ; P1{x=_}", ""},
	{"registers: intermediate read", "P0{x:=1 x:=2} | P1{x=1}", "read-committed"},
	{"registers: circular flow", "P0{x:=1 y=1} | P1{y:=1 x=1}", "read-committed"},
	{"registers: future read", "P0{x=1 x:=1}", "read-committed"},
	{"registers: garbage", "P0{x:=1} ; P1{x=2}", "read-committed"},
	{"registers: internal", "P0{x=_ x=1} | P1{x:=1}", "prefix snapshot-isolation"},
	{"registers: read skew", "P0{x=_ y=1} | P1{y:=1 x:=2}", "prefix snapshot-isolation"},
	{"registers: lost update", "P0{x:=1} ; (P1{x=1 x:=2} | P2{x=1 x:=3})", "snapshot-isolation"},
	{"registers: lost update of an unwritten register", "P0{x=_ x:=1} | P1{x=_ x:=2}", "snapshot-isolation"},
	{"registers: write skew", "P0{x=_ y:=1} | P1{y=_ x:=1}", "serializable"},
	{"registers: long fork", "P0{x:=1} | P1{x=1 y=_} | P2{y:=1} | P3{y=1 x=_}", "prefix snapshot-isolation"},
	{"registers: stale read", "P0{x:=1} ; P1{x=_}", "strong-snapshot-isolation"},
	{"registers: stale read, same process", "P0{x:=1} ; P0{x=_}", "strong-session-snapshot-isolation"},
	{"registers: time travel", "P0{x=1} ; P1{x:=1}", "strong-read-committed"},
	{"registers: back to an old value", "P0{x:=1} ; P1{x:=2} ; P2{x=1}", "strong-snapshot-isolation"},
	{"registers: late info", "P0{x:=1}~ ; P1{x=_} ; P2{x=1}", ""},
	{"registers: unfinished", "P0{x:=1}? ; P1{x=_} ; P2{x=1}", ""},
	{"registers: info reads never bind", "P0{y=7 x:=1}~ ; P1{x=1}", ""},
}

// implied are the models that each model implies directly.
var implied = map[string]string{
	"strong-read-committed":             "read-committed",
	"prefix":                            "read-committed",
	"snapshot-isolation":                "prefix",
	"strong-session-snapshot-isolation": "snapshot-isolation",
	"strong-snapshot-isolation":         "strong-session-snapshot-isolation strong-read-committed",
	"serializable":                      "snapshot-isolation",
	"strong-session-serializable":       "serializable strong-session-snapshot-isolation",
	"strict-serializable":               "strong-session-serializable strong-snapshot-isolation",
}

func TestClassics(t *testing.T) {
	for _, c := range classics {
		broken := strings.Fields(c.breaks)
		for _, m := range Models() {
			want := !slices.Contains(broken, m.Name)
			for _, weaker := range strings.Fields(implied[m.Name]) {
				want = want && !slices.Contains(broken, weaker)
			}
			if !want {
				broken = append(broken, m.Name)
			}
			if got := m.Holds(MustParse(c.history)); got != want {
				t.Errorf("%s: %s is %s: got %v, want %v", c.name, c.history, m.Name, got, want)
			}
		}
	}
}

// checkImplied checks that a history which keeps a model keeps weaker ones.
func checkImplied(t *testing.T, ts Txns) {
	t.Helper()
	holds := map[string]bool{}
	for _, m := range Models() {
		holds[m.Name] = m.Holds(ts)
		for _, weaker := range strings.Fields(implied[m.Name]) {
			if holds[m.Name] && !holds[weaker] {
				t.Errorf("%s is %s, but not %s", ts, m.Name, weaker)
			}
		}
	}
	if got, want := holds["serializable"], permuted(ts, false); got != want {
		t.Errorf("%s: serializable is %v, by permutation %v", ts, got, want)
	}
	if got, want := holds["strict-serializable"], permuted(ts, true); got != want {
		t.Errorf("%s: strict-serializable is %v, by permutation %v", ts, got, want)
	}
}

// permuted tries all subsets and permutations, each from the start: slower even
// than the search, and nothing to get wrong.
func permuted(ts Txns, realtime bool) bool {
	for _, p := range permutations(len(ts)) {
		for n := range len(p) + 1 {
			if playable(ts, p[:n], realtime) {
				return true
			}
		}
	}
	return false
}

func playable(ts Txns, p []int, realtime bool) bool {
	for i := range ts {
		placed := slices.Contains(p, i)
		if placed && ts[i].status() == Fail || !placed && ts[i].status() == OK {
			return false
		}
	}
	keys := map[int][]int{}
	for n, i := range p {
		for _, later := range p[n+1:] {
			if realtime && ts[later].before(&ts[i]) {
				return false
			}
		}
		for j := range ts[i].Ops {
			m := &ts[i].Ops[j]
			switch {
			case m.Append && m.Register:
				keys[m.Key] = []int{m.Elem}
			case m.Append:
				keys[m.Key] = append(keys[m.Key], m.Elem)
			case !ts[i].unknown(m) && !slices.Equal(m.List, keys[m.Key]):
				return false
			}
		}
	}
	return true
}

func permutations(n int) (all [][]int) {
	if n == 0 {
		return [][]int{{}}
	}
	for _, p := range permutations(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(p), at, n-1))
		}
	}
	return all
}

func TestExhaustiveImplied(t *testing.T) {
	for ts := range Exhaustive(2, 2, 2, true) {
		checkImplied(t, ts)
	}
	for ts := range ExhaustiveRegisters(2, 2, 2, true) {
		checkImplied(t, ts)
	}
	if testing.Short() {
		return
	}
	i := 0
	for ts := range ExhaustiveRegisters(3, 2, 2, true) {
		if i++; i%5 == 0 {
			checkImplied(t, ts)
		}
	}
	n := 0
	for ts := range Exhaustive(3, 2, 2, true) {
		if n++; n%31 == 0 { // all of them take a minute
			checkImplied(t, ts)
		}
	}
	if n < 1_000_000 {
		t.Errorf("only %d histories", n)
	}
}

func TestRandomImplied(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	const n = 3000
	for _, registers := range []bool{false, true} {
		count := map[string]int{}
		for i := range n {
			ts := Random(rng, Params{
				Txns: 6, Registers: registers, Mutate: 0.25, Fail: 0.1, Info: 0.15, InfoReads: i%2 == 0, Disorder: i%3 == 0,
			})
			checkImplied(t, ts)
			for _, m := range Models() {
				if m.Holds(ts) {
					count[m.Name]++
				}
			}
		}
		// The histories are only good for tests if they fall on both sides.
		for name, k := range count {
			if k < n/4 || k > n*9/10 {
				t.Errorf("registers %v: %d of %d random histories are %s", registers, k, n, name)
			}
		}
	}
}

func TestRandomUnspoilt(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	for i := range 2000 {
		p := Params{Txns: 7, Registers: i%2 == 0, Fail: 0.2, Info: 0.2}
		if ts := Random(rng, p); !StrictSerializable(ts) {
			t.Fatalf("not strict serializable: %s", ts)
		}
		p.Disorder = true
		if ts := Random(rng, p); !Serializable(ts) {
			t.Fatalf("not serializable: %s", ts)
		}
	}
}

func BenchmarkModels(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 0))
	var all []Txns
	for range 200 {
		all = append(all, Random(rng, Params{Txns: 7, Mutate: 0.1}))
	}
	for _, m := range Models() {
		b.Run("model="+m.Name, func(b *testing.B) {
			for b.Loop() {
				for _, ts := range all {
					m.Holds(ts)
				}
			}
			b.ReportMetric(float64(b.N*len(all))/b.Elapsed().Seconds(), "histories/s")
		})
	}
}
