package history

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
)

// noted makes rows of words such as i0@5#2: as notation has it, at time 5, with index 2. A
// process may be a name.
func noted(s string) (rows []Row) {
	types := map[byte]Type{'i': Invoke, 'o': OK, 'f': Fail, 'n': Info}
	for _, word := range strings.Fields(s) {
		word, f, _ := strings.Cut(word, "/")
		word, index, hasIndex := strings.Cut(word, "#")
		word, at, hasTime := strings.Cut(word, "@")
		r := Row{Type: types[word[0]], Process: NoProcess, HasProcess: true, HasTime: hasTime, HasIndex: hasIndex, F: []byte(cmp.Or(f, "txn"))}
		fmt.Sscan(at, &r.Time)
		fmt.Sscan(index, &r.Index)
		if n, err := fmt.Sscan(word[1:], (*int64)(&r.Process)); n != 1 || err != nil {
			r.Process, r.ProcessName = NoProcess, []byte(word[1:])
		}
		rows = append(rows, r)
	}
	return rows
}

// ordered builds a history in an order.
func ordered(o Order, rows []Row) (*History, error) {
	src := edn.NewSource("h", []byte(strings.Repeat("x\n", len(rows))), edn.EDN)
	b, c := NewBuilder(src), Columns{}
	b.SetOrder(o)
	for i := range rows {
		rows[i].Start = 2 * i
		c.Reset() // one by one: what is missing may come in another piece
		if err := c.Append(src, &rows[i]); err != nil {
			return nil, err
		}
		if err := b.Add(&c); err != nil {
			return nil, err
		}
	}
	return b.History()
}

// spelled writes a history as noted reads it, without operations.
func spelled(h *History) string {
	var out []string
	for op := range h.Ops() {
		out = append(out, "iofn"[op.Type:op.Type+1]+op.Process)
	}
	return strings.Join(out, " ")
}

