package queue_test

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
	"github.com/seed-c33ae711/jcheck/queue"
	"github.com/seed-c33ae711/jcheck/render"
)

func random(t *rapid.T) string {
	return histtest.Random(t, func() histtest.Call {
		n := fmt.Sprint(rapid.IntRange(0, 3).Draw(t, "n"))
		switch rapid.IntRange(0, 6).Draw(t, "f") {
		case 0, 1, 2:
			return histtest.Call{F: "enqueue", In: n, Out: n}
		case 3:
			return histtest.Call{F: "drain", In: "nil", Out: fmt.Sprint(rapid.SliceOfN(rapid.IntRange(0, 3), 0, 3).Draw(t, "drained"))}
		}
		if rapid.IntRange(0, 5).Draw(t, "empty") == 0 {
			n = "nil"
		}
		return histtest.Call{F: "dequeue", In: "nil", Out: n}
	})
}

// overlapBefore reports whether an op began before another while a third one ran.
func overlapBefore(h *history.History, before int) bool {
	open := map[history.Process]bool{}
	for i := range before {
		switch h.Type(i) {
		case history.Invoke:
			if len(open) > 0 {
				return true
			}
			open[h.Process(i)] = true
		case history.OK, history.Fail:
			delete(open, h.Process(i))
		}
	}
	return false
}

// A queue is what a slice says; in a queue in order, as far as operations did not overlap.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := random(rt)
		h := histtest.Parse(t, text)
		for _, fifo := range []bool{false, true} {
			r, err := queue.Check(context.Background(), h, queue.Options{FIFO: fifo})
			if err != nil {
				rt.Fatal(err)
			}
			var held []string
			culprit, bad, before, out := -1, 0, -1, 0
			byOrder := false
			lastTaken := map[string]int{}
			for i := 0; i < h.Len() && (culprit < 0 || !fifo); i++ {
				v := h.Value(i).String()
				switch {
				case h.F(i) == "enqueue" && h.Type(i) == history.Invoke:
					held = append(held, v)
				case h.F(i) == "dequeue" && h.Type(i) == history.OK && v != "nil":
					out++
					k := slices.Index(held, v)
					switch {
					case k == 0 || k > 0 && !fifo:
						held = slices.Delete(held, k, k+1)
					case bad == 0:
						culprit, bad, byOrder = i, 1, k > 0
						if at, ok := lastTaken[v]; ok && k < 0 {
							before = at
						}
					default:
						bad++
					}
					lastTaken[v] = i
				}
			}
			valid := "true"
			switch {
			case byOrder && overlapBefore(h, culprit): // elements may have gone in in another order
				valid, culprit = "unknown", -1
			case culprit >= 0:
				valid = "false"
			case out == 0:
				valid = "unknown"
			}
			if r.Valid.String() == "unknown" {
				r.Culprit = culprit
			}
			if r.Culprit != culprit || r.Valid.String() != valid || r.Bad != bad {
				rt.Fatalf("%s\nfifo %v: culprit %d of %d, %s, want %d of %d, %s", text, fifo, r.Culprit, r.Bad, r.Valid, culprit, bad, valid)
			}
			if f := r.Findings(); culprit >= 0 && (len(f[0].Ops) == 2) != (before >= 0) || before >= 0 && f[0].Ops[0] != before {
				rt.Fatalf("%s\nfifo %v: %+v, want the dequeue before, %d", text, fifo, f, before)
			}
			if valid == "true" && !same(fmt.Sprint(r.Pending), fmt.Sprint(held)) {
				rt.Fatalf("%s\nfifo %v: pending %v, want %v", text, fifo, r.Pending, held)
			}
		}
	})
}

// same compares what two multisets of one-digit elements print.
func same(a, b string) bool {
	for d := '0'; d <= '9'; d++ {
		if strings.Count(a, string(d)) != strings.Count(b, string(d)) {
			return false
		}
	}
	return true
}

// totals counts, of each element, how often it was enqueued, that was acknowledged,
// acknowledged after the queue was last seen empty, and it came out.
type totals struct {
	tried, acked, late, out [4]int
	hanging                 bool // a drain may have taken anything
	emptied                 int  // when the last op began that found the queue empty, -1 for never
}

