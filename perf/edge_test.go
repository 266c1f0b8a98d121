package perf

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
)

func build(t testing.TB, entries ...history.Entry) *history.History {
	t.Helper()
	b := history.NewBuilder(nil)
	for _, e := range entries {
		if err := b.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestEdges: whatever a history is like, there is a summary that can be written as JSON.
func TestEdges(t *testing.T) {
	invoke := func(p, at int64, f string) history.Entry {
		return history.Entry{Type: history.Invoke, Process: p, Time: at, F: f}
	}
	end := func(typ history.Type, p, at int64, f string) history.Entry {
		return history.Entry{Type: typ, Process: p, Time: at, F: f}
	}
	many := func(n int, make func(i int) []history.Entry) (out []history.Entry) {
		for i := range n {
			out = append(out, make(i)...)
		}
		return out
	}
	for name, ops := range map[string][]history.Entry{
		"empty":         nil,
		"one op":        {invoke(0, 5, "read")},
		"one operation": {invoke(0, 5, "read"), end(history.OK, 0, 9, "read")},
		"nemesis only":  {{Type: history.Info, Nemesis: true, F: "kill", Time: 3}},
		"no completion": {invoke(0, 1, "read"), invoke(1, 2, "read"), invoke(2, 2, "read")},
		"all info":      {invoke(0, 1, "read"), end(history.Info, 0, 1e9, "read"), invoke(1, 2, "read"), end(history.Info, 1, 7, "read")},
		"zero latency":  {invoke(0, 7, "read"), end(history.OK, 0, 7, "read")},
		"backward":      {invoke(0, 7e9, "read"), end(history.OK, 0, 3e9, "read")},
		"negative time": {invoke(0, -7e9, "read"), end(history.OK, 0, -3e9, "read")},
		"no times":      {invoke(0, history.NoTime, "read"), end(history.OK, 0, history.NoTime, "read"), {Type: history.Info, Nemesis: true, F: "kill", Time: history.NoTime}},
		"some times":    {invoke(0, history.NoTime, "read"), end(history.OK, 0, 8, "read"), invoke(0, 9, "read")},
		"huge times":    {invoke(0, math.MinInt64+1, "read"), end(history.OK, 0, math.MaxInt64, "read"), invoke(0, math.MaxInt64/8, "read"), end(history.OK, 0, 4, "read")},
		"completions":   {end(history.OK, 0, 3, "read"), end(history.Fail, 1, 4e9, "write")},
		"many fs": many(300, func(i int) []history.Entry {
			return []history.Entry{invoke(0, int64(i), fmt.Sprint("f", i)), end(history.OK, 0, int64(i+1), fmt.Sprint("f", i))}
		}),
		"many nemeses": many(100, func(i int) []history.Entry {
			return []history.Entry{{Type: history.Info, Nemesis: true, F: fmt.Sprint("start-n", i), Time: int64(i)}, {Type: history.Info, Nemesis: true, F: fmt.Sprint("start-n", i), Time: int64(i)}}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			s := measured(t, build(t, ops...), Options{Nodes: []string{"a", "b"}})
			if _, err := json.Marshal(s); err != nil {
				t.Error(err)
			}
			for _, r := range []*Rates{s.Rates, s.JepsenRates} {
				for k := 0; r != nil && k < r.N; k++ {
					if hz := r.Hz(k, r.All(OK)[k]); math.IsNaN(hz) || math.IsInf(hz, 0) || hz < 0 {
						t.Errorf("rate %v", hz)
					}
				}
			}
			_ = s.Remarks(&s.Total)
			if s.Grid != nil {
				for by := range 15 {
					s.Grid.Coarser(by)
				}
				s.Grid.Columns(0)
			}
		})
	}
}

func TestManyFs(t *testing.T) {
	var ops []history.Entry
	for i := range 1000 {
		f := fmt.Sprint("f", min(i%100, 90))
		ops = append(ops, history.Entry{Type: history.OK, Process: 0, F: f, Time: int64(i)})
	}
	s := measured(t, build(t, ops...), Options{})
	if len(s.Fs) != maxFs || s.Fs[len(s.Fs)-1] != "(28 others)" || s.Merged != 28 {
		t.Errorf("%d operations: %v", len(s.Fs), s.Fs)
	}
	if !slices.Contains(s.Fs, "f90") || s.Total.Done[OK] != 1000 {
		t.Errorf("%v %v", s.Fs, s.Total)
	}
	if !slices.IsSortedFunc(s.Fs[:maxFs-1], compareNames) {
		t.Errorf("not sorted: %v", s.Fs)
	}
}

func TestParseNemeses(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                        `[]`,
		`{:nemeses nil}`:            `[]`,
		`{:nemeses #{{:name "a"}}}`: `[{a [start] [stop] []  false}]`,
		`{:nemeses [{:name :kill, :start #{:k :a}, :stop [:s], :fs (:x), :color "#123456", :hidden? true} {:start #{:q}} 7]}`: `[{kill [a k] [s] [x] #123456 true}]`,
		`{:nemeses [{:name 5, :start #{}, :stop #{}, :color "red\"><script>"}]}`:                                              `[{5 [] [] []  false}]`,
	} {
		if got := fmt.Sprint(ParseNemeses(edn.MustParse(text))); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	if got := ParseNemeses(edn.Value{}); got != nil {
		t.Errorf("nothing: %v", got)
	}
}

func TestClocks(t *testing.T) {
	mark := func(at int64, offsets string) history.Entry {
		return history.Entry{Type: history.Info, Nemesis: true, F: "check-clock-offsets", Time: at, Extra: []history.Field{{Name: "clock-offsets", Value: edn.Raw(offsets)}}}
	}
	s := measured(t, build(t, mark(1, `{"n10.foo.com" 1.5, "n2.foo.com" -2}`), mark(5, `{"n2.foo.com" 3/2, :n3.foo.com "x"}`), mark(6, `nil`), mark(7, `[1 2]`)), Options{})
	if got := fmt.Sprint(s.Clocks); got != "[{n2 [{1 -2} {5 1.5}]} {n10 [{1 1.5}]}]" {
		t.Error(got)
	}
	for _, c := range []struct{ names, want string }{
		{"n1.foo.com", "n1"}, {"n1.foo.com n2.foo.com", "n1 n2"}, {"a.b c", "a.b c"}, {"10.0.0.1 10.1.0.1", "10.0.0.1 10.1.0.1"}, {"n1 n1.x", "n1 n1.x"},
	} {
		var clocks []Clock
		for name := range strings.FieldsSeq(c.names) {
			clocks = append(clocks, Clock{Node: name})
		}
		shorten(clocks)
		var got []string
		for _, x := range clocks {
			got = append(got, x.Node)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v", c.names, got)
		}
	}
}

func TestKeys(t *testing.T) {
	var ops []history.Entry
	for i := range 100 {
		v := edn.Raw(fmt.Sprintf("[%d nil]", i*i%7))
		ops = append(ops, history.Entry{Type: history.Invoke, F: "read", Time: int64(2 * i), Value: v}, history.Entry{Type: history.OK, F: "read", Time: int64(2*i + 1), Value: v})
	}
	s := measured(t, build(t, ops...), Options{Tuples: true, TopKeys: 3})
	var got []string
	for _, r := range s.ByKey {
		got = append(got, fmt.Sprintf("%s:%d/%d", r.Name, r.Done[OK], r.Latency.OK.N))
	}
	if strings.Join(got, " ") != "1:29/29 4:28/28 2:28/28" || s.Keys != 4 || s.KeyHow != "tuple" {
		t.Errorf("%v of %d by %s", got, s.Keys, s.KeyHow)
	}
	if s := measured(t, build(t, ops...), Options{}); s.ByKey != nil {
		t.Errorf("keys of what are no tuples for certain: %v", s.ByKey)
	}
}

func TestRemarks(t *testing.T) {
	ops := []history.Entry{{Type: history.Info, Nemesis: true, F: "kill", Time: 500}, {Type: history.Info, Nemesis: true, F: "start", Time: 600}}
	at := int64(0)
	for i := range 100 {
		typ := history.OK
		if i >= 52 && i < 58 {
			typ = history.Info
		}
		ops = append(ops, history.Entry{Type: history.Invoke, Process: int64(i), F: "write", Time: at}, history.Entry{Type: typ, Process: int64(i), F: "write", Time: at + 1})
		at += 10
	}
	s := measured(t, build(t, ops...), Options{})
	if got := s.Remarks(&s.ByF[0]); got != "100 % of info inside kill windows" {
		t.Error(got)
	}
}

// The rate of the last window is that of the part in the test, and not worth showing if that is short.
func TestRemnant(t *testing.T) {
	for covered, want := range map[int64]int{1: 3, 49: 3, 50: 4, 99: 4} {
		w := Windows{Width: 100, N: 4, to: 300 + covered}
		if got := w.Rated(); got != want {
			t.Errorf("%d of 100 ns of the last window: %d windows have a rate, want %d", covered, got, want)
		}
		if got, want := w.Hz(3, 2), 2e9/float64(covered); got != want {
			t.Errorf("2 events in %d of 100 ns: %g Hz, want %g", covered, got, want)
		}
		if got := w.Hz(2, 2); got != 2e7 {
			t.Errorf("2 events in 100 ns: %g Hz, want 2e7", got)
		}
	}
}
