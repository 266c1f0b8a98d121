package history

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-c33ae711/jcheck/edn"
)

func sampleHistory(t *testing.T) *History {
	return mustBuild(t,
		Entry{Type: Invoke, Process: 0, Time: 5, F: "read"},
		Entry{Type: Info, Nemesis: true, Time: NoTime, F: "kill", Value: edn.Kw("n1")},
		Entry{Type: Invoke, Process: -2, Time: 7, F: "write", Value: "a\nb"},
		Entry{Type: OK, Process: 0, Time: 9, F: "read", Value: []any{1, 2}, Extra: []Field{{"error", edn.Kw("timeout")}, {"node", "n1"}}},
		Entry{Type: Fail, Process: -2, Time: 9, Value: nil},
	)
}

func TestOp(t *testing.T) {
	h := sampleHistory(t)
	var got []string
	for op := range h.Ops() {
		got = append(got, fmt.Sprintf("%v f=%s time=%d value=%v line=%d", op, op.F, op.Time, op.Value, h.Line(op.Pos)))
	}
	want := []string{
		"op 0 (invoke by process 0) f=read time=5 value=nil line=1",
		"op 1 (info by process nemesis) f=kill time=-1 value=:n1 line=2",
		"op 2 (invoke by process -2) f=write time=7 value=\"a\\nb\" line=3",
		"op 3 (ok by process 0) f=read time=9 value=[1 2] line=4",
		"op 4 (fail by process -2) f= time=9 value=nil line=5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for range h.Ops() {
		break // stops when asked to
	}
	if got, want := h.Text(3).String(), `{:index 3, :time 9, :type :ok, :process 0, :f :read, :value [1 2], :error :timeout, :node "n1"}`; got != want {
		t.Errorf("text: got %s, want %s", got, want)
	}
	if v, ok := h.Text(3).Get("error"); !ok || v.String() != ":timeout" {
		t.Errorf("error: got %v", v)
	}
	if err := h.Errorf(3, "expected %d", 7); err.Error() != "history:4:1: expected 7" {
		t.Errorf("got %v", err)
	}
}

func TestAccessors(t *testing.T) {
	h := sampleHistory(t)
	if h.Len() != 5 || h.Type(1) != Info || h.Time(1) != NoTime || h.Pair(0) != 3 || h.Pair(4) != 2 || h.Source().Name != "history" {
		t.Error("columns")
	}
	if !h.Process(2).IsClient() || h.Process(2).Number() != -2 || h.Process(1).IsClient() || NoProcess.IsClient() || h.ProcessName(NoProcess) != "" {
		t.Error("processes")
	}
	if h.Symbol(0) != h.Symbol(3) || h.Symbol(4) != 0 || h.SymbolName(0) != "" || h.F(1) != "kill" {
		t.Error("symbols")
	}
	if lo, hi := h.ValueSpan(3); string(h.Source().Text[lo:hi]) != "[1 2]" {
		t.Error("span")
	}
	if got := []int{h.Line(4), h.Line(0), h.Line(3), h.Line(0)}; !slices.Equal(got, []int{5, 1, 4, 1}) {
		t.Errorf("Line: got %v", got)
	}
	for typ, name := range map[Type]string{Invoke: "invoke", OK: "ok", Fail: "fail", Info: "info"} {
		if got, ok := TypeNamed([]byte(name)); !ok || got != typ || typ.String() != name {
			t.Errorf("%s: got %v, %v", name, got, ok)
		}
	}
	if _, ok := TypeNamed([]byte("okay")); ok {
		t.Error("okay is a type")
	}
}

func TestNoValue(t *testing.T) {
	h, err := addRows(Row{Type: Info, Process: NoProcess})
	if err != nil {
		t.Fatal(err)
	}
	if v := h.Value(0); !v.IsZero() {
		t.Errorf("got %v", v)
	}
	if lo, hi := h.ValueSpan(0); lo != hi {
		t.Errorf("span from %d to %d", lo, hi)
	}
}

func TestViews(t *testing.T) {
	h := sampleHistory(t)
	tests := []struct {
		name string
		view View
		want []int32
	}{
		{"clients", h.Clients(), []int32{0, 2, 3, 4}},
		{"f", h.WithF("read"), []int32{0, 3}},
		{"two f", h.WithF("kill", "read"), []int32{0, 1, 3}},
		{"unknown f", h.WithF("cas"), nil},
		{"no f", h.WithF(), nil},
		{"where", h.Where(func(i int) bool { return h.Type(i) == Invoke }), []int32{0, 2}},
		{"narrowed", h.Clients().Where(func(i int) bool { return h.Type(i) != Invoke }), []int32{3, 4}},
	}
	for _, tt := range tests {
		if !slices.Equal(tt.view.Ops, tt.want) || tt.view.History != h {
			t.Errorf("%s: got %v, want %v", tt.name, tt.view.Ops, tt.want)
		}
	}
}

// rowsOf makes the columns of n ops, as a reader does.
func columnsOf(n int) (*edn.Source, *Columns) {
	src, c := edn.NewSource("h", make([]byte, n*100), edn.EDN), &Columns{}
	for i := range n {
		r := Row{
			Start: i * 100, ValueLo: i*100 + 40, ValueHi: i*100 + 90, Index: int64(i), HasIndex: true, Time: int64(i), HasTime: true,
			Process: Process(i / 2 % 10), HasProcess: true, Type: Type(i % 2), F: []byte("txn"),
		}
		if err := c.Append(src, &r); err != nil {
			panic(err)
		}
	}
	return src, c
}

// The columns of an op are 39 bytes; what is more is room that was made and not
// used.
func TestHeapPerOp(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory")
	}
	const n = 200_000
	src, c := columnsOf(n)
	before := heapAlloc()
	b := NewBuilder(src)
	b.Grow(n)
	if err := b.Add(c); err != nil {
		t.Fatal(err)
	}
	h, err := b.History()
	if err != nil {
		t.Fatal(err)
	}
	if got := float64(heapAlloc()-before) / n; got > 40 {
		t.Errorf("%.1f bytes an op", got)
	}
	runtime.KeepAlive(h)
	runtime.KeepAlive(c)
}

func heapAlloc() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkAdd(b *testing.B) {
	const n = 100_000
	src, c := columnsOf(n)
	b.ReportAllocs()
	for b.Loop() {
		builder := NewBuilder(src)
		builder.Grow(n)
		if err := builder.Add(c); err != nil {
			b.Fatal(err)
		}
		if _, err := builder.History(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/op_added")
}

func BenchmarkAppend(b *testing.B) {
	const n = 1000
	value := edn.Raw("[[:append 1 2] [:r 3 nil]]")
	b.ReportAllocs()
	for b.Loop() {
		builder := NewBuilder(nil)
		for i := range n {
			if err := builder.Append(Entry{Type: Type(i % 2), Process: int64(i / 2 % 10), F: "txn", Value: value}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/op_appended")
}
