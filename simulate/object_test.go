package simulate

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/history"
)

// tinyObject is a history that can be judged by trying every order.
func tinyObject(kind Kind, seed uint64) Object {
	o := Object{Kind: kind, Operations: 4 + int(seed%9), Clients: 2 + int(seed%3), Seed: seed}
	if seed%2 == 0 {
		o.Values = 2
	}
	if seed%4 < 2 {
		o.CrashRate, o.FailRate = 0.3, 0.1
	}
	switch seed % 5 {
	case 0:
		o.Keys = 2
	case 1:
		o.PerKey = 4
	}
	return o
}

// TestObjectsLinearizable checks that histories without bugs are linearizable, and
// that some with bugs are not.
func TestObjectsLinearizable(t *testing.T) {
	seeds := uint64(3000)
	if testing.Short() {
		seeds = 300
	}
	for _, kind := range Kinds() {
		t.Run(kind.String(), func(t *testing.T) {
			broken := 0
			for seed := range seeds {
				o := tinyObject(kind, seed)
				if !linearizableAll(t, o) {
					t.Fatalf("not linearizable: %+v\n%s", o, objectText(t, o))
				}
				o.BugRate = 0.3
				if !linearizableAll(t, o) {
					broken++
				}
			}
			if broken < int(seeds)/50 {
				t.Errorf("%d of %d histories with bugs are not linearizable", broken, seeds)
			}
			t.Logf("%d of %d histories with bugs are not linearizable", broken, seeds)
		})
	}
}

// busyObject is an object to which everything happens that can.
func busyObject(kind Kind) Object {
	return Object{Kind: kind, Operations: 5000, Clients: 7, Seed: 42, FailRate: 0.05, CrashRate: 0.1, BugRate: 0.01, Keys: 3, PerKey: 100}
}

func objectText(t testing.TB, o Object) []byte {
	t.Helper()
	ops, err := o.Ops()
	if err != nil {
		t.Fatal(err)
	}
	var b []byte
	i := 0
	for op := range ops {
		b = append(op.AppendEDN(b, i), '\n')
		i++
	}
	return b
}

func TestObjectDeterminism(t *testing.T) {
	// As in TestDeterminism, the bytes are part of the promise.
	for kind, want := range map[Kind]string{
		Register:       "f4385795ecf719e8",
		CASRegister:    "7f8b06202aecf50c",
		Set:            "f1bf94b4436ba093",
		FIFOQueue:      "d8ababbce994d805",
		UnorderedQueue: "82bb2c7cfed6355d",
		Stack:          "aaeec655daaf2b03",
		Mutex:          "9f5230fdbdaf7f40",
		Counter:        "21ef242a2d3ff274",
	} {
		o := busyObject(kind)
		a := objectText(t, o)
		if !bytes.Equal(a, objectText(t, o)) {
			t.Errorf("%s: two histories of the same seed", kind)
		}
		h := fnv.New64a()
		h.Write(a)
		if got := fmt.Sprintf("%016x", h.Sum64()); got != want {
			t.Errorf("the %s history of a known seed has hash %s, want %s", kind, got, want)
		}
		o.Seed++
		if bytes.Equal(a, objectText(t, o)) {
			t.Errorf("%s: two seeds gave the same history", kind)
		}
	}
}

// outcomes counts how operations ended: the errors of those that failed, ok, info.
func outcomes(t *testing.T, h *history.History) map[string]int {
	t.Helper()
	count := map[string]int{}
	for i := range h.Len() {
		if h.Type(i) != history.Invoke {
			continue
		}
		count["invoke"]++
		switch end := h.Pair(i); {
		case end < 0:
			t.Fatalf("op %d has no completion", i)
		case h.Type(end) == history.Fail:
			reason, _ := h.Text(end).Get("error")
			count[reason.String()]++
		default:
			count[h.Type(end).String()]++
		}
	}
	return count
}

// checkProcesses checks that nothing follows an info of its process.
func checkProcesses(t *testing.T, h *history.History) {
	t.Helper()
	used := map[int64]bool{}
	for i := range h.Len() {
		if h.Type(i) != history.Invoke {
			continue
		}
		p := h.Process(i).Number()
		if used[p] {
			t.Fatalf("process %d is used again", p)
		}
		end := h.Pair(i)
		used[p] = end < 0 || h.Type(end) == history.Info
	}
}

// lateInfos counts the infos behind the last other completion.
func lateInfos(h *history.History) (late int) {
	for i := range h.Len() {
		switch h.Type(i) {
		case history.OK, history.Fail:
			late = 0
		case history.Info:
			late++
		}
	}
	return late
}

// TestObjectHistory checks that histories keep process discipline, that their text
// is what AppendEDN writes, and that rates are kept.
func TestObjectHistory(t *testing.T) {
	for _, kind := range Kinds() {
		t.Run(kind.String(), func(t *testing.T) {
			o := busyObject(kind)
			h, err := o.History()
			if err != nil {
				t.Fatal(err)
			}
			lines := bytes.Split(bytes.TrimSuffix(objectText(t, o), []byte("\n")), []byte("\n"))
			if h.Len() != len(lines) {
				t.Fatalf("%d ops and %d lines", h.Len(), len(lines))
			}
			for i, line := range lines {
				if got := h.Text(i).String(); got != string(line) {
					t.Fatalf("op %d is %s, its line %s", i, got, line)
				}
			}
			checkProcesses(t, h)
			count := outcomes(t, h)
			if count["invoke"] != o.Operations {
				t.Errorf("%d operations, want %d", count["invoke"], o.Operations)
			}
			near := func(what string, n int, share float64) {
				if math.Abs(float64(n)/float64(o.Operations)-share) > 0.015 {
					t.Errorf("%s: %d of %d, want a share of %g", what, n, o.Operations, share)
				}
			}
			near("refused", count[":aborted"], o.FailRate*(1-o.CrashRate))
			near("info", count["info"], o.CrashRate)
			near("late info", lateInfos(h), o.CrashRate/2)
			t.Log(count)
		})
	}
}