func TestOrder(t *testing.T) {
	for _, tt := range []struct {
		name     string
		order    Order
		ops      string
		want     string // the ops in their order
		pairs    []int
		warnings string
		err      string
	}{
		{"logs behind each other", AutoOrder, "i0#0 o0#2 i0#4 o0#5 i1#1 o1#3", "i0 i1 o0 o1 i0 o0", []int{2, 3, 0, 1, 5, 4}, "index-sorted=0 no-time=6", ""},
		{"completions behind invocations", AutoOrder, "i0#0 i0#2 o0#1 o0#3", "i0 o0 i0 o0", []int{1, 0, 3, 2}, "index-sorted=0 no-time=4", ""},
		{"completions first", AutoOrder, "o0#1 i0#0", "i0 o0", []int{1, 0}, "index-sorted=0 no-time=2", ""},
		{"times agree", AutoOrder, "i0@1#0 o0@5#2 i1@3#1 o1@7#3", "i0 i1 o0 o1", []int{2, 3, 0, 1}, "index-sorted=0", ""},
		{"times contradict", AutoOrder, "i0@1#2 o0@2#3 i1@3#0 o1@4#1", "i0 o0 i1 o1", []int{1, 0, 3, 2}, "index-order=0", ""},
		{"completions only", AutoOrder, "o0#3 o1#1 n0#2", "o1 n0 o0", []int{-1, -1, -1}, "index-sorted=0 no-time=3 no-invocations=3", ""},
		{"pairs contradict", AutoOrder, "i0#2 o0#1", "i0 o0", []int{1, 0}, "index-order=0 no-time=2", ""},
		{"pairs contradict both", AutoOrder, "i0#2 i0#1", "", nil, "", "h:2:1: process 0 invoked twice: expected a completion of its op 2 (line 1) before op 1"},
		{"by file", FileOrder, "i0#0 o0#2 i1#1 o1#3", "i0 o0 i1 o1", []int{1, 0, 3, 2}, "no-time=4", ""},
		{"by index", IndexOrder, "i0@9#0 o0@9#2 i1@5#1 o1@5#3", "i0 i1 o0 o1", []int{2, 3, 0, 1}, "", ""},
		{"by index, without one", IndexOrder, "i0 o0", "i0 o0", []int{1, 0}, "no-index=2 no-time=2", ""},
		{"by time", TimeOrder, "i0@1 o0@5 i1@3 o1@7", "i0 i1 o0 o1", []int{2, 3, 0, 1}, "no-index=4", ""},
		{"by time, against the index", TimeOrder, "i0@1#0 o0@5#1 i1@3#2 o1@7#3", "i0 i1 o0 o1", []int{2, 3, 0, 1}, "", ""},
		{"at one time", TimeOrder, "i0@1 o0@5 i0@5 o0@8 i1@5 o1@9", "i0 i1 o0 i0 o0 o1", []int{2, 5, 0, 4, 3, 1}, "no-index=6", ""},
		{"at one time, twice", TimeOrder, "i0@5 o0@5 i0@5 o0@5 i1@5 o1@5", "i0 i1 o0 i0 o0 o1", []int{2, 5, 0, 4, 3, 1}, "no-index=6", ""},
		{"by time, one without", TimeOrder, "i0@1 o0", "", nil, "", "h:2:1: expected a :time in every op to sort by it, found none in op 1"},
		{"by time, twice", TimeOrder, "i0@1 o0@3 i0@2 o0@4", "", nil, "", "h:3:1: process 0 invoked twice: expected a completion of its op 0 (line 1) before op 1"},
		{"an index a pair", AutoOrder, "i0#0 i1#1 o1#1 o0#0", "i0 i1 o1 o0", []int{3, 2, 1, 0}, "index-shared=4 no-time=4", ""},
		{"an index a process", AutoOrder, "i0#0 i1#0 o1#1 o0#1 i1#2 o1#3", "i0 i1 o1 o0 i1 o1", []int{3, 2, 1, 0, 5, 4}, "index-shared=6 no-time=6", ""},
		{"an index a pair of a process", AutoOrder, "i0#0 i1#0 o1#0 o0#0 i1#1 o1#1", "i0 i1 o1 o0 i1 o1", []int{3, 2, 1, 0, 5, 4}, "index-shared=6 no-time=6", ""},
		{"an index twice", AutoOrder, "i0#0 o0#1 i0#1 o0#2", "", nil, "", "h:3:1: expected a unique :index, but 1 is also that of the op on line 2"},
		{"logs that each begin with 0", AutoOrder, "i0#0 o0#1 i0#2 o0#3 i1#0 o1#1 i1#2 o1#3", "i0 o0 i0 o0 i1 o1 i1 o1", []int{1, 0, 3, 2, 5, 4, 7, 6}, "index-shared=8 concatenated=0 no-time=8", ""},
		{"and it is meant", FileOrder, "i0#0 o0#1 i0#2 o0#3 i1#0 o1#1 i1#2 o1#3", "i0 o0 i0 o0 i1 o1 i1 o1", []int{1, 0, 3, 2, 5, 4, 7, 6}, "index-shared=8 no-time=8", ""},
		{"they have times", AutoOrder, "i0@0#0 o0@1#1 i0@4#2 o0@5#3 i1@2#0 o1@3#1 i1@6#2 o1@7#3", "i0 o0 i0 o0 i1 o1 i1 o1", []int{1, 0, 3, 2, 5, 4, 7, 6}, "index-shared=8 concatenated=0 time-order=1", ""},
		{"none overlaps, but by time", AutoOrder, "i0@0 o0@10 i1@5 o1@15", "i0 o0 i1 o1", []int{1, 0, 3, 2}, "time-order=1 no-index=4", ""},
		{"none overlaps", AutoOrder, "i0@0 o0@10 i1@10 o1@15", "i0 o0 i1 o1", []int{1, 0, 3, 2}, "no-index=4", ""},
		{"some overlap", AutoOrder, "i0@0 o0@10 i1@5 i2@6 o1@15 o2@16", "i0 o0 i1 i2 o1 o2", []int{1, 0, 4, 5, 2, 3}, "no-index=6", ""},
		{"early", AutoOrder, "i2@0 i0@8 o0@10 i1@5 o2@15 o1@16", "i2 i0 o0 i1 o2 o1", []int{4, 2, 1, 5, 0, 3}, "time-order=1 no-index=6", ""},
		{"an info is pending", AutoOrder, "i0@8 n0@10 i1@5 o1@16", "i0 n0 i1 o1", []int{1, 0, 3, 2}, "no-index=4", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, err := ordered(tt.order, noted(tt.ops))
			if err != nil || tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("got %v, want %s", err, tt.err)
				}
				return
			}
			if got := spelled(h); got != tt.want || !slices.Equal(pairs(h), tt.pairs) {
				t.Errorf("got %s, %v; want %s, %v", got, pairs(h), tt.want, tt.pairs)
			}
			if got := warnings(h); got != tt.warnings {
				t.Errorf("warnings: got %s, want %s", got, tt.warnings)
			}
		})
	}
}