func naiveTotals(h *history.History) totals {
	n := totals{emptied: -1}
	for i := range h.Len() {
		if h.Type(i) == history.OK && (h.F(i) == "drain" || h.F(i) == "dequeue" && h.Value(i).IsNil()) {
			n.emptied = max(n.emptied, h.Pair(i))
		}
	}
	for i := range h.Len() {
		v, _ := h.Value(i).Int()
		ok := h.Type(i) == history.OK
		switch {
		case h.F(i) == "enqueue" && h.Type(i) == history.Invoke:
			n.tried[v]++
		case h.F(i) == "enqueue" && ok:
			n.acked[v]++
			if n.emptied >= 0 && i > n.emptied {
				n.late[v]++
			}
		case h.F(i) == "dequeue" && ok && h.Value(i).IsNil():
		case h.F(i) == "dequeue" && ok:
			n.out[v]++
		case h.F(i) == "drain" && ok:
			items, _ := h.Value(i).Items(nil)
			for _, item := range items {
				v, _ := item.Int()
				n.out[v]++
			}
		case h.F(i) == "drain" && (h.Type(i) == history.Info || h.Pair(i) < 0):
			n.hanging = true
		}
	}
	return n
}

// naiveBalance is what follows of the totals: how many elements came out as they
// should, may remain in the queue, and in words which were lost and so on.
type naiveBalance struct {
	ok, remaining                           int
	lost, unexpected, duplicated, recovered string
}

func (n totals) balance() (b naiveBalance) {
	add := func(list *string, v, times int) {
		if times > 0 {
			*list += fmt.Sprintf("%d*%d ", v, times)
		}
	}
	for v := range n.tried {
		both := min(n.out[v], n.tried[v])
		b.ok += both
		b.remaining += max(0, min(n.acked[v]-n.out[v], n.late[v]))
		add(&b.lost, v, n.acked[v]-n.out[v]-n.late[v])
		add(&b.recovered, v, both-n.acked[v])
		if n.tried[v] == 0 {
			add(&b.unexpected, v, n.out[v])
		} else {
			add(&b.duplicated, v, n.out[v]-n.tried[v])
		}
	}
	return b
}

func (n totals) valid(b naiveBalance) string {
	none := n.out == [4]int{}
	switch {
	case b.unexpected != "", b.lost != "" && !n.hanging && (!none || n.emptied >= 0):
		return "false"
	case n.hanging, none && (n.emptied < 0 || n.acked == n.late): // nothing could be lost, and nothing came out
		return "unknown"
	}
	return "true"
}

// counted is what a checker reports, in the words of balance.
func counted(counts []queue.Count) (list string, n int) {
	for _, c := range counts {
		list += fmt.Sprintf("%s*%d ", c.Element, c.N)
		n += c.N
	}
	return list, n
}

// A total queue is what multisets say.
func TestTotalOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := random(rt)
		h := histtest.Parse(t, text)
		r, err := queue.CheckTotal(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		totals := naiveTotals(h)
		want := totals.balance()
		valid := totals.valid(want)
		got := naiveBalance{ok: r.OK}
		got.lost, _ = counted(r.Lost)
		got.unexpected, _ = counted(r.Unexpected)
		got.duplicated, _ = counted(r.Duplicated)
		got.recovered, _ = counted(r.Recovered)
		_, got.remaining = counted(r.Remaining)
		if got != want || r.Valid.String() != valid || (valid == "false") != (len(r.Findings()) > 0) {
			rt.Fatalf("%s\ngot  %+v %s\nwant %+v %s", text, got, r.Valid, want, valid)
		}
	})
}

