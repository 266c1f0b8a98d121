package elle

import (
	"cmp"
	"slices"

	"github.com/seed-c33ae711/jcheck/result"
)

// WorstFirst returns anomalies in the order in which people read of them: those that rule
// out most models first, and of these what shows without a cycle, since cycles may follow
// from it.
func WorstFirst(anomalies []Anomalies) []*Anomalies {
	out := make([]*Anomalies, len(anomalies))
	weight := map[Anomaly]int{}
	for i := range anomalies {
		out[i] = &anomalies[i]
		weight[anomalies[i].Type] = ruledOut(anomalies[i].Type)
	}
	slices.SortStableFunc(out, func(a, b *Anomalies) int {
		if c := cmp.Compare(weight[b.Type], weight[a.Type]); c != 0 {
			return c
		}
		return cmp.Compare(order(a.Type), order(b.Type))
	})
	return out
}

// order sorts what is no cycle first.
func order(a Anomaly) int {
	if a.IsCycle() {
		return 1
	}
	return 0
}

// Findings lists the anomalies that decided the verdict, the worst first, with the ops that
// show the first case of each.
func (r *Result) Findings() []result.Finding {
	out := make([]result.Finding, 0, len(r.Anomalies))
	for _, a := range WorstFirst(r.Anomalies) {
		f := result.Finding{Type: string(a.Type), Count: a.Count, Msg: a.Gloss()}
		if len(a.Cases) > 0 {
			f.Ops = a.Cases[0].Witnesses()
		}
		out = append(out, f)
	}
	return out
}

// ruledOut counts the models that do not hold where an anomaly is found.
func ruledOut(a Anomaly) (n int) {
	not := map[string]bool{}
	for _, m := range RuledOut(a) {
		not[m] = true
	}
	models := Models()
	for again := true; again; {
		again = false
		for _, m := range models {
			if !not[m.Name] && slices.ContainsFunc(m.Implies, func(name string) bool { return not[name] }) {
				not[m.Name], again = true, true
			}
		}
	}
	return len(not)
}