// TestOrderRandom: a history whose ops were written process by process is the same in the order
// of its indices, and of its times if no two are the same.
func TestOrderRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []Row
		for i, e := range genDisciplined(t) {
			r := Row{Type: e.Type, Process: Process(e.Process), HasProcess: true, Time: int64(10 * i), HasTime: true, Index: int64(i), HasIndex: true, F: []byte(e.F)}
			if e.Nemesis {
				r.Process, r.ProcessName = NoProcess, []byte("nemesis")
			}
			rows = append(rows, r)
		}
		want, err := ordered(AutoOrder, slices.Clone(rows))
		if err != nil {
			t.Fatal(err)
		}
		apart := slices.Clone(rows)
		slices.SortStableFunc(apart, func(a, b Row) int { return cmp.Compare(a.Process, b.Process) })
		withoutTime, withoutIndex := slices.Clone(apart), slices.Clone(apart)
		for i := range apart {
			withoutTime[i].HasTime, withoutIndex[i].HasIndex = false, false
		}
		for _, c := range []struct {
			order Order
			rows  []Row
		}{{AutoOrder, apart}, {AutoOrder, withoutTime}, {IndexOrder, withoutTime}, {TimeOrder, withoutIndex}, {TimeOrder, apart}} {
			got, err := ordered(c.order, c.rows)
			if err != nil {
				t.Fatal(err)
			}
			if spelled(got) != spelled(want) || !slices.Equal(pairs(got), pairs(want)) || got.CompletionsOnly() != want.CompletionsOnly() {
				t.Fatalf("order %d: got %s, want %s", c.order, spelled(got), spelled(want))
			}
		}
	})
}

// genDisciplined is genEntries without mistakes.
func genDisciplined(t *rapid.T) []Entry {
	return rapid.Custom(genEntries).Filter(func(es []Entry) bool {
		_, err := build(es...)
		return err == nil
	}).Draw(t, "entries")
}

// At equal times no op is out of the order of its process, and an operation that ends when
// another begins, neither at one moment, overlaps it, if the other process does nothing else
// at that time before.
func TestEqualTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []Row
		for p := range 3 {
			at := rapid.Int64Range(0, 3).Draw(t, "begin")
			for range rapid.IntRange(0, 4).Draw(t, "operations") {
				end := at + rapid.Int64Range(0, 3).Draw(t, "length")
				rows = append(rows, Row{Type: Invoke, Process: Process(p), HasProcess: true, Time: at, HasTime: true}, Row{Type: OK, Process: Process(p), HasProcess: true, Time: end, HasTime: true})
				at = end + rapid.Int64Range(0, 3).Draw(t, "pause")
			}
		}
		h, err := ordered(TimeOrder, rows)
		if err != nil {
			t.Fatal(err)
		}
		for i := range h.Len() {
			for j := range i {
				if h.Type(i) != Invoke || h.Type(j) != OK || h.Time(i) != h.Time(j) || h.Process(i) == h.Process(j) {
					continue
				}
				first := !slices.ContainsFunc(pairs(h)[:i], func(k int) bool { return h.Process(h.Pair(k)) == h.Process(i) && h.Time(h.Pair(k)) == h.Time(i) })
				if a, b := h.Pair(i), h.Pair(j); first && h.Time(a) > h.Time(i) && h.Time(b) < h.Time(j) {
					t.Fatalf("%s: op %d ends before op %d begins, at the same time", spelled(h), j, i)
				}
			}
		}
	})
}

func TestTimes(t *testing.T) {
	row := func(at int64, seconds, date bool) Row {
		return Row{Type: OK, Process: 1, HasProcess: true, Time: at, HasTime: true, InSeconds: seconds, IsDate: date}
	}
	none := Row{Type: OK, Process: 1, HasProcess: true}
	for _, tt := range []struct {
		rows []Row
		want string
	}{
		{[]Row{row(5, false, false), row(7, false, false)}, "[5 7]"},
		{[]Row{row(1_500_000_000, true, false), row(2, false, false), none}, "[1500000000 2000000000 -1]"},
		{[]Row{row(2e18, true, false), none, row(2e18+5, true, false)}, "[0 -1 5]"},
		{[]Row{row(2e18, false, true), row(2e18-5, false, true)}, "[5 0]"},
		{[]Row{row(1, true, false), row(1e18, false, false)}, "[1 -1]"},
		{[]Row{row(1, false, true), row(1, false, false)}, "h: expected a date as :time in every op or in none, found both"},
	} {
		h, err := ordered(AutoOrder, tt.rows)
		if err != nil {
			if err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			continue
		}
		var got []int64
		for i := range h.Len() {
			got = append(got, h.Time(i))
		}
		if fmt.Sprint(got) != tt.want {
			t.Errorf("got %v, want %s", got, tt.want)
		}
	}
}
