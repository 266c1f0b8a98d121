package linearizable

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-c33ae711/jcheck/format"
	"github.com/seed-c33ae711/jcheck/internal/lin"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A said is an operation of a test as a history says it: who, what, and with which
// values. ok is empty if it never completed.
type said struct {
	process   int
	f, in, ok string
}

type saidOp = lin.Op[said, struct{}]

// A plainModel is a model written down once more, over texts.
type plainModel struct {
	name, init string
	// draw returns an operation and the state after it, of a real object whose state
	// is s; sometimes one that lies.
	draw func(r *rand.Rand, s string, process int) (f, in, ok, next string)
	// step reports whether an operation is possible, and the state after it.
	step func(s string, op saidOp) (string, bool)
}

// words are the parts of a state.
func words(s string) []string { return strings.Fields(s) }

func number(s string) (n int) {
	_, _ = fmt.Sscan(s, &n)
	return n
}

var plainModels = []plainModel{
	{name: "list", draw: func(r *rand.Rand, s string, _ int) (f, in, ok, next string) {
		if r.IntN(2) == 0 {
			v := fmt.Sprint(r.IntN(6))
			return "append", v, v, s + " " + v
		}
		return "read", "nil", "[" + strings.TrimSpace(s) + "]", s
	}, step: func(s string, op saidOp) (string, bool) {
		if op.In.f == "append" {
			return s + " " + op.In.in, true
		}
		return s, op.Pending() || op.In.ok == "["+strings.TrimSpace(s)+"]"
	}},
	{name: "owner-mutex", draw: drawLock(1), step: func(s string, op saidOp) (string, bool) {
		if op.In.f == "acquire" {
			return fmt.Sprint(op.In.process), s == ""
		}
		return "", s == fmt.Sprint(op.In.process)
	}},
	{name: "reentrant-mutex", draw: drawLock(3), step: func(s string, op saidOp) (string, bool) {
		me := fmt.Sprint(op.In.process)
		held := words(s)
		if op.In.f == "acquire" {
			return strings.TrimSpace(s + " " + me), len(held) == 0 || held[0] == me
		}
		return strings.Join(held[min(1, len(held)):], " "), len(held) > 0 && held[0] == me
	}},
	{name: "fenced-mutex", draw: func(r *rand.Rand, s string, process int) (f, in, ok, next string) {
		f, in, _, _ = drawLock(1)(r, first(s), process)
		last := 10
		if w := words(s); len(w) > 0 {
			last = number(w[len(w)-1])
		}
		if f == "release" {
			return f, in, "nil", fmt.Sprintf("- %d", last)
		}
		token := last + 1 + r.IntN(2)
		ok = fmt.Sprint(token)
		if r.IntN(12) == 0 {
			ok = "nil"
		}
		return f, in, ok, fmt.Sprintf("%d %d", process, token)
	}, step: func(s string, op saidOp) (string, bool) {
		owner, last := "-", -1000
		if w := words(s); len(w) > 0 {
			owner, last = w[0], number(w[1])
		}
		if op.In.f == "release" {
			return fmt.Sprintf("- %d", last), owner == fmt.Sprint(op.In.process)
		}
		token := last + 1
		if !op.Pending() && op.In.ok != "nil" {
			token = number(op.In.ok)
		}
		return fmt.Sprintf("%d %d", op.In.process, token), owner == "-" && token > last
	}},
	{name: "semaphore", init: "2", draw: func(r *rand.Rand, s string, _ int) (f, in, ok, next string) {
		held, n := number(s), 1
		if r.IntN(8) == 0 {
			n = 2
		}
		v := []string{"nil", fmt.Sprint(n)}[max(n-1, r.IntN(2))]
		if held+n <= 2 {
			return "acquire", v, v, fmt.Sprint(held + n)
		}
		return "release", "1", "nil", fmt.Sprint(held - 1)
	}, step: func(s string, op saidOp) (string, bool) {
		held, n := number(s), max(1, number(op.In.in))
		if op.In.f == "release" {
			n = -n
		}
		return fmt.Sprint(held + n), held+n >= 0 && held+n <= 2
	}},
	{name: "priority-queue", draw: func(r *rand.Rand, s string, _ int) (f, in, ok, next string) {
		if r.IntN(2) == 0 {
			v := fmt.Sprint(r.IntN(9))
			return "add", v, v, ascending(s + " " + v)
		}
		if s == "" {
			return "delete-min", "nil", "nil", ""
		}
		return "delete-min", "nil", first(s), strings.Join(words(s)[1:], " ")
	}, step: func(s string, op saidOp) (string, bool) {
		switch {
		case op.In.f == "add":
			return ascending(s + " " + op.In.in), true
		case s == "":
			return "", op.Pending() || op.In.ok == "nil"
		}
		return strings.Join(words(s)[1:], " "), op.Pending() || op.In.ok == first(s)
	}},
}

func first(s string) string {
	if w := words(s); len(w) > 0 && w[0] != "-" {
		return w[0]
	}
	return ""
}

