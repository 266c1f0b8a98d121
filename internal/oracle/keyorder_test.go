package oracle

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// assume reads options as they are written in the tables below: w for WFR, s and
// l for sequential and linearizable keys, o for the order in which transactions
// are written down.
func assume(s string, n int) (o KeyOptions) {
	o.WFR = strings.Contains(s, "w")
	o.Sequential = strings.Contains(s, "s")
	o.Linearizable = strings.Contains(s, "l")
	if strings.Contains(s, "o") {
		o.TransactionOrder = map[int]int{}
		for i := range n {
			o.TransactionOrder[i] = i
		}
	}
	return o
}

func printed(v Version) string {
	if v == Nil {
		return "_"
	}
	return fmt.Sprint(Value(v)) + strings.Repeat("'", v/nth)
}

// String writes the relation without what follows from nil being the first.
func (r Relation) String() string {
	var pairs []string
	for _, v := range r.versions() {
		for _, w := range r.versions() {
			if v != Nil && r[Pair{v, w}] {
				pairs = append(pairs, printed(v)+"<"+printed(w))
			}
		}
	}
	return strings.Join(pairs, " ")
}

func (c CyclicVersions) String() string {
	var list []string
	for _, v := range c.Versions {
		list = append(list, printed(v))
	}
	return keyName(c.Key) + ":" + strings.Join(list, ",") + " by " + string(c.Source)
}

var keyOrderTests = []struct {
	history, assume string // which assume reads
	x               string // the order of x's versions
	cyclic          string
}{
	{"P0{x:=1} ; P0{x:=2}", "w", "", ""},
	{"P0{x:=1} ; P0{x:=2}", "s", "1<2", ""},
	{"P0{x:=1} ; P1{x:=2}", "s", "", ""},
	{"P0{x:=1} ; P1{x:=2}", "l", "1<2", ""},
	{"P0{x:=1} | P1{x:=2}", "l", "", ""},
	{"P0{x:=1} | P1{x:=2}", "o", "1<2", ""},
	{"P0{x=1 x:=2} | P1{x:=1}", "", "", ""},
	{"P0{x=1 x:=2} | P1{x:=1}", "w", "1<2", ""},
	{"P0{x=1 x:=2} | P1{x:=1}", "s", "1<2", ""},
	{"P0{x=1 x:=2} | P1{x:=1}", "l", "1<2", ""},
	{"P0{x:=3 x=3 x:=2} | P1{x=1 x:=3 x:=4}", "w", "1<4", ""},
	{"P0{x:=1} ; P0{y:=1} ; P0{x=2} ; P1{x:=2}", "s", "1<2", ""},
	{"P0{x:=1} ; P1{x=1} ; P2{x:=2} ; P3{x:=3}", "l", "1<2 1<3 2<3", ""},
	{"P0{x=1} ; P0{x=2}", "s", "1<2", ""},
	{"P0{x:=1} ; P0{x=1}", "s", "", ""},

	// Elle's examples.
	{"P0{x:=1} ; P0{x:=2} ; P0{x=1}", "s", "", "x:1,2 by sequential-keys"},
	{"P0{x:=1} ; P0{x=_}", "s", "", "x:_,1 by sequential-keys"},
	{"P0{x:=1} ; P0{x=_ x:=2}", "s", "", "x:_,1 by sequential-keys"}, // where Elle sees none, Q11
	{"P0{x:=1} ; P1{x=2} ; P2{x=1}", "l", "", "x:1,2 by linearizable-keys"},
	{"P0{x=1} ; P0{x=_} ; P0{x=4 x:=3} ; P0{x:=4}", "wl", "4<3", "x:_,1 by linearizable-keys; x:3,4 by linearizable-keys"},

	{"P0{x=_} | P1{x:=4} | P2{x=4}", "l", "", ""},
	{"P0{x:=1} ; P1{x=2}", "l", "1<2", ""}, // that nobody wrote 2 is for others to see

	// A source is dropped for the key that it contradicts, and no other (Q10).
	{"P0{x:=1} ; P0{x:=2} ; P2{y:=1} ; P2{y:=2} ; P2{y=1}", "s", "1<2", "y:1,2 by sequential-keys"},
	{"P0{x:=2} ; P1{x:=1}", "so", "2<1", ""},
	{"P0{x:=1} ; P0{x:=2 y=2} ; P1{x:=3 x=3}", "os", "1<2 1<3 2<3", ""},
	{"P0{x=1 x:=2} | P1{x=2 x:=1}", "ws", "", "x:1,2 by wfr-keys; x:1,2 by sequential-keys"},

	// Who may not have happened orders nothing unless it was seen, and nothing
	// comes after who is indeterminate.
	{"P0{x:=1} ; P1{x:=2}~ ; P2{x:=3}", "l", "1<3", ""},
	{"P0{x:=1} ; P1{x:=2}~ ; P2{x:=3} ; P3{x=2}", "l", "1<2 1<3 3<2", ""},
	{"P0{x:=1} ; P1{x=9 x:=2}? | P2{x=2}", "l", "1<2", ""},
	{"P0{x:=1} ; P1{x:=2}! ; P2{x:=3}", "l", "1<3", ""},
	{"P0{x:=1} ; P1{x:=2}! ; P2{x=2}", "l", "1<2", ""},

	// A value that two may have left is two versions, of which nobody knows which was
	// read.
	{"P0{x:=1} ; P1{x:=2} ; P2{x=2} ; P3{x:=1}", "l", "1<2 1<1' 2<1'", ""},
	{"P0{x:=1} ; P1{x=2 x:=3} ; P2{x:=2} | P3{x:=2}", "l", "1<2 1<3 1<2' 3<2 3<2'", ""},
	{"P0{x:=1} ; P1{x:=1} ; P1{x=_}", "s", "", "x:_,1' by sequential-keys"},
}