// TestObjectKeys checks that an object is retired in time, and a fresh one follows.
func TestObjectKeys(t *testing.T) {
	o := Object{Kind: CASRegister, Operations: 1000, Keys: 3, PerKey: 10}
	h, err := o.History()
	if err != nil {
		t.Fatal(err)
	}
	objects := linOps(t, o, h)
	if n := len(objects); n < 100 || n > 103 {
		t.Errorf("%d objects", n)
	}
	for key, ops := range objects {
		if key < 0 || key >= int64(len(objects)) || len(ops) > 10 {
			t.Errorf("%d operations on object %d", len(ops), key)
		}
	}
	if !linearizableAll(t, o) {
		t.Error("not linearizable")
	}
}

// TestObjectValues checks that values are distinct if they should be.
func TestObjectValues(t *testing.T) {
	for _, kind := range []Kind{Register, CASRegister, Set, FIFOQueue, UnorderedQueue, Stack, Counter} {
		for _, values := range []int{0, 3} {
			o := Object{Kind: kind, Values: values}
			ops, err := o.Ops()
			if err != nil {
				t.Fatal(err)
			}
			seen, given := map[int64]bool{}, 0
			for op := range ops {
				if op.Type == history.Invoke && op.Value.Form != None {
					n := op.Value.N
					if op.Value.Form == Pair {
						n = op.Value.New
					}
					seen[n] = true
					given++
				}
			}
			want := given
			if values > 0 {
				want = values
			} else if kind == Counter {
				want = 5
			}
			if len(seen) != want {
				t.Errorf("%s of %d values: %d among %d", kind, values, len(seen), given)
			}
		}
	}
}

// TestObjectSetsStayShort checks that the history of a large set is not much
// longer than its number of operations.
func TestObjectSetsStayShort(t *testing.T) {
	for _, n := range []int{1000, 50_000} {
		elements := 0
		ops, err := Object{Kind: Set, Operations: n}.Ops()
		if err != nil {
			t.Fatal(err)
		}
		for op := range ops {
			elements += len(op.Value.Set)
		}
		if elements < n || elements > manyElements*n {
			t.Errorf("%d elements are read in %d operations", elements, n)
		}
	}
}

func TestObjectLines(t *testing.T) {
	for _, c := range []struct {
		value     Value
		edn, json string
	}{
		{Value{}, "nil", "null"},
		{Value{Form: One, N: -3}, "-3", "-3"},
		{Value{Form: Pair, N: 1, New: 2}, "[1 2]", "[1,2]"},
		{Value{Form: All, Set: []int64{2, 1}}, "#{2 1}", "[2,1]"},
		{Value{Form: All}, "#{}", "[]"},
		{Value{Keyed: true, Key: 7}, "[7 nil]", "[7,null]"},
		{Value{Keyed: true, Key: 7, Form: Pair, N: 1, New: 2}, "[7 [1 2]]", "[7,[1,2]]"},
	} {
		op := Op{Type: history.OK, F: "read", Value: c.value}
		if got, want := string(op.AppendEDN(nil, 0)), "{:index 0, :time 0, :type :ok, :process 0, :f :read, :value "+c.edn+"}"; got != want {
			t.Errorf("EDN: got %s, want %s", got, want)
		}
		if got, want := string(op.AppendJSON(nil, 0)), `{"index":0,"time":0,"type":"ok","process":0,"f":"read","value":`+c.json+"}"; got != want {
			t.Errorf("JSON: got %s, want %s", got, want)
		}
	}
}

func TestObjectErrors(t *testing.T) {
	for _, o := range []Object{
		{Kind: 8}, {Clients: -1}, {Keys: -1}, {PerKey: -1}, {Values: -1}, {FailRate: 1.5}, {CrashRate: -1}, {BugRate: math.NaN()},
	} {
		if _, err := o.History(); err == nil || !strings.HasPrefix(err.Error(), "unknown kind") && !strings.HasPrefix(err.Error(), "expected ") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for _, kind := range Kinds() {
		for _, o := range []Object{
			{}, {Operations: -1}, {Clients: 1, Operations: 100}, {CrashRate: 1, Operations: 100}, {FailRate: 1, Operations: 100}, {BugRate: 1}, {Keys: 100, PerKey: 1},
		} {
			o.Kind = kind
			if _, err := o.History(); err != nil {
				t.Errorf("%+v: %v", o, err)
			}
		}
	}
	ops, err := Object{}.Ops()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range ops {
		if n++; n == 10 {
			break
		}
	}
}

func BenchmarkObjectOps(b *testing.B) {
	for _, kind := range Kinds() {
		b.Run("kind="+kind.String(), func(b *testing.B) {
			b.ReportAllocs()
			ops, err := Object{Kind: kind, Operations: 100_000, Clients: 10}.Ops()
			if err != nil {
				b.Fatal(err)
			}
			count := 0
			for b.Loop() {
				for range ops {
					count++
				}
			}
			b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "ops/s")
		})
	}
}
