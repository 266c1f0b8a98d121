package elle

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-c33ae711/jcheck/result"
	"github.com/seed-c33ae711/jcheck/verdict"
)

// A Ladder says which of all models a history satisfies, as far as the findings show.
type Ladder struct {
	// Holds are the strongest models that no finding violates, Violated the weakest
	// that are violated; by friendly name, sorted.
	Holds    []string
	Violated []Violation
	// Partly are models that nothing violates, but that forbid more than is searched
	// for, and that no model in Holds implies.
	Partly []string
	// Unknown are models that need an order which the history does not have. If there
	// was nothing to judge, they are all models that are not violated.
	Unknown []string
	// Evidence is every anomaly that was found, including those for other models than
	// the checked ones, sorted by type.
	Evidence []Anomalies
}

// A Violation is a model, and the anomalies that show that it does not hold.
type Violation struct {
	Model string
	By    []Anomaly
}

// climb judges the history under every model.
func (c *check) climb(ctx context.Context) error {
	c.extra = true
	found, beyond := maps.Clone(c.cases), maps.Clone(c.beyond)
	empty, crowded := false, false
	for _, strongest := range []string{"PL-3", "strong-session-serializable", "PL-SS"} {
		sub := *c
		sub.models = []string{strongest}
		sub.prohibited = lattice().prohibited(sub.models, nil)
		sub.cases, sub.beyond, sub.res = map[Anomaly][]Case{}, map[Anomaly]int{}, Result{Common: result.Common{History: c.res.History}}
		sub.w = c.w.under(sub.implied())
		if err := sub.infer(ctx); err != nil {
			return err
		}
		crowded = crowded || sub.crowded
		empty = sub.empty // of the last, which has the most edges
		for a, cases := range sub.cases {
			if len(found[a]) == 0 {
				found[a], beyond[a] = cases, sub.beyond[a]
			}
		}
	}
	all := map[Anomaly]bool{}
	for _, w := range weakChecks {
		all[w.name] = len(found[w.name]) == 0
	}
	sub := *c
	sub.cases, sub.beyond, sub.crowded = found, beyond, crowded
	if err := sub.checkWeak(ctx, all); err != nil {
		return err
	}
	maps.DeleteFunc(found, func(a Anomaly, _ []Case) bool { return c.ignored[a] })
	c.res.Ladder = sub.ladder(empty)
	return nil
}

// contradiction returns an error if a model that was asked for, and found to hold,
// implies one that the ladder found to be violated.
func (c *check) contradiction() error {
	if c.res.Ladder == nil || c.res.Valid != verdict.Valid || len(c.ignored) > 0 {
		return nil
	}
	var types []Anomaly
	for _, a := range c.res.Ladder.Evidence {
		types = append(types, a.Type)
	}
	l := lattice()
	violated := l.violated(types)
	for i, m := range c.models {
		if violated.has(l.number[m]) {
			return fmt.Errorf("elle: internal error: no violation of %s was found, but of what it implies: %v", c.res.Models[i], types)
		}
	}
	return nil
}

// ladder places the history among the models by the anomalies found, and by
// whether there was anything to judge.
func (c *check) ladder(empty bool) *Ladder {
	l, out := lattice(), &Ladder{}
	types := slices.Sorted(maps.Keys(c.cases))
	violated := l.violated(types)
	holds := map[string]bool{}
	for i := range modelRows {
		r := &modelRows[i]
		name := r.name
		switch {
		case refused[name] != "" || violated.has(i):
		case c.nothing(empty) != "" || c.cannotTell(name) || c.notInTime(name) || c.lacksSource(name) || c.contradictory() && c.lacksOrder(name):
			out.Unknown = append(out.Unknown, r.friendly)
		default:
			holds[name] = true
		}
	}
	for name := range holds {
		switch implied := l.impliedBy(name, holds); {
		case implied:
		case partly[name]:
			out.Partly = append(out.Partly, l.rows[name].friendly)
		default:
			out.Holds = append(out.Holds, l.rows[name].friendly)
		}
	}
	for i := range modelRows {
		r := &modelRows[i]
		if refused[r.name] != "" || !violated.has(i) || l.below[i]&violated != 0 {
			continue
		}
		v := Violation{Model: r.friendly}
		for _, a := range types {
			if l.proscribes(r.name, a) {
				v.By = append(v.By, a)
			}
		}
		out.Violated = append(out.Violated, v)
	}
	for _, a := range types {
		g := Anomalies{Type: a, Count: len(c.cases[a]) + c.beyond[a], Cases: c.cases[a]}
		if n := c.opt.MaxCases; n > 0 && len(g.Cases) > n {
			g.Cases = slices.Clone(g.Cases[:n])
		}
		out.Evidence = append(out.Evidence, g)
	}
	slices.Sort(out.Holds)
	slices.Sort(out.Partly)
	slices.Sort(out.Unknown)
	slices.SortFunc(out.Violated, func(a, b Violation) int { return strings.Compare(a.Model, b.Model) })
	return out
}

// partly are the models that forbid more than is searched for: G-cursor, G-monotonic,
// G-MSR, G-SIb and G-update of Adya (1999), the long fork under prefix, and some
// conflicts of writes under the other two.
var partly = map[string]bool{
	"PL-CS": true, "PL-2L": true, "PL-MSR": true, "PL-FCV": true, "PL-3U": true,
	"prefix": true, "parallel-snapshot-isolation": true, "update-atomic": true,
}

// impliedBy reports whether another model that holds, and not only partly,
// implies the model.
func (l *latticeIndex) impliedBy(name string, holds map[string]bool) bool {
	for above := range holds {
		if above != name && slices.Contains(l.implied[above], name) && (!partly[above] || partly[name]) {
			return true
		}
	}
	return false
}

// notInTime reports whether a model rests on an order of versions by realtime that
// was not worked out for all keys.
func (c *check) notInTime(model string) bool {
	return c.crowded && (c.opt.LinearizableKeys || lattice().proscribes(model, GSingle.realtime()))
}

// cannotTell reports whether a model needs an order in time that the history does not
// tell.
func (c *check) cannotTell(model string) bool {
	l, h := lattice(), c.res.History
	process, realtime := orders(l.proscribed(model))
	for _, below := range l.implied[model] {
		for _, w := range weakChecks {
			process = process || w.sessions && l.rows[below].exactly == w.name
		}
	}
	return realtime && h.CompletionsOnly() || (realtime || process) && h.Unordered()
}
