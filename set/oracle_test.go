package set_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-c33ae711/jcheck/edn"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/set"
)

// randomSet draws a history of a set that now and then lies.
func randomSet(t *rapid.T) string {
	type proc struct{ f, v string }
	var b strings.Builder
	open := map[int]proc{}
	elem := rapid.IntRange(0, 4)
	for range rapid.IntRange(1, 24).Draw(t, "ops") {
		p := rapid.IntRange(0, 3).Draw(t, "process")
		now, running := open[p]
		switch {
		case !running:
			if rapid.Bool().Draw(t, "add") {
				open[p] = proc{"add", fmt.Sprint(elem.Draw(t, "elem"))}
			} else {
				open[p] = proc{"read", "nil"}
			}
			fmt.Fprintf(&b, "i %d %s %s", p, open[p].f, open[p].v)
		default:
			typ := rapid.SampledFrom([]string{"o", "o", "o", "x", "n"}).Draw(t, "type")
			v := now.v
			if now.f == "read" && typ == "o" && rapid.IntRange(0, 9).Draw(t, "some") > 0 {
				v = strings.ReplaceAll(fmt.Sprint(rapid.SliceOfN(elem, 0, 5).Draw(t, "read")), "[", rapid.SampledFrom([]string{"[", "("}).Draw(t, "bracket"))
				if v[0] == '(' {
					v = v[:len(v)-1] + ")"
				}
			}
			fmt.Fprintf(&b, "%s %d %s %s", typ, p, now.f, v)
			delete(open, p)
		}
		fmt.Fprintf(&b, " @%d\n", rapid.IntRange(0, 30).Draw(t, "time"))
	}
	return b.String()
}

// element is when one was first known, and when the last reads began that saw it and
// that did not; -1 for never.
type element struct{ known, present, absent int }

// contents counts how often a read shows each element.
func contents(v edn.Value) map[int64]int {
	in := map[int64]int{}
	if items, err := v.Items(nil); err == nil {
		for _, item := range items {
			n, _ := item.Int()
			in[n]++
		}
	}
	return in
}

// follow looks at elements read by read, and returns how often at most each was shown
// of those that were shown more than once.
func follow(h *history.History) (es map[int64]*element, dups map[int64]int) {
	es, dups = map[int64]*element{}, map[int64]int{}
	for i := range h.Len() {
		n, _ := h.Value(i).Int()
		switch {
		case h.F(i) == "add" && h.Type(i) == history.Invoke:
			es[n] = &element{-1, -1, -1}
		case h.F(i) == "add" && h.Type(i) == history.OK:
			if es[n].known < 0 {
				es[n].known = i
			}
		case h.F(i) == "read" && h.Type(i) == history.OK:
			in := contents(h.Value(i))
			for n, times := range in {
				if times > 1 {
					dups[n] = max(dups[n], times)
				}
			}
			for n, e := range es {
				if in[n] == 0 {
					e.absent = max(e.absent, h.Pair(i))
					continue
				}
				if e.known < 0 {
					e.known = i
				}
				e.present = max(e.present, h.Pair(i))
			}
		}
	}
	for n := range dups {
		if es[n] == nil {
			delete(dups, n) // nobody added it
		}
	}
	return es, dups
}

// after is for how many milliseconds an element had been known just after an op began.
func (e *element) after(h *history.History, op int) int64 {
	at := int64(0)
	if op >= 0 {
		at = h.Time(op) + 1
	}
	return max(0, at-h.Time(e.known)) / 1e6
}

// naive follows elements by the definition.
func naive(h *history.History) string {
	es, dups := follow(h)
	var stable, lost, never, stale []string
	for n := range int64(5) {
		e := es[n]
		switch {
		case e == nil:
		case e.present > e.absent:
			stable = append(stable, fmt.Sprint(n))
			if ms := e.after(h, e.absent); ms > 0 {
				stale = append(stale, fmt.Sprintf("%d:%d", n, ms))
			}
		case e.known >= 0 && e.absent > e.present && e.known < e.absent:
			lost = append(lost, fmt.Sprintf("%d:%d", n, e.after(h, e.present)))
		default:
			never = append(never, fmt.Sprint(n))
		}
	}
	return fmt.Sprint(len(stable), " lost", lost, " never", never, " stale", stale, " dups", dups)
}

