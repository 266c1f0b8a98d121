package history

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
)

// build appends entries and returns the history.
func build(entries ...Entry) (*History, error) {
	b := NewBuilder(nil)
	for _, e := range entries {
		if err := b.Append(e); err != nil {
			return nil, err
		}
	}
	return b.History()
}

func mustBuild(t rapid.TB, entries ...Entry) *History {
	t.Helper()
	h, err := build(entries...)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// notation spells entries in short: i0 is an invocation of process 0, o0 its
// completion with ok, f0 with fail, n0 with info; N is the nemesis.
func notation(s string) (out []Entry) {
	types := map[byte]Type{'i': Invoke, 'o': OK, 'f': Fail, 'n': Info}
	for i, word := range strings.Fields(s) {
		e := Entry{Type: Info, Nemesis: word == "N", F: "txn", Time: int64(i)}
		if !e.Nemesis {
			e.Type = types[word[0]]
			if _, err := fmt.Sscan(word[1:], &e.Process); err != nil {
				panic(err)
			}
		}
		out = append(out, e)
	}
	return out
}

func pairs(h *History) []int {
	out := []int{}
	for i := range h.Len() {
		out = append(out, h.Pair(i))
	}
	return out
}

func warnings(h *History) string {
	var out []string
	for _, w := range h.Warnings() {
		out = append(out, fmt.Sprintf("%s=%d", w.Code, w.Count))
	}
	return strings.Join(out, " ")
}

func TestPairing(t *testing.T) {
	tests := []struct {
		name, ops string
		pairs     []int
		warnings  string
		err       string
	}{
		{"empty", "", []int{}, "", ""},
		{"one operation", "i0 o0", []int{1, 0}, "", ""},
		{"interleaved", "i0 i1 o1 n0", []int{3, 2, 1, 0}, "", ""},
		{"again and again", "i0 f0 i0 o0", []int{1, 0, 3, 2}, "", ""},
		{"unfinished", "i0 i1 o1 i2", []int{-1, 2, 1, -1}, "unfinished=2", ""},
		{"nemesis between", "i0 N N o0", []int{3, -1, -1, 0}, "", ""},
		{"nemesis alone", "N N", []int{-1, -1}, "", ""},
		{"completions only", "o0 o0 n1", []int{-1, -1, -1}, "no-invocations=3", ""},
		{"huge and negative", "i-5 i4194304 i4611686018427387904 o4194304 o-5 o4611686018427387904", []int{4, 3, 5, 1, 0, 2}, "", ""},
		{"invoked twice", "i0 i1 i0", nil, "", "history:3:1: process 0 invoked twice: expected a completion of its op 0 (line 1) before op 2"},
		{"invoked twice, huge", "i4611686018427387904 i4611686018427387904", nil, "", "history:2:1: process 4611686018427387904 invoked twice: expected a completion of its op 0 (line 1) before op 1"},
		{"completes nothing", "i0 o0 o0", nil, "", "history:3:1: op 2 completes nothing: expected an invocation of process 0 before it"},
		{"completed before", "o3 i0 o0", nil, "", "history:1:1: op 0 completes nothing: expected an invocation of process 3 before it"},
		{"too far", "i-9223372036854775808", nil, "", "op 0: expected a process number in range, found -9223372036854775808"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := build(notation(tt.ops)...)
			if err != nil || tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("got %v, want %s", err, tt.err)
				}
				return
			}
			if diff := cmp.Diff(tt.pairs, pairs(h)); diff != "" {
				t.Errorf("pairs: (-want +got)\n%s", diff)
			}
			if got := warnings(h); got != tt.warnings {
				t.Errorf("warnings: got %q, want %q", got, tt.warnings)
			}
			if got := h.CompletionsOnly(); got != strings.Contains(tt.warnings, "no-invocations") || h.Unordered() {
				t.Errorf("CompletionsOnly is %v, Unordered %v", got, h.Unordered())
			}
		})
	}
}

func TestBadEntries(t *testing.T) {
	tests := []struct {
		name string
		e    Entry
		want string
	}{
		{"name", Entry{F: "a b"}, `op 1: expected the name of an operation, found "a b"`},
		{"name with a colon", Entry{F: ":a"}, `op 1: expected the name of an operation, found ":a"`},
		{"field", Entry{Extra: []Field{{Name: ""}}}, `op 1: expected the name of a field, found ""`},
		{"value", Entry{Value: func() {}}, "op 1: a func() has no EDN form"},
		{"value of a field", Entry{Extra: []Field{{"x", func() {}}}}, "op 1: a func() has no EDN form"},
		{"type", Entry{Type: 4}, "op 1: expected a type of invoke, ok, fail or info, found 4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := NewBuilder(nil)
			if err := b.Append(Entry{}); err != nil {
				t.Fatal(err)
			}
			tt.e.Process = 1
			err := b.Append(tt.e)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			if again := b.Append(Entry{Process: 2}); !errors.Is(again, err) {
				t.Errorf("after the error: got %v", again)
			}
			if _, again := b.History(); !errors.Is(again, err) {
				t.Errorf("History after the error: got %v", again)
			}
		})
	}
}