func TestCases(t *testing.T) {
	for _, c := range []struct {
		history, want string
		fifo          bool
	}{
		{"n nemesis start", "unknown", false},
		{"i 1 enqueue 1", "unknown", false},
		{"o 1 enqueue 1", "unknown", false},
		{"i 1 enqueue 1\no 1 enqueue 1\ni 1 dequeue\no 1 dequeue 1\ni 1 dequeue\no 1 dequeue 1", "false can't dequeue 1", false},
		{"i 1 enqueue :a\nn 1 enqueue :a\ni 2 enqueue [1 {}]\ni 3 dequeue\no 3 dequeue [1 {}]\ni 3 dequeue\no 3 dequeue :a", "true", false},
		{"i 1 dequeue\nx 1 dequeue\ni 1 dequeue\nn 1 dequeue", "unknown", true},
		{"i 1 dequeue\no 1 dequeue nil\ni 1 enqueue 1\no 1 enqueue 1\ni 1 dequeue\no 1 dequeue 1", "true", false},
		{"i 1 enqueue nil\no 1 enqueue nil\ni 1 dequeue\no 1 dequeue nil\ni 1 dequeue\no 1 dequeue nil", "true", false},
		{"i 1 dequeue\no 1 dequeue nil", "unknown", false},
		{"i 2 dequeue\ni 1 enqueue 1\no 2 dequeue 1", "true", false},
		{"i 1 dequeue\no 1 dequeue 1", "false can't dequeue 1", false},
		{"i 1 enqueue 1\nx 1 enqueue 1\ni 1 dequeue\no 1 dequeue 1", "true", false},
		{"i 1 enqueue 1\ni 2 enqueue 2\ni 3 dequeue\no 3 dequeue 2", "unknown can't dequeue 2", true},
		{"i 1 enqueue 1\no 1 enqueue 1\ni 2 enqueue 2\no 2 enqueue 2\ni 3 dequeue\no 3 dequeue 2", "false can't dequeue 2", true},
		{"i 3 dequeue\no 3 dequeue 2", "false can't dequeue 2 from empty queue", true},
	} {
		r, err := queue.Check(context.Background(), histtest.Parse(t, c.history), queue.Options{FIFO: c.fifo})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(r.Valid.String() + " " + r.Error); got != c.want {
			t.Errorf("%s: %s, want %s", c.history, got, c.want)
		}
	}
	_, err := queue.CheckTotal(context.Background(), histtest.Parse(t, "i 0 drain\no 0 drain 3"))
	if err == nil || err.Error() != "history.edn:2:1: op 1 drains 3: expected a collection of elements" {
		t.Errorf("a drain of a number: %v", err)
	}
	r, err := queue.CheckTotal(context.Background(), histtest.Parse(t, "i 1 enqueue 1\ni 2 enqueue :enqueued\no 2 enqueue :enqueued\ni 3 enqueue :dup\no 3 enqueue :dup\ni 4 dequeue\no 4 dequeue :wtf\ni 4 dequeue\no 4 dequeue :dup\ni 4 dequeue\no 4 dequeue :dup"))
	if err != nil || r.Valid.String() != "false" || fmt.Sprint(r.Lost, r.Unexpected, r.Duplicated, r.Recovered, r.Attempted, r.Acknowledged, r.OK) != "[{:enqueued 1}] [{:wtf 1}] [{:dup 1}] [] 3 2 1" {
		t.Errorf("the pathological case: %+v, %v", r, err)
	}
}

func ExampleCheckTotal() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :enqueue :value 1}
		{:process 0 :type :ok :f :enqueue :value 1}
		{:process 1 :type :invoke :f :drain :value nil}
		{:process 1 :type :ok :f :drain :value []}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := queue.CheckTotal(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Lost)
	// Output: false [{1 1}]
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 1 :type :invoke :f :dequeue :value nil}
		{:process 1 :type :ok :f :dequeue :value 1}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := queue.Check(context.Background(), h, queue.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Error)
	// Output: false can't dequeue 1
}