func ascending(s string) string {
	w := words(s)
	slices.Sort(w)
	return strings.Join(w, " ")
}

// drawLock draws what a holder of a lock does that can be held so often, or one who
// wants it.
func drawLock(depth int) func(r *rand.Rand, s string, process int) (f, in, ok, next string) {
	return func(r *rand.Rand, s string, process int) (f, in, ok, next string) {
		me := fmt.Sprint(process)
		held := words(s)
		if len(held) > 0 && held[0] == me && (len(held) == depth || r.IntN(2) == 0) {
			return "release", "nil", "nil", strings.Join(held[1:], " ")
		}
		return "acquire", "nil", "nil", strings.TrimSpace(s + " " + me)
	}
}

// drawHistory draws operations of a few processes on an object, which take effect
// at a moment in between, and the text of their history.
func (m *plainModel) drawHistory(r *rand.Rand) (ops []saidOp, text string) {
	open := map[int]int{} // by process: its operation
	next := 3             // what a process that crashed is called then
	names := []int{0, 1, 2}
	s := ""
	line := func(typ string, op said, value string) {
		text += fmt.Sprintf("{:process %d, :type :%s, :f :%s, :value %s}\n", op.process, typ, op.f, value)
	}
	for at, n := 0, 2+r.IntN(8); len(ops) < n || len(open) > 0; {
		c := r.IntN(len(names))
		p := names[c]
		i, running := open[p]
		switch {
		case !running && len(ops) < n:
			f, in, ok, after := m.draw(r, s, p)
			if f != "acquire" || first(s) == "" || first(s) == fmt.Sprint(p) || m.name == "semaphore" || r.IntN(8) == 0 {
				if s = after; r.IntN(10) == 0 { // and does not happen
					s = ""
				}
			} else if r.IntN(3) > 0 {
				continue
			}
			open[p] = len(ops)
			ops = append(ops, saidOp{Inv: at, Ret: lin.Never, In: said{p, f, in, ok}})
			line("invoke", ops[len(ops)-1].In, in)
			at++
		case running:
			delete(open, p)
			if r.IntN(8) == 0 {
				names[c] = next // which never completes
				next++
				continue
			}
			ops[i].Ret = at
			line("ok", ops[i].In, ops[i].In.ok)
			at++
		}
	}
	return ops, text
}

// TestModels compares the models with what they are by definition, by the monitor
// and by the search; what is left of an invalid history after Shrink is invalid.
func TestModels(t *testing.T) {
	for _, pm := range plainModels {
		t.Run(pm.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 8))
			m, err := ByName(pm.name, pm.init)
			if err != nil {
				t.Fatal(err)
			}
			var n rungTally
			for range 3000 {
				pm.compare(t, r, m, &n)
			}
			t.Logf("%+v", n)
			if n.monitored < 300 || n.valid < 300 || n.invalid < 300 {
				t.Errorf("%+v", n)
			}
		})
	}
}

// compare draws a history, checks it, and counts it.
func (pm plainModel) compare(t *testing.T, r *rand.Rand, m Model, n *rungTally) {
	t.Helper()
	ops, text := pm.drawHistory(r)
	h, err := format.ReadBytes(context.Background(), "h", []byte(text), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fast, slow := checkTwice(t, h, m, text)
	want := verdict.Invalid
	if _, ok := lin.Check(ops, "", pm.step); ok {
		want = verdict.Valid
	}
	a, b := &fast.Parts[0], &slow.Parts[0]
	if a.Rung == "empty" { // nothing that succeeded could be wrong
		if want != verdict.Valid || fast.Valid != verdict.Unknown || slow.Valid != verdict.Unknown {
			t.Fatalf("empty says %v and %v, and the truth is %v:\n%s", fast.Valid, slow.Valid, want, text)
		}
		return
	}
	if fast.Valid != want || slow.Valid != want {
		t.Fatalf("%s says %v and %s %v, want %v:\n%s", a.Rung, fast.Valid, b.Rung, slow.Valid, want, text)
	}
	if a.Rung != "search" {
		n.monitored++
	}
	if want == verdict.Invalid {
		if n.invalid++; n.invalid%4 == 0 {
			pm.checkShrunk(t, text, fast, m)
		}
		return
	}
	n.valid++
	invocations, err := operations(h)
	if err != nil {
		t.Fatal(err)
	}
	checkWitness(t, h, &m, invocations, a.Witness)
	checkWitness(t, h, &m, invocations, b.Witness)
}

func (m *plainModel) checkShrunk(t *testing.T, text string, res *Result, model Model) {
	t.Helper()
	kept, _, err := Shrink(context.Background(), res, model, &res.Parts[0], Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(text, "\n")
	short := ""
	for _, op := range kept {
		short += lines[op]
	}
	h, err := format.ReadBytes(context.Background(), "h", []byte(short), format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Check(context.Background(), h, model, Options{})
	if err != nil || again.Valid != verdict.Invalid {
		t.Fatalf("shrunk to one that is %v, %v:\n%s\nof\n%s", again.Valid, err, short, text)
	}
}