func TestBuilderIsDone(t *testing.T) {
	b := NewBuilder(nil)
	if _, err := b.History(); err != nil {
		t.Fatal(err)
	}
	if err := b.Append(Entry{}); !errors.Is(err, errDone) {
		t.Errorf("Append: got %v", err)
	}
	if err := b.Add(&Columns{}); !errors.Is(err, errDone) {
		t.Errorf("Add: got %v", err)
	}
	if _, err := b.History(); !errors.Is(err, errDone) {
		t.Errorf("History: got %v", err)
	}
}

func TestGrow(t *testing.T) {
	b := NewBuilder(nil)
	for range 3 {
		if err := b.Append(Entry{Nemesis: true}); err != nil {
			t.Fatal(err)
		}
		b.Grow(2)
	}
	if b.Grow(100); cap(b.h.typ) < 100 || cap(b.h.pair) < 100 {
		t.Errorf("room for %d ops", cap(b.h.typ))
	}
}

// genEntries generates a history that keeps discipline, most of the time.
func genEntries(t *rapid.T) (out []Entry) {
	open := map[int64]bool{}
	for range rapid.IntRange(0, 30).Draw(t, "ops") {
		e := Entry{
			Process: rapid.SampledFrom([]int64{0, 1, 2, -7, 1 << 40}).Draw(t, "process"),
			F:       rapid.SampledFrom([]string{"", "read", "write", "cas"}).Draw(t, "f"),
			Time:    rapid.Int64Range(-1, 5).Draw(t, "time"),
			Value:   rapid.SampledFrom([]any{nil, 1, "a\nb", []any{edn.Kw("r"), 2}}).Draw(t, "value"),
			Nemesis: rapid.IntRange(0, 5).Draw(t, "nemesis") == 0,
		}
		switch {
		case e.Nemesis:
			e.Type = Info
		case open[e.Process] != (rapid.IntRange(0, 50).Draw(t, "undisciplined") == 7):
			e.Type = rapid.SampledFrom([]Type{OK, Fail, Info}).Draw(t, "type")
			open[e.Process] = false
		default:
			open[e.Process] = true
		}
		out = append(out, e)
	}
	return out
}

// Ops that are appended one by one and columns of the same text, in pieces of
// any size, make the same history or the same error.
func TestAppendAndAdd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := genEntries(t)
		want, wantErr := build(entries...)

		var text []byte
		all := make([]Row, len(entries))
		for i, e := range entries {
			r := &all[i]
			*r = Row{Start: len(text), Type: e.Type, Index: int64(i), HasIndex: true, Time: e.Time, HasTime: e.Time != NoTime, HasProcess: true, Process: Process(e.Process), F: []byte(e.F)}
			if e.Nemesis {
				r.Process, r.ProcessName = NoProcess, []byte("nemesis")
			}
			var err error
			if text, err = AppendEntry(text, i, e, func(lo, hi int) { r.ValueLo, r.ValueHi = lo, hi }); err != nil {
				t.Fatal(err)
			}
			text = append(text, '\n')
		}
		src := edn.NewSource("history", text, edn.EDN)
		got, err := addInPieces(t, src, all)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("Add: %v, Append: %v", err, wantErr)
		}
		if err != nil {
			return
		}
		if string(want.src.Text) != string(text) || warnings(want) != warnings(got) {
			t.Fatalf("%s: %s, and %s: %s", want.src.Text, warnings(want), text, warnings(got))
		}
		if diff := cmp.Diff(dump(want), dump(got)); diff != "" {
			t.Fatalf("(-Append +Add)\n%s", diff)
		}
	})
}

func addInPieces(t *rapid.T, src *edn.Source, all []Row) (*History, error) {
	b := NewBuilder(src)
	var c Columns
	for i := 0; i < len(all); {
		n := rapid.IntRange(0, len(all)-i).Draw(t, "piece")
		c.Reset()
		for j := range n {
			if err := c.Append(src, &all[i+j]); err != nil {
				return nil, err
			}
		}
		if err := b.Add(&c); err != nil {
			return nil, err
		}
		i += n
	}
	return b.History()
}

