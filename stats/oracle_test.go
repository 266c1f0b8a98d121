package stats_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/render"
	"github.com/seed-c33ae711/jcheck/stats"
)

func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := histtest.Random(rt, func() histtest.Call {
			return histtest.Call{F: rapid.SampledFrom([]string{"read", "write", "cas"}).Draw(rt, "f"), In: "nil", Out: "1"}
		}) + "n nemesis kill\n"
		h := histtest.Parse(t, text)
		r, err := stats.Check(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		by, all := map[string]map[history.Type]int{}, map[history.Type]int{}
		for i := range h.Len() {
			if h.F(i) == "kill" || h.Type(i) == history.Invoke {
				continue
			}
			if by[h.F(i)] == nil {
				by[h.F(i)] = map[history.Type]int{}
			}
			by[h.F(i)][h.Type(i)]++
			all[h.Type(i)]++
		}
		want, valid := fmt.Sprint(all[history.OK], all[history.Fail], all[history.Info], ";"), "true"
		for _, f := range slices.Sorted(func(yield func(string) bool) {
			for f := range by {
				if !yield(f) {
					return
				}
			}
		}) {
			want += fmt.Sprint(f, by[f][history.OK], by[f][history.Fail], by[f][history.Info], ";")
			if by[f][history.OK] == 0 {
				valid = "false"
			}
		}
		if len(all) == 0 {
			valid = "unknown"
		}
		got := fmt.Sprint(r.All.OK, r.All.Fail, r.All.Info, ";")
		for _, f := range r.ByF {
			got += fmt.Sprint(f.F, f.OK, f.Fail, f.Info, ";")
		}
		if got != want || r.Valid.String() != valid || (valid == "false") != (len(r.Findings()) > 0) {
			rt.Fatalf("%s\n%s %s, want %s %s", text, got, r.Valid, want, valid)
		}
	})
}

func TestCases(t *testing.T) {
	r, err := stats.Check(context.Background(), histtest.Parse(t, "i 0 read"))
	if err != nil || r.Valid.String() != "unknown" || r.All.Total() != 0 {
		t.Errorf("an open invocation: %+v, %v", r, err)
	}
	r, err = stats.Check(context.Background(), histtest.Parse(t, "i 0 crash\nn 0 crash"), "crash")
	if err != nil || r.Valid.String() != "true" || len(r.Findings()) != 0 {
		t.Errorf("a spared name: %+v, %v", r, err)
	}
}

// Two of one class, then one of another, which was met later and comes last.
func TestExceptions(t *testing.T) {
	h := histtest.Parse(t, `i 0 a
n 0 a nil ; :exception {:via [{:type A :message "x"}]}
i 1 a
n 1 a nil ; :exception {:via [{:type B}]}
n nemesis kill nil ; :exception {:via [{:type A}]}
n nemesis kill nil ; :exception {}
n nemesis kill nil ; :exception nil
n nemesis kill nil ; :exception {:via [{:type C}]}
o nemesis kill nil ; :exception {:via [{:type C}]}`)
	r, err := stats.Exceptions(context.Background(), h)
	got := ""
	for _, e := range r.Exceptions {
		got += fmt.Sprint(e.Class, "*", e.Count, "@", e.Example, " ")
	}
	if want := "A*2@1 C*1@7 nil*1@5 B*1@3 "; err != nil || got != want || r.Valid.String() != "true" {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :read}
		{:process 0 :type :fail :f :read}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := stats.Check(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Findings()[0].Msg)
	// Output: false read never succeeded: 1 failed, 0 indeterminate; the first is shown
}

// Every class is counted, and the most frequent come first.
func TestExceptionsOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text, want := "i 0 a\n", map[string]int{}
		for p := range rapid.IntRange(1, 12).Draw(rt, "n") {
			class := rapid.SampledFrom([]string{"A", "B", ":c", ""}).Draw(rt, "class")
			text += fmt.Sprintf("i %d a\nn %d a nil", p+1, p+1)
			if class != "" {
				text += " ; :exception {:via [{:type " + class + "} {:type Z}]}"
				want[class]++
			}
			text += "\n"
		}
		r, err := stats.Exceptions(context.Background(), histtest.Parse(t, text))
		if err != nil {
			rt.Fatal(err)
		}
		for i, e := range r.Exceptions {
			if want[e.Class.String()] != e.Count || i > 0 && r.Exceptions[i-1].Count < e.Count {
				rt.Fatalf("%s\n%v, want %v", text, r.Exceptions, want)
			}
		}
		if len(r.Exceptions) != len(want) {
			rt.Fatalf("%s\n%v, want %v", text, r.Exceptions, want)
		}
	})
}

func ExampleExceptions() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :read}
		{:process 0 :type :info :f :read :exception {:via [{:type java.net.SocketException}]}}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := stats.Exceptions(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Exceptions[0].Class, r.Exceptions[0].Count)
	// Output: true java.net.SocketException 1
}

// Jepsen's example: completions alone, and one operation that never succeeded.
func TestExample(t *testing.T) {
	h := histtest.Parse(t, "o 1 foo\nx 2 foo\nn 3 bar\nx 4 bar\nx 5 bar")
	r, err := stats.Check(context.Background(), h)
	if err != nil {
		t.Fatal(err)
	}
	want := "{:valid? false, :count 5, :ok-count 1, :fail-count 3, :info-count 1, :by-f {:bar {:valid? false, :count 3, :ok-count 0, :fail-count 2, :info-count 1}, :foo {:valid? true, :count 2, :ok-count 1, :fail-count 1, :info-count 0}}"
	if got, err := render.EDN(nil, r); err != nil || !strings.HasPrefix(string(got), want) {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	// Names of several kinds, and none at all, need no order of their own.
	h = histtest.Read(t, "history.edn", "{:process 0 :type :ok :f \"a\"} {:process 1 :type :ok :f :b} {:process 2 :type :info}")
	if r, err := stats.Check(context.Background(), h); err != nil || len(r.ByF) != 3 || r.Valid.String() != "false" {
		t.Errorf("%+v, %v", r, err)
	}
}