func TestKeyOrders(t *testing.T) {
	for _, c := range keyOrderTests {
		ts := MustParse(c.history)
		orders, cyclic := KeyOrders(ts, assume(c.assume, len(ts)))
		if got := orders[0].String(); got != c.x {
			t.Errorf("%s, %s: x is %q, want %q", c.history, c.assume, got, c.x)
		}
		var list []string
		for _, v := range cyclic {
			list = append(list, v.String())
		}
		if got := strings.Join(list, "; "); got != c.cyclic {
			t.Errorf("%s, %s: cyclic %q, want %q", c.history, c.assume, got, c.cyclic)
		}
	}
}

func TestExternal(t *testing.T) {
	// After Elle's example.
	ts := MustParse("P0{x=1 x:=2 x=2 x:=3 y=5 y=6 z:=7 z=7 t:=8 t:=9 u=_} | P1{x=1 x:=4}~")
	for key, want := range []string{"[1] 3", "[5 6] -", "[] 7", "[] 9", "[_] -", "[] -"} {
		var read []string
		for _, v := range ts[0].externalReads(key) {
			read = append(read, printed(v))
		}
		wrote := "-"
		if v, ok := ts[0].externalWrite(key); ok {
			wrote = printed(v)
		}
		if got := fmt.Sprint(read, " ", wrote); got != want {
			t.Errorf("%s: read and wrote %s, want %s", keyName(key), got, want)
		}
	}
	if v := ts[1].externalReads(0); v != nil {
		t.Errorf("an info transaction read %d", v)
	}
	if v, ok := ts[1].externalWrite(0); !ok || v != 4 {
		t.Errorf("an info transaction wrote %d, %v", v, ok)
	}
}