func told(r *set.FullResult) string {
	var lost, never, stale []string
	dups := map[int64]int{}
	for _, e := range r.Lost {
		lost = append(lost, fmt.Sprintf("%s:%d", e.Value, e.LostLatency))
	}
	for _, e := range r.Stale {
		stale = append(stale, fmt.Sprintf("%s:%d", e.Value, e.StableLatency))
	}
	for _, v := range r.NeverRead {
		never = append(never, v.String())
	}
	for _, d := range r.Duplicated {
		n, _ := d.Value.Int()
		dups[n] = d.Times
	}
	return fmt.Sprint(r.Stable, " lost", lost, " never", never, " stale", stale, " dups", dups)
}

// The result for every element follows its definition.
func TestFullOracle(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := randomSet(rt)
		h := histtest.Parse(t, text)
		r, err := set.CheckFull(context.Background(), h, set.Options{})
		if err != nil {
			rt.Fatal(err)
		}
		if got, want := told(r), naive(h); got != want {
			rt.Fatalf("%s\ngot  %s\nwant %s", text, got, want)
		}
		if r.Verdict().String() == "false" && len(r.Findings()) == 0 {
			rt.Fatal("invalid without a finding")
		}
	})
}

// What must be in the last read, or in each of those that are marked as final, by
// maps.
func TestOracle(t *testing.T) {
	late, finals := 0, 0
	check := func(rt *rapid.T) {
		text := randomSet(rt)
		if rapid.Bool().Draw(rt, "final") {
			lines := strings.SplitAfter(text, "\n")
			for k, line := range lines {
				if strings.Contains(line, "read") && rapid.Bool().Draw(rt, "mark") {
					lines[k] = strings.TrimSpace(line) + " ; :final? true\n"
				}
			}
			text = strings.Join(lines, "")
		}
		h := histtest.Parse(t, text)
		r, err := set.Check(context.Background(), h)
		if err != nil {
			rt.Fatal(err)
		}
		want, n := naiveLast(h)
		late += n
		finals += strings.Count(text, "final")
		got := fmt.Sprint(texts(r.OK), texts(r.Lost), texts(r.Unexpected), texts(r.Recovered), r.Attempts, r.Acknowledged, r.Late, " ", r.Valid)
		if got != want || len(r.Findings()) > 0 != strings.HasSuffix(want, "false") {
			rt.Fatalf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
	for n := 0; n < 50 && (late == 0 || finals == 0); n++ { // few checks may have neither
		rapid.Check(t, check)
	}
	if late == 0 || finals == 0 {
		t.Errorf("%d late elements and %d final reads: expected some", late, finals)
	}
}

func naiveLast(h *history.History) (want string, late int) {
	tried, acked := map[string]bool{}, map[string]int{}
	var last []int
	marked := strings.Contains(string(h.Source().Text), ":final?")
	for i := range h.Len() {
		v := h.Value(i)
		final := strings.Contains(h.Text(i).String()+h.Text(max(0, h.Pair(i))).String(), ":final?")
		switch {
		case h.F(i) == "add" && h.Type(i) == history.Invoke:
			tried[v.String()] = true
		case h.F(i) == "add" && h.Type(i) == history.OK && acked[v.String()] == 0:
			acked[v.String()] = i + 1
		case h.F(i) == "read" && h.Type(i) == history.OK && !marked:
			last = []int{i}
		case h.F(i) == "read" && h.Type(i) == history.OK && final && !v.IsNil():
			last = append(last, i)
		}
	}
	if len(last) == 1 && h.Value(last[0]).IsNil() {
		last = nil
	}
	var ok, lost, unexpected, recovered []string
	for n := range 5 {
		e := fmt.Sprint(n)
		isLost, isRead := false, false
		for _, i := range last {
			items, _ := h.Value(i).Items(nil)
			has := slices.ContainsFunc(items, func(v edn.Value) bool { return v.String() == e })
			isRead = isRead || has
			isLost = isLost || !has && acked[e] > 0 && acked[e] <= h.Pair(i)
		}
		switch {
		case isLost:
			lost = append(lost, e)
		case isRead && !tried[e]:
			unexpected = append(unexpected, e)
		case isRead:
			ok = append(ok, e)
			if acked[e] == 0 {
				recovered = append(recovered, e)
			}
		case acked[e] > 0 && len(last) > 0:
			late++
		}
	}
	valid := fmt.Sprint(len(lost)+len(unexpected) == 0)
	if len(last) == 0 {
		valid = "unknown"
	}
	return fmt.Sprint(ok, lost, unexpected, recovered, len(tried), len(acked), late, " ", valid), late
}

func texts(vs []edn.Value) []string {
	out := []string{}
	for _, v := range vs {
		out = append(out, v.String())
	}
	slices.Sort(out)
	return out
}
