package checker_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/seed-c33ae711/jcheck/checker"
	"github.com/seed-c33ae711/jcheck/history"
	"github.com/seed-c33ae711/jcheck/internal/histtest"
	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/simulate"
)

var (
	queueSummary = regexp.MustCompile(`^(no|\d+) enqueues?, (no|\d+) dequeues?(?:, (\d+) drains? not judged)?; order not checked \(jcheck linearizable --model fifo-queue does\)$`)
	totalSummary = regexp.MustCompile(`^(no|\d+) enqueues?, (no|\d+) dequeues?(?:, (\d+) elements? drained)?$`)
	moreCopies   = regexp.MustCompile(`^more copies came out than anyone tried to put in, which this check allows: (.+); the first by ops (\d+) and (\d+)$`)
)

// Both checks of queues count the same, and say what is in only one of them.
func TestQueueSummaries(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	w := randomWorkloads[slices.IndexFunc(randomWorkloads, func(w randomWorkload) bool { return w.name == "queue" })]
	var all []*history.History
	for range 100 {
		all = append(all, histtest.Parse(t, w.history(rng)))
	}
	h, err := simulate.Object{Kind: simulate.UnorderedQueue, Operations: 300, BugRate: 0.1, Seed: 4}.History()
	if err != nil {
		t.Fatal(err)
	}
	warned := 0
	for _, h := range append(all, h) {
		c := &claim{h: h, ops: rawOps(h)}
		in, out, drains, drained := c.queueTraffic()
		for name, want := range map[string][3]int{"queue": {in, out, drains}, "total-queue": {in, out, drained}} {
			said := map[string]*regexp.Regexp{"queue": queueSummary, "total-queue": totalSummary}[name]
			r := checkBy(t, name, h)
			m := said.FindStringSubmatch(r.About().Summary)
			if m == nil || number(m[1]) != int64(want[0]) || number(m[2]) != int64(want[1]) || number(m[3]) != int64(want[2]) {
				t.Errorf("%s says %q, and there are %v\n%s", name, r.About().Summary, want, c.show())
			}
			for _, w := range r.About().Warnings {
				if w.Code == "duplicated" {
					warned++
					if wrong := c.copies(moreCopies.FindStringSubmatch(w.Msg), w.Count); wrong != "" {
						t.Errorf("%s: %s\n%s", w, wrong, c.show())
					}
				}
			}
		}
	}
	if warned < 10 {
		t.Errorf("%d warnings", warned)
	}
}

func checkBy(t *testing.T, name string, h *history.History) result.Result {
	t.Helper()
	c, err := checker.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Check(t.Context(), h, checker.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// queueTraffic counts enqueues, dequeues of elements, drains, and elements that these returned.
func (c *claim) queueTraffic() (in, out, drains, drained int) {
	for _, o := range c.ops {
		switch {
		case o.f == "enqueue" && o.begins:
			in++
		case o.f == "dequeue" && o.ok() && !o.v.IsNil():
			out++
		case o.f == "drain" && o.ok():
			drains++
			drained += len(items(o.v))
		}
	}
	return in, out, drains, drained
}

// copies holds a warning of copies to the ops.
func (c *claim) copies(m []string, count int) string {
	if m == nil {
		return "no expression knows it"
	}
	all, _, _ := c.passages()
	n := 0
	var more []string
	for v, p := range all {
		if k := p.out - p.tried; k > 0 && p.tried > 0 {
			n += k
			if k > 1 {
				v = fmt.Sprintf("%s (%d more)", v, k)
			}
			more = append(more, v)
		}
	}
	one := split(m[1])[0]
	if i := regexp.MustCompile(` \(\d+ more\)$`).FindStringIndex(one); i != nil {
		one = one[:i[0]]
	}
	wrong := ""
	for _, at := range m[2:4] {
		o := &c.ops[number(at)]
		wrong = first(wrong, unless(o.ok() && (o.f == "dequeue" && o.v.String() == one || o.f == "drain" && has(o.v, one)), "op %s did not bring %s", at, one))
	}
	return first(unless(count == n, "there are %d", n), listed(m[1], more), wrong)
}