func TestCycleKinds(t *testing.T) {
	for _, c := range []struct {
		history, assume string
		time            Deps
		want            string
	}{
		{"P0{x:=1 y=1} | P1{y:=1 x=1}", "", 0, "G1c"},
		{"P0{x=_ y=1} | P1{y:=1 x:=2}", "", 0, "G-single-item"},
		{"P0{x=_ y:=1} | P1{y=_ x:=1}", "", 0, "G2-item"},
		{"P0{x:=1} | P1{x=1 y=_} | P2{y:=1} | P3{y=1 x=_}", "", 0, "G-nonadjacent-item"},
		{"(P0{x:=1 y:=2} | P1{x:=2 y:=1}) ; P0{x=2} ; P1{y=2}", "s", 0, "G0"},
		{"(P0{x:=1 y:=1} | P1{x=1 x:=2 y:=2}) ; P2{y=2} ; P2{y=1}", "ws", 0, "G-single-item G0 G1c"}, // Q1
		{"P0{y=1 x:=1 y:=2} | P1{x=1 y=1}", "", 0, ""},
		{"P0{y=1 x:=1 y:=2} | P1{x=1 y=1}", "w", 0, "G-single-item"},
		{"P0{x=_ y:=2} | P1{x:=3 y:=4}", "", 0, ""},
		{"P1{x:=3 y:=4} | P0{x=_ y:=2}", "o", 0, "G-single-item"},
		{"P0{x:=1 y:=2 z:=3} | P1{z=3 x:=4} | P2{z:=7 y:=8} | P3{x=1 y:=5}", "o", 0, "G2-item"},
		{"P0{y:=1} ; P0{y:=2 z:=1} ; P1{z=1 y=1}", "s", 0, "G-single-item"},
		{"P0{x=0 x:=1} | P1{x=0 x:=2}", "", 0, ""},
		{"P0{x=0 x:=1} | P1{x=0 x:=2}", "w", 0, "G2-item"},
		{"P0{x=1 y=1} ; (P1{x=1 y:=2} | P2{y=1 x:=2})", "w", 0, ""},
		{"P0{x=1 y=1} ; (P1{x=1 y:=2} | P2{y=1 x:=2})", "l", 0, "G2-item"},
		{"P0{x=1} ; P1{x:=1}", "", Realtime, "G1c-realtime"},
		{"P0{x=1} ; P0{x:=1}", "", Process, "G1c-process"},
		{"P0{x:=1} ; P1{x=_}", "", Process, ""},
		{"P0{x:=1} ; P1{x=_}", "", Realtime, "G-single-item-realtime"},
		{"P0{x:=1} ; P0{x=_}", "", Process | Realtime, "G-single-item-process G-single-item-realtime"},
		{"P0{x=_ z=1} ; P1{x:=1} ; P1{z=_} ; P2{z:=1}", "", Process, "G-nonadjacent-item-process"},
		{"P0{x:=1} ; P0{x:=2} ; P1{x=1}", "w", Realtime, ""},
		{"P0{x:=1} ; P0{x:=2} ; P1{x=1}", "s", Realtime, "G-single-item-realtime"},
		{"P1{x:=2} | P0{x:=1}", "o", Realtime, ""},

		// What an indeterminate transaction wrote was read, so it happened; what
		// else it wrote nobody need have read.
		{"P0{x:=1 y:=1}~ | P1{x=1 y=_}", "", 0, "G-single-item"},
		{"P0{x:=1 y:=1}~ | P1{x=_ y=_}", "", Realtime, ""},
		{"P0{x:=1 y:=1}! | P1{x=1 y=_}", "", 0, ""},
		{"P0{x:=1 y:=1} | P1{x=1 y=_} | P2{x:=1}", "", 0, ""},
		{"P0{x:=1 x:=2 y:=1} | P1{x=1 y=1}", "", 0, ""}, // no more than G1b
		{"P0{x=1 x:=1}", "wsl", Realtime, ""},
	} {
		ts := MustParse(c.history)
		orders, _ := KeyOrders(ts, assume(c.assume, len(ts)))
		if got := strings.Join(CycleKinds(Dependencies(ts, orders, c.time)), " "); got != c.want {
			t.Errorf("%s, %s: got %q, want %q", c.history, c.assume, got, c.want)
		}
	}
}

// TestKind names cycles whose steps are given.
func TestKind(t *testing.T) {
	names := map[string]Deps{"ww": WW, "wr": WR, "rw": RW, "p": Process, "rt": Realtime}
	for steps, want := range map[string]string{
		"ww ww":          "G0",
		"ww wr":          "G1c",
		"ww rw":          "G-single-item",
		"rw wr rw ww":    "G-nonadjacent-item",
		"rw ww rw":       "G2-item",
		"rw rw":          "G2-item",
		"ww p":           "G0-process",
		"wr p rt":        "G1c-realtime",
		"rw rt":          "G-single-item-realtime",
		"rw p rw p":      "G-nonadjacent-item-process",
		"rw rw wr rt wr": "G2-item-realtime",
	} {
		var list []Deps
		for _, s := range strings.Fields(steps) {
			list = append(list, names[s])
		}
		if got := kind(list); got != want {
			t.Errorf("%s: got %s, want %s", steps, got, want)
		}
	}
}

// promised are what may be assumed of each key under a model, the order of time
// that the model keeps, and the cycles that it allows all the same. That a model
// which holds has no others is how the two judges of this package, which have
// nothing in common, vouch for each other.
var promised = []struct {
	model, assume string
	time          Deps
	allowed       string
}{
	{"read-committed", "w", 0, "G-single-item G-nonadjacent-item G2-item"},
	{"strong-read-committed", "w", Realtime, "G-single-item G-nonadjacent-item G2-item G-single-item-realtime G-nonadjacent-item-realtime G2-item-realtime"},
	{"prefix", "w", 0, "G2-item"},
	{"snapshot-isolation", "w", 0, "G2-item"},
	{"strong-session-snapshot-isolation", "s", Process, "G2-item G2-item-process"},
	{"strong-snapshot-isolation", "sl", Process | Realtime, "G2-item G2-item-process G2-item-realtime"},
	{"serializable", "w", 0, ""},
	{"strong-session-serializable", "s", Process, ""},
	{"strict-serializable", "wsl", Process | Realtime, ""},
}