func TestTotalCases(t *testing.T) {
	for _, c := range []struct{ name, history, want string }{
		{"nothing", "n nemesis start", "unknown tried 0 acked 0 ok 0 [] [] [] []"},
		{"after the drain", "i 1 enqueue 1\no 1 enqueue 1\ni 1 drain\no 1 drain [1]\ni 1 enqueue 2\no 1 enqueue 2", "true tried 2 acked 2 ok 1 [] [] [] []"},
		{"found nothing", "i 1 enqueue 1\no 1 enqueue 1\ni 1 dequeue\no 1 dequeue nil", "false tried 1 acked 1 ok 0 [{1 1}] [] [] []"},
		{"never acknowledged", "i 1 enqueue 1\ni 2 enqueue 2\no 2 enqueue 2\ni 3 dequeue\no 3 dequeue 1\ni 3 dequeue\no 3 dequeue 2", "true tried 2 acked 1 ok 2 [] [] [] [{1 1}]"},
		{"a drain", "i 1 enqueue 1\no 1 enqueue 1\ni 1 enqueue 1\no 1 enqueue 1\ni 1 drain\no 1 drain [1 1 1 9 9]", "false tried 2 acked 2 ok 2 [] [{9 2}] [{1 1}] []"},
		{"duplicates alone", "i 1 enqueue 1\no 1 enqueue 1\ni 1 drain\no 1 drain [1 1]", "true tried 1 acked 1 ok 1 [] [] [{1 1}] []"},
		{"a failed enqueue", "i 1 enqueue 1\nx 1 enqueue 1\ni 1 dequeue\no 1 dequeue 1", "true tried 1 acked 0 ok 1 [] [] [] [{1 1}]"},
		{"a failed drain takes nothing", "i 1 enqueue 1\no 1 enqueue 1\ni 1 drain\nx 1 drain", "unknown tried 1 acked 1 ok 0 [{1 1}] [] [] []"},
		{"an empty drain", "i 1 enqueue 1\no 1 enqueue 1\ni 1 drain\no 1 drain []", "false tried 1 acked 1 ok 0 [{1 1}] [] [] []"},
		{"a drain crashed", "i 1 enqueue 1\no 1 enqueue 1\ni 1 drain\nn 1 drain", "unknown tried 1 acked 1 ok 0 [{1 1}] [] [] []"},
		{"a drain hangs", "i 1 enqueue 1\no 1 enqueue 1\ni 1 drain", "unknown tried 1 acked 1 ok 0 [{1 1}] [] [] []"},
		{"a drain crashed, and something came out of nowhere", "i 1 drain\nn 1 drain\ni 2 dequeue\no 2 dequeue 3", "false tried 0 acked 0 ok 0 [] [{3 1}] [] []"},
	} {
		r, err := queue.CheckTotal(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(r.Valid, " tried ", r.Attempted, " acked ", r.Acknowledged, " ok ", r.OK, " ", r.Lost, " ", r.Unexpected, " ", r.Duplicated, " ", r.Recovered)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if (len(r.Warnings) > 0) != (len(r.Duplicated)+len(r.Remaining) > 0) {
			t.Errorf("%s: warnings %v", c.name, r.Warnings)
		}
	}
}

// The witness of what came out unasked is the op that brought it, a drain too.
func TestTotalWitness(t *testing.T) {
	for _, c := range []struct {
		history string
		want    []int
	}{
		{"i 0 enqueue 5\no 0 enqueue 5\ni 1 drain\no 1 drain []\ni 1 dequeue\no 1 dequeue 7", []int{1, 5}},
		{"i 0 enqueue 5\no 0 enqueue 5\ni 1 drain\no 1 drain [8 7]", []int{1, 3}},
		{"i 0 enqueue 4\no 0 enqueue 4\ni 0 enqueue 5\no 0 enqueue 5\ni 1 drain\no 1 drain [4]\ni 1 drain\no 1 drain [7]\ni 0 enqueue 3\no 0 enqueue 3\ni 1 drain\no 1 drain [3 7]", []int{3, 7}},
	} {
		r, err := queue.CheckTotal(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, f := range r.Findings() {
			got = append(got, f.Ops...)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.history, got, c.want)
		}
	}
}

// The state in the end has the name of Knossos' record, and is a bag if there is no
// order.
func TestFields(t *testing.T) {
	two := "i 0 enqueue 2\no 0 enqueue 2\ni 0 enqueue 1\no 0 enqueue 1\ni 0 enqueue 2\no 0 enqueue 2\ni 1 dequeue\no 1 dequeue "
	for _, c := range []struct {
		history, want string
		fifo          bool
	}{
		{two + "2", "{:valid? true, :final-queue #knossos.model.UnorderedQueue {:pending #{1 2}}}", false},
		{two + "2", "{:valid? true, :final-queue #knossos.model.FIFOQueue {:pending [1 2]}}", true},
		{two + "1", "{:valid? false, :error \"can't dequeue 1\"}", true},
		{two + "3", "{:valid? false, :error \"can't dequeue 3\"}", false},
	} {
		r, err := queue.Check(context.Background(), histtest.Parse(t, c.history), queue.Options{FIFO: c.fifo})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := render.EDN(nil, r); err != nil || strings.TrimSpace(string(got)) != c.want {
			t.Errorf("%s: %s, %v, want %s", c.history, got, err, c.want)
		}
		if f := r.Findings(); r.Culprit >= 0 && (len(f) != 1 || !slices.Contains(f[0].Ops, 7)) || r.Culprit < 0 && f != nil {
			t.Errorf("%s: %+v", c.history, f)
		}
	}
	r, err := queue.CheckTotal(context.Background(), histtest.Parse(t, two+"3\ni 1 drain\no 1 drain [1 2 2 2]"))
	if err != nil {
		t.Fatal(err)
	}
	want := "{:valid? false, :attempt-count 3, :acknowledged-count 3, :ok-count 3, :unexpected-count 1, :duplicated-count 1, :lost-count 0, :recovered-count 0, :lost #{}, :unexpected #{3}, :duplicated #{2}, :recovered #{}}"
	if got, err := render.EDN(nil, r); err != nil || strings.TrimSpace(string(got)) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}
