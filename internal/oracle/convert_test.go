package oracle

import (
	"iter"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

func TestHistoryRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	for i := range 1000 {
		p := Params{Registers: i%2 == 0, Mutate: 0.3, Fail: 0.2, Info: 0.3, InfoReads: true}
		ts := Random(rng, p)
		h, err := ts.History()
		if err != nil {
			t.Fatalf("%s: %v", ts, err)
		}
		again, err := fromHistory(h, p.Registers)
		if err != nil {
			t.Fatalf("%s: %v", ts, err)
		}
		renumber(ts)
		if diff := cmp.Diff(ts, again); diff != "" {
			t.Fatalf("%s: %s", ts, diff)
		}
	}
}

// renumber gives positions without gaps and keys in order of appearance.
func renumber(ts Txns) {
	var at []*int
	keys := map[int]int{}
	for i := range ts {
		if at = append(at, &ts[i].Invoke); ts[i].Complete >= 0 {
			at = append(at, &ts[i].Complete)
		}
		for j := range ts[i].Ops {
			m := &ts[i].Ops[j]
			if _, ok := keys[m.Key]; !ok {
				keys[m.Key] = len(keys)
			}
			m.Key = keys[m.Key]
		}
	}
	slices.SortFunc(at, func(a, b *int) int { return *a - *b })
	for i, p := range at {
		*p = i
	}
}

func TestFromHistory(t *testing.T) {
	entry := func(typ history.Type, process int64, value string) history.Entry {
		return history.Entry{Type: typ, Process: process, F: "txn", Value: edn.Raw(value)}
	}
	b := history.NewBuilder(nil)
	for _, e := range []history.Entry{
		entry(history.Invoke, 0, `[[:append "a" :e] [:r 7 nil]]`),
		{Type: history.Info, Nemesis: true, F: "start"},
		entry(history.OK, 0, `[[:append "a" :e] [:r 7 [5 :e]]]`),
		entry(history.Invoke, 1, `[[:append 7 5]]`),
		entry(history.Info, 1, `nil`),
		entry(history.Invoke, 2, `[[:r 7]]`),
	} {
		if err := b.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	got, err := FromHistory(h)
	if err != nil {
		t.Fatal(err)
	}
	want := Txns{
		{Ops: []Mop{{Append: true, Key: 0, Elem: 1 << 40}, {Key: 1, List: []int{5, 1 << 40}}}, Invoke: 0, Complete: 2},
		{Ops: []Mop{{Append: true, Key: 1, Elem: 5}}, Invoke: 3, Complete: 4, Process: 1, Status: Info},
		{Ops: []Mop{{Key: 1}}, Invoke: 5, Complete: -1, Process: 2, Status: Info},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFromHistoryJSON(t *testing.T) {
	src := edn.NewSource("h.json", []byte(`[["append","x",1],["r","y",[2]],["r","x",null]]`), edn.JSON)
	var c history.Columns
	if err := c.Append(src, &history.Row{ValueHi: len(src.Text), Type: history.OK, Process: 4, HasProcess: true}); err != nil {
		t.Fatal(err)
	}
	b := history.NewBuilder(src)
	if err := b.Add(&c); err != nil {
		t.Fatal(err)
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	got, err := FromHistory(h)
	if err != nil {
		t.Fatal(err)
	}
	want := Txns{{Ops: []Mop{{Append: true, Elem: 1}, {Key: 1, List: []int{2}}, {}}, Invoke: -1, Process: 4}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFromHistoryRejects(t *testing.T) {
	for txn, read := range map[string]func(*history.History) (Txns, error){
		"[[:w 1 2]]": FromHistory, "[[:append 1 2]]": FromRegisterHistory, "[[:r]]": FromRegisterHistory,
	} {
		b := history.NewBuilder(nil)
		_ = b.Append(history.Entry{Type: history.OK, F: "txn", Value: edn.Raw(txn)})
		h, err := b.History()
		if err != nil {
			t.Fatal(err)
		}
		if ts, err := read(h); err == nil {
			t.Errorf("no error, but %s", ts)
		}
	}
}

func TestNotation(t *testing.T) {
	for _, s := range []string{
		"P0{+x1 ?y_} ; P1{?x[1]}! | P2{+x2}~ ; P3{+y1}?",
		"P0{?x[1 2] +y1} | P1{?z[]}",
		"P0{x:=1 y=2 z=_} ; P1{x=-1}! | P2{x:=12}~ ; P3{y:=1}?",
	} {
		if got := MustParse(s).String(); got != s {
			t.Errorf("%s printed as %s", s, got)
		}
	}
	for _, s := range []string{"", "P0", "P0{+x}", "P0{*x1}", "P0{?x1}", "P0{?x[a]}", "P0{}#", "x{+x1}", "P0{x:=}", "P0{x=}", "P0{x:=_}", "P0{x=a}", "P0{X=1}", "P0{x:1}"} {
		if ts, err := Parse(s); err == nil {
			t.Errorf("%q parsed as %s", s, ts)
		}
	}
	overlap := Txns{{Invoke: 0, Complete: 3}, {Process: 1, Invoke: 1, Complete: 2}}
	if got, want := overlap.String(), "P0{} #0-3\nP1{} #1-2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestExhaustiveSizes(t *testing.T) {
	for _, c := range []struct {
		n, ops, keys     int
		realtime         bool
		lists, registers int
	}{
		{1, 1, 1, false, 2, 2},  // +x1; ?x[]
		{2, 1, 1, false, 4, 4},  // ++; +? twice; ??
		{2, 1, 1, true, 10, 10}, // and in a row: ++; +? twice; ?+ twice; ??
		{2, 1, 2, false, 8, 8},  // and on two keys: ++; +? twice, as it also is ?+; ??
		{1, 2, 1, false, 8, 8},  // these two and ++; +? twice; ?+ twice; ??
		{2, 2, 2, false, 489, 359},
		{2, 2, 2, true, 1217, 883},
	} {
		if got := count(Exhaustive(c.n, c.ops, c.keys, c.realtime)); got != c.lists {
			t.Errorf("%v: got %d of lists", c, got)
		}
		if got := count(ExhaustiveRegisters(c.n, c.ops, c.keys, c.realtime)); got != c.registers {
			t.Errorf("%v: got %d of registers", c, got)
		}
	}
	for range Exhaustive(3, 2, 2, true) {
		break // stops early without harm
	}
	for range ExhaustiveRegisters(3, 2, 2, true) {
		break
	}
}

func count(all iter.Seq[Txns]) (n int) {
	for range all {
		n++
	}
	return n
}