// checkPromised checks that no model that holds has cycles that it forbids.
func checkPromised(t *testing.T, ts Txns, shown map[string]bool) {
	t.Helper()
	for _, m := range Models() {
		if !m.Holds(ts) {
			continue
		}
		for _, p := range promised {
			if p.model != m.Name {
				continue
			}
			orders, cyclic := KeyOrders(ts, assume(p.assume, len(ts)))
			if len(cyclic) > 0 {
				t.Errorf("%s is %s, but %v", ts, m.Name, cyclic)
			}
			for _, kind := range CycleKinds(Dependencies(ts, orders, p.time)) {
				shown[m.Name+" "+kind] = true
				if !slices.Contains(strings.Fields(p.allowed), kind) {
					t.Errorf("%s is %s, but has %s", ts, m.Name, kind)
				}
			}
		}
	}
}

func TestPromised(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 0))
	n := 6000
	if testing.Short() {
		n = 1000
	}
	shown := map[string]bool{}
	for i := range n {
		checkPromised(t, Random(rng, Params{
			Txns: 6, Registers: true, Mutate: 0.2, Fail: 0.1, Info: 0.15, InfoReads: i%2 == 0, Disorder: i%3 == 0,
		}), shown)
	}
	for ts := range ExhaustiveRegisters(2, 2, 2, true) {
		checkPromised(t, ts, shown)
	}
	if testing.Short() {
		return // too few for all that is allowed to occur
	}
	for _, p := range promised {
		for _, kind := range strings.Fields(p.allowed) {
			if !shown[p.model+" "+kind] {
				t.Errorf("no %s history had %s", p.model, kind)
			}
		}
	}
}

// TestTotalOrder checks the converse: where the order of all versions is known,
// every value is, and nothing is aborted, intermediate or internal, a history
// without cycles is serializable (Adya 1999, theorem 1).
func TestTotalOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	with, without := 0, 0
	for i := range 20_000 {
		ts := Random(rng, Params{Txns: 5, Registers: true, Mutate: 0.3 * float64(i%3), Disorder: i%2 == 0})
		orders, cyclic := KeyOrders(ts, assume("o", len(ts)))
		if !plausible(ts) || len(cyclic) > 0 {
			continue
		}
		if len(CycleKinds(Dependencies(ts, orders, 0))) > 0 {
			with++
			continue
		}
		if without++; !Serializable(ts) {
			t.Fatalf("no cycle, but not serializable: %s", ts)
		}
		if len(CycleKinds(Dependencies(ts, orders, Realtime))) == 0 && !StrictSerializable(ts) {
			t.Fatalf("no cycle, but not strict serializable: %s", ts)
		}
	}
	if with < 1000 || without < 1000 {
		t.Errorf("%d histories with cycles and %d without", with, without)
	}
}

// plausible reports whether each read is of nil or of what another transaction
// left, unless its own has touched the key before.
func plausible(ts Txns) bool {
	for i := range ts {
		now := state{}
		for j := range ts[i].Ops {
			m := &ts[i].Ops[j]
			_, touched := now[m.Key]
			switch {
			case m.Append:
				now[m.Key] = m.apply(nil)
			case touched && !slices.Equal(m.List, now[m.Key]):
				return false
			case !touched && len(m.List) > 0:
				w := ts.writers(m.Key, m.List[0])
				if len(w) != 1 || w[0] == i {
					return false
				}
				now[m.Key] = m.List
			default:
				now[m.Key] = m.List
			}
		}
	}
	return true
}

func BenchmarkCycleKinds(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 0))
	var all []Txns
	for range 200 {
		all = append(all, Random(rng, Params{Txns: 7, Registers: true, Mutate: 0.1}))
	}
	for b.Loop() {
		for _, ts := range all {
			orders, _ := KeyOrders(ts, assume("wsl", len(ts)))
			CycleKinds(Dependencies(ts, orders, Process|Realtime))
		}
	}
	b.ReportMetric(float64(b.N*len(all))/b.Elapsed().Seconds(), "histories/s")
}