// dump spells out all that a history says of its ops.
func dump(h *History) (out []string) {
	for op := range h.Ops() {
		out = append(out, fmt.Sprintf("%v time=%d f=%q sym=%d value=%v pair=%d text=%s", op, op.Time, op.F, h.Symbol(op.Pos), op.Value, h.Pair(op.Pos), h.Text(op.Pos)))
	}
	return out
}

// rows adds rows of no text to a builder.
func addRows(rows ...Row) (*History, error) {
	src := edn.NewSource("h", []byte(strings.Repeat("x\n", len(rows))), edn.EDN)
	b, c := NewBuilder(src), Columns{}
	for i := range rows {
		rows[i].Start = 2 * i
		if err := c.Append(src, &rows[i]); err != nil {
			return nil, err
		}
	}
	if err := b.Add(&c); err != nil {
		return nil, err
	}
	return b.History()
}

func TestIndices(t *testing.T) {
	tests := []struct {
		name     string
		index    []int64 // -1 for none
		warnings string
		err      string
	}{
		{"dense", []int64{0, 1, 2}, "", ""},
		{"none", []int64{-1, -1}, "no-index=2", ""},
		{"sparse", []int64{0, 1, 5, 9}, "", ""},
		{"from 7", []int64{7, 8}, "", ""},
		{"not rising", []int64{3, 1, 2}, "index-sorted=0", ""},
		{"twice", []int64{3, 1, 3}, "", "h:3:1: expected a unique :index, but 3 is also that of the op on line 1"},
		{"twice in a row", []int64{3, 3}, "", "h:2:1: expected a unique :index, but 3 is also that of the op on line 1"},
		{"one too few", []int64{0, 1, -1}, "", "h:3:1: expected an :index in every op or in none, found none after ops with one"},
		{"one too many", []int64{-1, 1}, "", "h:2:1: expected an :index in every op or in none, found one after ops without"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var in []Row
			for _, x := range tt.index {
				in = append(in, Row{Type: Info, Process: NoProcess, ProcessName: []byte("n"), HasProcess: true, HasTime: true, Index: x, HasIndex: x >= 0})
			}
			h, err := addRows(in...)
			if err != nil || tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("got %v, want %s", err, tt.err)
				}
				return
			}
			if got := warnings(h); got != tt.warnings {
				t.Errorf("warnings: got %q, want %q", got, tt.warnings)
			}
			slices.Sort(tt.index) // unless they are none
			for i, x := range tt.index {
				if got := h.Index(i); got != x && x >= 0 || x < 0 && got != int64(i) {
					t.Errorf("op %d has index %d, want %d", i, got, x)
				}
			}
		})
	}
}

func TestNoProcess(t *testing.T) {
	none := func(types ...Type) (out []Row) {
		for i, typ := range types {
			out = append(out, Row{Type: typ, Process: NoProcess, Index: int64(i), HasIndex: true, HasTime: true})
		}
		return out
	}
	h, err := addRows(none(Invoke, OK, Invoke, Invoke, Info, OK)...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 0, -1, 4, 3, -1}, pairs(h)); diff != "" {
		t.Errorf("pairs: (-want +got)\n%s", diff)
	}
	if got, want := warnings(h), "no-process=6 unfinished=1"; got != want || !h.Unordered() {
		t.Errorf("got %q, want %q; Unordered is %v", got, want, h.Unordered())
	}
	if h.Process(0) != h.Process(1) || h.Process(0) == h.Process(2) {
		t.Error("processes of operations")
	}

	some := none(Invoke, OK)
	some[0].HasProcess, some[0].Process = true, 3
	if h, err = addRows(some...); err != nil {
		t.Fatal(err)
	}
	if got, want := warnings(h), "no-process=1 unfinished=1"; got != want || h.Unordered() || h.Process(1) != NoProcess {
		t.Errorf("got %q, want %q; Unordered is %v", got, want, h.Unordered())
	}
}

func TestManyF(t *testing.T) {
	b := NewBuilder(nil)
	for i := range math.MaxUint16 {
		if err := b.Append(Entry{Nemesis: true, F: fmt.Sprint("f", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Append(Entry{Nemesis: true, F: "f0"}); err != nil {
		t.Fatal(err)
	}
	err := b.Append(Entry{Nemesis: true, F: "one more"[:3]})
	if want := "history:65537:1: expected at most 65535 different :f"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestHugeOp(t *testing.T) {
	if math.MaxInt == math.MaxInt32 {
		t.Skip("no text is as long")
	}
	src, bits := edn.NewSource("h", nil, edn.EDN), 32
	huge := 1 << bits
	var c Columns
	if err := c.Append(src, &Row{ValueHi: huge}); err == nil || err.Error() != "h:1:1: expected an op of less than 4 GiB" {
		t.Errorf("got %v", err)
	}
}
