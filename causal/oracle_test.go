package causal_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/causal"
	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/render"
)

// randomSeen is a history of writes, and of reads that may show any of them.
func randomSeen(rt *rapid.T) string {
	next := 0
	return histtest.Random(rt, func() histtest.Call {
		if rapid.Bool().Draw(rt, "write") {
			next++
			return histtest.Call{F: "write", In: fmt.Sprint(next), Out: fmt.Sprint(next)}
		}
		return histtest.Call{F: "read", In: "nil", Out: fmt.Sprint(rapid.SliceOfNDistinct(rapid.IntRange(1, 8), 0, 5, rapid.ID).Draw(rt, "seen"))}
	})
}

// snapshots tells of each write which others had completed before it began.
func snapshots(h *history.History) map[string][]string {
	var done []string
	before := map[string][]string{}
	for i := range h.Len() {
		v := h.Value(i).String()
		switch {
		case h.F(i) == "write" && h.Type(i) == history.Invoke:
			before[v] = slices.Clone(done)
		case h.F(i) == "write" && h.Type(i) == history.OK:
			done = append(done, v)
		}
	}
	return before
}

// naive lists the reads that miss what had completed before something that they show,
// and whether any read shows what somebody wrote.
func naive(h *history.History) (bad string, shown bool) {
	before := snapshots(h)
	for i := range h.Len() {
		if h.F(i) != "read" || h.Type(i) != history.OK {
			continue
		}
		items, _ := h.Value(i).Items(nil)
		seen, wanted := map[string]bool{}, map[string]bool{}
		for _, x := range items {
			_, written := before[x.String()]
			shown = shown || written
			seen[x.String()] = true
			for _, w := range before[x.String()] {
				wanted[w] = true
			}
		}
		var missing []string
		for w := range wanted {
			if !seen[w] {
				missing = append(missing, w)
			}
		}
		slices.Sort(missing)
		if len(missing) > 0 {
			bad += fmt.Sprint(i, missing, len(wanted), " ")
		}
	}
	return bad, shown
}

// For each write a snapshot of what had completed before it, and of each read the
// union of those of what it sees.
func TestReverseOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := randomSeen(rt)
		h := histtest.Parse(t, text)
		r, err := causal.CheckReverse(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		want, shown := naive(h)
		valid := "true"
		switch {
		case want != "":
			valid = "false"
		case !shown: // no read shows what somebody wrote
			valid = "unknown"
		}
		got := ""
		for _, e := range r.Errors {
			var missing []string
			for _, v := range e.Missing {
				missing = append(missing, v.String())
			}
			slices.Sort(missing)
			got += fmt.Sprint(e.Read, missing, e.Expected, " ")
		}
		if got != want || r.Valid.String() != valid || (want == "") != (len(r.Findings()) == 0) {
			rt.Fatalf("%s\n%s %s, want %s %s", text, got, r.Valid, want, valid)
		}
	})
}

func TestReverse(t *testing.T) {
	seq := "i 0 write 1\no 0 write 1\ni 0 write 2\no 0 write 2\ni 1 read\no 1 read "
	for _, c := range []struct{ history, want string }{
		{seq + "[1 2]", ":valid? true, :errors []"},
		{seq + "[1]", ":valid? true"},
		{seq + "[]", ":valid? :unknown, :errors [], :error \"no read shows a value that was written\""},
		{seq + "[2]", ":valid? false"},
		{seq + "[1 9]", ":valid? true"}, // nobody wrote 9, which is for others to tell
		{"n nemesis start", ":valid? :unknown, :errors [], :error \"no read succeeded\""},
		{"i 2 read\ni 0 write 1\no 0 write 1\no 2 read [2]\ni 0 write 2\no 0 write 2", ":missing #{1}, :expected-count 1"}, // from the future,
		{"i 0 write 1\ni 1 write 2\no 0 write 1\no 1 write 2\ni 2 read\no 2 read [2 1]", ":valid? true"},
		{"i 0 write :a\no 0 write :a\ni 0 write \"b\"\nn 0 write \"b\"\ni 1 read\no 1 read (\"b\")", ":missing #{:a}, :expected-count 1"},
		{"i 0 write 1\nx 0 write 1\ni 0 write 2\no 0 write 2\ni 1 read\no 1 read [2]", ":valid? true"},
		{seq + "#{2}", ":valid? false, :errors [{:index 5, :time 5000000, :type :ok, :process 1, :f :read, :missing #{1}, :expected-count 1}]"},
		{"i 0 write 1\ni 1 write 2\no 1 write 2\no 0 write 1\ni 2 read\no 2 read [1]", ":valid? true"},
		// Jepsen is wrong on vectors, both ways.
		{"i 0 write 10\no 0 write 10\ni 0 write 20\no 0 write 20\ni 1 read\no 1 read [10 20]", ":valid? true"},
		{"i 0 write 1\no 0 write 1\ni 0 write 2\no 0 write 2\ni 0 write 3\no 0 write 3\ni 0 write 4\no 0 write 4\ni 1 read\no 1 read [2 3 4]", ":missing #{1}"},
	} {
		r, err := causal.CheckReverse(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := render.EDN(nil, r); err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%s: %s, %v, want %s", c.history, got, err, c.want)
		}
	}
	// The witnesses are the write that is missed, the write that is seen, and the read.
	r, err := causal.CheckReverse(context.Background(), histtest.Parse(t, "i 0 write 1\no 0 write 1\ni 0 write 2\no 0 write 2\ni 0 write 3\no 0 write 3\ni 0 write 3\no 0 write 3\ni 2 other\no 2 other 5\ni 1 read\no 1 read [1 3]"))
	if err != nil || fmt.Sprint(r.Findings()[0].Ops) != "[3 4 11]" || r.Errors[0].Expected != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := causal.CheckReverse(context.Background(), histtest.Parse(t, "i 0 read\no 0 read 1")); err == nil || err.Error() != "history.edn:2:1: op 1 reads 1: expected a collection of values" {
		t.Errorf("a read of a number: %v", err)
	}
}

// The register by a loop over plain integers.
func TestOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text, position := "", 0
		type op struct{ f, v, link, pos int } // f: 0 write, 1 read, 2 read-init; -1 is nil, or no link but :init
		var ops []op
		for range rapid.IntRange(1, 7).Draw(rt, "n") {
			o := op{rapid.IntRange(0, 2).Draw(rt, "f"), rapid.IntRange(-1, 3).Draw(rt, "v"), position, position + 1}
			if rapid.IntRange(0, 5).Draw(rt, "link") == 0 {
				o.link = rapid.IntRange(-1, 3).Draw(rt, "to")
			} else if position == 0 {
				o.link = -1
			}
			position++
			ops = append(ops, o)
			v, link := fmt.Sprint(o.v), fmt.Sprint(o.link)
			if o.v < 0 {
				v = "nil"
			}
			if o.link < 0 {
				link = ":init"
			}
			text += fmt.Sprintf("o 0 %s %s ; :position %d, :link %s\n", [...]string{"write", "read", "read-init"}[o.f], v, o.pos, link)
		}
		h := histtest.Parse(t, text)
		r, err := causal.Check(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		value, counter, last, culprit := 0, 0, -2, -1
		for i, o := range ops {
			bad := o.link != -1 && o.link != last
			switch o.f {
			case 0:
				bad = bad || o.v != counter+1
			case 2:
				bad = bad || counter == 0 && o.v != 0 || o.v >= 0 && o.v != value
			default:
				bad = bad || o.v >= 0 && o.v != value
			}
			if bad {
				culprit = i
				break
			}
			if o.f == 0 {
				value, counter = o.v, counter+1
			}
			last = o.pos
		}
		if r.Culprit != culprit {
			rt.Fatalf("%s\nculprit %d (%s), want %d", text, r.Culprit, r.Error, culprit)
		}
	})
}

// The state in the end has the name of Jepsen's record.
func TestFields(t *testing.T) {
	for _, c := range []struct{ history, want string }{
		{"o 0 write 1 ; :position 5, :link :init\no 0 read 1 ; :position 6, :link 5", "{:valid? true, :model #jepsen.tests.causal.CausalRegister {:value 1, :counter 1, :last-pos 6}}"},
		{"n nemesis start", "{:valid? :unknown, :error \"no read succeeded\"}"},
		{"o 0 write 2 ; :position 5, :link :init", "{:valid? false, :error \"expected value 1 attempting to write 2 instead\"}"},
	} {
		r, err := causal.Check(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := render.EDN(nil, r); err != nil || strings.TrimSpace(string(got)) != c.want {
			t.Errorf("%s: %s, %v, want %s", c.history, got, err, c.want)
		}
	}
}

func TestBadInput(t *testing.T) {
	_, err := causal.Check(context.Background(), histtest.Parse(t, "o 0 cas 1 ; :link :init"))
	if err == nil || err.Error() != `history.edn:1:1: op 0 is "cas": expected read-init, read or write` {
		t.Errorf("another op: %v", err)
	}
}

func ExampleCheckReverse() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :invoke :f :write :value 1}
		{:process 0 :type :ok :f :write :value 1}
		{:process 0 :type :invoke :f :write :value 2}
		{:process 0 :type :ok :f :write :value 2}
		{:process 1 :type :invoke :f :read}
		{:process 1 :type :ok :f :read :value #{2}}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := causal.CheckReverse(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Errors[0].Missing)
	// Output: false [1]
}

func ExampleCheck() {
	h, err := format.Read(context.Background(), "history.edn", strings.NewReader(`
		{:process 0 :type :ok :f :write :value 1 :position 1 :link :init}
		{:process 0 :type :ok :f :read :value 0 :position 2 :link 1}`), format.Options{})
	if err != nil {
		panic(err)
	}
	r, err := causal.Check(context.Background(), h)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Valid, r.Error)
	// Output: false can't read 0 from register 1
}

func TestCases(t *testing.T) {
	for _, c := range []struct{ name, history, want string }{
		{"nothing", "n nemesis start", "unknown"},
		{"nothing read", "o 0 write 1 ; :position 5, :link :init\no 0 read nil ; :position 6, :link 5", "unknown"},
		{"a whole chain", "o 0 read-init 0 ; :position 1, :link :init\no 0 write 1 ; :position 2, :link 1\no 0 read 1 ; :position 3, :link 2\no 0 write 2 ; :position 4, :link 3\no 0 read 2 ; :position 5, :link 4", "true"},
		{"nil at first", "o 0 read-init nil ; :position 1, :link :init", "false expected init value 0, read nil"},
		{"no link at first", "o 0 read-init 0 ; :position 1", "true"},
		{"no link later", "o 0 read-init 0 ; :position 1\no 0 read 0 ; :position 2", "false Cannot link nil to last-seen position 1"},
		{"another link", "o 0 write 1 ; :position 1, :link :init\no 0 read 1 ; :position 2, :link 7", "false Cannot link 7 to last-seen position 1"},
		{"a write out of order", "o 0 write 2 ; :position 1, :link :init", "false expected value 1 attempting to write 2 instead"},
		{"what failed does not count", "i 0 write 2\nx 0 write 2\ni 0 cas 1\nn 0 cas 1", "unknown"},
	} {
		r, err := causal.Check(context.Background(), histtest.Parse(t, c.history))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(r.Valid.String() + " " + r.Error); got != c.want || (len(r.Findings()) > 0) != strings.HasPrefix(c.want, "false") {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
